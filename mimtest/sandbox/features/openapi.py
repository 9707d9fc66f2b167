"""The API definition, OpenAPI 3.0.3: what the service takes and gives, bounds included."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mimtest.sandbox.features import documents, openapi_questions, openapi_writes, reports
from mimtest.sandbox.features.catalogue import Definition
from mimtest.sandbox.features.crs import CRS84, SYSTEMS
from mimtest.sandbox.features.links import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from mimtest.sandbox.features.properties import typed
from mimtest.sandbox.features.query import FORMATS, LIMIT_DEFAULT, LIMIT_MAXIMUM
from mimtest.sandbox.features.schemas import SCHEMAS

_COMMON: Final = (
    "limit",
    "offset",
    "bbox",
    "bbox-crs",
    "datetime",
    "crs",
    *openapi_questions.NAMES,
)


def parameters_of_items(collection: Definition) -> tuple[str, ...]:
    """The query parameters of a collection's items, beside `f`."""
    return (*_COMMON, *collection.simple)


def definition(root: str, collections: Sequence[Definition]) -> dict[str, Any]:
    """The document for the service at `root` (17-069r4, clause 9)."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": documents.TITLE,
            "description": documents.DESCRIPTION,
            "version": "1.0.0",
            "license": {
                "name": "CC0 1.0",
                "url": "https://creativecommons.org/publicdomain/zero/1.0/",
            },
        },
        "servers": [{"url": root, "description": "this service"}],
        "tags": [{"name": name} for name in ("Description", "Data")],
        "paths": _description_paths(collections) | _data_paths(collections),
        "components": {
            "parameters": {name: {"name": name, **body} for name, body in _PARAMETERS.items()},
            "responses": _REFUSALS,
            "headers": {"Content-Crs": _CONTENT_CRS},
            "schemas": SCHEMAS | {"newFeature": openapi_writes.NEW_FEATURE},
        },
    }


def _description_paths(collections: Sequence[Definition]) -> dict[str, Any]:
    known = {
        "name": "collectionId",
        "in": "path",
        "required": True,
        "description": "Which collection.",
        "schema": {"type": "string", "enum": [c.id for c in collections]},
    }
    one = _operation("getCollection", "One collection", _body("collection"), missing=True)
    return {
        "/": {"get": _operation("getLandingPage", "The landing page", _body("landingPage"))},
        "/conformance": {
            "get": _operation("getConformance", "The conformance declaration", _body("conformance"))
        },
        "/api": {
            "get": _operation("getDefinition", "This document", _body("document", OPENAPI, JSON))
        },
        "/collections": {
            "get": _operation("getCollections", "The collections", _body("collections"))
        },
        "/collections/{collectionId}": {"parameters": [known], "get": one},
    }


def _data_paths(collections: Sequence[Definition]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for collection in collections:
        here = f"/collections/{collection.id}/items"
        changes, name = collection is reports.DEFINITION, _camel(collection.id)
        more = openapi_writes.of_items(name) if changes else {}
        paths[here] = {"get": _items(collection), **more}
        more = openapi_writes.of_item(name) if changes else {}
        paths[f"{here}/{{featureId}}"] = {"get": _item(collection), **more}
        for kind, title in openapi_questions.DOCUMENTS.items():
            operation = f"get{kind.capitalize()}_{name}"
            read = _operation(operation, f"{title} {collection.title}", _body("document", SCHEMA))
            paths[f"/collections/{collection.id}/{kind}"] = {"get": read}
    return paths


def _items(collection: Definition) -> dict[str, Any]:
    filters = [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": f"Only features whose {name} is this.",
            "style": "form",
            "explode": False,
            "schema": typed(kind),
        }
        for name, kind in collection.simple.items()
    ]
    return _operation(
        f"getFeatures_{_camel(collection.id)}",
        f"Features of {collection.title}",
        _body("featureCollection", GEOJSON, crs=True),
        [*(_ref("parameters", name) for name in _COMMON), *filters],
        tag="Data",
    )


def _item(collection: Definition) -> dict[str, Any]:
    return _operation(
        f"getFeature_{_camel(collection.id)}",
        f"One feature of {collection.title}",
        _body("feature", GEOJSON, crs=True),
        [_ref("parameters", "featureId"), _ref("parameters", "crs")],
        tag="Data",
        missing=True,
    )


def _operation(
    id: str,
    summary: str,
    success: Mapping[str, Any],
    parameters: Sequence[Mapping[str, Any]] = (),
    *,
    tag: str = "Description",
    missing: bool = False,
) -> dict[str, Any]:
    """An operation; `missing` where the address can name something that is not there."""
    refusals = {"400": "BadRequest", "406": "NotAcceptable"} | (
        {"404": "NotFound"} if missing else {}
    )
    return {
        "operationId": id,
        "summary": summary,
        "tags": [tag],
        "parameters": [*parameters, _ref("parameters", "f")],
        "responses": {"200": success}
        | {status: _ref("responses", name) for status, name in sorted(refusals.items())},
    }


def _body(schema: str, *media_types: str, crs: bool = False) -> dict[str, Any]:
    content = {m: {"schema": _ref("schemas", schema)} for m in media_types or (JSON,)}
    content |= {HTML: {"schema": {"type": "string"}}}
    headers = {"headers": {"Content-Crs": _ref("headers", "Content-Crs")}} if crs else {}
    return {"description": "Done.", "content": content, **headers}


def _ref(section: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{section}/{name}"}


def _camel(id: str) -> str:
    return "".join(word.capitalize() for word in id.split("-"))


def _query(description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "in": "query",
        "required": False,
        "description": description,
        "style": "form",
        "explode": False,
        "schema": schema,
    }


def _refusal(description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _ref("schemas", "problem")}}
    return {"description": description, "content": content}


_REFUSALS: Final = {
    "BadRequest": _refusal("A query parameter is unknown or its value is not allowed."),
    "NotFound": _refusal("There is no such collection or feature."),
    "NotAcceptable": _refusal("None of the accepted media types is on offer."),
}
_CONTENT_CRS: Final = {
    "description": "The reference system of the coordinates, a URI in angle brackets.",
    "schema": {"type": "string"},
}
_SYSTEM: Final = {
    "type": "string",
    "format": "uri",
    "enum": list(SYSTEMS),
    "default": CRS84.uri,
}
_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "f": _query("The format.", {"type": "string", "enum": list(FORMATS)}),
    "limit": _query(
        "The most features a page holds. More than the maximum is taken as the maximum.",
        {
            "type": "integer",
            "minimum": 1,
            "maximum": LIMIT_MAXIMUM,
            "default": LIMIT_DEFAULT,
        },
    ),
    "offset": _query(
        "How many features to leave out at the start.",
        {"type": "integer", "minimum": 0, "default": 0},
    ),
    "bbox": _query(
        "Only features that touch this box: lower corner, upper corner, in the axis order of bbox-crs. "
        "Heights, in a box of six numbers, are not looked at.",
        {
            "type": "array",
            "minItems": 4,
            "maxItems": 6,
            "oneOf": [{"minItems": n, "maxItems": n} for n in (4, 6)],
            "items": {"type": "number"},
        },
    ),
    "bbox-crs": _query("The reference system of bbox.", _SYSTEM),
    "datetime": _query(
        "Only features of this instant or interval: a date-time (RFC 3339), or two with a slash between them; "
        "`..` or nothing stands for an open end. Features without time always match.",
        {"type": "string"},
    ),
    "crs": _query("The reference system of the answer.", _SYSTEM),
    **{n: _query(*rest) for n, rest in openapi_questions.parameters(_SYSTEM).items()},
    "featureId": {
        "in": "path",
        "required": True,
        "description": "Which feature.",
        "schema": {"type": "string"},
    },
}
