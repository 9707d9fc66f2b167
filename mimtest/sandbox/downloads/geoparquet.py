"""GeoParquet 1.1 (OGC 24-013): places with an id, a name and a geometry in well-known binary."""

import json
import struct
from collections.abc import Callable
from typing import Any, Final

from mimtest.sandbox.city import City
from mimtest.sandbox.downloads.parquet_pages import PLAIN, Packing
from mimtest.sandbox.downloads.places import Place, box_of, places_of
from mimtest.sandbox.downloads.thrift import Int64, Struct

_MAGIC: Final = b"PAR1"
_BYTE_ARRAY: Final = 6
_REQUIRED: Final = 0
_UTF8: Final = 0
_PLAIN: Final = 0
_RLE: Final = 3
_KINDS: Final = {"Point": 1, "LineString": 2, "Polygon": 3}
_COLUMNS: Final = ("id", "name", "geometry")


Edit = Callable[[dict[str, Any]], object]


def file(
    city: City,
    edit: Edit = lambda _: None,
    draw: Callable[[list[bytes]], list[bytes]] = list,
    pack: Packing = PLAIN,
) -> bytes:
    """The whole file: the pages of each column and the footer.

    `edit` changes what it says under the key `geo`, `draw` the geometries, and `pack` is how pages are written.
    """
    places = places_of(city, "Building", "StreetlightGroup", "OffStreetParking")
    columns = (
        [p.id.encode() for p in places],
        [p.name.encode() for p in places],
        draw([_binary(p) for p in places]),
    )
    body, chunks = bytearray(_MAGIC), []
    for name, values in zip(_COLUMNS, columns, strict=True):
        start = len(body)
        body += pack.pages(values)
        chunks.append(_chunk(name, start, len(body) - start, len(values), pack.codec))
    about = _about(places)
    edit(about)
    footer = _footer(chunks, len(body) - 4, len(places), about).encoded()
    return bytes(body) + footer + struct.pack("<I", len(footer)) + _MAGIC


def _chunk(name: str, start: int, size: int, count: int, codec: int) -> Struct:
    about = {
        1: _BYTE_ARRAY,
        2: [_PLAIN, _RLE],
        3: [name],
        4: codec,
        5: Int64(count),
        6: Int64(size),
        7: Int64(size),
        9: Int64(start),
    }
    return Struct({2: Int64(start), 3: Struct(about)})


def _footer(chunks: list[Struct], size: int, rows: int, about: dict[str, Any]) -> Struct:
    count = Int64(rows)
    group = Struct({1: chunks, 2: Int64(size), 3: count})
    pair = Struct({1: "geo", 2: json.dumps(about)})
    root = Struct({4: "schema", 5: len(_COLUMNS)})
    schema = [root, *map(_element, _COLUMNS)]
    return Struct({1: 1, 2: schema, 3: count, 4: [group], 5: [pair], 6: "mimtest"})


def _element(name: str) -> Struct:
    fields: dict[int, object] = {1: _BYTE_ARRAY, 3: _REQUIRED, 4: name}
    return Struct(fields if name == "geometry" else {**fields, 6: _UTF8})


def _about(places: list[Place]) -> dict[str, Any]:
    """The key `geo`; without a reference system the geometry is in OGC:CRS84."""
    column = {
        "encoding": "WKB",
        "geometry_types": sorted({p.geometry["type"] for p in places}),
        "orientation": "counterclockwise",
        "bbox": box_of(places),
    }
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def _binary(place: Place) -> bytes:
    """Well-known binary, little end first."""
    kind = place.geometry["type"]
    head = struct.pack("<BI", 1, _KINDS[kind])
    if kind == "Point":
        return head + struct.pack("<2d", *place.positions[0])
    if kind == "LineString":
        return head + _listed(place.positions)
    return head + struct.pack("<I", len(place.rings)) + b"".join(map(_listed, place.rings))


def _listed(positions: list[tuple[float, float]]) -> bytes:
    return struct.pack("<I", len(positions)) + b"".join(struct.pack("<2d", *p) for p in positions)
