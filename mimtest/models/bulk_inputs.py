"""Files and streams as blocks of records: NDJSON, JSON arrays, feature collections, single values, gzipped or not.

What is read at a time is bounded, whatever is in it. A file is read again from any place between two records.
"""

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, Protocol

import orjson

from mimtest.errors import Inconclusive, UsageError
from mimtest.models.bulk_lines import MAX_RECORD, Found, Lines, Splitter
from mimtest.models.bulk_records import Block, Place
from mimtest.models.bulk_values import Values

_PIECE: Final = 256 * 1024
_HEAD: Final = 1024 * 1024
_MOST_RECORDS: Final = 2000
_MARK: Final = b"\xef\xbb\xbf"
_GZIP: Final = b"\x1f\x8b"
_OF_LINES: Final = (".ndjson", ".jsonl")
_BLANK: Final = b" \t\r\n"
_LOOKED_AT: Final = 2


class Input(Protocol):
    """Where entities come from. `size` is in bytes, `expected` in entities, where they are known.

    `identity` tells whether it is still the same; None for what can only be read once.
    """

    name: str
    size: int | None
    expected: int | None
    identity: list[Any] | None

    @property
    def consumed(self) -> int:
        """How many bytes were read."""

    def blocks(self, place: Place) -> Iterator[Block]:
        """The blocks from a place on. Raises Inconclusive when it cannot be read to its end."""


class FileInput:
    """A file, or standard input for `-`. Raises UsageError when it cannot be opened."""

    def __init__(self, path: str, limit: int = MAX_RECORD) -> None:
        self.name = "standard input" if path == "-" else path
        self._path = None if path == "-" else Path(path)
        self._limit = limit
        self._raw: Any = None
        self.size: int | None = None
        self.expected: int | None = None
        self.identity: list[Any] | None = None
        if self._path is not None and not self._path.is_fifo():
            with self._open():
                known = self._path.stat()
            self.size = known.st_size
            self.identity = [str(self._path.resolve()), known.st_size, known.st_mtime_ns, limit]

    @property
    def consumed(self) -> int:
        """How many bytes were read, as they lie on the disk."""
        try:
            return int(self._raw.tell()) if self._raw is not None else 0
        except (OSError, ValueError):
            return 0

    def blocks(self, place: Place) -> Iterator[Block]:
        """The blocks from a place on. Raises Inconclusive (body_cut) for a file that breaks off."""
        with self._open() as raw:
            self._raw = raw
            yield from self._read(_inflated(raw), place)

    def _open(self) -> AbstractContextManager[IO[bytes]]:
        if self._path is None:
            return nullcontext(sys.stdin.buffer)
        try:
            return self._path.open("rb", buffering=_PIECE)
        except FileNotFoundError:
            raise UsageError(
                f"{self.name}: no such file.", "Name files of data, or - for standard input."
            ) from None
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise UsageError(
                f"{self.name}: cannot be read ({why}).",
                "Name files of data, or - for standard input.",
            ) from None

    def _read(self, stream: IO[bytes], place: Place) -> Iterator[Block]:
        head, ended = b"", False
        while not ended and len(head) < _HEAD and not _is_decided(head):
            piece = self._piece(stream)
            head, ended = head + piece, not piece
        splitter = self._splitter(head, place)
        rest = self._skip(stream, head, splitter.place.offset)
        yield from blocks_of(self.name, splitter, chain((rest,), self._pieces(stream)))

    def _pieces(self, stream: IO[bytes]) -> Iterator[bytes]:
        while piece := self._piece(stream):
            yield piece

    def _skip(self, stream: IO[bytes], head: bytes, offset: int) -> bytes:
        """What comes after so many bytes, of which the head was read already."""
        while len(head) < offset:
            offset -= len(head)
            head = self._piece(stream)
            if not head:
                raise Inconclusive("body_cut", f"{self.name} has become shorter")
        return head[offset:]

    def _splitter(self, head: bytes, place: Place) -> Splitter:
        begin = len(_MARK) if head.startswith(_MARK) else 0
        if not place.offset:
            place = Place(offset=begin)
        suffixes = self._path.suffixes[-2:] if self._path else []
        lines = any(s.lower() in _OF_LINES for s in suffixes) or _has_lines(head[begin:])
        return Lines(place, self._limit) if lines else Values(place, self._limit)

    def _piece(self, stream: IO[bytes]) -> bytes:
        try:
            return stream.read(_PIECE)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            detail = f"{self.name} breaks off or is damaged: {error}"
            raise Inconclusive("body_cut", detail) from None
        except OSError as error:
            detail = f"{self.name} cannot be read to its end: {error.strerror}"
            raise Inconclusive("body_cut", detail) from None


def _inflated(raw: IO[bytes]) -> IO[bytes]:
    """What a stream holds, decompressed if it is gzipped."""
    peek = getattr(raw, "peek", None)
    if peek is not None and peek(len(_GZIP))[: len(_GZIP)] == _GZIP:
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    return raw


def blocks_of(name: str, splitter: Splitter, pieces: Iterable[bytes]) -> Iterator[Block]:
    """What a splitter finds in the pieces of a stream, not too many records in a block."""
    number = splitter.place.records + 1
    for found in _found_in(splitter, pieces):
        for start in range(0, len(found), _MOST_RECORDS):
            part = found[start : start + _MOST_RECORDS]
            last = start + len(part) == len(found)
            lines, records = [n for n, _ in part], [r for _, r in part]
            yield Block(name, number + start, lines, records, splitter.place if last else None)
        number += len(found)


def _found_in(splitter: Splitter, pieces: Iterable[bytes]) -> Iterator[list[Found]]:
    for piece in pieces:
        yield splitter.feed(piece)
    yield splitter.end()


def _is_decided(head: bytes) -> bool:
    """Whether enough of a file is there to tell lines from other layouts."""
    text = head.removeprefix(_MARK).lstrip(_BLANK)
    return bool(text) and (text[:1] != b"{" or text.count(b"\n") >= _LOOKED_AT)


def _has_lines(head: bytes) -> bool:
    """Whether a file has a value in each line. One of the first two lines may be broken."""
    text = head.lstrip(_BLANK)
    if text[:1] != b"{" or _is_object(text):
        return False
    lines = [line for line in text.split(b"\n", _LOOKED_AT)[:_LOOKED_AT] if line.strip()]
    return any(map(_is_object, lines))


def _is_object(text: bytes) -> bool:
    try:
        return isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return False
