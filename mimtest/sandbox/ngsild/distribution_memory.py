"""What a tenant remembers of context sources: which it leaves alone, and what they said (5.2.34)."""

import time
from dataclasses import dataclass, field
from threading import Lock

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.registrations_model import Registration


@dataclass(slots=True)
class SourceMemory:
    """Until when sources are left alone after a failure (cooldown), and answers kept (cacheDuration)."""

    _resting: dict[str, float] = field(default_factory=dict)
    _kept: dict[tuple[str, str], tuple[float, Response]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def is_resting(self, source: Registration) -> bool:
        """Whether the source is to be left alone now."""
        with self._lock:
            return self._resting.get(source.endpoint, 0.0) > time.monotonic()

    def rest(self, source: Registration) -> None:
        """Leave the source alone from now on, if and as long as its registration says."""
        cooldown = source.management.get("cooldown")
        if cooldown:
            with self._lock:
                self._resting[source.endpoint] = time.monotonic() + cooldown / 1000

    def keep(self, source: Registration, question: str, answer: Response, seconds: float) -> None:
        """Keep an answer for a time."""
        with self._lock:
            now = time.monotonic()
            self._kept = {k: v for k, v in self._kept.items() if v[0] > now}
            self._kept[source.id, question] = (now + seconds, answer)

    def kept(self, source: Registration, question: str) -> Response | None:
        """The answer to the same question, while it is kept."""
        with self._lock:
            until, answer = self._kept.get((source.id, question), (0.0, None))
        return answer if until > time.monotonic() else None
