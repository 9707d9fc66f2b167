"""CQL2 conditions (OGC 21-065r2) as text, as JSON, and as what they are true of in downloaded features.

A condition is put together here from a property and a value; nothing is parsed. Its judge leaves
open what the standard or a rendering in GeoJSON leaves open: values that are not set, numbers that
may have been rounded, letters that differ in case or form alone.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import ge, gt, le, lt
from typing import Any, Final

from mimtest.vocabulary.samples import Feature, Judge

#: The languages in which a condition can be sent.
TEXT: Final = "cql2-text"
JSON: Final = "cql2-json"

_BARE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS: Final = (
    "and or not like between in is null true false date timestamp interval casei accenti div bbox "
    "point linestring polygon multipoint multilinestring multipolygon geometrycollection"
)
_DECIMALS: Final = 9
_ROUNDED: Final = 1e-6
_ORDERS: Final = {"<": lt, "<=": le, ">": gt, ">=": ge}

#: None is unknown, or left open.
Truth = bool | None
#: What a condition says of a value that is set; None where it may say either.
Test = Callable[[Any], Truth]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, and whether it is true of a feature.

    `is_sharp` says that values at its very border are judged.
    """

    text: str
    json: Any
    judge: Judge
    is_sharp: bool = True

    def __and__(self, other: "Condition") -> "Condition":
        return _joined("and", self, other, _least)

    def __or__(self, other: "Condition") -> "Condition":
        return _joined("or", self, other, lambda a, b: _not(_least(_not(a), _not(b))))

    def __invert__(self) -> "Condition":
        inner = self.judge
        return Condition(
            f"NOT ({self.text})", {"op": "not", "args": [self.json]}, lambda f: _not(inner(f))
        )


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _least(a: Truth, b: Truth) -> Truth:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def _joined(
    op: str, a: Condition, b: Condition, join: Callable[[Truth, Truth], Truth]
) -> Condition:
    one, other = a.judge, b.judge
    return Condition(
        f"({a.text}) {op.upper()} ({b.text})",
        {"op": op, "args": [a.json, b.json]},
        lambda f: join(one(f), other(f)),
    )


def without_brackets(first: Condition, second: Condition, third: Condition) -> Condition:
    """`first OR second AND third`, where AND binds more closely (Annex B)."""
    whole = first | (second & third)
    return Condition(f"{first.text} OR {second.text} AND {third.text}", whole.json, whole.judge)


def name(of: str) -> str:
    """A property's name, in quotation marks where it needs them."""
    plain = _BARE.fullmatch(of) and of.lower() not in _WORDS.split()
    return of if plain else f'"{of}"'


def literal(value: Any) -> str:
    """A value as text; a quotation mark in it is doubled (/req/cql2-text/escaping)."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, float):
        return f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return str(value)


def when_set(of: str, test: Test) -> Judge:
    """A judge that leaves features open where the property is not set."""

    def judge(feature: Feature) -> Truth:
        value = feature.properties.get(of)
        return None if value is None else test(value)

    return judge


def _binary(of: str, op: str, value: Any, test: Test) -> Condition:
    return Condition(
        f"{name(of)} {op} {literal(value)}",
        {"op": op, "args": [{"property": of}, value]},
        when_set(of, test),
    )


def order(of: str, op: str, value: float) -> Condition:
    """A number is less or greater; near the border only whole numbers are judged."""

    def test(given: Any) -> Truth:
        exact = float(given).is_integer() and float(value).is_integer()
        if not exact and abs(given - value) <= _ROUNDED * max(1.0, abs(value)):
            return None
        return bool(_ORDERS[op](given, value))

    return replace(_binary(of, op, value, test), is_sharp=float(value).is_integer())


def equal(of: str, value: Any, *, unequal: bool = False) -> Condition:
    """A value is the given one, or is another one."""

    def test(given: Any) -> Truth:
        found = alike(given, value)
        return _not(found) if unequal else found

    return _binary(of, "<>" if unequal else "=", value, test)


def alike(given: Any, value: Any) -> Truth:
    """Whether two values are one; None for texts that differ in case or form alone."""
    if isinstance(value, str) and isinstance(given, str):
        if given == value:
            return True
        return None if folded_text(given) == folded_text(value) else False
    return bool(given == value)


def folded_text(text: str) -> str:
    """A text without accents, capitals and blanks around it."""
    return plain(text).casefold().strip()


def plain(text: str) -> str:
    """A text without accents."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(c for c in parts if not unicodedata.combining(c))


def like(of: str, pattern: str) -> Condition:
    """A text fits a pattern: `%` is any text, `_` any character."""
    marks = {"%": ".*", "_": "."}
    wanted = "".join(marks.get(c) or re.escape(c) for c in pattern)

    def test(given: Any) -> Truth:
        if re.fullmatch(wanted, given, re.DOTALL):
            return True
        return None if re.fullmatch(wanted, given, re.DOTALL | re.IGNORECASE) else False

    return Condition(
        f"{name(of)} LIKE {literal(pattern)}",
        {"op": "like", "args": [{"property": of}, pattern]},
        when_set(of, test),
    )


def among(of: str, values: Sequence[Any]) -> Condition:
    """A value is one of a list."""

    def test(given: Any) -> Truth:
        found = [alike(given, v) for v in values]
        return True if True in found else None if None in found else False

    listed = ", ".join(map(literal, values))
    return Condition(
        f"{name(of)} IN ({listed})",
        {"op": "in", "args": [{"property": of}, list(values)]},
        when_set(of, test),
    )


def between(of: str, low: float, high: float) -> Condition:
    """A number lies between two, both included."""
    within = order(of, ">=", low) & order(of, "<=", high)
    return Condition(
        f"{name(of)} BETWEEN {literal(low)} AND {literal(high)}",
        {"op": "between", "args": [{"property": of}, low, high]},
        within.judge,
        float(low).is_integer() and float(high).is_integer(),
    )


def unset(of: str) -> Condition:
    """A property is not set; an empty text may count as either."""

    def judge(feature: Feature) -> Truth:
        value = feature.properties.get(of)
        return None if value in ("", []) else value is None

    return Condition(f"{name(of)} IS NULL", {"op": "isNull", "args": [{"property": of}]}, judge)
