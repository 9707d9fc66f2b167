"""Identifiers of things with their places that a run notes, for a later run to look for again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mimtest.errors import Contradiction
from mimtest.vocabulary.expect import member, objects
from mimtest.vocabulary.noting import read_note, write_note

_AXES: Final = 2
At = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Noted:
    """Where things were at a time, by their identifier; None for one without a place."""

    taken: str
    places: Mapping[str, At | None]


def read_noted(path: Path) -> Noted | None:
    """What is in a file; None where there is no such file. Raises Inconclusive for another file."""
    return read_note(path, _noted, "things")


def _noted(value: Any) -> Noted:
    places: dict[str, At | None] = {}
    for thing in objects(member(value, "things", list, "the file"), "'things'"):
        at = thing.get("at")
        right = isinstance(at, list) and len(at) == _AXES
        if at is not None and not (right and all(isinstance(n, int | float) for n in at)):
            raise Contradiction("a place is no pair of numbers")
        places[member(thing, "id", str, "a thing")] = (at[0], at[1]) if at else None
    if not places:
        raise Contradiction("it lists nothing")
    return Noted(member(value, "takenAt", str, "the file"), places)


def write_noted(path: Path, places: Mapping[str, At | None]) -> None:
    """Write the file in one step, whatever other processes write. Raises Inconclusive when it cannot."""
    value = {
        "takenAt": datetime.now(UTC).isoformat(timespec="seconds"),
        "things": [{"id": i, "at": list(at) if at else None} for i, at in places.items()],
    }
    write_note(path, value)
