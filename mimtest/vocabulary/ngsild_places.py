"""Places to ask for in a geo-query (GS CIM 009 4.10), and which entities have to be found there.

A reference is a box along the axes, or a box without a width: a line, a point. Near its edge nothing is
judged, so that a plane and a sphere agree.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.geo import Box, close, touches
from mimtest.vocabulary.geojson import Line, Shape, shape_of
from mimtest.vocabulary.ngsild_sample import distance
from mimtest.vocabulary.ngsild_stock import Column, Entity

#: How much of its size the edge of a reference is moved to see whether that matters.
_BAND: Final = 0.02
_NARROWEST: Final = 1e-4
#: Larger boxes run differently on a sphere.
_LARGEST: Final = 5.0
#: A distance is asked for that is at least so much more or less than those there are.
_MARGIN: Final = 1.05
_NEAREST: Final = 20.0


@dataclass(frozen=True, slots=True)
class Reference:
    """A geometry to ask for, as boxes: the place itself first, then a little larger, smaller, moved."""

    geometry: str
    coordinates: Any
    boxes: tuple[Box, ...]

    def params(self, relation: str, place: str) -> dict[str, str]:
        """The parameters of a query for a relation of the attribute `place` to this geometry."""
        asked = {
            "georel": relation,
            "geometry": self.geometry,
            "coordinates": json.dumps(self.coordinates, separators=(",", ":")),
        }
        return asked if place == "location" else asked | {"geoproperty": place}

    def holds(self, relation: str, shape: Shape) -> bool | None:
        """Whether a shape has the relation to this place; None where a hair's breadth decides."""
        verdicts = {_RELATIONS[relation](shape, box) for box in self.boxes}
        return verdicts.pop() if len(verdicts) == 1 else None


def area(box: Box) -> Reference:
    """A box as a polygon, counter-clockwise."""
    w, s, e, n = (round(x, 6) for x in (box.west, box.south, box.east, box.north))
    ring = [[w, s], [e, s], [e, n], [w, n], [w, s]]
    band = max(_NARROWEST, _BAND * box.size)
    return Reference("Polygon", [ring], (box, box.grown(band), box.grown(-band)))


def line(box: Box) -> Reference:
    """A line from west to east, in the middle of a box."""
    w, e, y = (round(x, 6) for x in (box.west, box.east, (box.south + box.north) / 2))
    band = max(_NARROWEST, _BAND * box.size)
    moved = (Box(w + d, y + d, e + d, y + d) for d in (0, band, -band))
    return Reference("LineString", [[w, y], [e, y]], tuple(moved))


def point(box: Box) -> Reference:
    """The middle of a box."""
    x, y = round((box.west + box.east) / 2, 6), round((box.south + box.north) / 2, 6)
    band = max(_NARROWEST, _BAND * box.size)
    steps = ((0, 0), *((x, y) for x in (band, -band) for y in (band, -band)))
    return Reference("Point", [x, y], tuple(Box(x + a, y + b, x + a, y + b) for a, b in steps))


_MAKERS: Final[Mapping[str, Callable[[Box], Reference]]] = {
    "Polygon": area,
    "LineString": line,
    "Point": point,
}


def _within(shape: Shape, box: Box) -> bool:
    return all(box.holds(p) for p in shape.positions)


def _contains(shape: Shape, box: Box) -> bool:
    """Whether a box lies in the areas of a shape: it meets them, and none of their edges."""
    edges = Shape(lines=tuple(ring for polygon in shape.polygons for ring in polygon))
    return bool(shape.polygons) and touches(shape, box) and not touches(edges, box)


def _overlaps(shape: Shape, box: Box) -> bool:
    return touches(shape, box) and not _within(shape, box) and not _contains(shape, box)


_RELATIONS: Final[Mapping[str, Callable[[Shape, Box], bool]]] = {
    "within": _within,
    "contains": _contains,
    "overlaps": _overlaps,
    "intersects": touches,
    "disjoint": lambda shape, box: not touches(shape, box),
}


def shapes_of(column: Column, entities: Iterable[Entity]) -> dict[str, Shape]:
    """Where the entities of a column are, by their ids; those that are nowhere are left out."""
    found = {e["id"]: shape for e in entities for shape in _shapes(e.get(column.name))}
    return {name: shape for name, shape in found.items() if shape.positions}


def _shapes(attribute: Any) -> Iterator[Shape]:
    """The geometry of an attribute with one instance, if it is well formed."""
    instance = attribute[0] if isinstance(attribute, list) and len(attribute) == 1 else attribute
    if not isinstance(instance, dict) or instance.get("type") != "GeoProperty":
        return
    try:
        shape = shape_of(instance.get("value"))
    except Contradiction:
        return
    if shape is not None:
        yield shape


def telling(relation: str, geometry: str, shapes: Iterable[Shape]) -> Reference:
    """A reference to which some shapes have the relation and others have not. Raises Inconclusive."""
    listed = list(shapes)
    for box in _boxes(listed):
        reference = _MAKERS[geometry](box)
        verdicts = {reference.holds(relation, s) for s in listed}
        if verdicts >= {True, False}:
            return reference
    detail = f"no {geometry} parts the places there are by '{relation}'"
    raise Inconclusive("no_data", detail)


def _boxes(shapes: Sequence[Shape]) -> Iterator[Box]:
    """Around the first shapes but for half of one, around and beside each, in the middle of each."""
    extents = [Box.around(s.positions) for s in shapes]
    for n in range(len(shapes) // 2 + 1, 0, -1):
        whole = Box.around(p for s in shapes[:n] for p in s.positions)
        room, half = 0.1 * whole.size, extents[n - 1].size / 2
        east = whole.east - (half + room if half else 0)
        yield from _some(Box(whole.west, whole.south, east, whole.north), room)
    for box in extents:
        yield from _some(box, 0.25 * box.size)
    for box in extents:
        east, north = (box.east - box.west) / 2, (box.north - box.south) / 2
        yield Box(box.west + east, box.south + north, box.east + east, box.north + north)
        yield box.grown(-box.size / 4)


def _some(box: Box, room: float) -> Iterator[Box]:
    """The box with room around it, unless it is too large."""
    if box.size <= _LARGEST:
        yield box.grown(max(room, 10 * _NARROWEST))


def same_place(one: Any, other: Any) -> bool | None:
    """Whether two geometries are equal; None where they nearly are, or are only written otherwise."""
    if one == other:
        return True
    shapes = shape_of(one), shape_of(other)
    if shapes[0] is None or shapes[1] is None:
        return False
    alike = close(shapes[0].positions, shapes[1].positions, _NARROWEST)
    return None if alike else False


def telling_distances(points: Mapping[str, Line]) -> tuple[Line, list[float]]:
    """A point, and distances in metres from it that part the points, far from all there are.

    The smallest and the largest such distance, or one. Raises Inconclusive where there is none.
    """
    places = [p[0] for p in points.values()]
    for here in places:
        away = sorted({distance(here, p) for p in places})
        gaps = [(max(a, _NEAREST), b) for a, b in pairwise(away)]
        limits = [round((a * b) ** 0.5) for a, b in gaps if b > a * _MARGIN**2]
        if limits:
            return (here,), [limits[0], limits[-1]]
    raise Inconclusive("no_data", "the types of the target file hold no points to tell apart")


def telling_triangle(
    points: Mapping[str, Line],
) -> tuple[dict[str, str], dict[str, bool | None]]:
    """A query for what is within a triangle, and whether each point is; None near an edge.

    One point at least lies in it, and another outside, but in the box around it. Raises Inconclusive.
    """
    places = {name: p[0] for name, p in points.items()}
    for box in _boxes([Shape(points=p) for p in points.values()]):
        told = {name: _in_half(at, box) for name, at in places.items()}
        if {told[name] for name, at in places.items() if box.holds(at)} >= {True, False}:
            w, s, e, n = (round(x, 6) for x in (box.west, box.south, box.east, box.north))
            ring = json.dumps([[[w, s], [e, s], [w, n], [w, s]]], separators=(",", ":"))
            return {"georel": "within", "geometry": "Polygon", "coordinates": ring}, told
    raise Inconclusive("no_data", "no triangle parts the places there are")


def _in_half(at: Sequence[float], box: Box) -> bool | None:
    """Whether a point is in the half of a box towards its south-western corner."""
    if box.east <= box.west or box.north <= box.south:
        return None
    x = (at[0] - box.west) / (box.east - box.west)
    y = (at[1] - box.south) / (box.north - box.south)
    depth = min(x, y, 1 - x - y)
    return None if abs(depth) < _BAND else depth > 0
