"""One entity in the forms it is served in, and each of them as normalized NGSI-LD, from which all are judged.

Normalized, concise and simplified NGSI-LD (GS CIM 009 4.5.2 to 4.5.5, 4.5.16), NGSI v2 normalized and
simplified, GeoJSON features, plain records. Nothing that was said is lost on the way: values stay as they are, members
that a form does not know become attributes, and a data type of NGSI v2 that its value does not show is kept as `valueType`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from mimtest.models.representations_v2 import attribute_of_v2, is_v2

Entity = Mapping[str, Any]
Instance = dict[str, Any]

#: The member that holds the value, by kind of attribute.
VALUE_MEMBERS: Final[Mapping[str, str]] = {
    "Property": "value",
    "GeoProperty": "value",
    "Relationship": "object",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "JsonProperty": "json",
    "ListProperty": "valueList",
    "ListRelationship": "objectList",
}
#: Members of an entity that are no attributes.
OWN_MEMBERS: Final = frozenset(
    ("id", "type", "@context", "scope", "createdAt", "modifiedAt", "deletedAt", "expiresAt")
)
#: Members of an attribute that are no attributes of it.
_RESERVED: Final = frozenset(VALUE_MEMBERS.values()) | {
    "type", "datasetId", "observedAt", "unitCode", "valueType", "objectType", "lang", "instanceId",
    "createdAt", "modifiedAt", "deletedAt", "expiresAt", "entity", "entityList", "ngsildproof",
}  # fmt: skip
_KINDS: Final[Mapping[str, str]] = {
    member: kind for kind, member in VALUE_MEMBERS.items() if kind != "GeoProperty"
}
#: Members that wrap a value in simplified form; any other value is bare there.
_WRAPPINGS: Final = ("languageMap", "vocab", "json", "valueList", "objectList")
_BARE: Final = ("value", "object")
_GEOMETRIES: Final = frozenset(
    ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
)
_NO_DATASET: Final = "@none"
#: What a feature has besides its data (RFC 7946 3.2, 5; OGC 17-069r4 7.16).
_OF_A_FEATURE: Final = frozenset(("type", "geometry", "properties", "id", "bbox", "links"))
FORMS: Final = (
    "normalized",
    "concise",
    "simplified",
    "ngsi-v2",
    "ngsi-v2-simplified",
    "feature",
    "plain",
)


def normalized(value: Entity, form: str, *, entity_type: str | None = None) -> dict[str, Any]:
    """The entity in normalized form; `entity_type` is the type of one that does not say it.

    A simplified form does not tell a relationship from a text: what looks like one stays a Property.
    """
    made = _NORMALIZED[form](value)
    return made if "type" in made or entity_type is None else {**made, "type": entity_type}


def form_of(value: Entity) -> str:
    """The form an entity is in. What both NGSI-LD and NGSI v2 call simplified counts as `simplified`."""
    if value.get("type") == "Feature" and {"geometry", "properties"} & value.keys():
        return "feature"
    if not {"id", "type"} <= value.keys():
        return "plain"
    attributes = [v for n, v in value.items() if n not in OWN_MEMBERS]
    parts = [p for a in attributes for p in (a if _is_several(a) else [a])]
    v2 = sum(is_v2(p) for p in parts)
    typed = sum(_is_typed(p) for p in parts)
    if v2 > typed:
        return "ngsi-v2"
    if typed and typed + v2 == len(parts):
        return "normalized"
    return "concise" if typed or any(map(_is_concise, parts)) else "simplified"


def attributes_of(entity: Entity) -> dict[str, list[Instance]]:
    """The instances of each attribute of a normalized entity; one may stand alone (4.5.5)."""
    listed = {
        name: value if isinstance(value, list) else [value]
        for name, value in entity.items()
        if name not in OWN_MEMBERS
    }
    return {n: v for n, v in listed.items() if v and all(isinstance(i, dict) for i in v)}


def simplified(entity: Entity, *, bare: bool = False) -> dict[str, Any]:
    """The simplified form of a normalized entity (4.5.4).

    Values in several languages, vocabulary terms and lists come in their wrapping, as the standard has
    it; `bare` gives what is in it, and of several instances the default one, as older models describe it.
    """
    attributes = attributes_of(entity)
    own = {n: v for n, v in entity.items() if n not in attributes and n != "@context"}
    return own | {n: _simple(instances, bare=bare) for n, instances in attributes.items()}


def untyped(value: Any) -> Any:
    """The value of `{"@type": …, "@value": …}`, else the value itself (4.6.3)."""
    return value["@value"] if isinstance(value, dict) and "@value" in value else value


def is_geometry(value: Any) -> bool:
    """Whether a value is meant to be a GeoJSON geometry."""
    if not isinstance(value, dict):
        return False
    kind = value.get("type")
    if kind == "GeometryCollection":
        return "geometries" in value
    return isinstance(kind, str) and kind in _GEOMETRIES and "coordinates" in value


def _simple(instances: Sequence[Instance], *, bare: bool) -> Any:
    default = next((i for i in instances if "datasetId" not in i), instances[0])
    if len(instances) == 1 or bare:
        return _simple_value(default, bare=bare)
    values = {str(i.get("datasetId", _NO_DATASET)): _simple_value(i, bare=bare) for i in instances}
    return {"dataset": values}


def _simple_value(instance: Mapping[str, Any], *, bare: bool) -> Any:
    name = next((m for m in _KINDS if m in instance), None)
    if name is None:
        return dict(instance)
    value = untyped(instance[name])
    if name == "languageMap" and bare and isinstance(value, dict) and value:
        return next(iter(value.values()))
    return value if bare or name in _BARE else {name: value}


def _of_each(value: Entity, make: Callable[[Any], Any]) -> dict[str, Any]:
    return {n: v if n in OWN_MEMBERS else make(v) for n, v in value.items()}


def _from_concise(attribute: Any) -> Any:
    """An attribute that leaves its type and a lone `value` unsaid (4.5.2.3, 4.5.3.3, 4.7.3)."""
    if _is_several(attribute):
        return [_from_concise(i) for i in attribute]
    held = _held_in(attribute)
    if held is None:
        return attribute if _is_kind(attribute) else property_of(attribute)
    kind = "GeoProperty" if held == "value" and is_geometry(attribute[held]) else _KINDS[held]
    parts = {n: v if n in _RESERVED else _from_concise(v) for n, v in attribute.items()}
    return {"type": kind, **parts}


def _from_simplified(value: Any) -> Any:
    if not isinstance(value, dict) or len(value) != 1:
        return property_of(value)
    ((name, held),) = value.items()
    if name == "dataset" and isinstance(held, dict) and held:
        return [_named(_from_simplified(v), dataset) for dataset, v in held.items()]
    return {"type": _KINDS[name], name: held} if name in _WRAPPINGS else property_of(value)


def _named(instance: Any, dataset: str) -> Any:
    return instance if dataset == _NO_DATASET else {**instance, "datasetId": dataset}


def property_of(value: Any) -> Instance:
    """A value as an attribute: a place as a GeoProperty."""
    return {"type": "GeoProperty" if is_geometry(value) else "Property", "value": value}


def _from_feature(feature: Entity) -> dict[str, Any]:
    """An entity of a feature. Its geometry is `location`, unless the properties have an equal one."""
    properties = feature.get("properties")
    held: dict[str, Any] = dict(properties) if isinstance(properties, Mapping) else {}
    held = {n: v for n, v in feature.items() if n not in _OF_A_FEATURE} | held
    if "id" in feature:
        held = {"id": feature["id"], **held}
    made = normalized(held, _form_inside(held))
    place = feature.get("geometry")
    if place is None or any(
        i.get("value") == place for a in attributes_of(made).values() for i in a
    ):
        return made
    name = "location"
    while name in made:
        name = "geometry" if name == "location" else f"{name}_"
    return {**made, name: {"type": "GeoProperty", "value": place}}


def _form_inside(held: Entity) -> str:
    """NGSI-LD has its attributes whole or simplified in the properties (4.5.16); other services plain."""
    typed = [v for v in held.values() if any(map(_is_typed, v if _is_several(v) else [v]))]
    if typed:
        return "concise"
    return "simplified" if "type" in held else "plain"


def _is_several(attribute: Any) -> bool:
    """Whether an array has the instances of an attribute: at most one of them has no dataset."""
    if not isinstance(attribute, list):
        return False
    told = [i for i in attribute if _held_in(i) or _is_typed(i)]
    named = [i for i in told if "datasetId" in i]
    return len(attribute) - len(named) <= 1 and bool(named or told)


def _held_in(instance: Any) -> str | None:
    """The member of an instance that holds its value."""
    if not isinstance(instance, dict):
        return None
    return next((m for m in _KINDS if m in instance), None)


def _is_kind(instance: Any) -> bool:
    kind = instance.get("type") if isinstance(instance, dict) else None
    return isinstance(kind, str) and kind in VALUE_MEMBERS


def _is_typed(instance: Any) -> bool:
    return _is_kind(instance) and VALUE_MEMBERS[instance["type"]] in instance


def _is_concise(instance: Any) -> bool:
    held = _held_in(instance)
    return held is not None and not (held in _WRAPPINGS and len(instance) == 1)


_NORMALIZED: Final[Mapping[str, Callable[[Entity], dict[str, Any]]]] = {
    "normalized": dict,
    "concise": lambda value: _of_each(value, _from_concise),
    "simplified": lambda value: _of_each(value, _from_simplified),
    "ngsi-v2": lambda value: _of_each(value, attribute_of_v2),
    "ngsi-v2-simplified": lambda value: _of_each(value, property_of),
    "feature": _from_feature,
    "plain": lambda value: _of_each(value, property_of),
}
