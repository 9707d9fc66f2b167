"""Ways to break creating and deleting entities on NGSI v2."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import body_of
from mimtest.sandbox.faults.context.ngsiv2_messages import (
    ATTRS,
    ENTITY,
    LIST,
    asks,
    each_attribute,
    edited,
    has_option,
    refused,
    retrieves,
    told,
    with_header,
    with_json,
    without_option,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _creates(request: Request) -> bool:
    return asks(request, "POST", LIST)


def _as(request: Request, method: str, path: str | None = None) -> Request:
    """The same request by another method, or at another path."""
    there = path or request.path
    return replace(request, method=method, path=there, raw_path=there)


def _done() -> Response:
    return Response(204)


@fault("ctx-v2-created-without-location", kills=("CTX-V2-65",))
def _without_location(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of a created entity is not told."""
    response = proceed(request)
    return response.without_header("Location") if _creates(request) else response


@fault("ctx-v2-thing-without-type", kills=("CTX-V2-66",))
def _without_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity that is sent without a type is of another than Thing."""
    untyped = _creates(request) and "type" not in (body_of(request) or {"type": ""})
    return proceed(edited(request, lambda b: b | {"type": "Entity"}) if untyped else request)


@fault("ctx-v2-numbers-untyped", kills=("CTX-V2-66",))
def _numbers_untyped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A value that is sent without a type has none of the types for its kind."""
    untyped = _creates(request) and "Untyped" in str(body_of(request))
    return proceed(
        edited(request, lambda b: each_attribute(b, lambda a: {"type": "Text"} | a))
        if untyped
        else request
    )


@fault("ctx-v2-second-creation-updates", kills=("CTX-V2-67",))
def _second_updates(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A second creation is confirmed, and updates the entity."""
    response = proceed(request)
    if not _creates(request) or response.status != 422:  # noqa: PLR2004
        return response
    return proceed(request.with_query("options=upsert")).with_status(201)


@fault("ctx-v2-upsert-changes-nothing", kills=("CTX-V2-68",))
def _upsert_changes_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An upsert of an entity that is there is confirmed and has no effect."""
    if not _creates(request) or not has_option(request, "upsert"):
        return proceed(request)
    response = proceed(without_option(request, "upsert"))
    return _done() if response.status == 422 else response  # noqa: PLR2004


@fault("ctx-v2-key-values-are-text", kills=("CTX-V2-69",))
def _key_values_are_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Numbers sent as keyValues are kept as text."""
    simple = _creates(request) and has_option(request, "keyValues")
    return proceed(edited(request, lambda b: each_attribute(b, _as_text)) if simple else request)


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) else value


def _kept_as(request: Request, change: Callable[[Any], Any]) -> Request:
    """A creation with changed values of the attribute `held`."""
    body = body_of(request) if _creates(request) else None
    if not isinstance(body, dict) or "held" not in body:
        return request
    return with_json(
        request, body | {"held": body["held"] | {"value": change(body["held"]["value"])}}
    )


@fault("ctx-v2-empty-arrays-are-null", kills=("CTX-V2-70",))
def _empty_is_null(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An empty array is kept as null."""
    return proceed(_kept_as(request, lambda v: None if v == [] else v))


@fault("ctx-v2-letters-lost", kills=("CTX-V2-70",))
def _letters_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Letters outside of ASCII become question marks."""
    plain = lambda v: v.encode("ascii", "replace").decode() if isinstance(v, str) else v  # noqa: E731
    return proceed(_kept_as(request, plain))


@fault("ctx-v2-numbers-rounded", kills=("CTX-V2-70",))
def _rounded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Fractions are rounded to whole numbers."""
    whole = lambda v: round(v) if isinstance(v, float) else v  # noqa: E731
    return proceed(_kept_as(request, whole))


@fault("ctx-v2-true-is-text", kills=("CTX-V2-70",))
def _true_is_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Truth is kept as a text."""
    return proceed(_kept_as(request, lambda v: json.dumps(v) if isinstance(v, bool) else v))


@fault("ctx-v2-deleted-twice", kills=("CTX-V2-71",))
def _deleted_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting an entity that is not there is confirmed."""
    response = proceed(request)
    again = asks(request, "DELETE", ENTITY) and refused(response)
    return _done() if again else response


@fault("ctx-v2-any-id-taken", kills=("CTX-V2-72",))
def _any_id_taken(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity with a space in its identifier is confirmed as created."""
    body = body_of(request) if _creates(request) else None
    odd = isinstance(body, dict) and " " in str(body.get("id"))
    return Response(201) if odd else proceed(request)


@fault("ctx-v2-odd-letters-replaced", kills=("CTX-V2-72",))
def _odd_replaced(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Characters that an identifier cannot have are replaced."""
    body = body_of(request) if _creates(request) else None
    if not isinstance(body, dict) or not isinstance(body.get("id"), str):
        return proceed(request)
    return proceed(with_json(request, body | {"id": re.sub(r"[&?/#]", "_", body["id"])}))


@fault("ctx-v2-reserved-name-taken", kills=("CTX-V2-72",))
def _reserved_taken(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute with a name that means something else is left out."""
    reserved = _creates(request) and b'"geo:distance"' in request.body
    if reserved:
        return proceed(edited(request, lambda b: {k: v for k, v in b.items() if ":" not in k}))
    return proceed(request)


@fault("ctx-v2-no-json-is-bad-request", kills=("CTX-V2-73",))
def _no_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body that is no JSON is called a bad request."""
    response = proceed(request)
    if not _creates(request) or b"ParseError" not in response.body:
        return response
    return response.with_json(response.json() | {"error": "BadRequest"})


@fault("ctx-v2-any-media-type-taken", kills=("CTX-V2-74",))
def _any_media_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever the media type of attributes is, they are read as JSON."""
    if asks(request, "POST", ATTRS):
        return proceed(with_header(request, "content-type", "application/json"))
    return proceed(request)


@fault("ctx-v2-first-of-two-types", kills=("CTX-V2-75",))
def _first_of_two(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of two entities with an id the first is given."""
    response = proceed(request)
    if not retrieves(request) or response.status != 409:  # noqa: PLR2004
        return response
    own = request.path.rpartition("/")[2]
    found = proceed(replace(_as(request, "GET", LIST), query=f"id={own}"))
    return told(found, lambda b: b[0])
