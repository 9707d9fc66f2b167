"""What can be asked of an interface, to see who may: its operations by kind, or by its OpenAPI description.

A body that is sent here can be accepted by nobody, so that nothing is changed whoever is let in.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.access import Asker, Operation, succeeded
from mimtest.vocabulary.context_link import context_link
from mimtest.vocabulary.openapi import resolve
from mimtest.vocabulary.rest import Api

_VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_SENDING: Final = ("post", "put", "patch")
_OBJECT: Final = ("object", None)
_JSON: Final = "application/json"
_SENSORS: Final = (
    "Things",
    "Locations",
    "Datastreams",
    "Sensors",
    "ObservedProperties",
    "Observations",
    "FeaturesOfInterest",
)
_LISTS: Final = ("/types", "/attributes", "/subscriptions", "/csourceRegistrations")
_ACCEPTING: Final = ("/entities", "/subscriptions", "/csourceRegistrations")
#: How an operation answers to who may use it, when nobody can be helped by what was sent.
VALIDATED: Final = (400, 409, 415, 422)
_ABSENT: Final = (404, 405, 410, 501)


@dataclass(frozen=True, slots=True)
class Described:
    """An operation, and whether its description says that it needs credentials; None where it says nothing."""

    operation: Operation
    guarded: bool | None = None


def operations_of(client: Client, api: Api | None, run_id: str) -> tuple[Described, ...]:
    """What reads, and what would write if its body could be accepted."""
    interface = client.interface
    if interface.kind == "ngsi-ld":
        return tuple(Described(o) for o in _ngsi_ld(client))
    if interface.kind == "sensorthings":
        return tuple(Described(o) for o in _sensorthings())
    if interface.kind == "ogc-api-features":
        return tuple(Described(o) for o in _features(interface.collections))
    return tuple(_described(api, run_id)) if api else ()


def _ngsi_ld(client: Client) -> Iterator[Operation]:
    interface = client.interface
    named = {"Accept": "application/json", **context_link(interface)}
    for kind in interface.types[:1]:
        yield Operation("GET", "/entities", {"type": kind, "limit": "5"}, named)
        asked = {"type": "Query", "entities": [{"type": kind}]}
        yield Operation("POST", "/entityOperations/query", {"limit": "5"}, named, asked)
    for path in _LISTS:
        yield Operation("GET", path, {}, named)
    for path in _ACCEPTING:
        yield Operation("POST", path, {}, {}, {}, reads=False)
    for path in ("create", "upsert", "update", "delete"):
        yield Operation("POST", f"/entityOperations/{path}", {}, {}, {}, reads=False)


def _sensorthings() -> Iterator[Operation]:
    for name in _SENSORS:
        yield Operation("GET", f"/{name}", {"$top": "5"}, {"Accept": _JSON})
        yield Operation("POST", f"/{name}", {}, {}, {}, reads=False)


def _features(collections: tuple[str, ...]) -> Iterator[Operation]:
    yield Operation("GET", "/collections", {}, {"Accept": _JSON})
    for name in collections[:3]:
        items = f"/collections/{quote(name, safe='')}/items"
        yield Operation("GET", items, {"limit": "5"}, {"Accept": "application/geo+json"})
        fields = {"Content-Type": "application/geo+json"}
        yield Operation("POST", items, {}, fields, {}, reads=False)


def _described(api: Api, run_id: str) -> Iterator[Described]:
    """What the description names; nothing is removed, and nothing is sent without a body that cannot fit."""
    for path, method, node in _nodes(api):
        guarded = is_guarded(api.document, node)
        address = f"{api.base}{_VARIABLE.sub(f'mimtest-{run_id}', path)}"
        has_variables = bool(_VARIABLE.search(path))
        if method == "get" and not has_variables:
            yield Described(Operation("GET", address, {}, {"Accept": _JSON}), guarded)
        elif method in _SENDING and has_variables == (method != "post"):
            body = impossible(api.document, node)
            if body is not None:
                yield Described(Operation(method.upper(), address, body=body, reads=False), guarded)


def _nodes(api: Api) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    paths = api.document.get("paths")
    for path, node in paths.items() if isinstance(paths, Mapping) else ():
        item = resolve(api.document, node)
        for method in _METHODS if isinstance(item, Mapping) else ():
            found = resolve(api.document, item.get(method))
            if isinstance(found, Mapping):
                yield str(path), method, found


def is_guarded(document: Mapping[str, Any], node: Mapping[str, Any]) -> bool | None:
    """Whether an operation needs credentials (OpenAPI 4.8.30); None where the description names none at all."""
    needed = node.get("security", document.get("security"))
    if not isinstance(needed, list):
        return None
    return bool(needed) and all(isinstance(n, Mapping) and n for n in needed)


def body_schema(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema of a body in JSON that an operation needs; None for another body, or none."""
    body = resolve(document, node.get("requestBody"))
    content = body.get("content") if isinstance(body, Mapping) else None
    media = content.get(_JSON) if isinstance(content, Mapping) else None
    schema = resolve(document, media.get("schema")) if isinstance(media, Mapping) else None
    return schema if isinstance(schema, Mapping) else None


def impossible(document: Mapping[str, Any], node: Mapping[str, Any]) -> Any:
    """A body that does not fit an operation's schema; None where none can be told."""
    schema = body_schema(document, node)
    if schema is None:
        return None
    if schema.get("type") in _OBJECT:
        needs = schema.get("required") or schema.get("minProperties")
        return {} if needs else ([] if schema.get("type") == "object" else None)
    return {} if isinstance(schema.get("type"), str) else None


def posting(api: Api) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The paths without variables that something can be posted to, whose things can be deleted one by one."""
    nodes = [(p, m, n) for p, m, n in _nodes(api)]
    deleting = [p for p, m, _ in nodes if m == "delete"]
    for path, method, node in nodes:
        below = re.compile(re.escape(path.rstrip("/")) + r"/\{[^{}/]+\}/?")
        if method == "post" and not _VARIABLE.search(path):
            schema = body_schema(api.document, node)
            if schema is not None and any(below.fullmatch(d) for d in deleting):
                yield path, schema


def example_of(document: Mapping[str, Any], schema: Any, text: str, depth: int = 6) -> Any:
    """A value that fits a schema as far as its plain words say; free texts are `text`."""
    node = resolve(document, schema)
    if not isinstance(node, Mapping) or not depth:
        return text
    for name in ("const", "example", "default"):
        if name in node:
            return node[name]
    for name in ("examples", "enum"):
        if isinstance(node.get(name), list) and node[name]:
            return node[name][0]
    for name in ("allOf", "oneOf", "anyOf"):
        if isinstance(node.get(name), list) and node[name]:
            parts = node[name] if name == "allOf" else node[name][:1]
            made = [example_of(document, p, text, depth - 1) for p in parts]
            return {k: v for m in made if isinstance(m, dict) for k, v in m.items()} or made[0]
    return _by_type(document, node, text, depth)


def _by_type(document: Mapping[str, Any], node: Mapping[str, Any], text: str, depth: int) -> Any:
    kind = node.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    if kind in ("integer", "number"):
        return node.get("minimum", 1)
    if kind == "boolean":
        return False
    if kind == "array":
        least = node.get("minItems", 0)
        return [
            example_of(document, node.get("items"), text, depth - 1) for _ in range(min(least, 4))
        ]
    if kind == "object" or "properties" in node:
        members = node.get("properties")
        known = members if isinstance(members, Mapping) else {}
        return {
            n: example_of(document, known.get(n), text, depth - 1) for n in node.get("required", ())
        }
    formats = {"date-time": "2026-01-01T00:00:00Z", "date": "2026-01-01"}
    longest = node.get("maxLength")
    return formats.get(str(node.get("format")), text)[
        : longest if isinstance(longest, int) else None
    ]


def is_absent(status: int) -> bool:
    """Whether a status says that there is no such operation."""
    return status in _ABSENT


def removals_of(client: Client, api: Api | None, door: Operation, run_id: str) -> list[Operation]:
    """What would remove something that nobody has."""
    kind, name = client.interface.kind, f"mimtest-{run_id}"
    if kind == "rest":
        paths = [p for p, m, _ in _nodes(api) if m == "delete" and p.endswith("}")] if api else []
        base = api.base if api else ""
        return [Operation("DELETE", base + _VARIABLE.sub(name, p), reads=False) for p in paths]
    places = {
        "ngsi-ld": f"/entities/urn:ngsi-ld:Mimtest:{name}",
        "sensorthings": f"/Things({int(run_id, 16) % 10**9 + 10**9})",
        "ogc-api-features": f"{door.path.rstrip('/')}/{name}",
    }
    return [Operation("DELETE", places[kind], reads=False)]


def attempt(asker: Asker, operation: Operation, owner: Asker) -> Answer:
    """Ask for what cannot be accepted; what is made of it all the same, `owner` removes."""
    answer = asker.ask(operation)
    made = answer.location if succeeded(answer) and not operation.reads else None
    place = owner.client.url(operation.path).partition("?")[0].rstrip("/")
    if made and made.startswith((f"{place}/", f"{place}(")):
        owner.ask(Operation("DELETE", made, reads=False))
    return answer
