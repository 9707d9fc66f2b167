"""A model beside the one it claims to extend: what it adds, what it narrows, and where it is no extension any more.

Whatever is valid under an extension is valid under its base. What it takes away from that is a fork: an attribute that
is gone, another kind of value, a value that the base does not list, something the base requires and it does not.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from mimtest.models.shapes import KINDS, Shape

Kind = Literal[
    "removed", "retyped", "widened", "released", "narrowed", "required", "closed", "added"
]

#: With these an entity of one model is not safely one of the other: the two have parted.
BREAKS: Final[frozenset[Kind]] = frozenset(("removed", "retyped", "widened", "released"))
#: With these it takes less than its base, as a profile may.
NARROWS: Final[frozenset[Kind]] = frozenset(("narrowed", "required", "closed"))
_DEEPEST: Final = 4
_REFUSED: Final = "refused"
_UNKNOWN: Final = "unknown"
_SHOWN: Final = 8
#: What GS CIM 009 says of an entity; a model differs in its own type by nature.
_NOT_COMPARED: Final = frozenset(("type", "@context"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: where, in the base's words and in the extension's own."""

    kind: Kind
    attribute: str
    base: str
    own: str

    @property
    def is_tolerated(self) -> bool:
        """Whether an attribute is no longer described, but may be there as before."""
        return self.kind == "removed" and self.own == _UNKNOWN

    @property
    def name(self) -> str:
        """The attribute at the top."""
        return self.attribute.partition("/")[0]

    def __str__(self) -> str:
        return f"{self.attribute or 'the whole'} is {self.kind}: {self.base} → {self.own}"


def differences(base: Shape, own: Shape) -> list[Difference]:
    """How an extension differs from its base, by attribute."""
    found = [*_of_members(base, own, "", 0)]
    return sorted(found, key=lambda d: (d.attribute, d.kind))


def differences_shared(standard: Shape, copy: Shape) -> list[Difference]:
    """Where a copy says something else of what it has in common with a standard model, whatever it leaves out or adds."""
    shared = standard.members.keys() & copy.members.keys() - _NOT_COMPARED
    return sorted(
        (d for n in shared for d in _of_values(standard.members[n], copy.members[n], n, 1)),
        key=lambda d: (d.attribute, d.kind),
    )


def _of_members(base: Shape, own: Shape, where: str, depth: int) -> Iterator[Difference]:
    for name, shape in base.members.items():
        if depth == 0 and name in _NOT_COMPARED:
            continue
        place = f"{where}/{name}".lstrip("/")
        if name in own.members:
            yield from _of_values(shape, own.members[name], place, depth + 1)
        elif own.closed or depth == 0:
            yield Difference("removed", place, "described", _REFUSED if own.closed else _UNKNOWN)
    yield from _of_names(base, own, where)


def _of_names(base: Shape, own: Shape, where: str) -> Iterator[Difference]:
    """What is required, added and shut out."""

    def place(name: str) -> str:
        return f"{where}/{name}".lstrip("/")

    for name in base.required - own.required:
        yield Difference("released", place(name), "required", "optional")
    for name in (own.required - base.required) & base.members.keys():
        yield Difference("required", place(name), "optional", "required")
    for name in own.members.keys() - base.members.keys():
        yield Difference(
            "added", place(name), "unknown", "required" if name in own.required else "optional"
        )
    if own.closed and not base.closed:
        yield Difference("closed", where, "other members are let be", "other members are refused")


def _of_values(base: Shape, own: Shape, where: str, depth: int) -> Iterator[Difference]:
    if own.is_impossible and not base.is_impossible:
        yield Difference("retyped", where, _kinds(base), "no value is possible")
        return
    if own.kinds != base.kinds and not (own.kinds > base.kinds and own.more):
        yield Difference(_turn(base.kinds, own.kinds), where, _kinds(base), _kinds(own))
    yield from _of_lists(base, own, where)
    if {"integer", "fraction"} & base.kinds & own.kinds:
        yield from _of_bounds(base, own, where)
    if depth < _DEEPEST:
        yield from _of_members(base, own, where, depth)
        if base.items and own.items:
            yield from _of_values(base.items, own.items, f"{where}/*", depth + 1)


def _turn(base: frozenset[str], own: frozenset[str]) -> Kind:
    """What became of the kinds of values."""
    if own < base:
        return "narrowed"
    return "widened" if own > base else "retyped"


def _of_lists(base: Shape, own: Shape, where: str) -> Iterator[Difference]:
    if base.values is None and own.values is None:
        return
    if base.values is None:
        yield Difference("narrowed", where, "any value", _list(own.values))
    elif own.values is None:
        if not own.more:
            yield Difference("widened", where, _list(base.values), "any value")
    elif surplus := own.values - base.values:
        yield Difference("widened", where, _list(base.values), f"also {_list(surplus)}")
    elif missing := base.values - own.values:
        yield Difference("narrowed", where, _list(base.values), f"without {_list(missing)}")


def _of_bounds(base: Shape, own: Shape, where: str) -> Iterator[Difference]:
    told = (_range(base), _range(own))
    if own.lowest < base.lowest or own.highest > base.highest:
        yield Difference("widened", where, *told)
    elif (own.lowest, own.highest) != (base.lowest, base.highest):
        yield Difference("narrowed", where, *told)


def _kinds(shape: Shape) -> str:
    if shape.kinds == KINDS:
        return "any value"
    kinds = set(shape.kinds)
    if "fraction" in kinds:
        kinds = kinds - {"fraction", "integer"} | {"number"}
    return " or ".join(sorted(kinds)) or "no value"


def _list(values: frozenset[str] | None) -> str:
    listed = sorted(values or ())
    texts = [str(json.loads(v)) for v in listed[:_SHOWN]]
    return ", ".join(texts) + (" …" if len(listed) > _SHOWN else "")


def _range(shape: Shape) -> str:
    low = "" if shape.lowest == -math.inf else f"from {shape.lowest:g}"
    high = "" if shape.highest == math.inf else f"to {shape.highest:g}"
    return f"{low} {high}".strip() or "any number"


def texts_in(document: object) -> Iterator[str]:
    """Every text in a document, whatever the member is called."""
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
