"""The registrations of one tenant."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock

from mimtest.sandbox.ngsild.errors import NgsiError, missing
from mimtest.sandbox.ngsild.registrations_model import Registration

#: Is told of a change: the registration before and after, None where there is none.
Listener = Callable[[Registration | None, Registration | None], None]


class Registrations:
    """Registrations in the order in which they came. What has expired is not there.

    `listeners` are told of every change that a request makes, in order, while nothing else changes.
    """

    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self._kept: dict[str, Registration] = {}
        self._lock = Lock()

    def show_also(self, others: "Registrations") -> None:
        """Have those of others, too, as they are now; nobody is told."""
        self._kept.update((r.id, r) for r in others.all())

    def all(self) -> tuple[Registration, ...]:
        """Every registration as it is now."""
        with self._lock:
            self._sweep()
            return tuple(self._kept.values())

    def get(self, id: str) -> Registration:
        """The registration. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            return self._known(id)

    def create(self, new: Registration) -> None:
        """Add a registration. Raises NgsiError (AlreadyExists)."""
        with self._lock:
            self._sweep()
            if new.id in self._kept:
                msg = f"there is a registration {new.id} already"
                raise NgsiError("AlreadyExists", msg)
            self._kept[new.id] = new
            self._tell(None, new)

    def change(self, id: str, make: Callable[[Registration], Registration]) -> None:
        """Put what `make` makes of it in its place. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            old = self._known(id)
            self._kept[id] = new = make(old)
            self._tell(old, new)

    def delete(self, id: str) -> None:
        """Remove the registration. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            old = self._known(id)
            del self._kept[id]
            self._tell(old, None)

    def count(self, id: str, now: str, *, succeeded: bool) -> None:
        """Note that a request was sent because of the registration, and how it went."""
        with self._lock:
            old = self._kept.get(id)
            if old is not None:
                self._kept[id] = replace(old, traffic=old.traffic.after(now, succeeded=succeeded))

    def _tell(self, old: Registration | None, new: Registration | None) -> None:
        for listener in self.listeners:
            listener(old, new)

    def _sweep(self) -> None:
        now = datetime.now(UTC)
        for kept in tuple(self._kept.values()):
            if kept.expires is not None and kept.expires <= now:
                del self._kept[kept.id]
                self._tell(kept, None)

    def _known(self, id: str) -> Registration:
        self._sweep()
        if id not in self._kept:
            msg = f"there is no registration {id}"
            raise missing(msg)
        return self._kept[id]
