"""Temporal Evolutions of entities, as one tenant has them (4.5.6 to 4.5.8, 5.2.20)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from threading import Lock
from typing import Final
from uuid import uuid4

from mimtest.sandbox.ngsild.errors import missing
from mimtest.sandbox.ngsild.model import Attribute

#: The times of an instance that a temporal query can go by.
TIME_PROPERTIES: Final = ("observedAt", "createdAt", "modifiedAt", "deletedAt")


@dataclass(frozen=True, slots=True)
class Instance:
    """One state of an attribute over time. `deleted` tells when it ended; its value then is null."""

    state: Attribute
    deleted: str | None = None
    id: str = field(default_factory=lambda: f"urn:ngsi-ld:Instance:{uuid4()}")

    def at(self, timeproperty: str = "observedAt") -> str | None:
        """One of its times (4.11); None without."""
        times = {
            "observedAt": self.state.extra.get("observedAt"),
            "createdAt": self.state.created,
            "modifiedAt": self.state.modified,
            "deletedAt": self.deleted,
        }
        return times[timeproperty] or None


Timeline = tuple[Instance, ...]
Timelines = Mapping[str, Timeline]


@dataclass(frozen=True, slots=True)
class Evolution:
    """How an entity changed. `types` and the keys of `timelines` are IRIs.

    An instance in `scopes` is a Property whose value is an array of scopes.
    """

    id: str
    types: tuple[str, ...]
    scopes: Timeline = ()
    timelines: Timelines = field(default_factory=dict)
    created: str = ""
    modified: str = ""
    deleted: str | None = None


def timelines_with(old: Timelines, new: Timelines) -> Timelines:
    """The timelines with more instances at their ends."""
    return {n: (*old.get(n, ()), *new.get(n, ())) for n in dict.fromkeys(chain(old, new))}


class History:
    """The Temporal Evolutions of one tenant, in the order in which they came."""

    def __init__(self, evolutions: Iterable[Evolution] = ()) -> None:
        self._evolutions = {e.id: e for e in evolutions}
        self._lock = Lock()

    def all(self) -> tuple[Evolution, ...]:
        """Every evolution as it is now."""
        with self._lock:
            return tuple(self._evolutions.values())

    def get(self, id: str) -> Evolution:
        """The evolution of that entity. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            return self._known(id)

    def put(self, id: str, make: Callable[[Evolution | None], Evolution]) -> bool:
        """Put what `make` makes of the evolution, or of none, in its place; whether it is new."""
        with self._lock:
            old = self._evolutions.get(id)
            self._evolutions[id] = make(old)
            return old is None

    def change(self, id: str, make: Callable[[Evolution], Evolution]) -> None:
        """Put what `make` makes of the evolution in its place. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            self._evolutions[id] = make(self._known(id))

    def delete(self, id: str) -> None:
        """Remove the evolution. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            del self._evolutions[self._known(id).id]

    def _known(self, id: str) -> Evolution:
        if id not in self._evolutions:
            msg = f"there is no temporal evolution of {id}"
            raise missing(msg)
        return self._evolutions[id]
