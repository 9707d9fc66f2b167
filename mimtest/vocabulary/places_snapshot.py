"""Identifiers of things with their places that a run notes, for a later run to look for again.

They are kept in a file beside the target file, which is written once, whole, and never changed.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.strict_json import parse_json
from mimtest.vocabulary.expect import member, objects

_MOST_BYTES: Final = 1_000_000
_AXES: Final = 2
At = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Noted:
    """Where things were at a time, by their identifier; None for one without a place."""

    taken: str
    places: Mapping[str, At | None]


def read_noted(path: Path) -> Noted | None:
    """What is in a file; None where there is no such file. Raises Inconclusive for another file."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        detail = f"{path.name} cannot be read ({error.strerror})"
        raise Inconclusive("no_snapshot", detail) from None
    try:
        return _noted(parse_json(content))
    except Contradiction as error:
        detail = f"{path.name} holds no things of an earlier run: {error.message}"
        raise Inconclusive("no_snapshot", detail) from None


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
    text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    name = ""
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(number, "wb") as file:
            file.write(text.encode())
        Path(name).replace(path)
    except OSError as error:
        if name:
            with suppress(OSError):
                Path(name).unlink()
        detail = f"{path.name} cannot be written ({error.strerror})"
        raise Inconclusive("no_snapshot", detail) from None
