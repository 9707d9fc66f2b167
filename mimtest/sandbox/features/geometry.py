"""GeoJSON geometries against boxes: exact for the numbers given, the box's edge included."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

Position = Sequence[float]
Geometry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Box:
    """A closed rectangle along the two axes of one reference system."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, position: Position) -> bool:
        """Whether a position is inside or on the edge."""
        return self.west <= position[0] <= self.east and self.south <= position[1] <= self.north

    @property
    def corners(self) -> tuple[Position, ...]:
        """The four corners, counter-clockwise from the lower left."""
        return (
            (self.west, self.south),
            (self.east, self.south),
            (self.east, self.north),
            (self.west, self.north),
        )


def map_positions(
    geometry: Geometry, change: Callable[[float, float], Sequence[float]]
) -> Geometry:
    """The same geometry with every position's first two numbers changed; heights are kept."""
    return {**geometry, "coordinates": _mapped(geometry["coordinates"], change)}


def _mapped(node: Any, change: Callable[[float, float], Sequence[float]]) -> list[Any]:
    if isinstance(node[0], int | float):
        return [*change(node[0], node[1]), *node[2:]]
    return [_mapped(child, change) for child in node]


def positions(geometry: Geometry) -> Iterator[Position]:
    """Every position of a geometry, in order."""
    nodes = [geometry["coordinates"]]
    while nodes:
        node = nodes.pop()
        if isinstance(node[0], int | float):
            yield node
        else:
            nodes.extend(reversed(node))


def envelope(geometries: Iterable[Geometry]) -> Box:
    """The smallest box around geometries. Raises ValueError for none."""
    every = [p for geometry in geometries for p in positions(geometry)]
    first, second = [p[0] for p in every], [p[1] for p in every]
    return Box(min(first), min(second), max(first), max(second))


def intersects(geometry: Geometry, box: Box) -> bool:
    """Whether a geometry and a box have a position in common (OGC 06-103r4, 6.1.15.3)."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind.startswith("Multi"):
        single = kind.removeprefix("Multi")
        return any(intersects({"type": single, "coordinates": c}, box) for c in coordinates)
    return _SINGLE[kind](coordinates, box)


def _point_meets(point: Position, box: Box) -> bool:
    return box.holds(point)


def _line_meets(line: Sequence[Position], box: Box) -> bool:
    return any(_segment_meets(a, b, box) for a, b in pairwise(line))


def _polygon_meets(rings: Sequence[Sequence[Position]], box: Box) -> bool:
    """An edge meets the box, or the whole box lies inside (and not in a hole)."""
    return any(_line_meets(ring, box) for ring in rings) or _inside(box.corners[0], rings)


def _segment_meets(a: Position, b: Position, box: Box) -> bool:
    """Whether a segment meets a box: neither an axis nor the segment's own line separates them."""
    if max(a[0], b[0]) < box.west or min(a[0], b[0]) > box.east:
        return False
    if max(a[1], b[1]) < box.south or min(a[1], b[1]) > box.north:
        return False
    sides = [_side(a, b, corner) for corner in box.corners]
    return min(sides) <= 0 <= max(sides)


def _side(a: Position, b: Position, p: Position) -> int:
    """On which side of the line from `a` to `b` a position is: 1 left, -1 right, 0 on it."""
    ax, ay, px, py = Fraction(a[0]), Fraction(a[1]), Fraction(p[0]), Fraction(p[1])
    cross = (Fraction(b[0]) - ax) * (py - ay) - (Fraction(b[1]) - ay) * (px - ax)
    return (cross > 0) - (cross < 0)


def _inside(point: Position, rings: Iterable[Sequence[Position]]) -> bool:
    """Whether a position that is on no edge is inside a polygon: a ray to the right crosses an odd number of edges."""
    return sum(_crosses(a, b, point) for ring in rings for a, b in pairwise(ring)) % 2 == 1


def _crosses(a: Position, b: Position, point: Position) -> bool:
    if (a[1] > point[1]) == (b[1] > point[1]):
        return False
    return _side(a, b, point) == (1 if b[1] > a[1] else -1)


_SINGLE: dict[str, Callable[[Any, Box], bool]] = {
    "Point": _point_meets,
    "LineString": _line_meets,
    "Polygon": _polygon_meets,
}
