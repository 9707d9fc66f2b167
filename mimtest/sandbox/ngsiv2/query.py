"""The Simple Query Language: `q` over values and `mq` over metadata."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.ngsiv2.errors import bad_request
from mimtest.sandbox.ngsiv2.model import Entity
from mimtest.sandbox.ngsiv2.moments import instant

_OPERATOR: Final = re.compile(r"==|!=|>=|<=|~=|>|<|:")
_TOKEN: Final = re.compile(r"'([^']*)'|([^.']+)")
_NOTHING: Final = object()


@dataclass(frozen=True, slots=True)
class Literal:
    """A value of a query; `last` is the upper end of a range."""

    value: Any
    last: Any = None

    def equals(self, other: Any) -> bool:
        """Whether a value is this one, or lies in the range."""
        if self.last is not None:
            low, high = _compare(other, self.value), _compare(other, self.last)
            return low is not None and high is not None and low >= 0 >= high
        return _compare(other, self.value) == 0


@dataclass(frozen=True, slots=True)
class Statement:
    """A condition: a path, an operator ("" for existence, "!" for its opposite) and values."""

    path: tuple[str, ...]
    operator: str
    values: tuple[Literal, ...] = ()

    def holds(self, found: Any) -> bool:
        """Whether it holds for what is at the path; `_NOTHING` where there is nothing."""
        if self.operator in ("", "!"):
            return (found is _NOTHING) == (self.operator == "!")
        if found is _NOTHING:
            return False
        if self.operator in ("==", "!="):
            one = found if isinstance(found, list) else [found]
            return any(v.equals(o) for v in self.values for o in one) == (self.operator == "==")
        return _ORDERS[self.operator](found, self.values[0].value)


def _compare(one: Any, other: Any) -> int | None:
    """-1, 0 or 1; None where values of two kinds cannot be compared."""
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return 0 if one is other else None
    if not (_alike(one, other, (int, float)) or _alike(one, other, (str,))):
        return None
    if isinstance(one, str) and (moment := instant(one)) and (limit := instant(other)):
        one, other = moment, limit
    return int(one > other) - int(one < other)


def _alike(one: Any, other: Any, kinds: tuple[type, ...]) -> bool:
    return isinstance(one, kinds) and isinstance(other, kinds)


def _ordered(test: Callable[[int], bool]) -> Callable[[Any, Any], bool]:
    def holds(found: Any, value: Any) -> bool:
        order = _compare(found, value)
        return order is not None and test(order)

    return holds


def _matches(found: Any, pattern: Any) -> bool:
    return isinstance(found, str) and re.search(pattern, found) is not None


_ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    ">": _ordered(lambda o: o > 0),
    "<": _ordered(lambda o: o < 0),
    ">=": _ordered(lambda o: o >= 0),
    "<=": _ordered(lambda o: o <= 0),
    "~=": _matches,
}


@dataclass(frozen=True, slots=True)
class Filter:
    """All the statements of a query; `metadata` for one over metadata."""

    statements: tuple[Statement, ...]
    metadata: bool = False

    def meets(self, entity: Entity) -> bool:
        """Whether every statement holds."""
        find = _metadata_at if self.metadata else _value_at
        return all(s.holds(find(entity, s.path)) for s in self.statements)


def read_filter(text: Any, *, metadata: bool = False) -> Filter:
    """A query. Raises V2Error."""
    name = "mq" if metadata else "q"
    if not isinstance(text, str):
        raise bad_request(f"{name} is a text")
    parts = list(_split(text, ";"))
    if not all(parts):
        raise bad_request(f"{name} has an empty statement")
    statements = tuple(_statement(p) for p in parts)
    if metadata and any(len(s.path) < 2 for s in statements):  # noqa: PLR2004
        raise bad_request("mq names an attribute and its metadata")
    return Filter(statements, metadata)


def _split(text: str, at: str) -> Iterator[str]:
    """The parts between separators that stand outside of quotes. Raises V2Error."""
    part, quoted = "", False
    for character in text:
        quoted ^= character == "'"
        if character == at and not quoted:
            yield part
            part = ""
        else:
            part += character
    if quoted:
        raise bad_request("a quote is not closed")
    yield part


def _statement(text: str) -> Statement:
    if text.startswith("!"):
        return Statement(_path(text[1:]), "!")
    found = next(
        (m for m in _OPERATOR.finditer(text) if text[: m.start()].count("'") % 2 == 0), None
    )
    if found is None:
        return Statement(_path(text), "")
    operator = "==" if found[0] == ":" else found[0]
    return Statement(_path(text[: found.start()]), operator, _values(operator, text[found.end() :]))


def _path(text: str) -> tuple[str, ...]:
    tokens = tuple(quoted or plain for quoted, plain in _TOKEN.findall(text))
    if not tokens or not re.fullmatch(
        r"(?:'[^']+'|[^.'<>=~;()\s]+)(?:\.(?:'[^']+'|[^.'<>=~;()\s]+))*", text
    ):
        raise bad_request(f"'{text}' is no path of an attribute")
    return tokens


def _values(operator: str, text: str) -> tuple[Literal, ...]:
    if not text or re.match(r"[=<>~!]", text):
        raise bad_request(f"after {operator} comes a value")
    if operator == "~=":
        return (Literal(_pattern(text)),)
    if operator not in ("==", "!="):
        if ".." in text or len(list(_split(text, ","))) > 1:
            raise bad_request("lists and ranges go with == and != only")
        return (_literal(text),)
    return tuple(_literal(part) for part in _split(text, ","))


def _literal(text: str) -> Literal:
    if not text:
        raise bad_request("a value is empty")
    if text.startswith("'"):
        return Literal(text.strip("'"))
    first, dots, last = text.partition("..")
    if dots and not (first and last):
        raise bad_request("a range has two ends")
    return Literal(_scalar(first), _scalar(last) if dots else None)


def _scalar(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, dict | list | str) else value


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error:
        raise bad_request("the pattern is no regular expression") from None
    return text


def _value_at(entity: Entity, path: tuple[str, ...]) -> Any:
    name, *rest = path
    builtin = {"dateCreated": entity.created, "dateModified": entity.modified}
    if name in builtin:
        return builtin[name]
    return _below(entity.attributes[name].value, rest) if name in entity.attributes else _NOTHING


def _metadata_at(entity: Entity, path: tuple[str, ...]) -> Any:
    name, metadata, *rest = path
    if name not in entity.attributes:
        return _NOTHING
    attribute = entity.attributes[name]
    builtin = {"dateCreated": attribute.created, "dateModified": attribute.modified}
    found = {**{k: m["value"] for k, m in attribute.metadata.items()}, **builtin}
    return _below(found[metadata], rest) if metadata in found else _NOTHING


def _below(value: Any, path: list[str]) -> Any:
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return _NOTHING
        value = value[name]
    return value
