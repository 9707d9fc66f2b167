"""What the broker keeps for each tenant, apart from all others (4.14)."""

from collections.abc import Iterable
from dataclasses import dataclass
from secrets import token_hex
from threading import Lock
from time import monotonic

from mimtest.sandbox.ngsild.contexts import Contexts
from mimtest.sandbox.ngsild.csource_subscribed import CsourceSubscriptions
from mimtest.sandbox.ngsild.distributed_subscriptions_store import PassedOn
from mimtest.sandbox.ngsild.distribution_memory import SourceMemory
from mimtest.sandbox.ngsild.entity_map_store import EntityMaps
from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.outgoing import Outgoing
from mimtest.sandbox.ngsild.registrations_store import Registrations
from mimtest.sandbox.ngsild.snapshot_store import Snapshots
from mimtest.sandbox.ngsild.store import Clock, Store
from mimtest.sandbox.ngsild.subscribed import Subscriptions
from mimtest.sandbox.ngsild.temporal import Evolution, History
from mimtest.sandbox.ngsild.temporal_recording import Recording


@dataclass(frozen=True, slots=True)
class Common:
    """What all tenants of a broker have in common."""

    clock: Clock
    contexts: Contexts
    outgoing: Outgoing


class Tenant:
    """All that one tenant has."""

    def __init__(
        self, name: str, store: Store, common: Common, past: Iterable[Evolution] = ()
    ) -> None:
        self.name = name
        self.store = store
        self.common = common
        self.alias = f"exampleton-{token_hex(4)}"
        self.started = monotonic()
        self.maps = EntityMaps()
        self.snapshots = Snapshots()
        self.history = History(past)
        Recording(self.store, self.history)
        self.registrations = Registrations()
        self.csource_subscriptions = CsourceSubscriptions(
            name, self.registrations, common.clock, common.contexts, common.outgoing
        )
        self.sources = SourceMemory()
        self.passed_on = PassedOn(self.registrations)
        self.subscriptions = Subscriptions(
            name, store, common.clock, common.contexts, common.outgoing
        )

    def copy(self) -> "Tenant":
        """The tenant as it is, from now on apart; who is to be notified is so by the first."""
        other = Tenant(self.name, Store(self.store.all()), self.common, self.history.all())
        other.alias, other.sources = self.alias, self.sources
        other.started, other.maps = self.started, self.maps
        other.snapshots = self.snapshots.copy()
        other.subscriptions.show_also(self.subscriptions)
        other.registrations.show_also(self.registrations)
        other.csource_subscriptions.show_also(self.csource_subscriptions)
        return other

    def empty(self) -> "Tenant":
        """One of the same name that has nothing yet."""
        return Tenant(self.name, Store(), self.common)

    def close(self) -> None:
        """End what goes on by itself."""
        self.passed_on.close()
        self.subscriptions.close()
        self.csource_subscriptions.close()
        self.snapshots.close()


class Tenants:
    """The tenants. The default one has no name; others begin with a write."""

    def __init__(self, default: Tenant) -> None:
        self._tenants = {"": default}
        self._lock = Lock()

    def copy(self) -> "Tenants":
        """The same tenants with what they have now, from now on apart."""
        with self._lock:
            copies = {name: tenant.copy() for name, tenant in self._tenants.items()}
        other = Tenants(copies[""])
        other._tenants.update(copies)
        return other

    def get(self, name: str, *, create: bool) -> Tenant:
        """The tenant. Raises NgsiError (NonexistentTenant) unless it may be created."""
        with self._lock:
            if name not in self._tenants:
                if not create:
                    msg = f"there is no tenant {name}"
                    raise NgsiError("NonexistentTenant", msg)
                self._tenants[name] = Tenant(name, Store(), self._tenants[""].common)
            return self._tenants[name]

    def close(self) -> None:
        """End what goes on by itself."""
        with self._lock:
            for tenant in self._tenants.values():
                tenant.close()
