"""What the broker sends to a source, and what it answers a client of a change that sources were asked for."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from mimtest.sandbox.faults.context.messages import API, ENTITIES, body_of
from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response, dump

_PATTERNS: Final = {
    ("POST", "/entities"): "createEntity",
    ("DELETE", "/entities"): "purgeEntity",
    ("PATCH", "/entities/*"): "mergeEntity",
    ("PUT", "/entities/*"): "replaceEntity",
    ("DELETE", "/entities/*"): "deleteEntity",
    ("PATCH", "/entities/*/attrs"): "updateEntity",
    ("POST", "/entities/*/attrs"): "appendAttrs",
    ("PATCH", "/entities/*/attrs/*"): "updateAttrs",
    ("PUT", "/entities/*/attrs/*"): "replaceAttrs",
    ("DELETE", "/entities/*/attrs/*"): "deleteAttrs",
    ("POST", "/entityOperations/create"): "createBatch",
    ("POST", "/entityOperations/upsert"): "upsertBatch",
    ("POST", "/entityOperations/update"): "updateBatch",
    ("POST", "/entityOperations/merge"): "mergeBatch",
    ("POST", "/entityOperations/delete"): "deleteBatch",
}
#: Operations on one entity.
SINGLE: Final = tuple(v for v in _PATTERNS.values() if not v.endswith(("Batch", "purgeEntity")))
BATCHES: Final = tuple(v for v in _PATTERNS.values() if v.endswith("Batch"))
CHANGES: Final = (*SINGLE, *BATCHES, "purgeEntity")
MULTI: Final = 207
_CREATED: Final = 201
_SPREAD: Final = ":Spread:"


def operation(request: Request) -> str:
    """The name of the change (4.20) that a request asks for, here or at a source; empty for none."""
    below = request.path.rpartition(API)[2]
    segments = below.split("/")[1:]
    parts = [
        "*" if i % 2 and segments[0] == "entities" else segment
        for i, segment in enumerate(segments)
    ]
    return _PATTERNS.get((request.method, f"/{'/'.join(parts)}"), "")


def is_shared(request: Request) -> bool:
    """Whether a client changes an entity of which sources may have a part, and means them as well."""
    named = _SPREAD in request.path or _SPREAD.encode() in request.body
    return bool(operation(request)) and named and request.params.get("local") != "true"


def here(request: Request, method: str, path: str, body: Any = None) -> Request:
    """A request for the broker's own entities alone, made of another."""
    changed = replace(request, method=method, path=path, raw_path=path, query="local=true")
    return changed.with_body(b"" if body is None else dump(body))


def at(request: Request, below: str, method: str, body: Any = None) -> Request:
    """A request to the same source for another resource."""
    start = request.raw_path.rpartition(API)[0] + API
    path = f"{start}{below}"
    made = replace(request, method=method, path=path, raw_path=path)
    return made if body is None else made.with_body(dump(body))


def entity_path(request: Request) -> str:
    """The path of the entity that a request changes; for a new one from its id."""
    found = re.match(rf"{API}/entities/[^/]+", request.path)
    if found:
        return found[0]
    body = body_of(request)
    return f"{API}/entities/{body.get('id')}" if isinstance(body, dict) else ""


def pretended(name: str, request: Request) -> Response:
    """The answer as if a change had been made."""
    if name in ("createEntity", "createBatch", "upsertBatch"):
        body = body_of(request)
        made = [e["id"] for e in body] if isinstance(body, list) else None
        headers = (("Content-Type", "application/json"),) if made else ()
        return Response(_CREATED, headers, dump(made) if made else b"")
    return Response(204)


def told_in_part(response: Response) -> list[dict[str, Any]]:
    """The entries of a result that name a registration; none for other answers."""
    if response.status != MULTI:
        return []
    body = response.json()
    entries = [*body.get("errors", []), *body.get("notUpdated", [])]
    return [e for e in entries if "registrationId" in e]


def with_entries(
    response: Response, change: Callable[[dict[str, Any]], dict[str, Any] | None]
) -> Response:
    """A result with the entries that name a registration changed, or left out."""
    if not told_in_part(response):
        return response
    body = response.json()
    for key in ("errors", "notUpdated"):
        if key in body:
            made = [change(e) if "registrationId" in e else e for e in body[key]]
            body[key] = [e for e in made if e is not None]
    return response.with_json(body)


def state(request: Request, proceed: Proceed) -> Any:
    """The entity as the broker itself has it; None when it has not."""
    answer = proceed(replace(here(request, "GET", entity_path(request)), headers=_plain(request)))
    return answer.json() if answer.status == 200 else None  # noqa: PLR2004


def sources_of(request: Request, proceed: Proceed) -> list[dict[str, Any]]:
    """The registrations that are about the entity."""
    id_ = entity_path(request).rpartition("/")[2]
    asked = here(request, "GET", f"{API}/csourceRegistrations").with_query(f"id={id_}&attrs=any")
    answer = proceed(replace(asked, headers=_plain(request)))
    return answer.json() if answer.status == 200 else []  # noqa: PLR2004


def restore(request: Request, proceed: Proceed, entity: Any) -> None:
    """Have the broker itself keep the entity as it was."""
    there = state(request, proceed) is not None
    method, path = ("PUT", entity_path(request)) if there else ("POST", ENTITIES)
    headers = {**_plain(request), "content-type": "application/json", "content-length": "1"}
    proceed(replace(here(request, method, path, entity), headers=headers))


def _plain(request: Request) -> dict[str, str]:
    return {k: v for k, v in request.headers.items() if k in ("link", "ngsild-tenant", "host")}
