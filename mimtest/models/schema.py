"""JSON Schema: whether an entity is valid, and what speaks against it.

The verdicts are those of jsonschema, given by jsonschema-rs wherever that can (see `schema_quick` and
`schema_patient`). Formats are annotations unless they are asked for (JSON Schema 2020-12 core 7.2.1).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, Protocol
from urllib.parse import urldefrag

from mimtest.errors import Contradiction, Inconclusive
from mimtest.models.findings import Finding
from mimtest.models.schema_documents import Documents, Held, LookUp, dialect_of
from mimtest.models.schema_findings import findings, shown
from mimtest.models.schema_quick import CannotJudge, Quick, Violation

_DIALECTS: Final = (
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/draft-04/schema",
    "http://json-schema.org/draft-03/schema",
)
_TOGETHER: Final = ("allOf",)
_ALTERNATIVES: Final = ("anyOf", "oneOf")
_BRANCHES: Final = ("if", "then", "else")


class Engine(Protocol):
    """Judges instances of one schema."""

    def is_valid(self, instance: Any) -> bool:
        """Whether nothing speaks against an instance."""

    def violations(self, instance: Any, *, first: bool = False) -> list[Violation]:
        """What speaks against an instance, or the first of it."""


class Schema:
    """A schema document, where it was found, and how to get at what it refers to.

    `look_up` gives the document at an address and raises Inconclusive when it cannot. What is not valid as a
    schema, or cannot be evaluated here, raises Inconclusive wherever an entity is judged.
    """

    def __init__(
        self, address: str, document: Any, look_up: LookUp, *, name: str = "the schema"
    ) -> None:
        self.address = address
        self.document = document
        self.name = name
        self._look_up = look_up
        self._found: Documents | None = None
        self._engines: dict[bool, Engine] = {}
        self._others: dict[bool, Engine] = {}

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs: the documents found so far, no engine and no look-up."""
        documents = self._documents
        _ = self._engine(formats=False)
        return {
            "address": self.address,
            "document": self.document,
            "name": self.name,
            "_look_up": Held(documents.found),
            "_found": None,
            "_engines": {},
            "_others": {},
        }

    @property
    def dialect(self) -> str | None:
        """The `$schema` of the document; None when it names none. Raises Contradiction."""
        named = dialect_of(self.document)
        if named is not None and not isinstance(named, str):
            raise self._no_schema("'$schema' is no text", shown(named))
        return named

    def assert_valid(self) -> None:
        """The schema is valid under the meta-schema of its dialect, 2020-12 where it names none.

        Raises Contradiction, and Inconclusive for a dialect that is not known.
        """
        if not isinstance(self.document, dict | bool):
            raise self._no_schema("it is no object", shown(self.document))
        dialect = self.dialect
        if dialect is not None and dialect.rstrip("#") not in _DIALECTS:
            detail = f"{dialect} is not available: the dialect is none of the JSON Schema drafts"
            raise Inconclusive("unresolved_reference", detail)
        violation = _against_dialect(self.document, dialect or _DIALECTS[0])
        if violation is not None:
            raise self._no_schema(violation.message, violation.received, violation.expected)

    def _no_schema(self, why: str, received: str, expected: str = "") -> Contradiction:
        dialect = dialect_of(self.document)
        named = dialect if isinstance(dialect, str) else "JSON Schema 2020-12"
        return Contradiction(
            f"{self.name} is not valid: {why}",
            expected=f"a schema of {named}" + (f": {expected}" if expected else ""),
            received=received,
        )

    @property
    def _documents(self) -> Documents:
        if self._found is None:
            try:
                self.assert_valid()
            except Contradiction as error:
                raise Inconclusive("precondition_unmet", error.message) from None
            address = urldefrag(self.address).url
            self._found = Documents(address, self.document, self._look_up)
        return self._found

    def _engine(self, *, formats: bool) -> Engine:
        if formats not in self._engines:
            self._engines[formats] = _built(self._documents, formats=formats)
        return self._engines[formats]

    def _other_engine(self, *, formats: bool) -> Engine:
        if formats not in self._others:
            self._others[formats] = _patient(self._documents, formats=formats)
        return self._others[formats]

    def is_valid(self, instance: Any, formats: bool = False) -> bool:  # noqa: FBT001, FBT002
        """Whether nothing speaks against an instance; `formats` asserts formats, too. Raises Inconclusive."""
        engine = self._engines.get(formats) or self._engine(formats=formats)
        try:
            return engine.is_valid(instance)
        except ValueError:  # text that is no Unicode
            return self._other_engine(formats=formats).is_valid(instance)

    def findings(self, instance: Any, entity: str, formats: bool = False) -> list[Finding]:  # noqa: FBT001, FBT002
        """What speaks against an instance, which is said to be `entity`. Raises Inconclusive."""
        return [*findings(self.violations(instance, formats=formats), entity)]

    def first_finding(self, instance: Any, entity: str, *, formats: bool = False) -> list[Finding]:
        """The first thing that speaks against an instance: of a large one, all take very much memory."""
        return [*findings(self.violations(instance, formats=formats, first=True), entity)]

    def violations(
        self, instance: Any, *, formats: bool = False, first: bool = False
    ) -> list[Violation]:
        """What the engine says speaks against an instance, or the first of it. Raises Inconclusive."""
        try:
            return self._engine(formats=formats).violations(instance, first=first)
        except ValueError:
            return self._other_engine(formats=formats).violations(instance, first=first)

    def properties(self) -> dict[str, list[Any]]:
        """The members the schema describes, in all its parts, with their schemas; references followed.

        Raises Inconclusive.
        """
        from mimtest.models.schema_patient import evaluating  # noqa: PLC0415

        found: dict[str, list[Any]] = {}
        with evaluating(self.address):
            for part, resolver in self._parts(_TOGETHER + _ALTERNATIVES, _BRANCHES):
                for name, value in part.get("properties", {}).items():
                    known = found.setdefault(name, [])
                    known += [p for p, _ in self._within(value, resolver, _TOGETHER, ())]
        return found

    def required(self) -> frozenset[str]:
        """The members every instance is to have: not those of alternatives. Raises Inconclusive."""
        parts = self._parts(_TOGETHER, ())
        return frozenset(n for part, _ in parts for n in part.get("required", ()))

    def _parts(self, lists: tuple[str, ...], single: tuple[str, ...]) -> Iterator[Any]:
        from mimtest.models.schema_patient import evaluating, registry_of  # noqa: PLC0415

        with evaluating(self.address):
            resolver = registry_of(self._documents).resolver(self._documents.address)
            start = {"$ref": self.address}
            yield from self._within(start, resolver, lists, single)

    def _within(
        self, schema: Any, resolver: Any, lists: tuple[str, ...], single: tuple[str, ...]
    ) -> Iterator[tuple[Mapping[str, Any], Any]]:
        """A schema and what applies in the same place, each with what its references start from."""
        waiting, seen = [(schema, resolver)], set()
        while waiting:
            part, here = waiting.pop()
            if not isinstance(part, dict) or id(part) in seen:
                continue
            seen.add(id(part))
            yield part, here
            inner = [p for key in lists for p in part.get(key, ())]
            inner += [part[key] for key in single if key in part]
            waiting += [(p, here) for p in reversed(inner)]
            if "$ref" in part:
                target = here.lookup(part["$ref"])
                waiting.append((target.contents, target.resolver))


def _against_dialect(document: Any, dialect: str) -> Finding | None:
    """The first thing that the meta-schema has against a schema."""
    return next(findings(_judge_of_schemas(dialect).violations(document), ""), None)


@cache
def _judge_of_schemas(dialect: str) -> Engine:
    return _built(Documents("urn:mimtest:any", {"$schema": dialect, "$ref": dialect}, Held({})))


def _built(documents: Documents, *, formats: bool = False) -> Engine:
    try:
        return Quick(documents, formats=formats)
    except CannotJudge:
        return _patient(documents, formats=formats)


def _patient(documents: Documents, *, formats: bool) -> Engine:
    from mimtest.models.schema_patient import Patient  # noqa: PLC0415 - start-up

    return Patient(documents, formats=formats)
