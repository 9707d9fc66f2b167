"""Whether an OpenAPI 3 document holds together: beyond its grammar, what its words refer to (OpenAPI 3.0.3, 3.1.0)."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator

from mimtest.resources import SCHEMAS
from mimtest.vocabulary.openapi import resolve
from mimtest.vocabulary.openapi_features import operations, parameters, variables
from mimtest.vocabulary.web_addresses import address_parts, joined

_MOST: Final = 200_000
#: Where documents of standards are that everybody has.
_KNOWN: Final = (
    "schemas.opengis.net/",
    "geojson.org/",
    "www.geojson.org/",
    "json-schema.org/",
    "raw.githubusercontent.com/opengeospatial/",
    "spec.openapis.org/",
)


@cache
def _grammar() -> Draft202012Validator:
    text = (SCHEMAS / "openapi" / "description.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def problems(definition: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a document, a line each."""
    for error in _grammar().iter_errors(definition):
        place = "/".join(map(str, error.absolute_path)) or "the whole"
        yield f"{place}: {error.message[:200]}"
    for reference in local_references(definition):
        if resolve(definition, {"$ref": reference}) is None:
            yield f"nothing is at {reference}"
    yield from _names_used_twice(definition)
    yield from _variables_unexplained(definition)


def _names_used_twice(definition: Mapping[str, Any]) -> Iterator[str]:
    """Two operations with one id (OpenAPI 3.0.3 4.7.10)."""
    known: dict[str, str] = {}
    for path, method, operation in operations(definition):
        name = operation.get("operationId")
        if isinstance(name, str):
            if name in known:
                yield f"the operationId {name!r} stands for {known[name]} and {method} {path}"
            known[name] = f"{method} {path}"


def _variables_unexplained(definition: Mapping[str, Any]) -> Iterator[str]:
    """A variable of a path that no parameter explains (OpenAPI 3.0.3 4.7.9.2)."""
    for path, method, _ in operations(definition):
        listed = parameters(definition, path, method)
        if any(isinstance(p, Mapping) and "$ref" in p for p in listed):
            continue
        known = {p.get("name") for p in listed if isinstance(p, Mapping) and p.get("in") == "path"}
        for name in variables(path):
            if name not in known:
                yield f"{method} {path}: no parameter explains {{{name}}}"


def local_references(definition: Any) -> list[str]:
    """Every reference to a place in the document itself, once."""
    return [r for r in _references(definition) if r.startswith("#/")]


def outer_references(definition: Any, address: str) -> list[str]:
    """The documents referred to, absolute, those of standards left out."""
    outer = (r for r in _references(definition) if not r.startswith("#"))
    absolute = dict.fromkeys(joined(address, r).partition("#")[0] for r in outer)
    return [a for a in absolute if not is_of_a_standard(a) and a != address.partition("#")[0]]


def is_of_a_standard(address: str) -> bool:
    """Whether an address is one of a standard's own documents."""
    parts = address_parts(address)
    return f"{parts.netloc}{parts.path}".startswith(_KNOWN)


def _references(definition: Any) -> list[str]:
    found: dict[str, None] = {}
    nodes, seen = [definition], 0
    while nodes and seen < _MOST:
        node, seen = nodes.pop(), seen + 1
        if isinstance(node, list):
            nodes += node
        elif isinstance(node, Mapping):
            reference = node.get("$ref")
            if isinstance(reference, str):
                found[reference] = None
            # What an example holds is no part of the document.
            nodes += [v for k, v in node.items() if k not in ("example", "examples", "default")]
    return list(found)
