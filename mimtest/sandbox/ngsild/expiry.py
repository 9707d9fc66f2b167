"""Entities and attributes that are kept for a time only (4.22)."""

from dataclasses import replace
from datetime import datetime

from mimtest.sandbox.ngsild.model import Attribute, Attributes, Entity
from mimtest.sandbox.ngsild.syntax import instant


def is_transient(entity: Entity) -> bool:
    """Whether the entity, or any part of it, has an end."""
    return entity.expires is not None or _have_end(entity.attributes)


def remaining(entity: Entity, now: datetime) -> Entity | None:
    """What is left of the entity at that time; None when it is gone itself."""
    if _is_over(entity.expires, now):
        return None
    return replace(entity, attributes=_left(entity.attributes, now))


def _have_end(attributes: Attributes) -> bool:
    return any(
        "expiresAt" in item.extra or _have_end(item.parts)
        for instances in attributes.values()
        for item in instances
    )


def _left(attributes: Attributes, now: datetime) -> Attributes:
    kept = {
        name: tuple(_with_left(i, now) for i in instances if not _ended(i, now))
        for name, instances in attributes.items()
    }
    return {name: instances for name, instances in kept.items() if instances}


def _with_left(item: Attribute, now: datetime) -> Attribute:
    return replace(item, parts=_left(item.parts, now)) if item.parts else item


def _ended(item: Attribute, now: datetime) -> bool:
    return _is_over(item.extra.get("expiresAt"), now)


def _is_over(end: str | None, now: datetime) -> bool:
    moment = instant(end)
    return moment is not None and moment <= now
