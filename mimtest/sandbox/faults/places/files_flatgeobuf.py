"""Faults of the file of FlatGeobuf."""

import struct
from typing import Final

from mimtest.sandbox.city import load_city
from mimtest.sandbox.downloads import flatgeobuf
from mimtest.sandbox.downloads.places import box_of, places_of
from mimtest.sandbox.faults.places.files import of_bytes

_FOOTPRINTS: Final = "buildings.fgb"
_NODE: Final = 40


def _index(body: bytes) -> int:
    """Where the index starts, behind the header."""
    return 12 + int(struct.unpack_from("<I", body, 8)[0])


def _patched(body: bytes, at: int, part: bytes) -> bytes:
    return body[:at] + part + body[at + len(part) :]


def _swapped(body: bytes, code: str, old: list[float], new: list[float]) -> bytes:
    """The content with some numbers replaced wherever they stand together."""
    return body.replace(struct.pack(code, *old), struct.pack(code, *new))


@of_bytes(_FOOTPRINTS, "pla-fgb-other-magic", kills=("PLA-FGB-01",))
def other_magic(body: bytes) -> bytes:
    """The first bytes are not those of the format."""
    return _patched(body, 4, b"abc")


@of_bytes(_FOOTPRINTS, "pla-fgb-header-too-long", kills=("PLA-FGB-01",))
def header_too_long(body: bytes) -> bytes:
    """The header says that it is longer than the file."""
    return _patched(body, 8, struct.pack("<I", 1_000_000))


@of_bytes(_FOOTPRINTS, "pla-fgb-offsets-lost", kills=("PLA-FGB-01",), beside=("PLA-FGB-*",))
def offsets_lost(body: bytes) -> bytes:
    """The offset of the header's root leads nowhere."""
    return _patched(body, 12, struct.pack("<I", 0x7FFFFFF0))


@of_bytes(_FOOTPRINTS, "pla-fgb-column-twice", kills=("PLA-FGB-02",))
def column_twice(body: bytes) -> bytes:
    """Two columns have the same name."""
    return body.replace(b"\x04\0\0\0name\0", b"\x02\0\0\0id\0\0\0", 1)


@of_bytes(_FOOTPRINTS, "pla-fgb-unknown-system", kills=("PLA-FGB-03",))
def unknown_system(body: bytes) -> bytes:
    """The reference system has a code that nobody registered."""
    return body.replace(struct.pack("<i", 4326), struct.pack("<i", 999_999), 1)


@of_bytes(_FOOTPRINTS, "pla-fgb-one-too-many", kills=("PLA-FGB-04",))
def one_too_many(body: bytes) -> bytes:
    """There is a feature more than the header says."""
    start = _index(body) + _NODE * 9
    size = 4 + struct.unpack_from("<I", body, start)[0]
    return body + body[start : start + size]


@of_bytes(_FOOTPRINTS, "pla-fgb-cut", kills=("PLA-FGB-05",), beside=("PLA-FGB-*",))
def cut(body: bytes) -> bytes:
    """The last bytes of the file are not there."""
    return body[:-10]


@of_bytes(_FOOTPRINTS, "pla-fgb-leaf-astray", kills=("PLA-FGB-06",))
def leaf_astray(body: bytes) -> bytes:
    """A leaf of the index leads into the middle of a feature."""
    return _patched(body, _index(body) + _NODE + 32, struct.pack("<Q", 4))


@of_bytes(_FOOTPRINTS, "pla-fgb-leaf-elsewhere", kills=("PLA-FGB-06",))
def leaf_elsewhere(body: bytes) -> bytes:
    """The box of a leaf is elsewhere than its feature."""
    return _patched(body, _index(body) + _NODE, struct.pack("<4d", 7.0, 51.0, 7.1, 51.1))


@of_bytes(_FOOTPRINTS, "pla-fgb-ring-open", kills=("PLA-FGB-07",))
def ring_open(body: bytes) -> bytes:
    """A ring ends a little beside where it starts."""
    (x, y), *_ = places_of(load_city(), "Building")[0].positions
    ends = body.split(struct.pack("<2d", x, y))
    first, *rest = ends
    return first + struct.pack("<2d", x, y) + struct.pack("<2d", x, y + 1e-6).join(rest)


@of_bytes(_FOOTPRINTS, "pla-fgb-envelope-too-small", kills=("PLA-FGB-08",))
def envelope_too_small(body: bytes) -> bytes:
    """The envelope of the header leaves out the east of the town."""
    west, south, east, north = box_of(places_of(load_city(), "Building"))
    old = struct.pack("<4d", west, south, east, north)
    return body.replace(old, struct.pack("<4d", west, south, (west + east) / 2, north), 1)


@of_bytes(_FOOTPRINTS, "pla-fgb-unknown-column", kills=("PLA-FGB-09",))
def unknown_column(body: bytes) -> bytes:
    """A value is of a column that is not there."""
    text = places_of(load_city(), "Building")[0].id.encode()
    old = struct.pack("<HI", 0, len(text)) + text
    return body.replace(old, struct.pack("<HI", 77, len(text)) + text)


@of_bytes(_FOOTPRINTS, "pla-fgb-latitude-first", kills=("PLA-FGB-10",))
def latitude_first(body: bytes) -> bytes:
    """Positions are latitude before longitude, in the index and the header too."""
    places = places_of(load_city(), "Building")
    for x, y in {p for place in places for p in place.positions}:
        body = _swapped(body, "<2d", [x, y], [y, x])
    for some in (places, *([p] for p in places)):
        west, south, east, north = box_of(some)
        body = _swapped(body, "<4d", [west, south, east, north], [south, west, north, east])
    return body


@of_bytes(_FOOTPRINTS, "pla-variant-fgb-without-index")
def without_index(_: bytes) -> bytes:
    """The file has no index."""
    return flatgeobuf.file(load_city(), indexed=False)
