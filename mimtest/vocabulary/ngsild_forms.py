"""How entities look in each representation, computed from what is known of them in normalized form.

GS CIM 009 4.5.2 to 4.5.5 and 4.5.16 to 4.5.24. Forms are compared after `settled`: what may be written in
several ways with the same meaning is then written in one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.models.representations import VALUE_MEMBERS
from mimtest.vocabulary.expect import assert_equal, assert_same_set, assert_that, fail, member, same
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, instant
from mimtest.vocabulary.ngsild import attributes_of, types_of

Entity = Mapping[str, Any]
Instance = Mapping[str, Any]
#: Notes which permitted reading of an open point was seen.
Reading = Callable[[str, str], None]

VALUES: Final = frozenset(VALUE_MEMBERS.values())
#: Members of attributes and entities that only the broker writes.
SYSTEM: Final = frozenset(("createdAt", "modifiedAt", "deletedAt", "expiresAt", "instanceId"))
#: Members of attributes that are no attributes of attributes.
RESERVED: Final = (
    VALUES
    | SYSTEM
    | {"type", "datasetId", "observedAt", "unitCode", "valueType", "objectType", "lang"}
    | {"entity", "entityList", "ngsildproof", "@context"}
)
DEFAULT: Final = "@none"


@dataclass(frozen=True, slots=True)
class Form:
    """One way an attribute may be shown, and the reading of an open point that it is."""

    value: Any
    reading: tuple[str, str] | None = None


def is_plain(instance: Instance) -> bool:
    """Whether concise form has the value alone: nothing else is said, and no `type` is in it (4.5.2.3)."""
    value = instance.get("value")
    said = set(instance) - {"type", "value"} - SYSTEM
    if instance.get("type") == "GeoProperty":
        return not said
    stated = isinstance(value, dict) and bool({"type", "@type"} & set(value))
    return instance.get("type") == "Property" and not said and not stated


def simplified(instances: Sequence[Instance]) -> list[Form]:
    """The ways an attribute may be shown in simplified form, that of the newest text first (4.5.4)."""
    each = [_simplified(i) for i in instances]
    if len(instances) == 1 and "datasetId" not in instances[0]:
        return each[0]
    names = [i.get("datasetId", DEFAULT) for i in instances]
    several = [
        Form({"dataset": dict(zip(names, (e[way].value for e in each), strict=True))})
        for way in range(min(len(e) for e in each))
    ]
    return several + (each[0] if len(instances) == 1 else [])


def simplified_before(instances: Sequence[Instance]) -> list[Form]:
    """The ways an attribute with several instances could be shown before 1.8.1 said how."""
    values = [_simplified(i)[0].value for i in instances]
    default = [_simplified(i)[0] for i in instances if "datasetId" not in i]
    return [*simplified(instances), *default, Form(values)]


def _simplified(instance: Instance) -> list[Form]:
    kind, value = instance["type"], instance[VALUE_MEMBERS[instance["type"]]]
    if kind == "LanguageProperty":
        return [Form({"languageMap": value}, ("A54", "wrapped")), Form(value, ("A54", "bare"))]
    if kind in ("ListProperty", "ListRelationship"):
        items = uris(value) if kind == "ListRelationship" else value
        name = VALUE_MEMBERS[kind]
        return [Form(items, ("A73", "bare")), Form({name: items}, ("A73", "wrapped"))]
    return [
        Form({VALUE_MEMBERS[kind]: value} if kind in ("VocabProperty", "JsonProperty") else value)
    ]


def concise(attribute: Any) -> Any:
    """An attribute in concise form, which loses nothing (4.5.2.3, 4.5.3.3, 4.7.3)."""
    if isinstance(attribute, list):
        return [concise(i) for i in attribute]
    if is_plain(attribute):
        return attribute["value"]
    return {
        k: v if k in RESERVED else concise(v)
        for k, v in attribute.items()
        if k != "type" and k not in SYSTEM
    }


def settled(form: Any) -> Any:
    """An attribute, in whichever form, written in one way.

    A value with nothing else to say stands alone, instances are in the order of their datasets, and
    names of the default vocabulary are short (A16, A53, A61, A71, A73).
    """
    if isinstance(form, list) and form and all(_is_instance(f) for f in form):
        instances = sorted((settled(f) for f in form), key=_dataset_of)
        return instances[0] if len(instances) == 1 else instances
    if not _is_instance(form):
        return plain(form)
    members = {_short(k): _member(_short(k), v) for k, v in form.items() if k not in SYSTEM}
    if members.get("datasetId") == DEFAULT:
        del members["datasetId"]
    alone = set(members) in ({"value"}, {"valueList"}, {"objectList"})
    return next(iter(members.values())) if alone else members


def _member(name: str, value: Any) -> Any:
    if name == "json":
        return value
    if name == "objectList":
        return uris(value)
    if name in ("vocab", "objectType", "valueType"):
        return [_short(v) for v in value] if isinstance(value, list) else _short(value)
    if name == "observedAt":
        return _moment(value)
    return plain(value) if name in RESERVED or name == "dataset" else settled(value)


def plain(value: Any) -> Any:
    """A value with short names; one with a data type is the text alone."""
    if isinstance(value, list):
        return [plain(v) for v in value]
    if not isinstance(value, dict):
        return value
    if "@value" in value:
        return _moment(value["@value"])
    return {
        _short(k): _member(k, v) if k in ("json", "vocab") else plain(v) for k, v in value.items()
    }


def uris(value: Any) -> Any:
    """The targets of a ListRelationship: texts, or objects with one each (4.5.22)."""
    if not isinstance(value, list):
        return value
    return [v["object"] if isinstance(v, dict) and set(v) == {"object"} else v for v in value]


def _is_instance(form: Any) -> bool:
    return isinstance(form, dict) and ("datasetId" in form or bool(VALUES & set(form)))


def _dataset_of(form: Any) -> str:
    return str(form.get("datasetId", "")) if isinstance(form, dict) else ""


def _short(name: Any) -> Any:
    return name.removeprefix(DEFAULT_VOCABULARY) if isinstance(name, str) else name


def _moment(value: Any) -> Any:
    moment = instant(value)
    return moment.isoformat() if moment else value


def assert_simplified(
    held: Entity,
    known: Entity,
    reading: Reading,
    forms: Callable[[Sequence[Instance]], list[Form]] = simplified,
) -> None:
    """The entity, or the properties of a feature, has the known attributes in simplified form."""
    __tracebackhide__ = True
    assert_same_things(held, known)
    for name, instances in attributes_of(known).items():
        assert_one_of(
            forms(instances), member(held, name, None, "the simplified form"), name, reading
        )


def assert_one_of(forms: Sequence[Form], held: Any, name: str, reading: Reading) -> None:
    """The attribute is shown in one of the ways; notes which."""
    __tracebackhide__ = True
    for form in forms:
        if same(plain(held), plain(form.value)):
            if form.reading:
                reading(*form.reading)
            return
    fail(f"the attribute '{name}' differs", expected=forms[0].value, received=held)


def assert_concise(held: Entity, known: Entity, reading: Reading) -> None:
    """The entity has the known attributes in concise form: without their types, and nothing lost."""
    __tracebackhide__ = True
    assert_same_things(held, known)
    for name, instances in attributes_of(known).items():
        shown = member(held, name, None, "the concise form")
        if any(_is_ambiguous(i) for i in instances):
            continue
        expected = settled(
            [concise(i) for i in instances] if len(instances) > 1 else concise(instances[0])
        )
        assert_equal(settled(shown), expected, f"the attribute '{name}'")
        if is_plain(instances[0]) and len(instances) == 1:
            wrapped = isinstance(shown, dict) and set(shown) == {"value"}
            reading("A53", "wrapped" if wrapped else "bare")


def _is_ambiguous(instance: Instance) -> bool:
    value = instance.get("value")
    return instance.get("type") == "Property" and isinstance(value, dict) and "type" in value


def assert_same_things(held: Entity, known: Entity) -> None:
    """The entity is the known one, and of its types."""
    __tracebackhide__ = True
    assert_equal(member(held, "id", str, "the entity"), known["id"], "the id")
    types = member(held, "type", None, "the entity")
    named = all(isinstance(t, str) for t in (types if isinstance(types, list) else [types]))
    assert_that(named, "the type is no name", expected="a name or names", received=types)
    assert_same_set(types_of(held), types_of(known), "the types")
