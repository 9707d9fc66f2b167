"""Everything a sandbox keeps, as plain values: to see that a target is what it was before.

It looks into the services from inside the process: no interface of the product shows all of it. Not looked at is what
no client can take back or need not: counters, clocks, what was logged, tokens that were given out, caches.
"""

import types
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count
from pathlib import PurePath
from typing import Any

from mimtest.sandbox.platform import Platform

#: Attributes that are no state of the city, each with its class or, where all have it, `*`.
NOT_STATE = {
    ("*", "_lock"), ("*", "lock"), ("*", "_numbers"), ("*", "listeners"), ("*", "log"),
    ("Clock", "_last"), ("Contexts", "_built"), ("Tenant", "sources"), ("DownloadsService", "_written"),
    ("Idp", "memory"), ("Idp", "revoked"), ("IssuerService", "nonces"), ("VerifierService", "sessions"), ("Limits", "seen"),
    ("PassedOn", "_jobs"),
}  # fmt: skip
_OPAQUE = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, type, count)
_OPAQUE_NAMES = ("lock", "RLock", "Condition", "partial", "ECPrivateKey", "Outgoing")
_LEAVES = (str, int, float, bytes, bool, type(None), datetime, PurePath)
State = dict[str, str]


def state_of(platform: Platform) -> State:
    """Every value by the path that leads to it."""
    return {
        path: text for name, s in platform.services.items() for path, text in _walk(s, name, set())
    }


def changes(before: State, after: State) -> list[str]:
    """What differs, a line each; nothing where the target is as it was."""
    lost = [f"lost {p} = {v}" for p, v in before.items() if after.get(p) != v]
    new = [f"new {p} = {v}" for p, v in after.items() if p not in before]
    return sorted(lost + new)


def _walk(value: Any, path: str, above: set[int]) -> Iterator[tuple[str, str]]:
    if isinstance(value, _LEAVES):
        yield path, repr(value)
        return
    if isinstance(value, _OPAQUE) or type(value).__name__ in _OPAQUE_NAMES or id(value) in above:
        return
    above = above | {id(value)}
    if isinstance(value, Mapping):
        kept = {k: v for k, v in value.items() if not _is_cached(v)}
        yield path, f"{len(kept)} by name"
        for key, item in kept.items():
            yield from _walk(item, f"{path}[{key}]", above)
    elif isinstance(value, (list, tuple, deque)):
        yield path, f"{len(value)} in order"
        for number, item in enumerate(value):
            yield from _walk(item, f"{path}[{number}]", above)
    elif isinstance(value, (set, frozenset)):
        yield path, repr(sorted(map(repr, value)))
    else:
        for name, item in _attributes(value):
            if not {("*", name), (type(value).__name__, name)} & NOT_STATE:
                yield from _walk(item, f"{path}.{name}", above)


def _is_cached(value: Any) -> bool:
    """Whether it is a @context that a broker fetched for itself."""
    return type(value).__name__ == "Kept" and getattr(value, "kind", "Hosted") != "Hosted"


def _attributes(value: Any) -> Iterator[tuple[str, Any]]:
    slots = [
        s
        for c in type(value).__mro__
        for s in vars(c).get("__slots__", ())
        if not s.startswith("__")
    ]
    yield from ((s, getattr(value, s)) for s in slots if hasattr(value, s))
    yield from getattr(value, "__dict__", {}).items()
