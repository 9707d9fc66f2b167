"""JSON Schema on jsonschema-rs: what judges whatever it can take, in microseconds.

Regular expressions follow ECMA-262, formats are those of `formats.py`, decimals are counted exactly.
"""

from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from mimtest.models.formats import FORMATS
from mimtest.models.schema_documents import Documents

Path = tuple[str | int, ...]

#: Formats that jsonschema-rs would assert on its own.
_UNASSERTED: Final = (
    "duration",
    "hostname",
    "idn-hostname",
    "iri-reference",
    "regex",
    "relative-json-pointer",
    "uri-reference",
    "uri-template",
)
_CLOSED: Final = "additionalProperties"
_CONTENTS: Final = ("contentEncoding", "contentMediaType")
_FORMER: Final = ("dependencies",)
_ARGUMENTS: Final = (
    "types",
    "options",
    "expected_value",
    "property",
    "unexpected",
    "limit",
    "pattern",
    "format",
    "multiple_of",
)
#: Keywords that jsonschema-rs tells as another one.
_TOLD_AS: Final = {
    "required": ("dependencies", "dependentRequired"),
    "contains": ("maxContains", "minContains"),
    "falseSchema": (
        _CLOSED,
    ),  # where no member is described: the first of them as if it were the object
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A keyword that an instance breaks: its value or what of it is broken, and where both are.

    `alternatives` are the violations of each branch of `anyOf` and `oneOf`.
    """

    keyword: str
    argument: Any
    path: Path
    instance: Any
    location: str
    alternatives: tuple[tuple["Violation", ...], ...] = ()


class CannotJudge(Exception):  # noqa: N818 - an engine says so, nobody made an error
    """The engine cannot build the schema; another may."""


class _Unheard:
    """A keyword that says nothing: contents up to draft 7, and what later drafts no longer define."""

    def __init__(self, *_: Any) -> None: ...

    def validate(self, _: Any) -> None: ...


class Quick:
    """jsonschema-rs. Raises CannotJudge when it cannot be built."""

    def __init__(self, documents: Documents, *, formats: bool) -> None:
        import jsonschema_rs  # noqa: PLC0415 - start-up

        asserted = {**dict.fromkeys(_UNASSERTED, _anything), **FORMATS}
        old = "draft-0" in str(documents.dialect)
        try:
            self._validator = jsonschema_rs.validator_for(
                documents.get(documents.address),
                formats=asserted if formats else None,
                validate_formats=formats,
                retriever=documents.get,
                base_uri=documents.address,
                keywords=dict.fromkeys(_CONTENTS if old else _FORMER, _Unheard),
            )
        except (ValueError, TypeError, jsonschema_rs.ReferencingError) as error:
            raise CannotJudge(str(error)) from None

    def is_valid(self, instance: Any) -> bool:
        """Whether nothing speaks against an instance. Raises ValueError for what is no JSON."""
        return self._validator.is_valid(instance)

    def violations(self, instance: Any, *, first: bool = False) -> list[Violation]:
        """What speaks against an instance, or the first of it. Raises ValueError for what is no JSON."""
        if first:
            return self._first(instance)
        return [_of_rust(error, instance) for error in self._validator.iter_errors(instance)]

    def _first(self, instance: Any) -> list[Violation]:
        import jsonschema_rs  # noqa: PLC0415 - start-up

        try:
            self._validator.validate(instance)
        except jsonschema_rs.ValidationError as error:
            return [_of_rust(error, instance)]
        return []


def _anything(_: str) -> bool:
    return True


def _of_rust(error: Any, whole: Any) -> Violation:
    told = error.kind.as_dict()
    argument = next((told[name] for name in _ARGUMENTS if name in told), None)
    path, instance = tuple(error.instance_path), error.instance
    name = _keyword(error.kind.name, error.schema_path[-1] if error.schema_path else "")
    if name == _CLOSED:
        instance = reduce(lambda part, step: part[step], path, whole)
        argument = argument or [*instance]
    branches = getattr(error.kind, "context", None) or ()
    return Violation(
        name,
        argument,
        path,
        instance,
        error.absolute_keyword_location or "",
        tuple(tuple(_of_rust(e, whole) for e in branch) for branch in branches),
    )


def _keyword(name: str, last: str | int) -> str:
    return str(last) if last in _TOLD_AS.get(name, ()) else name
