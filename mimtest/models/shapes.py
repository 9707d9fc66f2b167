"""What a JSON Schema lets a value be, as far as two schemas can be compared: a shape.

Read are kinds of values, enumerations, bounds of numbers, items, members, what is required, and whether other members are refused.
Conditions, patterns, formats and lengths are left out: `more` tells that something of the kind is said, and a comparison
does not take what it cannot read for nothing.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final

from mimtest.models.schema_documents import Documents, LookUp

#: The kinds of JSON values; a number is an integer or a fraction.
KINDS: Final = frozenset(("null", "boolean", "integer", "fraction", "string", "array", "object"))
_KINDS_OF: Final = {"number": frozenset(("integer", "fraction"))}
_UNREAD: Final = frozenset(
    ("pattern", "not", "if", "$dynamicRef", "$recursiveRef", "dependentSchemas")
)
_NUMBERS: Final = frozenset(("integer", "fraction"))
_DEEPEST: Final = 8


@dataclass(frozen=True)
class Shape:
    """What a value may be. `values` is its enumeration as JSON texts, None without one.

    `members` are those that are described, whether or not a value has to have them; `closed` says that there are
    no others. `description` is the first one found.
    """

    kinds: frozenset[str] = KINDS
    values: frozenset[str] | None = None
    lowest: float = -math.inf
    highest: float = math.inf
    items: "Shape | None" = None
    members: Mapping[str, "Shape"] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    closed: bool = False
    more: bool = False
    description: str = ""

    def __and__(self, other: "Shape") -> "Shape":
        """What both let it be."""
        names = self.members.keys() | other.members.keys()
        return Shape(
            kinds=self.kinds & other.kinds,
            values=_both(self.values, other.values),
            lowest=max(self.lowest, other.lowest),
            highest=min(self.highest, other.highest),
            items=self.items & other.items
            if self.items and other.items
            else self.items or other.items,
            members={n: _met(self.members.get(n), other.members.get(n)) for n in names},
            required=self.required | other.required,
            closed=self.closed or other.closed,
            more=self.more or other.more,
            description=self.description or other.description,
        )

    def __or__(self, other: "Shape") -> "Shape":
        """What one of them lets it be. A member that only one describes stays as that describes it."""
        names = self.members.keys() | other.members.keys()
        return Shape(
            kinds=self.kinds | other.kinds,
            values=None
            if self.values is None or other.values is None
            else self.values | other.values,
            lowest=min(self.lowest, other.lowest),
            highest=max(self.highest, other.highest),
            items=self.items | other.items if self.items and other.items else None,
            members={n: _either(self.members.get(n), other.members.get(n)) for n in names},
            required=self.required & other.required,
            closed=self.closed and other.closed,
            more=self.more or other.more,
            description=self.description or other.description,
        )

    @property
    def is_impossible(self) -> bool:
        """Whether no value is left."""
        out_of_bounds = self.lowest > self.highest and self.kinds <= _NUMBERS
        return not self.kinds or self.values == frozenset() or out_of_bounds


ANYTHING: Final = Shape()
NOTHING: Final = Shape(kinds=frozenset())


def shape_of(address: str, document: Any, look_up: LookUp) -> Shape:
    """The shape that the schema at an address describes. Raises Inconclusive, also for a reference without an end."""
    from mimtest.models.schema_patient import evaluating, registry_of  # noqa: PLC0415 - start-up

    with evaluating(address):
        documents = Documents(address, document, look_up)
        start = documents.get(documents.address)
        return _Reader().read(start, registry_of(documents).resolver(documents.address), 0)


class _Reader:
    """Reads subschemas; a reference that leads back to where it came from says nothing more."""

    def __init__(self) -> None:
        self._open: set[int] = set()

    def read(self, schema: Any, resolver: Any, depth: int) -> Shape:
        if schema is False:
            return NOTHING
        if not isinstance(schema, dict) or id(schema) in self._open or depth > _DEEPEST:
            return ANYTHING
        self._open.add(id(schema))
        try:
            return reduce(Shape.__and__, self._parts(schema, resolver, depth))
        finally:
            self._open.discard(id(schema))

    def _parts(self, schema: dict[str, Any], resolver: Any, depth: int) -> Iterable[Shape]:
        def within(part: Any) -> Shape:
            return self.read(part, resolver, depth + 1)

        yield self._own(schema, within)
        if isinstance(schema.get("$ref"), str):
            found = resolver.lookup(schema["$ref"])
            yield self.read(found.contents, found.resolver, depth)
        yield from (self.read(part, resolver, depth) for part in _listed(schema, "allOf"))
        for keyword in ("anyOf", "oneOf"):
            if parts := _listed(schema, keyword):
                yield reduce(Shape.__or__, [self.read(p, resolver, depth) for p in parts])

    def _own(self, schema: dict[str, Any], within: Callable[[Any], Shape]) -> Shape:
        properties = schema.get("properties")
        items = schema.get("items")
        shape = Shape(
            kinds=_kinds(schema.get("type")),
            values=_values(schema),
            lowest=_bound(schema, "minimum", "exclusiveMinimum", -math.inf),
            highest=_bound(schema, "maximum", "exclusiveMaximum", math.inf),
            items=within(items) if isinstance(items, dict) else None,
            members={n: within(p) for n, p in properties.items()}
            if isinstance(properties, dict)
            else {},
            required=frozenset(n for n in _listed(schema, "required") if isinstance(n, str)),
            closed=False
            in (schema.get("additionalProperties"), schema.get("unevaluatedProperties")),
            more=not _UNREAD.isdisjoint(schema),
            description=text if isinstance(text := schema.get("description"), str) else "",
        )
        return replace(shape, kinds=shape.kinds & _kinds_of_values(schema))


def _listed(schema: Mapping[str, Any], keyword: str) -> list[Any]:
    value = schema.get(keyword)
    return value if isinstance(value, list) else []


def _kinds(named: Any) -> frozenset[str]:
    names = named if isinstance(named, list) else [named]
    kinds = [_KINDS_OF.get(n, frozenset((n,))) for n in names if isinstance(n, str)]
    return frozenset[str]().union(*kinds) & KINDS or KINDS


def _kinds_of_values(schema: Mapping[str, Any]) -> frozenset[str]:
    """The kinds of the values of an enumeration."""
    if "const" not in schema and not isinstance(schema.get("enum"), list):
        return KINDS
    values = [schema["const"]] if "const" in schema else schema["enum"]
    return frozenset(kind_of(v) for v in values)


def kind_of(value: Any) -> str:
    """The kind of a JSON value; 1.0 is an integer (JSON Schema 2020-12 core 6.1.1)."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if float(value).is_integer() else "fraction"
    kinds = {str: "string", list: "array", dict: "object", type(None): "null"}
    return kinds[type(value)]


def _values(schema: Mapping[str, Any]) -> frozenset[str] | None:
    if "const" in schema:
        return frozenset((_text(schema["const"]),))
    listed = schema.get("enum")
    return frozenset(map(_text, listed)) if isinstance(listed, list) else None


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _bound(schema: Mapping[str, Any], closed: str, open_: str, none: float) -> float:
    found = [schema[k] for k in (closed, open_) if _is_number(schema.get(k))]
    return (max if none < 0 else min)(found, default=none)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return one if other is None else other
    return one & other


def _met(one: Shape | None, other: Shape | None) -> Shape:
    return one & other if one and other else one or other or ANYTHING


def _either(one: Shape | None, other: Shape | None) -> Shape:
    return one | other if one and other else one or other or ANYTHING
