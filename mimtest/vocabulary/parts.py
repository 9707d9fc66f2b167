"""What was looked at of something large: the words for the report of the check that did not see all of it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Final, TypeVar

Tell = Callable[[str], object]
T = TypeVar("T")

#: Fixtures for the whole run whose values may be a part of more.
SAMPLED: Final = (
    "collections",
    "samples",
    "drawing",
    "shelves",
    "things",
    "series",
    "wfs_types",
    "wfs_samples",
)
_listener: Final[ContextVar[Tell | None]] = ContextVar("listener", default=None)


@contextmanager
def telling(listener: Tell) -> Iterator[None]:
    """Inside, `listener` takes what is told of parts."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(*parts: str) -> None:
    """Say, in words, what parts of something a pass holds for."""
    listener = _listener.get()
    if listener is not None:
        for part in parts:
            listener(part)


def first(things: Iterable[T], most: int, what: str) -> list[T]:
    """The first of some things, `what` they are; where there are more, that is told."""
    listed = list(islice(things, most + 1))
    if len(listed) > most:
        tell(f"the first {most} {what}")
    return listed[:most]


def spread(things: list[T], most: int, what: str) -> list[T]:
    """Things from all over a list, at most so many; where these are not all, that is told."""
    chosen = things[:: max(1, -(-len(things) // most))]
    if len(chosen) < len(things):
        tell(f"{len(chosen)} of {len(things)} {what}, from all over")
    return chosen


class Some(list[T]):
    """Things chosen for the whole run; `told` says, in words, what of more they are."""

    def __init__(self, things: Iterable[T], told: Iterable[str] = ()) -> None:
        super().__init__(things)
        self.told = tuple(told)


def chosen(things: list[T], number: int, what: str) -> list[str]:
    """The words for things of which there are more, none where these are all."""
    return [f"{len(things)} of {number} {what}"] if len(things) < number else []


def told(value: object) -> tuple[str, ...]:
    """What of more a value is, in its own words; nothing for one that does not say."""
    return tuple(getattr(value, "told", ()))
