"""The query language (GS CIM 009 4.9): conditions as text, and whether an entity meets them.

Values are compared as what they are: truth values, numbers, texts, times, URIs. Where an attribute has
several instances, one that meets a condition is enough.
"""

import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, Final, Protocol

from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, instant, is_uri
from mimtest.vocabulary.ngsild import attributes_of

Entity = Mapping[str, Any]
#: What kind of value it is, and something that compares as such values do.
Known = tuple[str, Any]

_ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_VALUES: Final = ("value", "object", "languageMap", "vocab", "json", "valueList", "objectList")
_STAMPS: Final = ("observedAt", "createdAt", "modifiedAt")


def _time_of_day(text: str) -> time | None:
    found = time.fromisoformat(text)
    return found if found.tzinfo else None


_TIMES: Final[Mapping[str, Callable[[str], Any]]] = {
    "DateTime": instant,
    "Date": date.fromisoformat,
    "Time": _time_of_day,
}


class Query(Protocol):
    """A condition, or several."""

    @property
    def text(self) -> str:
        """As the query language writes it."""

    def holds(self, entity: Entity) -> bool:
        """Whether a normalized entity meets it."""

    def in_quotes(self) -> "Query":
        """The same, with times, URIs and patterns in quotes."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that JSON has no kind for: a DateTime, Date, Time, URI or Pattern."""

    kind: str
    value: str
    quoted: bool = False

    @property
    def text(self) -> str:
        """As the query language writes it: bare, unless it stands in quotes."""
        return _quoted(self.value) if self.quoted else self.value


@dataclass(frozen=True, slots=True)
class Range:
    """Everything from `low` to `high`, both included."""

    low: Any
    high: Any


@dataclass(frozen=True, slots=True)
class Term:
    """One condition on what `path` leads to, and `inside` its value; without a sign that it is there.

    `value` is a bool, number, text or Literal, or a tuple of these, or a Range.
    """

    path: str
    sign: str = ""
    value: Any = None
    inside: str | None = None

    @property
    def text(self) -> str:
        """As the query language writes it."""
        place = self.path if self.inside is None else f"{self.path}[{self.inside}]"
        return f"{place}{self.sign}{_written(self.value)}" if self.sign else place

    def in_quotes(self) -> "Term":
        """The same, with a time, URI or pattern in quotes."""
        literal = isinstance(self.value, Literal)
        return replace(self, value=replace(self.value, quoted=True)) if literal else self

    def holds(self, entity: Entity) -> bool:
        """Whether the entity meets it."""
        found = list(targets(entity, self.path, self.inside))
        return any(self._meets(t) for t in found) if self.sign else bool(found)

    def _meets(self, target: Any) -> bool:
        items = [_known(i) for i in (target if isinstance(target, list) else [target])]
        if self.sign in ("==", "!="):
            return any(self._equals(i) for i in items) == (self.sign == "==")
        if self.sign in _ORDERS:
            return any(_ordered(i, self.sign, self.value) for i in items)
        texts = [value for kind, value in items if kind == "text"]
        fits = any(re.search(self.value.value, t) for t in texts)
        return bool(texts) and fits == (self.sign == "~=")

    def _equals(self, item: Known) -> bool:
        if isinstance(self.value, Range):
            return _ordered(item, ">=", self.value.low) and _ordered(item, "<=", self.value.high)
        wanted = self.value if isinstance(self.value, tuple) else (self.value,)
        return any(item == _known(w) for w in wanted)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of these conditions."""

    items: tuple[Query, ...]

    @property
    def text(self) -> str:
        """As the query language writes it."""
        return ";".join(f"({i.text})" if isinstance(i, AnyOf) else i.text for i in self.items)

    def in_quotes(self) -> "AllOf":
        """The same, with times, URIs and patterns in quotes."""
        return AllOf(tuple(i.in_quotes() for i in self.items))

    def holds(self, entity: Entity) -> bool:
        """Whether the entity meets all of them."""
        return all(i.holds(entity) for i in self.items)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these conditions; those of an AllOf need no brackets, because "and" binds first."""

    items: tuple[Query, ...]

    @property
    def text(self) -> str:
        """As the query language writes it."""
        return "|".join(i.text for i in self.items)

    def in_quotes(self) -> "AnyOf":
        """The same, with times, URIs and patterns in quotes."""
        return AnyOf(tuple(i.in_quotes() for i in self.items))

    def holds(self, entity: Entity) -> bool:
        """Whether the entity meets one of them."""
        return any(i.holds(entity) for i in self.items)


def targets(entity: Entity, path: str, inside: str | None = None) -> Iterator[Any]:
    """The values that a path leads to, one for each instance that has it."""
    first, *others = path.split(".")
    for instance in attributes_of(entity).get(first, []):
        yield from _below(instance, others, inside)


def _below(instance: Mapping[str, Any], path: list[str], inside: str | None) -> Iterator[Any]:
    if not path:
        yield from _inside(instance, inside)
        return
    name, *others = path
    held = instance.get(name)
    if name in _STAMPS and held is not None:
        yield Literal("DateTime", held)
    elif name == "unitCode" and held is not None:
        yield held
    elif name not in _VALUES:
        for part in held if isinstance(held, list) else [held]:
            if isinstance(part, dict):
                yield from _below(part, others, inside)


def _inside(instance: Mapping[str, Any], inside: str | None) -> Iterator[Any]:
    """The value of an attribute, or what is at a place inside it."""
    member = next((m for m in _VALUES if m in instance), None)
    value: Any = None if member is None else instance[member]
    if member == "languageMap" and isinstance(value, dict):
        wanted = list(value) if inside in (None, "*") else [inside]
        # any of the texts may match, so they are like the items of an array
        texts = [value[tag] for tag in wanted if tag in value]
        if texts:
            yield [t for held in texts for t in (held if isinstance(held, list) else [held])]
        return
    for name in inside.split(".") if inside else ():
        value = value.get(name) if isinstance(value, dict) else None
    if value is not None:
        yield _references(value) if member in ("object", "objectList", "vocab") else value


def _references(value: Any) -> Any:
    listed = value if isinstance(value, list) else [value]
    return [Literal("URI", v) for v in listed if isinstance(v, str)]


def _known(value: Any) -> Known:
    """A value with its kind; unlike things are never equal."""
    if isinstance(value, dict) and "@value" in value:
        kind = str(value.get("@type") or value.get("type"))
        return _known(Literal(kind, value["@value"]))
    if isinstance(value, Literal):
        if value.kind in _TIMES:
            return value.kind, _moment(value)
        uri = value.value if is_uri(value.value) else f"{DEFAULT_VOCABULARY}{value.value}"
        return value.kind, uri
    if isinstance(value, bool):
        return "flag", value
    if isinstance(value, int | float):
        return "number", value
    return ("text", value) if isinstance(value, str) else ("other", value)


def _moment(value: Literal) -> Any:
    try:
        return _TIMES[value.kind](value.value)
    except (TypeError, ValueError):
        return None


def _ordered(item: Known, sign: str, value: Any) -> bool:
    """Whether an order holds; only numbers, texts and times have one."""
    kind, wanted = _known(value)
    has_order = item[0] == kind and kind in ("number", "text", *_TIMES)
    return has_order and None not in (item[1], wanted) and _ORDERS[sign](item[1], wanted)


def _written(value: Any) -> str:
    if isinstance(value, Range):
        return f"{_written(value.low)}..{_written(value.high)}"
    if isinstance(value, tuple):
        return ",".join(map(_written, value))
    return value.text if isinstance(value, Literal) else _quoted(value)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
