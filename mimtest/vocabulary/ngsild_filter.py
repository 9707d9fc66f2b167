"""Filters that a broker passes on (GS CIM 009 4.9), read as far as a context source of ours knows them.

What it does not know is None, and lets every entity through: the source then gives more than was asked for.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

from mimtest.vocabulary.expect import same
from mimtest.vocabulary.ngsild import attributes_of
from mimtest.vocabulary.ngsild_names import Names

_TERM: Final = re.compile(r"([^=<>!~]{1,300})(?:(==|!=|>=|<=|>|<)(.{1,300}))?", re.DOTALL)
_NAME: Final = re.compile(r"[\w:/#%-][\w:/#%.-]*")
_SIMPLE: Final = re.compile(r"[^()|+{}?\\]{1,200}")
_MOST_STARS: Final = 3
_MOST_DEPTH: Final = 8
_ORDERS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "==": eq, "!=": ne, ">=": ge, "<=": le, ">": gt, "<": lt,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on one attribute; without a sign it is that the attribute exists."""

    attribute: str
    sign: str = ""
    value: Any = None

    def holds(self, entity: Mapping[str, Any]) -> bool:
        """Whether a normalized entity meets it."""
        instances = attributes_of(entity).get(self.attribute, [])
        held = [i[m] for i in instances for m in ("value", "object", "vocab") if m in i]
        return any(map(self._fits, held)) if self.sign else bool(instances)

    def _fits(self, held: Any) -> bool:
        if self.sign in ("==", "!="):
            return same(held, self.value) == (self.sign == "==")
        kinds = (int, float) if isinstance(self.value, int | float) else (str,)
        alike = isinstance(held, kinds) and not isinstance(held, bool)
        return alike and bool(_ORDERS[self.sign](held, self.value))


@dataclass(frozen=True, slots=True)
class Combined:
    """Several filters, of which all hold, or one does."""

    every: bool
    parts: tuple["Filter", ...]

    def holds(self, entity: Mapping[str, Any]) -> bool:
        """Whether a normalized entity meets it."""
        return (all if self.every else any)(part.holds(entity) for part in self.parts)


Filter = Condition | Combined


def read_filter(text: str, names: Names) -> Filter | None:
    """The filter of a `q`, None where it is beyond what is known here."""
    try:
        return _read(text, names, _MOST_DEPTH)
    except ValueError:
        return None


def conditions_of(found: Filter | None) -> list[Condition]:
    """All conditions of a filter."""
    if found is None:
        return []
    if isinstance(found, Condition):
        return [found]
    return [c for part in found.parts for c in conditions_of(part)]


def _read(text: str, names: Names, depth: int) -> Filter:
    if not depth:
        raise ValueError(text)
    for sign in "|;":
        parts = _split(text, sign)
        if len(parts) > 1:
            return Combined(sign == ";", tuple(_read(p, names, depth - 1) for p in parts))
    if text.startswith("(") and text.endswith(")"):
        return _read(text[1:-1], names, depth - 1)
    found = _TERM.fullmatch(text)
    if not found or not _NAME.fullmatch(found[1]) or ("." in found[1] and ":" not in found[1]):
        raise ValueError(text)
    return Condition(names.short(found[1]), found[2] or "", _value(found[3]) if found[2] else None)


def _split(text: str, sign: str) -> list[str]:
    """The parts between signs that are in no quotes and no brackets."""
    parts, depth, quoted, start = [], 0, False, 0
    for at, letter in enumerate(text):
        quoted ^= letter == '"'
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if letter == sign and not quoted and not depth:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def _value(text: str) -> Any:
    if ".." in text or "," in text:
        raise ValueError(text)
    try:
        return json.loads(text)
    except ValueError:
        return text


def fits_pattern(id: str, pattern: str) -> bool:
    """Whether an identifier meets an `idPattern`; one that could take long to try lets all through."""
    if not _SIMPLE.fullmatch(pattern) or pattern.count("*") > _MOST_STARS:
        return True
    try:
        return re.search(pattern, id[:200]) is not None
    except re.error:
        return True
