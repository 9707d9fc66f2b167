"""What a request to the broker asks for, and other requests and answers made of it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from mimtest.sandbox.http import Request, Response, dump, json_response

API: Final = "/ngsi-ld/v1"
ENTITIES: Final = f"{API}/entities"
ENTITY: Final = re.compile(rf"{ENTITIES}/([^/]+)")
_ATTRIBUTES: Final = re.compile(rf"{ENTITIES}/([^/]+)/attrs")
_ATTRIBUTE: Final = re.compile(rf"{ENTITIES}/([^/]+)/attrs/([^/]+)")
ERRORS: Final = "https://uri.etsi.org/ngsi-ld/errors/"
_BATCH: Final = re.escape(f"{API}/entityOperations/")
#: Ways to change entities, with the method and the path; the only entity is the first group.
WAYS: Final = {
    "patch-attribute": ("PATCH", f"{ENTITY.pattern}/attrs/[^/]+"),
    "append": ("POST", f"{ENTITY.pattern}/attrs"),
    "replace": ("PUT", ENTITY.pattern),
    "merge": ("PATCH", ENTITY.pattern),
    "batch-upsert": ("POST", f"{_BATCH}upsert"),
    "batch-update": ("POST", f"{_BATCH}update"),
    "batch-merge": ("POST", f"{_BATCH}merge"),
    "batch-create": ("POST", f"{_BATCH}create"),
    "batch-delete": ("POST", f"{_BATCH}delete"),
}


def creates(request: Request) -> bool:
    """Whether one entity is to be created."""
    return request.method == "POST" and request.path == ENTITIES


def queries(request: Request) -> bool:
    """Whether entities are asked for by a query."""
    return request.method == "GET" and request.path == ENTITIES


def retrieves(request: Request) -> bool:
    """Whether one entity is asked for by its identifier."""
    return request.method == "GET" and ENTITY.fullmatch(request.path) is not None


def is_on_attributes(request: Request, method: str) -> bool:
    """Whether it is of that method, on the attributes of an entity."""
    return request.method == method and _ATTRIBUTES.fullmatch(request.path) is not None


def is_on_attribute(request: Request, method: str) -> bool:
    """Whether it is of that method, on one attribute of an entity."""
    return request.method == method and _ATTRIBUTE.fullmatch(request.path) is not None


def with_params(request: Request, change: Callable[[dict[str, str]], dict[str, str]]) -> Request:
    """The same request with other parameters."""
    return request.with_query(urlencode(change(request.params), quote_via=quote))


def without_params(request: Request, *names: str) -> Request:
    """The same request without some parameters."""
    return with_params(request, lambda p: {k: v for k, v in p.items() if k not in names})


def altered(request: Request, name: str, change: Callable[[str], str | None]) -> Request:
    """The same query with another value of a parameter it has, or without it."""
    if not queries(request) or name not in request.params:
        return request
    value = change(request.params[name])
    if value is None:
        return without_params(request, name)
    return with_params(request, lambda p: p | {name: value})


def queries_by_post(request: Request) -> bool:
    """Whether entities are asked for by a query in the body."""
    return request.method == "POST" and request.path == f"{API}/entityOperations/query"


def with_query_body(
    request: Request, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> Request:
    """The same query with another body."""
    body = body_of(request) if queries_by_post(request) else None
    return request.with_body(dump(change(body))) if isinstance(body, dict) else request


def at_path(request: Request, path: str, body: str) -> Request:
    """The same request for another path, with another body."""
    return replace(request, path=path, raw_path=quote(path, safe="/:"), body=body.encode())


def body_of(request: Request) -> Any:
    """The JSON that was sent; None when it is none."""
    try:
        return json.loads(request.body)
    except ValueError:
        return None


def repeats(request: Request) -> bool:
    """Whether an object in the body has a member twice."""
    names: list[list[str]] = []

    def note(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names.append([k for k, _ in pairs])
        return dict(pairs)

    try:
        json.loads(request.body, object_pairs_hook=note)
    except ValueError:
        return False
    return any(len(set(found)) < len(found) for found in names)


def changed(response: Response, change: Callable[[Any], Any]) -> Response:
    """A successful JSON answer with another body."""
    return response.with_json(change(response.json())) if response.status == 200 else response  # noqa: PLR2004


def done() -> Response:
    """204, whether or not anything was done."""
    return Response(204)


def from_offset(request: Request, step: int) -> Request:
    """The same page begun so many entities later."""
    return with_params(request, lambda p: p | {"offset": str(int(p["offset"]) + step)})


def resent(request: Request, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Request:
    """The same request with another object in the body, if it has one."""
    body = body_of(request)
    if not isinstance(body, dict):
        return request
    other = change(body)
    if other == body:
        return request
    data = dump(other)
    headers = {**request.headers, "content-length": str(len(data))}
    return replace(request, headers=headers, body=data)


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    """The object without some members."""
    return {k: v for k, v in body.items() if k not in names}


def refusal(status: int, kind: str) -> Response:
    """A problem of that type."""
    problem = {"type": f"{ERRORS}{kind}", "title": "Refused", "detail": "it is so"}
    return json_response(problem, status)
