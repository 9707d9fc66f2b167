"""Waiting until what was written is seen, as long as the target file says, and no longer than makes sense."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, TypeVar

from mimtest.errors import Inconclusive

#: How long, in seconds, a write may take until it is seen: the standard promises nothing, so the target
#: file says it (`settles`).
patience: Final[ContextVar[float]] = ContextVar("patience", default=2.0)
_PAUSE: Final = 0.1
#: After each so many waits in vain the rest of the run waits a quarter as long, but always four times as long as
#: the slowest success took.
_IN_VAIN: Final = 5
_TIMES: Final = 4
#: Seconds of a run for waiting on as long as declared where less had seemed to do: nothing fails for less.
_SPARE: Final = 30.0
T = TypeVar("T")


@dataclass(slots=True)
class Experience:
    """What waiting for one target has been good for so far, in this process."""

    in_vain: int = 0
    slowest: float = 0.0
    spare: float = _SPARE

    def limit(self, declared: float) -> float:
        """How long to wait at first, in seconds."""
        less: float = declared / _TIMES ** (self.in_vain // _IN_VAIN)
        return min(declared, max(less, self.slowest * _TIMES, _PAUSE))

    def falls_short(self, waited: float, declared: float) -> bool:
        """Whether a wait was too short to fail for: where nothing was ever seen, the first ones stand for all."""
        return waited < declared and self.slowest > 0

    def extend(self, waited: float, declared: float) -> None:
        """Allow a wait that was in vain, and shorter than declared, to go on as long as declared.

        Raises Inconclusive when too much of that was in vain in this run.
        """
        __tracebackhide__ = True
        if self.spare <= 0:
            self.in_vain += 1
            detail = (
                f"it is not there after {waited:.1f} s, and a run does not wait in vain for ever"
            )
            raise Inconclusive("budget", f"{detail}: {declared:.1f} s are declared")
        self.spare -= declared - waited


experience: Final[ContextVar[Experience | None]] = ContextVar("experience", default=None)


def eventually(look: Callable[[], T]) -> T:
    """What `look` gives, tried again for as long as `patience` says while it contradicts.

    For looking at what was just written. Raises the last Contradiction, Inconclusive when the run has waited
    too long in vain to wait that long again.
    """
    __tracebackhide__ = True
    known = experience.get() or Experience()
    start, declared = time.monotonic(), patience.get()
    limit = known.limit(declared)
    while True:
        try:
            seen = look()
        except AssertionError:
            if time.monotonic() >= start + limit:
                if not known.falls_short(limit, declared):
                    known.in_vain += 1
                    raise
                known.extend(limit, declared)
                limit = declared
            time.sleep(_PAUSE)
            continue
        known.slowest = max(known.slowest, time.monotonic() - start)
        return seen


@contextmanager
def waiting_for(seconds: float) -> Iterator[None]:
    """Inside, `eventually` waits at least so long."""
    token = patience.set(max(patience.get(), seconds))
    try:
        yield
    finally:
        patience.reset(token)


def at_rest(look: Callable[[], T]) -> T:
    """What `look` gives, tried once more when it contradicts.

    For comparing two answers about live data, which may have changed between them.
    """
    __tracebackhide__ = True
    try:
        return look()
    except AssertionError:
        time.sleep(_PAUSE)
    return look()
