"""Ways to break the creation of an entity: what is no entity is taken, and what is one is not kept."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import ENTITIES, ENTITY, at_path, body_of, creates
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Entity = dict[str, Any]
_OWN: Final = ("id", "type", "scope", "@context")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def sent_entity(request: Request) -> Entity | None:
    """The entity that is to be created by itself."""
    body = body_of(request) if creates(request) else None
    return body if isinstance(body, dict) else None


def rewritten(request: Request, value: Any) -> Request:
    """The same request with another JSON body."""
    return request.with_body(json.dumps(value).encode())


def instances(entity: Entity) -> Iterator[Entity]:
    """The instances of all attributes."""
    for name, held in entity.items():
        if name not in _OWN:
            yield from (
                i for i in (held if isinstance(held, list) else [held]) if isinstance(i, dict)
            )


def _taken(name: str, kills: str, sentence: str, is_so: Callable[[Entity], bool]) -> None:
    """Register a fault: an entity with one defect is confirmed as created."""

    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        entity = sent_entity(request)
        return Response(201) if entity is not None and is_so(entity) else proceed(request)

    act.__doc__ = f"{sentence} is confirmed as created."
    fault(f"ctx-{name}-taken", kills=(kills,), beside=("CTX-GEN-*", "CTX-REP-25"))(act)


def _any_instance(is_so: Callable[[Entity], bool]) -> Callable[[Entity], bool]:
    return lambda entity: any(is_so(i) for i in instances(entity))


def _lacks(kind: str, member: str) -> Callable[[Entity], bool]:
    return _any_instance(lambda i: i.get("type") == kind and member not in i)


def _is_geometry_of_words(item: Entity) -> bool:
    value = item.get("value")
    return isinstance(value, dict) and "east" in value.get("coordinates", ())


def _observed(pattern: str) -> Callable[[Entity], bool]:
    return _any_instance(lambda i: re.fullmatch(pattern, str(i.get("observedAt", ""))) is not None)


def _datasets_twice(*, default: bool) -> Callable[[Entity], bool]:
    def is_so(entity: Entity) -> bool:
        for held in (h for h in entity.values() if isinstance(h, list)):
            found = [i.get("datasetId") for i in held if isinstance(i, dict)]
            if any(found.count(d) > 1 and (d is None) is default for d in found):
                return True
        return False

    return is_so


_taken("no-id", "CTX-ENT-04", "An entity without an identifier", lambda e: "id" not in e)
_taken("empty-id", "CTX-ENT-04", "An entity with an empty identifier", lambda e: e.get("id") == "")
_taken(
    "number-as-id",
    "CTX-ENT-04",
    "An entity with a number as its identifier",
    lambda e: isinstance(e.get("id"), int),
)
_taken("no-type", "CTX-ENT-04", "An entity without a type", lambda e: "type" not in e)
_taken("empty-type", "CTX-ENT-04", "An entity with an empty type", lambda e: e.get("type") == "")
_taken(
    "number-as-type",
    "CTX-ENT-04",
    "An entity with a number as its type",
    lambda e: isinstance(e.get("type"), int),
)
_taken("no-value", "CTX-ENT-05", "A Property without a value", _lacks("Property", "value"))
_taken(
    "no-object", "CTX-ENT-05", "A Relationship without an object", _lacks("Relationship", "object")
)
_taken(
    "any-object",
    "CTX-ENT-05",
    "A Relationship to what is no URI",
    _any_instance(lambda i: " " in str(i.get("object", ""))),
)
_taken("any-geometry", "CTX-ENT-05", "A place of words", _any_instance(_is_geometry_of_words))
_taken(
    "any-kind",
    "CTX-ENT-05",
    "An attribute of a kind that there is not",
    _any_instance(lambda i: i.get("type") == "Prosperity"),
)
_taken(
    "any-name",
    "CTX-ENT-07",
    "An attribute with spaces or signs in its name",
    lambda e: any(re.search(r"[ <(]", name) for name in e),
)
_taken(
    "name-from-digit",
    "CTX-ENT-07",
    "An attribute whose name begins with a digit",
    lambda e: any(name[:1].isdigit() for name in e),
)
_taken(
    "collection",
    "CTX-ENT-11",
    "A collection of geometries",
    _any_instance(lambda i: "GeometryCollection" in json.dumps(i.get("value"))),
)
_taken("day", "CTX-ENT-13", "An observation on a day", _observed(r"\d{4}-\d\d-\d\d"))
_taken("local-time", "CTX-ENT-13", "An observation in no time zone", _observed(r"[\d-]+T[\d:]+"))
_taken("word-as-time", "CTX-ENT-13", "An observation at a word", _observed(r"[a-z]+"))
_taken(
    "dataset-twice",
    "CTX-ENT-15",
    "An attribute with two instances of one dataset",
    _datasets_twice(default=False),
)
_taken(
    "default-twice",
    "CTX-ENT-15",
    "An attribute with two default instances",
    _datasets_twice(default=True),
)


@fault("ctx-empty-body-taken", kills=("CTX-ENT-06",))
def _empty_body(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A creation of nothing is confirmed."""
    return Response(201) if creates(request) and not request.body else proceed(request)


@fault("ctx-null-kept", kills=("CTX-ENT-05",))
def _null_kept(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """JSON's null as a value is kept as an empty text."""
    entity = sent_entity(request)
    if entity is None or not any(i.get("value", "") is None for i in instances(entity)):
        return proceed(request)
    return proceed(request.with_body(request.body.replace(b'"value":null', b'"value":""')))


@fault(
    "ctx-refused-and-kept",
    kills=("CTX-ENT-05", "CTX-ENT-07", "CTX-ENT-11", "CTX-ENT-13", "CTX-ENT-15"),
    beside=("CTX-CTX-22", "CTX-GEN-*", "CTX-REP-*"),
)
def _refused_and_kept(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity that is refused for one of its attributes is kept without any."""
    response = proceed(request)
    entity = sent_entity(request)
    if entity is not None and response.status == 400:  # noqa: PLR2004
        proceed(rewritten(request, {k: v for k, v in entity.items() if k in _OWN}))
    return response


@fault("ctx-known-overwritten", kills=("CTX-ENT-03",), beside=("CTX-COM-29",))
def _known_overwritten(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A second creation under the same identifier is refused, and overwrites the entity."""
    response = proceed(request)
    if creates(request) and response.status == 409:  # noqa: PLR2004
        path = f"{ENTITIES}/{body_of(request)['id']}"
        proceed(replace(at_path(request, path, request.body.decode()), method="PUT"))
    return response


@fault("ctx-location-elsewhere", kills=("CTX-ENT-01",))
def _location_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A created entity's address is one where nothing is."""
    response = proceed(request)
    where = response.header("Location") if creates(request) else None
    return response.with_header("Location", where.replace("/entities", "/e")) if where else response


@fault("ctx-creation-without-link", kills=("CTX-ENT-02",), beside=("CTX-CTX-*", "CTX-JSC-12"))
def _without_link(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The creation of an entity does not heed the linked @context."""
    if not creates(request) or "link" not in request.headers:
        return proceed(request)
    return proceed(
        replace(request, headers={k: v for k, v in request.headers.items() if k != "link"})
    )


@fault("ctx-stamps-refused", kills=("CTX-ENT-20",))
def _stamps_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity that is sent with stamps is refused."""
    entity = sent_entity(request)
    if entity is None or "createdAt" not in entity:
        return proceed(request)
    return proceed(rewritten(request, {k: v for k, v in entity.items() if k != "type"}))


@fault("ctx-any-id-deleted", kills=("CTX-ENT-28",))
def _any_id_deleted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting by what is no URI is confirmed."""
    found = ENTITY.fullmatch(request.path) if request.method == "DELETE" else None
    return Response(204) if found and ":" not in found[1] else proceed(request)
