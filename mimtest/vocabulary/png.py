"""The points of a PNG (ISO/IEC 15948), read with nothing but the standard library."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from mimtest.errors import Contradiction, Inconclusive

#: Red, green, blue and opacity, each from 0 to 255.
Colour = tuple[int, int, int, int]
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_MOST_POINTS: Final = 4_000_000
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PALETTE: Final = 3
_WIDE: Final = 16
_GREYS: Final = 2


def points(body: bytes) -> list[list[Colour]]:
    """The colours of a PNG (ISO/IEC 15948). Raises Contradiction for a broken one."""
    chunks = list(_chunks(body))
    head = next((data for name, data in chunks if name == b"IHDR"), b"")
    if len(head) != 13 or chunks[-1][0] != b"IEND":  # noqa: PLR2004
        raise Contradiction("a broken picture (image/png): its beginning or end is missing")
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", head)
    if interlaced or width * height > _MOST_POINTS or kind not in _CHANNELS:
        raise Inconclusive(
            "needs_review", "points of interlaced and of very large PNG are not read"
        )
    line = (width * depth * _CHANNELS[kind] + 7) // 8
    packed = b"".join(data for name, data in chunks if name == b"IDAT")
    try:
        raw = zlib.decompressobj().decompress(packed, (line + 1) * height)
    except zlib.error:
        raise Contradiction("a broken picture (image/png): it cannot be unpacked") from None
    if len(raw) < (line + 1) * height:
        raise Contradiction("a broken picture (image/png): points are missing")
    palette = _palette(dict(chunks)) if kind == _PALETTE else []
    key = dict(chunks).get(b"tRNS", b"") if kind in (0, 2) else b""
    clear = struct.unpack(f">{len(key) // 2}H", key[: len(key) // 2 * 2])
    step = max(1, depth * _CHANNELS[kind] // 8)
    before = bytearray(line)
    rows = []
    for y in range(height):
        at = y * (line + 1)
        before = _unfiltered(raw[at], bytearray(raw[at + 1 : at + 1 + line]), before, step)
        values = _samples(before, depth, width * _CHANNELS[kind])
        rows.append(list(_coloured(values, kind, depth, palette, clear)))
    return rows


def _chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at + 12 <= len(body):
        length = struct.unpack(">I", body[at : at + 4])[0]
        name, data = body[at + 4 : at + 8], body[at + 8 : at + 8 + length]
        sum_ = body[at + 8 + length : at + 12 + length]
        if len(sum_) < 4 or struct.unpack(">I", sum_)[0] != zlib.crc32(name + data):  # noqa: PLR2004
            raise Contradiction("a broken picture (image/png): a checksum is wrong")
        yield name, data
        at += 12 + length


def _palette(chunks: dict[bytes, bytes]) -> list[Colour]:
    colours, alpha = chunks.get(b"PLTE", b""), chunks.get(b"tRNS", b"")
    return [
        (
            colours[3 * n],
            colours[3 * n + 1],
            colours[3 * n + 2],
            alpha[n] if n < len(alpha) else 255,
        )
        for n in range(len(colours) // 3)
    ]


def _unfiltered(kind: int, line: bytearray, before: bytearray, step: int) -> bytearray:
    """A line of bytes from what was kept of it: differences to its neighbours (ISO/IEC 15948 clause 9)."""
    for n in range(len(line)) if kind else ():
        left = line[n - step] if n >= step else 0
        up, corner = before[n], before[n - step] if n >= step else 0
        guess = {1: left, 2: up, 3: (left + up) // 2}.get(kind)
        line[n] = (line[n] + (_nearest(left, up, corner) if guess is None else guess)) & 0xFF
    return line


def _nearest(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda v: abs(guess - v))


def _samples(line: bytearray, depth: int, count: int) -> list[int]:
    if depth == 8:  # noqa: PLR2004
        return list(line)
    if depth == _WIDE:
        return list(struct.unpack(f">{count}H", line))
    each = 8 // depth
    mask = (1 << depth) - 1
    return [line[n // each] >> (8 - depth * (n % each + 1)) & mask for n in range(count)]


def _coloured(
    values: list[int], kind: int, depth: int, palette: list[Colour], clear: tuple[int, ...]
) -> Iterator[Colour]:
    if kind == _PALETTE:
        if values and max(values) >= len(palette):
            raise Contradiction("a broken picture (image/png): a colour is not in its palette")
        yield from (palette[v] for v in values)
        return
    size = _CHANNELS[kind]
    most = (1 << depth) - 1
    for n in range(0, len(values), size):
        point = tuple(values[n : n + size])
        shown = [v * 255 // most for v in point]
        alpha = shown.pop() if kind in (4, 6) else (0 if point == clear else 255)
        grey = len(shown) < _GREYS
        red, green, blue = (shown[0],) * 3 if grey else shown
        yield red, green, blue, alpha
