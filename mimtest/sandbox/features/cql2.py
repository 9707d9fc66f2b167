"""Filter expressions (OGC 21-065r2) in the form of CQL2 JSON: read strictly, and held against features."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

from mimtest.sandbox.features import cql2_values as values
from mimtest.sandbox.features.cql2_text import FilterError, Node, parse

#: The property that stands for a feature's place.
PLACE: Final = "geometry"
TEXT: Final = "cql2-text"
JSON: Final = "cql2-json"
LANGUAGES: Final = (TEXT, JSON)
_MOST_DEPTH: Final = 40

#: The value of a property; None where it is not set.
Lookup = Callable[[str], Any]

_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": eq,
    "<>": ne,
    "<": lt,
    ">": gt,
    "<=": le,
    ">=": ge,
}
_ARRAYS: Final[Mapping[str, Callable[[set[Any], set[Any]], bool]]] = {
    "a_equals": lambda a, b: a == b,
    "a_contains": lambda a, b: a >= b,
    "a_containedby": lambda a, b: a <= b,
    "a_overlaps": lambda a, b: bool(a & b),
}
_ARGUMENTS: Final[Mapping[str, int]] = {
    "not": 1,
    "isNull": 1,
    "between": 3,
    "like": 2,
    "in": 2,
    "casei": 1,
    "accenti": 1,
    **dict.fromkeys((*_COMPARISONS, *_ARRAYS, *values.SPATIAL, *values.TEMPORAL), 2),
}
_LOGICAL: Final = ("and", "or")


@dataclass(frozen=True, slots=True)
class Filter:
    """An expression that was read; its properties are all known."""

    node: Node

    def holds(self, look_up: Lookup) -> bool:
        """Whether it is true of a feature; what is unknown is not."""
        return _truth(self.node, look_up) is True


def read_filter(text: str, language: str, kinds: Mapping[str, str]) -> Filter:
    """The filter a text stands for; `kinds` are the queryables. Raises FilterError."""
    try:
        node = parse(text) if language == TEXT else json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        msg = f"no JSON: {error}"
        raise FilterError(msg) from error
    _check(node, kinds, 0)
    if not isinstance(node, bool) and not _is_condition(node):
        msg = "a filter is a condition"
        raise FilterError(msg)
    return Filter(node)


def _check(node: Node, kinds: Mapping[str, str], depth: int) -> None:
    """Operators, numbers of arguments, properties and literals are known. Raises FilterError."""
    if depth > _MOST_DEPTH:
        msg = "the expression is nested too deeply"
        raise FilterError(msg)
    if isinstance(node, list):
        for item in node:
            _check(item, kinds, depth + 1)
    elif isinstance(node, dict):
        _check_object(node, kinds, depth)
    elif node is None:
        msg = "null is no value"
        raise FilterError(msg)


def _check_object(node: dict[str, Any], kinds: Mapping[str, str], depth: int) -> None:
    match node:
        case {"property": name}:
            if not isinstance(name, str) or name not in kinds:
                msg = f"{name!r} is not a queryable"
                raise FilterError(msg)
        case {"op": str(name), "args": list(args)}:
            wanted = len(args) if name in _LOGICAL and len(args) > 1 else _ARGUMENTS.get(name)
            if wanted != len(args):
                msg = f"there is no {name!r} with {len(args)} operands"
                raise FilterError(msg)
            for item in args:
                _check(item, kinds, depth + 1)
            _check_kinds(name, args, kinds)
        case {"date": _} | {"timestamp": _} | {"interval": _}:
            _literal(node)
        case {"bbox": _} | {"type": _}:
            values.shape(node)
        case _:
            msg = f"no expression: {sorted(node)}"
            raise FilterError(msg)


def _check_kinds(name: str, args: list[Node], kinds: Mapping[str, str]) -> None:
    """Operands fit the operator, and literals the properties they are held against."""
    if name in _LOGICAL or name == "not":
        if not all(isinstance(a, bool) or _is_condition(a) for a in args):
            msg = f"{name!r} joins conditions"
            raise FilterError(msg)
    elif name != "isNull":
        flat = [i for a in args for i in (a if isinstance(a, list) else [a])]
        found = {_kind(item, kinds) for item in flat}
        allowed = _allowed(name)
        if len(found - {"array"}) > 1 or not (allowed is None or found <= allowed):
            msg = f"{name!r} is not for {', '.join(sorted(found))}"
            raise FilterError(msg)


def _is_condition(node: Node) -> bool:
    return isinstance(node, dict) and node.get("op") not in (None, "casei", "accenti")


def _allowed(name: str) -> set[str] | None:
    if name in values.SPATIAL:
        return {PLACE}
    if name in values.TEMPORAL:
        return {"time"}
    if name in _ARRAYS:
        return None
    if name in ("like", "casei", "accenti"):
        return {"text"}
    if name == "between":
        return {"number"}
    return {"text", "number", "truth", "time"}


_KINDS: Final = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "boolean": "truth",
    "date-time": "time",
}


def _kind(node: Node, kinds: Mapping[str, str]) -> str:
    """What an operand is: text, number, truth, time, array or geometry."""
    if not isinstance(node, dict):
        named = {bool: "truth", int: "number", float: "number", str: "text", list: "array"}
        return named[type(node)]
    if "property" in node:
        kind = kinds[node["property"]]
        return _KINDS.get(kind, kind)
    if "op" in node:
        return "text" if node["op"] in ("casei", "accenti") else "truth"
    return PLACE if "bbox" in node or "type" in node else "time"


def _literal(node: Mapping[str, Any]) -> values.Moment:
    if "interval" in node:
        return values.interval(node["interval"])
    text = node.get("date", node.get("timestamp"))
    if not isinstance(text, str) or ("T" in text.upper()) != ("timestamp" in node):
        msg = f"{text!r} is no {'/'.join(node)}"
        raise FilterError(msg)
    return values.instant(text)


def _truth(node: Node, look_up: Lookup) -> bool | None:
    """True, False, or None for unknown."""
    if isinstance(node, bool):
        return node
    name, args = node["op"], node["args"]
    if name in _LOGICAL:
        deciding = name == "or"
        truths = [_truth(a, look_up) for a in args]
        return deciding if deciding in truths else None if None in truths else not deciding
    if name == "not":
        inner = _truth(args[0], look_up)
        return None if inner is None else not inner
    found = [_value(a, look_up) for a in args]
    if name == "isNull":
        return found[0] is None
    if any(v is None for v in found):
        return None
    return _relation(name, found)


def _relation(name: str, found: list[Any]) -> bool | None:
    if name in _TESTS:
        return _TESTS[name](*found)
    if name in _ARRAYS:
        return _ARRAYS[name](set(found[0]), set(found[1]))
    if name in values.SPATIAL:
        return values.SPATIAL[name](found[0], found[1])
    if any(isinstance(v, values.Moment) for v in found):
        found = [v if isinstance(v, values.Moment) else values.instant(v) for v in found]
    if name in values.TEMPORAL:
        return values.TEMPORAL[name](found[0], found[1])
    return _COMPARISONS[name](found[0], found[1])


def _pattern(text: str) -> str:
    """The regular expression for a pattern: `%` any characters, `_` one, the backslash escapes."""
    marks = {"%": ".*", "_": "."}
    parts = re.findall(r"\\.|.", text, re.DOTALL)
    return "".join(
        marks.get(p) or re.escape(p[1:] if p[0] == "\\" and p != "\\" else p) for p in parts
    )


_TESTS: Final[Mapping[str, Callable[..., bool]]] = {
    "between": lambda value, low, high: low <= value <= high,
    "in": lambda value, listed: value in listed,
    "like": lambda text, wanted: bool(re.fullmatch(_pattern(wanted), text, re.DOTALL)),
}


def _value(node: Node, look_up: Lookup) -> Any:
    if isinstance(node, list):
        return [_value(item, look_up) for item in node]
    if not isinstance(node, dict):
        return node
    if "property" in node:
        found = look_up(node["property"])
        return values.shape(found) if node["property"] == PLACE and found else found
    if "op" in node:
        return _folded(node["op"], _value(node["args"][0], look_up))
    if "bbox" in node or "type" in node:
        return values.shape(node)
    return _literal(node)


def _folded(name: str, text: Any) -> Any:
    if not isinstance(text, str):
        return None
    if name == "casei":
        return text.casefold()
    plain = unicodedata.normalize("NFD", text)
    return "".join(c for c in plain if not unicodedata.combining(c))
