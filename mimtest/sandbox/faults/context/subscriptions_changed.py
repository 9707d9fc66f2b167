"""Ways to break changing and deleting subscriptions."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import body_of, changed, done, refusal, resent, without
from mimtest.sandbox.faults.context.subscriptions import (
    SUBSCRIPTIONS,
    is_on_subscription,
    notifying,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

NULL: Final = "urn:ngsi-ld:null"
_REFUSED: Final = 400
_MISSING: Final = 404
_FIRST: Final = 2
Body = dict[str, Any]


def _changes(request: Request, *names: str) -> bool:
    """Whether a subscription is to be changed, in one of these members if there are any."""
    if not is_on_subscription(request, "PATCH"):
        return False
    body = body_of(request)
    return not names or (isinstance(body, dict) and bool({*names} & {*body}))


def _patched(request: Request, proceed: Proceed, change: Callable[[Body], Body]) -> Response:
    return proceed(resent(request, change) if _changes(request) else request)


@fault("ctx-sub-q-stays", kills=("CTX-SUB-18",), beside=("CTX-NOT-33",))
def _q_stays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change of the condition is confirmed and not made."""
    return _patched(request, proceed, lambda b: b if b.get("q") == NULL else without(b, "q"))


@fault("ctx-sub-entities-added", kills=("CTX-SUB-18",), beside=("CTX-NOT-33",))
def _entities_added(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Other entities are watched besides those that were watched before."""
    if not _changes(request, "entities") or not (body_of(request) or {}).get("entities"):
        return proceed(request)
    held = proceed(replace(request, method="GET", body=b"")).json()
    return _patched(request, proceed, lambda b: {**b, "entities": held["entities"] + b["entities"]})


@fault("ctx-sub-attributes-stay", kills=("CTX-SUB-18",), beside=("CTX-NOT-33",))
def _attributes_stay(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notifications go on with the attributes that they had before a change."""
    if not _changes(request, "notification") or b'"endpoint"' not in request.body:
        return proceed(request)
    held = proceed(replace(request, method="GET", body=b"")).json()
    names = held.get("notification", {}).get("attributes")
    return _patched(request, proceed, lambda b: notifying(b, attributes=names))


@fault("ctx-sub-change-forgets", kills=("CTX-SUB-18", "CTX-SUB-19", "CTX-SUB-22"))
def _change_forgets(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change of anything else forgets the description."""
    return _patched(request, proceed, lambda b: {"description": NULL, **b})


@fault("ctx-sub-goes-on", kills=("CTX-SUB-19",), beside=("CTX-NOT-15",))
def _goes_on(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription that is to be paused goes on."""
    return _patched(
        request, proceed, lambda b: without(b, "isActive") if b.get("isActive") is False else b
    )


@fault("ctx-sub-stays-paused", kills=("CTX-SUB-19",), beside=("CTX-NOT-15",))
def _stays_paused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription that is paused stays so."""
    return _patched(
        request, proceed, lambda b: without(b, "isActive") if b.get("isActive") is True else b
    )


@fault("ctx-sub-stays-expired", kills=("CTX-SUB-20",), beside=("CTX-NOT-15",))
def _stays_expired(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription that has expired is given no other end."""
    body = body_of(request)
    alone = _changes(request, "expiresAt") and isinstance(body, dict) and len(body) == 1
    ahead = alone and isinstance(body, dict) and str(body["expiresAt"])[:2] == "20"
    response = proceed(request) if not ahead else None
    if response is not None:
        return response
    looked = proceed(replace(request, method="GET", body=b""))
    return done() if looked.json().get("status") == "expired" else proceed(request)


def _confirmed(name: str, status: int, *members: str) -> None:
    """Registers a fault that confirms changes of members which are refused, or unknown."""

    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        response = proceed(request)
        return done() if _changes(request, *members) and response.status == status else response

    act.__doc__, act.__module__ = _SENTENCES[name], __name__
    fault(f"ctx-sub-{name}", kills=("CTX-SUB-21",))(act)


_SENTENCES: Final = {
    "wrong-end-confirmed": "An end in the past, or one that is no time, is confirmed.",
    "no-entities-confirmed": "A change to no entities is confirmed.",
    "unknown-change-confirmed": "A change of an unknown subscription is confirmed.",
}
_confirmed("wrong-end-confirmed", _REFUSED, "expiresAt")
_confirmed("no-entities-confirmed", _REFUSED, "entities")
_confirmed("unknown-change-confirmed", _MISSING)


@fault("ctx-sub-cut-change-is-data", kills=("CTX-SUB-21",))
def _cut_change_is_data(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change that is no JSON is called wrong data."""
    response = proceed(request)
    cut = is_on_subscription(request, "PATCH") and b"InvalidRequest" in response.body
    return refusal(_REFUSED, "BadRequestData") if cut else response


@fault("ctx-sub-null-heard-by-nobody", kills=("CTX-SUB-22",), beside=("CTX-NOT-34",))
def _null_heard_by_nobody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A member that is to be removed stays."""
    return _patched(request, proceed, lambda b: {k: v for k, v in b.items() if v != NULL})


@fault("ctx-sub-null-kept", kills=("CTX-SUB-22",))
def _null_kept(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A member that is to be removed has the marker for null as its value."""
    key = f"removed from {request.path}"
    if _changes(request):
        names = [k for k, v in (body_of(request) or {}).items() if v == NULL]
        platform.memory |= {key: names[0]} if names else {}
    response = proceed(request)
    if not is_on_subscription(request, "GET") or key not in platform.memory:
        return response
    return changed(response, lambda shown: {**shown, platform.memory[key]: NULL})


@fault("ctx-sub-renamed", kills=("CTX-SUB-23",))
def _renamed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change of the identifier makes another subscription of it."""
    body = body_of(request)
    if not _changes(request, "id") or not isinstance(body, dict):
        return proceed(request)
    held = proceed(replace(request, method="GET", body=b"")).json()
    whole = without(held, "status") | {"id": body["id"]}
    there = replace(request, method="POST", path=SUBSCRIPTIONS, raw_path=SUBSCRIPTIONS)
    proceed(resent(there, lambda _: whole))
    return proceed(replace(request, method="DELETE", body=b""))


@fault("ctx-sub-retyped", kills=("CTX-SUB-23",))
def _retyped(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A change of the type is taken over."""
    key = f"type of {request.path}"
    if _changes(request, "type"):
        platform.memory[key] = (body_of(request) or {})["type"]
        return done()
    response = proceed(request)
    if not is_on_subscription(request, "GET") or key not in platform.memory:
        return response
    return changed(response, lambda shown: {**shown, "type": platform.memory[key]})


@fault(
    "ctx-sub-not-deleted",
    kills=("CTX-SUB-24",),
    beside=(
        "CTX-NOT-15",
        "CTX-DIST-32",
    ),
)
def _not_deleted(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The first subscriptions that are deleted are there afterwards."""
    if not is_on_subscription(request, "DELETE"):
        return proceed(request)
    deleted: list[str] = platform.memory.setdefault("subscriptions deleted", [])
    if len(deleted) >= _FIRST or proceed(replace(request, method="GET")).status >= _REFUSED:
        return proceed(request)
    deleted.append(request.path)
    return done()


@fault("ctx-sub-deleted-again", kills=("CTX-SUB-24",))
def _deleted_again(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription that is not there can be deleted."""
    response = proceed(request)
    gone = is_on_subscription(request, "DELETE") and response.status == _MISSING
    return done() if gone else response


@fault("ctx-sub-anything-deleted", kills=("CTX-SUB-24",))
def _anything_deleted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is no URI is looked for, to delete it, and not found."""
    response = proceed(request)
    odd = is_on_subscription(request, "DELETE") and response.status == _REFUSED
    return refusal(_MISSING, "ResourceNotFound") if odd else response
