"""The API described in OpenAPI 3.1, made of the routes themselves."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from mimtest.sandbox.http import Response, json_response
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.negotiation import GEO_JSON, JSON, LD_JSON
from mimtest.sandbox.ngsild.pages import PREFIX
from mimtest.sandbox.ngsild.router import Operation, Routes

PATH: Final = ("openapi.json",)
_VARIABLES: Final = {
    "entities": "entityId",
    "attrs": "attrId",
    "types": "type",
    "subscriptions": "subscriptionId",
    "csourceRegistrations": "registrationId",
    "csourceSubscriptions": "subscriptionId",
    "attributes": "attrId",
    "jsonldContexts": "contextId",
    "entityMaps": "entityMapId",
    "snapshots": "snapshotId",
    "*": "instanceId",
}
_LISTS: Final = (
    "entities",
    "types",
    "attributes",
    "subscriptions",
    "csourceRegistrations",
    "csourceSubscriptions",
)
_ERROR: Final = {"$ref": "#/components/schemas/problem"}
_PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def describing(routes: Routes, version: str) -> Operation:
    """The operation that gives the description of these routes."""

    def show(call: Call) -> Response:
        first = next(iter(call.store.all()), None)
        base = f"{call.request.base}{PREFIX}"
        return json_response(_document(routes, version, base, _examples(first)))

    return Operation(show)


def _examples(entity: Entity | None) -> dict[str, Any]:
    """Values to try, by the name of the parameter: those of an entity that is there."""
    always = {"limit": 5, "timerel": "after", "timeAt": "2020-01-01T00:00:00Z"}
    if entity is None:
        return always
    attribute = next(iter(entity.attributes), "")
    return {"entityId": entity.id, "type": entity.types[0], "attrId": attribute, **always}


def _document(
    routes: Routes, version: str, base: str, examples: Mapping[str, Any]
) -> dict[str, Any]:
    paths = {}
    for pattern, methods in routes.items():
        path, variables = _path(pattern)
        several = pattern[-1] in _LISTS
        paths[path] = {
            m.lower(): _operation(m, o, variables, examples, several=several)
            for m, o in methods.items()
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Exampleton city platform: NGSI-LD API", "version": version},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"schemas": {"problem": _PROBLEM}},
    }


def _path(pattern: tuple[str, ...]) -> tuple[str, list[str]]:
    """The path of a route with its variables in braces, and their names."""
    names = [_VARIABLES[before] for before, s in pairwise(pattern) if s == "*"]
    left = iter(names)
    parts = [f"{{{next(left)}}}" if s == "*" else s for s in pattern]
    return f"/{'/'.join(parts)}", names


def _operation(
    method: str,
    operation: Operation,
    variables: list[str],
    examples: Mapping[str, Any],
    *,
    several: bool,
) -> dict[str, Any]:
    named = [(v, "path") for v in variables]
    named += [(p, "query") for p in sorted(operation.params - set(variables))]
    summary = (operation.act.__doc__ or "").partition("\n")[0]
    made: dict[str, Any] = {
        "operationId": operation.act.__name__,
        "summary": summary,
        "parameters": [_parameter(n, place, examples) for n, place in named],
        "responses": {
            **_success(method, operation, summary, several=several),
            "default": {"description": "It is refused", "content": {JSON: {"schema": _ERROR}}},
        },
    }
    if method in ("POST", "PUT", "PATCH"):
        made["requestBody"] = {"required": True, "content": {JSON: {}, LD_JSON: {}}}
    return made


def _success(
    method: str, operation: Operation, summary: str, *, several: bool
) -> dict[str, dict[str, Any]]:
    if method != "GET":
        return {"2XX": {"description": summary}}
    types = [JSON, LD_JSON, *([GEO_JSON] if "geometryProperty" in operation.params else [])]
    plain = {"schema": {"type": ["array", "object"] if several else "object"}}
    status = "201" if operation.makes else "200"
    return {status: {"description": summary, "content": dict.fromkeys(types, plain)}}


def _parameter(name: str, place: str, examples: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": name,
        "in": place,
        "required": place == "path",
        "schema": {"type": "integer" if name in ("limit", "offset") else "string"},
    }
    return found | {"example": examples[name]} if name in examples else found
