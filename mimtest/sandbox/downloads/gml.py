"""GML 3.2 (ISO 19136): rows of street lights, latitude first as EPSG:4326 has it."""

from typing import Final
from xml.sax.saxutils import escape

from mimtest.sandbox.city import City
from mimtest.sandbox.downloads.places import Place, Position, box_of, places_of

_SYSTEM: Final = "urn:ogc:def:crs:EPSG::4326"
_HEAD: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<gml:FeatureCollection gml:id="streets" xmlns:gml="http://www.opengis.net/gml/3.2"
  xmlns:town="https://mimtest.example/town">
<gml:boundedBy><gml:Envelope srsName="{system}" srsDimension="2">
<gml:lowerCorner>{lower}</gml:lowerCorner><gml:upperCorner>{upper}</gml:upperCorner>
</gml:Envelope></gml:boundedBy>
"""
_MEMBER: Final = """\
<gml:featureMember><town:Row gml:id="row.{local}">
<gml:identifier codeSpace="https://mimtest.example/ids">{id}</gml:identifier>
<town:name>{name}</town:name>
<town:axis><gml:LineString gml:id="axis.{local}" srsName="{system}" srsDimension="2">
<gml:posList>{positions}</gml:posList></gml:LineString></town:axis>
</town:Row></gml:featureMember>
"""


def document(city: City) -> bytes:
    """The rows of lights."""
    places = places_of(city, "StreetlightGroup")
    west, south, east, north = box_of(places)
    head = _HEAD.format(system=_SYSTEM, lower=f"{south} {west}", upper=f"{north} {east}")
    return f"{head}{''.join(map(_member, places))}</gml:FeatureCollection>\n".encode()


def _member(place: Place) -> str:
    return _MEMBER.format(
        local=place.local,
        id=escape(place.id),
        name=escape(place.name),
        system=_SYSTEM,
        positions=latitude_first(place.positions),
    )


def latitude_first(positions: list[Position]) -> str:
    """Positions as the list of numbers of EPSG:4326."""
    return " ".join(f"{y} {x}" for x, y in positions)
