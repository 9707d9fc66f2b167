"""What a request for records asks for: filters, place, time and the page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mimtest.sandbox.http import Request
from mimtest.sandbox.rest.data import Collection, Record

DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 100
_CORNERS: Final = 4
_OWN: Final = ("limit", "offset", "bbox", "datetime", "f")


class BadRequest(Exception):  # noqa: N818 - an answer, not an error of ours
    """The client's mistake, in words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The records that fit, and the page of them."""

    matched: tuple[Record, ...]
    limit: int
    offset: int

    @property
    def page(self) -> tuple[Record, ...]:
        """The records of the page."""
        return self.matched[self.offset : self.offset + self.limit]


def ask(collection: Collection, request: Request) -> Asked:
    """What the parameters of a request choose. Raises BadRequest."""
    params = request.params
    for name in params:
        if name not in (*_OWN, *collection.fields):
            raise BadRequest(f"there is no parameter '{name[:60]}' here")
    limit = _whole(params.get("limit", str(DEFAULT_LIMIT)), "limit", least=1)
    offset = _whole(params.get("offset", "0"), "offset", least=0)
    tests = list(_tests(collection, params))
    matched = tuple(r for r in collection.records if all(t(r) for t in tests))
    return Asked(matched, min(limit, MAX_LIMIT), offset)


def _tests(collection: Collection, params: Mapping[str, str]) -> Iterator[Any]:
    for name, kind in collection.fields.items():
        if name in params:
            wanted = _number(params[name], name) if kind == "number" else params[name]
            yield lambda r, n=name, w=wanted: r.get(n) == w
    if "bbox" in params:
        box = _box(params["bbox"])
        yield lambda r: _is_within(r.get("location"), box)
    if "datetime" in params:
        start, end = _span(params["datetime"])
        yield lambda r: _is_during(r.get("dateModified"), start, end)


def _whole(text: str, name: str, *, least: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise BadRequest(f"{name} is a whole number from {least}")
    return int(text)


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadRequest(f"{name} is a number") from None


def _box(text: str) -> tuple[float, ...]:
    numbers = tuple(_number(part, "bbox") for part in text.split(","))
    if len(numbers) != _CORNERS or numbers[1] > numbers[3]:
        raise BadRequest("bbox is west,south,east,north")
    return numbers


def _is_within(place: Any, box: tuple[float, ...]) -> bool:
    points = list(_points(place["coordinates"])) if place else []
    west, south, east, north = box
    return any(west <= lon <= east and south <= lat <= north for lon, lat in points)


def _points(value: Any) -> Iterator[tuple[float, float]]:
    """The corners of a geometry; the town has no shape larger than a test's box."""
    if isinstance(value[0], list):
        for part in value:
            yield from _points(part)
    else:
        yield value[0], value[1]


def _span(text: str) -> tuple[datetime | None, datetime | None]:
    first, slash, last = text.partition("/")
    start = _moment(first)
    return start, _moment(last) if slash else start


def _moment(text: str) -> datetime | None:
    if text in ("", ".."):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest("datetime is a moment, or two with a slash between") from None


def _is_during(text: str | None, start: datetime | None, end: datetime | None) -> bool:
    if text is None:
        return False
    at = datetime.fromisoformat(text)
    return (start is None or start <= at) and (end is None or at <= end)
