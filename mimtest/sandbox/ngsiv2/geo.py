"""Where entities are, and queries by that ("Geospatial properties of entities", "Geographical Queries")."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.geometry import Shape, read_shape
from mimtest.sandbox.ngsild.planar import RELATIONS, distance
from mimtest.sandbox.ngsiv2.errors import V2Error, bad_request
from mimtest.sandbox.ngsiv2.model import Entity

_RELATIONS: Final = {
    "coveredBy": "within",
    "intersects": "intersects",
    "equals": "equals",
    "disjoint": "disjoint",
}
_LIMIT: Final = re.compile(r"(maxDistance|minDistance):(\d+(?:\.\d+)?)")
_GEOMETRIES: Final = ("point", "line", "polygon", "box")
_BOX: Final = 2


@dataclass(frozen=True, slots=True)
class GeoQuery:
    """A relation to a shape; of `near` its limits in metres."""

    relation: str
    shape: Shape
    limits: Mapping[str, float]

    def meets(self, entity: Entity) -> bool:
        """Whether the entity lies so. What is nowhere lies in no relation. Raises V2Error."""
        place = location_of(entity)
        if place is None:
            return False
        if self.relation != "near":
            return RELATIONS[_RELATIONS[self.relation]](place, self.shape)
        away = distance(place, self.shape)
        near = away <= self.limits.get("maxDistance", away)
        return near and away >= self.limits.get("minDistance", away)

    def distance(self, entity: Entity) -> float:
        """How far away the entity is, in metres; what is nowhere is farthest."""
        place = location_of(entity)
        return float("inf") if place is None else distance(place, self.shape)


def location_of(entity: Entity) -> Shape | None:
    """The entity's place, None without one. Raises V2Error where there are several (409)."""
    places = [
        a for a in entity.attributes.values() if a.type.startswith("geo:") and a.value is not None
    ]
    if len(places) > 1:
        places = [a for a in places if a.metadata.get("defaultLocation", {}).get("value") is True]
        if len(places) != 1:
            raise V2Error(409, "TooManyResults", f"{entity.id} has several locations")
    return shape_of(places[0].type, places[0].value) if places else None


def shape_of(kind: str, value: Any) -> Shape:
    """The shape of a value of one of the geo types. Raises NgsiError, V2Error."""
    if kind == "geo:json":
        return read_shape(value)
    pairs = [value] if isinstance(value, str) else value
    if not isinstance(pairs, list) or not all(isinstance(p, str) for p in pairs):
        raise bad_request("a place is written as pairs of latitude and longitude")
    return _simple(kind.removeprefix("geo:"), [_position(p) for p in pairs])


def _simple(geometry: str, at: list[list[float]]) -> Shape:
    """A shape in the Simple Location Format. Raises NgsiError, V2Error."""
    if geometry not in _GEOMETRIES or not at:
        raise bad_request(f"a geometry is one of {', '.join(_GEOMETRIES)}")
    if geometry == "point":
        return read_shape({"type": "Point", "coordinates": at[0]})
    if geometry == "line":
        return read_shape({"type": "LineString", "coordinates": at})
    if geometry == "box":
        at = _corners(at)
    return read_shape({"type": "Polygon", "coordinates": [at]})


def _corners(at: list[list[float]]) -> list[list[float]]:
    if len(at) != _BOX or at[0] == at[1]:
        raise bad_request("a box has two corners")
    (west, south), (east, north) = at
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def _position(pair: str) -> list[float]:
    """Longitude and latitude, from a pair the other way round. Raises V2Error."""
    try:
        latitude, longitude = (float(n) for n in pair.split(","))
    except ValueError:
        raise bad_request("a pair is a latitude, a comma and a longitude") from None
    return [longitude, latitude]


def read_geo_query(given: Mapping[str, Any]) -> GeoQuery | None:
    """The query of `georel`, `geometry` and `coords`; None without. Raises V2Error."""
    parts = [given.get(k) for k in ("georel", "geometry", "coords")]
    if not any(p is not None for p in parts):
        return None
    georel, geometry, coords = parts
    if not all(isinstance(p, str) for p in parts):
        raise bad_request("georel, geometry and coords go together, each a text")
    relation, limits = _relation(str(georel))
    try:
        shape = _simple(str(geometry), [_position(p) for p in str(coords).split(";")])
    except NgsiError as error:
        raise bad_request(error.detail) from None
    if relation == "near" and geometry != "point":
        raise V2Error(422, "NotSupportedQuery", "near is about a point")
    return GeoQuery(relation, shape, limits)


def _relation(text: str) -> tuple[str, dict[str, float]]:
    relation, *modifiers = text.split(";")
    found = [_LIMIT.fullmatch(m) for m in modifiers]
    limits = {m[1]: float(m[2]) for m in found if m}
    if relation in _RELATIONS and not modifiers:
        return relation, {}
    if relation != "near" or not limits or not all(found):
        raise bad_request("georel is near;maxDistance:… or one of " + ", ".join(_RELATIONS))
    return relation, limits
