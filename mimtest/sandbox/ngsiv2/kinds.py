"""The types of entities there are ("List Entity Types", "Retrieve entity type")."""

from collections.abc import Iterable
from typing import Any

from mimtest.sandbox.ngsiv2.errors import missing
from mimtest.sandbox.ngsiv2.model import Entity


def types(entities: Iterable[Entity]) -> list[dict[str, Any]]:
    """Every type with its attributes and the number of its entities, by name."""
    found: dict[str, list[Entity]] = {}
    for entity in entities:
        found.setdefault(entity.type, []).append(entity)
    return [{"type": name, **_described(found[name])} for name in sorted(found)]


def one_type(entities: Iterable[Entity], name: str) -> dict[str, Any]:
    """One type. Raises V2Error."""
    of_type = [e for e in entities if e.type == name]
    if not of_type:
        raise missing("type")
    return _described(of_type)


def _described(entities: list[Entity]) -> dict[str, Any]:
    kinds: dict[str, list[str]] = {}
    for entity in entities:
        for name, attribute in entity.attributes.items():
            known = kinds.setdefault(name, [])
            if attribute.type not in known:
                known.append(attribute.type)
    return {"attrs": {n: {"types": t} for n, t in kinds.items()}, "count": len(entities)}
