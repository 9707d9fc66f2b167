"""FlatBuffers, as much of them as FlatGeobuf takes: tables, strings, vectors of numbers and of tables."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_SIZES: Final = {"B": 1, "H": 2, "i": 4, "I": 4, "d": 8, "Q": 8}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the table itself; `code` as in the module struct."""

    code: str
    value: float


@dataclass(frozen=True, slots=True)
class Numbers:
    """A vector of numbers."""

    code: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Table:
    """Fields by their number in the schema."""

    fields: Mapping[int, "Number | Numbers | str | bytes | Table | list[Table]"]


def encoded(root: Table) -> bytes:
    """A buffer with a table as its root, without a length before it."""
    out = bytearray(4)
    _point(out, 0, _table(out, root))
    return bytes(out)


def _table(out: bytearray, table: Table) -> int:
    """Append a table with what belongs to it; where it is."""
    inline = {slot: v.code if isinstance(v, Number) else "I" for slot, v in table.fields.items()}
    slots = max(inline, default=-1) + 1
    places, size = {}, 4
    for slot, code in sorted(inline.items(), key=lambda item: -_SIZES[item[1]]):
        size += -size % _SIZES[code]
        places[slot] = size
        size += _SIZES[code]
    vtable = struct.pack("<HH", 4 + 2 * slots, size)
    vtable += struct.pack(f"<{slots}H", *(places.get(s, 0) for s in range(slots)))
    _pad(out, 8, after=len(vtable))
    out += vtable
    start = len(out)
    out += struct.pack("<i", len(vtable)) + bytes(size - 4)
    for slot, value in table.fields.items():
        at = start + places[slot]
        if isinstance(value, Number):
            struct.pack_into(f"<{value.code}", out, at, value.value)
        else:
            _point(out, at, _child(out, value))
    return start


def _child(out: bytearray, value: "Numbers | str | bytes | Table | list[Table]") -> int:
    if isinstance(value, Table):
        return _table(out, value)
    if isinstance(value, str):
        text = value.encode()
        start = _vector(out, 1, len(text))
        out.extend(text + b"\0")
        return start
    if isinstance(value, bytes):
        start = _vector(out, 1, len(value))
        out.extend(value)
        return start
    if isinstance(value, Numbers):
        start = _vector(out, _SIZES[value.code], len(value.values))
        out.extend(struct.pack(f"<{len(value.values)}{value.code}", *value.values))
        return start
    start = _vector(out, 4, len(value))
    out.extend(bytes(4 * len(value)))
    for number, item in enumerate(value):
        _point(out, start + 4 + 4 * number, _table(out, item))
    return start


def _vector(out: bytearray, size: int, length: int) -> int:
    """Append the length of a vector so that its items are aligned; where it is."""
    _pad(out, max(4, size), after=4)
    out.extend(struct.pack("<I", length))
    return len(out) - 4


def _point(out: bytearray, at: int, target: int) -> None:
    struct.pack_into("<I", out, at, target - at)


def _pad(out: bytearray, size: int, *, after: int) -> None:
    """Fill up until what comes `after` so many bytes is aligned."""
    out.extend(bytes(-(len(out) + after) % size))
