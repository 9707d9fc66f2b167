"""The feature types on offer, made from the town's entities."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.city import City
from mimtest.sandbox.features.catalogue import Collection, Feature, collections
from mimtest.sandbox.features.geometry import Box, Geometry
from mimtest.sandbox.features.temporal import parse_instant

NAMESPACE: Final = "https://mimtest.example/city"
PREFIX: Final = "city"
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9_.-]")
_KINDS: Final[Mapping[type, str]] = {
    bool: "boolean",
    int: "integer",
    float: "double",
    str: "string",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A feature: its gml:id, the identifier of what it is about, where it is and its simple properties."""

    id: str
    identifier: str
    type: str
    geometry: Geometry
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FeatureType:
    """A feature type without its prefix, and its features; `kinds` are the properties' XML Schema types."""

    name: str
    title: str
    geometry: str
    kinds: Mapping[str, str]
    items: tuple[Item, ...]
    extent: Box

    @property
    def qualified(self) -> str:
        """The name with the service's own prefix."""
        return f"{PREFIX}:{self.name}"


def feature_types(city: City) -> dict[str, FeatureType]:
    """The town's feature types by name."""
    return {c.definition.type: _feature_type(c) for c in collections(city).values()}


def _feature_type(collection: Collection) -> FeatureType:
    definition = collection.definition
    kinds = {
        name: kind
        for name in definition.attributes
        if (
            kind := _kind(
                name == definition.time, [f.properties.get(name) for f in collection.features]
            )
        )
    }
    items = tuple(_item(f, definition.type, kinds) for f in collection.features)
    geometry = collection.features[0].geometry["type"]
    return FeatureType(
        definition.type, definition.title, geometry, kinds, items, collection.extent()
    )


def _kind(is_time: bool, values: list[Any]) -> str | None:  # noqa: FBT001
    """The type of a property's values; None for one that is not simple."""
    found = {type(v) for v in values if v is not None}
    if is_time:
        return "dateTime"
    if found == {int, float}:
        return "double"
    return _KINDS.get(found.pop()) if len(found) == 1 else None


def _item(feature: Feature, name: str, kinds: Mapping[str, str]) -> Item:
    rest = feature.id.rpartition(f":{name}:")[2]
    values = {k: feature.properties[k] for k in kinds if feature.properties.get(k) is not None}
    return Item(f"{name}.{_NO_NAME.sub('.', rest)}", feature.id, name, feature.geometry, values)


def lexical(value: object) -> str:
    """A property's value as XML Schema writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def typed(kind: str, text: str) -> Any:
    """A literal as a value that compares with those of a property. Raises ValueError."""
    text = text.strip() if kind != "string" else text
    if kind in ("integer", "double"):
        return float(text)
    if kind == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
    return parse_instant(text) if kind == "dateTime" else text


def comparable(kind: str, value: Any) -> Any:
    """A property's value as `typed` gives literals."""
    return typed(kind, lexical(value))
