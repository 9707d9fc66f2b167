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


class Store:
    """The entities of one tenant, in the order in which they came."""

    def __init__(self, entities: Iterable[Entity] = ()) -> None:
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

    def change(self, id: str, make: Callable[[Entity], Entity]) -> None:
        """Put what `make` makes of the entity in its place. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            self._keep(make(self._known(id)))

    def delete(self, id: str) -> None:
        """Remove the entity. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            self._known(id)
            del self._entities[id]

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


class Tenants:
    """A store for each tenant (4.14). The default one has no name; others begin with a write."""

    def __init__(self, default: Store) -> None:
        self._stores = {"": default}
        self._lock = Lock()

    def copy(self) -> "Tenants":
        """The same tenants with the same entities, from now on apart."""
        with self._lock:
            copies = {name: Store(store.all()) for name, store in self._stores.items()}
        other = Tenants(copies[""])
        other._stores.update(copies)
        return other

    def store(self, name: str, *, create: bool) -> Store:
        """The tenant's store. Raises NgsiError (NonexistentTenant) unless it may be created."""
        with self._lock:
            if name not in self._stores:
                if not create:
                    msg = f"there is no tenant {name}"
                    raise NgsiError("NonexistentTenant", msg)
                self._stores[name] = Store()
            return self._stores[name]
