"""JSON Schema on jsonschema, for what jsonschema-rs does not take: the same verdicts, a hundred times slower.

A reference that leads nowhere hurts only where an entity gets there; draft 3 is known; regular expressions
that ECMA-262 has and jsonschema-rs has not are tried.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from itertools import islice
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import UnknownType, ValidationError
from jsonschema.validators import extend, validator_for
from jsonschema_specifications import REGISTRY as DIALECTS
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012, specification_with

from mimtest.errors import Inconclusive
from mimtest.models.formats import FORMATS
from mimtest.models.schema_documents import Documents, dialect_of
from mimtest.models.schema_quick import Violation

_BEYOND_EVALUATION: Final = (
    re.error,
    RecursionError,
    UnknownType,
    ArithmeticError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
)
_ECMA: Final = re.compile(r"\\.|\[\^?|\]|\$|\(\?<(?![=!])", re.DOTALL)
_SPACES: Final = r"\s\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


class Patient:
    """jsonschema, with what both engines agree on."""

    def __init__(self, documents: Documents, *, formats: bool) -> None:
        self._documents = documents
        root = documents.get(documents.address)
        kind = validator_for(root, default=Draft202012Validator)
        keywords = {n: f for n, f in _KEYWORDS.items() if n in kind.VALIDATORS}
        self._registry = registry_of(documents)
        judge: Any = extend(kind, keywords)  # type: ignore[no-untyped-call]
        self._validator = judge(
            {"$ref": documents.address},
            registry=self._registry,
            format_checker=_checker() if formats else None,
        )

    def is_valid(self, instance: Any) -> bool:
        """Whether nothing speaks against an instance. Raises Inconclusive."""
        with evaluating(self._documents.address):
            return bool(self._validator.is_valid(instance))

    def violations(self, instance: Any, *, first: bool = False) -> list[Violation]:
        """What speaks against an instance, or the first of it. Raises Inconclusive."""
        with evaluating(self._documents.address):
            errors = islice(self._validator.iter_errors(instance), 1 if first else None)
            return [self._of_python(error) for error in errors]

    def _of_python(self, error: ValidationError) -> Violation:
        branches: dict[str | int, list[Violation]] = {}
        for number, inner in enumerate(error.context or ()):
            steps = inner.relative_schema_path  # of an alternative that is just `false` none
            branch = branches.setdefault(steps[0] if steps else f"false {number}", [])
            branch.append(self._of_python(inner))
        return Violation(
            str(error.validator) if error.validator else "falseSchema",
            error.validator_value,
            tuple(error.absolute_path),
            error.instance,
            self._location(error),
            tuple(tuple(branch) for branch in branches.values()),
        )

    def _location(self, error: ValidationError) -> str:
        """Where a keyword stands: its document's address and the pointer in it. References are no steps."""
        resolver = self._registry.resolver(self._documents.address)
        place, steps = "", [*error.absolute_schema_path]
        node: Any = {"$ref": self._documents.address}
        for index, step in enumerate(steps):
            last = index == len(steps) - 1
            while (
                isinstance(node, dict)
                and "$ref" in node
                and (step not in node or (last and node is not error.schema))
            ):
                target = resolver.lookup(node["$ref"])
                place = _joined(node["$ref"], place)
                node, resolver = target.contents, target.resolver
            place += "/" + str(step).replace("~", "~0").replace("/", "~1")
            node = node.get(step) if isinstance(node, dict) else node[int(step)]
        return place


def _joined(reference: str, place: str) -> str:
    address, _, pointer = reference.partition("#")
    return f"{address or place.partition('#')[0]}#{pointer}"


def registry_of(documents: Documents) -> Registry[Any]:
    """The documents as jsonschema looks them up."""
    known: Registry[Any] = DIALECTS.combine(
        Registry(retrieve=lambda uri: _resource(documents, uri))  # type: ignore[call-arg]
    )
    own = _resource(documents, documents.address)
    found: Registry[Any] = known.with_resource(documents.address, own)
    return found


def _resource(documents: Documents, address: str) -> Resource[Any]:
    """A document; where its dialect is that of all it says so no more, or jsonschema changes engines."""
    contents = documents.get(address)
    if dialect_of(contents) == documents.dialect and isinstance(contents, dict):
        contents = {n: v for n, v in contents.items() if n != "$schema"}
    default = specification_with(documents.dialect or "", default=DRAFT202012)
    return Resource.from_contents(contents, default_specification=default)


@contextmanager
def evaluating(address: str) -> Iterator[None]:
    """Let nothing but Inconclusive come out of evaluating somebody's schema."""
    try:
        yield
    except Unresolvable as error:
        raise _cause_of(error, address) from None
    except _BEYOND_EVALUATION as error:
        detail = f"{address} cannot be evaluated here: {type(error).__name__}: {error}"
        raise Inconclusive("schema_not_evaluated", detail[:400]) from None


def _cause_of(error: BaseException, address: str) -> Inconclusive:
    """Why a `$ref` could not be followed: what was said where it was looked up, if anything."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, Inconclusive):
            return cause
        cause = cause.__cause__ or cause.__context__
    ref = getattr(error, "ref", error)
    detail = f"{ref}, which {address} refers to, is not available: it leads nowhere"
    return Inconclusive("unresolved_reference", detail)


@cache
def _checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, holds in FORMATS.items():
        checker.checks(name)(lambda value, holds=holds: not isinstance(value, str) or holds(value))
    return checker


@cache
def ecma(pattern: str) -> re.Pattern[str]:
    """A regular expression of ECMA-262 as Python has it. Raises re.error."""
    inside = False

    def python(match: re.Match[str]) -> str:
        nonlocal inside
        piece = match[0]
        if piece[0] == "[" and not inside:
            inside = True
        elif piece == "]":
            inside = False
        elif piece == r"\s":
            return _SPACES if inside else f"[{_SPACES}]"
        elif piece == r"\S" and not inside:
            return f"[^{_SPACES}]"
        elif piece == "$" and not inside:
            return r"\Z"
        elif piece == "(?<" and not inside:
            return "(?P<"
        return piece

    return re.compile(_ECMA.sub(python, pattern), re.ASCII)


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not ecma(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: dict[str, Any], instance: Any, _: Any
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    for pattern, schema in patterns.items():
        for name, value in instance.items():
            if ecma(pattern).search(name):
                yield from validator.descend(value, schema, path=name, schema_path=pattern)


def _additional_properties(
    validator: Any, schema: Any, instance: Any, parent: dict[str, Any]
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    patterns = [ecma(p) for p in parent.get("patternProperties", ())]
    named = parent.get("properties", ())
    extra = [n for n in instance if n not in named and not any(p.search(n) for p in patterns)]
    if schema is False and extra:
        yield ValidationError(f"{extra} are not described", validator_value=extra)
    elif schema is not False:
        for name in extra:
            yield from validator.descend(instance[name], schema, path=name)


def _required(_: Any, names: list[str], instance: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for name in names:
            if name not in instance:
                yield ValidationError(f"{name} is missing", validator_value=name)


def _multiple_of(_: Any, of: float, instance: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, bool) or not isinstance(instance, int | float):
        return
    if Fraction(repr(instance)) % Fraction(repr(of)):
        yield ValidationError(f"{instance} is no multiple of {of}")


_KEYWORDS: Final = {
    "additionalProperties": _additional_properties,
    "multipleOf": _multiple_of,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "required": _required,
}
