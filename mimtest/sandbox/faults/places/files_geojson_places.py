"""Faults of the files of GeoJSON: where they say that things are."""

import json
from typing import Final

from mimtest.sandbox.faults.places.files import of_bytes, of_json
from mimtest.sandbox.faults.places.files_drawing import (
    draw_line,
    draw_rings,
    each_position,
    first_of,
)
from mimtest.sandbox.faults.places.messages import Document

_PLACES: Final = "places.geojson"
_LIGHTS: Final = "lights.geojsons"


@of_json(_PLACES, "pla-file-rings-clockwise", kills=("PLA-G-06",))
def rings_clockwise(document: Document) -> None:
    """Shells run clockwise, as they do in shapefiles."""
    draw_rings(document, lambda rings: [ring[::-1] for ring in rings])


@of_json(_PLACES, "pla-file-hole-like-shell", kills=("PLA-G-06",))
def hole_like_shell(document: Document) -> None:
    """A hole runs counter-clockwise."""
    draw_rings(document, lambda rings: [rings[0], *(ring[::-1] for ring in rings[1:])])


@of_json(_PLACES, "pla-file-ring-crosses-itself", kills=("PLA-G-07",))
def ring_crosses_itself(document: Document) -> None:
    """A ring crosses itself."""
    draw_rings(
        document,
        lambda _: [[[7.90, 51.60], [7.92, 51.60], [7.90, 51.61], [7.91, 51.62], [7.90, 51.60]]],
    )


@of_json(_PLACES, "pla-file-hole-outside", kills=("PLA-G-07",))
def hole_outside(document: Document) -> None:
    """A hole lies outside of its shell."""
    draw_rings(document, lambda r: [r[0], [[round(x + 0.01, 6), y] for x, y in r[1]]])


@of_json(_PLACES, "pla-file-line-without-length", kills=("PLA-G-08",))
def line_without_length(document: Document) -> None:
    """A line ends where it starts, without having been elsewhere."""
    draw_line(document, [[7.9, 51.6], [7.9, 51.6]])


@of_json(_PLACES, "pla-file-ring-without-area", kills=("PLA-G-07", "PLA-G-08"))
def ring_without_area(document: Document) -> None:
    """A ring goes out and the same way back."""
    draw_rings(document, lambda r: [[r[0][0], r[0][1], r[0][1], r[0][0]]])


@of_json(_PLACES, "pla-file-in-metres", kills=("PLA-G-09",), beside=("PLA-G-19",))
def in_metres(document: Document) -> None:
    """Positions are eastings and northings of a projected system."""
    each_position(
        document, lambda p: [round((p[0] - 9) * 69_000) + 500_000, round(p[1] * 111_000), *p[2:]]
    )


@of_json(_PLACES, "pla-file-latitude-first", kills=("PLA-G-06", "PLA-G-11"))
def latitude_first(document: Document) -> None:
    """Positions are latitude before longitude."""
    each_position(document, lambda p: [p[1], p[0], *p[2:]])


@of_json(_PLACES, "pla-file-null-island", kills=("PLA-G-12",))
def null_island(document: Document) -> None:
    """Something without a place lies at zero, zero."""
    first_of(document, "Point")["geometry"]["coordinates"] = [0, 0]


@of_json(_PLACES, "pla-file-across-the-antimeridian", kills=("PLA-G-13",))
def across_the_antimeridian(document: Document) -> None:
    """A line goes across the antimeridian in one part."""
    draw_line(document, [[179.9312, -17.1234], [-179.9312, -17.1234]])


@of_json(_PLACES, "pla-file-box-too-small", kills=("PLA-G-14",))
def box_too_small(document: Document) -> None:
    """The box of the whole leaves a part of it out."""
    west, south, east, north = document["bbox"]
    document["bbox"] = [west, south, (west + east) / 2, north]


@of_json(_PLACES, "pla-file-box-latitude-first", kills=("PLA-G-14",))
def box_latitude_first(document: Document) -> None:
    """A box has south before west."""
    west, south, east, north = document["bbox"]
    document["bbox"] = [south, west, north, east]


@of_json(_PLACES, "pla-file-names-a-system", kills=("PLA-G-15",))
def names_a_system(document: Document) -> None:
    """The collection names a projected reference system as GeoJSON did in 2008."""
    name = "urn:ogc:def:crs:EPSG::25832"
    document["crs"] = {"type": "name", "properties": {"name": name}}


@of_json(_PLACES, "pla-file-too-fine", kills=("PLA-G-19",))
def too_fine(document: Document) -> None:
    """Positions have twelve decimals."""
    each_position(document, lambda p: [p[0] + 1.23e-10, p[1] + 4.56e-10, *p[2:]])


@of_json(_PLACES, "pla-file-measures-beside-heights", kills=("PLA-G-20",))
def measures_beside_heights(document: Document) -> None:
    """Positions have a fourth number."""
    each_position(document, lambda p: [*p[:2], 93.5, 12.0])


@of_json(_PLACES, "pla-file-heights-in-millimetres", kills=("PLA-G-23",))
def heights_in_millimetres(document: Document) -> None:
    """Heights are in millimetres."""
    each_position(document, lambda p: [*p[:2], *(1000 * n for n in p[2:])])


@of_json(_PLACES, "pla-file-heights-for-some", kills=("PLA-G-28",))
def heights_for_some(document: Document) -> None:
    """Some positions of a line have a height."""
    draw_line(document, [[7.9, 51.6, 93.5], [7.91, 51.61]])


@of_bytes(_LIGHTS, "pla-file-too-coarse", kills=("PLA-G-19",))
def too_coarse(body: bytes) -> bytes:
    """Positions are rounded to a kilometre."""
    texts = [json.loads(t) for t in body.split(b"\x1e") if t]
    for feature in texts:
        feature["geometry"]["coordinates"] = [
            round(n, 2) for n in feature["geometry"]["coordinates"]
        ]
    return b"".join(b"\x1e" + json.dumps(t).encode() + b"\n" for t in texts)


@of_json(_PLACES, "pla-variant-file-box-with-heights")
def box_with_heights(document: Document) -> None:
    """The box of the whole has heights."""
    west, south, east, north = document["bbox"]
    document["bbox"] = [west, south, 0, east, north, 200]
