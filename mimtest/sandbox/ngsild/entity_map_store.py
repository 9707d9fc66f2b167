"""Entity maps: which entities a query found, and where (4.5.25, 5.2.39)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex
from threading import Lock
from typing import Any, Final

from mimtest.sandbox.ngsild.errors import missing
from mimtest.sandbox.ngsild.lifetimes import stamp

#: Stands for this broker among the registrations that have an entity.
NONE: Final = "@none"
#: The registrations that have each of some entities.
Sources = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class EntityMap:
    """The entities a query found; `linked` are the maps of other sources by registration."""

    id: str
    expires: datetime
    entities: dict[str, list[str]]
    linked: dict[str, str] = field(default_factory=dict)

    def keep(self, ids: set[str]) -> None:
        """Let go of every other entity, for good."""
        self.entities = {id_: found for id_, found in self.entities.items() if id_ in ids}

    def as_dict(self) -> dict[str, Any]:
        """The members (5.2.39)."""
        return {
            "id": self.id,
            "type": "EntityMap",
            "expiresAt": stamp(self.expires),
            "entityMap": self.entities,
            "linkedMaps": self.linked,
        }


class EntityMaps:
    """The entity maps of one tenant."""

    def __init__(self) -> None:
        self._maps: dict[str, EntityMap] = {}
        self._lock = Lock()

    def add(
        self, expires: datetime, entities: Sources, linked: Mapping[str, str] | None = None
    ) -> EntityMap:
        """A new map."""
        id_ = f"urn:ngsi-ld:EntityMap:{token_hex(8)}"
        new = EntityMap(id_, expires, {k: list(v) for k, v in entities.items()}, {**(linked or {})})
        with self._lock:
            self._maps[id_] = new
        return new

    def find(self, id_: str) -> EntityMap | None:
        """The map, while it lasts."""
        with self._lock:
            now = datetime.now(UTC)
            self._maps = {k: m for k, m in self._maps.items() if m.expires > now}
            return self._maps.get(id_)

    def get(self, id_: str) -> EntityMap:
        """The map. Raises NgsiError (ResourceNotFound)."""
        found = self.find(id_)
        if found is None:
            msg = f"there is no entity map {id_}"
            raise missing(msg)
        return found

    def delete(self, id_: str) -> None:
        """Remove the map. Raises NgsiError (ResourceNotFound)."""
        self.get(id_)
        with self._lock:
            self._maps.pop(id_, None)
