"""Thrift's compact protocol, read with limits: structures as fields by number."""

import struct
from typing import Any, Final

from mimtest.errors import Contradiction

_DEEPEST: Final = 32
_MOST_BITS: Final = 70
_LONG_LIST: Final = 15
_FLAGS: Final = (1, 2)
_INT8: Final = 3
_INTS: Final = (4, 5, 6)
_DOUBLE: Final = 7
_BINARY: Final = 8
_LISTS: Final = (9, 10)
_MAP: Final = 11
_STRUCT: Final = 12

Fields = dict[int, Any]


class Reader:
    """Reads one structure after the other; everything raises Contradiction beyond the end."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.at = 0

    def structure(self, depth: int = 0) -> Fields:
        """The fields of a structure; texts are bytes, structures are fields."""
        if depth > _DEEPEST:
            raise Contradiction("a structure is nested too deep")
        found: Fields = {}
        last = 0
        while head := self._byte():
            kind, step = head & 0x0F, head >> 4
            last = last + step if step else self._signed()
            found[last] = kind == 1 if kind in _FLAGS else self._value(kind, depth)
        return found

    def _value(self, kind: int, depth: int) -> Any:
        if kind == _DOUBLE:
            return struct.unpack("<d", self._take(8))[0]
        if kind in _LISTS:
            return self._list(depth)
        if kind == _MAP:
            return self._map(depth)
        if kind == _STRUCT:
            return self.structure(depth + 1)
        return self._plain(kind)

    def _plain(self, kind: int) -> bool | int | bytes:
        if kind in _FLAGS:  # in a list they are bytes
            return self._byte() == 1
        if kind == _INT8:
            return self._byte()
        if kind in _INTS:
            return self._signed()
        if kind == _BINARY:
            return self._take(self.varint())
        raise Contradiction(f"a field is of the type {kind}, which there is not")

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        count = head >> 4 if head >> 4 < _LONG_LIST else self.varint()
        self._require(count)
        return [self._value(head & 0x0F, depth) for _ in range(count)]

    def _map(self, depth: int) -> list[tuple[Any, Any]]:
        count = self.varint()
        self._require(count)
        kinds = self._byte() if count else 0
        return [
            (self._value(kinds >> 4, depth), self._value(kinds & 0x0F, depth)) for _ in range(count)
        ]

    def _signed(self) -> int:
        number = self.varint()
        return (number >> 1) ^ -(number & 1)

    def varint(self) -> int:
        """A number of as many bytes as it takes."""
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:  # noqa: PLR2004 - the last of its bytes
                return number
            if shift > _MOST_BITS:
                raise Contradiction("a number has too many bytes")

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, size: int) -> bytes:
        self._require(size)
        self.at += size
        return self._body[self.at - size : self.at]

    def _require(self, size: int) -> None:
        """At least so many bytes are left: an item of anything has one."""
        if self.at + size > len(self._body):
            raise Contradiction("a structure ends before its content does")
