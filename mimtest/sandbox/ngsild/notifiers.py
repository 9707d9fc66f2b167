"""The subscriptions of one tenant by their id, each with its notifier (5.8, 5.11)."""

import time
from threading import Lock
from typing import Final, Generic, Self, TypeVar

from mimtest.sandbox.ngsild.errors import NgsiError, missing
from mimtest.sandbox.ngsild.notifying import Notifier

_END_SECONDS: Final = 0.2
T = TypeVar("T")


class Notifiers(Generic[T]):
    """Notifiers in the order in which their subscriptions came."""

    def __init__(self) -> None:
        self._notifiers: dict[str, Notifier[T]] = {}
        self._lock = Lock()

    def show_also(self, others: Self) -> None:
        """Have those of others, too, which are told by them."""
        self._notifiers.update((n.subscription.id, n) for n in others.all())

    def all(self) -> tuple[Notifier[T], ...]:
        """Every one of them."""
        with self._lock:
            return tuple(self._notifiers.values())

    def get(self, id: str) -> Notifier[T]:
        """The one of that id. Raises NgsiError (ResourceNotFound)."""
        with self._lock:
            if id not in self._notifiers:
                msg = f"there is no subscription {id}"
                raise missing(msg)
            return self._notifiers[id]

    def begin(self, notifier: Notifier[T], *first: T) -> None:
        """Begin with a subscription, and tell of this at once. Raises NgsiError (AlreadyExists)."""
        id_ = notifier.subscription.id
        with self._lock:
            if id_ in self._notifiers:
                notifier.close()
                msg = f"there is a subscription {id_} already"
                raise NgsiError("AlreadyExists", msg)
            self._notifiers[id_] = notifier
            for item in first:
                notifier.put(item)

    def remove(self, id: str) -> None:
        """End a subscription. Raises NgsiError (ResourceNotFound)."""
        notifier = self.get(id)
        with self._lock:
            self._notifiers.pop(id, None)
        notifier.close()

    def close(self) -> None:
        """End all notifying."""
        notifiers = self.all()
        for notifier in notifiers:
            notifier.close()
        until = time.monotonic() + _END_SECONDS
        for notifier in notifiers:
            notifier.join(max(0.0, until - time.monotonic()))
