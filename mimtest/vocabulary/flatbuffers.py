"""Reading FlatBuffers from a sender that may be broken: every offset is looked at before it is followed."""

import struct
from dataclasses import dataclass
from typing import Final

from mimtest.errors import Contradiction

_SIZES: Final = {"b": 1, "B": 1, "H": 2, "h": 2, "i": 4, "I": 4, "d": 8, "Q": 8, "q": 8, "f": 4}


class _Buffer:
    """Bytes that are not read beyond their end."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def numbers(self, code: str, at: int, count: int = 1) -> tuple[float, ...]:
        size = _SIZES[code] * count
        if at < 0 or count < 0 or at + size > len(self.body):
            raise Contradiction("an offset leads beyond the end of its part of the file")
        return struct.unpack_from(f"<{count}{code}", self.body, at)

    def whole(self, code: str, at: int) -> int:
        return int(self.numbers(code, at)[0])


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its fields go by their number in the schema. Every method raises Contradiction."""

    _buffer: _Buffer
    _start: int

    def _place(self, field: int) -> int | None:
        """Where a field is; None where it is left out."""
        vtable = self._start - self._buffer.whole("i", self._start)
        size = self._buffer.whole("H", vtable)
        entry = 4 + 2 * field
        if entry + 2 > size:
            return None
        offset = self._buffer.whole("H", vtable + entry)
        return self._start + offset if offset else None

    def _target(self, field: int) -> int | None:
        """What the offset in a field leads to."""
        place = self._place(field)
        return None if place is None else place + self._buffer.whole("I", place)

    def number(self, field: int, code: str, default: int = 0) -> int:
        """A whole number."""
        place = self._place(field)
        return default if place is None else self._buffer.whole(code, place)

    def text(self, field: int) -> str | None:
        """A text."""
        body = self.data(field)
        try:
            return None if body is None else body.decode()
        except UnicodeDecodeError:
            raise Contradiction("a text is not in UTF-8") from None

    def data(self, field: int) -> bytes | None:
        """A vector of bytes."""
        at = self._target(field)
        if at is None:
            return None
        size = self._buffer.whole("I", at)
        _ = self._buffer.numbers("B", at + 4 + max(size - 1, 0)) if size else ()
        return self._buffer.body[at + 4 : at + 4 + size]

    def numbers(self, field: int, code: str) -> tuple[float, ...]:
        """A vector of numbers, empty where it is left out."""
        at = self._target(field)
        if at is None:
            return ()
        return self._buffer.numbers(code, at + 4, self._buffer.whole("I", at))

    def table(self, field: int) -> "Table | None":
        """A table."""
        at = self._target(field)
        return None if at is None else Table(self._buffer, at)

    def tables(self, field: int) -> list["Table"]:
        """A vector of tables, empty where it is left out."""
        at = self._target(field)
        if at is None:
            return []
        count = self._buffer.whole("I", at)
        offsets = self._buffer.numbers("I", at + 4, count)
        return [
            Table(self._buffer, at + 4 + 4 * n + int(offset)) for n, offset in enumerate(offsets)
        ]


def root_of(body: bytes) -> Table:
    """The root table of a buffer without a length before it. Raises Contradiction."""
    buffer = _Buffer(body)
    return Table(buffer, buffer.whole("I", 0))
