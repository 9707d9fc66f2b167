"""The stand on real sockets of the loopback interface."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Final

from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.listening import Listener
from mimtest.sandbox.stand.certificates import (
    authority_kind,
    authority_pem,
    chain_pem,
    client_pem,
)
from mimtest.sandbox.stand.hello import read_offer, server_hello
from mimtest.sandbox.stand.setup import Stand

_HOST: Final = "127.0.0.1"
_SECONDS: Final = 5.0
_MOST: Final = 65536
#: As nginx does it: the handshake goes through, the request does not.
_BARRED: Final = Response(400, (("Content-Type", "text/plain"),), b"No certificate was sent\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stand is: over TLS, its second and third port, without TLS, and its files (PEM).

    `authority` is its authority's certificate, `client` that of a client with its key.
    """

    url: str
    side: str
    vault: str
    plain: str
    authority: Path
    client: Path


@contextmanager
def serve_stand(stand: Stand) -> Iterator[Place]:
    """Serve a stand in threads."""
    with _Running() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="mimtest-stand-")))
        path, client = folder / "stand-ca.pem", folder / "stand-client.pem"
        client.write_bytes(client_pem())
        kinds = dict.fromkeys((authority_kind(stand.certificate), authority_kind(stand.side)))
        path.write_bytes(b"".join(authority_pem(kind) for kind in kinds))
        front = replace(stand, bars=False)
        url = stack.start(_Tls(front, folder))
        side = stack.start(_Tls(Stand(stand.side), folder))
        plain = _plain(stack, front, url)
        vault = stack.start(_Tls(replace(Stand(), bars=stand.bars), folder, stand.vault))
        yield Place(url, side, vault, plain, path, client)


class _Running(ExitStack):
    """Servers that end together, so that who ends them waits once."""

    def __init__(self) -> None:
        super().__init__()
        self._servers: list[_Http] = []

    def start(self, server: "_Http") -> str:
        """Serve until the stack ends; the address."""
        self.enter_context(server)
        self.callback(server.start().join)
        self._servers.append(server)
        self.callback(self._end)
        scheme = "https" if isinstance(server, _Tls) else "http"
        return f"{scheme}://{server.place}"

    def _end(self) -> None:
        while self._servers:
            Thread(target=self._servers.pop().end, daemon=True).start()


def _plain(stack: _Running, stand: Stand, url: str) -> str:
    """Serve without TLS; a closed port is one that was free a moment ago."""
    if stand.plain is not None:
        server = _Http(stand)
        server.sent_on_to = url
        return stack.start(server)
    with socket.socket() as free:
        free.bind((_HOST, 0))
        return f"http://{_HOST}:{free.getsockname()[1]}"


class _Http(Listener):
    """Without TLS."""

    def __init__(self, stand: Stand) -> None:
        super().__init__(_HOST)
        self.stand = stand
        self.sent_on_to = ""

    def reply(self, request: Request, connection: socket.socket) -> Response:
        """What is said."""
        shown = isinstance(connection, ssl.SSLSocket) and connection.getpeercert()
        if self.stand.bars and not shown:
            return _BARRED
        return self._said(replace(request, base=self.sent_on_to))

    def _said(self, request: Request) -> Response:
        return self.stand.plain(request) if self.stand.plain else Response(404)


class _Tls(_Http):
    """Over TLS."""

    def __init__(self, stand: Stand, folder: Path, verify: ssl.VerifyMode = ssl.CERT_NONE) -> None:
        super().__init__(stand)
        path = folder / f"server-{self.server_address[1]}.pem"
        path.write_bytes(chain_pem(stand.certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version, context.maximum_version = stand.oldest, stand.newest
        context.set_ciphers(stand.ciphers)
        context.load_cert_chain(path)
        context.load_verify_locations(cadata=authority_pem().decode())
        context.verify_mode = verify
        self._context = context

    def _said(self, request: Request) -> Response:
        return self.stand.answer(request)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the thread of the connection, or agree to an old hello and end there."""
        request.settimeout(_SECONDS)
        offer = read_offer(request.recv(_MOST, socket.MSG_PEEK))
        agreed = self.stand.agrees(offer) if offer else None
        if offer and agreed:
            request.recv(_MOST)
            request.sendall(server_hello(*agreed))
        elif not (offer and self.stand.hangs_up and offer.version <= ssl.TLSVersion.TLSv1_1):
            with suppress(OSError), self._context.wrap_socket(request, server_side=True) as link:
                super().finish_request(link, client_address)
