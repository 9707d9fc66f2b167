"""Ways to break changing the attributes of entities on NGSI v2."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.context.messages import body_of
from mimtest.sandbox.faults.context.ngsiv2_messages import (
    ATTRIBUTE,
    ATTRS,
    LIST,
    VALUE,
    asks,
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


def _as(request: Request, method: str, path: str | None = None) -> Request:
    """The same request by another method, or at another path."""
    there = path or request.path
    return replace(request, method=method, path=there, raw_path=there)


def _done() -> Response:
    return Response(204)


# Attributes


def _on_attributes(request: Request, method: str) -> bool:
    return asks(request, method, ATTRS)


@fault("ctx-v2-post-replaces", kills=("CTX-V2-76",), beside=("CTX-V2-74", "CTX-V2-8?"))
def _post_replaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Attributes that are posted replace all others."""
    plain = _on_attributes(request, "POST") and not has_option(request, "append")
    return proceed(_as(request, "PUT") if plain else request)


@fault("ctx-v2-post-adds-nothing", kills=("CTX-V2-76",))
def _post_adds_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Attributes that are posted and not there are left out."""
    plain = _on_attributes(request, "POST") and not has_option(request, "append")
    if plain and set(body_of(request) or ()) == {"label", "added"}:
        return proceed(edited(request, lambda b: {"label": b["label"]}))
    return proceed(request)


@fault("ctx-v2-append-is-not-strict", kills=("CTX-V2-77",))
def _not_strict(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """With append attributes that are there are updated."""
    strict = _on_attributes(request, "POST") and has_option(request, "append")
    return proceed(without_option(request, "append") if strict else request)


@fault("ctx-v2-patch-replaces", kills=("CTX-V2-78",))
def _patch_replaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """PATCH leaves only the attributes that are sent."""
    response = proceed(request)
    ours = _on_attributes(request, "PATCH") and not refused(response)
    return proceed(_as(request, "PUT")) if ours and b"changed" in request.body else response


@fault("ctx-v2-patch-appends", kills=("CTX-V2-79",))
def _patch_appends(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """PATCH adds attributes that are not there."""
    return proceed(_as(request, "POST") if _on_attributes(request, "PATCH") else request)


@fault("ctx-v2-put-appends", kills=("CTX-V2-80",), beside=("CTX-V2-81",))
def _put_appends(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """PUT leaves the attributes that are not sent."""
    return proceed(_as(request, "POST") if _on_attributes(request, "PUT") else request)


@fault("ctx-v2-key-values-in-capitals", kills=("CTX-V2-81",))
def _in_capitals(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """PATCH with keyValues keeps other values than those sent."""
    simple = _on_attributes(request, "PATCH") and has_option(request, "keyValues")
    return proceed(
        edited(request, lambda b: {k: str(v).upper() for k, v in b.items()}) if simple else request
    )


@fault("ctx-v2-id-among-attributes-ignored", kills=("CTX-V2-82",))
def _id_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An id or type among attributes is left out."""
    body = body_of(request) if re.fullmatch(ATTRS, request.path) else None
    if isinstance(body, dict) and {"id", "type"} & set(body):
        kept = {k: v for k, v in body.items() if k not in ("id", "type")}
        return proceed(with_json(request, kept))
    return proceed(request)


@fault("ctx-v2-attribute-keeps-its-type", kills=("CTX-V2-83",))
def _keeps_its_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute keeps its type when it is replaced."""
    level = asks(request, "PUT", ATTRIBUTE) and "temperature" in request.path
    return proceed(edited(request, lambda b: b | {"type": "Number"}) if level else request)


@fault("ctx-v2-value-drops-metadata", kills=("CTX-V2-84",))
def _drops_metadata(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute has no metadata any more when its value is replaced by an object."""
    if not asks(request, "PUT", VALUE) or not request.body.startswith(b"{"):
        return proceed(request)
    there = request.path.removesuffix("/value")
    return proceed(with_json(_as(request, "PUT", there), {"value": body_of(request)}))


@fault("ctx-v2-text-stays-text", kills=("CTX-V2-84",))
def _text_stays_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A number sent as text is kept as a text."""
    if asks(request, "PUT", VALUE) and request.body == b"7.5":
        quoted = with_header(request, "content-length", "5")
        return proceed(quoted.with_body(b'"7.5"'))
    return proceed(request)


@fault("ctx-v2-any-text-is-a-value", kills=("CTX-V2-85",))
def _any_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A text without quotes is kept as it is."""
    response = proceed(request)
    if not asks(request, "PUT", VALUE) or not refused(response):
        return response
    return proceed(request.with_body(b'"' + request.body.strip(b'"') + b'"'))


@fault("ctx-v2-removal-without-effect", kills=("CTX-V2-86",))
def _removal_without_effect(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Removing an attribute is confirmed, and it stays."""
    if not asks(request, "DELETE", ATTRIBUTE):
        return proceed(request)
    found = proceed(_as(request, "GET"))
    return found if refused(found) else _done()


@fault("ctx-v2-attributes-of-nothing", kills=("CTX-V2-87",))
def _attributes_of_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Attributes of an entity that is not there make one."""
    response = proceed(request)
    if not _on_attributes(request, "POST") or response.status != 404:  # noqa: PLR2004
        return response
    own = request.path.split("/")[3]
    return proceed(
        with_json(_as(request, "POST", LIST), {"id": own} | body_of(request))
    ).with_status(204)


@fault("ctx-v2-modified-when-created", kills=("CTX-V2-88",))
def _modified_when_created(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The date of modification stays that of creation."""
    response = proceed(request)
    if not retrieves(request) or "dateModified" not in request.params.get("attrs", ""):
        return response
    return told(response, lambda b: b | {"dateModified": b.get("dateCreated")})
