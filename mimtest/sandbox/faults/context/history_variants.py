"""Permitted other ways to tell of the past."""

import operator
import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.history_messages import (
    asked_with,
    asks_past,
    each_attribute,
    queries_past,
    retrieves_past,
    told,
)
from mimtest.sandbox.faults.context.messages import without_params
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_NOT_FOUND: Final = 404
_REFUSED: Final = 400
_SECONDS: Final = re.compile(rb'(T\d\d:\d\d:\d\d)Z"')
_WORD: Final = re.compile(rb'"vocab":"(\w+)"')
_VOCABULARY: Final = b"https://uri.etsi.org/ngsi-ld/default-context/"
_CONDITION: Final = re.compile(r"(\w+)(==|[<>])(-?[\d.]+)")
_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}


def _normalized(request: Request) -> bool:
    return asks_past(request) and not {"options", "format"} & set(request.params)


def _aggregated(request: Request) -> bool:
    return asks_past(request) and "aggrMethods" in request.params


@fault("ctx-variant-past-empty-arrays")
def _empty_arrays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Attributes without an instance in the range are told with none, if not left out by name."""
    response = proceed(request)
    named = {"attrs", "pick", "omit"} & set(request.params)
    if not _normalized(request) or not retrieves_past(request) or named:
        return response
    every = proceed(without_params(request, "timerel", "timeAt", "endTimeAt", "timeproperty"))
    if response.status != 200:  # noqa: PLR2004
        return response
    empty: dict[str, Any] = {
        n: [] for n, v in every.json().items() if isinstance(v, list) and n != "type"
    }
    return response.with_json(empty | response.json())


@fault("ctx-variant-past-alone")
def _alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A single instance of an attribute is told outside of an array."""
    response = proceed(request)

    def alone(_: str, timeline: Any) -> Any:
        return timeline[0] if isinstance(timeline, list) and len(timeline) == 1 else timeline

    return each_attribute(response, alone, but=()) if _normalized(request) else response


@fault("ctx-variant-past-series-in-arrays")
def _in_arrays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The values of an attribute stand in an array in the short forms, for the datasets there might be."""
    response = proceed(request)
    short = asks_past(request) and "options" in request.params

    def wrapped(_: str, held: Any) -> Any:
        return held if isinstance(held, list) else [held]

    return each_attribute(response, wrapped) if short else response


@fault("ctx-variant-past-lists-wrapped")
def _lists_wrapped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form of the past has lists as objects."""
    response = proceed(request)

    def wrapped(_: str, held: Any) -> Any:
        rows = held.get("valueLists") if isinstance(held, dict) else None
        if rows is None:
            return held
        return held | {"valueLists": [[{"valueList": r[0]}, r[1]] for r in rows]}

    return each_attribute(response, wrapped) if asks_past(request) else response


@fault("ctx-variant-past-matching-alone")
def _matching_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of an entity that meets a condition those instances are told that do."""
    response = proceed(request)
    found = _CONDITION.fullmatch(request.params.get("q", ""))
    if not queries_past(request) or not found or not _normalized(request):
        return response
    name, sign, number = found.groups()

    def matching(held: str, timeline: Any) -> Any:
        if held != name:
            return timeline
        return [i for i in timeline if _OPERATORS[sign](i["value"], float(number))]

    return each_attribute(response, matching)


@fault("ctx-variant-past-bare")
def _bare(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An evolution reduced to attributes the entity does not have is told without any."""
    response = proceed(request)
    if not retrieves_past(request) or "attrs" not in request.params:
        return response
    whole = proceed(without_params(request, "attrs"))
    if response.status != _NOT_FOUND or whole.status == _NOT_FOUND:
        return response
    return json_response({k: v for k, v in whole.json().items() if k in ("id", "type")})


def _rows(held: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(held, list):
        return [_rows(h, change) for h in held]
    return {n: change(v) if isinstance(v, list) else v for n, v in held.items()}


@fault("ctx-variant-past-sample-deviation")
def _sample_deviation(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A standard deviation is that of a sample, and nothing of a single value."""
    response = proceed(request)
    if not _aggregated(request) or request.params["aggrMethods"] != "stddev":
        return response
    counted = proceed(asked_with(request, aggrMethods="totalCount"))
    if not response.status == counted.status == 200:  # noqa: PLR2004
        return response

    def sampled(held: Any, counts: Any) -> Any:
        sizes = [r[0] for r in counts["totalCount"]]
        rows = zip(held["stddev"], sizes, strict=True)
        return held | {"stddev": [[_of_sample(r[0], n), *r[1:]] for r, n in rows]}

    return _compared(response, counted, sampled)


def _compared(response: Response, other: Response, change: Callable[[Any, Any], Any]) -> Response:
    """The answer with each attribute changed by what it is in another answer."""
    body = other.json()
    known = {e["id"]: e for e in (body if isinstance(body, list) else [body])}

    def changed(evolution: dict[str, Any]) -> dict[str, Any]:
        twin = known[evolution["id"]]
        plain = ("id", "type", "@context", "scope")
        return {n: v if n in plain else change(v, twin[n]) for n, v in evolution.items()}

    return told(response, changed)


def _of_sample(deviation: float, size: int) -> float | None:
    return None if size == 1 else deviation * (size / (size - 1)) ** 0.5


@fault("ctx-variant-past-empty-periods")
def _empty_periods(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Periods without an instance are told, with nothing as their value."""
    response = proceed(request)
    if not _aggregated(request) or "aggrPeriodDuration" not in request.params:
        return response

    def filled(rows: Any) -> Any:
        found: list[Any] = []
        for row in rows:
            if found and found[-1][2] != row[1]:
                found.append([None, found[-1][2], row[1]])
            found.append(row)
        return [r for r in found if _length(r) == _length(rows[0]) or r[0] is not None]

    return each_attribute(response, lambda _, held: _rows(held, filled))


def _length(row: Any) -> Any:
    return datetime.fromisoformat(row[2]) - datetime.fromisoformat(row[1])


@fault("ctx-variant-past-periods-of-instances")
def _of_instances(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A period that spans everything is that from the first instance to the last."""
    response = proceed(request)
    params = request.params
    if not _aggregated(request) or params.get("aggrPeriodDuration", "PT0S") != "PT0S":
        return response
    plain = without_params(request, "aggrMethods", "aggrPeriodDuration", "options")
    instances = proceed(plain)
    if not response.status == instances.status == 200:  # noqa: PLR2004
        return response

    def narrowed(held: Any, timeline: Any) -> Any:
        moments = [i["observedAt"] for i in timeline]
        return _rows(held, lambda rows: [[r[0], min(moments), max(moments)] for r in rows])

    return _compared(response, instances, narrowed)


@fault("ctx-variant-past-unfit-left-out")
def _unfit_left_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An aggregation that the values do not have is left out."""
    response = proceed(request)
    if not _aggregated(request) or response.status != _REFUSED:
        return response
    counted = proceed(asked_with(request, aggrMethods="totalCount"))
    if request.params["aggrMethods"] != "sum" or counted.status == _REFUSED:
        return response
    return each_attribute(counted, lambda _, held: {"type": held["type"]})


@fault("ctx-variant-past-periods-from-first")
def _from_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Periods of time begin with the first instance in the range."""
    timed = _aggregated(request) and request.params.get("timerel") == "between"
    if not timed or "aggrPeriodDuration" not in request.params or not retrieves_past(request):
        return proceed(request)
    plain = proceed(without_params(request, "aggrMethods", "aggrPeriodDuration", "options"))
    moments = [i["observedAt"] for i in plain.json().get(request.params.get("attrs", ""), ())]
    return proceed(asked_with(request, timeAt=min(moments)) if moments else request)


@fault("ctx-variant-past-times-with-fraction")
def _with_fraction(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The times of the past are told with milliseconds."""
    response = proceed(request)
    if not asks_past(request) or response.status >= _REFUSED:
        return response
    return response.with_body(_SECONDS.sub(rb'\1.000Z"', response.body))


@fault("ctx-variant-past-words-in-full")
def _words_in_full(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Words of the vocabulary are told as full IRIs, in the past as well."""
    response = proceed(request)
    if not asks_past(request) or response.status >= _REFUSED:
        return response
    return response.with_body(_WORD.sub(rb'"vocab":"%s\1"' % _VOCABULARY, response.body))
