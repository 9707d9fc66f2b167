"""Turtle read (W3C RDF 1.1 Turtle), without collections; and the graphs of an N3 Patch."""

import json
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin

from mimtest.sandbox.pod.terms import RDF, XSD, Node, NotReadError, Statement, Text

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
    |(?P<iri><[^<>"{}|^`\\\s]*>)
    |(?P<text>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<directive>@prefix\b|@base\b|(?i:PREFIX|BASE)\b(?=\s))
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<type>\^\^)
    |(?P<blank>_:\w[\w.-]*\w|_:\w)
    |(?P<number>[+-]?(?:\d+\.\d*[eE][+-]?\d+|\d+[eE][+-]?\d+|\d*\.\d+|\d+))
    |(?P<name>[A-Za-z][\w.-]*(?<!\.):(?:[\w%-](?:[\w%.:-]*[\w%:-])?)?|:(?:[\w%-](?:[\w%.:-]*[\w%:-])?)?)
    |(?P<word>a|true|false)(?=[\s;,.\]<"])
    |(?P<mark>[;,.\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_GRAPH: Final = re.compile(
    r"(?:solid:|<http://www\.w3\.org/ns/solid/terms#)(inserts|deletes)>?\s*\{([^{}]*)\}"
)
_PREFIXES: Final = re.compile(r"(?:@prefix|PREFIX)[^<]*<[^>]*>\s*\.?")


def read_turtle(body: bytes, base: str) -> list[Statement]:
    """The statements of a document. Raises NotReadError."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise NotReadError("Turtle is UTF-8") from None
    return list(_Reader(text, base).document())


def read_patch(body: bytes, base: str) -> tuple[list[Statement], list[Statement]]:
    """What an N3 Patch adds and removes; conditions and variables are not read. Raises NotReadError."""
    text = body.decode(errors="replace")
    found = _GRAPH.findall(text)
    if not found or "?" in text:
        raise NotReadError("a patch has inserts or deletes, here without variables")
    prefixes = "\n".join(p.rstrip(". ") + " ." for p in _PREFIXES.findall(text) if p[0] == "@")
    read = {
        name: read_turtle(f"{prefixes}\n{graph.strip().rstrip('.')} .".encode(), base)
        for name, graph in found
    }
    return read.get("inserts", []), read.get("deletes", [])


class _Reader:
    """Reads one document from its tokens."""

    def __init__(self, text: str, base: str) -> None:
        self._tokens = list(_tokens(text))[::-1]
        self._base = base
        self._prefixes: dict[str, str] = {}
        self._made = 0
        self._found: list[Statement] = []

    def document(self) -> list[Statement]:
        while self._tokens:
            kind, value = self._tokens[-1]
            if kind == "directive":
                self._directive()
                continue
            alone = value == "["
            subject = self._subject()
            if not (alone and self._peek() == "."):
                self._properties(subject)
            self._take(".")
        return self._found

    def _directive(self) -> None:
        _, value = self._tokens.pop()
        if "prefix" in value.lower():
            _, name = self._tokens.pop()
            self._prefixes[name.removesuffix(":")] = self._iri()
        else:
            self._base = self._iri()
        if value.startswith("@"):
            self._take(".")

    def _iri(self) -> str:
        kind, value = self._next()
        if kind != "iri":
            raise NotReadError(f"an address is missing before {value}")
        return _resolved(self._base, value[1:-1])

    def _subject(self) -> Node:
        found = self._object()
        if not isinstance(found, Node):
            raise NotReadError("a text is no subject")
        return found

    def _properties(self, subject: Node) -> None:
        while True:
            predicate = self._predicate()
            while True:
                self._found.append((subject, predicate, self._object()))
                if self._peek() != ",":
                    break
                self._next()
            while self._peek() == ";":
                self._next()
                if self._peek() in (".", "]", ";"):
                    continue
                break
            else:
                return

    def _predicate(self) -> str:
        if self._tokens and self._tokens[-1] == ("word", "a"):
            self._next()
            return f"{RDF}type"
        found = self._object()
        if not isinstance(found, Node) or found.blank:
            raise NotReadError("a predicate has an address")
        return found.value

    def _object(self) -> Node | Text:
        kind, value = self._next()
        if kind == "iri":
            return Node(_resolved(self._base, value[1:-1]))
        if kind == "name":
            prefix, _, local = value.partition(":")
            if prefix not in self._prefixes:
                raise NotReadError(f"the prefix {prefix}: is not declared")
            return Node(f"{self._prefixes[prefix]}{local}")
        if kind == "blank":
            return Node(value[2:], blank=True)
        if value == "[":
            return self._nameless()
        return self._literal(kind, value)

    def _literal(self, kind: str, value: str) -> Text:
        if kind == "number":
            name = "double" if "e" in value.lower() else "decimal" if "." in value else "integer"
            return Text(value, f"{XSD}{name}")
        if kind == "word" and value != "a":
            return Text(value, f"{XSD}boolean")
        if kind == "text":
            return self._text(value)
        raise NotReadError(f"'{value}' is not expected")

    def _nameless(self) -> Node:
        self._made += 1
        node = Node(f"made{self._made}", blank=True)
        if self._peek() != "]":
            self._properties(node)
        self._take("]")
        return node

    def _text(self, quoted: str) -> Text:
        inner = quoted[3:-3] if quoted.startswith('"""') else quoted[1:-1]
        plain = inner.replace("\\'", "'").replace("\n", "\\n").replace("\r", "\\r")
        plain = re.sub(r'(?<!\\)"', r"\"", plain).replace("\t", "\\t")
        try:
            value = json.loads(f'"{plain}"')
        except ValueError:
            raise NotReadError("a text has an unknown escape") from None
        if self._tokens and self._tokens[-1][0] == "language":
            return Text(value, f"{RDF}langString", self._next()[1][1:].lower())
        if self._tokens and self._tokens[-1][0] == "type":
            self._next()
            return Text(value, self._subject().value)
        return Text(value)

    def _peek(self) -> str:
        return self._tokens[-1][1] if self._tokens else ""

    def _next(self) -> tuple[str, str]:
        if not self._tokens:
            raise NotReadError("the document ends in the middle")
        return self._tokens.pop()

    def _take(self, mark: str) -> None:
        _, value = self._next()
        if value != mark:
            raise NotReadError(f"'{mark}' is missing before '{value}'")


def _resolved(base: str, reference: str) -> str:
    """The address of a reference; an empty fragment stays."""
    joined = urljoin(base, reference)
    return f"{joined}#" if reference.endswith("#") and not joined.endswith("#") else joined


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise NotReadError(f"'{text[place : place + 20]}' is no Turtle")
        place = found.end()
        if found.lastgroup != "space":
            yield str(found.lastgroup), found.group()
