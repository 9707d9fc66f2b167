"""Waiting until what was written is seen, as long as the target file says, and no longer than makes sense."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, TypeVar

#: How long, in seconds, a write may take until it is seen: the standard promises nothing, so the target
#: file says it (`settles`).
patience: Final[ContextVar[float]] = ContextVar("patience", default=2.0)
_PAUSE: Final = 0.1
#: After each so many waits in vain the rest of the run waits a quarter as long, but always four times as long as
#: the slowest success took.
_IN_VAIN: Final = 5
_TIMES: Final = 4
T = TypeVar("T")


@dataclass(slots=True)
class Experience:
    """What waiting for one target has been good for so far, in this process."""

    in_vain: int = 0
    slowest: float = 0.0

    def limit(self, declared: float) -> float:
        """How long to wait, in seconds."""
        less: float = declared / _TIMES ** (self.in_vain // _IN_VAIN)
        return min(declared, max(less, self.slowest * _TIMES, _PAUSE))


experience: Final[ContextVar[Experience | None]] = ContextVar("experience", default=None)


def eventually(look: Callable[[], T]) -> T:
    """What `look` gives, tried again for as long as `patience` says while it contradicts.

    For looking at what was just written. Raises the last Contradiction.
    """
    __tracebackhide__ = True
    known = experience.get() or Experience()
    start = time.monotonic()
    end = start + known.limit(patience.get())
    while True:
        try:
            seen = look()
        except AssertionError:
            if time.monotonic() >= end:
                known.in_vain += 1
                raise
            time.sleep(_PAUSE)
            continue
        known.slowest = max(known.slowest, time.monotonic() - start)
        return seen


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
