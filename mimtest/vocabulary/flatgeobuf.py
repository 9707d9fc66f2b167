"""FlatGeobuf 3: header, index and features of a file, read without following anything blindly."""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.flatbuffers import Table, root_of
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.geofiles import GeoFile
from mimtest.vocabulary.geojson import Line
from mimtest.vocabulary.parts import tell

_START: Final = b"fgb\x03fgb"
_MAGIC_SIZE: Final = 8
_NODE: Final = struct.Struct("<4dQ")
_GEOMETRY_TYPES: Final = range(18)
_SIMPLE: Final = range(1, 8)
#: Column types by number with the size of a value; None for those that tell their length.
COLUMN_SIZES: Final = (1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, None, None, None, None)
#: At most so many features are looked at.
MOST_FEATURES: Final = 20_000
_POLYGONS: Final = (3, 17)
_LEAST_OF_A_RING: Final = 4
_LEAST_NODE_SIZE: Final = 2


@dataclass(frozen=True, slots=True)
class Node:
    """A leaf of the index: the box of a feature and where in the data it is."""

    box: Box
    offset: int


@dataclass(frozen=True, slots=True)
class FlatGeobuf:
    """A file; `_header` is its header and `_after` where that ends."""

    file: GeoFile
    _header: Table
    _after: int

    @property
    def header(self) -> Table:
        """The header; looking at it makes the file evidence."""
        _ = self.file.body
        return self._header

    @property
    def geometry_type(self) -> int:
        """The type of all geometries, 0 where they differ."""
        return self.header.number(2, "B")

    @property
    def columns(self) -> list[tuple[str, int]]:
        """Names and types of the columns."""
        return [(c.text(0) or "", c.number(1, "B")) for c in self.header.tables(7)]

    @property
    def count(self) -> int:
        """How many features the header promises, 0 where it does not say."""
        return self.header.number(8, "Q")

    @property
    def envelope(self) -> Box | None:
        """The box of all features, where the header has one."""
        numbers = self.header.numbers(1, "d")
        return Box.of(numbers) if len(numbers) >= 4 else None  # noqa: PLR2004

    @property
    def system(self) -> str | None:
        """The code of the reference system, such as EPSG:4326; None where the header names none."""
        crs = self.header.table(10)
        if crs is None:
            return None
        code = str(crs.number(1, "i") or "") or crs.text(5)
        return f"{crs.text(0) or 'EPSG'}:{code}" if code else None

    @property
    def _levels(self) -> list[int]:
        """How many nodes each level of the index has, the leaves first; empty without an index."""
        size = self.header.number(9, "H", default=16)
        if not self.count or not size:
            return []
        if size < _LEAST_NODE_SIZE:
            fail("the nodes of the index have no room", expected="2 or more", received=size)
        levels = [self.count]
        while levels[-1] > 1 or len(levels) == 1:
            levels.append(-(-levels[-1] // size))
        return levels

    @property
    def data(self) -> int:
        """Where the features start. Raises Contradiction where the index would end beyond the file."""
        end = self._after + sum(self._levels) * _NODE.size
        if end > len(self.file.body):
            fail(
                "the index does not fit into the file",
                expected=f"{end} bytes or more",
                received=f"{len(self.file.body)} bytes",
            )
        return end

    @property
    def leaves(self) -> list[Node]:
        """The leaves of the index, empty without one."""
        levels = self._levels
        if not levels:
            return []
        start = self._after + sum(levels[1:]) * _NODE.size
        raw = self.file.body[start : self.data]
        return [Node(Box(*n[:4]), int(n[4])) for n in _NODE.iter_unpack(raw)]

    def features(self) -> Iterator[tuple[int, Table]]:
        """The features with where each starts behind the index. Raises Contradiction."""
        body, start = self.file.body, self.data
        at = start
        while at < len(body):
            size = struct.unpack_from("<I", body, at)[0] if at + 4 <= len(body) else len(body)
            if at + 4 + size > len(body):
                fail(
                    "a feature ends beyond the end of the file",
                    expected=f"{len(body) - at - 4} bytes at most",
                    received=f"{size} bytes",
                )
            yield at - start, root_of(body[at + 4 : at + 4 + size])
            at += 4 + size

    def first_features(self) -> Iterator[tuple[int, Table]]:
        """Not more of them than are looked at; where there are more, that is told."""
        for number, found in enumerate(self.features()):
            if number == MOST_FEATURES:
                tell(f"the first {MOST_FEATURES} features")
                return
            yield found


def flatgeobuf_of(file: GeoFile) -> FlatGeobuf:
    """The file with its header. Raises Contradiction; Inconclusive for another major version."""
    __tracebackhide__ = True
    body = file.body
    if body[3:4] != _START[3:4] and body[4:7] == b"fgb":
        detail = f"the file is of version {body[3]} of FlatGeobuf, which is not covered"
        raise Inconclusive("needs_review", detail)
    if not body.startswith(_START):
        fail("the file does not start as FlatGeobuf does", expected=repr(_START), received=body[:8])
    if len(body) < _MAGIC_SIZE + 8:
        fail("the file ends before its header", received=f"{len(body)} bytes")
    size = struct.unpack_from("<I", body, _MAGIC_SIZE)[0]
    start = _MAGIC_SIZE + 4
    if start + size > len(body):
        fail(
            "the header ends beyond the end of the file",
            expected=f"{len(body) - start} bytes at most",
            received=f"{size} bytes",
        )
    return FlatGeobuf(file, root_of(body[start : start + size]), start + size)


@dataclass(frozen=True, slots=True)
class Part:
    """A geometry without parts: its type, positions and where rings or lines end."""

    kind: int
    numbers: tuple[float, ...]
    ends: tuple[int, ...]

    @property
    def positions(self) -> Line:
        """The positions."""
        return tuple(zip(self.numbers[::2], self.numbers[1::2], strict=False))

    @property
    def lists(self) -> list[Line]:
        """The positions by ring or line."""
        ends = self.ends or (len(self.numbers) // 2,)
        return [self.positions[a:b] for a, b in zip((0, *ends[:-1]), ends, strict=True)]


def parts_of(geometry: Table, declared: int, depth: int = 0) -> Iterator[Part]:
    """The parts of a geometry. Raises Contradiction for one that is nested without end."""
    kind = geometry.number(6, "B") or declared
    if depth > 8:  # noqa: PLR2004
        fail("a geometry is nested too deep")
    inner = geometry.tables(7)
    if not inner:
        ends = tuple(int(n) for n in geometry.numbers(0, "I"))
        yield Part(kind, geometry.numbers(1, "d"), ends)
    for part in inner:
        yield from parts_of(part, 0, depth + 1)


def part_fault(part: Part) -> str | None:
    """Why a part is no geometry; None when it is one."""
    if part.kind not in _GEOMETRY_TYPES:
        return f"type {part.kind}"
    if len(part.numbers) % 2:
        return f"{len(part.numbers)} numbers for positions of two"
    ends = part.ends
    if ends and (list(ends) != sorted(set(ends)) or ends[-1] != len(part.numbers) // 2):
        return f"ends {list(ends)} of {len(part.numbers) // 2} positions"
    if part.kind in _POLYGONS:
        for ring in filter(None, part.lists):
            if len(ring) < _LEAST_OF_A_RING or ring[0] != ring[-1]:
                return f"a ring of {len(ring)} positions from {ring[0]} to {ring[-1]}"
    return None


def properties_fault(columns: list[tuple[str, int]], data: bytes) -> str | None:
    """Why the properties of a feature cannot be read; None when they can."""
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            return "the number of a column is cut off"
        number = int.from_bytes(data[at : at + 2], "little")
        if number >= len(columns):
            return f"column {number} of {len(columns)}"
        kind = columns[number][1]
        if kind >= len(COLUMN_SIZES):
            return f"a column of the type {kind}"
        size = COLUMN_SIZES[kind]
        at += 2
        if size is None:
            size = 4 + int.from_bytes(data[at : at + 4], "little")
        at += size
        if at > len(data):
            return f"the value of '{columns[number][0]}' is cut off"
    return None


def places(found: FlatGeobuf) -> list[tuple[int, Line]]:
    """Where each feature starts and which positions it has; broken ones have none."""
    listed: list[tuple[int, Line]] = []
    with suppress(Contradiction):
        for offset, feature in found.first_features():
            listed.append((offset, _positions(feature, found.geometry_type)))
    return listed


def _positions(feature: Table, declared: int) -> Line:
    try:
        geometry = feature.table(0)
        parts = parts_of(geometry, declared) if geometry else ()
        return tuple(p for part in parts for p in part.positions)
    except Contradiction:
        return ()
