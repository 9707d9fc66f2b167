"""Which entities a query means, and which parts of them (4.17 to 4.21, 5.7.2)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mimtest.sandbox.ngsild.boolean import Choice, parse_choice, scope_fits
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.geoquery import GeoQuery, read_geo_query
from mimtest.sandbox.ngsild.model import Attributes, Entity
from mimtest.sandbox.ngsild.qeval import expand_words, meets
from mimtest.sandbox.ngsild.qlang import Node, parse_q, terms_of
from mimtest.sandbox.ngsild.syntax import is_name, is_uri
from mimtest.sandbox.ngsild.terms import Terms

_STAMPS: Final = ("createdAt", "modifiedAt")


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
        return self.types is None or self.types.holds(
            lambda name: name == "*" or terms.expand(name) in entity.types
        )


@dataclass(frozen=True, slots=True)
class Projection:
    """Which parts of an entity an answer has; None is no restriction. Names are IRIs."""

    attrs: frozenset[str] | None = None
    pick: frozenset[str] | None = None
    omit: frozenset[str] = frozenset()
    datasets: frozenset[str] | None = None

    def attributes(self, attributes: Attributes) -> Attributes:
        """The attributes that are left."""
        left = {n: i for n, i in attributes.items() if self._shows(n)}
        if self.datasets is None:
            return left
        wanted = self.datasets
        few = {
            n: tuple(i for i in instances if (i.dataset or "@none") in wanted)
            for n, instances in left.items()
        }
        return {n: instances for n, instances in few.items() if instances}

    def entity(self, entity: Entity) -> Entity:
        """The entity with the attributes that are left."""
        return replace(entity, attributes=self.attributes(entity.attributes))

    def members(self, shown: dict[str, Any]) -> dict[str, Any]:
        """A shown entity with those of id, type, scope and stamps that are left."""
        own = ("id", "type", "scope", *_STAMPS)
        return {k: v for k, v in shown.items() if k not in own or self._keeps(k)}

    def _shows(self, name: str) -> bool:
        wanted = self.attrs if self.attrs is not None else self.pick
        return (wanted is None or name in wanted) and name not in self.omit

    def _keeps(self, name: str) -> bool:
        return (self.pick is None or name in self.pick) and name not in self.omit


@dataclass(frozen=True, slots=True)
class Selection:
    """A query for entities."""

    terms: Terms
    selectors: tuple[Selector, ...] = ()
    projection: Projection = Projection()
    q: Node | None = None
    geo: GeoQuery | None = None
    scopes: Choice | None = None

    def meets(self, entity: Entity) -> bool:
        """Whether the query finds the entity."""
        if self.selectors and not any(s.fits(entity, self.terms) for s in self.selectors):
            return False
        if self.scopes and not self._scopes_fit(self.scopes, entity):
            return False
        if self.geo and not self.geo.meets(entity):
            return False
        if self.q and not meets(entity, self.q, self.terms):
            return False
        return self.projection.attrs is None or bool(self.projection.attributes(entity.attributes))

    def _scopes_fit(self, wanted: Choice, entity: Entity) -> bool:
        return wanted.holds(lambda pattern: any(scope_fits(pattern, s) for s in entity.scopes))

    @property
    def is_narrow(self) -> bool:
        """Whether it says enough to be answered (5.7.2.4)."""
        by_attribute = self.q is not None and any(
            t.path[0] not in _STAMPS for t in terms_of(self.q)
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
        node = expand_words(node, _listed(given["expandValues"], "expandValues"), terms)
    return Selection(
        terms=terms,
        selectors=tuple(_selector(s) for s in selectors),
        projection=read_projection(given, terms),
        q=node,
        geo=read_geo_query(given.get("geoQ", given), terms),
        scopes=None if scopes is None else parse_choice(_text(scopes, "scopeQ"), "scopeQ"),
    )


def read_projection(given: Mapping[str, Any], terms: Terms) -> Projection:
    """Which parts are wanted. Raises NgsiError (BadRequestData)."""
    attrs, pick = _names(given, "attrs", terms), _names(given, "pick", terms)
    if attrs is not None and pick is not None:
        msg = "attrs and pick exclude each other"
        raise bad_data(msg)
    datasets = given.get("datasetId")
    return Projection(
        attrs=attrs,
        pick=pick,
        omit=_names(given, "omit", terms) or frozenset(),
        datasets=None if datasets is None else frozenset(_listed(datasets, "datasetId")),
    )


def _names(given: Mapping[str, Any], key: str, terms: Terms) -> frozenset[str] | None:
    if given.get(key) is None:
        return None
    names = _listed(given[key], key)
    wrong = [n for n in names if not is_name(n)]
    if wrong:
        msg = f"{key} has names of attributes, not '{wrong[0][:60]}'"
        raise bad_data(msg)
    return frozenset(n if _is_own(n) else terms.expand(n) for n in names)


def _is_own(name: str) -> bool:
    return name in ("id", "type", "scope", *_STAMPS)


def _selector(given: Mapping[str, Any]) -> Selector:
    types, ids, pattern = given.get("type"), given.get("id"), given.get("idPattern")
    return Selector(
        types=None if types is None else _types(types),
        ids=frozenset() if ids is None else _ids(ids),
        pattern=None if pattern is None else _pattern(_text(pattern, "idPattern")),
    )


def _types(value: Any) -> Choice:
    text = ",".join(_listed(value, "type")) if isinstance(value, list) else _text(value, "type")
    return parse_choice(text, "type")


def _ids(value: Any) -> frozenset[str]:
    ids = _listed(value, "id")
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


def _listed(value: Any, key: str) -> list[str]:
    """The names in a list: text with commas, or an array of texts."""
    items = value.split(",") if isinstance(value, str) else value
    if isinstance(items, list) and items and all(isinstance(i, str) and i for i in items):
        return items
    msg = f"{key} is a list of names"
    raise bad_data(msg)
