"""Times in features and the `datetime` parameter (17-069r4, 7.15.4), recomputed from the features.

Which property holds a feature's time is the server's secret. Every property that reads as a time is
tried, and pairs of them as start and end.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from typing import Any, Final

_TIME: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_MOST_PROPERTIES: Final = 5
_ELSEWHERE: Final = timezone(timedelta(hours=2))
_A_DAY: Final = timedelta(days=1)
#: A local time without its zone can be this far from UTC.
_ZONES: Final = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when; None is an open end. `slack` is how far the ends may be off."""

    start: datetime | None
    end: datetime | None
    slack: timedelta = timedelta(0)

    def meets(self, other: "Span") -> bool | None:
        """Whether two spans have an instant in common; None where their slack leaves it open."""
        slack = self.slack + other.slack
        if not _overlap(self, other, slack):
            return False
        return True if _overlap(self, other, -slack) else None


def _overlap(one: Span, other: Span, slack: timedelta) -> bool:
    return _before(one.start, other.end, slack) and _before(other.start, one.end, slack)


def _before(start: datetime | None, end: datetime | None, slack: timedelta) -> bool:
    return start is None or end is None or start - end <= slack


ALWAYS: Final = Span(None, None)


def read_time(value: Any) -> Span | None:
    """A date or date-time; None for anything else. A date is its whole day, in any zone."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    try:
        local = datetime.fromisoformat(f"{day}T{clock or '00:00:00'}{(zone or 'Z').upper()}")
        start = local.astimezone(UTC)
        if clock is None:
            return Span(start, start + _A_DAY, _ZONES)
    except (ValueError, OverflowError):
        return None
    slack = timedelta(seconds=1) if fraction else timedelta(0)
    return Span(start, start, slack if zone else _ZONES)


@dataclass(frozen=True, slots=True)
class Reading:
    """A way to read the time of features: from which properties, and what comes out."""

    names: tuple[str, ...]
    spans: Mapping[str, Span]

    @property
    def bounds(self) -> tuple[datetime, datetime] | None:
        """The first start and the last end; None when an end is open or there is no time."""
        known = [s for s in self.spans.values() if s is not ALWAYS]
        starts = [s.start for s in known if s.start]
        ends = [s.end for s in known if s.end]
        if not known or len(starts) != len(known) or len(ends) != len(known):
            return None
        return min(starts), max(ends)


def readings(properties: Mapping[str, Mapping[str, Any]]) -> list[Reading]:
    """The ways to read the times of features, given their properties by feature id."""
    names = _temporal_names(list(properties.values()))
    singles = [
        Reading((n,), {i: read_time(p.get(n)) or ALWAYS for i, p in properties.items()})
        for n in names
    ]
    return singles + [
        r for one, other in permutations(names, 2) if (r := _pair(one, other, properties))
    ]


def _temporal_names(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The properties that are times wherever they are not null, and somewhere are not."""
    names = dict.fromkeys(n for row in rows for n, value in row.items() if read_time(value))
    sound = (n for n in names if all(row.get(n) is None or read_time(row[n]) for row in rows))
    return [n for n, _ in zip(sound, range(_MOST_PROPERTIES), strict=False)]


def _pair(one: str, other: str, properties: Mapping[str, Mapping[str, Any]]) -> Reading | None:
    spans: dict[str, Span] = {}
    for feature, row in properties.items():
        first, last = read_time(row.get(one)) or ALWAYS, read_time(row.get(other)) or ALWAYS
        if first.start and last.end and last.end < first.start:
            return None
        spans[feature] = Span(first.start, last.end, max(first.slack, last.slack))
    return Reading((one, other), spans)


def instant(moment: datetime) -> str:
    """A moment as RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def moved(moment: datetime, by: timedelta) -> datetime | None:
    """A moment earlier or later; None beyond the years 1 to 9999."""
    try:
        return moment + by
    except OverflowError:
        return None


def questions(first: datetime, middle: datetime, last: datetime) -> Iterator[tuple[str, Span]]:
    """Values of `datetime` of each kind, and the span each stands for."""
    yield instant(middle), Span(middle, middle)
    if moved(middle, _A_DAY):
        yield middle.astimezone(_ELSEWHERE).isoformat(timespec="seconds"), Span(middle, middle)
    yield f"{instant(first)}/{instant(middle)}", Span(first, middle)
    yield f"{instant(middle)}/{instant(last)}", Span(middle, last)
    yield f"../{instant(middle)}", Span(None, middle)
    yield f"{instant(middle)}/..", Span(middle, None)
    yield f"/{instant(middle)}", Span(None, middle)
    yield f"{instant(middle)}/", Span(middle, None)
