"""Expanded JSON-LD read (JSON-LD 1.1 section 9): documents with a @context are refused."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any, Final
from urllib.parse import urljoin

from mimtest.sandbox.pod.terms import RDF, XSD, Node, NotReadError, Statement, Text

_NATIVE: Final = {bool: "boolean", int: "integer", float: "double"}


def read_json_ld(body: bytes, base: str) -> list[Statement]:
    """The statements of a document. Raises NotReadError."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise NotReadError("this is no JSON") from None
    return _Reader(base).document(document)


class _Reader:
    """Reads one document; things without an address get names of their own."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._made = count()
        self._found: list[Statement] = []

    def document(self, document: Any) -> list[Statement]:
        for thing in document if isinstance(document, list) else [document]:
            self._thing(thing)
        return self._found

    def _thing(self, thing: Any) -> Node:
        if not isinstance(thing, dict) or "@context" in thing:
            raise NotReadError("only expanded JSON-LD is read here")
        name = thing.get("@id")
        node = Node(f"made{next(self._made)}", blank=True) if name is None else self._node(name)
        for kind in _list(thing.get("@type", [])):
            self._found.append((node, f"{RDF}type", self._node(kind)))
        for predicate, values in thing.items():
            if predicate.startswith("@"):
                if predicate not in ("@id", "@type"):
                    raise NotReadError(f"{predicate} is not read here")
                continue
            self._found += [(node, predicate, held) for held in self._held(values)]
        return node

    def _held(self, values: Any) -> Iterator[Node | Text]:
        for value in _list(values):
            if isinstance(value, dict) and "@value" in value:
                yield _text(value)
            else:
                yield self._thing(value)

    def _node(self, name: Any) -> Node:
        if not isinstance(name, str):
            raise NotReadError("an @id is a text")
        if name.startswith("_:"):
            return Node(name[2:], blank=True)
        return Node(urljoin(self._base, name))


def _text(value: dict[str, Any]) -> Text:
    held = value["@value"]
    if "@language" in value:
        return Text(str(held), f"{RDF}langString", str(value["@language"]).lower())
    native = _NATIVE.get(type(held))
    plain = json.dumps(held) if native else held
    if not isinstance(plain, str):
        raise NotReadError("a @value is a text, a number, true or false")
    return Text(plain, str(value.get("@type", f"{XSD}{native or 'string'}")))


def _list(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]
