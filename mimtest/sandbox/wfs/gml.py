"""Features as GML 3.2 and as GeoJSON."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from mimtest.sandbox.features.crs import CRS84
from mimtest.sandbox.features.geometry import Geometry, envelope, map_positions
from mimtest.sandbox.wfs.systems import System
from mimtest.sandbox.wfs.text import Markup, element, joined
from mimtest.sandbox.wfs.types import NAMESPACE, PREFIX, Item, lexical

SPACES: Final = {
    "xmlns:wfs": "http://www.opengis.net/wfs/2.0",
    "xmlns:gml": "http://www.opengis.net/gml/3.2",
    f"xmlns:{PREFIX}": NAMESPACE,
}
#: The property that holds the place.
PLACE: Final = "location"


def feature(item: Item, system: System, **attributes: object) -> Markup:
    """A feature as an element."""
    place = map_positions(item.geometry, system.position)
    return element(
        f"{PREFIX}:{item.type}",
        element("gml:identifier", item.identifier, codeSpace=f"{NAMESPACE}/ids"),
        element("gml:boundedBy", bounds([place], system)),
        *(element(f"{PREFIX}:{k}", lexical(v)) for k, v in item.values.items()),
        element(f"{PREFIX}:{PLACE}", geometry(place, item, system)),
        gml__id=item.id,
        **attributes,
    )


def bounds(places: Iterable[Geometry], system: System) -> Markup:
    """The envelope of places that are in the system."""
    box = envelope(places)
    return element(
        "gml:Envelope",
        element("gml:lowerCorner", _numbers([(box.west, box.south)])),
        element("gml:upperCorner", _numbers([(box.east, box.north)])),
        srsName=system.name,
        srsDimension=2,
    )


def geometry(place: Geometry, item: Item, system: System) -> Markup:
    """A place as GML; it is in the system."""
    attributes = {"gml:id": f"{item.id}.{PLACE}", "srsName": system.name, "srsDimension": 2}
    coordinates = place["coordinates"]
    if place["type"] == "Point":
        return element("gml:Point", element("gml:pos", _numbers([coordinates])), **attributes)
    if place["type"] == "LineString":
        return element(
            "gml:LineString", element("gml:posList", _numbers(coordinates)), **attributes
        )
    shell, *holes = (
        element("gml:LinearRing", element("gml:posList", _numbers(ring))) for ring in coordinates
    )
    inner = joined(*(element("gml:interior", hole) for hole in holes))
    return element("gml:Polygon", element("gml:exterior", shell), inner, **attributes)


def _numbers(positions: Iterable[Sequence[float]]) -> str:
    return " ".join(f"{n:.7f}".rstrip("0").rstrip(".") for p in positions for n in p[:2])


def geojson(item: Item) -> dict[str, Any]:
    """A feature as GeoJSON, longitude and latitude."""
    return {
        "type": "Feature",
        "id": item.id,
        "geometry": map_positions(item.geometry, CRS84.position),
        "properties": {"identifier": item.identifier, **item.values},
    }
