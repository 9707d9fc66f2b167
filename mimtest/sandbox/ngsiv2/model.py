"""Entities, attributes and metadata ("Terminology"), and the moments they were made and changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, Self

#: The default type of a value by its kind ("Partial Representations").
_DEFAULT_TYPES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "Boolean"),
    (str, "Text"),
    (int, "Number"),
    (float, "Number"),
    (dict, "StructuredValue"),
    (list, "StructuredValue"),
)
#: The type of an entity that is created without one.
THING: Final = "Thing"


def default_type(value: Any) -> str:
    """The type of a value that comes without one."""
    return next((name for kind, name in _DEFAULT_TYPES if isinstance(value, kind)), "None")


def now() -> str:
    """The present, in milliseconds, as ISO 8601 writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute. Metadata is by name, each `{"type": …, "value": …}`."""

    value: Any
    type: str
    metadata: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    created: str = ""
    modified: str = ""

    def at(self, moment: str, before: "Attribute | None" = None) -> "Attribute":
        """The attribute, written at a moment in place of another."""
        return replace(self, created=(before and before.created) or moment, modified=moment)


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity in a service path; id, type and path together are its own alone."""

    id: str
    type: str
    attributes: Mapping[str, Attribute]
    path: str = "/"
    created: str = ""
    modified: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from all others."""
        return self.path, self.id, self.type

    def with_attributes(self, attributes: Mapping[str, Attribute], moment: str) -> Self:
        """The entity with these attributes alone; those that are written now have no moment yet."""
        dated = {
            name: a if a.modified else a.at(moment, self.attributes.get(name))
            for name, a in attributes.items()
        }
        return replace(self, attributes=dated, created=self.created or moment, modified=moment)
