"""How politely a run asks: not too fast, waiting when told to, and not at all when nobody answers."""

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from mimtest.errors import Unanswered

#: Requests a second to a host at level passive, at most.
PASSIVE_PACE: Final = 2.0
#: Requests a passive run may send to an interface in all.
PASSIVE_BUDGET: Final = 300
#: Requests that a check of these suites may send to an interface, by how its id begins. What a check of
#: another suite sends depends on how much data there is.
CHECK_BUDGETS: Final[Mapping[str, int]] = {"SEC-": 80, "TRU-": 80}
#: Requests a second to a host that is not on loopback, when its interface says nothing.
DEFAULT_PACE: Final = 20.0
#: Seconds a run waits for one Retry-After, and for all of them together.
LONGEST_WAIT: Final = 10.0
WAIT_BUDGET: Final = 60.0
_FAILURES: Final = 3
_PAUSE: Final = 10.0
_DEAD: Final = ("dns", "unreachable", "tls", "timeout")


def budget_of(check: str | None) -> int | None:
    """How often a check may ask one interface; None where nothing is fixed beforehand."""
    return CHECK_BUDGETS.get(check[:4]) if check else None


class TokenBucket:
    """Lets `rate` requests a second through, and up to `burst` at once after a rest."""

    def __init__(self, rate: float, burst: float = 1.0) -> None:
        self.rate = rate
        self._burst = burst
        self._tokens = burst
        self._at: float | None = None

    def reserve(self, now: float) -> float:
        """Take a place in the queue at time `now`; seconds to wait until it is one's turn."""
        if self._at is not None:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
        self._tokens -= 1.0
        return max(-self._tokens / self.rate, 0.0)


class Patience:
    """How long a run waits on request of the target, in seconds."""

    def __init__(self, longest: float = LONGEST_WAIT, budget: float = WAIT_BUDGET) -> None:
        self._longest = longest
        self._left = budget
        self._lock = threading.Lock()

    def spend(self, seconds: float) -> bool:
        """Take a wait from the budget; False, and nothing taken, when it is too long."""
        with self._lock:
            if seconds > min(self._longest, self._left):
                return False
            self._left -= seconds
        return True


class Politeness:
    """The pace towards each host and the patience of a run; shared by all its clients.

    `processes` that run side by side share the pace.
    """

    def __init__(self, patience: Patience | None = None, *, processes: int = 1) -> None:
        self.patience = patience or Patience()
        self._processes = processes
        self._buckets: dict[str, TokenBucket] = {}
        self._lock = threading.Lock()

    def limit(self, host: str, rate: float | None) -> None:
        """Hold requests to a host to `rate` a second; of several rates the lowest holds."""
        if rate is None:
            return
        with self._lock:
            rate /= self._processes
            bucket = self._buckets.setdefault(host, TokenBucket(rate))
            bucket.rate = min(bucket.rate, rate)

    def wait_turn(self, host: str) -> None:
        """Sleep until a request to the host is due."""
        with self._lock:
            bucket = self._buckets.get(host)
            seconds = bucket.reserve(time.monotonic()) if bucket else 0.0
        if seconds > 0:
            time.sleep(seconds)


class Breaker:
    """Stops asking an interface that failed three times in a row; tries again every ten seconds.

    Safe to use from several threads.
    """

    def __init__(self, failures: int = _FAILURES, pause: float = _PAUSE) -> None:
        self._limit = failures
        self._pause = pause
        self._count = 0
        self._last: Unanswered | None = None
        self._until = 0.0
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise what the last request raised, without sending, while the interface is given up."""
        with self._lock:
            last = self._last
            if last is None or self._count < self._limit:
                return
            now = time.monotonic()
            if now >= self._until:
                self._until = now + self._pause
                return
            detail = f"not asked again after {self._count} failed requests in a row: {last.detail}"
        raise type(last)(last.code, detail)

    def succeeded(self) -> None:
        """The interface answered."""
        with self._lock:
            self._count, self._last = 0, None

    def failed(self, problem: Unanswered) -> None:
        """The interface did not answer; broken and limited answers do not count."""
        if problem.code not in _DEAD:
            return
        with self._lock:
            self._count += 1
            self._last = problem
            self._until = time.monotonic() + self._pause


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds a Retry-After field (RFC 9110 section 10.2.3) asks to wait; None without one."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    zoned = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max((zoned - (now or datetime.now(UTC))).total_seconds(), 0.0)
