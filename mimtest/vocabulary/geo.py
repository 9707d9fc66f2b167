"""Boxes and shapes: which features a box selects, recomputed from the features themselves.

Near the edge of a box nothing is judged: servers round coordinates, and a point a hair's breadth
outside is no contradiction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final, Self

from mimtest.vocabulary.geojson import Line, Point, Shape

#: Edges longer than this (degrees) run differently on a sphere; they prove nothing.
_LONGEST_EDGE: Final = 1.0
_FRACTIONS: Final = (1 / 3, 1 / 2, 1 / 6, 2 / 3, 1 / 12)
_MOST_COMPARED: Final = 500


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle along the axes of its reference system, edges included; `x` is the first axis."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, positions: Iterable[Point]) -> Self:
        """The smallest box around positions. Raises ValueError for none."""
        xs, ys = zip(*positions, strict=True)
        return cls(min(xs), min(ys), max(xs), max(ys))

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Self:
        """From two numbers for each axis, of which only the first two axes are kept."""
        half = len(numbers) // 2
        return cls(numbers[0], numbers[1], numbers[half], numbers[half + 1])

    @property
    def text(self) -> str:
        """The value of a `bbox` parameter, without exponents."""
        return ",".join(f"{n:.6f}" for n in (self.west, self.south, self.east, self.north))

    @property
    def size(self) -> float:
        """The longer side."""
        return max(self.east - self.west, self.north - self.south)

    def grown(self, by: float) -> "Box":
        """The box with each edge moved outwards, or inwards for a negative number."""
        return Box(self.west - by, self.south - by, self.east + by, self.north + by)

    def holds(self, p: Point) -> bool:
        """Whether a position is inside or on the edge."""
        return self.west <= p[0] <= self.east and self.south <= p[1] <= self.north

    def meets(self, other: "Box") -> bool:
        """Whether two boxes have a position in common."""
        return not (
            self.east < other.west
            or other.east < self.west
            or self.north < other.south
            or other.north < self.south
        )


WORLD: Final = Box(-180.0, -90.0, 180.0, 90.0)
_FAR: Final = (
    Box(-131.0, -49.0, -130.0, -48.0),
    Box(79.0, -46.0, 80.0, -45.0),
    Box(-30.0, 2.0, -29.0, 3.0),
)


@dataclass(frozen=True, slots=True)
class Fence:
    """A box and the width of the band along its edge in which nothing is judged."""

    box: Box
    band: float

    def selects(self, shape: Shape | None) -> bool | None:
        """Whether the box selects a shape; None where it may or may not.

        A feature without a place is "may": 17-069r4 wants it selected (fc-bbox-response C), and
        hardly a server does.
        """
        if shape is None or not shape.positions:
            return None
        inner, outer = self.box.grown(-self.band), self.box.grown(self.band)
        if any(inner.holds(p) for p in shape.positions):
            return True
        if not outer.meets(Box.around(shape.positions)):
            return False
        if any(_is_long(edge) for edge in _edges(shape)):
            return None
        if touches(shape, inner):
            return True
        return None if touches(shape, outer) else False


def touches(shape: Shape, box: Box) -> bool:
    """Whether a shape and a box have a position in common, on the plane of their axes."""
    if box.west > box.east or box.south > box.north:
        return False
    if any(box.holds(p) for p in shape.points):
        return True
    if any(_crosses(edge, box) for edge in _edges(shape)):
        return True
    return any(_surrounds(polygon, (box.west, box.south)) for polygon in shape.polygons)


def _edges(shape: Shape) -> Iterator[tuple[Point, Point]]:
    for line in shape.lines:
        yield from pairwise(line)
    for polygon in shape.polygons:
        for ring in polygon:
            yield from pairwise(ring)


def _is_long(edge: tuple[Point, Point]) -> bool:
    """Whether an edge is long, if its numbers are degrees; metres are on a plane anyway."""
    (ax, ay), (bx, by) = edge
    longest = max(abs(ax - bx), abs(ay - by))
    return longest > _LONGEST_EDGE and max(map(abs, (ax, ay, bx, by))) <= WORLD.east


def _crosses(edge: tuple[Point, Point], box: Box) -> bool:
    """Whether a part of an edge lies in a box (Liang and Barsky)."""
    (ax, ay), (bx, by) = edge
    first, last = 0.0, 1.0
    for step, start, low, high in (
        (bx - ax, ax, box.west, box.east),
        (by - ay, ay, box.south, box.north),
    ):
        if step == 0:
            if not low <= start <= high:
                return False
            continue
        near, far = sorted(((low - start) / step, (high - start) / step))
        first, last = max(first, near), min(last, far)
    return first <= last


def _surrounds(rings: Sequence[Line], p: Point) -> bool:
    """Whether a position lies in a polygon and in none of its holes: odd crossings to the right."""
    return sum(_passes(edge, p) for ring in rings for edge in pairwise(ring)) % 2 == 1


def _passes(edge: tuple[Point, Point], p: Point) -> bool:
    (ax, ay), (bx, by) = edge
    if (ay > p[1]) == (by > p[1]):
        return False
    return p[0] < ax + (p[1] - ay) * (bx - ax) / (by - ay)


def telling_fence(
    shapes: Sequence[Shape], *, least_band: float, share: float = 0.0
) -> Fence | None:
    """A box that selects some of the shapes and leaves others; None when there is none.

    The band is a thousandth of the extent, at least `least_band` and `share` of the box's size.
    """
    shapes = [s for s in shapes if s.positions]
    if not shapes:
        return None
    extent = Box.around(p for s in shapes for p in s.positions)
    for box in _candidates(shapes, extent):
        fence = Fence(box, max(least_band, extent.size / 1000, share * box.size))
        verdicts = {fence.selects(s) for s in shapes}
        if {True, False} <= verdicts:
            return fence
    return None


def _candidates(shapes: Sequence[Shape], extent: Box) -> Iterator[Box]:
    firsts = [s.positions[0] for s in shapes]
    middle = (median(p[0] for p in firsts), median(p[1] for p in firsts))
    for fraction in _FRACTIONS:
        for x, y in (middle, firsts[len(firsts) // 2], firsts[0], firsts[-1]):
            half = fraction * (extent.east - extent.west) / 2
            tall = fraction * (extent.north - extent.south) / 2
            yield Box(x - half, y - tall, x + half, y + tall)


def far_box(shapes: Iterable[Shape]) -> Box | None:
    """A box of one degree in open sea, away from all shapes; None if none is."""
    taken = [Box.around(s.positions) for s in shapes if s.positions]
    return next((b for b in _FAR if not any(b.grown(1).meets(t) for t in taken)), None)


def close(one: Line, other: Line, tolerance: float) -> bool:
    """Whether two lists hold the same positions within a tolerance, in the same or another order."""
    if len(one) == len(other) and all(
        _near(a, b, tolerance) for a, b in zip(one, other, strict=True)
    ):
        return True
    if max(len(one), len(other)) > _MOST_COMPARED:
        return _near_boxes(Box.around(one), Box.around(other), tolerance)
    return _covered(one, other, tolerance) and _covered(other, one, tolerance)


def _near_boxes(one: Box, other: Box, tolerance: float) -> bool:
    """Too many positions to compare in any order: their extents have to do."""
    lower = _near((one.west, one.south), (other.west, other.south), tolerance)
    return lower and _near((one.east, one.north), (other.east, other.north), tolerance)


def _covered(one: Line, other: Line, tolerance: float) -> bool:
    return all(any(_near(a, b, tolerance) for b in other) for a in one)


def _near(a: Point, b: Point, tolerance: float) -> bool:
    return abs(a[0] - b[0]) <= tolerance and abs(a[1] - b[1]) <= tolerance
