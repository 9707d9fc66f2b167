"""Faults of the file of GeoParquet."""

import struct
from collections.abc import Callable
from typing import Any, Final

from mimtest.sandbox.city import load_city
from mimtest.sandbox.downloads import geoparquet
from mimtest.sandbox.faults.places.files import of_bytes

_TABLE: Final = "places.parquet"

Geo = dict[str, Any]


def _saying(edit: Callable[[Geo], object]) -> bytes:
    """The file with its key `geo` changed."""
    return geoparquet.file(load_city(), edit)


def _of_column(**changes: Any) -> bytes:
    """The file with what it says of its column changed."""
    return _saying(lambda geo: geo["columns"]["geometry"].update(changes))


@of_bytes(_TABLE, "pla-gpq-cut", kills=("PLA-GPQ-01",))
def cut(body: bytes) -> bytes:
    """The end of the file is not there."""
    return body[:-20]


@of_bytes(_TABLE, "pla-gpq-footer-too-long", kills=("PLA-GPQ-01",))
def footer_too_long(body: bytes) -> bytes:
    """The footer says that it is longer than the file."""
    return body[:-8] + struct.pack("<I", 1_000_000) + body[-4:]


@of_bytes(_TABLE, "pla-gpq-footer-broken", kills=("PLA-GPQ-01",))
def footer_broken(body: bytes) -> bytes:
    """The footer ends within its first structure."""
    return body[:-8] + struct.pack("<I", 10) + body[-4:]


@of_bytes(_TABLE, "pla-gpq-plain", kills=("PLA-GPQ-02",))
def plain(body: bytes) -> bytes:
    """The file is Parquet that says nothing of geometries."""
    return body.replace(b"\x18\x03geo\x18", b"\x18\x03gee\x18")


@of_bytes(_TABLE, "pla-gpq-primary-unknown", kills=("PLA-GPQ-02",))
def primary_unknown(_: bytes) -> bytes:
    """The primary column is not described."""
    return _saying(lambda geo: geo.update(primary_column="geom"))


@of_bytes(_TABLE, "pla-gpq-column-renamed", kills=("PLA-GPQ-03",))
def column_renamed(_: bytes) -> bytes:
    """The column that is described is not in the table."""

    def edit(geo: Geo) -> None:
        geo["primary_column"] = "geom"
        geo["columns"] = {"geom": geo["columns"]["geometry"]}

    return _saying(edit)


@of_bytes(_TABLE, "pla-gpq-as-text", kills=("PLA-GPQ-04",))
def as_text(_: bytes) -> bytes:
    """The encoding is well-known text."""
    return _of_column(encoding="WKT")


@of_bytes(_TABLE, "pla-gpq-types-in-capitals", kills=("PLA-GPQ-04",))
def types_in_capitals(_: bytes) -> bytes:
    """Types of geometries are in capitals."""
    return _of_column(geometry_types=["POLYGON", "POINT"])


@of_bytes(_TABLE, "pla-gpq-system-null", kills=("PLA-GPQ-05",))
def system_null(_: bytes) -> bytes:
    """The reference system is said to be unknown."""
    return _of_column(crs=None)


@of_bytes(_TABLE, "pla-gpq-system-as-text", kills=("PLA-GPQ-05",))
def system_as_text(_: bytes) -> bytes:
    """The reference system is a code, and not PROJJSON."""
    return _of_column(crs="EPSG:4326")


@of_bytes(_TABLE, "pla-gpq-box-of-five", kills=("PLA-GPQ-06",))
def box_of_five(_: bytes) -> bytes:
    """The box has five numbers."""
    return _of_column(bbox=[7.88, 51.59, 0, 7.93, 51.61])


@of_bytes(_TABLE, "pla-gpq-latitude-first", kills=("PLA-GPQ-07", "PLA-GPQ-11"))
def latitude_first(_: bytes) -> bytes:
    """The box has latitude before longitude."""
    return _of_column(bbox=[51.59, 7.88, 51.61, 7.93])


@of_bytes(_TABLE, "pla-gpq-of-a-draft", kills=("PLA-GPQ-08",))
def of_a_draft(_: bytes) -> bytes:
    """The file is of a draft of the standard."""
    return _saying(lambda geo: geo.update(version="1.0.0-beta.1"))


@of_bytes(_TABLE, "pla-variant-gpq-spare")
def spare(_: bytes) -> bytes:
    """Types are not told, there is no box, and the file has members of its own."""

    def edit(geo: Geo) -> None:
        geo["creator"] = {"library": "town"}
        geo["columns"]["geometry"] = {"encoding": "WKB", "geometry_types": []}

    return _saying(edit)


@of_bytes(_TABLE, "pla-variant-gpq-projjson")
def projjson(_: bytes) -> bytes:
    """The reference system stands there in full."""
    axes = [
        {"name": "Longitude", "abbreviation": "lon", "direction": "east", "unit": "degree"},
        {"name": "Latitude", "abbreviation": "lat", "direction": "north", "unit": "degree"},
    ]
    earth = {"name": "WGS 84", "semi_major_axis": 6378137, "inverse_flattening": 298.257223563}
    return _of_column(
        crs={
            "type": "GeographicCRS",
            "name": "WGS 84 (CRS84)",
            "datum": {
                "type": "GeodeticReferenceFrame",
                "name": "World Geodetic System 1984",
                "ellipsoid": earth,
            },
            "coordinate_system": {"subtype": "ellipsoidal", "axis": axes},
            "id": {"authority": "OGC", "code": "CRS84"},
        }
    )
