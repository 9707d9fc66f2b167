"""Which part of a long history is told at once, and what the answer says about it (6.3.10)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import ge, le
from typing import Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.temporal import Evolution, Timeline
from mimtest.sandbox.ngsild.temporal_window import Window

#: More instances of an attribute are not told at once.
MAX_INSTANCES: Final = 100
_PARTIAL: Final = 206


@dataclass(frozen=True, slots=True)
class Part:
    """The evolutions up to one moment; `content_range` says which when it is not all of them."""

    evolutions: Sequence[Evolution]
    content_range: str | None = None

    def told(self, response: Response) -> Response:
        """The answer that says whether it is all."""
        if self.content_range is None:
            return response
        partial = response.with_header("Content-Range", self.content_range)
        return partial.with_status(_PARTIAL)


def first_part(evolutions: Sequence[Evolution], window: Window) -> Part:
    """What is told of evolutions a window was applied to: the oldest, with `lastN` the newest."""
    backwards = window.last is not None
    ends = [e for t in _timelines(evolutions) if (e := _end(t, window, backwards=backwards))]
    if not ends:
        return Part(evolutions)
    end, reached = (max(ends), ge) if backwards else (min(ends), le)

    def told(timeline: Timeline) -> Timeline:
        return tuple(i for i in timeline if reached(window.order(i), end))

    few = [
        replace(e, scopes=told(e.scopes), timelines={n: told(t) for n, t in e.timelines.items()})
        for e in evolutions
    ]
    return Part(few, _content_range(few, window))


def _end(timeline: Timeline, window: Window, *, backwards: bool) -> datetime | None:
    """The last moment of which everything is told, for one attribute; None when all of it is."""
    if len(timeline) <= MAX_INSTANCES:
        return None
    times = sorted((window.order(i) for i in timeline), reverse=backwards)
    after = times[MAX_INSTANCES]
    whole = [t for t in times[:MAX_INSTANCES] if t != after]
    return whole[-1] if whole else after


def _content_range(evolutions: Iterable[Evolution], window: Window) -> str:
    times = [window.order(i) for t in _timelines(evolutions) for i in t]
    oldest, newest = min(times), max(times)
    if window.last is None:
        return f"date-time {_written(window.start or oldest)}-{_written(newest)}/*"
    return f"date-time {_written(window.end or newest)}-{_written(oldest)}/{window.last}"


def _timelines(evolutions: Iterable[Evolution]) -> Iterable[Timeline]:
    return (t for e in evolutions for t in (e.scopes, *e.timelines.values()) if t)


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
