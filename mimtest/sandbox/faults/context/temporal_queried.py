"""Ways to break queries for the past that are no ways to break retrieving it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.history_messages import queries_past
from mimtest.sandbox.faults.context.messages import API, body_of, without_params
from mimtest.sandbox.faults.registry import Act, Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_UNKNOWN: Final = 404
_BY_POST: Final = f"{API}/temporal/entityOperations/query"


def _unheeded(sentence: str, *names: str, value: str | None = None) -> Act:
    """Queries for the past do not look at parameters; retrieving it does."""

    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        asked = queries_past(request) and any(n in request.params for n in names)
        meant = value is None or request.params.get(names[0]) == value
        return proceed(without_params(request, *names) if asked and meant else request)

    act.__doc__ = sentence
    return act


for _id, _kills, _sentence, _names, _value in (
    ("last", ("CTX-TMP-19",), "A query tells more than the last instances.", ("lastN",), None),
    ("attributes", ("CTX-TMP-20",), "A query tells all attributes.", ("attrs",), None),
    ("picks", ("CTX-TMP-20",), "A query tells what was not picked.", ("pick", "omit"), None),
    ("values", ("CTX-TMP-22",), "A query is never simplified.", ("options",), "temporalValues"),
    (
        "aggregates",
        ("CTX-TMP-24", "CTX-TMP-25"),
        "A query is never aggregated.",
        ("options", "aggrMethods", "aggrPeriodDuration"),
        "aggregatedValues",
    ),
    ("languages", ("CTX-TMP-37",), "A query tells texts in all languages.", ("lang",), None),
    ("datasets", ("CTX-TMP-38",), "A query tells all datasets.", ("datasetId",), None),
):  # fmt: skip
    fault(f"ctx-past-query-without-{_id}", kills=_kills, beside=("CTX-TMP-*",))(
        _unheeded(_sentence, *_names, value=_value)
    )


def _by_post(id_: str, kills: tuple[str, ...], doc: str, change: Callable[[Any], Any]) -> None:
    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        if request.method != "POST" or request.path != _BY_POST:
            return proceed(request)
        body = body_of(request)
        return proceed(request.with_body(dump(change(body))) if isinstance(body, dict) else request)

    act.__doc__ = doc
    fault(id_, kills=kills)(act)


_EVER: Final = {"timerel": "after", "timeAt": "0001-01-01T00:00:00Z"}
_by_post(
    "ctx-past-by-post-of-all-time",
    ("CTX-TMP-32",),
    "A query for the past in a body is for all time.",
    lambda body: body | {"temporalQ": _EVER} if "temporalQ" in body else body,
)
_by_post(
    "ctx-past-by-post-of-anything",
    ("CTX-TMP-32",),
    "A query for the past in a body does not look at its condition.",
    lambda body: {k: v for k, v in body.items() if k != "q"},
)
_by_post(
    "ctx-past-by-post-at-any-time",
    ("CTX-TMP-45",),
    "A query for the past in a body needs no temporal query.",
    lambda body: {"temporalQ": _EVER, **body},
)


@fault("ctx-past-by-post-unknown", kills=("CTX-TMP-32",), beside=("CTX-TMP-45", "CTX-COM-*"))
def _unknown_by_post(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """There is no query for the past in a body."""
    return Response(_UNKNOWN) if request.path == _BY_POST else proceed(request)
