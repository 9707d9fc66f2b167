"""Snappy's raw format, unpacked: as much as files of Parquet take, and no more than they say it is."""

from typing import Final

from mimtest.errors import Contradiction

_LITERAL: Final = 0
_NEAR: Final = 1
_FAR: Final = 2
_LONGEST_INLINE: Final = 60
_MOST_BITS: Final = 35


def unpack(packed: bytes, most: int) -> bytes:
    """What was packed. Raises Contradiction for what is not Snappy, or is longer than `most` bytes."""
    try:
        return _unpacked(packed, most)
    except IndexError:
        raise Contradiction("packed data end too early") from None


def _unpacked(packed: bytes, most: int) -> bytes:
    size, at = _length(packed)
    if size > most:
        raise Contradiction(f"packed data are {size} bytes, not {most}")
    out = bytearray()
    while at < len(packed):
        tag = packed[at]
        kind, at = tag & 3, at + 1
        if kind == _LITERAL:
            length = tag >> 2
            if length >= _LONGEST_INLINE:
                more = length - _LONGEST_INLINE + 1
                length, at = int.from_bytes(packed[at : at + more], "little"), at + more
            out += packed[at : at + length + 1]
            at += length + 1
        elif kind == _NEAR:
            _repeat(out, (tag >> 5) << 8 | packed[at], (tag >> 2 & 7) + 4)
            at += 1
        else:
            width = 2 if kind == _FAR else 4
            _repeat(out, int.from_bytes(packed[at : at + width], "little"), (tag >> 2) + 1)
            at += width
        if len(out) > size:
            break
    if len(out) != size:
        raise Contradiction(f"packed data are {len(out)} bytes, not {size}")
    return bytes(out)


def _repeat(out: bytearray, back: int, length: int) -> None:
    """Take bytes that are there already, over again where they are too few."""
    if not 0 < back <= len(out):
        raise Contradiction("packed data point to what is not there")
    start = len(out) - back
    piece = out[start : start + length]
    out += (piece * (length // len(piece) + 1))[:length]


def _length(packed: bytes) -> tuple[int, int]:
    size = shift = at = 0
    while True:
        byte = packed[at]
        size |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if byte < 0x80:  # noqa: PLR2004 - the last of its bytes
            return size, at
        if shift >= _MOST_BITS:
            raise Contradiction("the length of packed data has too many bytes")
