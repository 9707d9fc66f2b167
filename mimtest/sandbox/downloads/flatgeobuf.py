"""FlatGeobuf 3: the footprints of the buildings, with an index."""

import struct
from typing import Final

from mimtest.sandbox.city import City
from mimtest.sandbox.downloads.flatbuffers import Number, Numbers, Table, encoded
from mimtest.sandbox.downloads.places import Place, box_of, places_of

_MAGIC: Final = b"fgb\x03fgb\x00"
_POLYGON: Final = 3
_STRING: Final = 11
_NODE_SIZE: Final = 16


def file(city: City, *, indexed: bool = True) -> bytes:
    """The whole file, with an index or without one."""
    places = places_of(city, "Building")
    header = encoded(_header(places, _NODE_SIZE if indexed else 0))
    features = [encoded(_feature(p)) for p in places]
    sized = [struct.pack("<I", len(f)) + f for f in features]
    head = _MAGIC + struct.pack("<I", len(header)) + header
    return head + (_index(places, sized) if indexed else b"") + b"".join(sized)


def _header(places: list[Place], node_size: int) -> Table:
    columns = [_column("id", unique=1), _column("name")]
    system = Table({0: "EPSG", 1: Number("i", 4326), 2: "WGS 84"})
    return Table(
        {
            0: "buildings",
            1: Numbers("d", box_of(places)),
            2: Number("B", _POLYGON),
            7: columns,
            8: Number("Q", len(places)),
            9: Number("H", node_size),
            10: system,
            11: "Footprints of buildings",
        }
    )


def _column(name: str, unique: int = 0) -> Table:
    return Table({0: name, 1: Number("B", _STRING), 8: Number("B", unique)})


def _feature(place: Place) -> Table:
    ends, numbers = [], []
    for ring in place.rings:
        numbers += [n for position in ring for n in position]
        ends.append(len(numbers) // 2)
    shape = Table({1: Numbers("d", numbers), 6: Number("B", _POLYGON)})
    if len(ends) > 1:
        shape = Table({**shape.fields, 0: Numbers("I", ends)})
    values = b"".join(
        struct.pack("<HI", number, len(text.encode())) + text.encode()
        for number, text in enumerate((place.id, place.name))
    )
    return Table({0: shape, 1: values})


def _index(places: list[Place], sized: list[bytes]) -> bytes:
    """The packed R-tree of so few features: a root and a leaf for each."""
    leaves, offset = [], 0
    for place, feature in zip(places, sized, strict=True):
        leaves.append(struct.pack("<4dQ", *box_of([place]), offset))
        offset += len(feature)
    root = struct.pack("<4dQ", *box_of(places), 1)
    return root + b"".join(leaves)
