"""Which entities a query means, and which parts of them (4.17 to 4.21, 5.7.2)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mimtest.sandbox.ngsild.boolean import Choice, parse_choice, scope_fits
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.geoquery import GeoQuery, read_geo_query
from mimtest.sandbox.ngsild.model import Entity
from mimtest.sandbox.ngsild.projection import Projection, listed, read_projection
from mimtest.sandbox.ngsild.qeval import Find, expand_words, meets, nowhere
from mimtest.sandbox.ngsild.qlang import Node, parse_q, terms_of
from mimtest.sandbox.ngsild.syntax import is_uri
from mimtest.sandbox.ngsild.terms import Terms

_STAMPS: Final = ("createdAt", "modifiedAt", "expiresAt")


@dataclass(frozen=True, slots=True)
class Selector:
    """Entities by type, id or pattern of ids; an id goes before a pattern (5.2.33)."""

    types: Choice | None = None
    ids: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None

    def fits(self, entity: Entity, terms: Terms) -> bool:
        """Whether it means the entity."""
        if self.ids and entity.id not in self.ids:
            return False
        if self.pattern and not self.ids and not self.pattern.search(entity.id):
            return False
        types = entity.types
        return self.types is None or self.types.holds(
            lambda name: name == "*" or terms.expand(name) in types
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """A query for entities."""

    terms: Terms
    selectors: tuple[Selector, ...] = ()
    projection: Projection = field(default_factory=Projection)
    q: Node | None = None
    geo: GeoQuery | None = None
    scopes: Choice | None = None

    def meets(self, entity: Entity, find: Find = nowhere) -> bool:
        """Whether the query finds the entity; `find` finds those it is linked with."""
        if not self.means(entity):
            return False
        if self.scopes and not self._scopes_fit(self.scopes, entity):
            return False
        if self.geo and not self.geo.meets(entity):
            return False
        if self.q and not meets(entity, self.q, self.terms, find):
            return False
        return self.projection.attrs is None or bool(self.projection.attributes(entity.attributes))

    def means(self, entity: Entity) -> bool:
        """Whether the entity is among those it names by type and id."""
        return not self.selectors or any(s.fits(entity, self.terms) for s in self.selectors)

    def _scopes_fit(self, wanted: Choice, entity: Entity) -> bool:
        return wanted.holds(lambda pattern: any(scope_fits(pattern, s) for s in entity.scopes))

    @property
    def needed(self) -> frozenset[str] | None:
        """The attributes that conditions and answer need; None for all."""
        named = self.projection.named
        if named is None:
            return None
        used = (
            (t.links[0].name if t.links else t.path[0] for t in terms_of(self.q)) if self.q else ()
        )
        place = [self.geo.place] if self.geo else []
        return named | {self.terms.expand(n) for n in used if n not in _STAMPS} | {*place}

    @property
    def depth(self) -> int:
        """How many relationships the conditions and the projection go along."""
        links = (len(t.links) for t in terms_of(self.q)) if self.q else ()
        return max(self.projection.depth, *links, 0)

    @property
    def is_narrow(self) -> bool:
        """Whether it says enough to be answered (5.7.2.4)."""
        by_attribute = self.q is not None and any(
            t.links or t.path[0] not in _STAMPS for t in terms_of(self.q)
        )
        by_type = any(s.types for s in self.selectors)
        return by_type or by_attribute or self.geo is not None or self.projection.attrs is not None


def read_selection(
    given: Mapping[str, Any], selectors: Iterable[Mapping[str, Any]], terms: Terms
) -> Selection:
    """The query that parameters, or the members of a Query, say. Raises NgsiError."""
    q, scopes = given.get("q"), given.get("scopeQ")
    node = None if q is None else parse_q(_text(q, "q"))
    if node is not None and given.get("expandValues") is not None:
        node = expand_words(node, listed(given["expandValues"], "expandValues"), terms)
    return Selection(
        terms=terms,
        selectors=tuple(_selector(s) for s in selectors),
        projection=read_projection(given, terms),
        q=node,
        geo=read_geo_query(given.get("geoQ", given), terms),
        scopes=None if scopes is None else parse_choice(_text(scopes, "scopeQ"), "scopeQ"),
    )


def _selector(given: Mapping[str, Any]) -> Selector:
    types, ids, pattern = given.get("type"), given.get("id"), given.get("idPattern")
    return Selector(
        types=None if types is None else _types(types),
        ids=frozenset() if ids is None else _ids(ids),
        pattern=None if pattern is None else _pattern(_text(pattern, "idPattern")),
    )


def _types(value: Any) -> Choice:
    text = ",".join(listed(value, "type")) if isinstance(value, list) else _text(value, "type")
    return parse_choice(text, "type")


def _ids(value: Any) -> frozenset[str]:
    ids = listed(value, "id")
    if not all(map(is_uri, ids)):
        msg = "an id is a URI"
        raise bad_data(msg)
    return frozenset(ids)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError):
        msg = "idPattern is not a regular expression"
        raise bad_data(msg) from None


def _text(value: Any, key: str) -> str:
    if isinstance(value, str):
        return value
    msg = f"{key} is a text"
    raise bad_data(msg)
