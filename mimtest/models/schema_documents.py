"""Schema documents as both engines take them: known by where they were found, with the dialect said.

The `$id` of published schemas often names another place, or the same one in several documents. What it means
for the references in a document is kept (JSON Schema 2020-12 core 8.2.1); the document itself goes by its address.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urldefrag, urljoin

#: Gives the JSON document at an address. Raises Unsettled when it cannot.
LookUp = Callable[[str], Any]

_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
#: Keywords whose value is data, whatever it looks like.
_DATA: Final = frozenset(("const", "default", "enum", "example", "examples"))
#: Keywords whose members are schemas under names of the author's.
_NAMED: Final = frozenset(
    ("$defs", "definitions", "dependentSchemas", "patternProperties", "properties")
)
_DRAFT_4: Final = "http://json-schema.org/draft-04/schema"


class Held:
    """A look-up in documents at hand, by address; it can be sent to another process."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self._documents = dict(documents)

    def __call__(self, address: str) -> Any:
        """The document there. Raises KeyError without one."""
        return self._documents[address]


class Documents:
    """The documents of one schema: itself and what its references lead to, each looked up once."""

    def __init__(self, address: str, root: Any, look_up: LookUp) -> None:
        self.address = urldefrag(address).url
        self.dialect = dialect_of(root)
        self._look_up = look_up
        self._found: dict[str, Any] = {self.address: root}
        self._placed: dict[str, Any] = {}
        self._aliases: dict[str, str] = {}
        self.get(self.address)

    @property
    def found(self) -> dict[str, Any]:
        """The documents as they were found, by address."""
        return dict(self._found)

    def get(self, address: str) -> Any:
        """The document there, placed. Raises as the look-up does."""
        place = urldefrag(address).url
        place = self._aliases.get(place, place)
        if place not in self._placed:
            if place not in self._found:
                self._found[place] = self._look_up(place)
            self._placed[place] = self._place(place, self._found[place])
        return self._placed[place]

    def _place(self, address: str, document: Any) -> Any:
        if not isinstance(document, dict):
            return document
        dialect = document.get("$schema", self.dialect)
        key = "id" if str(dialect).rstrip("#") == _DRAFT_4 else "$id"
        named = document.get(key)
        placed = document if dialect is None else {"$schema": dialect} | document
        if not isinstance(named, str):
            return placed
        base = urldefrag(urljoin(address, named)).url
        self._aliases.setdefault(base, address)
        placed = {n: v for n, v in placed.items() if n != key}
        return placed if base == address else _absolute(placed, base, key)


def dialect_of(document: Any) -> Any:
    """What a schema document says it is written in, if it does."""
    return document.get("$schema") if isinstance(document, dict) else None


def _absolute(value: Any, base: str, key: str, *, keywords: bool = True) -> Any:
    """The same schema with references that do not depend on where it is."""
    if isinstance(value, list):
        return [_absolute(v, base, key) for v in value]
    if not isinstance(value, dict):
        return value
    if keywords and isinstance(value.get(key), str):  # what is in it refers to its own place
        return value | {key: urljoin(base, value[key])}
    return {n: _part(n, v, base, key, keywords=keywords) for n, v in value.items()}


def _part(name: str, value: Any, base: str, key: str, *, keywords: bool) -> Any:
    if not keywords:
        return _absolute(value, base, key)
    if name in _DATA:
        return value
    if name in _REFERENCES and isinstance(value, str) and not value.startswith("#"):
        return urljoin(base, value)
    return _absolute(value, base, key, keywords=name not in _NAMED)
