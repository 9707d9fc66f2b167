"""HTTP/1.1 on a socket of the loopback interface, a thread for each connection: what the platform and its stand have in common."""

import socket
import sys
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Final
from urllib.parse import unquote

from mimtest.sandbox.http import MAX_BODY, Request, Response
from mimtest.sandbox.manners import problem

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_BODILESS: Final = (204, 304)
#: Seconds a connection may be silent.
_SECONDS: Final = 10.0
_POLL: Final = 0.1
_CHUNK_LINE: Final = 1024
_PIECE: Final = 64 * 1024


class Listener(ThreadingHTTPServer):
    """Takes connections at an address; port 0 is a free one. What is answered, `reply` says.

    Raises ValueError for a host that is not loopback and OSError for a taken port.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        if host not in _LOOPBACK:
            msg = f"the sandbox listens on loopback only, not on {host}"
            raise ValueError(msg)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__((host, port), _Connection)

    @property
    def place(self) -> str:
        """Host and port, as they stand in an address."""
        host, port = self.server_address[:2]
        return f"[{host!s}]:{port}" if ":" in str(host) else f"{host!s}:{port}"

    def server_bind(self) -> None:
        """Without looking for the name of the host."""
        socket.socket.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()

    def start(self) -> Thread:
        """Serve in a thread until `end`."""
        thread = Thread(target=self.serve_forever, args=(_POLL,), daemon=True)
        thread.start()
        return thread

    def end(self) -> None:
        """Take no more connections, and end those there are."""
        self.shutdown()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember a connection while it is open."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget it."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def reply(self, request: Request, connection: socket.socket) -> Response:
        """The answer to a request that came over a connection."""
        raise NotImplementedError


class _Connection(BaseHTTPRequestHandler):
    """The requests of one client, one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = _SECONDS
    server: Listener

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        try:
            body = self._body()
        except ValueError as wrong:
            self.send_error(HTTPStatus.BAD_REQUEST, str(wrong))
            return
        try:
            response = self.server.reply(self._request(body), self.connection)
            head = self._head(response)
        except Exception:  # noqa: BLE001 (a bug here must look like any server's: 500, no trace)
            response = problem(500, "the platform failed to answer")
            head = self._head(response)
        bodiless = response.status in _BODILESS or self.command == "HEAD"
        self.wfile.write(head if bodiless else head + response.body)

    def _request(self, body: bytes) -> Request:
        headers: dict[str, str] = {}
        for raw_name, raw_value in self.headers.items():
            name, value = raw_name.lower(), raw_value.strip()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        # As it came: the library takes slashes away from its beginning.
        raw_path, _, query = self.requestline.split()[1].partition("?")
        host = headers.get("host") or self.server.place
        return Request(
            method=self.command,
            path=unquote(raw_path),
            query=query,
            headers=headers,
            body=body,
            base=f"http://{host}",
            raw_path=raw_path,
        )

    def _body(self) -> bytes:
        """Raises ValueError for one whose length nobody can tell."""
        if self.headers.get("Transfer-Encoding"):
            return self._chunks()
        told = self.headers.get("Content-Length", "0").strip()
        if not (told.isascii() and told.isdigit()):
            msg = "Content-Length is no number"
            raise ValueError(msg)
        return self._read(int(told), 0)

    def _chunks(self) -> bytes:
        """The body of RFC 9112 section 7.1."""
        parts, size = [], 0
        while length := self._length():
            parts.append(self._read(length, size))
            size += length
            self.rfile.readline(_CHUNK_LINE)
        while self.rfile.readline(_CHUNK_LINE).strip():  # trailers
            pass
        return b"".join(parts)

    def _length(self) -> int:
        return int(self.rfile.readline(_CHUNK_LINE).partition(b";")[0].strip() or b"x", 16)

    def _read(self, length: int, before: int) -> bytes:
        """So many bytes; beyond what is kept they are read and dropped."""
        kept = []
        while length > 0:
            piece = self.rfile.read(min(length, _PIECE))
            if not piece:
                raise ConnectionError
            if before <= MAX_BODY:
                kept.append(piece)
            before += len(piece)
            length -= len(piece)
        return b"".join(kept)

    def _head(self, response: Response) -> bytes:
        """Raises ValueError for fields that would end too early."""
        lines = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
        lines.append(f"Date: {self.date_time_string()}")
        lines += (f"{name}: {value}" for name, value in response.headers)
        named = {name.lower(): value for name, value in response.headers}
        if response.status not in _BODILESS and self.command != "HEAD":
            if "content-length" not in named:
                lines.append(f"Content-Length: {len(response.body)}")
            elif int(named["content-length"]) != len(response.body):
                self.close_connection = True
        if named.get("connection", "").lower() == "close":
            self.close_connection = True
        if any("\r" in line or "\n" in line for line in lines):
            msg = "a field has the end of a line in it"
            raise ValueError(msg)
        return "\r\n".join((*lines, "\r\n")).encode("latin-1")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is no request is answered as a problem, and ends the connection."""
        del explain
        self.close_connection = True
        if not hasattr(self, "command") or self.command is None:
            self.command = ""
        response = problem(code, message or _phrase(code))
        closing = response.with_header("Connection", "close")
        self.wfile.write(self._head(closing) + closing.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
