"""What happened when, and which of it a temporal query asks for (GS CIM 009 4.11).

What has to be answered is computed here, from what the tester sent or sampled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mimtest.vocabulary.expect import assert_that, same, shown
from mimtest.vocabulary.jsonld import instant

_APART: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Event:
    """A value that an attribute had, and when."""

    at: datetime
    value: Any

    def __str__(self) -> str:
        return f"{shown(self.value)} at {moment_text(self.at)}"


Events = Sequence[Event]


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A temporal query: `before` a moment, `after` it, or `between` it and another."""

    relation: str
    at: datetime
    end: datetime | None = None

    @property
    def params(self) -> dict[str, str]:
        """It as parameters, or as a `temporalQ`."""
        told = {"timerel": self.relation, "timeAt": moment_text(self.at)}
        return told if self.end is None else told | {"endTimeAt": moment_text(self.end)}

    def holds(self, moment: datetime) -> bool:
        """Whether a moment is in it: from the first one on, and before the last."""
        if self.relation == "before":
            return moment < self.at
        return moment >= self.at and (self.end is None or moment < self.end)

    def of(self, events: Iterable[Event]) -> list[Event]:
        """The events in it."""
        return [e for e in events if self.holds(e.at)]


def moment_text(moment: datetime) -> str:
    """A moment as a DateTime in UTC (4.6.3), with a fraction only where there is one."""
    text = moment.astimezone(UTC).isoformat(timespec="auto")
    return text.replace("+00:00", "Z")


def moment_of(text: str) -> datetime:
    """The moment a text of our own says."""
    moment = instant(text)
    assert moment is not None
    return moment


def last(events: Iterable[Event], number: int) -> list[Event]:
    """The newest events, at most so many."""
    return sorted(events, key=lambda e: e.at)[-number:]


def same_event(one: Event, other: Event) -> bool:
    """Whether two events are the same value at the same moment, to a millisecond."""
    return abs(one.at - other.at) <= _APART and same(one.value, other.value)


def assert_events(found: Iterable[Event], expected: Iterable[Event], what: str) -> None:
    """These are the expected events, each once, in any order."""
    __tracebackhide__ = True
    surplus, missing = _matched(list(found), list(expected))
    problems = [
        f"{label} {'; '.join(map(str, events[:4]))}"
        for label, events in (("missing", missing), ("too many", surplus))
        if events
    ]
    assert_that(
        not problems,
        f"{what}: {', '.join(problems)}",
        expected=listed(expected),
        received=listed(found),
    )


def _matched(found: list[Event], expected: list[Event]) -> tuple[list[Event], list[Event]]:
    """The found events that are not expected, and the expected ones that are not found."""
    surplus = []
    missing = expected
    for event in found:
        at = next((n for n, e in enumerate(missing) if same_event(event, e)), None)
        if at is None:
            surplus.append(event)
        else:
            missing = [*missing[:at], *missing[at + 1 :]]
    return surplus, missing


def listed(events: Iterable[Event]) -> str:
    """Events as one line."""
    return "; ".join(map(str, events)) or "none"
