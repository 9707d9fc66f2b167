"""The query parameters of a request, read strictly: what is not declared or not allowed is refused with 400."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

from mimtest.sandbox.features.cql2 import LANGUAGES, PLACE, TEXT, Filter, read_filter
from mimtest.sandbox.features.cql2_text import FilterError
from mimtest.sandbox.features.crs import CRS84, SYSTEMS, Crs
from mimtest.sandbox.features.errors import BadParameterError
from mimtest.sandbox.features.geometry import Box
from mimtest.sandbox.features.temporal import Period, parse_instant, parse_period, stamp

LIMIT_DEFAULT: Final = 10
LIMIT_MAXIMUM: Final = 100
FORMATS: Final = ("json", "html")
_WHOLE: Final = re.compile(r"\d{1,18}", re.ASCII)
_SIGNED: Final = re.compile(r"-?\d{1,18}", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_FLAT, _WITH_HEIGHT = 4, 6
_BOOLEANS: Final = {"true": True, "false": False}
_FULL_TURN, _QUARTER = 180.0, 90.0


@dataclass(frozen=True, slots=True)
class Query:
    """What a request for features asks. `boxes` is None without bbox, and two where a box crosses the antimeridian.

    `sort` names properties and whether the greatest comes first.
    """

    limit: int = LIMIT_DEFAULT
    offset: int = 0
    boxes: tuple[Box, ...] | None = None
    bbox_crs: Crs = CRS84
    crs: Crs = CRS84
    period: Period | None = None
    equals: Mapping[str, Any] = field(default_factory=dict)
    filter: Filter | None = None
    filter_crs: Crs = CRS84
    sort: tuple[tuple[str, bool], ...] = ()


def read_parameters(pairs: Sequence[tuple[str, str]], allowed: Collection[str]) -> dict[str, str]:
    """The parameters by name. Raises BadParameterError for an unknown or repeated one, or a format that is not on offer."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in allowed:
            raise BadParameterError(name, "is not a parameter of this resource")
        if name in found:
            raise BadParameterError(name, "is given more than once")
        found[name] = value
    if found.get("f", "json") not in FORMATS:
        raise BadParameterError("f", "only json and html are on offer")
    return found


def read_query(given: Mapping[str, str], queryables: Mapping[str, str]) -> Query:
    """The question a request for features asks. Raises BadParameterError."""
    bbox_crs = read_crs("bbox-crs", given)
    return Query(
        limit=_limit(given),
        offset=_offset(given),
        boxes=read_bbox(given["bbox"], bbox_crs) if "bbox" in given else None,
        bbox_crs=bbox_crs,
        crs=read_crs("crs", given),
        period=parse_period(given["datetime"]) if "datetime" in given else None,
        equals={
            name: _READERS[kind](name, given[name])
            for name, kind in queryables.items()
            if name in given and kind in _READERS
        },
        filter=_filter(given, queryables),
        filter_crs=read_crs("filter-crs", given),
        sort=_sort(given, queryables),
    )


def _filter(given: Mapping[str, str], queryables: Mapping[str, str]) -> Filter | None:
    """The filter (19-079r2, 8.2); the language is looked at without one as well."""
    language = given.get("filter-lang", TEXT)
    if language not in LANGUAGES:
        raise BadParameterError("filter-lang", f"{language!r} is not one of {', '.join(LANGUAGES)}")
    if "filter" not in given:
        return None
    try:
        return read_filter(given["filter"], language, {**queryables, PLACE: PLACE})
    except FilterError as error:
        raise BadParameterError("filter", str(error)) from error


def _sort(given: Mapping[str, str], queryables: Mapping[str, str]) -> tuple[tuple[str, bool], ...]:
    """The keys to sort by; `-` puts the greatest first. A `+` that was sent bare arrives as a space."""
    keys = []
    for part in given["sortby"].split(",") if "sortby" in given else ():
        name = part[1:] if part[:1] in ("+", "-", " ") else part
        if queryables.get(name) not in _READERS:
            raise BadParameterError("sortby", f"{name!r} is not a sortable")
        keys.append((name, part.startswith("-")))
    return tuple(keys)


def read_crs(name: str, given: Mapping[str, str]) -> Crs:
    """The reference system a parameter names (18-058r1, fc-crs-valid-value, bbox-crs-exception); CRS84 without one."""
    uri = given.get(name, CRS84.uri)
    if uri not in SYSTEMS:
        raise BadParameterError(name, f"{uri!r} is not a reference system on offer")
    return SYSTEMS[uri]


def _limit(given: Mapping[str, str]) -> int:
    """At most the maximum: asking for more is no mistake (17-069r4, fc-limit-response-1)."""
    text = given.get("limit", str(LIMIT_DEFAULT))
    if not text.isascii() or not text.isdigit() or not text.strip("0"):
        raise BadParameterError("limit", f"{text!r} is not a whole number from 1")
    return LIMIT_MAXIMUM if not _WHOLE.fullmatch(text) else min(int(text), LIMIT_MAXIMUM)


def _offset(given: Mapping[str, str]) -> int:
    text = given.get("offset", "0")
    if not _WHOLE.fullmatch(text):
        raise BadParameterError("offset", f"{text!r} is not a whole number from 0")
    return int(text)


def read_bbox(text: str, crs: Crs) -> tuple[Box, ...]:
    """A box in the axis order of its reference system, as one or two boxes. Raises BadParameterError."""
    numbers = [_number(part) for part in text.split(",")]
    if len(numbers) == _WITH_HEIGHT:
        if numbers[2] > numbers[5]:
            raise BadParameterError("bbox", "the box's bottom is above its top")
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != _FLAT:
        raise BadParameterError("bbox", "four or six numbers are needed")
    box = Box(*numbers)
    if crs.longitude_axis is None:
        return (_ordered(box),)
    return _on_the_globe(box, crs.longitude_axis)


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text) or not isfinite(float(text)):
        raise BadParameterError("bbox", f"{text!r} is not a number")
    return float(text)


def _ordered(box: Box) -> Box:
    if box.west > box.east or box.south > box.north:
        raise BadParameterError("bbox", "a lower bound is above the upper one")
    return box


def _on_the_globe(box: Box, longitude_axis: int) -> tuple[Box, ...]:
    """A box of degrees; one whose first longitude is the greater crosses the antimeridian and is cut there."""
    first, second = (box.west, box.east), (box.south, box.north)
    (start, end), (low, high) = (second, first) if longitude_axis else (first, second)
    if max(abs(start), abs(end)) > _FULL_TURN or max(abs(low), abs(high)) > _QUARTER:
        raise BadParameterError("bbox", "a longitude or latitude is out of range")
    if low > high:
        raise BadParameterError("bbox", "the lower latitude is above the upper one")
    spans = [(start, end)] if start <= end else [(start, _FULL_TURN), (-_FULL_TURN, end)]
    if longitude_axis:
        return tuple(Box(low, west, high, east) for west, east in spans)
    return tuple(Box(west, low, east, high) for west, east in spans)


def _text(_name: str, value: str) -> str:
    return value


def _integer(name: str, value: str) -> int:
    if not _SIGNED.fullmatch(value):
        raise BadParameterError(name, f"{value!r} is not an integer")
    return int(value)


def _boolean(name: str, value: str) -> bool:
    if value not in _BOOLEANS:
        raise BadParameterError(name, f"{value!r} is neither true nor false")
    return _BOOLEANS[value]


def _any_number(name: str, value: str) -> float:
    if not _NUMBER.fullmatch(value):
        raise BadParameterError(name, f"{value!r} is not a number")
    return float(value)


def _time(name: str, value: str) -> str:
    """A date-time in the form the features have it."""
    try:
        return stamp(parse_instant(value))
    except ValueError as error:
        raise BadParameterError(name, str(error)) from error


_READERS: Final[Mapping[str, Callable[[str, str], Any]]] = {
    "string": _text,
    "integer": _integer,
    "number": _any_number,
    "date-time": _time,
    "boolean": _boolean,
}
