"""How shapes lie to each other (4.10), in the plane of longitudes and latitudes; distances on a sphere."""

from collections.abc import Callable, Iterator
from itertools import pairwise, product
from math import asin, cos, hypot, radians, sin, sqrt
from typing import Final

from mimtest.sandbox.ngsild.geometry import Position, Ring, Segment, Shape

EARTH_RADIUS: Final = 6_371_008.8  # metres, mean
_TOLERANCE: Final = 1e-12


def distance(a: Shape, b: Shape) -> float:
    """The shortest way between two shapes in metres."""
    if intersects(a, b):
        return 0.0
    origin = next(b.vertices())
    flat_a, flat_b = _flattened(a, origin), _flattened(b, origin)
    if a.dimension == b.dimension == 0:
        return min(_great_circle(p, q) for p, q in product(a.points, b.points))
    ways = [_to_segment(p, s) for p in flat_a.vertices() for s in flat_b.segments()]
    ways += [_to_segment(p, s) for p in flat_b.vertices() for s in flat_a.segments()]
    return min(ways)


def _great_circle(a: Position, b: Position) -> float:
    (lon_a, lat_a), (lon_b, lat_b) = map(radians, a), map(radians, b)
    half = sin((lat_b - lat_a) / 2) ** 2
    half += cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(half)))


def _flattened(shape: Shape, origin: Position) -> Shape:
    """The shape in metres east and north of the origin; good near it."""
    scale = cos(radians(origin[1]))

    def place(p: Position) -> Position:
        east = radians(p[0] - origin[0]) * scale * EARTH_RADIUS
        return east, radians(p[1] - origin[1]) * EARTH_RADIUS

    def line(ring: Ring) -> Ring:
        return tuple(place(p) for p in ring)

    return Shape(
        tuple(place(p) for p in shape.points),
        tuple(line(r) for r in shape.lines),
        tuple(tuple(line(r) for r in polygon) for polygon in shape.polygons),
    )


def _to_segment(p: Position, segment: Segment) -> float:
    (ax, ay), (bx, by) = segment
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else ((p[0] - ax) * dx + (p[1] - ay) * dy) / length
    share = min(1.0, max(0.0, share))
    return hypot(p[0] - ax - share * dx, p[1] - ay - share * dy)


def intersects(a: Shape, b: Shape) -> bool:
    """Whether they have a place in common."""
    return (
        any(_on(p, b) for p in a.vertices())
        or any(_on(p, a) for p in b.vertices())
        or any(_shares(s, t) for s, t in product(a.segments(), b.segments()))
    )


def disjoint(a: Shape, b: Shape) -> bool:
    """Whether they have no place in common."""
    return not intersects(a, b)


def within(a: Shape, b: Shape) -> bool:
    """Whether all of `a` lies in `b`."""
    if a.dimension > b.dimension:
        return False
    places = [*a.vertices(), *_middles(a, b)]
    if not all(_on(p, b) for p in places):
        return False
    holes = (p for polygon in b.polygons for hole in polygon[1:] for p in hole)
    return not (a.polygons and any(_in_area(p, a) for p in holes))


def contains(a: Shape, b: Shape) -> bool:
    """Whether all of `b` lies in `a`."""
    return within(b, a)


def equals(a: Shape, b: Shape) -> bool:
    """Whether they are the same places."""
    return within(a, b) and within(b, a)


def overlaps(a: Shape, b: Shape) -> bool:
    """Whether two of the same dimension share a part of that dimension, and neither lies in the other."""
    if a.dimension != b.dimension or within(a, b) or within(b, a):
        return False
    if a.dimension == 0:
        return intersects(a, b)
    inner = _on if a.dimension == 1 else _in_area
    return any(inner(p, b) for p in _middles(a, b)) or any(inner(p, a) for p in _middles(b, a))


def _middles(a: Shape, b: Shape) -> Iterator[Position]:
    """A place on each piece of the edges of `a` as the edges of `b` cut them."""
    edges = list(b.segments())
    for segment in a.segments():
        cuts = sorted({0.0, 1.0, *(c for edge in edges for c in _cuts(segment, edge))})
        for low, high in pairwise(cuts):
            yield _along(segment, (low + high) / 2)


def _along(segment: Segment, share: float) -> Position:
    (ax, ay), (bx, by) = segment
    return ax + share * (bx - ax), ay + share * (by - ay)


def _cross(o: Position, a: Position, b: Position) -> float:
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def _cuts(segment: Segment, edge: Segment) -> Iterator[float]:
    """Where along the segment, from 0 to 1, the edge crosses or touches it."""
    a, b = segment
    from_a, from_b = _cross(*edge, a), _cross(*edge, b)
    if abs(from_a - from_b) > _TOLERANCE * max(1.0, abs(from_a)) or from_a * from_b < 0:
        share = from_a / (from_a - from_b)
        if 0 < share < 1 and _to_segment(_along(segment, share), edge) < _TOLERANCE:
            yield share
        return
    length = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2
    for p in edge:
        share = ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / (length or 1.0)
        if 0 < share < 1 and _to_segment(p, segment) < _TOLERANCE:
            yield share


def _shares(s: Segment, t: Segment) -> bool:
    """Whether two segments cross; that one ends on the other is seen elsewhere."""
    apart_s = _cross(*t, s[0]) * _cross(*t, s[1])
    apart_t = _cross(*s, t[0]) * _cross(*s, t[1])
    return apart_s < 0 and apart_t < 0


def _on(p: Position, shape: Shape) -> bool:
    """Whether the place belongs to the shape, its border included."""
    return (
        any(hypot(p[0] - q[0], p[1] - q[1]) < _TOLERANCE for q in shape.points)
        or any(_to_segment(p, s) < _TOLERANCE for s in shape.segments())
        or _in_area(p, shape)
    )


def _in_area(p: Position, shape: Shape) -> bool:
    """Whether the place is strictly inside one of the polygons."""
    if any(_to_segment(p, s) < _TOLERANCE for s in shape.segments()):
        return False
    return any(
        _in_ring(p, outer) and not any(_in_ring(p, hole) for hole in holes)
        for outer, *holes in shape.polygons
    )


def _in_ring(p: Position, ring: Ring) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times."""
    inside = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > p[1]) != (by > p[1]) and p[0] < ax + (p[1] - ay) * (bx - ax) / (by - ay):
            inside = not inside
    return inside


RELATIONS: Final[dict[str, Callable[[Shape, Shape], bool]]] = {
    "within": within,
    "contains": contains,
    "intersects": intersects,
    "disjoint": disjoint,
    "equals": equals,
    "overlaps": overlaps,
}
