"""Points a standard leaves open: the readings that are accepted, and what a report says of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mimtest.resources import SUITES


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """One open point. `readings` are the accepted ones, in words, by name.

    `until` names, for a reading that newer texts no longer have, the last version it is right for.
    """

    id: str
    point: str
    clause: str
    readings: Mapping[str, str]
    until: Mapping[str, str]


@cache
def load_ambiguities(root: Path = SUITES) -> Mapping[str, Ambiguity]:
    """Every open point of every suite, by id. Raises ValueError for one that stands twice."""
    found: dict[str, Ambiguity] = {}
    for file in sorted(root.glob("*/ambiguities.toml")):
        for name, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"{file.name}: {name} stands twice")
            found[name] = _ambiguity(name, entry)
    return found


def _ambiguity(name: str, entry: Mapping[str, object]) -> Ambiguity:
    readings, until = entry["readings"], entry.get("until", {})
    assert isinstance(readings, Mapping)
    assert isinstance(until, Mapping)
    return Ambiguity(name, str(entry["point"]), str(entry["clause"]), readings, until)
