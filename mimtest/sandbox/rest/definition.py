"""The interface described in OpenAPI 3.1."""

from collections.abc import Iterable
from typing import Any, Final

from mimtest.sandbox.rest.asking import DEFAULT_LIMIT, MAX_LIMIT
from mimtest.sandbox.rest.data import Collection

_JSON: Final = "application/json"
_PROBLEM: Final = {
    "type": "object",
    "required": ["title", "status"],
    "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}},
}  # fmt: skip


def definition(collections: Iterable[Collection], base: str, title: str) -> dict[str, Any]:
    """The document, for a service at `base`."""
    listed = list(collections)
    paths: dict[str, Any] = {
        "/": _get("What there is", {"type": "object", "required": ["links"]}, {"title": title, "links": []}),
        "/health": _get("Whether it works", {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}, {"status": "ok"}),
        "/collections": _get("The collections", {"type": "object", "required": ["collections"], "properties": {"collections": {"type": "array", "items": {"type": "object", "required": ["id"]}}}}, {"collections": []}),
    }  # fmt: skip
    for item in listed:
        paths |= _paths(item)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1.0.0"},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"schemas": {"problem": _PROBLEM, **{c.id: _schema(c) for c in listed}}},
    }


def _paths(collection: Collection) -> dict[str, Any]:
    record = {"$ref": f"#/components/schemas/{collection.id}"}
    page = {
        "type": "object",
        "required": ["items", "numberMatched", "numberReturned"],
        "properties": {
            "items": {"type": "array", "items": record},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
        },
    }
    first = dict(collection.records[0])
    several = {"items": [first], "numberMatched": 1, "numberReturned": 1}
    items = f"/collections/{collection.id}/items"
    one = _get(f"One of: {collection.title}", record, first, 404)
    one["get"]["parameters"] = [_parameter("itemId", {"type": "string"}, place="path")]
    many = _get(collection.title, page, several, 400)
    many["get"]["parameters"] = _parameters(collection)
    many["get"]["responses"]["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    return {items: many, f"{items}/{{itemId}}": one}


def _parameters(collection: Collection) -> list[dict[str, Any]]:
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    return [
        _parameter("limit", limit),
        _parameter("offset", {"type": "integer", "minimum": 0, "default": 0}),
        _parameter("bbox", numbers) | {"style": "form", "explode": False},
        _parameter("datetime", {"type": "string"}),
        _parameter("f", {"type": "string", "enum": ["json"]}),
        *(_parameter(name, {"type": kind}) for name, kind in collection.fields.items()),
    ]


def _parameter(name: str, schema: dict[str, Any], place: str = "query") -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _schema(collection: Collection) -> dict[str, Any]:
    fields = {name: {"type": kind} for name, kind in collection.fields.items()}
    own = {"id": {"type": "string", "format": "uri"}, "type": {"type": "string"}}
    return {"type": "object", "required": ["id", "type"], "properties": {**own, **fields}}


def _get(
    summary: str, schema: dict[str, Any], example: Any, refusal: int | None = None
) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "200": {"description": summary, "content": {_JSON: {"schema": schema, "example": example}}}
    }
    if refusal:
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
        answers[str(refusal)] = {"description": "The client's mistake", "content": content}
    return {"get": {"summary": summary, "responses": answers}}
