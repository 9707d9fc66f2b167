"""Requests of clients that are not trusted, read within limits of size and time."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MOST_HEAD: Final = 16 * 1024
MOST_BODY: Final = 2 * 1024 * 1024
HEAD_SECONDS: Final = 5.0
BODY_SECONDS: Final = 10.0
_DIGITS: Final = 12
_CHUNK_SIZE: Final = re.compile(rb"[0-9A-Fa-f]{1,8}")
#: The status of a reply that is none: the connection is closed without a word.
DROPPED: Final = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; header names in lower case, repeated ones joined by commas; `at` on the monotonic clock.

    `path` and `query` are as they came, percent-encoded. `exchange` is its id in the report, if it is there.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    at: float
    query: str = ""
    body: bytes = b""
    exchange: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered; after `hold` seconds, unless the client leaves before.

    With the status `DROPPED` nothing is: the connection is closed.
    """

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()
    hold: float = 0.0


class Gone(Exception):  # noqa: N818 - a state, not an error
    """The client left or said nothing in time: there is nobody to answer."""


class Source:
    """What a client sends, up to limits in size and time."""

    def __init__(self, connection: socket.socket, stopped: threading.Event) -> None:
        self._connection = connection
        self._stopped = stopped
        self._kept = bytearray()
        self._end = 0.0

    def head(self) -> bytes:
        """What comes up to the empty line, or up to the limit. Raises Gone."""
        self._end = time.monotonic() + HEAD_SECONDS
        while (end := self._kept.find(b"\r\n\r\n")) < 0 and len(self._kept) <= MOST_HEAD:
            self._more()
        return self._taken(end + 4 if end >= 0 else len(self._kept))

    def body(self, headers: Mapping[str, str]) -> bytes | Reply:
        """The body, or how it is refused. Raises Gone."""
        self._end = time.monotonic() + BODY_SECONDS
        length = headers.get("content-length", "0")
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return self._chunks()
        if not (length.isascii() and length.isdigit()):
            return Reply(400)
        return (
            Reply(413)
            if len(length) > _DIGITS or int(length) > MOST_BODY
            else self._take(int(length))
        )

    def _chunks(self) -> bytes | Reply:
        body = bytearray()
        while True:
            told = self._line().partition(b";")[0].strip()
            if not _CHUNK_SIZE.fullmatch(told):
                return Reply(400)
            size = int(told, 16)
            if size + len(body) > MOST_BODY:
                return Reply(413)
            if not size:
                while self._line():
                    pass
                return bytes(body)
            body += self._take(size)
            if self._line():
                return Reply(400)

    def _line(self) -> bytes:
        while (end := self._kept.find(b"\r\n", 0, MOST_HEAD)) < 0:
            if len(self._kept) > MOST_HEAD:
                raise Gone
            self._more()
        return self._taken(end + 2)[:-2]

    def _take(self, size: int) -> bytes:
        while len(self._kept) < size:
            self._more()
        return self._taken(size)

    def _taken(self, size: int) -> bytes:
        taken = bytes(self._kept[:size])
        del self._kept[:size]
        return taken

    def _more(self) -> None:
        if self._stopped.is_set() or time.monotonic() > self._end:
            raise Gone
        with contextlib.suppress(TimeoutError):
            more = self._connection.recv(65536)
            if not more:
                raise Gone
            self._kept += more


def parsed(head: bytes) -> Asked | Reply:
    """The request a head holds, or how it is refused."""
    text, found, _ = head.partition(b"\r\n\r\n")
    if not found or len(text) > MOST_HEAD:
        return Reply(431)
    line, *fields = text.decode("latin-1").split("\r\n")
    parts = line.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):  # noqa: PLR2004
        return Reply(400)
    headers: dict[str, str] = {}
    for name, _, value in (f.partition(":") for f in fields):
        key = name.strip().lower()
        headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()
    path, _, query = parts[1].partition("?")
    return Asked(parts[0], path, headers, time.monotonic(), query)
