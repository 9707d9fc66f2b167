"""Expressions of the Unified Code for Units of Measure (ucum.org), reduced to dimension and factor.

A unit of a scale of its own, such as bel or pH, is a dimension by itself.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mimtest.resources import SCHEMAS

Dimension = tuple[tuple[str, int], ...]

_TOKEN: Final = re.compile(r"[./()]|[^./()]+")
_TERM: Final = re.compile(
    r"(?P<unit>(?:\[[^\]]*\]|[^\[\]{}]*?[^\[\]{}0-9+-]|10[*^])+)?(?P<power>[+-]?\d+)?"
)
_NOTE: Final = re.compile(r"\{[^{}]*\}")
_NOTE_ALONE: Final = re.compile(r"(?:(?<=^)|(?<=[./(]))\{[^{}]*\}")
_NUMBER: Final = re.compile(r"\d+")
_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit measures, and its factor to the base units; `offset` is added before."""

    dimension: Dimension = ()
    factor: float = 1.0
    offset: float = 0.0

    def base(self, value: float) -> float:
        """A value in this unit, in base units."""
        return (value + self.offset) * self.factor

    def times(self, other: "Unit", power: int = 1) -> "Unit":
        """The product with a power of another unit."""
        exponents = dict(self.dimension)
        for name, exponent in other.dimension:
            exponents[name] = exponents.get(name, 0) + exponent * power
        kept = tuple(sorted((n, e) for n, e in exponents.items() if e))
        return Unit(kept, self.factor * other.factor**power)


@cache
def tables() -> Mapping[str, Any]:
    """The shipped lists of codes and units."""
    found: dict[str, Any] = json.loads((SCHEMAS / "models" / "units.json").read_bytes())
    return found


@cache
def parsed(expression: str) -> Unit | None:
    """The unit of a case-sensitive UCUM expression, None for what is none."""
    text = _NOTE.sub("", _NOTE_ALONE.sub("1", expression))
    if not text or len(text) > _LONGEST or not text.isascii() or text.startswith("."):
        return None
    try:
        unit, rest = _product(_TOKEN.findall(text))
    except (LookupError, ValueError, ArithmeticError, RecursionError):
        return None
    return unit if not rest else None


def _product(tokens: list[str]) -> tuple[Unit, list[str]]:
    unit, sign, first = Unit(), 1, True
    while tokens and tokens[0] != ")":
        if tokens[0] in "./":
            sign, tokens = (-1 if tokens[0] == "/" else 1), tokens[1:]
        elif not first:
            raise ValueError(tokens[0])
        factor, tokens = _component(tokens)
        unit = factor if first and sign == 1 else unit.times(factor, sign)
        first = False
    if first:
        raise ValueError("nothing")
    return unit, tokens


def _component(tokens: list[str]) -> tuple[Unit, list[str]]:
    if tokens[0] == "(":
        unit, rest = _product(tokens[1:])
        if rest[:1] != [")"]:
            raise ValueError("no end")
        return unit, rest[1:]
    return _term(tokens[0]), tokens[1:]


def _term(text: str) -> Unit:
    """One symbol with its power: `kg`, `m2`, `10*-6`, a number."""
    if _NUMBER.fullmatch(text):
        return Unit((), float(text))
    match = _TERM.fullmatch(text)
    if match is None or not match["unit"]:
        raise ValueError(text)
    unit = _symbol(match["unit"])
    return unit if match["power"] is None else Unit().times(unit, int(match["power"]))


@cache
def _symbol(text: str) -> Unit:
    """A unit, or a metric one with its prefix. Raises KeyError."""
    lists = tables()
    if text in lists["bases"] or text in lists["atoms"]:
        return _atom(text)
    prefixes: Mapping[str, float] = lists["prefixes"]
    for length in (2, 1):
        head, tail = text[:length], text[length:]
        if head in prefixes and (tail in lists["bases"] or tail in lists["metric"]):
            unit = _atom(tail)
            return Unit(unit.dimension, unit.factor * prefixes[head], unit.offset / prefixes[head])
    raise KeyError(text)


@cache
def _atom(name: str) -> Unit:
    lists = tables()
    if name in lists["bases"]:
        return Unit(((lists["bases"][name], 1),))
    definition = str(lists["atoms"][name])
    if definition == "~":
        return Unit(((name, 1),))
    offset = 0.0
    if definition.startswith("+"):
        added, _, definition = definition.partition(" ")
        offset = float(added)
    factor, _, expression = definition.partition(" ")
    unit, _ = _product(_TOKEN.findall(expression))
    return Unit(unit.dimension, unit.factor * float(factor), offset)
