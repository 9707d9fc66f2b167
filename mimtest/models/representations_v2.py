"""Attributes of NGSI v2 as those of NGSI-LD: metadata become attributes of the attribute, or its unit and time."""

from collections.abc import Mapping
from typing import Any, Final

_LINKS: Final = ("Relationship", "Reference")
#: Metadata that NGSI-LD has members for.
_MEMBERS: Final = ("unitCode", "observedAt")
_TEXT_PLACES: Final = ("geo:point", "geo:line", "geo:polygon", "geo:box")
_LD_KINDS: Final = frozenset(
    ("Property", "GeoProperty", "LanguageProperty", "VocabProperty", "JsonProperty")
)
_MEMBERS_OF_V2: Final = frozenset(("type", "value", "metadata"))
#: Names of metadata that mean something else in an attribute of NGSI-LD; these stay metadata.
_TAKEN: Final = frozenset(
    [
        "type",
        "value",
        "object",
        "metadata",
        "languageMap",
        "vocab",
        "json",
        "valueList",
        "objectList",
        "valueType",
        "datasetId",
        "createdAt",
        "modifiedAt",
    ]
)
_TO_A_CORNER: Final = 2


def is_v2(attribute: Any) -> bool:
    """Whether an attribute has the form of NGSI v2 and not that of NGSI-LD."""
    if not isinstance(attribute, dict) or not {"type", "value"} <= attribute.keys():
        return False
    if not isinstance(attribute["type"], str) or attribute.keys() - _MEMBERS_OF_V2:
        return False
    return "metadata" in attribute or attribute["type"] not in _LD_KINDS


def attribute_of_v2(attribute: Any) -> dict[str, Any]:
    """The attribute, or the metadata, as NGSI-LD has it. What is no attribute becomes the value of one."""
    if not isinstance(attribute, Mapping) or "value" not in attribute:
        return {"type": "Property", "value": attribute}
    value, kind = attribute["value"], attribute.get("type")
    made = _with_value(value, kind)
    metadata = attribute.get("metadata")
    held = metadata if isinstance(metadata, Mapping) else {}
    kept = {n: v for n, v in held.items() if n in _TAKEN}
    told = {n: _metadata(n, v) for n, v in held.items() if n not in _TAKEN}
    others = {n: v for n, v in attribute.items() if n not in _MEMBERS_OF_V2}
    return {**others, **told, **({"metadata": kept} if kept else {}), **made}


def _with_value(value: Any, kind: Any) -> dict[str, Any]:
    if kind in _LINKS and _is_link(value):
        stated = {} if kind == _LINKS[0] else {"valueType": kind}
        return {"type": "Relationship", "object": value, **stated}
    if kind == "geo:json":
        return {"type": "GeoProperty", "value": value}
    if kind in _TEXT_PLACES:
        return {"type": "GeoProperty", "value": _place(value, kind), "valueType": kind}
    if kind == "DateTime" and isinstance(value, str):
        return {"type": "Property", "value": {"@type": "DateTime", "@value": value}}
    made = {"type": "GeoProperty" if _is_geometry(value) else "Property", "value": value}
    return made if kind in (None, _natural(value)) else {**made, "valueType": kind}


def _metadata(name: str, metadata: Any) -> Any:
    """What metadata say: a unit and a time of observation as NGSI-LD says them, others as attributes."""
    if name in _MEMBERS and isinstance(metadata, Mapping) and "value" in metadata:
        return metadata["value"]
    return attribute_of_v2(metadata)


def _natural(value: Any) -> str:
    """The type that NGSI v2 gives a value by itself ("Partial Representations")."""
    if isinstance(value, bool):
        return "Boolean"
    if value is None:
        return "None"
    if isinstance(value, str):
        return "Text"
    return "Number" if isinstance(value, int | float) else "StructuredValue"


def _is_link(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)
    )


def _is_geometry(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str) and "coordinates" in value


def _place(value: Any, kind: str) -> Any:
    """A place in text, latitude first ("Simple Location Format"), as GeoJSON; what is none stays."""
    try:
        positions = [_position(t) for t in ([value] if kind == "geo:point" else value)]
    except (ValueError, TypeError, AttributeError):
        return value
    if kind == "geo:point":
        return {"type": "Point", "coordinates": positions[0]}
    if kind == "geo:line":
        return {"type": "LineString", "coordinates": positions}
    if kind == "geo:box" and len(positions) == _TO_A_CORNER:
        (west, south), (east, north) = positions
        positions = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [positions]}


def _position(text: str) -> list[float]:
    latitude, longitude = (float(part) for part in text.split(","))
    return [longitude, latitude]
