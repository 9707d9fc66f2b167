"""How often somebody may ask the office: a plan with few requests, for who has one (RFC 6585 4)."""

import time
from collections import deque
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from mimtest.sandbox.http import Response
from mimtest.sandbox.manners import problem

#: Who has a plan with few requests.
HASTY: Final = "hasty"
_MOST: Final = 40
_SECONDS: Final = 6


@dataclass(slots=True)
class Limits:
    """The latest requests of who has a plan. Safe to use from several threads."""

    seen: dict[str, deque[float]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def refusal(self, client: str) -> Response | None:
        """429 for a client that asked too often; what is refused does not count."""
        if client != HASTY:
            return None
        now = time.monotonic()
        with self.lock:
            kept = self.seen.setdefault(client, deque())
            while kept and kept[0] <= now - _SECONDS:
                kept.popleft()
            if len(kept) >= _MOST:
                wait = 1 + int(kept[0] + _SECONDS - now)
                return problem(429, "too many requests").with_header("Retry-After", str(wait))
            kept.append(now)
        return None

    def told(self, client: str, response: Response) -> Response:
        """The answer with what is left of a client's plan."""
        if client != HASTY:
            return response
        with self.lock:
            left = max(0, _MOST - len(self.seen.get(client, ())))
        named = response.with_header("RateLimit-Policy", f'"few";q={_MOST};w={_SECONDS}')
        return named.with_header("RateLimit", f'"few";r={left};t={_SECONDS}')
