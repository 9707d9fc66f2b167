"""Snapshots: what queries found at one time, apart from what happens afterwards (4.3.7, 5.2.41)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.ngsild.errors import NgsiError, missing
from mimtest.sandbox.ngsild.lifetimes import end_of, stamp
from mimtest.sandbox.ngsild.model import Attribute, Entity
from mimtest.sandbox.ngsild.terms import CORE

if TYPE_CHECKING:
    from mimtest.sandbox.ngsild.tenants import Tenant

#: What of a snapshot can be changed.
CHANGEABLE: Final = ("snapshotLifetime", "snapshotPriority", "endpoint", "receiverInfo")
QUERIES: Final = ("snapshotQueries", "snapshotTemporalQueries")
DETAILS: Final = ("snapshotQueriesDetails", "snapshotTemporalQueriesDetails")
STAMPS: Final = ("createdAt", "modifiedAt", "expiresAt", "lastUsedAt")
#: What only the broker says of one.
OUTPUT: Final = ("snapshotStatus", *DETAILS, *STAMPS)
MEMBERS: Final = frozenset(("id", "type", *CHANGEABLE, *QUERIES, *OUTPUT))
_USUAL_PRIORITY: Final = 5


def _now() -> str:
    return stamp(datetime.now(UTC))


@dataclass(slots=True)
class Snapshot:
    """One snapshot: what a client said of it, how it came out, and a tenant that has what it holds."""

    id: str
    given: Mapping[str, Any]
    tenant: "Tenant"
    expires: datetime
    status: str = "preparing"
    details: Mapping[str, list[Any]] = field(default_factory=dict)
    created: str = field(default_factory=_now)
    modified: str = field(default_factory=_now)
    used: str = field(default_factory=_now)
    #: Held while one is told of it, so that what is told comes in order.
    telling: Any = field(default_factory=RLock, compare=False)

    def finish(self, status: str, details: Mapping[str, list[Any]]) -> None:
        """Everything is in it, or nothing more will be."""
        self.status, self.details, self.modified = status, details, _now()

    def change(self, given: Mapping[str, Any]) -> None:
        """Other values of what a client may say of it."""
        self.given, self.modified = {**self.given, **given}, _now()
        if "snapshotLifetime" in given:
            self.expires = end_of(given["snapshotLifetime"])

    def as_dict(self) -> dict[str, Any]:
        """The members (5.2.41)."""
        return {
            "id": self.id,
            "type": "Snapshot",
            "snapshotPriority": _USUAL_PRIORITY,
            **self.given,
            "snapshotStatus": self.status,
            **{name: found for name, found in self.details.items() if found},
            **dict(zip(STAMPS, self._stamps(), strict=True)),
        }

    def as_entity(self) -> Entity:
        """Its members as attributes, for queries."""
        members = {k: v for k, v in self.as_dict().items() if k not in ("id", "type", *STAMPS[:3])}
        attributes = {CORE.expand(k): (Attribute("Property", v),) for k, v in members.items()}
        created, modified, expires, _ = self._stamps()
        return Entity(self.id, ("Snapshot",), (), attributes, created, modified, expires)

    def _stamps(self) -> tuple[str, str, str, str]:
        return self.created, self.modified, stamp(self.expires), self.used


class Snapshots:
    """The snapshots of one tenant."""

    def __init__(self) -> None:
        self._snapshots: dict[str, Snapshot] = {}
        self._lock = Lock()

    def copy(self) -> "Snapshots":
        """Those there are now; one that comes or goes later does so in the first alone."""
        other = Snapshots()
        with self._lock:
            other._snapshots.update(self._snapshots)
        return other

    def add(self, snapshot: Snapshot) -> None:
        """A new one. Raises NgsiError (AlreadyExists)."""
        with self._lock:
            self._sweep()
            if snapshot.id in self._snapshots:
                msg = f"there is a snapshot {snapshot.id} already"
                raise NgsiError("AlreadyExists", msg)
            self._snapshots[snapshot.id] = snapshot

    def get(self, id_: str) -> Snapshot:
        """The snapshot. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            self._sweep()
            if id_ not in self._snapshots:
                msg = f"there is no snapshot {id_}"
                raise missing(msg)
            return self._snapshots[id_]

    def enter(self, id_: str) -> "Tenant":
        """What the snapshot holds, to be used. Raises NgsiError (ResourceNotFound)."""
        snapshot = self.get(id_)
        snapshot.used = _now()
        return snapshot.tenant

    def delete(self, chosen: Callable[[Snapshot], bool]) -> list[str]:
        """Remove some; the ids of those there were."""
        with self._lock:
            self._sweep()
            gone = [s for s in self._snapshots.values() if chosen(s)]
            self._remove(gone)
        return [s.id for s in gone]

    def close(self) -> None:
        """End what goes on by itself."""
        with self._lock:
            for snapshot in self._snapshots.values():
                snapshot.tenant.close()

    def _sweep(self) -> None:
        now = datetime.now(UTC)
        self._remove([s for s in self._snapshots.values() if s.expires <= now])

    def _remove(self, gone: Iterable[Snapshot]) -> None:
        for snapshot in gone:
            del self._snapshots[snapshot.id]
            snapshot.tenant.close()
