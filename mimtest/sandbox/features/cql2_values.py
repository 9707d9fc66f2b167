"""Literals of CQL2 as values: instants and intervals, geometries, and how they lie to each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from mimtest.sandbox.features.cql2_text import FilterError
from mimtest.sandbox.features.temporal import parse_instant
from mimtest.sandbox.ngsild import planar
from mimtest.sandbox.ngsild.geometry import Shape

_OPEN: Final = ("..", "")
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)
_FLAT_BOX, _HIGH_BOX = 4, 6


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """From when to when; both are the same for an instant."""

    start: datetime
    end: datetime


def instant(value: Any) -> Moment:
    """A date or date-time. Raises FilterError."""
    try:
        if isinstance(value, str) and len(value) == len("2026-01-01"):
            day = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
            return Moment(day, day)
        moment = parse_instant(value)
    except (TypeError, ValueError) as error:
        msg = f"{value!r} is no time"
        raise FilterError(msg) from error
    return Moment(moment, moment)


def interval(ends: Any) -> Moment:
    """Two instants, `..` for an open end. Raises FilterError."""
    if not isinstance(ends, list) or len(ends) != len("ab"):
        msg = "an interval has two ends"
        raise FilterError(msg)
    start = _FIRST if ends[0] in _OPEN else instant(ends[0]).start
    end = _LAST if ends[1] in _OPEN else instant(ends[1]).end
    if end < start:
        msg = "an interval ends before it starts"
        raise FilterError(msg)
    return Moment(start, end)


#: Relations that hold between instants as well (table 7), and those of intervals alone (table 8).
EITHER: Final[Mapping[str, Callable[[Moment, Moment], bool]]] = {
    "t_after": lambda a, b: a.start > b.end,
    "t_before": lambda a, b: a.end < b.start,
    "t_disjoint": lambda a, b: a.start > b.end or a.end < b.start,
    "t_equals": lambda a, b: a == b,
    "t_intersects": lambda a, b: a.start <= b.end and b.start <= a.end,
}
BETWEEN_INTERVALS: Final[Mapping[str, Callable[[Moment, Moment], bool]]] = {
    "t_contains": lambda a, b: a.start < b.start and b.end < a.end,
    "t_during": lambda a, b: b.start < a.start and a.end < b.end,
    "t_finishedby": lambda a, b: a.start < b.start and a.end == b.end,
    "t_finishes": lambda a, b: b.start < a.start and a.end == b.end,
    "t_meets": lambda a, b: a.end == b.start,
    "t_metby": lambda a, b: a.start == b.end,
    "t_overlappedby": lambda a, b: b.start < a.start < b.end < a.end,
    "t_overlaps": lambda a, b: a.start < b.start < a.end < b.end,
    "t_startedby": lambda a, b: a.start == b.start and b.end < a.end,
    "t_starts": lambda a, b: a.start == b.start and a.end < b.end,
}
TEMPORAL: Final = {**EITHER, **BETWEEN_INTERVALS}


def shape(geometry: Any) -> Shape:
    """A GeoJSON geometry or a box taken apart. Raises FilterError."""
    try:
        if "bbox" in geometry:
            return _box(geometry["bbox"])
        return _SHAPES[geometry["type"]](geometry["coordinates"])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        msg = f"no geometry: {error}"
        raise FilterError(msg) from error


def _box(numbers: list[float]) -> Shape:
    if len(numbers) not in (_FLAT_BOX, _HIGH_BOX):
        msg = "a box has four or six numbers"
        raise ValueError(msg)
    half = len(numbers) // 2
    west, south, east, north = numbers[0], numbers[1], numbers[half], numbers[half + 1]
    if south > north or west > east:
        msg = "a box whose lower bound is above its upper one"
        raise ValueError(msg)
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return Shape(polygons=((ring,),))


def _at(position: list[float]) -> tuple[float, float]:
    return float(position[0]), float(position[1])


def _line(positions: list[list[float]]) -> tuple[tuple[float, float], ...]:
    if len(positions) < len("ab"):
        msg = "a line has two positions"
        raise ValueError(msg)
    return tuple(map(_at, positions))


def _rings(rings: list[Any]) -> tuple[tuple[tuple[float, float], ...], ...]:
    read = tuple(map(_line, rings))
    if not read or any(ring[0] != ring[-1] for ring in read):
        msg = "a ring ends where it starts"
        raise ValueError(msg)
    return read


_SHAPES: Final[Mapping[str, Callable[[Any], Shape]]] = {
    "Point": lambda c: Shape(points=(_at(c),)),
    "MultiPoint": lambda c: Shape(points=tuple(map(_at, c))),
    "LineString": lambda c: Shape(lines=(_line(c),)),
    "MultiLineString": lambda c: Shape(lines=tuple(map(_line, c))),
    "Polygon": lambda c: Shape(polygons=(_rings(c),)),
    "MultiPolygon": lambda c: Shape(polygons=tuple(map(_rings, c))),
}


def _border(a: Shape) -> Shape:
    """The ends of lines and the rings of areas; points have none."""
    ends = tuple(p for line in a.lines if line[0] != line[-1] for p in (line[0], line[-1]))
    return Shape(ends, tuple(ring for polygon in a.polygons for ring in polygon))


def _touches(a: Shape, b: Shape) -> bool:
    """They meet, and nowhere inside of both (06-103r4, 6.1.15.3)."""
    return planar.intersects(a, b) and not _meet_inside(a, b)


def _meet_inside(a: Shape, b: Shape) -> bool:
    if a.dimension == b.dimension:
        within = planar.within(a, b) or planar.within(b, a)
        if within or planar.overlaps(a, b) or not a.dimension:
            return within or planar.intersects(a, b)
        return a.dimension == 1 and not planar.intersects(_border(a), b)
    small, large = sorted((a, b), key=lambda s: s.dimension)
    if not small.dimension:
        rim = _border(large)
        return any(
            planar.intersects(p, large) and not planar.intersects(p, rim)
            for p in (Shape(points=(q,)) for q in small.points)
        )
    return planar.intersects(small, large) and not planar.within(
        Shape(points=tuple(p for line in small.lines for p in line)), _border(large)
    )


def _crosses(a: Shape, b: Shape) -> bool:
    """They meet inside, and neither holds the other; areas do not cross."""
    if a.dimension == b.dimension != 1 or not planar.intersects(a, b):
        return False
    held = planar.within(a, b) or planar.within(b, a) or planar.overlaps(a, b)
    return not held and _meet_inside(a, b)


SPATIAL: Final[Mapping[str, Callable[[Shape, Shape], bool]]] = {
    **{f"s_{name}": relation for name, relation in planar.RELATIONS.items()},
    "s_touches": _touches,
    "s_crosses": _crosses,
}
