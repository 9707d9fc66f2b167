"""Geometries in a GeoPackage (OGC 12-128 2.1.3): the header and the well-known binary after it.

Read here and not by a geometry library, which mends or drops what is to be found.
"""

from dataclasses import dataclass, field
from math import inf, isnan
from struct import error as StructError  # noqa: N812 (a class)
from struct import unpack_from
from typing import Final

#: The names of geometry types by their code in well-known binary (06-103r4 8.2.3; 12-128 Annex G).
NAMES: Final = {
    1: "POINT",
    2: "LINESTRING",
    3: "POLYGON",
    4: "MULTIPOINT",
    5: "MULTILINESTRING",
    6: "MULTIPOLYGON",
    7: "GEOMETRYCOLLECTION",
    8: "CIRCULARSTRING",
    9: "COMPOUNDCURVE",
    10: "CURVEPOLYGON",
    11: "MULTICURVE",
    12: "MULTISURFACE",
    13: "CURVE",
    14: "SURFACE",
    15: "POLYHEDRALSURFACE",
    16: "TIN",
    17: "TRIANGLE",
}
#: Everything `geometry_type_name` can say.
TYPE_NAMES: Final = ("GEOMETRY", *NAMES.values())
#: Types every reader knows (R20); the others are an extension's.
CORE: Final = 7
#: What a value of a type passes for, beside GEOMETRY and itself.
ASSIGNABLE: Final = {
    "LINESTRING": ("CURVE",),
    "CIRCULARSTRING": ("CURVE",),
    "COMPOUNDCURVE": ("CURVE",),
    "POLYGON": ("SURFACE", "CURVEPOLYGON"),
    "CURVEPOLYGON": ("SURFACE",),
    "MULTIPOINT": ("GEOMETRYCOLLECTION",),
    "MULTILINESTRING": ("GEOMETRYCOLLECTION", "MULTICURVE"),
    "MULTICURVE": ("GEOMETRYCOLLECTION",),
    "MULTIPOLYGON": ("GEOMETRYCOLLECTION", "MULTISURFACE"),
    "MULTISURFACE": ("GEOMETRYCOLLECTION",),
    "TRIANGLE": ("POLYGON", "SURFACE", "CURVEPOLYGON"),
    "TIN": ("POLYHEDRALSURFACE", "SURFACE"),
    "POLYHEDRALSURFACE": ("SURFACE",),
}

_POINT: Final = 1
_LINES: Final = (2, 8)
_RINGS: Final = (3, 17)
#: What the parts of a type are.
_PARTS: Final = {
    4: (1,),
    5: (2,),
    6: (3,),
    7: tuple(NAMES),
    9: (2, 8),
    10: (2, 8, 9),
    11: (2, 8, 9),
    12: (3, 10),
    15: (3, 17),
    16: (3, 17),
}
_DEEPEST: Final = 16
_LEAST_OF_A_RING: Final = 4
_FIXED: Final = 8
_ENVELOPE_SIZES: Final = (0, 4, 6, 6, 8)
_NOT_ISO: Final = 0xE0000000


class MalformedError(ValueError):
    """Bytes that are no geometry of a GeoPackage; the message says why."""


@dataclass(slots=True)
class Found:
    """What is found on the way through well-known binary."""

    west: float = inf
    south: float = inf
    east: float = -inf
    north: float = -inf
    faulty_ring: str | None = None
    types: set[int] = field(default_factory=set)
    dimensions: set[tuple[bool, bool]] = field(default_factory=set)

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north of everything, None for nothing."""
        return (self.west, self.south, self.east, self.north) if self.west <= self.east else None

    def meet(self, numbers: tuple[float, ...], size: int) -> None:
        """Take positions of so many numbers each."""
        xs = [x for x in numbers[0::size] if not isnan(x)]
        ys = [y for y in numbers[1::size] if not isnan(y)]
        if xs and ys:
            self.west, self.east = min(self.west, *xs), max(self.east, *xs)
            self.south, self.north = min(self.south, *ys), max(self.north, *ys)


@dataclass(frozen=True, slots=True)
class Blob:
    """A geometry: what its header says and what its well-known binary is.

    `envelope` is west, east, south, north and what else there is; `is_extended` says that what follows the
    header is another encoding, which is not read here.
    """

    srs_id: int
    says_empty: bool
    is_extended: bool
    reserved: int
    envelope: tuple[float, ...]
    wkb: bytes
    type: str
    has_z: bool
    has_m: bool
    found: Found

    @property
    def is_empty(self) -> bool:
        """Whether there is no position in it."""
        return self.found.box is None

    @property
    def has_rings(self) -> bool:
        """Whether there are polygons in it."""
        return not self.found.types.isdisjoint(_RINGS)

    @property
    def is_curved(self) -> bool:
        """Whether it reaches beyond its own positions."""
        return 8 in self.found.types  # noqa: PLR2004 (CIRCULARSTRING)


def parse_blob(value: bytes) -> Blob:
    """A value of a geometry column. Raises MalformedError."""
    try:
        return _parse(value)
    except StructError:
        raise MalformedError("it ends too early") from None


def _parse(value: bytes) -> Blob:
    if value[:2] != b"GP":
        raise MalformedError(f"it begins with {value[:4]!r}, not with 'GP'")
    version, flags = unpack_from("BB", value, 2)
    if version:
        raise MalformedError(f"its version byte is {version}, not 0")
    order = "<" if flags & 1 else ">"
    code = flags >> 1 & 7
    if code >= len(_ENVELOPE_SIZES):
        raise MalformedError(f"its envelope code is {code}")
    (srs_id,) = unpack_from(f"{order}i", value, 4)
    size = _ENVELOPE_SIZES[code]
    envelope = unpack_from(f"{order}{size}d", value, _FIXED)
    wkb = value[_FIXED + 8 * size :]
    extended, found = bool(flags & 0x20), Found()
    kind, has_z, has_m = (0, False, False) if extended else _read(wkb, 0, found, 0)[1:]
    return Blob(
        srs_id=srs_id,
        says_empty=bool(flags & 0x10),
        is_extended=extended,
        reserved=flags >> 6,
        envelope=envelope,
        wkb=wkb,
        type=NAMES.get(kind, ""),
        has_z=has_z,
        has_m=has_m,
        found=found,
    )


def parse_wkb(value: bytes) -> tuple[str, Found]:
    """The type of a geometry in well-known binary and nothing else, with what is in it. Raises MalformedError."""
    found = Found()
    try:
        end, kind, has_z, has_m = _read(value, 0, found, 0)
    except StructError:
        raise MalformedError("it ends too early") from None
    if end != len(value):
        raise MalformedError(f"{len(value) - end} bytes follow it")
    return f"{NAMES[kind]}{' Z' * has_z or ' ' * has_m}{'M' * has_m}", found


def _read(data: bytes, at: int, found: Found, depth: int) -> tuple[int, int, bool, bool]:
    """Where a geometry ends, its type, and whether it has heights and measures."""
    (order,) = unpack_from("B", data, at)
    if order > 1 or depth > _DEEPEST:
        raise MalformedError(f"byte order {order}" if order > 1 else "geometries nested too deep")
    sign = "<" if order else ">"
    (code,) = unpack_from(f"{sign}I", data, at + 1)
    if code & _NOT_ISO:
        raise MalformedError(f"type code {code:#x} is of another dialect of well-known binary")
    dimension, kind = divmod(code, 1000)
    if dimension > 3 or kind not in NAMES:  # noqa: PLR2004
        raise MalformedError(f"type code {code} is unknown")
    has_z, has_m = dimension in (1, 3), dimension in (2, 3)
    found.types.add(kind)
    found.dimensions.add((has_z, has_m))
    size, at = 2 + has_z + has_m, at + 5
    if kind == _POINT:
        found.meet(unpack_from(f"{sign}{size}d", data, at), size)
        return at + 8 * size, kind, has_z, has_m
    (count,) = unpack_from(f"{sign}I", data, at)
    at += 4
    if kind in _LINES:
        at, _ = _line(data, at, (sign, size), count, found)
    elif kind in _RINGS:
        for _ in range(count):
            (length,) = unpack_from(f"{sign}I", data, at)
            at, numbers = _line(data, at + 4, (sign, size), length, found)
            _judge_ring(numbers, size, found)
    else:
        for _ in range(count):
            at, part, *_ = _read(data, at, found, depth + 1)
            if part not in _PARTS.get(kind, ()):
                raise MalformedError(f"a {NAMES[part]} is part of a {NAMES[kind]}")
    return at, kind, has_z, has_m


def _line(
    data: bytes, at: int, layout: tuple[str, int], count: int, found: Found
) -> tuple[int, tuple[float, ...]]:
    """Where a line ends, and its numbers; the layout is byte order and numbers of a position."""
    sign, size = layout
    if count * size * 8 > len(data) - at:
        raise MalformedError("it ends too early")
    numbers = unpack_from(f"{sign}{count * size}d", data, at)
    found.meet(numbers, size)
    return at + 8 * count * size, numbers


def _judge_ring(numbers: tuple[float, ...], size: int, found: Found) -> None:
    if not numbers:
        return
    if len(numbers) < _LEAST_OF_A_RING * size:
        found.faulty_ring = f"a ring has {len(numbers) // size} positions"
    elif numbers[:2] != numbers[-size:][:2]:
        found.faulty_ring = "a ring does not end where it begins"
