"""Thrift's compact protocol, as much of it as the footer of a Parquet file takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_I32: Final = 5
_I64: Final = 6
_BINARY: Final = 8
_LIST: Final = 9
_STRUCT: Final = 12
_SHORT: Final = 15


@dataclass(frozen=True, slots=True)
class Int64:
    """A whole number of 64 bits; plain ones have 32."""

    value: int


@dataclass(frozen=True, slots=True)
class Struct:
    """Fields by number."""

    fields: Mapping[int, object]

    def encoded(self) -> bytes:
        """The structure with its end."""
        out, last = bytearray(), 0
        for number, value in sorted(self.fields.items()):
            out.append((number - last) << 4 | _code(value))
            out += _encoded(value)
            last = number
        return bytes(out) + b"\0"


def _code(value: object) -> int:
    if isinstance(value, int):
        return _I32
    if isinstance(value, Int64):
        return _I64
    if isinstance(value, str):
        return _BINARY
    return _STRUCT if isinstance(value, Struct) else _LIST


def _encoded(value: object) -> bytes:
    if isinstance(value, int | Int64):
        number = value if isinstance(value, int) else value.value
        return _varint(number << 1 if number >= 0 else (-number << 1) - 1)
    if isinstance(value, str):
        text = value.encode()
        return _varint(len(text)) + text
    if isinstance(value, Struct):
        return value.encoded()
    if not isinstance(value, Sequence):
        raise TypeError
    kind = _code(value[0])
    short = len(value) < _SHORT
    head = bytes([len(value) << 4 | kind]) if short else bytes([0xF0 | kind]) + _varint(len(value))
    return head + b"".join(map(_encoded, value))


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:  # noqa: PLR2004 - seven bits
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
