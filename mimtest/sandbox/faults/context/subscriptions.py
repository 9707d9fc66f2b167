"""Ways to break making subscriptions: what is kept of them, and at which address."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import API, body_of, resent, without
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

SUBSCRIPTIONS: Final = f"{API}/subscriptions"
_ONE: Final = re.compile(rf"{SUBSCRIPTIONS}/([^/]+)")


def subscribes(request: Request) -> bool:
    """Whether a subscription is to be made."""
    return request.method == "POST" and request.path == SUBSCRIPTIONS


def is_on_subscription(request: Request, method: str) -> bool:
    """Whether it is of that method, on one subscription."""
    return request.method == method and _ONE.fullmatch(request.path) is not None


def lists_subscriptions(request: Request) -> bool:
    """Whether the subscriptions are to be listed."""
    return request.method == "GET" and request.path == SUBSCRIPTIONS


def notifying(body: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The subscription with other members of its notification; None leaves one out."""
    notification = {**body.get("notification", {}), **members}
    return {**body, "notification": {k: v for k, v in notification.items() if v is not None}}


def _made(
    request: Request, proceed: Proceed, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> Response:
    return proceed(resent(request, change) if subscribes(request) else request)


@fault("ctx-sub-description-lost", kills=("CTX-SUB-01",), beside=("CTX-SUB-16",))
def _description_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription loses its description when it is made."""
    return _made(request, proceed, lambda b: without(b, "description"))


@fault("ctx-sub-q-lost", kills=("CTX-SUB-01",), beside=("CTX-NOT-*", "CTX-SUB-09"))
def _q_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription loses its condition when it is made."""
    return _made(request, proceed, lambda b: without(b, "q"))


@fault("ctx-sub-place-lost", kills=("CTX-SUB-01",), beside=("CTX-NOT-*", "CTX-SUB-09"))
def _place_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription loses its place when it is made."""
    return _made(request, proceed, lambda b: without(b, "geoQ"))


@fault("ctx-sub-period-doubled", kills=("CTX-SUB-01",), beside=("CTX-NOT-14",))
def _period_doubled(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription tells in periods twice as long as it says."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        period = body.get("timeInterval")
        return {**body, "timeInterval": period * 2} if isinstance(period, int) else body

    return _made(request, proceed, change)


@fault("ctx-sub-format-lost", kills=("CTX-SUB-01",), beside=("CTX-NOT-*", "CTX-SUB-10"))
def _format_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription forgets the format of its notifications."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        return notifying(body, format=None) if isinstance(body.get("notification"), dict) else body

    return _made(request, proceed, change)


@fault("ctx-sub-no-location", kills=("CTX-SUB-01", "CTX-SUB-02"))
def _no_location(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A new subscription has no address."""
    response = proceed(request)
    return response.without_header("Location") if subscribes(request) else response


@fault("ctx-sub-address-elsewhere", kills=("CTX-SUB-02",))
def _address_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of a subscription without an identifier leads nowhere."""
    response, body = proceed(request), body_of(request)
    where = response.header("Location") if subscribes(request) else None
    if where is None or not isinstance(body, dict) or "id" in body:
        return response
    return response.with_header("Location", f"{where}0")


@fault("ctx-sub-made-twice", kills=("CTX-SUB-03",))
def _made_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription under a known identifier takes the place of the first."""
    response, body = proceed(request), body_of(request)
    if not subscribes(request) or response.status != 409 or not isinstance(body, dict):  # noqa: PLR2004
        return response
    path = f"{SUBSCRIPTIONS}/{body['id']}"
    proceed(replace(request, method="DELETE", path=path, raw_path=path))
    return proceed(request)


@fault("ctx-sub-begins-active", kills=("CTX-SUB-07",))
def _begins_active(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription that is made as not active is active."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        return without(body, "isActive") if body.get("isActive") is False else body

    return _made(request, proceed, change)


@fault("ctx-sub-status-believed", kills=("CTX-SUB-12",))
def _status_believed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription has the status that its client says."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "isActive": False} if body.get("status") == "paused" else body

    return _made(request, proceed, change)


@fault("ctx-sub-counts-believed", kills=("CTX-SUB-12",))
def _counts_believed(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A subscription has the counts and times of notifications that its client says."""
    response = proceed(request)
    if subscribes(request) and response.status == 201:  # noqa: PLR2004
        body = body_of(request)
        told = {k: v for k, v in body["notification"].items() if k in _COUNTS}
        if told and "id" in body:
            platform.memory[f"told of {body['id']}"] = told
    if not is_on_subscription(request, "GET") or response.status != 200:  # noqa: PLR2004
        return response
    shown = response.json()
    return response.with_json(notifying(shown, **platform.memory.get(f"told of {shown['id']}", {})))


_COUNTS: Final = ("timesSent", "timesFailed", "lastNotification", "lastSuccess")


def _without_pairs(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        told = body.get("notification")
        endpoint = told.get("endpoint") if isinstance(told, dict) else None
        if not isinstance(endpoint, dict):
            return body
        return notifying(body, endpoint=without(endpoint, name))

    return change


@fault("ctx-sub-receiver-info-lost", kills=("CTX-SUB-26",), beside=("CTX-NOT-*",))
def _receiver_info_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription forgets what the receiver of its notifications is to be told."""
    return _made(request, proceed, _without_pairs("receiverInfo"))


@fault("ctx-sub-notifier-info-lost", kills=("CTX-SUB-26",))
def _notifier_info_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription forgets what the sender of its notifications is to be told."""
    return _made(request, proceed, _without_pairs("notifierInfo"))


@fault("ctx-sub-first-selector", kills=("CTX-SUB-27",), beside=("CTX-NOT-*",))
def _first_selector(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription keeps the first of its selectors of entities."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        entities = body.get("entities")
        return {**body, "entities": entities[:1]} if isinstance(entities, list) else body

    return _made(request, proceed, change)


@fault("ctx-sub-types-by-name", kills=("CTX-SUB-27",), beside=("CTX-NOT-24",))
def _types_by_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The type of a selector is a short name, and an IRI is taken for one."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        entities = body.get("entities")
        if not isinstance(entities, list) or "@context" in body:
            return body
        return {**body, "entities": [_renamed(e) for e in entities]}

    return _made(request, proceed, change)


def _renamed(selector: Any) -> Any:
    kind = selector.get("type") if isinstance(selector, dict) else None
    is_iri = isinstance(kind, str) and "://" in kind
    return {**selector, "type": re.sub(r"\W", "_", str(kind))} if is_iri else selector
