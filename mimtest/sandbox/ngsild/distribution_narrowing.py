"""What of a request goes to a source: what it asks for, as far as it is registered (4.3.6.1, 4.3.6.7)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mimtest.sandbox.http import dump
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.registrations_model import RegistrationInfo
from mimtest.sandbox.ngsild.selection import Selection
from mimtest.sandbox.ngsild.terms import Terms

_NAME: Final = re.compile(r"[^;,|()\s]+")
_FILTERS: Final = (
    "q",
    "scopeQ",
    "georel",
    "geometry",
    "coordinates",
    "geoproperty",
    "expandValues",
)
_OWN: Final = frozenset(("id", "type", "scope", "createdAt", "modifiedAt", "expiresAt"))
Params = dict[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks for: its selectors as given, the attributes needed for the answer (None: all).

    `filters` are the conditions that sources are to judge themselves, as parameters.
    """

    selectors: tuple[Mapping[str, Any], ...]
    terms: Terms
    attributes: frozenset[str] | None = None
    filters: Mapping[str, str] | None = None

    def of(self, info: RegistrationInfo) -> Iterator[Params]:
        """The parameters of the requests for the part that is registered so."""
        both = info.names & (self.attributes or frozenset())
        shown = both or info.names or self.attributes
        attrs = {"attrs": self._compact(shown)} if shown else {}
        for selector in self.selectors or ({},):
            meant = {**self._types(selector, info), **_ids(selector, info)}
            if all(meant.values()):
                yield {**meant, **attrs, **(self.filters or {})}

    def _types(self, selector: Mapping[str, Any], info: RegistrationInfo) -> Params:
        text = _text(selector.get("type"))
        registered = {t for e in info.entities for t in e.types}
        if not text or text == "*":
            return {"type": self._compact(registered)} if registered else {}
        if not registered or set(";()") & set(text):
            return {"type": text}
        named = [n for n in _NAME.findall(text) if self.terms.expand(n) in registered]
        return {"type": ",".join(named)}

    def _compact(self, names: Any) -> str:
        return ",".join(sorted(n if n in _OWN else self.terms.compact(n) for n in names))


def wanted_by(
    selectors: tuple[Mapping[str, Any], ...],
    selection: Selection,
    given: Mapping[str, Any],
    *,
    filtering: bool,
) -> Wanted:
    """What a query asks of sources; with `filtering` they judge its conditions themselves."""
    needed = selection.needed
    if not filtering:
        return Wanted(selectors, selection.terms, needed)
    geo = given.get("geoQ") if isinstance(given.get("geoQ"), dict) else {}
    found = {**given, **(geo or {})}
    filters = {k: _text(found[k]) for k in _FILTERS if found.get(k) is not None}
    return Wanted(selectors, selection.terms, selection.projection.named, filters)


def _ids(selector: Mapping[str, Any], info: RegistrationInfo) -> Params:
    ids, pattern = _text(selector.get("id")), _text(selector.get("idPattern"))
    if ids:
        fitting = [i for i in ids.split(",") if not info.entities or _has(info, i)]
        return {"id": ",".join(fitting)}
    registered = [e.id for e in info.entities]
    if registered and all(registered):
        return {"id": ",".join(i for i in registered if i)}
    patterns = {e.pattern.pattern for e in info.entities if e.pattern}
    if pattern:
        return {"idPattern": pattern}
    alone = len(patterns) == 1 and all(e.pattern for e in info.entities)
    return {"idPattern": patterns.pop()} if alone else {}


def _has(info: RegistrationInfo, id_: str) -> bool:
    return any(e.has(id_) for e in info.entities)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return (
            dump(value).decode() if any(not isinstance(v, str) for v in value) else ",".join(value)
        )
    return value if isinstance(value, str) else ""


def within(info: RegistrationInfo, entity: Entity) -> Entity | None:
    """What of an entity is registered so; None where nothing is."""
    fits = any(e.has(entity.id) and {*e.types} & {*entity.types} for e in info.entities)
    if info.entities and not fits:
        return None
    if not info.names:
        return entity
    left = {n: i for n, i in entity.attributes.items() if n in info.names}
    return replace(entity, attributes=left)


def without(info: RegistrationInfo, entity: Entity) -> Entity | None:
    """What of an entity is left when what is registered so is held elsewhere."""
    if within(info, entity) is None:
        return entity
    if not info.names:
        return None
    left = {n: i for n, i in entity.attributes.items() if n not in info.names}
    return replace(entity, attributes=left)
