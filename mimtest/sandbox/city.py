"""The invented small town the reference platform serves, read from the shipped payloads."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mimtest.resources import FIXTURES

#: The payload files of the town, in the order in which their entities are listed.
FILES: Final = (
    "streetlight",
    "air_quality",
    "building",
    "parking",
    "energy",
    "noise",
    "weather",
    "traffic",
    "electricity",
    "waste",
    "water",
    "places",
    "indicators",
)


@dataclass(frozen=True, slots=True)
class City:
    """The town's entities, normalized NGSI-LD with short names, and the JSON-LD document naming them.

    `context` is the whole document `{"@context": {...}}`. Callers copy what they change.
    """

    entities: tuple[dict[str, Any], ...]
    context: dict[str, Any]

    @property
    def terms(self) -> dict[str, Any]:
        """What each short name stands for: an IRI, or an object with `@id` and `@type`."""
        return dict(self.context["@context"])

    def of_type(self, name: str) -> tuple[dict[str, Any], ...]:
        """The entities of one type, by its short name."""
        return tuple(e for e in self.entities if e["type"] == name)


@cache
def load_city() -> City:
    """The town as shipped. Read once; every call gives the same object."""
    folder = FIXTURES / "city"
    entities: list[dict[str, Any]] = []
    for name in FILES:
        entities += json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    context = json.loads((folder / "context.jsonld").read_text(encoding="utf-8"))
    return City(tuple(entities), context)
