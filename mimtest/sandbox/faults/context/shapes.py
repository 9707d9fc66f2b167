"""The forms in which entities are asked for and given, and the same with something changed in them."""

from collections.abc import Callable
from typing import Any, Final

from mimtest.sandbox.faults.context.messages import (
    API,
    body_of,
    changed,
    creates,
    queries,
    retrieves,
    with_params,
)
from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response, dump

Json = dict[str, Any]
_NO_ATTRIBUTES: Final = frozenset(
    ("id", "type", "scope", "@context", "createdAt", "modifiedAt", "deletedAt", "expiresAt")
)


def posts_query(request: Request) -> bool:
    """Whether entities are asked for by a query in the body."""
    return request.method == "POST" and request.path == f"{API}/entityOperations/query"


def reads(request: Request) -> bool:
    """Whether entities are asked for, one or several."""
    return retrieves(request) or queries(request) or posts_query(request)


def options_of(request: Request) -> list[str]:
    """The values of the parameter `options`."""
    return [o for o in request.params.get("options", "").split(",") if o]


def with_options(request: Request, change: Callable[[list[str]], list[str]]) -> Request:
    """The same request with other values of `options`."""
    left = ",".join(change(options_of(request)))
    kept = {k: v for k, v in request.params.items() if k != "options"}
    return with_params(request, lambda _: kept | ({"options": left} if left else {}))


def wants_geojson(request: Request) -> bool:
    """Whether the answer is to be GeoJSON."""
    return reads(request) and "geo+json" in request.headers.get("accept", "")


def in_full(request: Request) -> bool:
    """Whether entities are asked for in normalized form, as JSON."""
    other = {"keyValues", "simplified", "concise"} & {*options_of(request)}
    return reads(request) and not (other or "format" in request.params or wants_geojson(request))


def simplifies(request: Request) -> bool:
    """Whether entities are asked for in simplified form."""
    return reads(request) and "keyValues" in options_of(request)


def each_entity(response: Response, change: Callable[[Json], Json]) -> Response:
    """A successful answer with every entity in it changed; of features their properties are."""

    def visit(body: Any) -> Any:
        if isinstance(body, list):
            return [visit(b) for b in body]
        if "features" in body:
            return {**body, "features": [visit(f) for f in body["features"]]}
        if body.get("type") == "Feature":
            return {**body, "properties": change(body["properties"])}
        return change(body)

    return changed(response, visit)


def each_attribute(response: Response, change: Callable[[Any], Any]) -> Response:
    """A successful answer with every attribute of its entities changed; None leaves one out."""

    def visit(entity: Json) -> Json:
        held = {k: v if k in _NO_ATTRIBUTES else change(v) for k, v in entity.items()}
        return {k: v for k, v in held.items() if v is not None}

    return each_entity(response, visit)


def each_instance(response: Response, change: Callable[[Json], Json]) -> Response:
    """A successful answer with every instance of the attributes of its entities changed."""

    def visit(held: Any) -> Any:
        return [change(i) for i in held] if isinstance(held, list) else change(held)

    return each_attribute(response, visit)


def created_with(request: Request, proceed: Proceed, change: Callable[[Any], Any]) -> Response:
    """The answer to a creation whose attributes were changed on the way; other requests go on."""
    body = body_of(request) if creates(request) else None
    if not isinstance(body, dict):
        return proceed(request)
    held = {k: v if k in _NO_ATTRIBUTES else change(v) for k, v in body.items()}
    return proceed(request.with_body(dump(held)))
