"""What the broker holds: entities and subscriptions, apart for each service ("Multi tenancy")."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from mimtest.sandbox.ngsiv2.errors import ambiguous, missing
from mimtest.sandbox.ngsiv2.model import Entity


@dataclass(slots=True)
class Tenant:
    """One service: entities in the order of their creation, and subscriptions by id."""

    entities: dict[tuple[str, str, str], Entity] = field(default_factory=dict)
    subscriptions: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, entity: Entity) -> None:
        """Keep an entity, in place of the one with the same key."""
        self.entities[entity.key] = entity

    def named(self, id: str, type: str | None, paths: "Paths") -> list[Entity]:
        """The entities with this id, of a type if one is given."""
        found = (e for e in paths.among(self.entities.values()) if e.id == id)
        return [e for e in found if not type or e.type == type]

    def one(self, id: str, type: str | None, paths: "Paths") -> Entity:
        """The only entity with this id. Raises V2Error."""
        found = self.named(id, type, paths)
        if not found:
            raise missing("entity")
        if len(found) > 1:
            raise ambiguous()
        return found[0]


class Store:
    """Every service by its name; the default one has none. `lock` guards all of them."""

    def __init__(self) -> None:
        self.lock = RLock()
        self._tenants: dict[str, Tenant] = {}

    def of(self, name: str) -> Tenant:
        """A service; there is one under any name."""
        return self._tenants.setdefault(name, Tenant())


@dataclass(frozen=True, slots=True)
class Paths:
    """The service paths a request is about; one that ends in `#` stands for all below it, too."""

    given: tuple[str, ...]

    def among(self, entities: Any) -> Iterator[Entity]:
        """The entities in one of the paths."""
        return (e for e in list(entities) if any(_covers(p, e.path) for p in self.given))

    @property
    def own(self) -> str:
        """The path of what is created."""
        return self.given[0].removesuffix("#").rstrip("/") or "/"


def _covers(pattern: str, path: str) -> bool:
    if not pattern.endswith("#"):
        return path == pattern
    above = pattern.removesuffix("#").rstrip("/")
    return path == (above or "/") or path.startswith(f"{above}/")
