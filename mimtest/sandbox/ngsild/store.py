"""The entities of each tenant, in memory. Every change is one step that happens or does not."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from threading import Lock

from mimtest.sandbox.ngsild.errors import NgsiError, missing
from mimtest.sandbox.ngsild.expiry import is_transient, remaining
from mimtest.sandbox.ngsild.model import Entity


class Clock:
    """The broker's time, to microseconds; no moment is given twice."""

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=UTC)
        self._lock = Lock()

    def now(self) -> str:
        """The time as a DateTime in UTC (4.8)."""
        with self._lock:
            self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
            return self._last.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


#: Is told of a change: the entity before and after, None where there is none.
Listener = Callable[[Entity | None, Entity | None], None]


class Store:
    """The entities of one tenant, in the order in which they came.

    `listeners` are told of every change that a request makes, in order, while nothing else changes.
    """

    def __init__(self, entities: Iterable[Entity] = ()) -> None:
        self.listeners: list[Listener] = []
        self._entities: dict[str, Entity] = {}
        self._transient: set[str] = set()
        self._lock = Lock()
        for entity in entities:
            self._keep(entity)

    def all(self) -> tuple[Entity, ...]:
        """Every entity as it is now."""
        with self._lock:
            self._sweep()
            return tuple(self._entities.values())

    def get(self, id: str) -> Entity:
        """The entity. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            return self._known(id)

    def find(self, id: str) -> Entity | None:
        """The entity, if there is one."""
        with self._lock:
            self._sweep()
            return self._entities.get(id)

    def has(self, id: str) -> bool:
        """Whether there is such an entity."""
        with self._lock:
            self._sweep()
            return id in self._entities

    def create(self, entity: Entity) -> None:
        """Add an entity. Raises NgsiError (AlreadyExists)."""
        with self._lock:
            self._sweep()
            if entity.id in self._entities:
                msg = f"there is an entity {entity.id} already"
                raise NgsiError("AlreadyExists", msg)
            self._keep(entity)
            self._tell(None, entity)

    def change(self, id: str, make: Callable[[Entity], Entity]) -> None:
        """Put what `make` makes of the entity in its place. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            old = self._known(id)
            new = make(old)
            self._keep(new)
            self._tell(old, new)

    def delete(self, id: str) -> None:
        """Remove the entity. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            old = self._known(id)
            del self._entities[id]
            self._tell(old, None)

    def _tell(self, old: Entity | None, new: Entity | None) -> None:
        for listener in self.listeners:
            listener(old, new)

    def _keep(self, entity: Entity) -> None:
        self._entities[entity.id] = entity
        if is_transient(entity):
            self._transient.add(entity.id)

    def _sweep(self) -> None:
        """Drop what has expired."""
        now = datetime.now(UTC)
        for name in tuple(self._transient):
            entity = self._entities.get(name)
            left = None if entity is None else remaining(entity, now)
            if left is None:
                self._entities.pop(name, None)
            else:
                self._entities[name] = left
            if left is None or not is_transient(left):
                self._transient.discard(name)

    def _known(self, id: str) -> Entity:
        self._sweep()
        if id not in self._entities:
            msg = f"there is no entity {id}"
            raise missing(msg)
        return self._entities[id]
