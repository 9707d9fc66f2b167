"""Ways to break what is passed on to sources besides changes: subscriptions, and requests for the past."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.distributed_messages import at
from mimtest.sandbox.faults.context.messages import API, body_of, changed
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_SUBSCRIPTIONS: Final = f"{API}/subscriptions"
_HISTORIES: Final = f"{API}/temporal/entities"


def _is_for_all(request: Request, path: str, method: str) -> bool:
    return request.method == method and request.path.endswith(path)


def _is_for_one(request: Request, path: str, method: str) -> bool:
    return request.method == method and f"{path}/" in request.path


def _past_unsent(
    concerns: Callable[[Request, str, str], bool], sentence: str
) -> Callable[[Request, "Platform", Proceed], Response]:
    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        return Response(404) if concerns(request, _HISTORIES, "GET") else proceed(request)

    act.__doc__ = sentence
    return act


fault("ctx-distributed-past-of-one-unsent", kills=("CTX-DIST-30",), outgoing=True)(
    _past_unsent(_is_for_one, "Sources are not asked for the past of one entity.")
)
fault("ctx-distributed-past-of-many-unsent", kills=("CTX-DIST-30",), outgoing=True)(
    _past_unsent(_is_for_all, "Sources are not asked for the past of the entities of a query.")
)


@fault("ctx-distributed-past-cut", kills=("CTX-DIST-30",), outgoing=True)
def _past_cut(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of the instances of a source only the first of each attribute is taken."""
    answer = proceed(request)

    def cut(value: Any) -> Any:
        if isinstance(value, list):
            return [cut(v) for v in value]
        return {k: v[:1] if isinstance(v, list) and k != "type" else v for k, v in value.items()}

    return changed(answer, cut) if _HISTORIES in request.path else answer


@fault("ctx-distributed-past-replaces", kills=("CTX-DIST-30",))
def _past_replaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Where a source has some of the past of an entity, the broker leaves its own out."""
    answer = proceed(request)
    is_asked = request.method == "GET" and request.path.startswith(_HISTORIES)
    if not is_asked or ":Spread:" not in answer.body.decode() or "local" in request.params:
        return answer
    own = proceed(request.with_query(f"{request.query}&local=true"))
    known = _times(own.json()) if own.status == 200 else set()  # noqa: PLR2004
    if _times(answer.json()) == known:
        return answer
    return changed(answer, lambda body: _without_times(body, known))


def _times(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_times, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    own = {value["observedAt"]} if "observedAt" in value else set()
    return own.union(*map(_times, value.values()))


def _without_times(value: Any, known: set[str]) -> Any:
    if isinstance(value, list):
        kept = (v for v in value if not isinstance(v, dict) or v.get("observedAt") not in known)
        return [_without_times(v, known) for v in kept]
    if isinstance(value, dict):
        return {k: _without_times(v, known) for k, v in value.items()}
    return value


@fault(
    "ctx-distributed-subscription-unsent",
    kills=("CTX-DIST-31",),
    beside=("CTX-DIST-32",),
    outgoing=True,
)
def _subscription_unsent(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription is not passed on."""
    is_new = _is_for_all(request, _SUBSCRIPTIONS, "POST")
    return Response(201) if is_new else proceed(request)


@fault(
    "ctx-distributed-subscription-wide",
    kills=("CTX-DIST-31",),
    outgoing=True,
)
def _subscription_wide(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription is passed on for another type than the one that is subscribed."""
    if not _is_for_all(request, _SUBSCRIPTIONS, "POST"):
        return proceed(request)
    return proceed(request.with_body(dump({**body_of(request), "entities": [{"type": "Other"}]})))


def _copied_without(member: str) -> Callable[[Request, "Platform", Proceed], Response]:
    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        if not _is_for_all(request, _SUBSCRIPTIONS, "POST"):
            return proceed(request)
        left = {k: v for k, v in body_of(request).items() if k != member}
        return proceed(request.with_body(dump(left)))

    act.__doc__ = f"A subscription is passed on without its {member}."
    return act


for _member, _name in (("watchedAttributes", "unwatched"), ("q", "unfiltered")):
    fault(f"ctx-distributed-subscription-{_name}", kills=("CTX-DIST-31",), outgoing=True)(
        _copied_without(_member)
    )


@fault(
    "ctx-distributed-subscriber-told",
    kills=("CTX-DIST-31", "CTX-DIST-32"),
    outgoing=True,
)
def _subscriber_told(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The copy of a subscription names the subscriber and not the broker."""
    is_new = _is_for_all(request, _SUBSCRIPTIONS, "POST")
    if not is_new and not _is_for_one(request, _SUBSCRIPTIONS, "PATCH"):
        return proceed(request)
    copy = body_of(request)
    listing = Request("GET", _SUBSCRIPTIONS, "limit=1000", raw_path=_SUBSCRIPTIONS)
    for own in json.loads(platform.handle(listing).body):
        if own.get("watchedAttributes") == copy.get("watchedAttributes"):
            copy = {**copy, "notification": {"endpoint": {"uri": _uri(own)}}}
    return proceed(request.with_body(dump(copy)))


def _uri(subscription: dict[str, Any]) -> str:
    return str(subscription["notification"]["endpoint"]["uri"])


@fault(
    "ctx-distributed-local-only-ignored",
    kills=("CTX-DIST-31",),
    beside=("CTX-DIST-32", "CTX-SUB-*"),
)
def _local_only_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription that is for the broker alone is passed on all the same."""
    body = body_of(request) if _is_for_all(request, _SUBSCRIPTIONS, "POST") else None
    if not isinstance(body, dict) or "localOnly" not in body:
        return proceed(request)
    left = {k: v for k, v in body.items() if k != "localOnly"}
    return proceed(request.with_body(dump(left)))


@fault("ctx-distributed-notification-lost", kills=("CTX-DIST-31",))
def _notification_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What a source notifies is not told to the subscriber."""
    is_told = request.path.startswith(f"{API}/passedOn")
    return Response(200) if is_told else proceed(request)


@fault("ctx-distributed-notification-foreign", kills=("CTX-DIST-31",), outgoing=True)
def _notification_foreign(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What a source notifies is told under the subscription that the source knows."""
    body = body_of(request)
    is_told = isinstance(body, dict) and body.get("type") == "Notification"
    if not is_told or b":Spread:" not in request.body:
        return proceed(request)
    other = f"{body['subscriptionId']}x"
    return proceed(request.with_body(dump({**body, "subscriptionId": other})))


@fault("ctx-distributed-end-unsent", kills=("CTX-DIST-32",), outgoing=True)
def _end_unsent(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The end of a subscription is not passed on."""
    is_end = _is_for_one(request, _SUBSCRIPTIONS, "DELETE")
    return Response(204) if is_end else proceed(request)


@fault("ctx-distributed-end-of-another", kills=("CTX-DIST-32",), outgoing=True)
def _end_of_another(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source is told the end of another subscription."""
    is_end = _is_for_one(request, _SUBSCRIPTIONS, "DELETE")
    other = replace(request, raw_path=f"{request.raw_path}x", path=f"{request.path}x")
    return proceed(other if is_end else request)


@fault("ctx-distributed-change-empty", kills=("CTX-DIST-32",), outgoing=True)
def _change_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The change of a subscription is passed on without what changes."""
    if not _is_for_one(request, _SUBSCRIPTIONS, "PATCH"):
        return proceed(request)
    left = {k: v for k, v in body_of(request).items() if k != "watchedAttributes"}
    return proceed(request.with_body(dump(left)))


@fault("ctx-variant-distributed-subscribes-anew", outgoing=True)
def _subscribes_anew(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A changed subscription is passed on as the end of the old one and a new one."""
    if not _is_for_one(request, _SUBSCRIPTIONS, "PATCH"):
        return proceed(request)
    own = request.path.rpartition("/")[2]
    proceed(replace(request, method="DELETE", body=b""))
    return proceed(at(request, "/subscriptions", "POST", {"id": own, **body_of(request)}))


@fault("ctx-variant-distributed-past-by-query", outgoing=True)
def _past_by_query(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The past of one entity is asked for by a query for its identifier (A31)."""
    if not _is_for_one(request, _HISTORIES, "GET"):
        return proceed(request)
    own = request.path.rpartition("/")[2]
    wide = at(request, "/temporal/entities", "GET").with_query(f"id={own}&{request.query}")
    return changed(proceed(wide), lambda found: found[0] if found else {})
