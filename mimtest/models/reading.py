"""A normalized NGSI-LD entity (GS CIM 009 4.5.1) taken apart: its attributes, and the values worth a look."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from mimtest.models.representations import OWN_MEMBERS, VALUE_MEMBERS, untyped

#: Members that GS CIM 009 itself gives every entity (5.2.4); no data model has to name them.
CORE_MEMBERS: Final = OWN_MEMBERS | {"location", "observationSpace", "operationSpace"}
#: The members of an instance that hold what it says.
VALUES: Final = tuple(dict.fromkeys(VALUE_MEMBERS.values()))
_MOMENTS: Final = ("observedAt", "createdAt", "modifiedAt", "deletedAt", "expiresAt")
_DATE_TIMES: Final = ("DateTime", "ngsi-ld:DateTime")
_DEEPEST: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A value in an entity: where it is, of which attribute, and in which instance of that."""

    pointer: str
    name: str
    value: Any
    instance: Mapping[str, Any]

    def inside(self, member: str, value: Any) -> "Place":
        """A member of this place."""
        return Place(f"{self.pointer}/{escaped(member)}", self.name, value, self.instance)


class Reading:
    """An entity taken apart once, for all who look at it."""

    def __init__(self, entity: Mapping[str, Any]) -> None:
        self.entity = entity
        self._found: dict[str, tuple[Place, ...]] = {}

    def once(self, name: str, find: Callable[[], Iterable[Place]]) -> tuple[Place, ...]:
        """What a search of that name finds, searched for once."""
        if name not in self._found:
            self._found[name] = tuple(find())
        return self._found[name]

    @property
    def id(self) -> str:
        """The identifier, as text whatever it is."""
        return str(self.entity.get("id", ""))

    @property
    def types(self) -> tuple[str, ...]:
        """The entity's types."""
        given = self.entity.get("type")
        return tuple(
            t for t in (given if isinstance(given, list) else [given]) if isinstance(t, str)
        )

    @cached_property
    def instances(self) -> tuple[Place, ...]:
        """Every instance of every attribute, and of the attributes of these."""
        return tuple(_walk(self.entity))

    @cached_property
    def values(self) -> tuple[Place, ...]:
        """What each instance says: the member that holds its value, unwrapped of its JSON-LD type."""
        return tuple(
            p.inside(member, untyped(p.value[member]))
            for p in self.instances
            for member in VALUES
            if member in p.value
        )

    @cached_property
    def moments(self) -> tuple[Place, ...]:
        """What stands where NGSI-LD has a DateTime (GS CIM 009 4.6.3, 4.8)."""
        return tuple(_moments(self.entity, self.instances))

    @cached_property
    def units(self) -> tuple[Place, ...]:
        """Every unitCode (GS CIM 009 4.5.2)."""
        return tuple(
            p.inside("unitCode", p.value["unitCode"])
            for p in self.instances
            if "unitCode" in p.value
        )

    @cached_property
    def numbers(self) -> tuple[Place, ...]:
        """Every value that is a number."""
        return tuple(p for p in self.values if is_number(p.value))

    @cached_property
    def geometries(self) -> tuple[Place, ...]:
        """The value of every GeoProperty (GS CIM 009 4.7)."""
        return tuple(
            p.inside("value", p.value.get("value"))
            for p in self.instances
            if p.value.get("type") == "GeoProperty"
        )

    @cached_property
    def links(self) -> tuple[Place, ...]:
        """What the relationships point to, one by one (GS CIM 009 4.5.3)."""
        return tuple(link for p in self.instances for link in _links(p))

    @cached_property
    def texts(self) -> tuple[Place, ...]:
        """Every text people read, also inside of values; none of a language map."""
        return tuple(
            text
            for p in self.values
            if p.instance.get("type") in ("Property", "JsonProperty", "ListProperty")
            for text in _texts(p)
        )

    @cached_property
    def language_maps(self) -> tuple[Place, ...]:
        """The languageMap of every LanguageProperty (GS CIM 009 4.5.18)."""
        return tuple(
            p.inside("languageMap", p.value.get("languageMap"))
            for p in self.instances
            if p.value.get("type") == "LanguageProperty"
        )


def is_number(value: Any) -> bool:
    """Whether a JSON value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def escaped(step: str) -> str:
    """A member's name as a step of a JSON pointer (RFC 6901 section 3)."""
    return step.replace("~", "~0").replace("/", "~1") if "~" in step or "/" in step else step


def _walk(entity: Mapping[str, Any]) -> Iterator[Place]:
    waiting: list[tuple[str, Mapping[str, Any], int]] = [("", entity, 0)]
    while waiting:
        where, holder, depth = waiting.pop()
        for name, value in holder.items():
            listed = value if isinstance(value, list) else (value,)
            if not _is_attribute(name, listed, whole=not depth):
                continue
            start = f"{where}/{escaped(name)}"
            for index, instance in enumerate(listed):
                pointer = f"{start}/{index}" if isinstance(value, list) else start
                yield Place(pointer, name, instance, instance)
                if depth < _DEEPEST:
                    waiting.append((pointer, instance, depth + 1))


def _is_attribute(name: str, listed: Any, *, whole: bool) -> bool:
    """Whether these are instances of an attribute: of the entity as a whole, or of an attribute."""
    if not listed or name in OWN_MEMBERS or (name in VALUES and not whole):
        return False
    return all(isinstance(i, dict) and _is_instance(i, named=whole) for i in listed)


def _is_instance(value: Mapping[str, Any], *, named: bool) -> bool:
    """Whether an object is one: it says its type and a value, or just a type that NGSI-LD names."""
    kind = value.get("type")
    if not isinstance(kind, str):
        return False
    return any(m in value for m in VALUES) or (named and kind in VALUE_MEMBERS)


def _moments(entity: Mapping[str, Any], instances: tuple[Place, ...]) -> Iterator[Place]:
    whole = Place("", "", entity, entity)
    yield from (whole.inside(n, entity[n]) for n in _MOMENTS[1:] if n in entity)
    for place in instances:
        instance = place.value
        yield from (place.inside(n, instance[n]) for n in _MOMENTS if n in instance)
        value = instance.get("value")
        if isinstance(value, dict) and value.get("@type") in _DATE_TIMES:
            yield place.inside("value", value.get("@value"))


def _links(place: Place) -> Iterator[Place]:
    if "object" in place.value:
        yield from _each(place.inside("object", place.value["object"]))
    if isinstance(place.value.get("objectList"), list):
        for link in _each(place.inside("objectList", place.value["objectList"])):
            named = isinstance(link.value, dict) and "object" in link.value
            yield link.inside("object", link.value["object"]) if named else link


def _each(place: Place) -> Iterator[Place]:
    if isinstance(place.value, list):
        yield from (place.inside(str(i), v) for i, v in enumerate(place.value))
    else:
        yield place


def _texts(place: Place, depth: int = 0) -> Iterator[Place]:
    value = place.value
    if isinstance(value, str):
        yield place
    elif depth < _DEEPEST and isinstance(value, dict):
        for name, part in value.items():
            yield from _texts(place.inside(name, part), depth + 1)
    elif depth < _DEEPEST and isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts(place.inside(str(index), part), depth + 1)
