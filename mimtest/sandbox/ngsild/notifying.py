"""Telling a receiver: one notification after the other, when it is due, and what became of it (5.8.6)."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from threading import Condition, Thread
from typing import Any, Final, Generic, TypeVar

from mimtest.sandbox.http import Request
from mimtest.sandbox.ngsild.outgoing import Outgoing
from mimtest.sandbox.ngsild.store import Clock
from mimtest.sandbox.ngsild.subscriptions_reading import Subscription
from mimtest.sandbox.sending import SEND_SECONDS, Unsent

_LONGEST_WAIT: Final = 3600.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Record:
    """What became of the notifications of one subscription (5.2.14.2)."""

    sent: int = 0
    failed: int = 0
    last: str = ""
    success: str = ""
    failure: str = ""

    def members(self) -> dict[str, Any]:
        """As members of a subscription's `notification`; none before the first one."""
        if not self.sent:
            return {}
        status = "ok" if self.success > self.failure else "failed"
        told: dict[str, Any] = {"timesSent": self.sent, "lastNotification": self.last}
        told |= {"status": status} if self.success or self.failure else {}
        told |= {"timesFailed": self.failed, "lastFailure": self.failure} if self.failure else {}
        return told | ({"lastSuccess": self.success} if self.success else {})


class Notifier(Generic[T]):
    """Notifies of what it is given, in that order, in a thread that ends when nothing is left.

    `compose` makes the request for what came together, of nothing for a periodic one; None is none. Of
    periodic ones the first comes after the interval, or `at_once`.
    """

    def __init__(
        self,
        subscription: Subscription,
        compose: Callable[[Subscription, Sequence[T]], Request | None],
        clock: Clock,
        outgoing: Outgoing,
        *,
        at_once: bool = False,
    ) -> None:
        self.record = Record()
        self._compose = compose
        self._clock = clock
        self._outgoing = outgoing
        self._pending: deque[T] = deque()
        self._thread: Thread | None = None
        self._closed = False
        self._due = 0.0
        self._cool = 0.0
        self._interval = 0.0
        self._at_once = at_once
        self._condition = Condition()
        self.change(subscription)

    def change(self, subscription: Subscription) -> None:
        """Do as this subscription says from now on."""
        with self._condition:
            self.subscription = subscription
            if subscription.interval != self._interval:
                self._interval = subscription.interval
                first = 0.0 if self._at_once else subscription.interval
                self._due = time.monotonic() + first
                self._wake()

    def put(self, item: T) -> None:
        """Tell of this; returns at once."""
        with self._condition:
            if not self._closed:
                self._pending.append(item)
                self._wake()

    def close(self) -> None:
        """Tell of nothing any more."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def join(self, seconds: float) -> None:
        """Wait until the thread has ended, if there is one."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, daemon=True, name="sandbox-notifier")
            self._thread.start()
        self._condition.notify_all()

    def _run(self) -> None:
        while (items := self._next()) is not None:
            self._notify(items)

    def _next(self) -> list[T] | None:
        """What is to be told next, as soon as it may be; None when there is nothing."""
        with self._condition:
            while not self._closed and (self._pending or self._interval):
                left = self._due - time.monotonic()
                if left <= 0:
                    return self._taken()
                self._condition.wait(min(left, _LONGEST_WAIT))
            self._thread = None
            return None

    def _taken(self) -> list[T]:
        pause = self.subscription.throttling or self._interval
        if not pause:
            return [self._pending.popleft()]
        self._due = time.monotonic() + pause
        items = list(self._pending)
        self._pending.clear()
        return items

    def _notify(self, items: Sequence[T]) -> None:
        subscription = self.subscription
        if subscription.status != "active" or time.monotonic() < self._cool:
            return
        request = self._compose(subscription, items)
        if request is None:
            return
        sent = self._clock.now()
        self.record = replace(self.record, sent=self.record.sent + 1, last=sent)
        if self._is_taken(request, subscription.endpoint.timeout or SEND_SECONDS):
            self.record = replace(self.record, success=sent)
            return
        self.record = replace(self.record, failure=sent, failed=self.record.failed + 1)
        self._cool = time.monotonic() + subscription.endpoint.cooldown

    def _is_taken(self, request: Request, seconds: float) -> bool:
        try:
            return self._outgoing.send(request, seconds).status == HTTPStatus.OK
        except (Unsent, ValueError):  # a receiverInfo may be no header
            return False
