"""Ways to break what notifications show beside values, and what is said of their delivery."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.messages import changed
from mimtest.sandbox.faults.context.notified import repeated
from mimtest.sandbox.faults.context.subscribed import (
    Json,
    dropped,
    kept,
    notified,
    retold_entities,
    subscription_in,
    with_notification,
    without,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.sending import Unsent

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_STAMPS: Final = ("createdAt", "modifiedAt")
_STAMP: Final = "2026-03-14T13:00:00Z"
_IMPLICIT: Final = "/contexts/inline-"


def _unstamped(value: Json) -> Json:
    kept_ = {n: v for n, v in value.items() if n not in _STAMPS}
    return {n: _unstamped(v) if isinstance(v, dict) else v for n, v in kept_.items()}


@fault("ctx-not-stamps-lost", kills=("CTX-NOT-23",), outgoing=True)
def _stamps_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notifications have no system times, though they are asked for."""
    return retold_entities(request, _unstamped, proceed)


@fault(
    "ctx-not-stamps-always",
    kills=("CTX-NOT-23",),
    beside=("CTX-NOT-09", "CTX-NOT-10"),
    outgoing=True,
)
def _stamps_always(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notifications always have the time of the last change."""
    return retold_entities(request, lambda e: {**e, "modifiedAt": _STAMP}, proceed)


kept(
    "ctx-not-jsonld-context-ignored",
    ("CTX-NOT-24",),
    "Notifications have the names of the subscription's @context, whichever is asked for.",
    lambda b: without(b, "jsonldContext"),
)
kept(
    "ctx-not-dataset-ignored",
    ("CTX-NOT-27",),
    "Notifications have all instances of an attribute, whichever are asked for.",
    lambda b: without(b, "datasetId"),
)
kept(
    "ctx-not-join-ignored",
    ("CTX-NOT-30",),
    "Notifications have no linked entities.",
    lambda b: without(b, "notification", "join"),
)
kept(
    "ctx-not-always-joined",
    ("CTX-NOT-30",),
    "Notifications have linked entities, though nobody asks for them.",
    lambda b: (
        b
        if "join" in b.get("notification", ()) or b.get("notification", {}).get("format")
        else with_notification(b, join="inline")
    ),
)
kept(
    "ctx-not-timeout-ignored",
    ("CTX-NOT-28",),
    "A receiver is waited for as long as the broker likes.",
    lambda b: without(b, "notification", "endpoint", "timeout"),
)
kept(
    "ctx-not-cooldown-ignored",
    ("CTX-NOT-28",),
    "A receiver in trouble is told of the next change all the same.",
    lambda b: without(b, "notification", "endpoint", "cooldown"),
)


@fault(
    "ctx-not-implicit-context-lost", kills=("CTX-NOT-25",), beside=("CTX-JSC-13",), outgoing=True
)
def _implicit_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Where the broker makes one @context of several, notifications link to one that is not there."""
    link = request.headers.get("link", "")
    if notified(request) is None or _IMPLICIT not in link:
        return proceed(request)
    return proceed(with_headers(request, link=link.replace(_IMPLICIT, f"{_IMPLICIT}x")))


def _told(request: Request, response: Response, change: object) -> Response:
    """What is said of the deliveries of a subscription, changed."""
    if request.method != "GET" or subscription_in(request) is None or not callable(change):
        return response
    return changed(response, lambda b: b | {"notification": change(b["notification"])})


@fault("ctx-not-counted-once", kills=("CTX-NOT-16",))
def _counted_once(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """However many notifications were sent, one is counted."""
    return _told(
        request, proceed(request), lambda n: n | ({"timesSent": 1} if "timesSent" in n else {})
    )


@fault("ctx-not-success-undated", kills=("CTX-NOT-16",))
def _success_undated(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """It is not said when the last notification was taken."""
    return _told(request, proceed(request), lambda n: without(n, "lastSuccess"))


@fault("ctx-not-failure-hidden", kills=("CTX-NOT-17",), beside=("CTX-NOT-28",))
def _failure_hidden(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notifications that were not taken are said to have been."""
    return _told(
        request, proceed(request), lambda n: n | ({"status": "ok"} if "status" in n else {})
    )


@fault("ctx-not-failures-uncounted", kills=("CTX-NOT-17",))
def _failures_uncounted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notifications that were not taken are not counted."""
    return _told(request, proceed(request), lambda n: without(n, "timesFailed"))


def _more(name: str) -> Callable[[Json], Json]:
    return lambda n: n | ({name: n[name] + 5} if name in n else {})


@fault("ctx-not-counted-too-often", kills=("CTX-NOT-16",))
def _counted_too_often(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """More notifications are counted than were sent."""
    return _told(request, proceed(request), _more("timesSent"))


@fault("ctx-not-failures-counted-too-often", kills=("CTX-NOT-17",))
def _failed_too_often(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """More notifications are counted as failed than were not taken."""
    return _told(request, proceed(request), _more("timesFailed"))


@fault("ctx-not-failed-for-ever", kills=("CTX-NOT-17",), beside=("CTX-NOT-28",))
def _failed_for_ever(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """After a failure the next success is not told."""
    return _told(
        request,
        proceed(request),
        lambda n: n | ({"status": "failed"} if "lastFailure" in n else {}),
    )


@fault("ctx-not-failure-ends-it", kills=("CTX-NOT-17",), beside=("CTX-NOT-28",), outgoing=True)
def _failure_ends_it(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Who did not take a notification gets no other."""
    if notified(request) is None:
        return proceed(request)
    given_up: set[str] = platform.memory.setdefault("given up", set())
    if request.raw_path in given_up:
        return dropped()
    try:
        response = proceed(request)
    except Unsent:
        given_up.add(request.raw_path)
        raise
    if response.status != 200:  # noqa: PLR2004
        given_up.add(request.raw_path)
    return response


@fault("ctx-variant-same-value-notified", outgoing=True, incoming=True)
def _same_value_notified(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """An entity that is given the value it has is notified again (A38)."""
    told = notified(request)
    sent: dict[str, Request] = platform.memory.setdefault("told", {})
    if told is not None:
        for entity in told["data"] if isinstance(told.get("data"), list) else ():
            sent[str(entity.get("id"))] = request
        return proceed(request)
    id_ = repeated(request, platform)
    response = proceed(request)
    if id_ in sent:
        platform.send(sent[id_])
    return response
