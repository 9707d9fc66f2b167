"""What the broker keeps for each tenant, apart from all others (4.14)."""

from collections.abc import Callable
from threading import Lock

from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.store import Store


class Tenant:
    """All that one tenant has."""

    def __init__(self, name: str, store: Store | None = None) -> None:
        self.name = name
        self.store = store or Store()

    def close(self) -> None:
        """End what goes on by itself."""


class Tenants:
    """The tenants. The default one has no name; others begin with a write."""

    def __init__(self, start: Callable[[str, Store], Tenant], default: Store) -> None:
        self._start = start
        self._tenants = {"": start("", default)}
        self._lock = Lock()

    def copy(self) -> "Tenants":
        """The same tenants with the same entities, from now on apart."""
        with self._lock:
            copies = {name: Store(t.store.all()) for name, t in self._tenants.items()}
        other = Tenants(self._start, copies[""])
        other._tenants.update({n: self._start(n, s) for n, s in copies.items() if n})
        return other

    def get(self, name: str, *, create: bool) -> Tenant:
        """The tenant. Raises NgsiError (NonexistentTenant) unless it may be created."""
        with self._lock:
            if name not in self._tenants:
                if not create:
                    msg = f"there is no tenant {name}"
                    raise NgsiError("NonexistentTenant", msg)
                self._tenants[name] = self._start(name, Store())
            return self._tenants[name]

    def close(self) -> None:
        """End what goes on by itself."""
        with self._lock:
            for tenant in self._tenants.values():
                tenant.close()
