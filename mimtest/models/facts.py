"""What is known of a model before any entity is looked at: from its schema, and from what is claimed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from mimtest.target import Model

Area = tuple[float, float, float, float]

_UNITS: Final = re.compile(r"\bunits?\s*:\s*'([^']*)'", re.IGNORECASE)
_KIND: Final = re.compile(
    r"\s*(Property|Relationship|GeoProperty|LanguageProperty)\b", re.IGNORECASE
)
_KINDS: Final = {
    k.lower(): k for k in ("Property", "Relationship", "GeoProperty", "LanguageProperty")
}
_PARTS: Final = ("allOf", "anyOf", "oneOf")
_DEEPEST: Final = 12


class Described(Protocol):
    """A schema that tells the members it describes, in all its parts."""

    def properties(self) -> Mapping[str, Iterable[Any]]:
        """The subschemas of each member."""


@dataclass(frozen=True)
class ModelFacts:
    """What is known of a model. What is not known is empty, and no rule speaks of it.

    `kinds` are the NGSI-LD types of attributes as the model's descriptions name them, `stated_units` the units
    as they spell them. `now` is
    the time of judging, None the clock's. `relationships` maps attributes to the types of what they point to, as claimed.
    """

    entity_type: str = ""
    properties: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    enumerations: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    formats: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    stated_units: Mapping[str, str] = field(default_factory=dict)
    relationships: Mapping[str, str] = field(default_factory=dict)
    units: str = "uncefact"
    area: Area | None = None
    now: datetime | None = None


def facts_of(
    schema: Described | None = None, model: Model | None = None, area: Area | None = None
) -> ModelFacts:
    """What a schema and a claim say of a model. Raises what reading the schema raises."""
    described = {n: tuple(parts) for n, parts in schema.properties().items()} if schema else {}
    required = getattr(schema, "required", None)
    return ModelFacts(
        entity_type=model.entity_type if model else "",
        properties=described,
        required=frozenset(required() if callable(required) else ()),
        enumerations=_known({n: _enumeration(p) for n, p in described.items()}),
        formats=_known({n: _formats(p) for n, p in described.items()}),
        kinds=_known({n: _kind(p) for n, p in described.items()}),
        stated_units=_known({n: _unit(p) for n, p in described.items()}),
        relationships=dict(model.relationships) if model else {},
        units=model.units if model else "uncefact",
        area=area,
    )


def _known(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value}


def _flat(parts: Iterable[Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """The subschemas and their alternatives, as far as they are objects."""
    for part in parts:
        if isinstance(part, dict):
            yield part
            for key in _PARTS:
                inner = part.get(key)
                if depth < _DEEPEST and isinstance(inner, list):
                    yield from _flat(inner, depth + 1)


def _enumeration(parts: Iterable[Any]) -> tuple[Any, ...]:
    """The values that one part or another lists, each once."""
    found: list[Any] = []
    for part in _flat(parts):
        listed = part.get("enum")
        found += [v for v in listed if v not in found] if isinstance(listed, list) else ()
    return tuple(found)


def _formats(parts: Iterable[Any]) -> frozenset[str]:
    return frozenset(p["format"] for p in _flat(parts) if isinstance(p.get("format"), str))


def _descriptions(parts: Iterable[Any]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, dict) and isinstance(part.get("description"), str):
            yield part["description"]


def _kind(parts: Iterable[Any]) -> str:
    found = (_KIND.match(text) for text in _descriptions(parts))
    return next((_KINDS[m[1].lower()] for m in found if m), "")


def _unit(parts: Iterable[Any]) -> str:
    found = (_UNITS.search(text) for text in _descriptions(parts))
    return next((m[1].strip() for m in found if m), "")
