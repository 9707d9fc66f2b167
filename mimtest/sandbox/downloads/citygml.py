"""CityGML 2.0 (OGC 12-019): the buildings as blocks (LoD 1), in ETRS89 / UTM zone 32N with heights."""

from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape

from mimtest.sandbox.city import City
from mimtest.sandbox.downloads.places import Place, Position, places_of
from mimtest.sandbox.features.crs import utm_32_north

_SYSTEM: Final = "urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::7837"
_GROUND: Final = 93.5
_STOREY: Final = 3.2
_HEAD: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0"
  xmlns:bldg="http://www.opengis.net/citygml/building/2.0" xmlns:gml="http://www.opengis.net/gml"
  xmlns:xlink="http://www.w3.org/1999/xlink">
<gml:name>Exampleton</gml:name>
<gml:boundedBy><gml:Envelope srsName="{system}" srsDimension="3">
<gml:lowerCorner>{lower}</gml:lowerCorner><gml:upperCorner>{upper}</gml:upperCorner>
</gml:Envelope></gml:boundedBy>
"""
_BUILDING: Final = """\
<core:cityObjectMember><bldg:Building gml:id="{local}">
<gml:name>{name}</gml:name>
<core:externalReference><core:informationSystem>https://mimtest.example/ids</core:informationSystem>
<core:externalObject><core:name>{id}</core:name></core:externalObject></core:externalReference>
<bldg:measuredHeight uom="m">{height:.1f}</bldg:measuredHeight>
<bldg:lod1Solid><gml:Solid gml:id="{local}.solid"><gml:exterior><gml:CompositeSurface>
{faces}</gml:CompositeSurface></gml:exterior></gml:Solid></bldg:lod1Solid>
<bldg:lod1MultiSurface><gml:MultiSurface gml:id="{local}.roof">
<gml:surfaceMember xlink:href="#{local}.1"/></gml:MultiSurface></bldg:lod1MultiSurface>
</bldg:Building></core:cityObjectMember>
"""
_FACE: Final = (
    '<gml:surfaceMember><gml:Polygon gml:id="{local}.{number}">{rings}</gml:Polygon>'
    "</gml:surfaceMember>\n"
)

Corner = tuple[float, float, float]


def model(city: City) -> bytes:
    """Every building as a block on the ground of the town."""
    places = places_of(city, "Building")
    storeys = {e["id"]: e["floorsAboveGround"]["value"] for e in city.of_type("Building")}
    heights = {p.id: storeys[p.id] * _STOREY for p in places}
    corners = [c for p in places for face in _faces(p, heights[p.id]) for r in face for c in r]
    lower, upper = (tuple(f(axis) for axis in zip(*corners, strict=True)) for f in (min, max))
    head = _HEAD.format(system=_SYSTEM, lower=_numbers(lower), upper=_numbers(upper))
    body = "".join(_building(p, heights[p.id]) for p in places)
    return f"{head}{body}</core:CityModel>\n".encode()


def _building(place: Place, height: float) -> str:
    faces = (
        _FACE.format(local=place.local, number=n, rings=_rings(face))
        for n, face in enumerate(_faces(place, height), start=1)
    )
    return _BUILDING.format(
        local=place.local,
        name=escape(place.name),
        id=escape(place.id),
        height=height,
        faces="".join(faces),
    )


def _rings(face: list[list[Corner]]) -> str:
    names = ["exterior", *["interior"] * (len(face) - 1)]
    return "".join(
        f"<gml:{name}><gml:LinearRing><gml:posList>{' '.join(map(_numbers, ring))}</gml:posList>"
        f"</gml:LinearRing></gml:{name}>"
        for name, ring in zip(names, face, strict=True)
    )


def _faces(place: Place, height: float) -> list[list[list[Corner]]]:
    """The roof, the ground seen from below, and a wall for each edge; outer sides are seen ccw."""
    rings = [[projected(p) for p in ring] for ring in place.rings]
    top = _GROUND + height
    roof = [[(x, y, top) for x, y in ring] for ring in rings]
    ground = [[(x, y, _GROUND) for x, y in reversed(ring)] for ring in rings]
    walls = [
        [[(*a, _GROUND), (*b, _GROUND), (*b, top), (*a, top), (*a, _GROUND)]]
        for ring in rings
        for a, b in pairwise(ring)
    ]
    return [roof, ground, *walls]


def _numbers(corner: tuple[float, ...]) -> str:
    return " ".join(f"{n:.3f}" for n in corner)


def projected(position: Position) -> Position:
    """Easting and northing of a longitude and latitude, to the millimetre."""
    x, y = utm_32_north(*position)
    return round(x, 3), round(y, 3)
