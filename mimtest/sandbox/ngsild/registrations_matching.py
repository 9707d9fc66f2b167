"""Which registrations a request concerns (5.12); discovery and forwarding use the same rules."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.registrations_model import EntityInfo, Registration, RegistrationInfo
from mimtest.sandbox.ngsild.selection import Selector
from mimtest.sandbox.ngsild.terms import CORE, Terms


@dataclass(frozen=True, slots=True)
class Asked:
    """The entities and attributes a request asks for; None or nothing of a kind is all.

    `selectors` name types with `terms`; `attributes` are IRIs. `via` are the aliases of the sources
    the request has come through (4.3.6.4).
    """

    selectors: tuple[Selector, ...] = ()
    attributes: frozenset[str] | None = None
    terms: Terms = CORE
    datasets: frozenset[str] | None = None
    via: frozenset[str] = frozenset()


def matching(registrations: Iterable[Registration], asked: Asked) -> Iterator[Registration]:
    """The registrations that match, each with the matching elements of its information only."""
    for registration in registrations:
        found = tuple(i for i in registration.information if _info_fits(i, asked))
        if found and _datasets_fit(registration, asked) and registration.alias not in asked.via:
            yield registration.about(found)


def has_entity(registration: Registration, entity: Entity) -> bool:
    """Whether an entity that is there is registered, or an attribute of it where some are named."""
    return any(
        (not info.entities or any(_holds(e, entity) for e in info.entities))
        and (not info.names or bool(info.names & {*entity.attributes}))
        for info in registration.information
    )


def overlap(one: Registration, other: Registration) -> bool:
    """Whether two registrations may be about the same attribute of the same entity."""
    return any(
        (not a.names or not b.names or bool(a.names & b.names))
        and (
            not a.entities
            or not b.entities
            or any(_meet(x, y) for x in a.entities for y in b.entities)
        )
        for a in one.information
        for b in other.information
    )


def _meet(one: EntityInfo, other: EntityInfo) -> bool:
    """Whether an entity may be meant by both; two patterns are taken to have none in common."""
    if one.id is not None and other.id is not None:
        return one.id == other.id
    if not {*one.types} & {*other.types}:
        return False
    if one.id is not None:
        return other.has(one.id)
    return one.has(other.id) if other.id is not None else one.pattern == other.pattern


def _holds(info: EntityInfo, entity: Entity) -> bool:
    if info.id is not None:
        return info.id == entity.id
    return info.has(entity.id) and bool({*info.types} & {*entity.types})


def _info_fits(info: RegistrationInfo, asked: Asked) -> bool:
    if asked.attributes is not None and info.names and not info.names & asked.attributes:
        return False
    if not asked.selectors or not info.entities:
        return True
    return any(
        entity_fits(selector, entity, asked.terms)
        for selector in asked.selectors
        for entity in info.entities
    )


def entity_fits(selector: Selector, info: EntityInfo, terms: Terms) -> bool:
    """Whether entities that a selector means may be among those registered."""
    if selector.types and not selector.types.holds(
        lambda name: name == "*" or terms.expand(name) in info.types
    ):
        return False
    if selector.ids:
        return any(info.has(id_) for id_ in selector.ids)
    if selector.pattern and info.id is not None:
        return selector.pattern.search(info.id) is not None
    return True


def _datasets_fit(registration: Registration, asked: Asked) -> bool:
    if asked.datasets is None or registration.datasets is None:
        return True
    return bool(asked.datasets & registration.datasets)


_BY: Final = re.compile(r"\S+\s+([^\s,]+)")


def aliases(via: str | None) -> frozenset[str]:
    """The sources that a Via header names (RFC 9110, section 7.6.3)."""
    parts = (p.strip() for p in (via or "").split(","))
    return frozenset(found[1] for p in parts if (found := _BY.match(p)))
