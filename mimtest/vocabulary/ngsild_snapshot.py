"""Identifiers a run notes, with their types, for a later run to look up again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mimtest.errors import Contradiction
from mimtest.vocabulary.expect import member, objects
from mimtest.vocabulary.jsonld import is_uri
from mimtest.vocabulary.noting import read_note, write_note


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The type IRIs of entities by their id, as they were at a time."""

    taken: str
    types: Mapping[str, frozenset[str]]


def snapshot_of(types: Mapping[str, frozenset[str]]) -> Snapshot:
    """What is so now."""
    return Snapshot(datetime.now(UTC).isoformat(timespec="seconds"), types)


def read_snapshot(path: Path) -> Snapshot | None:
    """The snapshot in a file; None where there is no such file. Raises Inconclusive for another file."""
    return read_note(path, _snapshot, "identifiers")


def _snapshot(value: Any) -> Snapshot:
    found: dict[str, frozenset[str]] = {}
    for entity in objects(member(value, "entities", list, "the file"), "'entities'"):
        types = member(entity, "types", list, "an entity")
        name = member(entity, "id", str, "an entity")
        if not (is_uri(name) and types and all(is_uri(t) for t in types)):
            raise Contradiction("an id or a type is no URI")
        found[name] = frozenset(types)
    if not found:
        raise Contradiction("it lists no entity")
    return Snapshot(member(value, "takenAt", str, "the file"), found)


def write_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Write the file in one step, whatever other processes write. Raises Inconclusive when it cannot."""
    value = {
        "takenAt": snapshot.taken,
        "entities": [{"id": i, "types": sorted(t)} for i, t in snapshot.types.items()],
    }
    write_note(path, value)
