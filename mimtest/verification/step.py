"""A step of a verification and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What became of a step: `open` could not be taken here, `unasked` was not asked for."""

    HOLDS = "holds"
    WRONG = "wrong"
    OPEN = "open"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Step:
    """A step, what became of it, and one line for each thing that was found or is to be known."""

    name: str
    state: State
    notes: tuple[str, ...] = ()


def result(name: str, problems: Iterable[str], notes: Iterable[str] = ()) -> Step:
    """A step that holds where there are no problems."""
    found = tuple(problems)
    return Step(name, State.WRONG, found) if found else Step(name, State.HOLDS, tuple(notes))
