"""Entities and attributes as the broker keeps them: every name an IRI, nothing changed in place."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

#: The member that holds the value, by kind of attribute (GS CIM 009 4.5.2 to 4.5.24).
VALUE_MEMBERS: Final[dict[str, str]] = {
    "Property": "value",
    "GeoProperty": "value",
    "Relationship": "object",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "JsonProperty": "json",
    "ListProperty": "valueList",
    "ListRelationship": "objectList",
}
#: The marker that asks for removal (4.5.0).
NULL: Final = "urn:ngsi-ld:null"
#: Stands for a value that a fragment does not give.
ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Attribute:
    """One instance of an attribute. `extra` has observedAt, unitCode, expiresAt and types where given."""

    kind: str
    value: Any
    extra: Mapping[str, Any] = field(default_factory=dict)
    dataset: str | None = None
    parts: "Attributes" = field(default_factory=dict)
    created: str = ""
    modified: str = ""

    def since(self, created: str) -> Self:
        """The same instance, created at that time."""
        return replace(self, created=created)


Instances = tuple[Attribute, ...]
Attributes = Mapping[str, Instances]


@dataclass(frozen=True, slots=True)
class Entity:
    """The digital counterpart of something. `types` and the keys of `attributes` are IRIs."""

    id: str
    types: tuple[str, ...]
    scopes: tuple[str, ...] = ()
    attributes: Attributes = field(default_factory=dict)
    created: str = ""
    modified: str = ""
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class Fragment:
    """The parts of an entity a client sent; None is what it did not say.

    A scope, and when it expires, may be the null marker.
    """

    id: str | None = None
    types: tuple[str, ...] | None = None
    scopes: tuple[str, ...] | None = None
    attributes: Attributes = field(default_factory=dict)
    expires: str | None = None


def objects_of(item: Attribute) -> tuple[str, ...]:
    """The ids a relationship leads to; none of another kind of attribute."""
    if item.kind not in ("Relationship", "ListRelationship"):
        return ()
    return tuple(item.value) if isinstance(item.value, list) else (item.value,)


def instance_of(instances: Instances, dataset: str | None) -> Attribute | None:
    """The instance of that dataset, None being the default one."""
    return next((i for i in instances if i.dataset == dataset), None)


def with_instance(instances: Instances, new: Attribute) -> Instances:
    """The instances with this one added, or put in the place of the one of its dataset."""
    if instance_of(instances, new.dataset) is None:
        return (*instances, new)
    return tuple(new if i.dataset == new.dataset else i for i in instances)
