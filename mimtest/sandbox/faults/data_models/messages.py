"""The answers of the platform that say something of models: documents, samples, forms of one entity."""

from collections.abc import Callable
from typing import Any, Final

from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response

ENTITIES: Final = "/ngsi-ld/v1/entities"
BUILDING: Final = "urn:ngsi-ld:Building:"
#: The published schema that most faults change.
SCHEMA: Final = "/models/Streetlight/schema.json"

Change = Callable[[dict[str, Any]], Any]


def published(path: str, request: Request, proceed: Proceed, change: Change) -> Response:
    """The document at a path, changed."""
    response = proceed(request)
    if request.method != "GET" or request.path != path or response.status != 200:  # noqa: PLR2004
        return response
    document = response.json()
    changed = change(document)
    return response.with_json(document if changed is None else changed)


def page(path: str, request: Request, proceed: Proceed, change: Callable[[str], str]) -> Response:
    """The text at a path, changed."""
    response = proceed(request)
    if request.method != "GET" or request.path != path or response.status != 200:  # noqa: PLR2004
        return response
    return response.with_body(change(response.body.decode()).encode())


def queried(name: str, request: Request, proceed: Proceed, change: Change) -> Response:
    """The entities of a query for a page of that type and its size, changed."""
    response = proceed(request)
    asked = request.path == ENTITIES and request.params.get("type") == name
    plain = request.params.keys() == {"type", "limit", "count"}
    if request.method != "GET" or response.status != 200 or not (asked and plain):  # noqa: PLR2004
        return response
    entities = response.json()
    if not isinstance(entities, list):
        return response
    for entity in entities:
        change(entity)
    return response.with_json(entities)


def building(request: Request, proceed: Proceed, change: Change, *, when: bool) -> Response:
    """A retrieved Building, changed."""
    response = proceed(request)
    asked = request.path.startswith(f"{ENTITIES}/{BUILDING}")
    if not (when and asked) or request.method != "GET" or response.status != 200:  # noqa: PLR2004
        return response
    entity = response.json()
    change(entity)
    return response.with_json(entity)
