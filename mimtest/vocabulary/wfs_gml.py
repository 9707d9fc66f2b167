"""Places in GML 3.1 and 3.2: geometry elements taken apart, with the name of their reference system.

Arcs and other curves that are no straight lines are not read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from mimtest.errors import Contradiction
from mimtest.vocabulary.counts import whole
from mimtest.vocabulary.geojson import Line, Point, Shape
from mimtest.vocabulary.wfs_crs import axes
from mimtest.vocabulary.xml import anywhere, local, namespace

GML: Final = ("http://www.opengis.net/gml/3.2", "http://www.opengis.net/gml")
_SINGLE: Final = [
    "Point",
    "LineString",
    "Curve",
    "Polygon",
    "Surface",
    "PolyhedralSurface",
    "TriangulatedSurface",
    "Tin",
    "Solid",
    "MultiPoint",
    "MultiCurve",
    "MultiLineString",
    "MultiSurface",
    "MultiPolygon",
    "MultiSolid",
    "MultiGeometry",
    "CompositeCurve",
    "CompositeSurface",
    "CompositeSolid",
    "GeometricComplex",
    "OrientableCurve",
    "OrientableSurface",
    "LinearRing",
    "Ring",
]
_LINES: Final = ("LineString", "LineStringSegment", "LinearRing")
_FACES: Final = ("Polygon", "PolygonPatch", "Triangle", "Rectangle")
_CURVED: Final = [
    "Arc",
    "ArcString",
    "ArcByCenterPoint",
    "ArcStringByBulge",
    "ArcByBulge",
    "Circle",
    "CircleByCenterPoint",
    "CubicSpline",
    "BSpline",
    "Bezier",
    "Clothoid",
    "OffsetCurve",
    "Geodesic",
    "GeodesicString",
    "Cone",
    "Cylinder",
    "Sphere",
]
_PLANE: Final = 2


class _CurvedError(Exception):
    """A curve that is no straight line."""


@dataclass(frozen=True, slots=True)
class Place:
    """A geometry. `system` is the name of its reference system, inherited or its own; None without.

    `shape` is None for a geometry that is not read.
    """

    shape: Shape | None
    system: str | None


def is_geometry(element: Element) -> bool:
    """Whether an element is a geometry."""
    return namespace(element) in GML and local(element) in _SINGLE


def places_of(feature: Element, inherited: str | None = None) -> Iterator[Place]:
    """The geometries of a feature beside its envelope, one of each property. Raises Contradiction.

    `inherited` is the reference system of the collection's envelope.
    """
    __tracebackhide__ = True
    own = envelope_of(feature)
    system = own.get("srsName") if own is not None else None
    for child in feature:
        found = next((e for e in child if is_geometry(e)), None)
        if local(child) != "boundedBy" and found is not None:
            yield _place(found, found.get("srsName") or system or inherited)


def envelope_of(element: Element) -> Element | None:
    """The envelope of a feature or a collection."""
    return element.find(anywhere("boundedBy/Envelope"))


def _place(geometry: Element, system: str | None) -> Place:
    """Raises Contradiction for numbers that are none."""
    system = system or next((s for e in geometry.iter() if (s := e.get("srsName"))), None)
    try:
        shapes = list(_shapes(geometry, _dimension(geometry) or axes(system) or _PLANE))
    except _CurvedError:
        return Place(None, system)
    return Place(
        Shape(
            tuple(p for s in shapes for p in s.points),
            tuple(line for s in shapes for line in s.lines),
            tuple(polygon for s in shapes for polygon in s.polygons),
        ),
        system,
    )


def _dimension(element: Element) -> int | None:
    return whole(element.get("srsDimension") or "") or None


def _shapes(element: Element, dimension: int) -> Iterator[Shape]:
    name = local(element)
    dimension = _dimension(element) or dimension
    if name in _CURVED:
        raise _CurvedError
    if name == "Point":
        yield Shape(points=_positions(element, dimension)[:1])
    elif name in _LINES:
        yield Shape(lines=(_positions(element, dimension),))
    elif name in _FACES:
        yield Shape(polygons=(tuple(_rings(element, dimension)),))
    else:
        for child in element:
            yield from _shapes(child, dimension)


def _rings(face: Element, dimension: int) -> Iterator[Line]:
    """The shell and the holes of a face; GML 2 called them boundaries."""
    for end in face:
        if local(end) in ("exterior", "interior", "outerBoundaryIs", "innerBoundaryIs"):
            parts = [s for child in end for s in _shapes(child, dimension)]
            yield tuple(p for s in parts for line in s.lines for p in line)


def _positions(element: Element, dimension: int) -> Line:
    found: list[Point] = []
    for child in element:
        size = _dimension(child) or dimension
        name = local(child)
        if name == "pos":
            numbers = _numbers(child)
            found += _grouped(numbers, max(len(numbers), _PLANE))
        elif name == "posList":
            found += _grouped(_numbers(child), size)
        elif name == "coordinates":
            found += _written(child)
        elif name in ("pointProperty", "pointRep"):
            found += [p for e in child for s in _shapes(e, size) for p in s.points]
    return tuple(found)


def _grouped(numbers: list[float], size: int) -> list[Point]:
    if len(numbers) % size:
        detail = f"{len(numbers)} numbers are no whole number of positions of {size}"
        raise Contradiction(f"a list of positions is cut: {detail}")
    return [(numbers[i], numbers[i + 1]) for i in range(0, len(numbers), size)]


def _numbers(element: Element) -> list[float]:
    try:
        return [float(n) for n in (element.text or "").split()]
    except ValueError as error:
        raise Contradiction(f"a position is no numbers: {error}", expected="numbers") from None


def _written(element: Element) -> list[Point]:
    """Positions in the old notation: commas within, blanks between, other signs if they are named."""
    decimal, within = element.get("decimal", "."), element.get("cs", ",")
    between = element.get("ts", " ")
    texts = (element.text or "").split(None if between == " " else between)
    try:
        tuples = [
            [float(n.replace(decimal, ".")) for n in t.split(within)] for t in texts if t.strip()
        ]
        return [(t[0], t[1]) for t in tuples]
    except (ValueError, IndexError) as error:
        raise Contradiction(f"a position is no numbers: {error}", expected="numbers") from None


def numbers_of(element: Element) -> Line:
    """The positions of a geometry or an envelope as they stand; empty for one that is not read."""
    if local(element) != "Envelope":
        place = _place(element, element.get("srsName"))
        return place.shape.positions if place.shape else ()
    corners = [_numbers(e) for e in element if local(e) in ("lowerCorner", "upperCorner", "pos")]
    return tuple((c[0], c[1]) for c in corners if len(c) >= _PLANE)
