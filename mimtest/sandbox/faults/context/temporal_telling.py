"""Ways to tell history badly: retrieved, in parts, and as it was recorded."""

import re
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import without_params
from mimtest.sandbox.faults.context.temporal_messages import (
    OK,
    PARTIAL,
    UNKNOWN,
    WRONG,
    Evolution,
    Timeline,
    queries_histories,
    retold,
    retrieves_history,
    tells_histories,
    with_timelines,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_RANGE: Final = re.compile(r"date-time (.*Z)-(.*Z)/(.*)")


@fault("ctx-history-told-twice", kills=("CTX-TMP-11",), beside=("CTX-TMP-43",))
def _told_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The history of an entity that moved has each instance twice."""
    response = proceed(request)
    if not retrieves_history(request) or request.query:
        return response

    def change(evolution: Evolution) -> Evolution:
        moved = "location" in evolution
        return with_timelines(evolution, lambda t: [*t, *t]) if moved else evolution

    return retold(response, change)


@fault("ctx-history-with-wrong-values", kills=("CTX-TMP-11",), beside=("CTX-TMP-43",))
def _wrong_values(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The history of an entity that moved has the first value of a number for all."""
    response = proceed(request)
    if not retrieves_history(request) or request.query:
        return response

    def same(timeline: Timeline) -> Timeline:
        return [i | {k: v for k, v in timeline[0].items() if k == "value"} for i in timeline]

    def change(evolution: Evolution) -> Evolution:
        return with_timelines(evolution, same) if "location" in evolution else evolution

    return retold(response, change)


@fault(
    "ctx-unknown-history-is-empty", kills=("CTX-TMP-12",), beside=("CTX-TMP-0[134]", "CTX-TMP-10")
)
def _empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An unknown history is an empty one."""
    response = proceed(request)
    nothing = "Nothing" in request.path and response.status == UNKNOWN
    if not retrieves_history(request) or not nothing:
        return response
    return json_response({"id": request.path.rpartition("/")[2], "type": "Nothing"})


@fault("ctx-invalid-history-not-found", kills=("CTX-TMP-12",))
def _not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A history of an invalid id is not found."""
    response = proceed(request)
    refused = retrieves_history(request) and response.status == WRONG and not request.query
    if not refused:
        return response
    body = response.json()
    return json_response(
        body | {"type": body["type"].replace("BadRequestData", "ResourceNotFound")}, UNKNOWN
    )


@fault("ctx-part-as-whole", kills=("CTX-TMP-29", "CTX-TMP-30"))
def _part_as_whole(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A part of a history is told as if it were the whole."""
    response = proceed(request)
    if response.status != PARTIAL:
        return response
    return response.with_status(OK).without_header("Content-Range")


@fault("ctx-part-of-nothing-known", kills=("CTX-TMP-29", "CTX-TMP-30"))
def _unsaid(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Which part of a history is told is not said."""
    return proceed(request).without_header("Content-Range")


def _with_range(response: Response, **parts: str) -> Response:
    """A partial answer with other parts of its Content-Range."""
    text = response.header("Content-Range")
    if text is None:
        return response
    start, end, size = _RANGE.fullmatch(text).groups()  # type: ignore[union-attr]
    known = {"start": start, "end": end, "size": size} | parts
    return response.with_header(
        "Content-Range", f"date-time {known['start']}-{known['end']}/{known['size']}"
    )


@fault("ctx-part-with-a-wrong-start", kills=("CTX-TMP-29", "CTX-TMP-30"))
def _wrong_start(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Content-Range begins at the first instance of the part and not where the query does."""
    response = proceed(request)
    return _with_range(response, start="2026-03-01T00:00:00Z")


@fault("ctx-part-with-a-wrong-end", kills=("CTX-TMP-29", "CTX-TMP-30"))
def _wrong_end(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Content-Range ends where the query does and not at the last instance of the part."""
    response = proceed(request)
    backwards = "lastN" in request.params
    end = request.params.get("timeAt" if backwards else "endTimeAt")
    return _with_range(response, end=end) if end else response


@fault("ctx-part-without-its-size", kills=("CTX-TMP-30",))
def _no_size(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Content-Range has no size where the client has given one."""
    return _with_range(proceed(request), size="*")


@fault("ctx-part-of-the-oldest-first", kills=("CTX-TMP-30",), beside=("CTX-TMP-19",))
def _oldest_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The parts of a long history begin with the oldest, whatever is asked for."""
    if not retrieves_history(request) or "lastN" not in request.params:
        return proceed(request)
    response = proceed(request)
    if response.status != PARTIAL:
        return response
    forwards = proceed(without_params(request, "lastN"))
    return _with_range(forwards, size=request.params["lastN"])


@fault("ctx-histories-limit-ignored", kills=("CTX-TMP-31",))
def _limit_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """All histories are told, whatever limit is given."""
    return proceed(without_params(request, "limit") if queries_histories(request) else request)


@fault("ctx-histories-offset-ignored", kills=("CTX-TMP-31",))
def _offset_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The first page of histories is told, whatever offset is given."""
    return proceed(without_params(request, "offset") if queries_histories(request) else request)


@fault("ctx-histories-not-counted", kills=("CTX-TMP-31",))
def _not_counted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The number of histories is that of the page."""
    response = proceed(request)
    counted = queries_histories(request) and "count" in request.params
    if not counted or response.status not in (OK, PARTIAL):
        return response
    return response.with_header("NGSILD-Results-Count", str(len(response.json())))


@fault("ctx-histories-end-early", kills=("CTX-TMP-31",))
def _end_early(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The first page of histories links to no other."""
    response = proceed(request)
    if not queries_histories(request):
        return response
    links = [(k, v) for k, v in response.headers if k.lower() == "link" and 'rel="next"' not in v]
    others = response.without_header("Link")
    return Response(others.status, (*others.headers, *links), others.body)


@fault(
    "ctx-only-the-last-change-recorded",
    kills=("CTX-TMP-33",),
    beside=(
        "CTX-TMP-43",
        "CTX-TMP-35",
    ),
)
def _only_last(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of what happens to a current entity only the last change is in its history."""
    response = proceed(request)
    if not retrieves_history(request) or "Watched" not in request.path:
        return response
    return retold(response, lambda e: with_timelines(e, lambda t: t[-1:]))


def _is_mark(instance: dict[str, Any]) -> bool:
    return "deletedAt" in instance


@fault("ctx-deletions-not-recorded", kills=("CTX-TMP-34",))
def _unrecorded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The deletion of an attribute is not in its history."""
    response = proceed(request)
    if not tells_histories(request):
        return response
    return retold(response, lambda e: with_timelines(e, _without_marks))


def _without_marks(timeline: Timeline) -> Timeline | None:
    return [i for i in timeline if not _is_mark(i)] or None


@fault("ctx-deletions-without-a-null", kills=("CTX-TMP-34",))
def _no_null(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The mark of a deleted attribute has its last value."""
    response = proceed(request)

    def change(timeline: Timeline) -> Timeline:
        return [i | {"value": 11.5} if _is_mark(i) else i for i in timeline]

    told = retrieves_history(request)
    return retold(response, lambda e: with_timelines(e, change)) if told else response


@fault("ctx-histories-without-stamps", kills=("CTX-TMP-36",), beside=("CTX-TMP-21",))
def _no_stamps(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Instances do not tell when they were created, even where asked for."""
    return proceed(without_params(request, "options") if _asks_stamps(request) else request)


@fault("ctx-histories-always-with-stamps", kills=("CTX-TMP-36",))
def _always_stamps(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Instances tell when they were created whether asked for or not."""
    plain = retrieves_history(request) and "options" not in request.params
    if not plain or "format" in request.params or "aggrMethods" in request.params:
        return proceed(request)
    joined = "&".join(p for p in (request.query, "options=sysAttrs") if p)
    return proceed(request.with_query(joined))


def _asks_stamps(request: Request) -> bool:
    return retrieves_history(request) and request.params.get("options") == "sysAttrs"
