"""Values over periods of time: the aggregated temporal representation (GS CIM 009 4.5.19).

What each value has to be is computed here, from what the tester sent or sampled.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from mimtest.errors import Contradiction
from mimtest.vocabulary.expect import assert_that, of_type, same, shown
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild_history import Events, TimeRange, listed, moment_text

_PRECISION: Final = 1e-6
_PERIOD: Final = 2
_EXACT: Final = timedelta(0)
#: A period may be told by its last moment instead of the one when the next begins.
_LAST_MOMENT: Final = timedelta(seconds=1)
_LARGEST: Final = 1e300


@dataclass(frozen=True, slots=True)
class Row:
    """An aggregated value and the period it is of."""

    value: Any
    start: datetime
    end: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether the period has the moment."""
        return self.start <= moment < self.end


def rows_in(value: Any, what: str) -> list[Row]:
    """The rows of one aggregation method (4.5.19). Raises Contradiction."""
    __tracebackhide__ = True
    return [_row(item, what) for item in of_type(value, list, what)]


def _row(item: Any, what: str) -> Row:
    __tracebackhide__ = True
    members = of_type(item, list, f"a row of {what}")
    moments = [instant(m) for m in members[1:]]
    start, end = moments if len(moments) == _PERIOD else (None, None)
    if start is None or end is None:
        msg = f"a row of {what} is not a value with the begin and end of its period"
        raise Contradiction(msg, expected="[value, DateTime, DateTime]", received=shown(item))
    return Row(members[0], start, end)


def assert_periods(rows: Sequence[Row], period: timedelta, asked: TimeRange, what: str) -> None:
    """The periods have their length and do not overlap; at the ends of the range they may be cut."""
    __tracebackhide__ = True
    ordered = sorted(rows, key=lambda r: r.start)
    for row in ordered:
        cut = row.start == asked.at or row.end == asked.end
        short = period - (row.end - row.start)
        fits = short >= _EXACT and (cut or short <= _LAST_MOMENT)
        assert_that(
            fits,
            f"{what}: a period is not as long as asked for",
            expected=str(period),
            received=f"{moment_text(row.start)} to {moment_text(row.end)}",
        )
    for one, other in pairwise(ordered):
        assert_that(
            one.end <= other.start,
            f"{what}: two periods overlap",
            expected=f"none before {moment_text(one.end)}",
            received=moment_text(other.start),
        )


def assert_aggregated(rows: Sequence[Row], events: Events, method: str, what: str) -> None:
    """Each row has what the events of its period come to, and each event is in a row."""
    __tracebackhide__ = True
    for row in rows:
        held = [e.value for e in events if row.covers(e.at)]
        assert_value(row.value, held, method, f"{what} from {moment_text(row.start)}")
    lost = [e for e in events if not any(r.covers(e.at) for r in rows)]
    assert_that(
        not lost, f"{what}: there is no period for {listed(lost)}", expected="periods for all"
    )


def assert_whole(rows: Sequence[Row], events: Events, method: str, what: str) -> None:
    """There is one row, of a period that spans all the events, with what they come to."""
    __tracebackhide__ = True
    assert_that(len(rows) == 1, f"{what}: not one period", expected="1", received=str(len(rows)))
    row, moments = rows[0], [e.at for e in events]
    assert_that(
        row.start <= min(moments) and row.end >= max(moments),
        f"{what}: the period does not span all instances",
        expected=f"{moment_text(min(moments))} to {moment_text(max(moments))}",
        received=f"{moment_text(row.start)} to {moment_text(row.end)}",
    )
    assert_value(row.value, [e.value for e in events], method, what)


def assert_value(value: Any, held: Sequence[float], method: str, what: str) -> None:
    """A value is what the method makes of these numbers; of none it is nothing or 0."""
    __tracebackhide__ = True
    if not held:
        assert_that(
            value is None or same(value, 0),
            f"{what}: a value of nothing",
            expected="no row, null or 0",
            received=shown(value),
        )
        return
    if method == "stddev" and len(held) == 1 and not isinstance(value, int | float):
        return  # one number alone is no sample
    number = _finite(of_type(value, float, what))
    results = aggregates(method, held)
    close = any(math.isclose(number, r, rel_tol=_PRECISION, abs_tol=_PRECISION) for r in results)
    assert_that(
        close,
        f"{what} differs",
        expected=" or ".join(f"{r:g}" for r in results),
        received=shown(value),
    )


def _finite(number: float) -> float:
    """A number that can be compared; integers in JSON may be larger than any other."""
    return float(max(min(number, _LARGEST), -_LARGEST))


def aggregates(method: str, values: Sequence[float]) -> list[float]:
    """What a method makes of numbers; a standard deviation is that of these, or of a sample."""
    return [float(r) for r in METHODS[method](values)]


def _deviations(values: Sequence[float]) -> list[float]:
    mean = math.fsum(values) / len(values)
    squares = math.fsum((v - mean) ** 2 for v in values)
    spreads = [len(values), len(values) - 1] if len(values) > 1 else [1]
    return [math.sqrt(squares / n) for n in spreads]


METHODS: Final[Mapping[str, Callable[[Sequence[float]], list[float]]]] = {
    "totalCount": lambda values: [len(values)],
    "distinctCount": lambda values: [len(set(values))],
    "sum": lambda values: [math.fsum(values)],
    "avg": lambda values: [math.fsum(values) / len(values)],
    "min": lambda values: [min(values)],
    "max": lambda values: [max(values)],
    "stddev": _deviations,
    "sumsq": lambda values: [math.fsum(v * v for v in values)],
}
