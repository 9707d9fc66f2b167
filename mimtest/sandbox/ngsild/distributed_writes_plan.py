"""What of a change falls to which context source, and what is left for the broker itself (4.3.6, 5.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mimtest.sandbox.ngsild.boolean import Choice
from mimtest.sandbox.ngsild.core_context import NGSI
from mimtest.sandbox.ngsild.errors import NgsiError
from mimtest.sandbox.ngsild.registrations_matching import Asked, aliases, matching
from mimtest.sandbox.ngsild.registrations_model import Registration
from mimtest.sandbox.ngsild.selection import Selector
from mimtest.sandbox.ngsild.terms import Terms

Names = frozenset[str]
_STAMPED: Final = ("scope", "createdAt", "modifiedAt", "deletedAt", "expiresAt")
_OWN: Final = frozenset(("@id", "@type", "@context", *(f"{NGSI}{n}" for n in _STAMPED)))


@dataclass(frozen=True, slots=True)
class Target:
    """The entity that is changed, its types where they are known, and the attributes concerned.

    All names are IRIs; without `attributes` it is the entity as a whole.
    """

    id: str
    types: tuple[str, ...] = ()
    attributes: Names | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What of a target falls to a source."""

    source: Registration
    target: Target


@dataclass(frozen=True, slots=True)
class Division:
    """The shares of the sources in a target, and what they leave to the broker.

    `is_outside` says that all of the entity, whatever it may have, is held elsewhere.
    """

    target: Target
    shares: tuple[Share, ...]
    rest: Target
    is_outside: bool

    @property
    def has_rest(self) -> bool:
        """Whether something is left, or nothing was named that could be."""
        return not self.is_outside and (bool(self.rest.attributes) or not self.target.attributes)


def sources_of(
    registrations: Iterable[Registration], target: Target, via: str | None
) -> list[Registration]:
    """The registrations that changes of the target concern, those with the first right first."""
    types = Choice(every=False, items=target.types) if target.types else None
    selector = Selector(types=types, ids=frozenset((target.id,)))
    asked = Asked((selector,), target.attributes, via=aliases(via))
    order = ("exclusive", "redirect", "inclusive")
    fitting = [r for r in registrations if r.mode in order]
    return sorted(matching(fitting, asked), key=lambda r: order.index(r.mode))


def require_no_loop(sources: Iterable[Registration]) -> None:
    """Raises NgsiError (508) when what has come through the broker is to be sent on (6.3.17)."""
    if any(s.is_proxied for s in sources):
        msg = "the request has come through this broker already"
        raise NgsiError("", msg, 508)


def divide(sources: Iterable[Registration], target: Target) -> Division:
    """Who changes what: proxied sources first, others and the broker what these leave (4.3.6.3)."""
    shares: list[Share] = []
    taken: dict[str, Names] = {"exclusive": frozenset(), "redirect": frozenset()}
    is_outside = False
    for source in sources:
        others = [names for mode, names in taken.items() if mode != source.mode]
        own = _narrowed(source, _without(target, frozenset[str]().union(*others)))
        if target.attributes and not own.attributes:
            continue
        shares.append(Share(source, own))
        if source.is_proxied:
            taken[source.mode] |= own.attributes or frozenset()
            is_outside |= any(not i.names for i in source.information)
    rest = _without(target, taken["exclusive"] | taken["redirect"])
    return Division(target, tuple(shares), rest, is_outside)


def part_of(body: Mapping[str, Any], target: Target, terms: Terms) -> dict[str, Any]:
    """The members of an entity that say something of a target; what is no attribute stays."""
    if target.attributes is None:
        return dict(body)
    wanted = target.attributes | _OWN
    kept = {name: value for name, value in body.items() if terms.expand(name) in wanted}
    key = next((k for k in kept if terms.expand(k) == "@type"), None)
    if key is not None and target.types:
        kept[key] = _one_or_all(t for t in _listed(kept[key]) if terms.expand(t) in target.types)
    return kept


def attributes_in(body: Mapping[str, Any], terms: Terms) -> Names:
    """The attributes that an entity, or a part of one, speaks of."""
    return frozenset(terms.expand(name) for name in body) - _OWN


def types_in(body: Mapping[str, Any], terms: Terms) -> tuple[str, ...]:
    """The types that an entity, or a part of one, says it has."""
    given: Any = next((v for k, v in body.items() if terms.expand(k) == "@type"), [])
    return tuple(terms.expand(t) for t in _listed(given))


def _narrowed(source: Registration, target: Target) -> Target:
    """The target as far as it is registered (4.3.6.1)."""
    registered = {t for i in source.information for e in i.entities for t in e.types}
    types = tuple(t for t in target.types if not registered or t in registered)
    names = target.attributes
    if names is not None and all(i.names for i in source.information):
        names &= frozenset[str]().union(*(i.names for i in source.information))
    return replace(target, types=types, attributes=names)


def _without(target: Target, names: Names) -> Target:
    left = None if target.attributes is None else target.attributes - names
    return replace(target, attributes=left)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _one_or_all(values: Iterable[Any]) -> Any:
    found = list(values)
    return found[0] if len(found) == 1 else found
