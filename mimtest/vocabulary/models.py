"""Data models: the JSON Schema claimed for an entity type, and entities in the form it speaks of.

Published schemas describe the simplified (key-values) form, so normalized entities are simplified first.
Only documents of the target are looked up: files beside the target file, and addresses at its origins.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urldefrag, urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import UnknownType, ValidationError
from jsonschema.validators import validator_for
from jsonschema_specifications import REGISTRY as DIALECTS
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012, UnknownDialect, specification_with

from mimtest.errors import Contradiction, Inconclusive, Unsettled
from mimtest.network.client import Answer, Client
from mimtest.network.strict_json import parse_json
from mimtest.vocabulary.expect import of_type
from mimtest.vocabulary.model_values import is_absolute_uri, is_date_time, is_time

_ACCEPT: Final = {
    "Accept": "application/schema+json, application/ld+json, application/json;q=0.9, */*;q=0.1"
}
_MOST_DOCUMENTS: Final = 64
_ALTERNATIVES: Final = ("allOf", "anyOf", "oneOf")
_BRANCHES: Final = ("if", "then", "else")
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


def _asserted_formats() -> FormatChecker:
    """The formats that are asserted; of any other nothing is said."""
    formats = FormatChecker(formats=("date", "email", "ipv4", "ipv6", "uuid"))
    rules = {"date-time": is_date_time, "time": is_time, "uri": is_absolute_uri}
    for name, holds in rules.items():
        formats.checks(name)(_of_text(holds))
    return formats


def _of_text(holds: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or holds(value)


class Documents:
    """JSON documents that claims lead to. Each is fetched once; reading one makes it evidence."""

    def __init__(self, client: Client, folder: Path) -> None:
        self._client = client
        self._folder = folder.resolve()
        self._answers: dict[str, Answer] = {}

    def address(self, reference: str) -> str:
        """The address of a claim: a web address as it is, else the file beside the target file."""
        if _is_web(reference):
            return reference
        return (self._folder / reference).resolve().as_uri()

    def get(self, address: str) -> Any:
        """The JSON value there. Raises Inconclusive (unresolved_reference), Contradiction for no JSON."""
        place = urldefrag(address).url
        if _is_web(place):
            return self._fetched(place).json()
        return parse_json(self._file(place))

    def _fetched(self, url: str) -> Answer:
        if url not in self._answers:
            if len(self._answers) >= _MOST_DOCUMENTS:
                raise _unresolved(url, f"it comes after {_MOST_DOCUMENTS} others")
            self._answers[url] = self._fetch(url)
        return self._answers[url]

    def _fetch(self, url: str) -> Answer:
        try:
            answer = self._client.get(url, headers=_ACCEPT)
        except Unsettled as reason:
            raise _unresolved(url, reason.detail) from None
        if answer.status != 200:  # noqa: PLR2004
            raise _unresolved(url, f"it is answered with {answer.status}")
        return answer

    def _file(self, uri: str) -> bytes:
        path = Path(unquote(urlsplit(uri).path)).resolve()
        if urlsplit(uri).scheme != "file" or not path.is_relative_to(self._folder):
            raise _unresolved(uri, "it is neither on the web nor beside the target file")
        try:
            return path.read_bytes()
        except (OSError, ValueError):
            raise _unresolved(uri, "the file cannot be read") from None


def _is_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def _unresolved(address: str, why: str) -> Inconclusive:
    return Inconclusive("unresolved_reference", f"{address} is not available: {why}")


@dataclass(frozen=True)
class ClaimedSchema:
    """The schema claimed for an entity type, with what its references lead to."""

    entity_type: str
    address: str
    documents: Documents = field(repr=False)

    @property
    def document(self) -> dict[str, Any] | bool:
        """The schema as it is published. Raises as `Documents.get` does, Contradiction for no schema."""
        value = self.documents.get(self.address)
        if isinstance(value, bool):
            return value
        schema: dict[str, Any] = of_type(value, dict, f"the schema claimed for {self.entity_type}")
        return schema

    @property
    def dialect(self) -> str | None:
        """The `$schema` of the document; None when it names none. Raises Contradiction."""
        document = self.document
        named = document.get("$schema") if isinstance(document, dict) else None
        return None if named is None else str(of_type(named, str, "'$schema'"))

    def assert_valid(self) -> None:
        """The schema is valid under the meta-schema of its dialect, 2020-12 where it names none.

        Raises Contradiction, and Inconclusive for a dialect that is not known.
        """
        named, schema = self.dialect, self.document
        if named:
            _require_known(named)
        kind = validator_for(schema, default=Draft202012Validator)
        with evaluating(self.address):
            error = next(iter(kind(kind.META_SCHEMA).iter_errors(schema)), None)
        if error is not None:
            raise Contradiction(
                f"the schema claimed for {self.entity_type} is not valid: {_line(error)}",
                expected=f"a schema of {named or 'JSON Schema 2020-12'}",
                received=_line(error),
            )

    @cached_property
    def _checked(self) -> dict[str, Any] | bool:
        try:
            self.assert_valid()
        except Contradiction as error:
            raise Inconclusive("precondition_unmet", error.message) from None
        return self.document

    @cached_property
    def _registry(self) -> Registry[Any]:
        own = Resource.from_contents(self._checked, default_specification=DRAFT202012)
        looked_up: Registry[Any] = Registry(retrieve=self._retrieve)  # type: ignore[call-arg]
        known: Registry[Any] = DIALECTS.combine(looked_up)
        found: Registry[Any] = known.with_resource(urldefrag(self.address).url, own)
        return found

    def _retrieve(self, uri: str) -> Resource[Any]:
        return Resource.from_contents(self.documents.get(uri), default_specification=DRAFT202012)

    def errors(self, instance: Any, *, formats: bool = False) -> list[str]:
        """What the schema has against an instance, a line for each; `formats` asserts formats, too.

        Raises Inconclusive when the schema is not valid or cannot be evaluated here.
        """
        checker = _asserted_formats() if formats else None
        schema = self._checked
        with evaluating(self.address):
            kind = validator_for(schema, default=Draft202012Validator)
            judge = kind({"$ref": self.address}, registry=self._registry, format_checker=checker)
            return [_line(error) for error in judge.iter_errors(instance)]

    def properties(self) -> dict[str, list[Any]]:
        """The members the schema describes, in all its parts, with their schemas. Raises Inconclusive."""
        found: dict[str, list[Any]] = {}
        with evaluating(self.address):
            parts = [(self._checked, self._registry.resolver(self.address))]
            seen: set[int] = set()
            while parts:
                part, resolver = parts.pop()
                if not isinstance(part, dict) or id(part) in seen:
                    continue
                seen.add(id(part))
                for name, value in part.get("properties", {}).items():
                    found.setdefault(name, []).append(value)
                parts += [(p, resolver) for p in _parts(part)]
                if "$ref" in part:
                    target = resolver.lookup(part["$ref"])
                    parts.append((target.contents, target.resolver))
        return found


def _require_known(dialect: str) -> None:
    try:
        specification_with(dialect)
    except UnknownDialect:
        raise _unresolved(dialect, "the dialect is none of the JSON Schema drafts") from None


def _parts(schema: Mapping[str, Any]) -> Iterator[Any]:
    for key in _ALTERNATIVES:
        yield from schema.get(key, ())
    for key in _BRANCHES:
        yield schema.get(key)


@contextmanager
def evaluating(address: str) -> Iterator[None]:
    """Let nothing but Inconclusive come out of evaluating somebody's schema."""
    try:
        yield
    except Unresolvable as error:
        raise _cause_of(error) from None
    except _BEYOND_EVALUATION as error:
        detail = f"{address} cannot be evaluated here: {type(error).__name__}: {error}"
        raise Inconclusive("schema_not_evaluated", detail[:400]) from None


def _cause_of(error: BaseException) -> Inconclusive:
    """Why a `$ref` could not be followed: what was said where it was looked up, if anything."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, Inconclusive):
            return cause
        cause = cause.__cause__ or cause.__context__
    return _unresolved(str(getattr(error, "ref", error)), "the reference leads nowhere")


def _line(error: ValidationError) -> str:
    where = "/".join(str(step) for step in error.absolute_path)
    text = " ".join(error.message.split())
    return f"{where or 'the whole'}: {text[:200]}"
