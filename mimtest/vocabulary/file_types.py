"""How files are sent, and which formats are closed."""

from typing import Final

_JSON: Final = ("application/json",)
_XML: Final = ("application/xml", "text/xml")
_MEDIA_TYPES: Final = {
    "geojson": ("application/geo+json", "application/vnd.geo+json", *_JSON),
    "geojson-sequence": (
        "application/geo+json-seq",
        "application/x-ndjson",
        "application/geo+json",
    ),
    "geopackage": (
        "application/geopackage+sqlite3",
        "application/vnd.opengeospatial.geopackage+sqlite3",
        "application/vnd.sqlite3",
        "application/x-sqlite3",
    ),
    "cityjson": ("application/city+json", *_JSON),
    "cityjson-sequence": ("application/city+json-seq", "application/x-ndjson", *_JSON),
    "gml": ("application/gml+xml", *_XML),
    "citygml": ("application/gml+xml", "application/citygml+xml", *_XML),
    "kml": ("application/vnd.google-earth.kml+xml", "application/vnd.google-earth.kmz", *_XML),
    "flatgeobuf": ("application/flatgeobuf", "application/vnd.flatgeobuf"),
    "geoparquet": ("application/vnd.apache.parquet", "application/x-parquet"),
    "ifc": ("application/x-step", "application/p21", "model/step", "application/ifc"),
}
_CLOSED: Final = {
    b"AC10": "DWG",
    b"\xd0\xcf\x11\xe0": "a compound file of a vendor, such as Revit's",
}


def media_types_of(format: str) -> tuple[str, ...]:
    """The media types that files of a format are sent with."""
    return _MEDIA_TYPES[format]


def closed_format(content: bytes) -> str | None:
    """The name of a format that only a vendor's programs read; None for any other."""
    return next((name for start, name in _CLOSED.items() if content.startswith(start)), None)
