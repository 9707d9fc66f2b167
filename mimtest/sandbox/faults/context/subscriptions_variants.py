"""Permitted ways to differ in how subscriptions are made, given out, changed and ended."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from mimtest.sandbox.faults.context.messages import body_of, changed, done, refusal, with_params
from mimtest.sandbox.faults.context.subscriptions import (
    SUBSCRIPTIONS,
    is_on_subscription,
    lists_subscriptions,
    notifying,
    subscribes,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_REFUSED: Final = 400
#: The largest page, and how many looks at smaller ones meet a change.
_ALL: Final = 100
_LOOKS: Final = 16
_OK: Final = 200
_TOLD: Final = ("timesSent", "timesFailed", "lastNotification", "lastSuccess")


def _each(
    request: Request, response: Response, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> Response:
    """What is read of subscriptions, each of them changed."""
    if lists_subscriptions(request):
        return changed(response, lambda found: [change(s) for s in found])
    return changed(response, change) if is_on_subscription(request, "GET") else response


@fault("ctx-variant-sub-absolute-location")
def _absolute_location(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of a new subscription is absolute."""
    response = proceed(request)
    where = response.header("Location") if subscribes(request) else None
    return response.with_header("Location", f"{request.base}{where}") if where else response


@fault("ctx-variant-sub-told-by-clients-refused")
def _told_by_clients_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription with members that only the broker tells is refused."""
    body = body_of(request) if subscribes(request) else None
    if not isinstance(body, dict):
        return proceed(request)
    told = body.get("notification")
    told = told if isinstance(told, dict) else {}
    wrong = "status" in body or any(name in told for name in _TOLD)
    return refusal(_REFUSED, "BadRequestData") if wrong else proceed(request)


@fault("ctx-variant-sub-hidden-values")
def _hidden_values(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Stars stand for what the receiver of notifications is told."""

    def hidden(shown: dict[str, Any]) -> dict[str, Any]:
        endpoint = shown["notification"]["endpoint"]
        pairs = [{**p, "value": "*****"} for p in endpoint.get("receiverInfo", ())]
        return notifying(shown, endpoint={**endpoint, "receiverInfo": pairs}) if pairs else shown

    return _each(request, proceed(request), hidden)


@fault("ctx-variant-sub-no-uri-not-found")
def _no_uri_not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription asked for by an identifier that is no URI is not found."""
    response = proceed(request)
    odd = is_on_subscription(request, "GET") and response.status == _REFUSED
    return refusal(404, "ResourceNotFound") if odd else response


@fault("ctx-variant-sub-names-stay-quietly")
def _names_stay_quietly(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change of the identifier or type of a subscription is ignored."""
    body = body_of(request) if is_on_subscription(request, "PATCH") else None
    named = isinstance(body, dict) and bool({"id", "type"} & {*body})
    return done() if named else proceed(request)


@fault("ctx-variant-sub-removed-at-its-end")
def _removed_at_its_end(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription that has expired is not there any more."""
    response = proceed(request)
    if lists_subscriptions(request):
        return changed(response, lambda found: [s for s in found if s["status"] != "expired"])
    over = is_on_subscription(request, "GET") and response.status == _OK
    is_gone = over and response.json()["status"] == "expired"
    return refusal(404, "ResourceNotFound") if is_gone else response


@fault("ctx-variant-sub-defaults-shown")
def _defaults_shown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription is given out with what holds where its client said nothing."""

    def whole(shown: dict[str, Any]) -> dict[str, Any]:
        told = {"format": "normalized", "sysAttrs": False, "timesSent": 0, "timesFailed": 0}
        triggers = ["attributeCreated", "attributeUpdated"]
        defaults = {"isActive": True, "notificationTrigger": triggers, "origin": "cache"}
        known = {**told, **shown["notification"]}
        return {**defaults, **shown, "notification": known}

    return _each(request, proceed(request), whole)


@fault("ctx-variant-sub-written-otherwise")
def _written_otherwise(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Conditions come back with spaces, coordinates as a text, times with a fraction, one name alone."""

    def otherwise(shown: dict[str, Any]) -> dict[str, Any]:
        result = dict(shown)
        if "q" in shown:
            result["q"] = shown["q"].replace(">", " > ")
        if "geoQ" in shown:
            coordinates = json.dumps(shown["geoQ"]["coordinates"])
            result["geoQ"] = {**shown["geoQ"], "coordinates": coordinates}
        if "expiresAt" in shown:
            result["expiresAt"] = shown["expiresAt"].replace("Z", ".000Z")
        watched = shown.get("watchedAttributes", [])
        return result | ({"watchedAttributes": watched[0]} if len(watched) == 1 else {})

    return _each(request, proceed(request), otherwise)


@fault("ctx-variant-sub-condition-invalid")
def _condition_invalid(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A condition of a subscription that cannot be read is called an invalid request."""
    response, body = proceed(request), body_of(request)
    if not subscribes(request) or response.status != _REFUSED or not isinstance(body, dict):
        return response
    about = {"q", "geoQ", "scopeQ"} & {*body}
    return refusal(_REFUSED, "InvalidRequest") if about else response


@fault("ctx-variant-sub-newest-first")
def _newest_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The subscriptions of a page come in another order."""
    response = proceed(request)
    return changed(response, lambda s: s[::-1]) if lists_subscriptions(request) else response


@fault("ctx-variant-sub-context-unavailable")
def _context_unavailable(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A @context for notifications that cannot be had, or is none, is not available: 503."""
    response, body = proceed(request), body_of(request)
    named = request.path == SUBSCRIPTIONS and isinstance(body, dict) and "jsonldContext" in body
    refused = named and response.status in (_REFUSED, 504)
    return refusal(503, "LdContextNotAvailable") if refused else response


@fault("ctx-variant-sub-others-come-and-go")
def _others_come_and_go(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """While pages are read, one subscription of others ends and another is made: so many as before."""
    if not lists_subscriptions(request):
        return proceed(request)
    if int(request.params.get("limit", "100")) >= _ALL:
        other = f"urn:ngsi-ld:Subscription:{uuid4()}"
        about = {
            "type": "Subscription",
            "notification": {"endpoint": {"uri": "http://127.0.0.1:1"}},
        }
        return changed(proceed(request), lambda found: [*found, {"id": other, **about}])
    looks = platform.memory["looks at pages"] = platform.memory.get("looks at pages", 0) + 1
    if looks > _LOOKS or looks % 2 == 0 or "offset" not in request.params:
        return proceed(request)
    return proceed(with_params(request, lambda p: p | {"offset": str(int(p["offset"]) + 1)}))
