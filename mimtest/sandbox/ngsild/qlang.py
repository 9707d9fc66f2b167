"""The query language for attributes (4.9): from text to a tree of terms."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.syntax import is_name, is_uri

_OPERATOR: Final = re.compile(r"!~=|~=|==|!=|<=|>=|<|>")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_NAME: Final = re.compile(r"[^\s=!<>~;|()\[\]{}\",]+")
_PATH: Final = re.compile(r"\[([^\[\]]*)\]")
_BARE: Final = re.compile(r"""(?![=<>~!])[^\s;|()",]+""")
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?")
#: Types that the entity at the other end of a relationship may have, as in `inRoom{Room:temp}`.
_HINT: Final = re.compile(r"(?!urn:)([^\W\d_]\w*(?:,[^\W\d_]\w*)*):(?!//)")
_MAX_NESTING: Final = 20


@dataclass(frozen=True, slots=True)
class Word:
    """A value of a query: a truth value, number or text, or a pattern."""

    value: Any


@dataclass(frozen=True, slots=True)
class Range:
    """Everything from `low` to `high`, both included."""

    low: Word
    high: Word


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship to follow to an entity, which has one of these types if there are any."""

    name: str
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; without an operator that the target exists.

    `path` are an attribute and its sub-attributes, `inside` the members inside the value. `links`
    lead to the entity that has the attribute.
    """

    path: tuple[str, ...]
    inside: tuple[str, ...] | None = None
    operator: str = ""
    values: tuple[Word | Range, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of these."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these."""

    items: tuple["Node", ...]


Node = Term | AllOf | AnyOf


def parse_q(text: str) -> Node:
    """The tree of a query. Raises NgsiError (BadRequestData) for what is none."""
    parser = _Parser(text)
    node = parser.either(_MAX_NESTING)
    if parser.rest:
        raise parser.wrong()
    return node


def terms_of(node: Node) -> Iterator[Term]:
    """The conditions in a tree."""
    if isinstance(node, Term):
        yield node
    else:
        for item in node.items:
            yield from terms_of(item)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def rest(self) -> str:
        return self.text[self.at :]

    def wrong(self) -> Exception:
        return bad_data(f"q cannot be read from character {self.at + 1} on: '{self.rest[:40]}'")

    def either(self, depth: int) -> Node:
        items = self._separated("|", lambda: self._both(depth))
        return items[0] if len(items) == 1 else AnyOf(tuple(items))

    def _both(self, depth: int) -> Node:
        items = self._separated(";", lambda: self._one(depth))
        return items[0] if len(items) == 1 else AllOf(tuple(items))

    def _separated(self, sign: str, read: Callable[[], Node]) -> list[Node]:
        items = [read()]
        while self._skip(sign):
            items.append(read())
        return items

    def _one(self, depth: int) -> Node:
        if not self._skip("("):
            return self._term()
        if depth == 0:
            raise self.wrong()
        node = self.either(depth - 1)
        if not self._skip(")"):
            raise self.wrong()
        return node

    def _term(self) -> Term:
        target = self._target(_MAX_NESTING)
        if not _OPERATOR.match(self.rest):
            return target
        operator = self._take(_OPERATOR)[0]
        return replace(target, operator=operator, values=self._values(operator))

    def _target(self, depth: int) -> Term:
        name = self._take(_NAME)
        if self._skip("{"):
            return self._linked(name[0], depth)
        inside = self._take(_PATH) if self.rest.startswith("[") else None
        path = _split_name(name[0])
        members = None if inside is None else tuple(inside[1].split("."))
        if not all(path) or not is_name(path[0]) or (members and not all(members)):
            raise self.wrong()
        return Term(path, members)

    def _linked(self, name: str, depth: int) -> Term:
        if depth == 0 or not is_name(name):
            raise self.wrong()
        hint = _HINT.match(self.text, self.at)
        self.at = hint.end() if hint else self.at
        target = self._target(depth - 1)
        if not self._skip("}"):
            raise self.wrong()
        types = tuple(hint[1].split(",")) if hint else ()
        return replace(target, links=(Link(name, types), *target.links))

    def _values(self, operator: str) -> tuple[Word | Range, ...]:
        if operator.endswith("~="):
            return (self._pattern(),)
        values = [self._value()]
        while operator in ("==", "!=") and self._skip(","):
            values.append(self._value())
        if operator not in ("==", "!=") and isinstance(values[0], Range):
            raise self.wrong()
        return tuple(values)

    def _pattern(self) -> Word:
        if self.rest.startswith('"'):
            word = self._quoted()
        else:
            word = Word(self._take(re.compile(r"(?:[^;|()\\]|\\.|\([^()]*\))+"))[0])
        try:
            return Word(re.compile(word.value))
        except (re.error, RecursionError, OverflowError):
            raise self.wrong() from None

    def _value(self) -> Word | Range:
        if self.rest.startswith('"'):
            word = self._quoted()
            return self._range(word) if self._skip("..") else word
        text = self._take(_BARE)[0]
        low, dots, high = text.partition("..")
        if not dots:
            return _typed(text)
        if not low or (high and ".." in high):
            raise self.wrong()
        if high:
            return Range(_typed(low), _typed(high))
        return self._range(_typed(low))

    def _range(self, low: Word) -> Range:
        high = self._quoted() if self.rest.startswith('"') else _typed(self._take(_BARE)[0])
        return Range(low, high)

    def _quoted(self) -> Word:
        inner = self._take(_QUOTED)[1]
        return Word(re.sub(r'\\(["\\])', r"\1", inner))

    def _skip(self, sign: str) -> bool:
        if not self.rest.startswith(sign):
            return False
        self.at += len(sign)
        return True

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise self.wrong()
        self.at = found.end()
        return found


def _split_name(name: str) -> tuple[str, ...]:
    """The attribute and sub-attributes of a dotted name; dots before an IRI's last part are its own."""
    if not is_uri(name):
        return tuple(name.split("."))
    cut = max(name.rfind(c) for c in "/#:") + 1
    first, *others = name[cut:].split(".")
    return (name[:cut] + first, *others)


def _typed(text: str) -> Word:
    """A bare value: a truth value, a number, or else a text, which may be a time or URI."""
    if text in ("true", "false"):
        return Word(text == "true")
    if _NUMBER.fullmatch(text):
        return Word(float(text) if re.search(r"[.eE]", text) else int(text))
    return Word(text)
