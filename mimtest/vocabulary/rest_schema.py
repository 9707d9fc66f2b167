"""Payloads against the schemas of an OpenAPI description (3.0 and 3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from mimtest.models.schema_patient import evaluating
from mimtest.vocabulary.openapi import resolve

_HERE: Final = "urn:mimtest:description"
_BOUNDS: Final = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))


@dataclass(frozen=True, slots=True)
class Payloads:
    """What a description says about answers. `document` is the description as JSON Schema 2020-12 reads it."""

    document: Mapping[str, Any]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Payloads":
        """The schemas of a description; those of OpenAPI 3.0 are put into the words of JSON Schema."""
        old = str(document.get("openapi", "")).startswith("3.0")
        return cls(_answering(_modern(document) if old else document))

    def response(self, path: str, status: int) -> Mapping[str, Any] | None:
        """What the description says of a status of GET on a path: its own, its class's, the default's."""
        item = resolve(self.document, self.document["paths"].get(path))
        operation = item.get("get") if isinstance(item, Mapping) else None
        answers = operation.get("responses") if isinstance(operation, Mapping) else None
        if not isinstance(answers, Mapping):
            return None
        names = (str(status), f"{status // 100}XX", "default")
        found = next((answers[n] for n in names if n in answers), None)
        response = resolve(self.document, found)
        return response if isinstance(response, Mapping) else None

    def names_status(self, path: str, status: int) -> bool:
        """Whether the description says by its number that GET on a path may have that status."""
        item = resolve(self.document, self.document["paths"].get(path))
        operation = item.get("get") if isinstance(item, Mapping) else None
        answers = operation.get("responses") if isinstance(operation, Mapping) else None
        return isinstance(answers, Mapping) and str(status) in answers

    def media(self, response: Mapping[str, Any], media_type: str) -> Mapping[str, Any] | None:
        """What a response has for a media type, by itself or by a range."""
        content = response.get("content")
        if not isinstance(content, Mapping):
            return None
        kinds = {str(k).partition(";")[0].strip().lower(): v for k, v in content.items()}
        ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
        found = next((kinds[k] for k in ranges if k in kinds), None)
        return found if isinstance(found, Mapping) else None

    def first_error(self, schema: Any, value: Any) -> str | None:
        """What of a value contradicts a schema of the description, in a line; None for nothing.

        Raises Inconclusive for a reference that leads out of the description.
        """
        registry: Registry[Any] = Registry().with_resource(
            _HERE, DRAFT202012.create_resource(self.document)
        )
        local = _absolute(schema)
        with evaluating("the description's schema"):
            error = next(Draft202012Validator(local, registry=registry).iter_errors(value), None)
        return None if error is None else _line(error)


def _line(error: ValidationError) -> str:
    place = "/".join(map(str, error.absolute_path)) or "the whole"
    return f"{place}: {error.message[:200]}"


def _absolute(schema: Any) -> Any:
    """The schema with its local references naming the description."""
    if isinstance(schema, Mapping):
        return {
            k: f"{_HERE}{v}" if k == "$ref" and str(v).startswith("#") else _absolute(v)
            for k, v in schema.items()
        }
    return [_absolute(s) for s in schema] if isinstance(schema, list) else schema


def _answering(node: Any) -> Any:
    """Schemas for answers: members that are only written need not be there (OpenAPI 3.0.3 4.7.24)."""
    if isinstance(node, list):
        return [_answering(n) for n in node]
    if not isinstance(node, Mapping):
        return node
    known = {k: _answering(v) for k, v in node.items()}
    required, members = known.get("required"), known.get("properties")
    if isinstance(required, list) and isinstance(members, Mapping):
        known["required"] = [n for n in required if not _is_written_only(members.get(n))]
    return known


def _is_written_only(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("writeOnly") is True


def _modern(node: Any) -> Any:
    """Schemas of OpenAPI 3.0 in JSON Schema 2020-12: `nullable`, exclusive bounds, lone references.

    The text before 3.0.3 lets `nullable` stand without a type, beside other schemas or an enumeration.
    """
    if isinstance(node, list):
        return [_modern(n) for n in node]
    if not isinstance(node, Mapping):
        return node
    nullable = node.get("nullable") is True
    if isinstance(node.get("$ref"), str):
        alone = {"$ref": node["$ref"]}
        return {"anyOf": [alone, {"type": "null"}]} if nullable else alone
    known = {k: _modern(v) for k, v in node.items()}
    if nullable and isinstance(known.get("type"), str) and "enum" not in known:
        known["type"] = [known["type"], "null"]
    elif nullable:
        del known["nullable"]
        return {"anyOf": [_bounded(known), {"type": "null"}]}
    return _bounded(known)


def _bounded(known: dict[str, Any]) -> dict[str, Any]:
    for exclusive, bound in _BOUNDS:
        if known.get(exclusive) is True and bound in known:
            known[exclusive] = known.pop(bound)
        elif isinstance(known.get(exclusive), bool):
            del known[exclusive]
    return known
