"""Resource paths: sets, entities, relations, properties and their values (18-088 9.2)."""

import re
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.sensorthings.errors import NothingHereError
from mimtest.sandbox.sensorthings.model import KINDS, Kind
from mimtest.sandbox.sensorthings.store import Entity, Id, Store
from mimtest.sandbox.sensorthings.values import dig, value_of

_SEGMENT: Final = re.compile(r"(\w+)\((\d+|'(?:[^']|'')*')\)")


@dataclass(frozen=True, slots=True)
class Place:
    """What a path leads to: the entities of a set, of a relation (`owner`, `relation`), or one (`entity`).

    `property` is a path below the entity, `links` asks for addresses only and `raw` for the bare value.
    """

    kind: Kind
    owner: Entity | None = None
    relation: str | None = None
    entity: Entity | None = None
    property: tuple[str, ...] = ()
    links: bool = False
    raw: bool = False

    def entities(self, store: Store) -> list[Entity]:
        """The entities of the set or at the end of the relation."""
        if self.owner is None or self.relation is None:
            return store.all_of(self.kind.set)
        return store.related(self.owner, self.relation)

    def value(self, store: Store) -> Any:
        """The value of the property."""
        assert self.entity is not None
        if self.property == ("@iot.id",):
            return self.entity.id
        return dig(value_of(store, self.entity, self.property[0]), self.property[1:])


def find(store: Store, path: str) -> Place:
    """What is at a path. Raises NothingHereError."""
    first, *rest = _segments(path)
    name, key = _split(first)
    if name not in KINDS:
        raise NothingHereError(f"set {name!r}")
    place = Place(KINDS[name])
    if key is not None:
        place = Place(KINDS[name], entity=store.get(name, key))
    for segment in rest:
        place = _step(store, place, segment)
    return place


def _segments(path: str) -> list[str]:
    """The parts of a path; a slash inside of a quoted id belongs to it."""
    parts, quoted = [""], False
    for char in path.strip("/"):
        quoted = quoted != (char == "'")
        if char == "/" and not quoted:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _split(segment: str) -> tuple[str, Id | None]:
    match = _SEGMENT.fullmatch(segment)
    if match is None:
        return segment, None
    text = match[2]
    return match[1], int(text) if text.isdecimal() else text[1:-1].replace("''", "'")


def _step(store: Store, place: Place, segment: str) -> Place:
    name, key = _split(segment)
    done = place.links or place.raw
    if done or (segment != "$ref" and place.entity is None):
        raise NothingHereError(f"{segment!r} there")
    if segment == "$ref" and place.relation is not None:
        return Place(place.kind, place.owner, place.relation, place.entity, links=True)
    if segment == "$ref" and place.entity is None:
        return Place(place.kind, links=True)
    entity = place.entity
    assert entity is not None
    if place.property:
        return _below(store, place, segment)
    if name in entity.kind.relations:
        return _related(store, entity, name, key)
    if segment in entity.kind.properties:
        return Place(place.kind, entity=entity, property=(segment,))
    if segment in ("id", "@iot.id"):
        return Place(place.kind, entity=entity, property=("@iot.id",))
    raise NothingHereError(f"property {segment!r} of a {entity.kind.name}")


def _below(store: Store, place: Place, segment: str) -> Place:
    if segment == "$value":
        return Place(place.kind, entity=place.entity, property=place.property, raw=True)
    value = place.value(store)
    if not isinstance(value, dict) or segment not in value:
        raise NothingHereError(f"member {segment!r} there")
    return Place(place.kind, entity=place.entity, property=(*place.property, segment))


def _related(store: Store, entity: Entity, name: str, key: Id | None) -> Place:
    relation = entity.kind.relations[name]
    others = store.related(entity, name)
    if relation.many and key is None:
        return Place(KINDS[relation.target], entity, name)
    chosen = [o for o in others if key in (None, o.id)]
    if not chosen:
        raise NothingHereError(f"{name} there")
    return Place(KINDS[relation.target], entity, name, chosen[0])
