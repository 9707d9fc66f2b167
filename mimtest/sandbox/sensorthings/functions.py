"""The built-in functions of filters (18-088 tables 23 and 24) on plain values."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from mimtest.sandbox.ngsild import planar
from mimtest.sandbox.ngsild.geometry import Shape, read_shape
from mimtest.sandbox.sensorthings.errors import RefusedError

_WKT: Final = re.compile(
    r"\s*(POINT|LINESTRING|POLYGON)\s*Z?\s*\((.*)\)\s*", re.IGNORECASE | re.DOTALL
)
_RING: Final = re.compile(r"\(([^()]*)\)")
_NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")


class Geography(str):
    """Well-known text as it stands in a filter."""

    __slots__ = ()

    @property
    def shape(self) -> Shape:
        """The geometry. Raises RefusedError."""
        match = _WKT.fullmatch(self)
        if match is None:
            raise RefusedError(f"{self!s} is no well-known text that is read here")
        name, inner = match[1].upper(), match[2]
        if name == "POLYGON":
            coordinates: Any = [_positions(ring) for ring in _RING.findall(inner)]
        else:
            coordinates = _positions(inner)
        kind = {"POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon"}[name]
        if kind == "Point":
            coordinates = coordinates[0]
        try:
            return read_shape({"type": kind, "coordinates": coordinates})
        except ValueError as error:
            raise RefusedError(str(error)) from error


def _positions(text: str) -> list[list[float]]:
    return [[float(n) for n in _NUMBER.findall(position)] for position in text.split(",")]


def _shape(value: Any) -> Shape:
    if isinstance(value, Geography):
        return value.shape
    return read_shape(value.get("geometry", value))


def _spatial(judge: Callable[[Shape, Shape], Any]) -> Callable[..., Any]:
    return lambda a, b: judge(_shape(a), _shape(b))


def _moment(value: Any) -> datetime:
    """The instant, or where an interval starts."""
    return datetime.fromisoformat(str(value).partition("/")[0])


def _part(read: Callable[[datetime], Any]) -> Callable[..., Any]:
    return lambda value: read(_moment(value))


def _offset(moment: datetime) -> float:
    shift = moment.utcoffset()
    return shift.total_seconds() / 60 if shift else 0


def _rounded(number: float) -> int:
    """Half away from zero, as OData has it."""
    return int(math.copysign(math.floor(abs(number) + 0.5), number))


#: By name: how many arguments, and what gives the value.
FUNCTIONS: Final[Mapping[str, tuple[tuple[int, ...], Callable[..., Any]]]] = {
    "substringof": ((2,), lambda part, text: part in text),
    "endswith": ((2,), lambda text, part: text.endswith(part)),
    "startswith": ((2,), lambda text, part: text.startswith(part)),
    "length": ((1,), len),
    "indexof": ((2,), lambda text, part: text.find(part)),
    "substring": ((2, 3), lambda text, at, n=None: text[at : None if n is None else at + n]),
    "tolower": ((1,), str.lower),
    "toupper": ((1,), str.upper),
    "trim": ((1,), str.strip),
    "concat": ((2,), lambda one, other: one + other),
    "year": ((1,), _part(lambda m: m.year)),
    "month": ((1,), _part(lambda m: m.month)),
    "day": ((1,), _part(lambda m: m.day)),
    "hour": ((1,), _part(lambda m: m.hour)),
    "minute": ((1,), _part(lambda m: m.minute)),
    "second": ((1,), _part(lambda m: m.second)),
    "fractionalseconds": ((1,), _part(lambda m: m.microsecond / 1e6)),
    "date": ((1,), _part(lambda m: m.date().isoformat())),
    "time": ((1,), _part(lambda m: m.time().isoformat())),
    "totaloffsetminutes": ((1,), _part(_offset)),
    "now": ((0,), lambda: datetime.now(UTC)),
    "mindatetime": ((0,), lambda: datetime.min.replace(tzinfo=UTC)),
    "maxdatetime": ((0,), lambda: datetime.max.replace(tzinfo=UTC)),
    "round": ((1,), _rounded),
    "floor": ((1,), math.floor),
    "ceiling": ((1,), math.ceil),
    "geo.distance": ((2,), _spatial(planar.distance)),
    "geo.intersects": ((2,), _spatial(planar.intersects)),
    "st_equals": ((2,), _spatial(planar.equals)),
    "st_disjoint": ((2,), _spatial(planar.disjoint)),
    "st_within": ((2,), _spatial(planar.within)),
    "st_contains": ((2,), _spatial(planar.contains)),
    "st_overlaps": ((2,), _spatial(planar.overlaps)),
    "st_intersects": ((2,), _spatial(planar.intersects)),
}
#: Functions of the tables that the service does not have; it says so.
MISSING: Final = ("geo.length", "st_touches", "st_crosses", "st_relate")
