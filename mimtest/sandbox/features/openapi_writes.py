"""What the API definition says of adding, replacing, changing and removing features."""

from collections.abc import Mapping
from typing import Any, Final

from mimtest.sandbox.features.links import GEOJSON, JSON
from mimtest.sandbox.features.writes import MERGE_PATCH

_FEATURE: Final = {"schema": {"$ref": "#/components/schemas/newFeature"}}
_PATCH: Final = {"schema": {"type": "object"}}
_REFUSED: Final = {"$ref": "#/components/responses/BadRequest"}
_MISSING: Final = {"$ref": "#/components/responses/NotFound"}
_WHICH: Final[Mapping[str, Any]] = {"$ref": "#/components/parameters/featureId"}
_SYSTEM: Final[Mapping[str, Any]] = {
    "name": "Content-Crs",
    "in": "header",
    "required": False,
    "description": "The reference system of the positions sent, a URI in angle brackets.",
    "schema": {"type": "string"},
}
_IF_MATCH: Final[Mapping[str, Any]] = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "Only if the feature still has this entity tag.",
    "schema": {"type": "string"},
}
_DONE: Final = {
    "description": "Done.",
    "headers": {"ETag": {"description": "The new entity tag.", "schema": {"type": "string"}}},
}
_ADDED: Final = {
    "description": "Added.",
    "headers": {"Location": {"description": "Where it is.", "schema": {"type": "string"}}},
}
NEW_FEATURE: Final = {
    "type": "object",
    "required": ["type", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "geometry": {"$ref": "#/components/schemas/geometry"},
        "properties": {"type": "object"},
    },
}


def of_items(name: str) -> dict[str, Any]:
    """The operations on all features of a collection that changes; `name` ends their ids."""
    return {"post": _operation(f"addFeature_{name}", _features(), {"201": _ADDED}, [_SYSTEM])}


def of_item(name: str) -> dict[str, Any]:
    """The operations on one feature of a collection that changes."""
    known: list[Mapping[str, Any]] = [_WHICH, _IF_MATCH]
    patch = {"required": True, "content": {MERGE_PATCH: _PATCH}}
    failed = {"404": _MISSING, "412": _refusal("The feature has changed.")}
    done, gone = {"204": _DONE, **failed}, {"204": {"description": "Removed."}, **failed}
    return {
        "put": _operation(f"replaceFeature_{name}", _features(), done, [*known, _SYSTEM]),
        "patch": _operation(f"changeFeature_{name}", patch, done, [*known, _SYSTEM]),
        "delete": _operation(f"removeFeature_{name}", None, gone, known),
    }


def _features() -> dict[str, Any]:
    return {"required": True, "content": {GEOJSON: _FEATURE, JSON: _FEATURE}}


def _operation(
    id: str,
    body: Mapping[str, Any] | None,
    responses: Mapping[str, Any],
    parameters: list[Mapping[str, Any]],
) -> dict[str, Any]:
    wrong = {"400": _REFUSED} | ({"415": _refusal("Not a media type taken here.")} if body else {})
    return {
        "operationId": id,
        "tags": ["Data"],
        "parameters": parameters,
        **({"requestBody": body} if body else {}),
        "responses": dict(sorted({**responses, **wrong}.items())),
    }


def _refusal(description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
    return {"description": description, "content": content}
