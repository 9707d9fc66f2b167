"""Ways to break the conditions for sources, and the notifications of registrations."""

import json
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import (
    API,
    body_of,
    refusal,
    resent,
    with_params,
    without,
)
from mimtest.sandbox.faults.context.registrations_finding import discovers, ignoring
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_WATCHES: Final = f"{API}/csourceSubscriptions"
_TIMES: Final = ("timerel", "timeAt", "endTimeAt", "timeproperty")
_PLACES: Final = ("georel", "geometry", "coordinates")


@fault("ctx-reg-time-ignored", kills=("CTX-REG-19",))
def _time_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for a time finds the sources that have none."""
    return proceed(ignoring(request, *_TIMES))


@fault("ctx-reg-any-time", kills=("CTX-REG-19",))
def _any_time(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for a time finds the sources of every time."""
    whole = {"timerel": "between", "timeAt": "1900-01-01T00:00:00Z"}
    whole |= {"endTimeAt": "2100-01-01T00:00:00Z"}
    timed = discovers(request) and "timerel" in request.params
    return proceed(with_params(request, lambda p: p | whole) if timed else request)


@fault("ctx-reg-times-alike", kills=("CTX-REG-19",))
def _times_alike(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """When sources made their data counts as when they observed them."""
    return proceed(ignoring(request, "timeproperty"))


@fault("ctx-reg-place-ignored", kills=("CTX-REG-20",))
def _place_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for a place finds the sources anywhere."""
    return proceed(ignoring(request, *_PLACES))


@fault("ctx-reg-areas-not-found", kills=("CTX-REG-20",))
def _areas_not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for a place finds no source that is about an area."""
    response = proceed(request)
    if not discovers(request) or "georel" not in request.params or response.status != 200:  # noqa: PLR2004
        return response
    return response.with_json([r for r in response.json() if "Polygon" not in json.dumps(r)])


@fault("ctx-reg-filter-ignored", kills=("CTX-REG-21",))
def _filter_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for sources is not applied."""
    return proceed(ignoring(request, "csf"))


@fault("ctx-reg-filter-by-name-only", kills=("CTX-REG-21",))
def _filter_by_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter for sources is applied to their name alone."""
    named = "registrationName" in request.params.get("csf", "registrationName")
    return proceed(request if named else ignoring(request, "csf"))


@fault("ctx-reg-scope-ignored", kills=("CTX-REG-22",))
def _scope_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A search for a scope finds the sources of all scopes."""
    return proceed(ignoring(request, "scopeQ"))


@fault("ctx-reg-first-scope-only", kills=("CTX-REG-22",))
def _first_scope(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source of several scopes is found by none of them."""
    response = proceed(request)
    if not discovers(request) or "scopeQ" not in request.params or response.status != 200:  # noqa: PLR2004
        return response
    return response.with_json([r for r in response.json() if not _has_two(r)])


def _has_two(registration: dict[str, Any]) -> bool:
    scope = registration.get("scope")
    return isinstance(scope, list) and len(scope) > 1


def _subscribes(request: Request) -> bool:
    return request.method == "POST" and request.path == _WATCHES


def _is_on_watch(request: Request, *methods: str) -> bool:
    return request.method in methods and request.path.startswith(f"{_WATCHES}/")


@fault("ctx-reg-watch-made-twice", kills=("CTX-REG-25",))
def _watch_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A second subscription to registrations under the same identifier succeeds."""
    response = proceed(request)
    twice = _subscribes(request) and response.status == 409  # noqa: PLR2004
    return response.with_status(201) if twice else response


@fault("ctx-reg-watch-without-notification", kills=("CTX-REG-25",))
def _watch_unfinished(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription to registrations may say nothing of its notifications."""
    body = body_of(request) if _subscribes(request) else None
    if not isinstance(body, dict) or "notification" in body:
        return proceed(request)
    some = {"notification": {"endpoint": {"uri": "http://127.0.0.1:9/any"}}}
    return proceed(resent(request, lambda b: b | some))


@fault("ctx-reg-watch-description-lost", kills=("CTX-REG-25",), beside=("CTX-REG-26",))
def _watch_description(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription to registrations loses its description."""
    ours = _subscribes(request)
    return proceed(resent(request, lambda b: without(b, "description")) if ours else request)


@fault("ctx-reg-watch-any-id", kills=("CTX-REG-26",))
def _watch_any_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription to registrations is looked for under what is no URI."""
    response = proceed(request)
    wrong = _is_on_watch(request, "GET", "PATCH", "DELETE") and ":" not in request.path
    return refusal(404, "ResourceNotFound") if wrong else response


@fault("ctx-reg-watch-patch-ignored", kills=("CTX-REG-26",), beside=("CTX-REG-32",))
def _watch_patch(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An update of a subscription to registrations changes nothing."""
    ours = _is_on_watch(request, "PATCH")
    return proceed(resent(request, lambda _: {}) if ours else request)


@fault("ctx-reg-watch-removed-twice", kills=("CTX-REG-26",))
def _watch_removed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription to registrations that is not there is removed."""
    response = proceed(request)
    unknown = _is_on_watch(request, "DELETE") and response.status == 404  # noqa: PLR2004
    return Response(204) if unknown else response


@fault("ctx-reg-watch-not-listed", kills=("CTX-REG-26",))
def _watch_not_listed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of subscriptions to registrations is without the last one."""
    response = proceed(request)
    lists = request.method == "GET" and request.path == _WATCHES and response.status == 200  # noqa: PLR2004
    return response.with_json(response.json()[:-1]) if lists else response


def _told(request: Request) -> dict[str, Any] | None:
    """The notification of registrations in what is sent, if it is one."""
    body = body_of(request)
    kind = body.get("type") if isinstance(body, dict) else None
    return body if kind == "ContextSourceNotification" else None


@fault(
    "ctx-reg-told-as-entities",
    kills=("CTX-REG-27", "CTX-REG-28", "CTX-REG-29", "CTX-REG-30"),
    outgoing=True,
)
def _told_as_entities(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification of registrations says it is one of entities."""
    told = _told(request)
    kind = {"type": "Notification"}
    return proceed(resent(request, lambda b: b | kind) if told else request)


@fault(
    "ctx-reg-not-told-at-first",
    kills=("CTX-REG-27", "CTX-REG-29"),
    outgoing=True,
)
def _not_at_first(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Who subscribes to registrations is told of changes alone."""
    told = _told(request)
    if told is None:
        return proceed(request)
    known = platform.memory.setdefault("first", set())
    if told["subscriptionId"] in known:
        return proceed(request)
    known.add(told["subscriptionId"])
    return Response(200)


@fault("ctx-reg-told-of-all", kills=("CTX-REG-27",), outgoing=True)
def _told_of_all(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Who subscribes to registrations is told of those that others were told of before."""
    told = _told(request)
    if told is None or told["triggerReason"] != "newlyMatching":
        return proceed(request)
    known = platform.memory.setdefault("all", {})
    known |= {r["id"]: r for r in told["data"]}
    return proceed(resent(request, lambda b: b | {"data": [*known.values()]}))


@fault(
    "ctx-reg-one-reason",
    kills=("CTX-REG-28", "CTX-REG-30"),
    outgoing=True,
)
def _one_reason(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every change of a registration is told as an update."""
    told = _told(request)
    first = told is None or told["triggerReason"] == "newlyMatching"
    reason = {"triggerReason": "updated"}
    return proceed(request if first else resent(request, lambda b: b | reason))


@fault("ctx-reg-update-not-told", kills=("CTX-REG-28", "CTX-REG-29"), outgoing=True)
def _update_not_told(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is told of registrations that still match is lost."""
    told = _told(request)
    silent = told is not None and told["triggerReason"] == "updated"
    return Response(200) if silent else proceed(request)


@fault("ctx-reg-told-once", kills=("CTX-REG-29",), outgoing=True)
def _told_once(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Who subscribes to registrations is not told the same again."""
    told = _told(request)
    if told is None or told["triggerReason"] == "noLongerMatching":
        return proceed(request)
    known = platform.memory.setdefault("once", set())
    said = told["subscriptionId"], json.dumps(told["data"])
    if said in known:
        return Response(200)
    known.add(said)
    return proceed(request)
