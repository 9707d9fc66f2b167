"""A time-stamping authority for tests: OpenSSL's own behind a socket."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

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
    """An authority whose root certificate is at `root`; `purpose` is what its signer may do."""

    def __init__(self, folder: Path, *, purpose: x509.ObjectIdentifier | None = None) -> None:
        folder.mkdir()
        self.folder, self.root = folder, folder / "root.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        signer = ec.generate_private_key(ec.SECP256R1())
        stamping = ExtendedKeyUsageOID.TIME_STAMPING
        may_stamp = x509.ExtendedKeyUsage([purpose or stamping])
        self.root.write_bytes(self._certificate("Test root", self._key))
        (folder / "signer.pem").write_bytes(self._certificate("Test stamps", signer, may_stamp))
        private = signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "signer.key").write_bytes(private)
        (folder / "serial").write_text("01\n", encoding="ascii")
        (folder / "tsa.cnf").write_text(_SETTINGS.format(folder=folder), encoding="utf-8")

    def _certificate(
        self, name: str, key: ec.EllipticCurvePrivateKey, usage: x509.ExtendedKeyUsage | None = None
    ) -> bytes:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name("Test root"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=5))
            .add_extension(x509.BasicConstraints(ca=usage is None, path_length=None), critical=True)
        )
        if usage:
            builder = builder.add_extension(usage, critical=True)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)

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
