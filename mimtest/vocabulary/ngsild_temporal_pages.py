"""A history that is told in parts: which part it is, and what comes next (GS CIM 009 6.3.10)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from mimtest.network.client import Answer
from mimtest.vocabulary.expect import assert_equal, assert_that
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild_entities import Note
from mimtest.vocabulary.ngsild_history import Event, TimeRange, assert_events, moment_text
from mimtest.vocabulary.ngsild_temporal import events_in, evolution_in, timelines_of

_PARTIAL: Final = 206
_STEP: Final = timedelta(milliseconds=1)
_MOMENT: Final = r"\d{4}-\d\d-\d\dT[\d:.,]+(?:Z|[+-]\d\d:\d\d)?"
_RANGE: Final = re.compile(rf"(\S+)\s+({_MOMENT})-({_MOMENT})/(\*|\d{{1,20}})")
_UNITS: Final = ("date-time", "datetime")

Known = Mapping[str, Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a history an answer has: from `start` to `end`, at most `size` instances."""

    start: datetime
    end: datetime
    size: int | None


def part_in(answer: Answer) -> Part:
    """What Content-Range says. Raises Contradiction."""
    __tracebackhide__ = True
    text = answer.headers.get("content-range", "")
    found = _RANGE.fullmatch(text.strip())
    moments = [_moment(m) for m in found.group(2, 3)] if found else []
    start, end = moments if all(moments) and found else (None, None)
    told = found is not None and found[1].lower() in _UNITS and start is not None
    wanted = "date-time <start>-<end>/<size>"
    assert_that(told, "Content-Range cannot be read", expected=wanted, received=text or "none")
    assert found is not None
    assert start is not None
    assert end is not None
    return Part(start, end, None if found[4] == "*" else int(found[4]))


def _moment(text: str) -> datetime | None:
    """A moment; without a zone it is one in UTC, without seconds at the begin of a minute."""
    return instant(text) or instant(f"{text}Z") or instant(f"{text}:00Z")


@dataclass(frozen=True, slots=True)
class Tour:
    """Reading a known history part by part, `backwards` with a `lastN` of `size`, else forwards."""

    ask: Callable[[TimeRange], Answer]
    known: Known
    size: int | None = None

    @property
    def backwards(self) -> bool:
        """Whether the newest come first."""
        return self.size is not None

    def assert_complete(self, asked: TimeRange, reading: Note) -> None:
        """All parts together have each known event once, and each part says which it is."""
        __tracebackhide__ = True
        found: dict[str, list[Event]] = {name: [] for name in self.known}
        whole = sum(map(len, self.known.values()))
        told = 0
        for step in range(2 * whole):
            answer = self.ask(asked)
            events = self._events(answer)
            for name, more in events.items():
                found[name] += more
            told = sum(map(len, found.values()))
            if answer.status != _PARTIAL:
                reading("A01", "parts" if step else "whole")
                break
            last = self._assert_part(part_in(answer), events, asked)
            if told >= whole:
                reading("A01", "parts" if step else "whole_as_part")
                break
            asked = self._following(asked, last)
        for name, expected in self.known.items():
            assert_events(found[name], expected, f"the parts of the history of '{name}'")

    def _events(self, answer: Answer) -> dict[str, list[Event]]:
        __tracebackhide__ = True
        timelines = timelines_of(evolution_in(answer))
        return {name: events_in(timelines.get(name, [])) for name in self.known}

    def _assert_part(self, part: Part, events: Known, asked: TimeRange) -> datetime:
        """The part is what Content-Range says, and begins where it has to; its last moment."""
        __tracebackhide__ = True
        moments = sorted(e.at for more in events.values() for e in more)
        assert_that(moments, "a part has no instances", expected="some", received="none")
        due = [e.at for more in self.known.values() for e in asked.of(more)]
        assert_that(due, "a part where nothing is left", expected="none", received=str(moments[0]))
        first, last = moments[0], moments[-1]
        start: datetime | None = asked.at
        next_due = min(due)
        if self.backwards:
            first, last, start, next_due = last, first, asked.end, max(due)
        assert_equal(part.size, self.size, "the size in Content-Range")
        _assert_near(first, next_due, "the first moment of a part")
        _assert_near(part.end, last, "the end in Content-Range")
        _assert_near(part.start, start or first, "the start in Content-Range")
        return last

    def _following(self, asked: TimeRange, last: datetime) -> TimeRange:
        if self.backwards:
            return replace(asked, end=last - _STEP)
        return replace(asked, at=last + _STEP)


def _assert_near(found: datetime, expected: datetime, what: str) -> None:
    __tracebackhide__ = True
    near = abs(found - expected) <= _STEP
    assert_that(
        near, f"{what} differs", expected=moment_text(expected), received=moment_text(found)
    )
