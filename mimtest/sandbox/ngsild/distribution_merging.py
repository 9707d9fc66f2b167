"""One entity of what several sources say of it (4.5.5.2, 4.5.5.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from mimtest.sandbox.ngsild.expiry import remaining
from mimtest.sandbox.ngsild.model import Attribute, Attributes, Entity, Instances
from mimtest.sandbox.ngsild.syntax import instant

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def fresh(entity: Entity) -> Entity | None:
    """The entity without what has expired, its own end passed on to its attributes; None when it is over."""
    end = entity.expires
    if end is not None:
        entity = replace(entity, attributes=_ending(entity.attributes, end))
    return remaining(entity, datetime.now(UTC))


def _ending(attributes: Attributes, end: str) -> Attributes:
    return {name: tuple(_with_end(i, end) for i in held) for name, held in attributes.items()}


def _with_end(item: Attribute, end: str) -> Attribute:
    own = item.extra.get("expiresAt", end)
    sooner = min(own, end, key=lambda e: instant(e) or _LONG_AGO)
    return replace(item, extra={**item.extra, "expiresAt": sooner})


def merged(versions: Sequence[Entity]) -> Entity:
    """One entity with everything that equal sources say; of what they say differently the latest."""
    first = versions[0]
    if len(versions) == 1:
        return first
    names = dict.fromkeys(n for v in versions for n in v.attributes)
    attributes = {n: _latest(i for v in versions for i in v.attributes.get(n, ())) for n in names}
    return replace(_described(versions), attributes=attributes)


def supplemented(entity: Entity | None, auxiliary: Iterable[Entity]) -> Entity | None:
    """The entity with the attributes that only auxiliary sources have (4.3.6.2)."""
    for other in auxiliary:
        if entity is None:
            entity = other
        else:
            entity = replace(entity, attributes={**other.attributes, **entity.attributes})
    return entity


def _described(versions: Sequence[Entity]) -> Entity:
    """The first version with the types, scopes, stamps and end of all."""
    ends = [v.expires for v in versions]
    known = [e for e in ends if e is not None]
    last = max(known, key=lambda e: instant(e) or _LONG_AGO) if len(known) == len(ends) else None
    return replace(
        versions[0],
        types=tuple(dict.fromkeys(t for v in versions for t in v.types)),
        scopes=tuple(dict.fromkeys(s for v in versions for s in v.scopes)),
        created=min(v.created for v in versions if v.created or v is versions[0]),
        modified=max(v.modified for v in versions),
        expires=last,
    )


def _latest(instances: Iterable[Attribute]) -> Instances:
    """The latest instance of each dataset; of equally late ones the first."""
    chosen: dict[str | None, Attribute] = {}
    for item in instances:
        there = chosen.get(item.dataset)
        if there is None or _age(item) > _age(there):
            chosen[item.dataset] = item
    return tuple(chosen.values())


def _age(item: Attribute) -> tuple[datetime, datetime]:
    observed, modified = instant(item.extra.get("observedAt")), instant(item.modified)
    return observed or _LONG_AGO, modified or _LONG_AGO
