"""Ways to break replacing entities and merging into them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.contents import each_instance
from mimtest.sandbox.faults.context.creating import rewritten
from mimtest.sandbox.faults.context.messages import (
    ENTITIES,
    ENTITY,
    ERRORS,
    at_path,
    body_of,
    done,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Entity = dict[str, Any]
_NULL: Final = "urn:ngsi-ld:null"
_JSON: Final = {"accept": "application/json", "content-type": "application/json"}


def _on_entity(request: Request, method: str) -> Entity | None:
    """The body of a request of that method on one entity."""
    body = body_of(request) if request.method == method else None
    return body if isinstance(body, dict) and ENTITY.fullmatch(request.path) else None


def _stored(request: Request, proceed: Proceed) -> Entity | None:
    """The entity at the path, as it is."""
    asked = replace(request, method="GET", query="options=sysAttrs", body=b"", headers=_JSON)
    response = proceed(asked)
    return response.json() if response.status == 200 else None  # noqa: PLR2004


def _replacing(name: str, sentence: str, is_so: Callable[[Request, Entity], bool]) -> None:
    """Register a fault: a wrong replacement is confirmed."""

    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        new = _on_entity(request, "PUT")
        return done() if new is not None and is_so(request, new) else proceed(request)

    act.__doc__ = f"{sentence} is confirmed."
    fault(f"ctx-{name}-replaces", kills=("CTX-ENT-30",))(act)


_replacing(
    "null", "Replacing an entity by the marker for null", lambda _, new: _NULL in json.dumps(new)
)
_replacing(
    "another-id",
    "Replacing an entity by another one",
    lambda r, new: "id" in new and not r.path.endswith(new["id"]),
)
_replacing("no-type", "Replacing an entity by one of no type", lambda _, new: new.get("type") == "")


@fault("ctx-replacement-creates", kills=("CTX-ENT-30",))
def _creates_instead(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Replacing an entity that does not exist creates it."""
    response = proceed(request)
    if _on_entity(request, "PUT") is None or response.status != 404:  # noqa: PLR2004
        return response
    return proceed(replace(request, method="POST", path=ENTITIES, raw_path=ENTITIES))


@fault("ctx-refused-replacement-empties", kills=("CTX-ENT-30",), beside=("CTX-COM-29",))
def _empties(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A replacement that is refused leaves an entity without attributes."""
    response = proceed(request)
    if _on_entity(request, "PUT") is not None and response.status == 400:  # noqa: PLR2004
        old = _stored(request, proceed)
        if old is not None:
            proceed(rewritten(request, {k: old[k] for k in ("id", "type")}))
    return response


@fault("ctx-replacement-renews", kills=("CTX-ENT-29",), beside=("CTX-DIST-16",))
def _renews(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A replaced entity counts as created anew."""
    new = _on_entity(request, "PUT")
    old = None if new is None else _stored(request, proceed)
    response = proceed(request)
    if new is None or old is None or response.status != 204:  # noqa: PLR2004
        return response
    proceed(replace(request, method="DELETE", body=b""))
    whole = rewritten(request, {**new, "id": old["id"], "type": new.get("type", old["type"])})
    proceed(replace(whole, method="POST", path=ENTITIES, raw_path=ENTITIES))
    return response


@fault(
    "ctx-merge-overwrites",
    kills=("CTX-ENT-31",),
    beside=(
        "CTX-ENT-3?",
        "CTX-DIST-16",
    ),
)
def _overwrites(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A merge overwrites the attributes it names as a whole."""
    response = proceed(request)
    if _on_entity(request, "PATCH") is not None and not request.query:
        proceed(at_path(request, f"{request.path}/attrs", request.body.decode()))
    return response


@fault("ctx-merge-adds-nothing", kills=("CTX-ENT-31",))
def _adds_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A merge leaves attributes out that the entity does not have."""
    part = _on_entity(request, "PATCH")
    old = None if part is None else _stored(request, proceed)
    if part is None or old is None:
        return proceed(request)
    return proceed(rewritten(request, {k: v for k, v in part.items() if k in old}))


@fault("ctx-merge-is-shallow", kills=("CTX-ENT-31",), beside=("CTX-ENT-32",))
def _is_shallow(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A merge overwrites values that are objects as a whole."""
    part = _on_entity(request, "PATCH")
    response = proceed(request)
    for name, held in (part or {}).items():
        if isinstance(held, dict) and isinstance(held.get("value"), dict):
            body = json.dumps({"value": held["value"]})
            proceed(at_path(request, f"{request.path}/attrs/{name}", body))
    return response


def _without_nulls(name: str, sentence: str, strip: Callable[[Entity], Entity]) -> None:
    """Register a fault: some places of the marker for null are passed over."""

    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        part = _on_entity(request, "PATCH")
        return proceed(request if part is None else rewritten(request, strip(part)))

    act.__doc__ = f"A merge passes the marker for null over {sentence}."
    fault(f"ctx-null-in-{name}-ignored", kills=("CTX-ENT-32",))(act)


def _is_null(held: Any) -> bool:
    return isinstance(held, dict) and _NULL in (held.get("value"), held.get("object"))


def _members(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {n: _members(v) for n, v in value.items() if v != _NULL}


_without_nulls(
    "attribute",
    "that stands for a whole attribute",
    lambda part: {n: h for n, h in part.items() if not _is_null(h)},
)
_without_nulls(
    "part",
    "that stands for a part of an attribute",
    each_instance(lambda item: {n: h for n, h in item.items() if not _is_null(h)}),
)
_without_nulls(
    "member",
    "that stands for a member of a value",
    each_instance(
        lambda i: i | {"value": _members(i["value"])} if isinstance(i.get("value"), dict) else i
    ),
)
_without_nulls(
    "language",
    "that stands for a language",
    each_instance(
        lambda i: i | {"languageMap": _members(i["languageMap"])} if "languageMap" in i else i
    ),
)


@fault("ctx-merge-makes-properties", kills=("CTX-ENT-33",))
def _makes_properties(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Bare values that are merged make properties of relationships."""
    part = _on_entity(request, "PATCH")
    response = proceed(request)
    if part is not None and "keyValues" in request.query:
        for name in (n for n, v in part.items() if str(v).startswith("urn:")):
            body = json.dumps({name: {"type": "Property", "value": part[name]}})
            below = at_path(request, f"{request.path}/attrs", body)
            proceed(replace(below, method="POST", query=""))
    return response


def _parameter(name: str, sentence: str) -> None:
    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        merges = _on_entity(request, "PATCH") is not None and name in request.params
        return proceed(without_params(request, name) if merges else request)

    act.__doc__ = sentence
    fault(f"ctx-merge-without-{name.lower()}", kills=("CTX-ENT-33",))(act)


_parameter("lang", "A merge does not heed which language a text is in.")
_parameter("observedAt", "A merge does not heed when its values were observed.")


@fault("ctx-merge-into-nothing", kills=("CTX-ENT-34",))
def _into_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A merge into an entity that does not exist is confirmed."""
    response = proceed(request)
    unknown = _on_entity(request, "PATCH") is not None and response.status == 404  # noqa: PLR2004
    return done() if unknown else response


@fault("ctx-merge-of-nothing-empties", kills=("CTX-ENT-34",))
def _of_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A merge of an empty object removes all attributes."""
    old = _stored(request, proceed) if _on_entity(request, "PATCH") == {} else None
    if old is None:
        return proceed(request)
    return proceed(replace(rewritten(request, {"type": old["type"]}), method="PUT"))


@fault("ctx-cut-merge-is-bad-data", kills=("CTX-ENT-34",))
def _cut_merge(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A merge that is not JSON is called bad data instead of an invalid request."""
    response = proceed(request)
    merges = request.method == "PATCH" and ENTITY.fullmatch(request.path)
    if merges and response.status == 400 and body_of(request) is None:  # noqa: PLR2004
        return response.with_json(response.json() | {"type": f"{ERRORS}BadRequestData"})
    return response


@fault("ctx-merge-sets-types", kills=("CTX-ENT-35",))
def _sets_types(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A merge takes the types away that it does not name."""
    part = _on_entity(request, "PATCH")
    response = proceed(request)
    old = _stored(request, proceed) if part and "type" in part else None
    if part is not None and old is not None:
        new = {k: v for k, v in old.items() if k not in ("createdAt", "modifiedAt")}
        whole = replace(request, headers={**request.headers, **_JSON})
        proceed(replace(rewritten(whole, new | {"type": part["type"]}), method="PUT"))
    return response
