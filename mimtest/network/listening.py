"""A small HTTP server for clients that are not trusted: a bounded head, one request a connection."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

MOST_HEAD: Final = 16 * 1024
MOST_CONNECTIONS: Final = 64
HEAD_SECONDS: Final = 5.0
LAST_PORT: Final = 65535
_SEND_SECONDS: Final = 5.0
_DRAINED: Final = 64 * 1024
_TICK: Final = 0.1


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a known path; header names in lower case, `at` on the monotonic clock."""

    method: str
    path: str
    headers: Mapping[str, str]
    at: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered; after `hold` seconds, unless the client leaves before."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()
    hold: float = 0.0


def listen_at(name: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes a free one. Raises OSError."""
    if port > LAST_PORT:
        msg = f"there is no port {port}"
        raise OSError(msg)
    try:
        kind = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(*kind[:3])
    except UnicodeError as error:
        raise OSError(str(error)) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(kind[4])
        listener.listen(MOST_CONNECTIONS)
        listener.settimeout(_TICK)
    except OSError:
        listener.close()
        raise
    return listener


class _Gone(Exception):  # noqa: N818 - a state, not an error
    """The client left or said nothing in time: there is nobody to answer."""


class Server:
    """Takes connections and answers each in a thread."""

    def __init__(self, respond: Callable[[Asked], Reply], listener: socket.socket) -> None:
        self._respond = respond
        self._listener = listener
        self._stopped = threading.Event()
        self._free = threading.Semaphore(MOST_CONNECTIONS)

    def stop(self) -> None:
        """End soon, whatever clients do."""
        self._stopped.set()

    def run(self) -> None:
        """Take connections, as many at once as there are threads, until stopped."""
        with ThreadPoolExecutor(MOST_CONNECTIONS, "mimtest-hosting") as threads:
            while not self._stopped.is_set():
                if not self._free.acquire(timeout=_TICK):
                    continue
                connection = self._accept()
                if connection is None:
                    self._free.release()
                else:
                    threads.submit(self._serve, connection)

    def _accept(self) -> socket.socket | None:
        try:
            return self._listener.accept()[0]
        except TimeoutError:
            return None
        except OSError:  # such as too many open files: it passes
            self._stopped.wait(_TICK)
            return None

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, contextlib.suppress(OSError, _Gone):
                connection.settimeout(_TICK)
                self._answer(connection)
        finally:
            self._free.release()

    def _answer(self, connection: socket.socket) -> None:
        asked = _parse(self._head(connection))
        if isinstance(asked, Asked):
            reply = self._respond(asked)
            self._hold(connection, reply.hold)
            method = asked.method
        else:
            reply, method = asked, ""
        connection.settimeout(_SEND_SECONDS)
        connection.sendall(_written(reply, method))
        connection.shutdown(socket.SHUT_WR)
        self._drain(connection)

    def _head(self, connection: socket.socket) -> bytes:
        """What comes up to the empty line, or up to the limit. Raises _Gone."""
        head, end = b"", time.monotonic() + HEAD_SECONDS
        while b"\r\n\r\n" not in head and len(head) <= MOST_HEAD:
            if self._stopped.is_set() or time.monotonic() > end:
                raise _Gone
            with contextlib.suppress(TimeoutError):
                more = connection.recv(4096)
                if not more:
                    raise _Gone
                head += more
        return head

    def _hold(self, connection: socket.socket, seconds: float) -> None:
        """Wait before answering. Raises _Gone when the client leaves or talks on meanwhile."""
        left, end = _DRAINED, time.monotonic() + seconds
        while time.monotonic() < end and not self._stopped.is_set():
            with contextlib.suppress(TimeoutError):
                more = connection.recv(4096)
                left -= len(more)
                if not more or left < 0:
                    raise _Gone

    def _drain(self, connection: socket.socket) -> None:
        """Read a little of what is still sent: closing before would take the answer back."""
        connection.settimeout(_TICK)
        left, end = _DRAINED, time.monotonic() + 1
        while left > 0 and time.monotonic() < end and not self._stopped.is_set():
            more = connection.recv(4096)
            left = left - len(more) if more else 0


def _parse(head: bytes) -> Asked | Reply:
    """The request a head holds, or how it is refused."""
    text, found, _ = head.partition(b"\r\n\r\n")
    if not found or len(text) > MOST_HEAD:
        return Reply(431)
    line, *fields = text.decode("latin-1").split("\r\n")
    parts = line.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):  # noqa: PLR2004
        return Reply(400)
    named = (f.partition(":") for f in fields)
    headers = {name.strip().lower(): value.strip() for name, _, value in named}
    return Asked(parts[0], parts[1].partition("?")[0], headers, time.monotonic())


def _written(reply: Reply, method: str) -> bytes:
    lines = [
        f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}",
        f"Content-Type: {reply.media_type}",
        f"Content-Length: {len(reply.body)}",
        "X-Content-Type-Options: nosniff",
        *(f"{name}: {value}" for name, value in reply.headers),
        "Connection: close",
    ]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if method == "HEAD" else head + reply.body
