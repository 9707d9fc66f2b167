"""The @contexts a broker keeps: fetched, hosted for clients, or made by itself (5.13.1)."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf, isinf
from secrets import token_hex
from threading import Lock
from typing import Any, Final

from mimtest.sandbox.ngsild.lifetimes import stamp

CACHED: Final = "Cached"
HOSTED: Final = "Hosted"
IMPLICIT: Final = "ImplicitlyCreated"
KINDS: Final = (CACHED, HOSTED, IMPLICIT)


@dataclass(slots=True)
class Kept:
    """One @context. `url` is where it came from, or the path at which the platform serves it.

    It is good `until` a moment of the monotonic clock, which is when it `expires`.
    """

    kind: str
    local_id: str
    url: str
    document: Any
    created: str
    until: float = inf
    expires: str | None = None
    used: str | None = None
    hits: int = 0

    def is_fresh(self, longer: float) -> bool:
        """Whether it may be used without asking its origin; for so many seconds more than allowed."""
        return self.until + longer > time.monotonic()


class ContextStore:
    """The @contexts by local identifier and by address. Safe to use from several threads."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._lock = Lock()

    def all(self, longer: float) -> list[Kept]:
        """Every @context that is not out of date."""
        with self._lock:
            return [k for k in self._kept.values() if k.is_fresh(longer)]

    def find(self, name: str) -> Kept | None:
        """The @context of that local identifier or address."""
        with self._lock:
            named = self._kept.get(name)
            return named or next((k for k in self._kept.values() if k.url == name), None)

    def use(self, url: str) -> Kept | None:
        """The @context of an address, which counts as used."""
        kept = self.find(url)
        if kept is not None:
            kept.hits, kept.used = kept.hits + 1, stamp(datetime.now(UTC))
        return kept

    def put(self, kind: str, url: str, document: Any, until: float = inf) -> Kept:
        """Keep a @context, in place of the one of the same address. `{}` in it becomes its identifier."""
        old = self.find(url)
        name = old.local_id if old else f"urn:ngsi-ld:Context:{token_hex(8)}"
        address, now = url.replace("{}", name), datetime.now(UTC)
        end = None if isinf(until) else stamp(now + timedelta(seconds=until - time.monotonic()))
        new = Kept(kind, name, address, document, stamp(now), until, end)
        with self._lock:
            self._kept[name] = new
        return new

    def remove(self, kept: Kept) -> None:
        """Keep it no more."""
        with self._lock:
            self._kept.pop(kept.local_id, None)
