"""The names in a request, put into another context (4.3.6.6)."""

import re
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.ngsild.model import VALUE_MEMBERS
from mimtest.sandbox.ngsild.terms import Terms

_WORD: Final = re.compile(r"[^,;|(){}\s]+")
_AT_TERM: Final = re.compile(r"(?:(?<=^)|(?<=[;|(]))[^\W\d_]\w*")
_QUOTED: Final = re.compile(r'("[^"]*")')
_LISTS: Final = ("type", "attrs", "pick", "omit", "geoproperty", "expandValues", "orderBy")
_VALUES: Final = frozenset(VALUE_MEMBERS.values())


@dataclass(frozen=True, slots=True)
class Renaming:
    """From the names of one context to those of another."""

    old: Terms
    new: Terms

    def name(self, name: str) -> str:
        """A name in the other context."""
        iri = self.old.expand(name)
        return name if name == "*" or iri.startswith("@") else self.new.compact(iri)

    def parameter(self, key: str, text: str) -> str:
        """A parameter's value in the other context."""
        if self.old is self.new:
            return text
        if key in _LISTS:
            return _WORD.sub(lambda m: self.name(m[0]), text)
        if key == "q":
            parts = _QUOTED.split(text)
            return "".join(p if i % 2 else self._conditions(p) for i, p in enumerate(parts))
        return text

    def _conditions(self, text: str) -> str:
        return _AT_TERM.sub(lambda m: self.name(m[0]), text)

    def body(self, value: Any) -> Any:
        """An entity, a part of one, or several, in the other context and without one of their own."""
        if isinstance(value, list):
            return [self.body(v) for v in value]
        if not isinstance(value, dict):
            return value
        renamed = {self.name(k): v for k, v in value.items() if k != "@context"}
        return {k: self._member(k, v) for k, v in renamed.items()}

    def _member(self, name: str, value: Any) -> Any:
        if name in ("type", "@type"):
            return [self.name(v) for v in value] if isinstance(value, list) else self.name(value)
        if name in _VALUES or not isinstance(value, dict | list):
            return value
        return self.body(value)
