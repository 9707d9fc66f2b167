"""A small HTTP server for clients that are not trusted: bounded requests, one a connection."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from mimtest.network.incoming import DROPPED, Asked, Gone, Reply, Source, parsed

MOST_CONNECTIONS: Final = 64
LAST_PORT: Final = 65535
_SEND_SECONDS: Final = 5.0
_DRAINED: Final = 64 * 1024
_TICK: Final = 0.1


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
            with connection, contextlib.suppress(OSError, Gone):
                connection.settimeout(_TICK)
                self._answer(connection)
        finally:
            self._free.release()

    def _answer(self, connection: socket.socket) -> None:
        source = Source(connection, self._stopped)
        asked = parsed(source.head())
        if isinstance(asked, Asked):
            asked = self._with_body(asked, source, connection)
        if isinstance(asked, Asked):
            reply = self._respond(asked)
            self._hold(connection, reply.hold)
            method = asked.method
        else:
            reply, method = asked, ""
        if reply.status == DROPPED:
            return
        connection.settimeout(_SEND_SECONDS)
        connection.sendall(_written(reply, method))
        connection.shutdown(socket.SHUT_WR)
        self._drain(connection)

    def _with_body(
        self, asked: Asked, source: "Source", connection: socket.socket
    ) -> Asked | Reply:
        if asked.headers.get("expect", "").lower() == "100-continue":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = source.body(asked.headers)
        return replace(asked, body=body) if isinstance(body, bytes) else body

    def _hold(self, connection: socket.socket, seconds: float) -> None:
        """Wait before answering. Raises Gone when the client leaves or talks on meanwhile."""
        left, end = _DRAINED, time.monotonic() + seconds
        while time.monotonic() < end and not self._stopped.is_set():
            with contextlib.suppress(TimeoutError):
                more = connection.recv(4096)
                left -= len(more)
                if not more or left < 0:
                    raise Gone

    def _drain(self, connection: socket.socket) -> None:
        """Read a little of what is still sent: closing before would take the answer back."""
        connection.settimeout(_TICK)
        left, end = _DRAINED, time.monotonic() + 1
        while left > 0 and time.monotonic() < end and not self._stopped.is_set():
            more = connection.recv(4096)
            left = left - len(more) if more else 0


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
