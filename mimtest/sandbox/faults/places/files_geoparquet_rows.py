"""Faults of the rows in the file of GeoParquet."""

import struct
from collections.abc import Callable
from typing import Any, Final

from mimtest.sandbox.city import load_city
from mimtest.sandbox.downloads import geoparquet
from mimtest.sandbox.downloads.parquet_pages import BROTLI, GZIP, SNAPPY
from mimtest.sandbox.faults.places.files import of_bytes

_TABLE: Final = "places.parquet"
_POLYGON: Final = b"\x01\x03\x00\x00\x00"


def _drawn(change: Callable[[bytes], bytes], *, of: bytes = b"\x01") -> bytes:
    """The file with the first geometry that begins so changed."""

    def draw(values: list[bytes]) -> list[bytes]:
        at = next(n for n, v in enumerate(values) if v.startswith(of))
        return [*values[:at], change(values[at]), *values[at + 1 :]]

    return geoparquet.file(load_city(), draw=draw)


@of_bytes(_TABLE, "pla-gpq-geometry-cut", kills=("PLA-GPQ-09",))
def geometry_cut(_: bytes) -> bytes:
    """A geometry ends before its last position."""
    return _drawn(lambda v: v[:-8])


@of_bytes(_TABLE, "pla-gpq-geometry-as-text", kills=("PLA-GPQ-09",))
def geometry_as_text(_: bytes) -> bytes:
    """A geometry is well-known text."""
    return _drawn(lambda _: b"POINT (7.9 51.6)")


@of_bytes(_TABLE, "pla-gpq-geometry-with-its-system", kills=("PLA-GPQ-09",))
def geometry_with_its_system(_: bytes) -> bytes:
    """A geometry is of the dialect that names its reference system."""
    return _drawn(lambda v: v[:4] + b"\x20" + struct.pack("<I", 4326) + v[5:])


@of_bytes(_TABLE, "pla-gpq-ring-open", kills=("PLA-GPQ-09",))
def ring_open(_: bytes) -> bytes:
    """The last position of a ring is another than the first."""
    return _drawn(lambda v: v[:-16] + struct.pack("<2d", 7.9, 51.6), of=_POLYGON)


@of_bytes(_TABLE, "pla-gpq-type-not-listed", kills=("PLA-GPQ-10",))
def type_not_listed(_: bytes) -> bytes:
    """There are points in a column that says to hold polygons."""

    def edit(geo: dict[str, Any]) -> None:
        geo["columns"]["geometry"]["geometry_types"] = ["Polygon"]

    return geoparquet.file(load_city(), edit)


@of_bytes(_TABLE, "pla-gpq-outside-its-box", kills=("PLA-GPQ-11",))
def outside_its_box(_: bytes) -> bytes:
    """A point has its latitude before its longitude, and lies outside of the box."""
    return _drawn(lambda v: v[:5] + v[13:21] + v[5:13], of=b"\x01\x01\x00\x00\x00")


@of_bytes(_TABLE, "pla-variant-gpq-snappy")
def snappy(_: bytes) -> bytes:
    """Values stand in dictionaries, and pages are packed with Snappy."""
    return geoparquet.file(load_city(), pack=SNAPPY)


@of_bytes(_TABLE, "pla-variant-gpq-gzip")
def gzip(_: bytes) -> bytes:
    """Pages are packed with gzip."""
    return geoparquet.file(load_city(), pack=GZIP)


@of_bytes(_TABLE, "pla-variant-gpq-packed-otherwise")
def packed_otherwise(_: bytes) -> bytes:
    """Pages are packed in a way that is not read."""
    return geoparquet.file(load_city(), pack=BROTLI)
