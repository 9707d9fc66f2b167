"""Which subscriptions of a tenant were passed on to which sources; a thread does that, in order."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import Protocol

from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.ngsild.registrations_store import Registrations

Job = Callable[[], None]


class Passing(Protocol):
    """How one subscription is passed on."""

    def concerned(self, source: Registration) -> Registration | None:
        """The registration with what of it is subscribed, None when that is nothing."""

    def begin(self, source: Registration, remote: str) -> bool:
        """Subscribe at a source under that id; whether it was taken."""

    def change(self, source: Registration, remote: str) -> None:
        """Have a source do as the subscription says now."""

    def end(self, source: Registration, remote: str) -> None:
        """End the subscription at a source."""

    def name(self) -> str:
        """A new id for the subscription at a source."""


@dataclass(slots=True)
class _Kept:
    passing: Passing
    remotes: dict[str, tuple[Registration, str]] = field(default_factory=dict)


class PassedOn:
    """The subscriptions that were passed on. What is registered later counts as well."""

    def __init__(self, registrations: Registrations) -> None:
        self._registrations = registrations
        self._kept: dict[str, _Kept] = {}
        self._jobs: deque[Job] = deque()
        self._thread: Thread | None = None
        self._closed = False
        self._condition = Condition()
        registrations.listeners.append(self._noticed)

    def begin(self, id_: str, passing: Passing) -> None:
        """Pass a subscription on from now on."""
        with self._condition:
            self._kept[id_] = _Kept(passing)
        self.change(id_)

    def change(self, id_: str) -> None:
        """Have the sources do as a subscription says now, if it is passed on."""
        sources = self._registrations.all()
        with self._condition:
            kept = self._kept.get(id_)
        if kept is None:
            return
        for source in sources:
            self._put(lambda s=source: self._follow(kept, s, s))  # type: ignore[misc]

    def end(self, id_: str) -> None:
        """End a subscription at the sources, if it was passed on."""
        with self._condition:
            kept = self._kept.pop(id_, None)
        if kept is not None:
            self._put(lambda: self._end(kept))

    def own_of(self, remote: str) -> str | None:
        """The own id of the subscription that has another one at a source."""
        with self._condition:
            pairs = ((own, r) for own, kept in self._kept.items() for _, r in kept.remotes.values())
            return next((own for own, known in pairs if known == remote), None)

    def close(self) -> None:
        """Pass nothing on any more."""
        with self._condition:
            self._closed = True
            self._jobs.clear()

    def _noticed(self, before: Registration | None, after: Registration | None) -> None:
        with self._condition:
            known = list(self._kept.values())
        for kept in known:
            self._put(lambda k=kept: self._follow(k, before, after))  # type: ignore[misc]

    def _follow(self, kept: _Kept, before: Registration | None, after: Registration | None) -> None:
        """Begin, change or end a subscription at a source, as its registration is now."""
        source = before or after
        if source is None:
            return
        concerned = after and kept.passing.concerned(after)
        known = kept.remotes.get(source.id)
        if known is None and concerned is not None:
            remote = kept.passing.name()
            with self._condition:
                kept.remotes[source.id] = (concerned, remote)
            if not kept.passing.begin(concerned, remote):
                self._forget(kept, source.id)
        elif known is not None and concerned is not None:
            kept.passing.change(concerned, known[1])
        elif known is not None:
            kept.passing.end(known[0], known[1])
            self._forget(kept, source.id)

    def _forget(self, kept: _Kept, source: str) -> None:
        with self._condition:
            kept.remotes.pop(source, None)

    def _end(self, kept: _Kept) -> None:
        for source, remote in kept.remotes.values():
            kept.passing.end(source, remote)

    def _put(self, job: Job) -> None:
        with self._condition:
            if self._closed:
                return
            self._jobs.append(job)
            if self._thread is None:
                self._thread = Thread(target=self._run, daemon=True, name="sandbox-passing-on")
                self._thread.start()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            with suppress(NgsiError):  # the subscription is gone meanwhile
                job()

    def _next(self) -> Job | None:
        with self._condition:
            if self._jobs and not self._closed:
                return self._jobs.popleft()
            self._thread = None
            return None
