"""Servers that are of no use: real sockets on a free port of loopback that answer as badly as a test wants.

A behaviour is a function of one connection, run in a thread of its own:

    with serve(always(answer(200, b"[]"))) as server: ...       # well-behaved, keeps connections
    with serve(says(b"SSH-2.0-x\\r\\n")) as server: ...           # says this and hangs up
    with serve(drips(answer(200, b"{}"), pause=0.05)) as server: ...

`server.url` is its address, `server.requests` what it was asked, `server.connections` how often it
was connected to. `client_for(server.url)` opens a client with everything in its place.
"""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mimtest.network.client import Client
from mimtest.network.journal import Journal
from mimtest.network.opening import open_client
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.target import Interface, Level, origin_of

PATIENCE = 5.0


@dataclass(frozen=True)
class Request:
    """What a server was asked. Header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Connection:
    """The server's end of one connection. Its methods raise OSError when the other end is gone."""

    def __init__(self, sock: socket.socket, server: "Server") -> None:
        self.sock = sock
        self.server = server

    @property
    def wanted(self) -> bool:
        """Whether the test still runs."""
        return not self.server.stopped.is_set()

    def request(self) -> Request | None:
        """The next request; None when the other end hung up."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = self.sock.recv(65536)
            if not more:
                return None
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (f.partition(":") for f in fields)}
        while len(body) < int(headers.get("content-length", 0)):
            body += self.sock.recv(65536)
        method, target, _ = line.split(" ", 2)
        asked = Request(method, target, headers, body)
        self.server.requests.append(asked)
        return asked

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the test runs."""
        self.server.stopped.wait(seconds)

    def reset(self) -> None:
        """Close with a TCP reset instead of an end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


Behaviour = Callable[[Connection], None]


@dataclass
class Server:
    port: int
    scheme: str = "http"
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextlib.contextmanager
def serve(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Run a behaviour for every connection until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.02)
    server = Server(listener.getsockname()[1], "https" if tls else "http")
    open_sockets: list[socket.socket] = []
    threads = []

    def handle(sock: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), contextlib.closing(sock):
            sock.settimeout(PATIENCE)
            stream = tls.wrap_socket(sock, server_side=True) if tls else sock
            open_sockets.append(stream)
            with contextlib.closing(stream):
                behaviour(Connection(stream, server))

    def accept() -> None:
        while not server.stopped.is_set():
            try:
                sock, _ = listener.accept()
            except TimeoutError:
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.connections += 1
            open_sockets.append(sock)
            thread = threading.Thread(target=handle, args=(sock,), daemon=True)
            threads.append(thread)
            thread.start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        server.stopped.set()
        acceptor.join(PATIENCE)
        listener.close()
        for sock in open_sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(PATIENCE)


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


# Answers


def answer(status: int = 200, body: bytes = b"", *fields: str, length: int | None = None) -> bytes:
    """An HTTP/1.1 answer; `length` makes its Content-Length a lie."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {size}", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def json_answer(body: str | bytes, status: int = 200, *fields: str) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    return answer(status, content, "Content-Type: application/json", *fields)


# Behaviours


def responds(handler: Callable[[Request], bytes]) -> Behaviour:
    """Answer every request of a connection with what `handler` makes of it."""

    def behave(connection: Connection) -> None:
        while (asked := connection.request()) is not None:
            connection.send(handler(asked))

    return behave


def always(data: bytes) -> Behaviour:
    """The same answer to every request."""
    return responds(lambda _: data)


def in_turn(*answers: bytes) -> Behaviour:
    """One answer after the other, over all connections; the last one stays."""
    left = list(answers)
    return responds(lambda _: left.pop(0) if len(left) > 1 else left[0])


def echo(asked: Request) -> bytes:
    """A handler that repeats everything it was told, in fields, body and a redirect."""
    told = "\n".join([asked.target, *map(str, asked.headers.items()), asked.body.decode()])
    field_ = asked.headers.get("authorization", "")
    fields = [f"X-Echo: {field_}", f"Link: <{asked.target}>; rel=self", f"Set-Cookie: a={field_}"]
    return answer(302, told.encode(), "Location: " + asked.target, *fields)


def says(data: bytes) -> Behaviour:
    """Read one request, say this, hang up."""

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(data)

    return behave


def silent(connection: Connection) -> None:
    """Accept the request and never say a word."""
    connection.request()
    connection.pause(PATIENCE)


def drips(data: bytes, pause: float, at_once: int = 0) -> Behaviour:
    """Send the first bytes at once and the others one by one."""

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(data[:at_once])
        for byte in data[at_once:]:
            connection.send(bytes([byte]))
            connection.pause(pause)
            if not connection.wanted:
                return

    return behave


def endless(start: bytes, piece: bytes) -> Behaviour:
    """Send a start and then the same piece for ever."""

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(start)
        while connection.wanted:
            connection.send(piece)

    return behave


def resets(after: bytes = b"") -> Behaviour:
    """Read one request, say this, break the connection off."""

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(after)
        connection.reset()

    return behave


# Clients


def recorder_for(secrets: dict[str, str] | None = None, **options: Any) -> Recorder:
    return Recorder(Redactor(secrets or {}), **{"prefix": "t", **options})


def client_for(
    url: str,
    *,
    level: Level = Level.WRITES,
    secrets: dict[str, str] | None = None,
    origins: tuple[str, ...] = (),
    journal: Path | None = None,
    recorder: Recorder | None = None,
    run_id: str = "run1",
    client_options: dict[str, Any] | None = None,
    **interface: Any,
) -> Client:
    """A client for an address, as if its run and its current check had this level."""
    described = Interface("context", "ngsi-ld", url, **{"timeout": 2.0, **interface})
    keep = recorder or recorder_for(secrets)
    keep.start_check("CTX-ENT-01", level)
    return open_client(
        described,
        origins={described.origin, *map(origin_of, origins)},
        secrets=secrets or {},
        level=level,
        run_id=run_id,
        recorder=keep,
        journal=Journal(journal, keep.redactor) if journal else None,
        **(client_options or {}),
    )
