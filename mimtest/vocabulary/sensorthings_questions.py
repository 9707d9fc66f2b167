"""Filters over observations, and what they select, computed here from the downloaded observations.

Thresholds lie between two values that occur, so that no rounding changes an answer.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.vocabulary.sensorthings import Document, literal
from mimtest.vocabulary.sensorthings_sample import Judge, Series, gap_of, result_of
from mimtest.vocabulary.sensorthings_times import in_utc, read_instant, written

#: A filter and what it selects.
Question = tuple[str, Judge]
Ask = Callable[[Series], Question]


def _result(judge: Callable[[float], bool]) -> Judge:
    return lambda o: judge(result_of(o))


def _middle(series: Series) -> float:
    results = series.results
    return results[len(results) // 2]


def _compared(word: str, judge: Callable[[float, float], bool]) -> Ask:
    """A comparison with a result that occurs."""

    def ask(series: Series) -> Question:
        value = _middle(series)
        return f"result {word} {literal(value)}", _result(lambda r: judge(r, value))

    return ask


def _near(judge: Callable[[float, float], bool]) -> Callable[[float, float], bool]:
    """Equality of numbers that a database may have rounded."""
    return lambda a, b: judge(0.0 if math.isclose(a, b, rel_tol=1e-9) else a - b, 0.0)


COMPARISONS: Final[Mapping[str, Ask]] = {
    "eq": _compared("eq", _near(lambda a, b: a == b)),
    "ne": _compared("ne", _near(lambda a, b: a != b)),
    "gt": _compared("gt", _near(lambda a, b: a > b)),
    "ge": _compared("ge", _near(lambda a, b: a >= b)),
    "lt": _compared("lt", _near(lambda a, b: a < b)),
    "le": _compared("le", _near(lambda a, b: a <= b)),
}


def _both(series: Series) -> Question:
    low, high = series.gap(0.25), series.gap(0.75)
    text = f"result gt {literal(low)} and result lt {literal(high)}"
    return text, _result(lambda r: low < r < high)


def _either(series: Series) -> Question:
    low, high = series.gap(0.25), series.gap(0.75)
    text = f"result lt {literal(low)} or result gt {literal(high)}"
    return text, _result(lambda r: r < low or r > high)


def _not(series: Series) -> Question:
    middle = series.gap(0.34)
    return f"not (result gt {literal(middle)})", _result(lambda r: not r > middle)


def _precedence(series: Series) -> Question:
    """`and` binds tighter than `or`: read the other way the first term would not count."""
    high, low = series.gap(0.75), series.gap(0.25)
    text = f"result gt {literal(high)} or result lt {literal(low)} and result lt {literal(low)}"
    return text, _result(lambda r: r > high or r < low)


def _grouping(series: Series) -> Question:
    high, low = series.gap(0.75), series.gap(0.25)
    text = f"(result gt {literal(high)} or result lt {literal(low)}) and result lt {literal(low)}"
    return text, _result(lambda r: r < low)


LOGICAL: Final[Mapping[str, Ask]] = {
    "and": _both,
    "or": _either,
    "not": _not,
    "precedence": _precedence,
    "grouping": _grouping,
}


def _computed(text: str, compute: Callable[[float], float]) -> Ask:
    """A computation with the result, compared with a number between two values it has."""

    def ask(series: Series) -> Question:
        edge = gap_of([compute(r) for r in series.results])
        return f"{text} gt {literal(edge)}", _result(lambda r: compute(r) > edge)

    return ask


ARITHMETIC: Final[Mapping[str, Ask]] = {
    "add": _computed("result add 5", lambda r: r + 5),
    "sub": _computed("result sub 5", lambda r: r - 5),
    "mul": _computed("result mul 2", lambda r: r * 2),
    "div": _computed("result div 2.0", lambda r: r / 2),
    "parentheses": _computed("(result sub 5) mul 2", lambda r: (r - 5) * 2),
}


def remainder(series: Series) -> Question:
    """What is left by a division, which OData defines for whole numbers only."""
    if not series.whole_numbers:
        raise Inconclusive("no_data", "the results are no whole numbers")
    return _computed("result mod 5", lambda r: math.fmod(r, 5))(series)


def _is_half(number: float) -> bool:
    return math.isclose(abs(number) % 1, 0.5, abs_tol=1e-6)


def _stepped(name: str, compute: Callable[[float], float]) -> Ask:
    """A function that gives whole numbers, compared with one of them."""

    def ask(series: Series) -> Question:
        results = series.results
        if name == "round" and any(_is_half(r) for r in results):
            raise Inconclusive("no_data", "a half may be rounded up or to the even number")
        value = compute(_middle(series))
        return f"{name}(result) eq {int(value)}", _result(lambda r: compute(r) == value)

    return ask


MATHS: Final[Mapping[str, Ask]] = {
    "round": _stepped("round", round),
    "floor": _stepped("floor", math.floor),
    "ceiling": _stepped("ceiling", math.ceil),
}


def _moment(observation: Document) -> Any:
    return read_instant(observation.get("phenomenonTime"))


def _part(name: str) -> Ask:
    """A part of the time in UTC, which the downloaded times are written in.

    Where it is the same for all of them, results have to tell a right part from a wrong one.
    """

    def ask(series: Series) -> Question:
        if not all(in_utc(o.get("phenomenonTime")) for o in series.entities):
            raise Inconclusive("no_data", "the times are not written in UTC")
        parts = sorted({getattr(_moment(o), name) for o in series.entities})
        value, asked = parts[len(parts) // 2], f"{name}(phenomenonTime) eq"
        if len(parts) == 1:
            edge = series.gap()
            right = f"{asked} {value} and result gt {literal(edge)}"
            wrong = f"{asked} {value + 1} and result lt {literal(edge)}"
            return f"{right} or {wrong}", _result(lambda r: r > edge)
        return f"{asked} {value}", lambda o: getattr(_moment(o), name) == value

    return ask


def _moments(word: str, judge: Callable[[Any, Any], bool]) -> Ask:
    """A comparison with an instant between two that occur."""

    def ask(series: Series) -> Question:
        times = sorted(_moment(o) for o in series.entities)
        at = len(times) // 2
        edge = times[at - 1] + (times[at] - times[at - 1]) / 2
        if times[at - 1] == times[at]:
            raise Inconclusive("no_data", "the times are too close")
        text = f"phenomenonTime {word} {written(edge)}"
        return text, lambda o: judge(_moment(o), edge)

    return ask


def _day(series: Series) -> Question:
    if not all(in_utc(o.get("phenomenonTime")) for o in series.entities):
        raise Inconclusive("no_data", "the times are not written in UTC")
    days = sorted({_moment(o).date() for o in series.entities})
    day = days[len(days) // 2]
    return f"date(phenomenonTime) eq {day}", lambda o: _moment(o).date() == day


DATES: Final[Mapping[str, Ask]] = {
    "before": _moments("lt", lambda a, b: a < b),
    "from": _moments("ge", lambda a, b: a >= b),
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
    "hour": _part("hour"),
    "minute": _part("minute"),
    "second": _part("second"),
    "date": _day,
}
