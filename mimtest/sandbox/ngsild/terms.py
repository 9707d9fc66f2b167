"""Names: terms to IRIs and back by a JSON-LD context (GS CIM 009 5.5.7).

Only the part of JSON-LD that NGSI-LD needs: terms, compact IRIs, `@vocab` and aliases of keywords. The
core context comes last and wins. What a term says about its values (`@type`, `@container`) is left out,
because the core context fixes the meaning of every member of an attribute.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final

from mimtest.sandbox.ngsild.core_context import CORE_DOCUMENT
from mimtest.sandbox.ngsild.errors import bad_data

_DELIMITERS: Final = ":/?#[]@"
_SETTINGS: Final = frozenset(
    ("@vocab", "@base", "@language", "@direction", "@version", "@protected", "@propagate")
)
_MAX_DEPTH: Final = 32


class Terms:
    """The meaning of names under one sequence of contexts."""

    def __init__(self, sources: Iterable[Mapping[str, Any]] = ()) -> None:
        self._terms: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        self._vocabulary = ""
        for source in (*sources, CORE_DOCUMENT["@context"]):
            self._add(source)

    def expand(self, name: str) -> str:
        """The IRI (or `@` keyword) a name stands for."""
        if name.startswith("@"):
            return name
        return self._terms.get(name) or self._resolve(name)

    def compact(self, iri: str) -> str:
        """The shortest name that stands for the IRI."""
        if iri in self._names:
            return self._names[iri]
        rest = iri.removeprefix(self._vocabulary)
        if rest and rest != iri and self.expand(rest) == iri:
            return rest
        return self._compact_iri(iri)

    def defines(self, name: str) -> bool:
        """Whether a context has the name as a term of its own."""
        return name in self._terms

    def _compact_iri(self, iri: str) -> str:
        short = [
            f"{prefix}:{iri.removeprefix(start)}"
            for prefix, start in self._prefixes.items()
            if iri.startswith(start) and iri != start
        ]
        fitting = [s for s in short if not self.defines(s) and self.expand(s) == iri]
        return min(fitting, key=lambda s: (len(s), s), default=iri)

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for term in sorted(self._terms, key=lambda t: (len(t), t)):
            names.setdefault(self._terms[term], term)
        return {iri: name for iri, name in names.items() if not iri.startswith("@")}

    def _resolve(self, name: str) -> str:
        prefix, colon, suffix = name.partition(":")
        if not colon:
            return f"{self._vocabulary}{name}"
        if prefix in self._prefixes and not suffix.startswith("//"):
            return f"{self._prefixes[prefix]}{suffix}"
        return name

    def _add(self, source: Mapping[str, Any]) -> None:
        if "@vocab" in source:
            self._vocabulary = self._vocabulary_of(source["@vocab"])
        for term in source:
            if not term.startswith("@"):
                self._define(term, source, _MAX_DEPTH)
            elif term not in _SETTINGS:
                msg = f"{term} is not supported in a context"
                raise bad_data(msg)

    def _vocabulary_of(self, value: Any) -> str:
        if value is None or value == "":
            return ""
        if not isinstance(value, str):
            msg = "@vocab has to be an IRI"
            raise bad_data(msg)
        return self._resolve(value)

    def _define(self, term: str, source: Mapping[str, Any], depth: int) -> str | None:
        if depth == 0:
            msg = f"the context defines {term} by itself"
            raise bad_data(msg)
        target = self._target(term, source[term])
        self._terms.pop(term, None)
        self._prefixes.pop(term, None)
        if target is None:
            return None
        iri = self._definition(term, target, source, depth)
        self._terms[term] = iri
        simple = isinstance(source[term], str) and iri.endswith(tuple(_DELIMITERS))
        if simple or (isinstance(source[term], Mapping) and source[term].get("@prefix") is True):
            self._prefixes[term] = iri
        return iri

    def _target(self, term: str, definition: Any) -> str | None:
        """What the definition says the term stands for; the term itself where it says nothing."""
        if isinstance(definition, Mapping):
            if "@context" in definition or "@reverse" in definition:
                msg = f"the context of {term} is scoped or reversed, which is not supported"
                raise bad_data(msg)
            definition = definition.get("@id", term)
        if definition is None or isinstance(definition, str):
            return definition
        msg = f"the context defines {term} by neither an IRI nor an object"
        raise bad_data(msg)

    def _definition(self, term: str, target: str, source: Mapping[str, Any], depth: int) -> str:
        if target.startswith("@"):
            return target
        if target in source and target != term:
            return self._define(target, source, depth - 1) or target
        prefix, colon, suffix = target.partition(":")
        if colon and prefix in source and prefix != term and not suffix.startswith("//"):
            self._define(prefix, source, depth - 1)
        iri = self._resolve(target)
        if ":" in iri:
            return iri
        msg = f"the context does not say which IRI {term} stands for"
        raise bad_data(msg)


CORE: Final = Terms()
