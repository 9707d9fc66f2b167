"""The references of a schema document, followed: which of them lead to nothing (JSON Schema 2020-12 core 8.2.3)."""

from collections.abc import Iterator
from typing import Any, Final

from referencing import Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from mimtest.errors import Inconclusive
from mimtest.models.schema_documents import Documents, LookUp
from mimtest.models.schema_patient import evaluating, registry_of

_REFERENCES: Final = ("$ref", "$dynamicRef")
#: Keywords whose value is data, whatever it looks like.
_DATA: Final = frozenset(("const", "default", "enum", "example", "examples"))
#: Keywords whose members are schemas by name, whatever the name is.
_NAMING: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")


def dead_references(address: str, document: Any, look_up: LookUp) -> tuple[list[str], list[str]]:
    """The references within the document that lead to nothing, and how many lead on: all of both, as written.

    Raises Inconclusive when none is dead but one leads to a document that is not at hand.
    """
    dead: list[str] = []
    live: list[str] = []
    unknown: list[Inconclusive] = []
    with evaluating(address):
        documents = Documents(address, document, look_up)
        resolver = registry_of(documents).resolver(documents.address)
        for reference, here in _references(documents.get(documents.address), resolver):
            try:
                here.lookup(reference)
                live.append(reference)
            except Unresolvable as error:
                cause = _cause(error)
                if reference.startswith("#"):
                    dead.append(reference)
                else:
                    unknown.append(cause or _elsewhere(reference))
    if unknown and not dead:
        raise unknown[0]
    return dead, live


def _references(schema: Any, resolver: Any) -> Iterator[tuple[str, Any]]:
    waiting = [(schema, resolver)]
    while waiting:
        part, here = waiting.pop()
        if isinstance(part, list):
            waiting += [(p, here) for p in part]
        if not isinstance(part, dict):
            continue
        if part is not schema and isinstance(part.get("$id"), str):
            own = Resource.from_contents(part, default_specification=DRAFT202012)
            here = here.in_subresource(own)
        yield from ((part[k], here) for k in _REFERENCES if isinstance(part.get(k), str))
        for name, inner in part.items():
            if name in _NAMING and isinstance(inner, dict):
                waiting += [(p, here) for p in inner.values()]
            elif name not in _DATA:
                waiting.append((inner, here))


def _cause(error: BaseException) -> Inconclusive | None:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, Inconclusive):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None


def _elsewhere(reference: str) -> Inconclusive:
    return Inconclusive("unresolved_reference", f"{reference} leads to nothing at another place")
