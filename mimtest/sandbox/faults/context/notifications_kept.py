"""Ways to break how and when subscriptions notify: they are kept in another way than they are shown."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import ERRORS, body_of, done
from mimtest.sandbox.faults.context.subscribed import (
    Json,
    otherwise,
    subscription_in,
    without,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OK: Final = 200
_OTHERS: Final = ("CTX-NOT-*", "CTX-SUB-*", "CTX-DIST-3[12]")


@fault("ctx-not-all-attributes", kills=("CTX-NOT-09",), beside=_OTHERS)
def _all_attributes(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A notification has all attributes, whichever the subscription names."""
    change = _without_part("attributes")
    return otherwise(request, platform, proceed, change)


def _without_part(name: str) -> Any:
    return lambda body: without(body, "notification", name)


@fault("ctx-not-pick-ignored", kills=("CTX-NOT-09",), beside=_OTHERS)
def _pick(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A notification has all members, whichever are picked."""
    return otherwise(request, platform, proceed, _without_part("pick"))


@fault("ctx-not-omit-ignored", kills=("CTX-NOT-09",), beside=_OTHERS)
def _omit(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A notification has the members that are to be omitted."""
    return otherwise(request, platform, proceed, _without_part("omit"))


def _form(
    request: Request, platform: "Platform", proceed: Proceed, *names: str, to: str
) -> Response:
    def change(body: Json) -> Json:
        told = body.get("notification")
        if not isinstance(told, dict) or told.get("format") not in names:
            return body
        return body | {"notification": told | {"format": to}}

    return otherwise(request, platform, proceed, change)


@fault("ctx-not-never-simplified", kills=("CTX-NOT-10",), beside=_OTHERS)
def _simplified(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """What is to be simplified is notified in full."""
    return _form(request, platform, proceed, "keyValues", "simplified", to="normalized")


@fault("ctx-not-never-concise", kills=("CTX-NOT-10",), beside=_OTHERS)
def _concise(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """What is to be concise is notified in full."""
    return _form(request, platform, proceed, "concise", to="normalized")


@fault("ctx-not-normalized-is-concise", kills=("CTX-NOT-10",), beside=_OTHERS)
def _normalized(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """What is to be notified in full is concise."""
    return _form(request, platform, proceed, "normalized", to="concise")


@fault("ctx-not-accept-ignored", kills=("CTX-NOT-11", "CTX-ACC-22"), beside=_OTHERS)
def _accept(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Notifications are in JSON, whatever their receivers accept."""

    def change(body: Json) -> Json:
        return without(body, "notification", "endpoint", "accept")

    return otherwise(request, platform, proceed, change)


@fault("ctx-not-throttling-ignored", kills=("CTX-NOT-13",), beside=_OTHERS)
def _throttling(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Throttling has no effect."""
    return otherwise(request, platform, proceed, lambda body: without(body, "throttling"))


def _interval(request: Request, platform: "Platform", proceed: Proceed, times: float) -> Response:
    def change(body: Json) -> Json:
        given = body.get("timeInterval")
        return body | {"timeInterval": given * times} if isinstance(given, int | float) else body

    return otherwise(request, platform, proceed, change)


@fault("ctx-not-interval-in-hours", kills=("CTX-NOT-14",), beside=_OTHERS)
def _hours(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A time interval is in hours."""
    return _interval(request, platform, proceed, 3600)


@fault("ctx-not-interval-too-short", kills=("CTX-NOT-14",), beside=_OTHERS)
def _too_short(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A time interval is in tenths of a second."""
    return _interval(request, platform, proceed, 0.1)


@fault("ctx-not-interval-needs-changes", kills=("CTX-NOT-14",), beside=_OTHERS)
def _needs_changes(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A time interval has no effect: changes alone are notified."""
    return otherwise(request, platform, proceed, lambda body: without(body, "timeInterval"))


@fault("ctx-not-pause-ignored", kills=("CTX-NOT-15",), beside=_OTHERS)
def _pause(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A subscription that is shown as paused is notified."""
    response = _always(request, platform, proceed, active=True)
    return _shown(
        request, response, lambda one: _status(one, "paused", when=one.get("isActive") is False)
    )


@fault("ctx-not-pause-for-ever", kills=("CTX-NOT-15",), beside=_OTHERS)
def _for_ever(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A subscription that was paused once is not notified any more."""
    response = _always(request, platform, proceed, active=False)
    return _shown(
        request, response, lambda one: _status(one, "active", when=one.get("isActive") is True)
    )


def _always(request: Request, platform: "Platform", proceed: Proceed, *, active: bool) -> Response:
    """A change of isActive that has one effect alone."""
    changes: dict[Any, bool] = platform.memory.setdefault(f"active {active}", {})
    id_, body = subscription_in(request), body_of(request)
    patched = request.method == "PATCH" and isinstance(body, dict) and set(body) == {"isActive"}
    if id_ and patched and body["isActive"] is not active:
        changes[id_] = body["isActive"]
        return done()
    if id_ and patched:
        changes.pop(id_, None)
    response = proceed(request)
    if id_ in changes and request.method == "GET" and response.status == _OK:
        return response.with_json(response.json() | {"isActive": changes[id_]})
    return response


def _shown(request: Request, response: Response, change: Any) -> Response:
    if request.method != "GET" or not subscription_in(request) or response.status != _OK:
        return response
    return response.with_json(change(response.json()))


def _status(one: Json, status: str, *, when: bool) -> Json:
    return one | {"status": status} if when else one


@fault(
    "ctx-not-end-ignored",
    kills=("CTX-NOT-15", "CTX-ACC-21"),
    beside=(*_OTHERS, "CTX-DIST-32"),
)
def _end(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A subscription that was deleted is not found any more, but notified."""
    ended: set[str] = platform.memory.setdefault("ended", set())
    id_ = subscription_in(request)
    if id_ in ended:
        return is_gone()
    if id_ and request.method == "DELETE":
        response = proceed(looking(request))
        if response.status == _OK:
            ended.add(id_)
            return done()
    return proceed(request)


def is_gone() -> Response:
    """404 for a subscription that has ended."""
    kind = f"{ERRORS}ResourceNotFound"
    return json_response({"type": kind, "title": "Gone", "detail": "it has ended"}, 404)


def looking(request: Request) -> Request:
    """A request for what another one is about."""
    given = {
        k: v for k, v in request.headers.items() if k in ("host", "authorization", "ngsild-tenant")
    }
    return Request("GET", request.path, "", given, b"", request.base, request.raw_path)


@fault("ctx-not-expiry-ignored", kills=("CTX-NOT-15",), beside=_OTHERS)
def _expiry(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A subscription that is shown as expired is notified."""
    response = otherwise(request, platform, proceed, lambda body: without(body, "expiresAt"))

    def shown(one: Json) -> Json:
        end = one.get("expiresAt")
        over = isinstance(end, str) and datetime.fromisoformat(end) <= datetime.now(UTC)
        return _status(one, "expired", when=over)

    return _shown(request, response, shown)


@fault("ctx-acc-not-modified-for-ever", kills=("CTX-ACC-25",), beside=("CTX-ACC-17",))
def _not_modified(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Who has had an answer is told that nothing changed, whatever has."""
    tags: dict[str, str] = platform.memory.setdefault("tags", {})
    asked = request.headers.get("if-none-match")
    if request.method == "GET" and asked and tags.get(request.path) == asked:
        return Response(304, (("ETag", asked),))
    response = proceed(request)
    tag = response.header("ETag")
    if tag:
        tags.setdefault(request.path, tag)
    return response
