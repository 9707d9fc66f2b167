"""A time-stamping authority for tests: OpenSSL's own behind a socket."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
_SETTINGS = """[tsa]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Authority:
    """An authority whose root certificate is at `root`; its signer's is good in these `days` from now.

    With `by_rsa` it signs by RSA, and puts its root's certificate into each answer, too.
    """

    def __init__(
        self, folder: Path, *, days: tuple[int, int] = (-1, 5), by_rsa: bool = False
    ) -> None:
        folder.mkdir()
        self.folder, self.root = folder, folder / "root.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._signer_key: _Key = (
            rsa.generate_private_key(65537, 2048)
            if by_rsa
            else ec.generate_private_key(ec.SECP256R1())
        )
        self._days = days
        self.root.write_bytes(self._certificate("Test root", self._key).public_bytes(Encoding.PEM))
        self.signer = self._certificate("Test stamps", self._signer_key, _STAMPING)
        self._write("signer.pem", self.signer.public_bytes(Encoding.PEM))
        private = self._signer_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._write("signer.key", private)
        self._write("serial", b"01\n")
        settings = _SETTINGS + ("certs = {folder}/root.pem\n" if by_rsa else "")
        self._write("tsa.cnf", settings.format(folder=folder).encode())

    def _write(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)

    def _certificate(
        self,
        name: str,
        key: _Key,
        purpose: x509.ObjectIdentifier | None = None,
        serial: int | None = None,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        first, last = self._days if purpose else (-30, 30)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name("Test root"))
            .public_key(key.public_key())
            .serial_number(serial or x509.random_serial_number())
            .not_valid_before(now + timedelta(days=first))
            .not_valid_after(now + timedelta(days=last))
            .add_extension(
                x509.BasicConstraints(ca=purpose is None, path_length=None), critical=True
            )
        )
        if purpose:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        return builder.sign(self._key, hashes.SHA256())

    def with_purpose(self, answer: bytes, purpose: x509.ObjectIdentifier) -> bytes:
        """An answer whose signer's certificate is replaced by one for another purpose, of the same key and number."""
        own = self.signer.public_bytes(Encoding.DER)
        other = b""
        while len(other) != len(own):  # signatures by elliptic curves differ in length
            other = self._certificate(
                "Test stamps", self._signer_key, purpose, self.signer.serial_number
            ).public_bytes(Encoding.DER)
        assert own in answer
        return answer.replace(own, other)

    def name_falsely(self, name: str) -> None:
        """Put a certificate into each further answer that says to be the signer's, under another name."""
        forged = self._certificate(
            name, ec.generate_private_key(ec.SECP256R1()), _STAMPING, self.signer.serial_number
        )
        self.bring_along(forged)

    def bring_along(self, certificate: x509.Certificate) -> None:
        """Put a certificate into each further answer."""
        self._write("more.pem", certificate.public_bytes(Encoding.PEM))
        settings = (self.folder / "tsa.cnf").read_text(encoding="utf-8")
        self._write("tsa.cnf", f"{settings}certs = {self.folder}/more.pem\n".encode())

    def signed_again(self, answer: bytes, other: "Authority") -> bytes:
        """An answer that another authority's signer has signed, too."""
        self._write("answer.tsr", answer)
        for command in (
            ["ts", "-reply", "-in", "answer.tsr", "-token_out", "-out", "token"],
            ["cms", "-resign", "-binary", "-in", "token", "-inform", "DER", "-outform", "DER",
             "-signer", other.folder / "signer.pem", "-inkey", other.folder / "signer.key", "-out", "twice"],
            ["ts", "-reply", "-in", "twice", "-token_in", "-out", "answer.tsr"],
        ):  # fmt: skip
            subprocess.run(["openssl", *command], cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "answer.tsr").read_bytes()

    def stamp(self, query: bytes) -> bytes:
        """OpenSSL's answer to a query."""
        asked, given = self.folder / "query.tsq", self.folder / "answer.tsr"
        asked.write_bytes(query)
        subprocess.run(
            ["openssl", "ts", "-reply", "-config", self.folder / "tsa.cnf", "-section", "tsa",
             "-queryfile", asked, "-out", given],
            check=True, capture_output=True,
        )  # fmt: skip
        return given.read_bytes()


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@contextmanager
def served(
    answer: Callable[[bytes], bytes],
    *,
    status: int = 200,
    kind: str = "application/timestamp-reply",
    headers: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, list[bytes]]]:
    """The address at which `answer` is asked, and the queries that came."""
    queries: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            queries.append(self.rfile.read(int(self.headers["Content-Length"])))
            body = answer(queries[-1])
            self.send_response(status)
            self.send_header("Content-Type", kind)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsr", queries
        finally:
            server.shutdown()
