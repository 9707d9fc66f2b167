"""Ways to break batches, subscriptions, services and service paths of NGSI v2."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import body_of
from mimtest.sandbox.faults.context.ngsiv2_messages import (
    API,
    LIST,
    SUBSCRIPTIONS,
    asks,
    edited,
    is_v2,
    refused,
    told,
    with_header,
    with_json,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_ONE = rf"{SUBSCRIPTIONS}/[^/]+"


def _action(request: Request) -> Any:
    """The action of a batch; None for anything else."""
    body = body_of(request) if asks(request, "POST", f"{API}/op/update") else None
    return body.get("actionType") if isinstance(body, dict) else None


def _with_action(request: Request, action: str) -> Request:
    return edited(request, lambda b: b | {"actionType": action})


@fault("ctx-v2-batch-forgets-the-last", kills=("CTX-V2-90",), beside=("CTX-V2-9?",))
def _forgets_the_last(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of a batch of several entities the last is forgotten."""
    if not _action(request) or len(body_of(request)["entities"]) < 2:  # noqa: PLR2004
        return proceed(request)
    return proceed(edited(request, lambda b: b | {"entities": b["entities"][:-1]}))


@fault("ctx-v2-batch-update-replaces", kills=("CTX-V2-91",))
def _update_replaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch that updates replaces all attributes."""
    update = _action(request) == "update"
    return proceed(_with_action(request, "replace") if update else request)


@fault("ctx-v2-batch-replace-updates", kills=("CTX-V2-91",))
def _replace_updates(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch that replaces leaves the other attributes."""
    replaces = _action(request) == "replace"
    return proceed(_with_action(request, "update") if replaces else request)


@fault("ctx-v2-batch-deletes-attributes-only", kills=("CTX-V2-92",))
def _deletes_attributes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch deletes attributes, but no entities."""
    if _action(request) != "delete":
        return proceed(request)
    return proceed(
        edited(request, lambda b: b | {"entities": [e for e in b["entities"] if len(e) > 2]})  # noqa: PLR2004
    )


@fault("ctx-v2-batch-of-any-action", kills=("CTX-V2-93",))
def _any_action(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch of an unknown action is confirmed."""
    return Response(204) if _action(request) == "besides" else proceed(request)


@fault("ctx-v2-batch-append-is-not-strict", kills=("CTX-V2-93",))
def _not_strict(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A batch that appends strictly updates attributes that are there."""
    strict = _action(request) == "appendStrict"
    return proceed(_with_action(request, "append") if strict else request)


# Subscriptions


@fault("ctx-v2-subscription-without-expression", kills=("CTX-V2-94",), beside=("CTX-V2-9?",))
def _without_expression(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The expression of a subscription's condition is lost."""
    if not asks(request, "POST", SUBSCRIPTIONS) or b'"expression"' not in request.body:
        return proceed(request)
    body = body_of(request)
    subject = body.get("subject", {})
    condition = {k: v for k, v in subject.get("condition", {}).items() if k != "expression"}
    return proceed(with_json(request, body | {"subject": subject | {"condition": condition}}))


@fault("ctx-v2-subscription-without-location", kills=("CTX-V2-94",), beside=("CTX-V2-102",))
def _without_location(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of a subscription is not told."""
    response = proceed(request)
    if not asks(request, "POST", SUBSCRIPTIONS) or refused(response):
        return response
    return response.without_header("Location")


@fault("ctx-v2-subscriptions-unlisted", kills=("CTX-V2-95",))
def _unlisted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of subscriptions lacks the newest."""
    response = proceed(request)
    listed = asks(request, "GET", SUBSCRIPTIONS)
    return told(response, lambda b: b[:-1]) if listed else response


@fault("ctx-v2-subscriptions-uncounted", kills=("CTX-V2-95",))
def _uncounted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """How many subscriptions there are is not told."""
    response = proceed(request)
    listed = asks(request, "GET", SUBSCRIPTIONS)
    return response.without_header("Fiware-Total-Count") if listed else response


@fault("ctx-v2-subscription-unchanged", kills=("CTX-V2-96",))
def _unchanged(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change of a subscription is confirmed without effect."""
    response = proceed(with_json(request, {}) if asks(request, "PATCH", _ONE) else request)
    return response if refused(response) or not asks(request, "PATCH", _ONE) else Response(204)


@fault("ctx-v2-subscription-changed-too-much", kills=("CTX-V2-96",))
def _changed_too_much(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change of a subscription sets what it does not send back to nothing."""
    if not asks(request, "PATCH", _ONE):
        return proceed(request)
    return proceed(edited(request, lambda b: {"throttling": 0, "description": ""} | b))


@fault("ctx-v2-subscription-cancelled-in-vain", kills=("CTX-V2-97",))
def _cancelled_in_vain(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A cancellation that comes a second time is confirmed."""
    response = proceed(request)
    again = asks(request, "DELETE", _ONE) and refused(response)
    return Response(204) if again else response


@fault("ctx-v2-any-subscription-taken", kills=("CTX-V2-98",))
def _any_subscription(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A subscription with an unknown format is taken."""
    if asks(request, "POST", SUBSCRIPTIONS) and b'"attrsFormat":"besides"' in request.body:
        plain = {"http": {"url": "http://mimtest.invalid/notify"}}
        return proceed(edited(request, lambda b: b | {"notification": plain}))
    return proceed(request)


# Services and service paths


@fault("ctx-v2-one-service-for-all", kills=("CTX-V2-99",))
def _one_service(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities are those of the default service, whatever the request says."""
    there = request.path.startswith(LIST)
    return proceed(with_header(request, "fiware-service", None) if there else request)


@fault("ctx-v2-subscriptions-of-all-services", kills=("CTX-V2-102",))
def _subscriptions_of_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Subscriptions are those of the default service, whatever the request says."""
    there = request.path.startswith(SUBSCRIPTIONS)
    return proceed(with_header(request, "fiware-service", None) if there else request)


def _path_of(request: Request) -> str:
    """The service path of a list of entities; empty for anything else."""
    named = asks(request, "GET", LIST) and is_v2(request)
    return request.headers.get("fiware-servicepath", "") if named else ""


@fault("ctx-v2-service-path-includes-below", kills=("CTX-V2-100",))
def _includes_below(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A service path includes what is below it without being asked to."""
    path = _path_of(request)
    plain = path.startswith("/mt") and "#" not in path and "," not in path
    return proceed(with_header(request, "fiware-servicepath", f"{path}/#") if plain else request)


@fault("ctx-v2-service-path-without-below", kills=("CTX-V2-100",))
def _without_below(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A service path with # has only what is in the path itself."""
    path = _path_of(request)
    below = path.startswith("/mt") and path.endswith("/#")
    return proceed(
        with_header(request, "fiware-servicepath", path.removesuffix("/#")) if below else request
    )


@fault("ctx-v2-any-service-path", kills=("CTX-V2-101",))
def _any_service_path(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A malformed service path is left out."""
    response = proceed(request)
    bad = _path_of(request) and refused(response)
    return proceed(with_header(request, "fiware-servicepath", None)) if bad else response
