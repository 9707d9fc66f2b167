"""Ways to break the short forms of the past: values with their times, and values over periods."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.history_messages import (
    asked_with,
    asks_past,
    each_attribute,
    swapped,
)
from mimtest.sandbox.faults.context.messages import without_params
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_REFUSED: Final = 400


def _series(
    request: Request, response: Response, change: Callable[[str, Any], tuple[str, Any]]
) -> Response:
    """The answer in a short form with every member of its attributes changed."""
    if not asks_past(request) or "options" not in request.params:
        return response

    def visit(_: str, held: Any) -> Any:
        if isinstance(held, list):
            return [visit(_, h) for h in held]
        lists = {n: v for n, v in held.items() if isinstance(v, list)}
        return (
            held if not lists else {**_less(held, lists), **dict(map(_pair(change), lists.items()))}
        )

    return each_attribute(response, visit)


def _less(held: dict[str, Any], gone: dict[str, Any]) -> dict[str, Any]:
    return {n: v for n, v in held.items() if n not in gone}


def _pair(
    change: Callable[[str, Any], tuple[str, Any]],
) -> Callable[[tuple[str, Any]], tuple[str, Any]]:
    return lambda item: change(*item)


@fault("ctx-past-time-before-value", kills=("CTX-TMP-22", "CTX-TMP-23"))
def _time_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form of the past has the time before the value."""
    return _series(
        request,
        proceed(request),
        lambda n, rows: (n, [r[::-1] if len(r) == 2 else r for r in rows]),  # noqa: PLR2004
    )


@fault("ctx-past-objects-as-values", kills=("CTX-TMP-22",))
def _objects_as_values(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form of the past has the targets of relationships as values."""
    response = proceed(request)
    return _series(request, response, lambda n, rows: ("values" if n == "objects" else n, rows))


@fault("ctx-past-places-turned", kills=("CTX-TMP-22",))
def _places_turned(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form of the past has latitude before longitude."""

    def turned(name: str, rows: Any) -> tuple[str, Any]:
        return name, [[_turned(r[0]), *r[1:]] for r in rows]

    return _series(request, proceed(request), turned)


def _turned(value: Any) -> Any:
    is_place = isinstance(value, dict) and "coordinates" in value
    return value | {"coordinates": value["coordinates"][::-1]} if is_place else value


@fault("ctx-past-values-unwrapped", kills=("CTX-TMP-23",))
def _unwrapped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form of the past has words, documents and texts in languages as they are."""

    def bare(name: str, rows: Any) -> tuple[str, Any]:
        key = name.removesuffix("s")
        return name, [
            [r[0].get(key, r[0]) if isinstance(r[0], dict) else r[0], *r[1:]] for r in rows
        ]

    return _series(request, proceed(request), bare)


@fault("ctx-past-lists-cut", kills=("CTX-TMP-23",))
def _lists_cut(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form of the past has the first item of each list alone."""

    def cut(name: str, rows: Any) -> tuple[str, Any]:
        return name, [[r[0][:1] if isinstance(r[0], list) else r[0], *r[1:]] for r in rows]

    return _series(request, proceed(request), cut)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _values(
    request: Request, proceed: Proceed, method: str, change: Callable[[float], float]
) -> Response:
    """The answer with the values of one method changed."""

    def visit(name: str, rows: Any) -> tuple[str, Any]:
        if name != method:
            return name, rows
        return name, [[change(r[0]) if _is_number(r[0]) else r[0], *r[1:]] for r in rows]

    return _series(request, proceed(request), visit)


@fault("ctx-past-total-of-distinct", kills=("CTX-TMP-24",))
def _total_of_distinct(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Instances with the same value are counted once."""
    response = proceed(swapped(request, "aggrMethods", {"totalCount": "distinctCount"}))
    if request.params.get("aggrMethods") != "totalCount":
        return response
    return _series(request, response, lambda _, rows: ("totalCount", rows))


@fault("ctx-past-distinct-of-all", kills=("CTX-TMP-24",))
def _distinct_of_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Different values are counted as often as they come."""
    response = proceed(swapped(request, "aggrMethods", {"distinctCount": "totalCount"}))
    if request.params.get("aggrMethods") != "distinctCount":
        return response
    return _series(request, response, lambda _, rows: ("distinctCount", rows))


@fault("ctx-past-sum-of-squares-rooted", kills=("CTX-TMP-24",))
def _squares_rooted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The sum of squares is given as its root."""
    return _values(request, proceed, "sumsq", math.sqrt)


@fault("ctx-past-sum-in-whole-numbers", kills=("CTX-TMP-24", "CTX-TMP-25"))
def _whole_sum(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Sums are given in whole numbers."""
    return _values(request, proceed, "sum", math.floor)


@fault("ctx-past-average-in-whole-numbers", kills=("CTX-TMP-24",))
def _whole_average(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Averages are given in whole numbers."""
    return _values(request, proceed, "avg", round)


@fault("ctx-past-least-is-zero", kills=("CTX-TMP-24",))
def _least_is_zero(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The least value is never below zero."""
    return _values(request, proceed, "min", lambda value: max(value, 0))


@fault("ctx-past-most-is-capped", kills=("CTX-TMP-24",))
def _most_is_capped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The greatest value is at most 50."""
    return _values(request, proceed, "max", lambda value: min(value, 50))


@fault("ctx-past-variance", kills=("CTX-TMP-24",))
def _variance(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The variance is given as the standard deviation."""
    return _values(request, proceed, "stddev", lambda value: value * value)


@fault("ctx-past-periods-overlap", kills=("CTX-TMP-24",))
def _overlap(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Periods of an hour are given as ones of two."""
    return proceed(swapped(request, "aggrPeriodDuration", {"PT1H": "PT2H"}))


@fault("ctx-past-days-are-hours", kills=("CTX-TMP-25",))
def _days_are_hours(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Periods of a day are given as ones of an hour."""
    return proceed(swapped(request, "aggrPeriodDuration", {"P1D": "PT1H"}))


@fault("ctx-past-no-duration-is-an-hour", kills=("CTX-TMP-25",))
def _no_duration(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A period of no length is one of an hour."""
    return proceed(swapped(request, "aggrPeriodDuration", {"PT0S": "PT1H"}))


@fault("ctx-past-unsaid-duration-is-an-hour", kills=("CTX-TMP-25",))
def _unsaid_duration(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Where no length of periods is given, it is an hour."""
    params = request.params
    unsaid = asks_past(request) and "aggrMethods" in params and "aggrPeriodDuration" not in params
    return proceed(asked_with(request, aggrPeriodDuration="PT1H") if unsaid else request)


@fault("ctx-past-method-guessed", kills=("CTX-TMP-26",))
def _method_guessed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An unknown method is taken for the average."""
    return proceed(swapped(request, "aggrMethods", {"median": "avg"}))


@fault("ctx-past-method-assumed", kills=("CTX-TMP-26",))
def _method_assumed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Where no method is named, instances are counted."""
    params = request.params
    unsaid = params.get("options") == "aggregatedValues" and "aggrMethods" not in params
    return proceed(asked_with(request, aggrMethods="totalCount") if unsaid else request)


@fault("ctx-past-duration-guessed", kills=("CTX-TMP-26",))
def _duration_guessed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is no duration is ignored."""
    wrong = asks_past(request) and request.params.get("aggrPeriodDuration") == "an hour"
    return proceed(without_params(request, "aggrPeriodDuration") if wrong else request)


@fault("ctx-past-sum-of-texts", kills=("CTX-TMP-26",))
def _sum_of_texts(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The sum of texts is how many there are."""
    response = proceed(request)
    if (
        not asks_past(request)
        or response.status != _REFUSED
        or request.params.get("aggrMethods") != "sum"
    ):
        return response
    counted = proceed(asked_with(request, aggrMethods="totalCount"))
    return _series(request, counted, lambda _, rows: ("sum", rows))
