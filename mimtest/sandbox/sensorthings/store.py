"""Entities and the relations between them, kept in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from mimtest.sandbox.sensorthings.errors import NothingHereError
from mimtest.sandbox.sensorthings.model import CASCADES, KINDS, Kind

Id = int | str


@dataclass(slots=True)
class Entity:
    """An entity; `links` are the ids at the other ends of its relations, oldest first."""

    kind: Kind
    id: Id
    properties: dict[str, Any]
    links: dict[str, list[Id]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The id as it stands in a path, such as `7` or `'a'`."""
        if isinstance(self.id, int):
            return str(self.id)
        return "'{}'".format(self.id.replace("'", "''"))


class Store:
    """Entities by set and id."""

    def __init__(self) -> None:
        self._sets: dict[str, dict[Id, Entity]] = {name: {} for name in KINDS}
        self._numbers = {name: count(1) for name in KINDS}

    def all_of(self, name: str) -> list[Entity]:
        """The entities of a set, oldest first."""
        return list(self._sets[name].values())

    def get(self, name: str, id: Id) -> Entity:
        """An entity. Raises NothingHereError."""
        if id not in self._sets[name]:
            raise NothingHereError(f"{KINDS[name].name} {id!r}")
        return self._sets[name][id]

    def add(
        self,
        name: str,
        properties: dict[str, Any],
        id: Id | None = None,
        **links: Entity | Iterable[Entity],
    ) -> Entity:
        """A new entity, related to others."""
        made = Entity(KINDS[name], next(self._numbers[name]) if id is None else id, properties)
        self._sets[name][made.id] = made
        for relation, others in links.items():
            for other in [others] if isinstance(others, Entity) else others:
                self.link(made, relation, other)
        return made

    def link(self, one: Entity, relation: str, other: Entity) -> None:
        """Relate two entities, in both directions; to one only where there can be one only."""
        there = one.kind.relations[relation]
        back = other.kind.relations[there.back]
        if not there.many:
            self.unlink(one, relation)
        if not back.many:
            self.unlink(other, there.back)
        _append(one.links.setdefault(relation, []), other.id)
        _append(other.links.setdefault(there.back, []), one.id)

    def unlink(self, one: Entity, relation: str) -> None:
        """Relate an entity to nothing any more."""
        back = one.kind.relations[relation].back
        for other in self.related(one, relation):
            other.links[back].remove(one.id)
        one.links[relation] = []

    def related(self, one: Entity, relation: str) -> list[Entity]:
        """The entities at the other end of a relation."""
        target = one.kind.relations[relation].target
        return [self._sets[target][key] for key in one.links.get(relation, [])]

    def remove(self, one: Entity) -> None:
        """Delete an entity with all that cannot be without it."""
        for relation in CASCADES.get(one.kind.set, ()):
            for other in self.related(one, relation):
                self.remove(other)
        for relation in one.kind.relations:
            self.unlink(one, relation)
        self._sets[one.kind.set].pop(one.id, None)

    def __iter__(self) -> Iterator[Entity]:
        for entities in self._sets.values():
            yield from entities.values()


def _append(ids: list[Id], id: Id) -> None:
    if id not in ids:
        ids.append(id)
