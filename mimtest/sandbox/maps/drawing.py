"""Drawing things into a picture, and writing it as PNG (ISO/IEC 15948), with nothing but the standard library."""

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor
from typing import Any, Final

from mimtest.sandbox.features.crs import Crs
from mimtest.sandbox.features.geometry import Box
from mimtest.sandbox.maps.layers import Layer, Rgb

#: Points have the shape of a square with so many points to each side of its middle.
REACH: Final = 3
_OUTLINE: Final = 1
_MOST_STEPS: Final = 20_000
WHITE: Final[Rgb] = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class View:
    """The part of the plane that a picture shows, east first, and the picture's size."""

    box: Box
    width: int
    height: int

    def point(self, position: Sequence[float]) -> tuple[int, int]:
        """Column and row of a position, which may be outside."""
        x, y = self.exact(position)
        return floor(x + 1e-6), floor(y + 1e-6)

    def exact(self, position: Sequence[float]) -> tuple[float, float]:
        """The same, with fractions."""
        x = (position[0] - self.box.west) / (self.box.east - self.box.west) * self.width
        y = (self.box.north - position[1]) / (self.box.north - self.box.south) * self.height
        return x, y


class Canvas:
    """A picture of a few colours; the first is its ground."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.rows = [bytearray(view.width) for _ in range(view.height)]

    def fill(self, left: int, right: int, row: int, colour: int) -> None:
        """Colour the points of a row from `left` to `right`, both included."""
        left, right = max(left, 0), min(right, self.view.width - 1)
        if 0 <= row < self.view.height and left <= right:
            self.rows[row][left : right + 1] = bytes((colour,)) * (right - left + 1)

    def draw(self, geometry: dict[str, Any], colour: int) -> None:
        """Draw a geometry, its coordinates in the plane of the view."""
        kind, coordinates = geometry["type"], geometry["coordinates"]
        if kind.startswith("Multi"):
            for part in coordinates:
                self.draw({"type": kind.removeprefix("Multi"), "coordinates": part}, colour)
        elif kind == "Point":
            self._square(self.view.point(coordinates), REACH, colour)
        elif kind == "LineString":
            self._line(coordinates, colour)
        else:
            self._polygon(coordinates, colour)

    def _square(self, middle: tuple[int, int], reach: int, colour: int) -> None:
        x, y = middle
        for row in range(y - reach, y + reach + 1):
            self.fill(x - reach, x + reach, row, colour)

    def _line(self, line: Sequence[Sequence[float]], colour: int) -> None:
        ends = [self.view.point(p) for p in line]
        for (ax, ay), (bx, by) in pairwise(ends):
            steps = min(max(abs(bx - ax), abs(by - ay), 1), _MOST_STEPS)
            for n in range(steps + 1):
                at = (
                    floor(ax + (bx - ax) * n / steps + 0.5),
                    floor(ay + (by - ay) * n / steps + 0.5),
                )
                self._square(at, _OUTLINE, colour)

    def _polygon(self, rings: Sequence[Sequence[Sequence[float]]], colour: int) -> None:
        edges = [
            (self.view.exact(a), self.view.exact(b)) for ring in rings for a, b in pairwise(ring)
        ]
        for row in range(self.view.height):
            y = row + 0.5
            met = sorted(
                ax + (y - ay) / (by - ay) * (bx - ax)
                for (ax, ay), (bx, by) in edges
                if (ay > y) != (by > y)
            )
            for left, right in zip(met[::2], met[1::2], strict=False):
                self.fill(floor(left + 0.5), floor(right - 0.5), row, colour)
        for ring in rings:
            self._line(ring, colour)


def picture(
    layers: Iterable[Layer], crs: Crs, view: View, *, clear: bool = True, ground: Rgb = WHITE
) -> bytes:
    """Layers as PNG, the first at the bottom, on a ground that cannot be seen or has a colour."""
    canvas = Canvas(view)
    colours = [ground]
    for number, layer in enumerate(layers, start=1):
        colours.append(layer.colour)
        for _, geometry in layer.placed(crs):
            canvas.draw(geometry, number)
    return png(canvas.rows, colours, clear=clear)


def png(rows: Sequence[bytes | bytearray], colours: Sequence[Rgb], *, clear: bool) -> bytes:
    """Rows of numbers of colours as PNG; with `clear` the first colour cannot be seen."""
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"PLTE", bytes(n for c in colours for n in c))]
    if clear:
        chunks.append((b"tRNS", b"\0"))
    chunks.append((b"IDAT", zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 1)))
    chunks.append((b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def hit(layer: Layer, crs: Crs, view: View, column: int, row: int) -> list[Any]:
    """The features that are drawn at a point of a picture."""
    found = []
    for feature, geometry in layer.placed(crs):
        canvas = Canvas(view)
        canvas.draw(geometry, 1)
        if canvas.rows[row][column]:
            found.append(feature)
    return found
