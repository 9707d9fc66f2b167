"""Identifiers a run notes, with their types, for a later run to look up again.

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
from mimtest.vocabulary.jsonld import is_uri

_MOST_BYTES: Final = 1_000_000


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
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        detail = f"{path.name} cannot be read ({error.strerror})"
        raise Inconclusive("no_snapshot", detail) from None
    try:
        return _snapshot(parse_json(content))
    except Contradiction as error:
        detail = f"{path.name} holds no identifiers of an earlier run: {error.message}"
        raise Inconclusive("no_snapshot", detail) from None


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
    text = json.dumps(value, ensure_ascii=False, indent=2)
    try:
        _replace(path, text.encode())
    except OSError as error:
        detail = f"{path.name} cannot be written ({error.strerror})"
        raise Inconclusive("no_snapshot", detail) from None


def _replace(path: Path, content: bytes) -> None:
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
