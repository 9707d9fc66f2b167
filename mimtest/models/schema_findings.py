"""What breaks a schema, said in words: where, what was expected, what came, and where that is written."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from mimtest.models.findings import Finding
from mimtest.models.schema_quick import Path, Violation

_LONGEST: Final = 120
_MOST: Final = 8
_TYPES: Final = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "text",
}
_EXPECTED: Final = {
    "const": "{}",
    "contains": "an item that fits",
    "dependencies": "the member {} beside those there",
    "dependentRequired": "the member {} beside those there",
    "exclusiveMaximum": "less than {}",
    "exclusiveMinimum": "more than {}",
    "falseSchema": "nothing",
    "format": "text in the format {}",
    "items": "no further item",
    "additionalItems": "no further item",
    "unevaluatedItems": "no further item",
    "maxItems": "at most {} items",
    "maxLength": "at most {} characters",
    "maxProperties": "at most {} members",
    "maximum": "at most {}",
    "minItems": "at least {} items",
    "minLength": "at least {} characters",
    "minProperties": "at least {} members",
    "minimum": "at least {}",
    "multipleOf": "a multiple of {}",
    "not": "something else",
    "pattern": "text that matches {}",
    "propertyNames": "other names of members",
    "required": "the member {}",
    "uniqueItems": "no item twice",
}
_CLOSED: Final = ("additionalProperties", "unevaluatedProperties")
_ALTERNATIVES: Final = ("anyOf", "oneOf")
_IDENTIFYING: Final = ("const", "enum", "required", "type")


def findings(violations: Iterable[Violation], entity: str) -> Iterator[Finding]:
    """What speaks against one entity. Of alternatives the one that fits its type is told."""
    for violation in violations:
        if violation.keyword in _CLOSED and isinstance(violation.argument, list):
            yield from (_unknown(violation, name, entity) for name in violation.argument)
        elif violation.keyword in _ALTERNATIVES:
            yield from _of_alternatives(violation, entity)
        else:
            yield _one(violation, entity)


def pointer(path: Path) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _one(violation: Violation, entity: str) -> Finding:
    missing = violation.keyword == "required"
    named = missing and isinstance(violation.argument, str)  # drafts before 4 have it at the member
    path = (*violation.path, violation.argument) if named else violation.path
    expected = _expected(violation)
    received = _received(violation)
    message = "is missing" if missing else f"is {received}, expected {expected}"
    return Finding(
        violation.keyword,
        entity,
        pointer(path),
        f"{_place(path)} {message}",
        expected,
        received,
        violation.location,
    )


def _unknown(violation: Violation, name: str, entity: str) -> Finding:
    path = (*violation.path, name)
    return Finding(
        violation.keyword,
        entity,
        pointer(path),
        f"{_place(path)} is not among the members that the schema allows",
        "none but the members that the schema names",
        name,
        violation.location,
    )


def _of_alternatives(violation: Violation, entity: str) -> Iterator[Finding]:
    """The violations of the one alternative meant, else the choice as a whole."""
    meant = [b for b in violation.alternatives if b and not _is_another(b, violation.path)]
    if len(meant) == 1 and len(violation.alternatives) > 1:
        yield from findings(meant[0], entity)
    else:
        yield _one(violation, entity)


def _is_another(branch: tuple[Violation, ...], path: Path) -> bool:
    """Whether an alternative is for things of another type."""
    kinds = (path, (*path, "type"))
    return any(
        v.keyword in _IDENTIFYING
        and v.path in kinds
        and (v.keyword != "required" or v.argument == "type")
        for v in branch
    )


def _expected(violation: Violation) -> str:
    argument = violation.argument
    if violation.keyword == "required" and not isinstance(argument, str):
        return "the member"
    if violation.keyword == "type":
        names = [argument] if isinstance(argument, str) else argument
        return " or ".join(_TYPES.get(n, str(n)) for n in names)
    if violation.keyword == "enum" and isinstance(argument, list):
        more = f" or {len(argument) - _MOST} more" if len(argument) > _MOST else ""
        return f"one of {', '.join(shown(a) for a in argument[:_MOST])}{more}"
    if violation.keyword in _ALTERNATIVES:
        return _choice(violation)
    plain = argument if isinstance(argument, str) else shown(argument)
    return _EXPECTED.get(violation.keyword, f"what {violation.keyword} allows").format(plain)


def _choice(violation: Violation) -> str:
    """What each alternative expects, where each expects one thing of the same value."""
    if any(not branch for branch in violation.alternatives) or not violation.alternatives:
        return "what exactly one of the alternatives fits"
    kinds = [shown(k) for b in violation.alternatives for k in _kinds(b, violation.path)]
    if len(kinds) >= len(violation.alternatives):
        return f"an object whose type is one of {', '.join(dict.fromkeys(kinds))}"
    if all(len(b) == 1 and b[0].path == violation.path for b in violation.alternatives):
        return " or ".join(dict.fromkeys(_expected(b[0]) for b in violation.alternatives))
    return f"one of {len(violation.alternatives)} alternatives"


def _kinds(branch: tuple[Violation, ...], path: Path) -> list[Any]:
    """The types that an alternative is for, as its own violation at the member `type` tells."""
    own = next((v for v in branch if v.path == (*path, "type")), None)
    if own is None or own.keyword not in ("const", "enum"):
        return []
    return own.argument if own.keyword == "enum" else [own.argument]


def _received(violation: Violation) -> str:
    if violation.keyword == "required" and isinstance(violation.instance, dict):
        return f"members {', '.join(violation.instance)}"[:_LONGEST]
    return shown(violation.instance)


def _place(path: Path) -> str:
    return "/".join(str(step) for step in path) or "the whole"


def shown(value: Any) -> str:
    """A value as short JSON."""
    import json  # noqa: PLC0415

    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
