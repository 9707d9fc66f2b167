"""Faults of the files of GeoJSON: what they are made of."""

import json
from typing import Final

from mimtest.sandbox.faults.places.files import of_bytes, of_json
from mimtest.sandbox.faults.places.files_drawing import (
    draw_line,
    draw_rings,
    first_of,
)
from mimtest.sandbox.faults.places.messages import Document

_PLACES: Final = "places.geojson"
_LIGHTS: Final = "lights.geojsons"


@of_json(_PLACES, "pla-file-unknown-shape", kills=("PLA-G-01",))
def unknown_shape(document: Document) -> None:
    """A geometry is of a type that GeoJSON has not."""
    first_of(document, "Point")["geometry"]["type"] = "Circle"


@of_json(_PLACES, "pla-file-positions-as-text", kills=("PLA-G-01", "PLA-G-02"))
def positions_as_text(document: Document) -> None:
    """A position is of text."""
    point = first_of(document, "Point")["geometry"]
    point["coordinates"] = [str(n) for n in point["coordinates"]]


@of_json(_PLACES, "pla-file-line-of-one", kills=("PLA-G-01", "PLA-G-03"))
def line_of_one(document: Document) -> None:
    """A line has a single position."""
    draw_line(document, [[7.9, 51.6]])


@of_json(_PLACES, "pla-file-ring-of-three", kills=("PLA-G-01", "PLA-G-04"))
def ring_of_three(document: Document) -> None:
    """A ring has three positions."""
    draw_rings(document, lambda rings: [[*rings[0][:2], rings[0][0]]])


@of_json(_PLACES, "pla-file-ring-open", kills=("PLA-G-01", "PLA-G-05"))
def ring_open(document: Document) -> None:
    """A ring does not end where it starts."""
    draw_rings(document, lambda rings: [rings[0][:-1]])


@of_json(_PLACES, "pla-file-ring-almost-closed", kills=("PLA-G-01", "PLA-G-05"))
def ring_almost_closed(document: Document) -> None:
    """A ring ends a millionth of a degree beside where it starts."""
    draw_rings(document, lambda r: [[*r[0][:-1], [r[0][0][0] + 1e-6, r[0][0][1]]]])


@of_json(_PLACES, "pla-file-feature-with-coordinates", kills=("PLA-G-16", "PLA-G-17"))
def feature_with_coordinates(document: Document) -> None:
    """A feature has coordinates of its own."""
    document["features"][0]["coordinates"] = [7.9, 51.6]


@of_json(_PLACES, "pla-file-geometry-with-properties", kills=("PLA-G-16",))
def geometry_with_properties(document: Document) -> None:
    """A geometry has properties."""
    document["features"][0]["geometry"]["properties"] = {"colour": "red"}


@of_json(_PLACES, "pla-file-feature-without-properties", kills=("PLA-G-17",))
def feature_without_properties(document: Document) -> None:
    """A feature has no properties, not even null."""
    document["features"][0].pop("properties")


@of_json(_PLACES, "pla-file-null-among-features", kills=("PLA-G-18",))
def null_among_features(document: Document) -> None:
    """The list of features ends with null."""
    document["features"].append(None)


@of_json(_PLACES, "pla-file-id-twice", kills=("PLA-G-21",))
def id_twice(document: Document) -> None:
    """Two features have the same id."""
    document["features"][1]["id"] = document["features"][0]["id"]


@of_json(_PLACES, "pla-file-without-ids", kills=("PLA-G-22",))
def without_ids(document: Document) -> None:
    """Features have their id among the properties only."""
    for feature in document["features"]:
        feature["properties"]["id"] = feature.pop("id")


@of_json(_PLACES, "pla-file-collection-of-one", kills=("PLA-G-24",))
def collection_of_one(document: Document) -> None:
    """A collection of geometries has a single part."""
    shape = first_of(document, "GeometryCollection")["geometry"]
    shape["geometries"] = shape["geometries"][:1]


@of_bytes(_PLACES, "pla-file-cut", kills=("PLA-G-25",))
def cut(body: bytes) -> bytes:
    """The file ends in the middle, as after a broken export."""
    return body[: len(body) // 2]


@of_bytes(_PLACES, "pla-file-in-latin-1", kills=("PLA-G-26",), beside=("PLA-G-25",))
def in_latin_1(body: bytes) -> bytes:
    """The file is in ISO 8859-1."""
    return body.decode().encode("latin-1")


@of_bytes(_PLACES, "pla-file-with-a-mark", kills=("PLA-G-26",), beside=("PLA-G-25",))
def with_a_mark(body: bytes) -> bytes:
    """The file starts with a byte order mark."""
    return b"\xef\xbb\xbf" + body


@of_bytes(_LIGHTS, "pla-file-in-lines", kills=("PLA-G-27",))
def in_lines(body: bytes) -> bytes:
    """A sequence has a feature in each line and no separators."""
    return body.replace(b"\x1e", b"")


@of_json(_PLACES, "pla-variant-file-of-2008")
def of_2008(document: Document) -> None:
    """The collection repeats the default system as the format of 2008 did, and has members of its own."""
    name = "urn:ogc:def:crs:OGC:1.3:CRS84"
    document["crs"] = {"type": "name", "properties": {"name": name}}
    document["name"] = "places"
    document["features"][0]["style"] = {"colour": "red"}


@of_json(_PLACES, "pla-variant-file-null-geometry")
def null_geometry(document: Document) -> None:
    """A feature has no place, another an empty geometry, and another null properties."""
    document["features"][0].update(geometry=None, bbox=None)
    document["features"][1].update(geometry={"type": "Polygon", "coordinates": []}, bbox=None)
    document["features"][2].update(properties=None)


@of_json(_PLACES, "pla-variant-file-numbers-as-ids")
def numbers_as_ids(document: Document) -> None:
    """Ids are whole numbers."""
    for number, feature in enumerate(document["features"]):
        feature["id"] = number


@of_bytes(_PLACES, "pla-variant-file-indented")
def indented(body: bytes) -> bytes:
    """The file is laid out over lines, its type last, and outside of ASCII in escapes."""
    document = json.loads(body)
    document["type"] = document.pop("type")
    return json.dumps(document, indent=2).encode()
