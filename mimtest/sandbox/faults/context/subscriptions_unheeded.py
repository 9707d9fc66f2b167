"""Ways to keep what is said of a subscription, and not to do it: changes, pauses, ends."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from mimtest.sandbox.faults.context.messages import body_of, done
from mimtest.sandbox.faults.context.notifications_kept import is_gone, looking
from mimtest.sandbox.faults.context.subscribed import (
    SUBSCRIPTIONS,
    made,
    notified,
    retold,
    subscribes,
    subscription_in,
    without,
)
from mimtest.sandbox.faults.context.unheeded import has_member, unheeded
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump
from mimtest.sandbox.sending import Unsent, request_to

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_NULL: Final = "urn:ngsi-ld:null"
_OK: Final = 200
_CREATED: Final = 201
_DONE: Final = 204


def _old(id_: str, kills: tuple[str, ...], doc: str, *path: str) -> None:
    """Register a fault: a change of one member of a subscription is kept and shown, and does nothing."""
    unheeded(id_, kills, doc, (SUBSCRIPTIONS, *path), beside=("CTX-SUB-*", "CTX-DIST-32"))


_old(
    "ctx-not-old-endpoint",
    ("CTX-NOT-33",),
    "Another address is shown, and the first one is told.",
    "notification",
    "endpoint",
)
_old(
    "ctx-not-old-attributes",
    ("CTX-NOT-33",),
    "Other attributes are shown, and the first ones are told.",
    "notification",
    "attributes",
)
_old(
    "ctx-not-old-query",
    ("CTX-NOT-33", "CTX-NOT-34"),
    "Another condition is shown, and the first one counts.",
    "q",
)
_old(
    "ctx-not-old-entities",
    ("CTX-NOT-33",),
    "Other entities are shown, and changes of the first ones are told.",
    "entities",
)
_old(
    "ctx-not-old-watched",
    ("CTX-NOT-33", "CTX-NOT-34"),
    "Other watched attributes are shown, and the first ones count.",
    "watchedAttributes",
)


@fault("ctx-not-expired-for-ever", kills=("CTX-NOT-15",), beside=("CTX-SUB-*",))
def _expired_for_ever(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A subscription that had expired is shown as active again, and is not notified."""
    over: set[str] = platform.memory.setdefault("expired once", set())
    own, part = subscription_in(request), body_of(request)
    if own is not None and request.method == "PATCH" and has_member(part, ("expiresAt",)):
        before = proceed(looking(request))
        response = proceed(request)
        if response.status == _DONE and before.json().get("status") == "expired":
            _ = proceed(request.with_body(dump({"isActive": False})))
            over.add(own)
        return response
    response = proceed(request)
    if own not in over or request.method != "GET" or response.status != _OK:
        return response
    return response.with_json(without(response.json(), "isActive") | {"status": "active"})


@fault("ctx-not-empty-when-unmet", kills=("CTX-NOT-04",), beside=("CTX-NOT-*",))
def _empty_when_unmet(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A subscription with a condition is told of every change, of no entity where it is not met."""
    boxes: dict[str, str] = platform.memory.setdefault("conditions", {})
    response = proceed(request)
    body = subscribes(request)
    if body is not None and "q" in body and response.status == _CREATED:
        boxes[str(body.get("id"))] = body["notification"]["endpoint"]["uri"]
    changes = request.method == "PATCH" and request.path.endswith("/attrs")
    for own, uri in [*boxes.items()] if changes and response.status == _DONE else ():
        told = {"id": f"urn:ngsi-ld:Notification:{uuid4()}", "type": "Notification"}
        told |= {"subscriptionId": own, "notifiedAt": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        headers = {"Content-Type": "application/json"}
        with suppress(Unsent):
            _ = platform.send(request_to("POST", uri, headers, dump(told | {"data": []})))
    return response


def _is_periodic(one: Any) -> bool:
    return isinstance(one, dict) and "timeInterval" in one


@fault("ctx-not-period-deleted-goes-on", kills=("CTX-NOT-35",), beside=("CTX-SUB-*",))
def _deleted_goes_on(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A periodic subscription that was deleted is not found any more, and goes on."""
    ended: set[str] = platform.memory.setdefault("ended periods", set())
    own = subscription_in(request)
    if own in ended:
        return is_gone()
    if own and request.method == "DELETE":
        found = proceed(looking(request))
        if found.status == _OK and _is_periodic(found.json()):
            ended.add(own)
            return done()
    return proceed(request)


@fault("ctx-not-period-paused-goes-on", kills=("CTX-NOT-35",), beside=("CTX-SUB-*",))
def _paused_goes_on(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A periodic subscription that is shown as paused goes on."""
    paused: set[str] = platform.memory.setdefault("paused periods", set())
    own = subscription_in(request)
    if own and request.method == "PATCH" and (body_of(request) or {}).get("isActive") is False:
        found = proceed(looking(request))
        if found.status == _OK and _is_periodic(found.json()):
            paused.add(own)
            return done()
    response = proceed(request)
    if own in paused and request.method == "GET" and response.status == _OK:
        return response.with_json(response.json() | {"isActive": False, "status": "paused"})
    return response


@fault("ctx-not-period-of-the-first-state", kills=("CTX-NOT-14",), outgoing=True)
def _first_state(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A periodic subscription is told for ever how things were the first time."""
    told = notified(request)
    if told is None or "timeInterval" not in made(platform, request):
        return proceed(request)
    first: dict[str, Any] = platform.memory.setdefault("first state", {})
    data = first.setdefault(str(told.get("subscriptionId")), told.get("data"))
    return retold(request, lambda body: {**body, "data": data}, proceed)
