"""What can be asked about the features of a collection, as JSON Schema: queryables, sortables, the whole schema.

OGC 19-079r2 clause 6, OGC 23-058 (Part 5) and OGC API - Features - Part 8 (draft).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mimtest.sandbox.features.catalogue import Collection
from mimtest.sandbox.features.cql2 import PLACE

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_KINDS: Final = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array"}


def typed(kind: str) -> dict[str, Any]:
    """The schema of a value."""
    if kind == "date-time":
        return {"type": "string", "format": "date-time"}
    return {"type": "array", "items": {"type": "string"}} if kind == "array" else {"type": kind}


def queryables_document(collection: Collection, address: str) -> dict[str, Any]:
    """The queryables; names that are not among them are refused."""
    named = collection.definition.queryables
    listed = {name: {"title": name, **typed(kind)} for name, kind in named.items()}
    return _document(collection, address, {PLACE: _place(collection), **listed})


def sortables_document(collection: Collection, address: str) -> dict[str, Any]:
    """The sortables."""
    named = collection.definition.simple
    listed = {name: {"title": name, **typed(kind)} for name, kind in named.items()}
    return _document(collection, address, listed)


def schema_document(collection: Collection, address: str) -> dict[str, Any]:
    """The schema of the features, read from all of them."""
    definition = collection.definition
    listed: dict[str, Any] = {
        "id": {"title": "identifier", "type": "string", "x-ogc-role": "id", "readOnly": True},
        PLACE: _place(collection),
    }
    for name in definition.attributes:
        given = [f.properties[name] for f in collection.features if name in f.properties]
        if given:
            kind = "date-time" if name == definition.time else _kind(given)
            listed[name] = {"title": name, **typed(kind)}
    if definition.time in listed:
        listed[definition.time]["x-ogc-role"] = "primary-instant"
    return _document(collection, address, listed)


def _kind(given: list[Any]) -> str:
    found = {_KINDS.get(type(value), "object") for value in given}
    return "number" if found == {"integer", "number"} else found.pop()


def _place(collection: Collection) -> dict[str, str]:
    found = {f.geometry["type"].lower() for f in collection.features}
    kind = found.pop() if len(found) == 1 else "any"
    return {"title": "place", "format": f"geometry-{kind}", "x-ogc-role": "primary-geometry"}


def _document(
    collection: Collection, address: str, listed: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "$id": address,
        "title": collection.definition.title,
        "type": "object",
        "properties": dict(listed),
        "additionalProperties": False,
    }


DOCUMENTS: Final[Mapping[str, Callable[[Collection, str], dict[str, Any]]]] = {
    "queryables": queryables_document,
    "sortables": sortables_document,
    "schema": schema_document,
}
