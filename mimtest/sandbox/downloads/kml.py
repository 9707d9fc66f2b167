"""KML 2.2 (OGC 07-147r2)."""

from typing import Final
from xml.sax.saxutils import escape

from mimtest.sandbox.city import City
from mimtest.sandbox.downloads.places import Place, Position, places_of

_HEAD: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2">
<Document id="exampleton">
<name>Exampleton</name>
<Style id="plain"><LineStyle><color>ff0055ff</color><width>3</width></LineStyle></Style>
"""
_TAIL: Final = "</Document>\n</kml>\n"
_TYPES: Final = {
    "Building": "Buildings",
    "StreetlightGroup": "Lights",
    "OffStreetParking": "Parking",
}


def document(city: City) -> bytes:
    """Buildings, rows of lights and car parks, a folder for each."""
    folders = (
        f'<Folder id="{kind}">\n<name>{title}</name>\n'
        + "".join(map(_placemark, places_of(city, kind)))
        + "</Folder>\n"
        for kind, title in _TYPES.items()
    )
    return (_HEAD + "".join(folders) + _TAIL).encode()


def _placemark(place: Place) -> str:
    return (
        f'<Placemark id="{place.kind}.{place.local}">\n<name>{escape(place.name)}</name>\n'
        "<styleUrl>#plain</styleUrl>\n"
        f'<ExtendedData><Data name="id"><value>{escape(place.id)}</value></Data></ExtendedData>\n'
        f"{_geometry(place)}</Placemark>\n"
    )


def _geometry(place: Place) -> str:
    if place.geometry["type"] == "Polygon":
        shell, *holes = (f"<LinearRing>{_tuples(r)}</LinearRing>" for r in place.rings)
        inner = "".join(f"<innerBoundaryIs>{hole}</innerBoundaryIs>" for hole in holes)
        return f"<Polygon><outerBoundaryIs>{shell}</outerBoundaryIs>{inner}</Polygon>\n"
    name = place.geometry["type"]
    return f"<{name}>{_tuples(place.positions)}</{name}>\n"


def _tuples(positions: list[Position]) -> str:
    return f"<coordinates>{' '.join(f'{x},{y},0' for x, y in positions)}</coordinates>"
