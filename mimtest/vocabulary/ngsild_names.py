"""What names mean under the @context of a request that came in: nothing is fetched, nothing raises.

Names are given as the suite writes them: those of the default vocabulary and of the core context in their
short form, all others as IRIs.
"""

from collections.abc import Mapping
from typing import Any, Final

from mimtest.vocabulary.jsonld import CORE, DEFAULT_VOCABULARY

_CORE_START: Final = ("https://uri.etsi.org/ngsi-ld/v1/", "http://uri.etsi.org/ngsi-ld/v1/")
_MOST_TERMS: Final = 1000
_MOST_CONTEXTS: Final = 16


def _iri(definition: Any) -> str | None:
    value = definition.get("@id") if isinstance(definition, dict) else definition
    return value if isinstance(value, str) else None


_CORE_TERMS: Final = {t: i for t, i in ((t, _iri(d)) for t, d in CORE.items()) if i and t[0] != "@"}
_CORE_NAMES: Final = {iri: term for term, iri in _CORE_TERMS.items()}


class Names:
    """The names of one request. `documents` are the @contexts that can be looked up, by address.

    `known` is false when the request names one that is none of these: its names then count as those of the
    default vocabulary.
    """

    def __init__(self, context: Any = None, documents: Mapping[str, Any] | None = None) -> None:
        self.known = True
        self._documents = documents or {}
        self._terms: dict[str, str] = {}
        self._left = _MOST_CONTEXTS
        self._add(context)
        self._names = {self._prefixed(iri): term for term, iri in self._terms.items()}

    def short(self, name: str) -> str:
        """The name as the suite writes it."""
        iri = self.expand(name)
        return _CORE_NAMES.get(iri) or iri.removeprefix(DEFAULT_VOCABULARY)

    def expand(self, name: str) -> str:
        """The IRI a name stands for."""
        if name in _CORE_TERMS:
            return _CORE_TERMS[name]
        if name in self._terms:
            return self._prefixed(self._terms[name])
        return self._prefixed(name) if ":" in name else f"{DEFAULT_VOCABULARY}{name}"

    def compact(self, short: str) -> str:
        """How a name of the suite is written under the @context."""
        return self._names.get(self.expand(short) if ":" in short else short, short)

    def _prefixed(self, name: str) -> str:
        prefix, colon, rest = name.partition(":")
        if colon and prefix in self._terms and not rest.startswith("//"):
            return f"{self._terms[prefix]}{rest}"
        return name

    def _add(self, context: Any) -> None:
        self._left -= 1
        if self._left < 0:
            self.known = False
        elif isinstance(context, list):
            for part in context[:_MOST_CONTEXTS]:
                self._add(part)
        elif isinstance(context, dict):
            given = {t: _iri(d) for t, d in list(context.items())[:_MOST_TERMS]}
            self._terms |= {t: iri for t, iri in given.items() if iri and not t.startswith("@")}
        elif isinstance(context, str) and not context.startswith(_CORE_START):
            document = self._documents.get(context)
            self.known = self.known and isinstance(document, dict)
            if isinstance(document, dict):
                self._add(document.get("@context"))


DEFAULT_NAMES: Final = Names()
