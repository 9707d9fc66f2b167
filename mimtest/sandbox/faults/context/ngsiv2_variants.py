"""Permitted ways in which NGSI v2 brokers differ from the reference."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.ngsiv2_messages import (
    API,
    ATTRIBUTE,
    LIST,
    OK,
    SUBSCRIPTIONS,
    TYPES,
    VALUE,
    asks,
    has_option,
    is_v2,
    lists,
    refused,
    retrieves,
    told,
    with_param,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _gives_entities(request: Request) -> bool:
    return lists(request) or retrieves(request) or asks(request, "POST", f"{API}/op/query")


@fault("ctx-v2-variant-no-entry-point")
def _no_entry_point(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """There is no entry point, as in newer brokers."""
    response = proceed(request)
    if request.path != API or request.method not in ("GET", "HEAD"):
        return response
    body = {"error": "BadRequest", "description": "Service not found. Check your URL."}
    return response.with_status(400).with_json(body)


@fault("ctx-v2-variant-absolute-links")
def _absolute_links(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Addresses in Location and at the entry point are absolute."""
    response = proceed(request)
    if not is_v2(request):
        return response
    if request.path == API and request.method == "GET":
        return told(response, lambda b: {k: f"{request.base}{v}" for k, v in b.items()})
    where = response.header("Location")
    return response.with_header("Location", f"{request.base}{where}") if where else response


@fault("ctx-v2-variant-location-behind-a-gateway")
def _behind_a_gateway(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Addresses in Location do not know the path of the gateway, and have no type."""
    response = proceed(request)
    where = response.header("Location")
    if not is_v2(request) or not where:
        return response
    return response.with_header("Location", f"/broker{where.partition('?')[0]}")


@fault("ctx-v2-variant-other-descriptions")
def _other_descriptions(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Errors are described in other words and have further members."""
    response = proceed(request)
    if not is_v2(request) or not refused(response) or not response.body:
        return response
    body = {"error": response.json().get("error"), "description": "Geht nicht.", "trace": "7"}
    return response.with_json(body)


@fault("ctx-v2-variant-errors-without-description")
def _without_description(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Errors have no description."""
    response = proceed(request)
    if not is_v2(request) or not refused(response) or not response.body:
        return response
    return response.with_json({"error": response.json().get("error")})


@fault("ctx-v2-variant-charset-and-correlator")
def _charset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Media types say which charset the body has, and answers have a correlator."""
    response = proceed(request)
    kind = response.header("Content-Type")
    if not is_v2(request) or kind is None:
        return response
    charset = response.with_header("Content-Type", f"{kind}; charset=utf-8")
    return charset.with_header("Fiware-Correlator", "3f8e1e2c-0d2c-11e9-8eb2-f2801f1b9fd1")


@fault("ctx-v2-variant-more-metadata")
def _more_metadata(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Attributes that are created or updated get metadata of the broker, such as when it was."""
    response = proceed(request)
    whole = "options" not in request.params and "metadata" not in request.params
    if not is_v2(request) or not whole or response.status != OK or request.method == "HEAD":
        return response
    return told(response, lambda b: _stamped(b) if _has_attributes(request) else b)


def _has_attributes(request: Request) -> bool:
    below = asks(request, "GET", f"{LIST}/[^/]+/attrs(/[^/]+)?")
    return _gives_entities(request) or below


def _stamped(value: Any) -> Any:
    stamp = {"TimeInstant": {"type": "DateTime", "value": "2026-03-14T12:00:00.000Z"}}
    if isinstance(value, list):
        return [_stamped(v) for v in value]
    if not isinstance(value, dict):
        return value
    if {"type", "value", "metadata"} <= value.keys():
        return value | {"metadata": value["metadata"] | stamp}
    return {k: _stamped(v) for k, v in value.items()}


@fault("ctx-v2-variant-other-order-of-members")
def _other_order(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Members of entities come in another order, the type first."""
    response = proceed(request)
    if not _gives_entities(request) or has_option(request, "values"):
        return response
    return told(response, _reordered)


def _reordered(value: Any) -> Any:
    if isinstance(value, list):
        return [_reordered(v) for v in value]
    return dict(sorted(value.items(), reverse=True)) if isinstance(value, dict) else value


@fault("ctx-v2-variant-order-by-id")
def _order_by_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Entities come in the order of their ids where none is asked for."""
    plain = lists(request) and "orderBy" not in request.params
    return proceed(with_param(request, "orderBy", "id") if plain else request)


@fault("ctx-v2-variant-numbers-with-fraction")
def _with_fraction(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whole numbers are written with a fraction, such as 5200.0."""
    response = proceed(request)
    if not is_v2(request) or not _has_attributes(request):
        return response
    return told(response, _fractions)


def _fractions(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _fractions(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_fractions(v) for v in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@fault("ctx-v2-variant-200-for-changes")
def _200_for_changes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Changing an attribute or its value is answered with 200, as the text's examples say."""
    response = proceed(request)
    changed = asks(request, "PUT", ATTRIBUTE) or asks(request, "PUT", VALUE)
    return response.with_status(200) if changed and not refused(response) else response


@fault("ctx-v2-variant-update-of-unknown-not-found")
def _unknown_not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """PATCH of an attribute that is not there is answered with 404."""
    response = proceed(request)
    patch = asks(request, "PATCH", f"{LIST}/[^/]+/attrs")
    if not patch or response.status != 422:  # noqa: PLR2004
        return response
    return response.with_status(404).with_json({"error": "NotFound"})


@fault("ctx-v2-variant-subscription-with-more-members")
def _subscription_members(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Subscriptions have further members, and moments other digits."""
    response = proceed(request)
    if not asks(request, "GET", rf"{SUBSCRIPTIONS}(/[^/]+)?"):
        return response
    return told(
        response, lambda b: [_extended(s) for s in b] if isinstance(b, list) else _extended(b)
    )


def _extended(subscription: dict[str, Any]) -> dict[str, Any]:
    more = {"onlyChangedAttrs": False, "covered": False}
    notification = subscription["notification"] | more
    notification["http"] = notification.get("http", {}) | {"timeout": 0}
    expires = re.sub(r"\.\d+Z", "Z", subscription.get("expires", ""))
    subject = subscription["subject"]
    condition = subject.get("condition", {}) | {"notifyOnMetadataChange": True}
    return subscription | {
        "notification": notification,
        "expires": expires,
        "subject": subject | {"condition": condition},
    }


@fault("ctx-v2-variant-types-without-case")
def _types_without_case(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Names of types are in alphabetical order without regard to case."""
    response = proceed(request)
    named = asks(request, "GET", TYPES) and has_option(request, "values")
    return told(response, lambda b: sorted(b, key=str.lower)) if named else response


@fault("ctx-v2-variant-upsert-of-new-created")
def _upsert_created(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An upsert that makes an entity is answered with 201."""
    if not asks(request, "POST", LIST) or not has_option(request, "upsert"):
        return proceed(request)
    plain = replace(request, query="")
    created = proceed(plain)
    return created if created.status == 201 else proceed(request)  # noqa: PLR2004


@fault("ctx-v2-variant-misspelt-method-not-allowed")
def _misspelt(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The word of the error 405 is spelt as in the specification's text."""
    response = proceed(request)
    if not is_v2(request) or b"MethodNotAllowed" not in response.body:
        return response
    return response.with_body(response.body.replace(b"MethodNotAllowed", b"MethodNotAlowed"))


@fault("ctx-v2-variant-hundredths")
def _hundredths(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Dates of creation and modification have hundredths of a second, as older brokers write them."""
    response = proceed(request)
    if not is_v2(request) or "date" not in request.params.get("attrs", ""):
        return response
    return response.with_body(re.sub(rb"(:\d\d\.\d\d)\dZ", rb"\1Z", response.body))


@fault("ctx-v2-variant-no-places")
def _no_places(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries by place are not supported, and are answered so."""
    if not is_v2(request) or "georel" not in request.params:
        return proceed(request)
    return json_response({"error": "NotSupportedQuery", "description": "no places"}, 422)
