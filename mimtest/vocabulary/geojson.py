"""GeoJSON (RFC 7946) on the JSON as it was sent: a geometry library would mend what is to be found.

Every function raises Contradiction for what the format excludes, whatever the bytes were.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.vocabulary.expect import fail, member, objects, of_type

#: The first two numbers of a position: longitude and latitude, or the axes of another system.
Point = tuple[float, float]
Line = tuple[Point, ...]

_LEAST_OF_A_LINE: Final = 2
_LEAST_OF_A_RING: Final = 4
_LEAST_OF_A_POSITION: Final = 2
_BOX_SIZES: Final = (4, 6, 8)


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry taken apart: single points, lines, and polygons with the shell first."""

    points: Line = ()
    lines: tuple[Line, ...] = ()
    polygons: tuple[tuple[Line, ...], ...] = ()

    @property
    def positions(self) -> Line:
        """Every position."""
        rings = (ring for polygon in self.polygons for ring in polygon)
        return self.points + tuple(p for line in (*self.lines, *rings) for p in line)

    def moved(self, change: Callable[[Line], Line]) -> "Shape":
        """The same shape with all positions changed, a line at a time."""
        return Shape(
            change(self.points),
            tuple(change(line) for line in self.lines),
            tuple(tuple(change(ring) for ring in polygon) for polygon in self.polygons),
        )


def assert_feature_collection(value: Any) -> list[dict[str, Any]]:
    """A FeatureCollection (section 3.3); returns its features, each an object of that type."""
    __tracebackhide__ = True
    _assert_type(value, "FeatureCollection")
    features = objects(member(value, "features", list, "the FeatureCollection"), "'features'")
    for feature in features:
        _assert_type(feature, "Feature")
    return features


def assert_feature(value: Any) -> None:
    """A Feature (section 3.2): geometry and properties are there, each null or of its type."""
    __tracebackhide__ = True
    _assert_type(value, "Feature")
    for name in ("geometry", "properties"):
        given = member(value, name, what="the feature")
        if given is not None:
            of_type(given, dict, f"'{name}' of the feature")
    if "id" in value and (
        isinstance(value["id"], bool) or not isinstance(value["id"], str | int | float)
    ):
        fail(
            "a feature's id is neither text nor a number",
            expected="text or a number",
            received=value["id"],
        )
    for name in ("coordinates", "geometries", "features"):
        if name in value:
            fail(f"a Feature has a member '{name}' (section 7.1)", received=list(value)[:12])


def _assert_type(value: Any, name: str) -> None:
    __tracebackhide__ = True
    given = member(value, "type", str, f"what is to be a {name}")
    if given != name:
        fail(f"'type' is not '{name}'", expected=name, received=given)


def shape_of(geometry: Any) -> Shape | None:
    """A geometry (section 3.1) taken apart; None for null, a feature without a place.

    Collections in collections are discouraged (3.1.8), not excluded; the reader of JSON limits them.
    """
    __tracebackhide__ = True
    if geometry is None:
        return None
    kind = member(geometry, "type", str, "the geometry")
    if kind == "GeometryCollection":
        parts = member(geometry, "geometries", list, "the GeometryCollection")
        return _joined([s for s in map(shape_of, objects(parts, "'geometries'")) if s])
    if kind not in _READERS:
        fail("a geometry of unknown type", expected=" or ".join(_READERS), received=kind)
    return _READERS[kind](member(geometry, "coordinates", list, f"the {kind}"))


def _joined(shapes: Sequence[Shape]) -> Shape:
    return Shape(
        tuple(p for s in shapes for p in s.points),
        tuple(line for s in shapes for line in s.lines),
        tuple(polygon for s in shapes for polygon in s.polygons),
    )


def _position(value: Any) -> Point:
    __tracebackhide__ = True
    numbers = of_type(value, list, "a position")
    if len(numbers) < _LEAST_OF_A_POSITION:
        fail("a position has two numbers or more (section 3.1.1)", received=numbers)
    first, second, *_ = [_number(n) for n in numbers]
    return first, second


def _number(value: Any) -> float:
    __tracebackhide__ = True
    try:
        return float(of_type(value, float, "a coordinate"))
    except OverflowError:
        fail("a coordinate beyond every range", received="a very large number")
        raise


def _positions(value: Any) -> Line:
    __tracebackhide__ = True
    return tuple(_position(p) for p in of_type(value, list, "a list of positions"))


def _line(value: Any) -> Line:
    __tracebackhide__ = True
    line = _positions(value)
    if len(line) < _LEAST_OF_A_LINE:
        fail("a line of fewer than two positions (section 3.1.4)", received=value)
    return line


def _polygon(value: Any) -> tuple[Line, ...]:
    __tracebackhide__ = True
    return tuple(_ring(ring) for ring in of_type(value, list, "a polygon's coordinates"))


def _ring(value: Any) -> Line:
    __tracebackhide__ = True
    ring = _positions(value)
    if len(ring) < _LEAST_OF_A_RING:
        fail("a ring of fewer than four positions (section 3.1.6)", received=value)
    if value[0] != value[-1]:
        fail(
            "a ring that does not end where it starts (section 3.1.6)",
            expected=value[0],
            received=value[-1],
        )
    return ring


def _each(value: Any, read: Callable[[Any], Any]) -> tuple[Any, ...]:
    __tracebackhide__ = True
    return tuple(read(item) for item in of_type(value, list, "a geometry's coordinates"))


def _a_point(value: Any) -> Shape:
    # An empty array stands for a null object in some writers (section 3.1).
    return Shape(points=(_position(value),) if value else ())


_READERS: Final[Mapping[str, Callable[[Any], Shape]]] = {
    "Point": _a_point,
    "MultiPoint": lambda value: Shape(points=_positions(value)),
    "LineString": lambda value: Shape(lines=(_line(value),) if value else ()),
    "MultiLineString": lambda value: Shape(lines=_each(value, _line)),
    "Polygon": lambda value: Shape(polygons=(_polygon(value),) if value else ()),
    "MultiPolygon": lambda value: Shape(polygons=_each(value, _polygon)),
}


def assert_bbox(value: Any, what: str) -> list[float]:
    """A bbox member (section 5): two numbers for each axis, of which there are two to four."""
    __tracebackhide__ = True
    numbers = of_type(value, list, what)
    if len(numbers) not in _BOX_SIZES:
        fail(
            f"{what} has neither four nor six numbers", expected="4 or 6 numbers", received=numbers
        )
    return [_number(n) for n in numbers]
