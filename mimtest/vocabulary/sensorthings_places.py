"""Places of Locations and features, and filters over them (18-088 9.3.3.5.2)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import of_type
from mimtest.vocabulary.geo import Box, Fence, telling_fence
from mimtest.vocabulary.geojson import Shape, shape_of
from mimtest.vocabulary.sensorthings import Document
from mimtest.vocabulary.sensorthings_questions import Question
from mimtest.vocabulary.sensorthings_sample import Judge
from mimtest.vocabulary.sensorthings_shelves import Shelves

GEOJSON: Final = "application/geo+json"
#: The media type that version 1.0 named, before RFC 7946.
OLD_GEOJSON: Final = "application/vnd.geo+json"
_TYPES: Final = [
    "Feature",
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
]
#: Degrees; a metre.
_ROUNDING: Final = 1e-5


def is_geojson(entity: Document) -> bool:
    """Whether its encoding type says that its place is GeoJSON."""
    return entity.get("encodingType") in (GEOJSON, OLD_GEOJSON)


def looks_like_geojson(entity: Document, name: str) -> bool:
    """Whether its place is GeoJSON by its encoding type, or by its look where that says JSON or nothing."""
    given, value = entity.get("encodingType"), entity.get(name)
    open_to_it = not isinstance(given, str) or "json" in given.lower()
    shaped = isinstance(value, Mapping) and value.get("type") in _TYPES
    return is_geojson(entity) or (open_to_it and shaped)


def located(shelves: Shelves) -> list[tuple[Document, str]]:
    """Locations and what is observed, with the name of what says where each is. Raises Inconclusive for none."""
    kinds = (("Locations", "location"), ("FeaturesOfInterest", "feature"))
    found: list[tuple[Document, str]] = [(e, name) for kind, name in kinds for e in shelves[kind]]
    if not found:
        raise Inconclusive("no_data", "there is neither a Location nor a FeatureOfInterest")
    return found


def shape_in(entity: Document, name: str) -> Shape | None:
    """The geometry, or that of the feature, which an entity has. Raises Contradiction."""
    __tracebackhide__ = True
    value = of_type(entity.get(name), dict, f"'{name}'")
    return shape_of(value.get("geometry") if value.get("type") == "Feature" else value)


def _known(locations: Sequence[Document]) -> Mapping[str, Shape]:
    found = {}
    for location in locations:
        try:
            shape = shape_in(location, "location") if is_geojson(location) else None
        except Contradiction:
            shape = None
        if shape and shape.positions:
            found[str(location["@iot.id"])] = shape
    return found


def places(locations: Sequence[Document]) -> Mapping[str, Question]:
    """Questions about Locations, with their answers on the plane of longitude and latitude.

    Raises Inconclusive where no box tells them apart.
    """
    shapes = _known(locations)
    points = {i: s for i, s in shapes.items() if len(s.positions) == 1 and s.points}
    fence = telling_fence(list(shapes.values()), least_band=_ROUNDING)
    if fence is None or not points:
        raise Inconclusive("no_data", "no box tells the Locations apart")
    area = f"geography'{_polygon(fence.box)}'"
    here = next(iter(points.values())).points[0]
    spot = f"geography'POINT ({here[0]!r} {here[1]!r})'"
    inside = _by_place(shapes, fence)
    within = _by_place(points, fence)
    apart = _beside(points, here)
    return {
        "st_within": (f"st_within(location,{area})", within),
        "st_intersects": (f"st_intersects(location,{area})", inside),
        "st_disjoint": (f"st_disjoint(location,{area})", _not(inside)),
        "geo.intersects": (f"geo.intersects(location,{area})", within),
        "st_equals": (f"st_equals(location,{spot})", _not(apart)),
        "geo.distance": (f"geo.distance(location,{spot}) gt 0.000001", apart),
    }


def _polygon(box: Box) -> str:
    w, s, e, n = (f"{x:.7f}" for x in (box.west, box.south, box.east, box.north))
    return f"POLYGON (({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))"


def _by_place(shapes: Mapping[str, Shape], fence: Fence) -> Judge:
    def judge(entity: Document) -> bool | None:
        shape = shapes.get(str(entity["@iot.id"]))
        return fence.selects(shape) if shape else None

    return judge


def _beside(points: Mapping[str, Shape], here: tuple[float, float]) -> Judge:
    """Whether a point is another; within a metre that is left open unless it is the very same."""

    def judge(entity: Document) -> bool | None:
        shape = points.get(str(entity["@iot.id"]))
        if shape is None:
            return None
        x, y = shape.points[0]
        if (x, y) == here:
            return False
        return True if max(abs(x - here[0]), abs(y - here[1])) > _ROUNDING else None

    return judge


def _not(judge: Judge) -> Judge:
    def opposite(entity: Any) -> bool | None:
        verdict = judge(entity)
        return None if verdict is None else not verdict

    return opposite
