"""Places: GeoJSON on this Earth, longitude first, within the area that was declared."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from mimtest.models.facts import Area, ModelFacts
from mimtest.models.reading import Place, Reading, is_number
from mimtest.models.rule import Objection, rule

Position = tuple[float, float]

#: How deep the positions of a geometry are nested.
_DEPTHS: Final = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_ROUNDING: Final = 1e-6
#: Decimals of a degree; three are about a hundred metres.
_FINE: Final = 3
_RING: Final = 4
_LINE: Final = 2
_MOST: Final = 100_000
_SHOWN: Final = 120
_UNSET: Final = (0.0, 0.0)


def lines_of(geometry: Any) -> list[list[Position]] | None:
    """The positions of a geometry (RFC 7946 3.1), a line or ring each; None for what is none."""
    if not isinstance(geometry, Mapping):
        return None
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        return _collected(geometry.get("geometries"))
    if not isinstance(kind, str) or kind not in _DEPTHS:
        return None
    held = [geometry.get("coordinates")] if kind == "Point" else geometry.get("coordinates")
    lists = _nested(held, max(_DEPTHS[kind], 1))
    if lists is None or not lists:
        return None
    least = {"LineString": _LINE, "MultiLineString": _LINE, "Polygon": _RING, "MultiPolygon": _RING}
    if any(len(line) < least.get(kind, 1) for line in lists):
        return None
    closed = least.get(kind) != _RING or all(line[0] == line[-1] for line in lists)
    return lists if closed else None


def _collected(parts: Any) -> list[list[Position]] | None:
    if not isinstance(parts, list) or len(parts) > _MOST:
        return None
    found = [None if _is_collection(p) else lines_of(p) for p in parts]
    return None if None in found else [line for lines in found if lines for line in lines]


def _is_collection(part: Any) -> bool:
    return isinstance(part, Mapping) and part.get("type") == "GeometryCollection"


def _nested(value: Any, depth: int) -> list[list[Position]] | None:
    """The innermost lists of positions."""
    if not isinstance(value, list):
        return None
    if depth == 1:
        line = [_position(p) for p in value]
        return None if None in line else [[p for p in line if p]]
    inner = [_nested(part, depth - 1) for part in value]
    return None if None in inner else [line for lines in inner if lines for line in lines]


def _position(value: Any) -> Position | None:
    if not isinstance(value, list) or len(value) < _LINE or not all(map(is_number, value)):
        return None
    return float(value[0]), float(value[1])


def exists(position: Position) -> bool:
    """Whether longitude and latitude are some of this Earth."""
    longitude, latitude = position
    return abs(longitude) <= 180 + _ROUNDING and abs(latitude) <= 90 + _ROUNDING


def within(position: Position, area: Area) -> bool:
    """Whether a position is in the box, which may cross the 180th meridian."""
    west, south, east, north = area
    x, y = position
    across = west <= x <= east if west <= east else x >= west or x <= east
    return across and south <= y <= north


@rule("geometry-malformed", clause="RFC 7946 3.1; GS CIM 009 4.7", of=lambda r, _: r.geometries)
def _malformed(place: Place, _: ModelFacts) -> Objection | None:
    """Every GeoProperty is a GeoJSON geometry."""
    if lines_of(place.value) is not None:
        return None
    return Objection(
        f"{place.name} is no GeoJSON geometry",
        "a type and the coordinates that go with it, rings closed",
        _shown(place.value),
    )


def _shapes(reading: Reading, _: ModelFacts) -> tuple[Place, ...]:
    """The geometries that are some, as lists of positions."""
    return reading.once("shapes", lambda: _positions(reading))


def _positions(reading: Reading) -> Iterator[Place]:
    for place in reading.geometries:
        lines = lines_of(place.value)
        if lines is not None:
            positions = [p for line in lines for p in line]
            yield Place(place.pointer, place.name, positions, place.instance)


@rule("place-off-the-earth", clause="RFC 7946 4; GS CIM 009 4.7", of=_shapes)
def _off_earth(place: Place, _: ModelFacts) -> Objection | None:
    """Every position is a longitude and a latitude that exist."""
    beyond = [p for p in place.value if not exists(p)]
    if not beyond:
        return None
    turned = " (the other way round it does)" if all(exists(p[::-1]) for p in beyond) else ""
    return Objection(
        f"{place.name} does not exist on the Earth{turned}",
        "longitude within ±180, then latitude within ±90 degrees",
        _shown(beyond[0]),
    )


def _in_area(reading: Reading, facts: ModelFacts) -> tuple[Place, ...]:
    return _shapes(reading, facts) if facts.area else ()


@rule("place-turned", clause="RFC 7946 3.1.1; claims.area", of=_in_area)
def _turned(place: Place, facts: ModelFacts) -> Objection | None:
    """No place is in the declared area only when its numbers change places."""
    if not _is_turned(place, facts.area):
        return None
    first = place.value[0]
    return Objection(
        f"{place.name} has latitude before longitude", _shown(first[::-1]), _shown(first)
    )


def _is_turned(place: Place, area: Area | None) -> bool:
    outside = [p for p in place.value if area and not within(p, area)]
    return bool(area and outside and all(within(p[::-1], area) for p in outside))


@rule("place-outside-the-area", clause="claims.area", kind="suspect", of=_in_area)
def _outside(place: Place, facts: ModelFacts) -> Objection | None:
    """Every place is in the declared area."""
    area = facts.area
    outside = [p for p in place.value if area and not within(p, area)]
    if not area or not outside or _is_turned(place, area):
        return None
    box = ", ".join(f"{b:g}" for b in area)
    return Objection(f"{place.name} is outside of the area", f"within {box}", _shown(outside[0]))


@rule("place-unset", clause="RFC 7946 4", kind="suspect", of=_shapes)
def _unset(place: Place, _: ModelFacts) -> Objection | None:
    """No place is where the equator meets the prime meridian: devices without a fix report it."""
    if _UNSET not in place.value:
        return None
    return Objection(
        f"{place.name} is at longitude 0 and latitude 0", "a place that is known", "[0, 0]"
    )


def _points(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    for place in reading.geometries:
        if isinstance(place.value, Mapping) and place.value.get("type") == "Point":
            position = _position(place.value.get("coordinates"))
            if position is not None and position != _UNSET:
                yield Place(place.pointer, place.name, position, place.instance)


@rule("place-coarse", clause="MIMs Plus 9.0 MIM7; RFC 7946 11.2", kind="suspect", of=_points)
def _coarse(place: Place, _: ModelFacts) -> Objection | None:
    """A point has three decimals of a degree or more, which tell streets apart."""
    if any(abs(c - round(c, _FINE - 1)) > _ROUNDING for c in place.value):
        return None
    return Objection(
        f"{place.name} is rounded to a kilometre or more", "three decimals", _shown(place.value)
    )


def _polygons(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    for place in reading.geometries:
        if isinstance(place.value, Mapping) and place.value.get("type") == "Polygon":
            rings = lines_of(place.value)
            if rings:
                yield Place(place.pointer, place.name, rings, place.instance)


@rule("ring-the-wrong-way", clause="RFC 7946 3.1.6", kind="suspect", of=_polygons)
def _wrong_way(place: Place, _: ModelFacts) -> Objection | None:
    """The outer ring of a polygon runs against the clock, holes with it."""
    outer, *holes = [_turning(ring) for ring in place.value]
    if outer >= 0 and all(h <= 0 for h in holes):
        return None
    return Objection(
        f"a ring of {place.name} runs the wrong way", "the shell against the clock, holes with it"
    )


def _turning(ring: list[Position]) -> float:
    """Twice the area within a ring, positive against the clock."""
    (x0, y0), *_ = ring
    pairs = pairwise(ring)
    return sum((ax - x0) * (by - y0) - (bx - x0) * (ay - y0) for (ax, ay), (bx, by) in pairs)


def _geometry_like(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    for place in reading.values:
        if place.instance.get("type") in ("Property", "GeoProperty") and _looks_like_one(
            place.value
        ):
            yield place


def _looks_like_one(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == {"type", "coordinates"}


@rule(
    "place-in-a-property",
    clause="GS CIM 009 4.5.2, 4.7",
    kind="suspect",
    of=_geometry_like,
    normalized=True,
)
def _in_a_property(place: Place, _: ModelFacts) -> Objection | None:
    """A geometry comes as a GeoProperty, which geo-queries see."""
    if place.instance.get("type") == "GeoProperty":
        return None
    return Objection(f"{place.name} is a geometry in a Property", "a GeoProperty", "Property")


def _shown(value: Any) -> str:
    text = str(list(value) if isinstance(value, tuple) else value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
