"""Values over periods of time: the aggregated temporal representation (4.5.19)."""

import math
import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from mimtest.sandbox.http import dump
from mimtest.sandbox.ngsild.errors import bad_data, invalid
from mimtest.sandbox.ngsild.model import Attribute
from mimtest.sandbox.ngsild.projection import listed
from mimtest.sandbox.ngsild.qeval import plain_value

AGGREGATION_PARAMS: Final = ("aggrMethods", "aggrPeriodDuration")
_DURATION: Final = re.compile(
    r"P(?=.)(?:(\d+)W|(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?"
    r"(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?)"
)
_MONTHS: Final = 12
_END: Final = datetime.max.replace(tzinfo=UTC)
_LATEST: Final = _END - timedelta(microseconds=1)
Timed = tuple[datetime, Attribute]
Row = tuple[Any, str, str]


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration; months are not all of the same length."""

    months: int
    rest: timedelta

    def after(self, start: datetime, times: int) -> datetime:
        """When so many of it have passed; at the latest at the end of all time."""
        year, month = divmod(start.year * _MONTHS + start.month - 1 + self.months * times, _MONTHS)
        try:
            day = min(start.day, monthrange(year, month + 1)[1])
            return start.replace(year=year, month=month + 1, day=day) + self.rest * times
        except (ValueError, OverflowError):
            return _END

    def passed(self, start: datetime, moment: datetime) -> int:
        """How many of it have wholly passed at a moment."""
        length = max(self.after(start, 1) - start, timedelta(microseconds=1))
        number = (moment - start) // length
        while self.after(start, number) > moment:
            number -= 1
        while self.after(start, number + 1) <= min(moment, _LATEST):
            number += 1
        return number


@dataclass(frozen=True, slots=True)
class Aggregation:
    """Which values are wanted, for periods of which length; None for one that spans everything."""

    methods: tuple[str, ...]
    period: Duration | None

    def of(
        self, instances: Sequence[Timed], start: datetime | None, end: datetime | None
    ) -> dict[str, list[Row]]:
        """The value, begin and end of each period, by method. Raises NgsiError (InvalidRequest)."""
        rows: dict[str, list[Row]] = {m: [] for m in self.methods}
        for begin, until, held in self._periods(instances, start, end):
            for method in self.methods:
                value = _aggregated(method, [item for _, item in held])
                rows[method].append((value, _text(begin), _text(until)))
        return rows

    def _periods(
        self, instances: Sequence[Timed], start: datetime | None, end: datetime | None
    ) -> Iterator[tuple[datetime, datetime, Sequence[Timed]]]:
        """The periods that have instances, which come in order."""
        if not instances:
            return
        begin = start or instances[0][0]
        period = self.period
        if period is None:
            yield begin, end or instances[-1][0], instances
            return
        for number, held in groupby(instances, lambda i: period.passed(begin, i[0])):
            yield period.after(begin, number), period.after(begin, number + 1), list(held)


def read_aggregation(given: Mapping[str, Any]) -> Aggregation:
    """The aggregation that parameters, or AggregationParams (5.2.44), say. Raises NgsiError."""
    if given.get("aggrMethods") is None:
        msg = "aggregated values have aggrMethods"
        raise bad_data(msg)
    methods = tuple(dict.fromkeys(listed(given["aggrMethods"], "aggrMethods")))
    unknown = [m for m in methods if m not in _METHODS]
    if unknown:
        msg = f"aggrMethods are of {', '.join(_METHODS)}, not '{unknown[0][:60]}'"
        raise bad_data(msg)
    return Aggregation(methods, _duration(given.get("aggrPeriodDuration", "PT0S")))


def _duration(value: Any) -> Duration | None:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        msg = "aggrPeriodDuration is a duration, such as PT1H"
        raise bad_data(msg)
    weeks, years, months, days, hours, minutes, seconds = (float(g or 0) for g in found.groups())
    try:
        rest = timedelta(days=days, weeks=weeks, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        msg = "aggrPeriodDuration is too long"
        raise bad_data(msg) from None
    duration = Duration(int(years * _MONTHS + months), rest)
    return duration if duration.months or rest else None


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _aggregated(method: str, items: Sequence[Attribute]) -> Any:
    values = [plain_value(i.value) for i in items]
    if method in _COUNTS:
        return _METHODS[method](values)
    kinds = {_kind(i) for i in items}
    kind = kinds.pop() if len(kinds) == 1 else "mixed"
    if method not in _FITTING.get(kind, ()):
        msg = f"{method} cannot be had of these values"
        raise invalid(msg)
    if kind == "array":
        values = [len(v) for v in values]
    elif kind == "flag":
        values = [int(v) for v in values]
    return _METHODS[method](values)


def _kind(item: Attribute) -> str:
    """What kind of value it is, as far as methods tell them apart."""
    value = plain_value(item.value)
    if item.kind not in ("Property", "ListProperty"):
        return "object"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "array" if isinstance(value, list) else "object"


def _identity(value: Any) -> Any:
    """What equal values have in common: 1 is 1.0, but true is not."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else dump(value)


def _average(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _deviation(values: Sequence[float]) -> float:
    mean = _average(values)
    return math.sqrt(math.fsum((v - mean) ** 2 for v in values) / len(values))


_COUNTS: Final = ("totalCount", "distinctCount")
_NUMERIC: Final = ("sum", "avg", "min", "max", "stddev", "sumsq")
_FITTING: Final[Mapping[str, Sequence[str]]] = {
    "number": _NUMERIC,
    "flag": _NUMERIC,
    "array": ("sum", "avg", "min", "max"),
    "text": ("min", "max"),
}
_METHODS: Final[Mapping[str, Callable[[Sequence[Any]], Any]]] = {
    "totalCount": len,
    "distinctCount": lambda values: len({_identity(v) for v in values}),
    "sum": sum,
    "avg": _average,
    "min": min,
    "max": max,
    "stddev": _deviation,
    "sumsq": lambda values: sum(v * v for v in values),
}
