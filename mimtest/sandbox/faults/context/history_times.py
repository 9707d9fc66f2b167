"""Ways to break asking for the past by time."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.history_messages import (
    asked_with,
    asks_past,
    each_attribute,
    later,
    of_all_time,
    of_one,
    queries_past,
    retrieves_past,
    swapped,
)
from mimtest.sandbox.faults.context.messages import changed, without_params
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault(
    "ctx-past-end-ignored",
    kills=("CTX-TMP-13", "CTX-TMP-14", "CTX-TMP-16"),
    beside=("CTX-TMP-32", "CTX-TMP-18", "CTX-TMP-30", "CTX-ACC-13"),
)
def _end_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A range between two moments has no end."""
    return proceed(swapped(request, "timerel", {"between": "after"}))


@fault(
    "ctx-past-before-is-after",
    kills=("CTX-TMP-13", "CTX-TMP-16"),
    beside=(
        "CTX-TMP-19",
        "CTX-TMP-32",
    ),
)
def _before_is_after(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for what was before a moment gives what was after it."""
    asked = swapped(request, "timerel", {"before": "after"}) if queries_past(request) else request
    return proceed(asked)


@fault(
    "ctx-past-range-ignored",
    kills=("CTX-TMP-13",),
    beside=(
        "CTX-TMP-44",
        "CTX-TMP-14",
        "CTX-TMP-18",
        "CTX-TMP-19",
        "CTX-TMP-21",
        "CTX-TMP-29",
        "CTX-TMP-30",
    ),
)
def _range_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An evolution that is retrieved has all instances, whatever the range."""
    whole = retrieves_past(request) and "timeAt" in request.params
    return proceed(of_all_time(request) if whole else request)


@fault("ctx-past-end-included", kills=("CTX-TMP-14",))
def _end_included(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The end of a range is a part of it."""
    name = {"between": "endTimeAt", "before": "timeAt"}.get(request.params.get("timerel", ""), "")
    at = request.params.get(name, "")
    fits = asks_past(request) and at.endswith("Z")
    return proceed(asked_with(request, **{name: later(at)}) if fits else request)


@fault("ctx-past-begin-excluded", kills=("CTX-TMP-14",))
def _begin_excluded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The begin of a range is no part of it."""
    at = request.params.get("timeAt", "")
    fits = asks_past(request) and request.params.get("timerel") in ("after", "between")
    return proceed(asked_with(request, timeAt=later(at)) if fits and at.endswith("Z") else request)


@fault(
    "ctx-past-found-with-everything",
    kills=("CTX-TMP-13", "CTX-TMP-27", "CTX-TMP-28"),
    beside=(
        "CTX-TMP-19",
        "CTX-TMP-20",
        "CTX-TMP-24",
        "CTX-TMP-25",
        "CTX-TMP-32",
        "CTX-TMP-37",
        "CTX-TMP-38",
        "CTX-TMP-31",
        "CTX-TMP-39",
        "CTX-DIST-30",
    ),
)
def _with_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The entities a query finds are told with all their instances, those out of the range as well."""
    response = proceed(request)
    params = request.params
    if not queries_past(request) or "timeAt" not in params or "orderBy" in params:
        return response

    def whole(body: Any) -> Any:
        return [proceed(of_all_time(of_one(request, e["id"]))).json() for e in body]

    return changed(response, whole)


@fault("ctx-past-entities-without-instances", kills=("CTX-TMP-16",), beside=("CTX-TMP-32",))
def _without_instances(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query finds entities without an instance in its range, too, and tells nothing more of them."""
    response = proceed(request)
    if not queries_past(request) or {"q", "georel", "orderBy"} & set(request.params):
        return response

    def more(body: Any) -> Any:
        everything = proceed(of_all_time(request)).json()
        known = {e["id"] for e in body}
        bare = [{"id": e["id"], "type": e["type"]} for e in everything if e["id"] not in known]
        return body + bare

    return changed(response, more)


@fault("ctx-past-without-range", kills=("CTX-TMP-15",))
def _without_range(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query that does not say when gives the past of all time."""
    unsaid = queries_past(request) and "timerel" not in request.params
    return proceed(of_all_time(request) if unsaid else request)


@fault("ctx-past-of-everything", kills=("CTX-TMP-17",))
def _of_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query that says nothing but when is answered."""
    wide = queries_past(request) and set(request.params) == {"timerel", "timeAt", "endTimeAt"}
    return proceed(asked_with(request, local="true") if wide else request)


@fault("ctx-past-range-without-moment", kills=("CTX-TMP-18",))
def _without_moment(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A range without a moment is taken for all time."""
    params = request.params
    lacking = asks_past(request) and "timerel" in params and "timeAt" not in params
    return proceed(of_all_time(request) if lacking else request)


@fault("ctx-past-range-without-end", kills=("CTX-TMP-18",))
def _without_end(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A range between a moment and nothing lasts until now."""
    lacking = asks_past(request) and "endTimeAt" not in request.params
    return proceed(swapped(request, "timerel", {"between": "after"}) if lacking else request)


@fault("ctx-past-relation-guessed", kills=("CTX-TMP-18",))
def _relation_guessed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An unknown relation of time is taken for after."""
    return proceed(swapped(request, "timerel", {"during": "after"}))


@fault("ctx-past-moment-guessed", kills=("CTX-TMP-18",))
def _moment_guessed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is no date is taken for one."""
    return proceed(swapped(request, "timeAt", {"yesterday": "2025-01-01T00:00:00Z"}))


@fault("ctx-past-first-instances", kills=("CTX-TMP-19",), beside=("CTX-TMP-30",))
def _first_instances(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The first instances are told where the last are asked for."""
    number = request.params.get("lastN", "")
    if not asks_past(request) or not number.isdigit() or number == "0":
        return proceed(request)
    response = proceed(without_params(request, "lastN"))
    return each_attribute(response, lambda _, timeline: timeline[: int(number)])


@fault("ctx-past-last-of-all", kills=("CTX-TMP-19",))
def _last_of_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The last instance is told of one attribute alone, not of each."""
    response = proceed(request)
    if not retrieves_past(request) or request.params.get("lastN") != "1":
        return response
    seen: list[str] = []

    def only_first(name: str, timeline: Any) -> Any:
        seen.append(name)
        return timeline if len(seen) == 1 else []

    return each_attribute(response, only_first)


@fault("ctx-past-last-too-many", kills=("CTX-TMP-19",), beside=("CTX-TMP-30",))
def _last_too_many(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of more last instances than ten only ten are thought of, less those there are not."""
    number = request.params.get("lastN", "")
    many = asks_past(request) and number.isdigit() and int(number) > 10  # noqa: PLR2004
    return proceed(asked_with(request, lastN="5") if many else request)


@fault("ctx-past-last-guessed", kills=("CTX-TMP-19",))
def _last_guessed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A number of last instances that is none above zero is ignored."""
    number = request.params.get("lastN", "")
    wrong = asks_past(request) and (not number.isdigit() or number == "0")
    return proceed(without_params(request, "lastN") if wrong else request)


@fault("ctx-past-last-of-all-time", kills=("CTX-TMP-19",), beside=("CTX-TMP-30",))
def _last_of_all_time(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The last instances are those of all time, whatever the range."""
    limited = retrieves_past(request) and "lastN" in request.params
    return proceed(of_all_time(request) if limited else request)


@fault("ctx-past-always-by-observation", kills=("CTX-TMP-21",), beside=("CTX-TMP-44",))
def _by_observation(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The past is asked for by when it was observed, whichever time is named."""
    return proceed(without_params(request, "timeproperty") if asks_past(request) else request)


@fault("ctx-past-changed-is-created", kills=("CTX-TMP-21",))
def _changed_is_created(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What was deleted is looked for by when it was written."""
    return proceed(swapped(request, "timeproperty", {"deletedAt": "createdAt"}))
