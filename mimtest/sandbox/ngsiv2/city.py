"""Entities as NGSI v2 has them, from normalized NGSI-LD with short names."""

import re
from collections.abc import Mapping
from typing import Any, Final

from mimtest.sandbox.ngsiv2.model import Attribute, Entity, default_type, now

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def as_v2(entity: Mapping[str, Any]) -> Entity:
    """An entity of the town, made now."""
    named = {k: v for k, v in entity.items() if isinstance(v, Mapping)}
    made = Entity(entity["id"], entity["type"], {})
    return made.with_attributes({k: _attribute(v) for k, v in named.items()}, now())


def _attribute(instance: Mapping[str, Any]) -> Attribute:
    metadata = {}
    if "unitCode" in instance:
        metadata["unitCode"] = {"type": "Text", "value": instance["unitCode"]}
    if "observedAt" in instance:
        metadata["timestamp"] = {"type": "DateTime", "value": instance["observedAt"]}
    if instance["type"] == "Relationship":
        return Attribute(instance["object"], "Relationship", metadata)
    if instance["type"] == "LanguageProperty":
        return Attribute(next(iter(instance["languageMap"].values())), "Text", metadata)
    return Attribute(instance["value"], _type_of(instance), metadata)


def _type_of(instance: Mapping[str, Any]) -> str:
    value = instance["value"]
    if instance["type"] == "GeoProperty":
        return "geo:json"
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return "DateTime"
    return default_type(value)
