"""How far a bulk validation is, how fast it goes and when it ends."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from mimtest.models.bulk_inputs import Input
from mimtest.models.bulk_running import State
from mimtest.statusline import StatusLine

_SECONDS: Final = 0.2
_MINUTE: Final = 60
_HOUR: Final = 3600


class Progress:
    """Shows it now and then, and takes it away at the end."""

    def __init__(
        self, inputs: Sequence[Input], state: State, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._line = StatusLine()
        self._inputs = inputs
        self._state = state
        self._clock = clock
        self._began = self._last = clock()
        self._entities = state.outcome.entities
        self._from: tuple[float, float] | None = None

    @property
    def pace(self) -> int:
        """Entities a second."""
        return round(self._judged / max(self._clock() - self._began, 1e-9))

    @property
    def _judged(self) -> int:
        return self._state.outcome.entities - self._entities

    def show(self) -> None:
        """Show the present state, not too often."""
        now = self._clock()
        if self._line.is_shown and now - self._last >= _SECONDS:
            self._last = now
            self._line.show(self.text())

    def end(self) -> None:
        """Leave the line empty."""
        self._line.clear()

    def text(self) -> str:
        """How far it is, in words."""
        outcome = self._state.outcome
        parts = [
            f"{outcome.entities:,} entities",
            f"{self.pace:,}/s",
            f"{outcome.invalid:,} invalid",
        ]
        share = self._done()
        if share is not None:
            parts.insert(0, f"{share:.0%}")
            now = self._clock()
            before, first = self._from = self._from or (now, share)
            if share > first:
                left = (now - before) / (share - first) * (1 - share)
                parts.append(f"{_duration(left)} left")
        return "  ".join(parts)

    def _done(self) -> float | None:
        """Which share of the bytes was read, or of the entities that are said to be there; None where neither is known."""
        at = len(self._state.parts)
        if len(self._inputs) == 1 and self._inputs[0].expected:
            return min(self._state.outcome.entities / self._inputs[0].expected, 1.0)
        sizes = [i.size for i in self._inputs]
        total = sum(s or 0 for s in sizes)
        if None in sizes or not total:
            return None
        read = sum(s or 0 for s in sizes[:at])
        read += self._inputs[at].consumed if at < len(sizes) else 0
        return min(read / total, 1.0)


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"
