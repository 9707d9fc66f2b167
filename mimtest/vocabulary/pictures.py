"""Pictures as maps send them: what they are, how large, and what is drawn in them.

Sizes are read of PNG, JPEG, GIF, WebP and TIFF; points are read of PNG alone, which every map service has.
"""

import struct
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.png import SIGNATURE, Colour, points

_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_ALPHA: Final = 3
_SHADE: Final = 40
_MANY_COLOURS: Final = 1000


@dataclass(frozen=True)
class Picture:
    """A picture of some media type and size, in points."""

    media_type: str
    width: int
    height: int
    body: bytes

    @cached_property
    def rows(self) -> list[list[Colour]]:
        """The colours, from the upper left. Raises Inconclusive for what is not read, Contradiction for a broken one."""
        if self.media_type != "image/png":
            raise Inconclusive("needs_review", f"points of {self.media_type} are not read")
        return points(self.body)

    @property
    def colours(self) -> Counter[Colour]:
        """How many points there are of each colour; whatever cannot be seen is one colour."""
        return Counter(c for row in self.rows for c in map(visible, row))

    @property
    def is_blank(self) -> bool:
        """Whether all points have the same colour."""
        return len(self.colours) == 1

    @property
    def is_photo(self) -> bool:
        """Whether it has so many colours that it is no drawing, and no two pictures of a place are equal."""
        return len(self.colours) > _MANY_COLOURS

    @property
    def drawn(self) -> list[tuple[int, int]]:
        """Column and row of the points that differ from the most frequent colour."""
        ground = self.colours.most_common(1)[0][0]
        return [
            (x, y)
            for y, row in enumerate(self.rows)
            for x, colour in enumerate(row)
            if visible(colour) != ground
        ]

    def part(self, left: int, top: int, width: int, height: int) -> list[list[Colour]]:
        """The colours of a rectangle."""
        return [row[left : left + width] for row in self.rows[top : top + height]]


def visible(colour: Colour) -> Colour:
    """A colour, or the one that stands for everything that cannot be seen."""
    return colour if colour[_ALPHA] else (0, 0, 0, 0)


def differing(one: list[list[Colour]], other: list[list[Colour]]) -> float:
    """The share of differing points among those that are drawn in either of two pictures of one size."""
    pairs = [
        (visible(a), visible(b))
        for left, right in zip(one, other, strict=True)
        for a, b in zip(left, right, strict=True)
    ]
    ground = Counter(c for pair in pairs for c in pair).most_common(1)[0][0]
    drawn = [(a, b) for a, b in pairs if a != ground or b != ground]
    return sum(_is_other(a, b) for a, b in drawn) / len(drawn) if drawn else 0.0


def _is_other(one: Colour, other: Colour) -> bool:
    """Whether two colours differ by more than what compression and smooth edges make of one."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) > _SHADE


def recognise(body: bytes) -> Picture | None:
    """The picture that a body is; None for anything else. Raises Contradiction for a broken one."""
    for media_type, size in (
        ("image/png", _size_of_png),
        ("image/jpeg", _size_of_jpeg),
        ("image/gif", _size_of_gif),
        ("image/webp", _size_of_webp),
        ("image/tiff", _size_of_tiff),
    ):
        try:
            found = size(body)
        except (struct.error, IndexError):
            raise Contradiction(f"a broken picture ({media_type}): it ends too early") from None
        if found:
            return Picture(media_type, *found, body)
    return None


def _size_of_png(body: bytes) -> tuple[int, int] | None:
    if not body.startswith(SIGNATURE):
        return None
    width, height = struct.unpack(">II", body[16:24])
    return width, height


def _size_of_gif(body: bytes) -> tuple[int, int] | None:
    if body[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    width, height = struct.unpack("<HH", body[6:10])
    return width, height


def _size_of_jpeg(body: bytes) -> tuple[int, int] | None:
    if not body.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while body[at + 1] not in _FRAMES:
        bare = body[at + 1] in _BARE or body[at + 1] == 0xFF  # noqa: PLR2004 - a filling byte
        step = 1 if body[at + 1] == 0xFF else 2  # noqa: PLR2004
        at += step if bare else 2 + struct.unpack(">H", body[at + 2 : at + 4])[0]
    height, width = struct.unpack(">HH", body[at + 5 : at + 9])
    return width, height


def _size_of_webp(body: bytes) -> tuple[int, int] | None:
    if body[:4] != b"RIFF" or body[8:12] != b"WEBP":
        return None
    kind = body[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[24:27], "little"), 1 + int.from_bytes(body[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", body[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _size_of_tiff(body: bytes) -> tuple[int, int] | None:
    if body[:4] not in (b"II*\x00", b"MM\x00*"):
        return None
    order = "<" if body[:2] == b"II" else ">"
    start = struct.unpack(f"{order}I", body[4:8])[0]
    found = {}
    for n in range(struct.unpack(f"{order}H", body[start : start + 2])[0]):
        field = body[start + 2 + 12 * n : start + 14 + 12 * n]
        tag, kind = struct.unpack(f"{order}HH", field[:4])
        size = "H" if kind == 3 else "I"  # noqa: PLR2004 - short or long
        end = 10 if size == "H" else 12
        found[tag] = struct.unpack(f"{order}{size}", field[8:end])[0]
    return found.get(256, 0), found.get(257, 0)
