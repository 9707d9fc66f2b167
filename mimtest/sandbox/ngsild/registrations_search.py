"""What a search for registrations asks for, and which it finds (5.10.2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from mimtest.sandbox.ngsild.boolean import Choice, scope_fits
from mimtest.sandbox.ngsild.core_context import NGSI
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.geometry import read_shape
from mimtest.sandbox.ngsild.geoquery import GeoQuery
from mimtest.sandbox.ngsild.model import Attribute, Entity
from mimtest.sandbox.ngsild.planar import RELATIONS
from mimtest.sandbox.ngsild.qeval import meets
from mimtest.sandbox.ngsild.qlang import Node, parse_q, terms_of
from mimtest.sandbox.ngsild.registrations_matching import Asked, matching
from mimtest.sandbox.ngsild.registrations_model import Interval, Registration
from mimtest.sandbox.ngsild.selection import Selection
from mimtest.sandbox.ngsild.syntax import instant
from mimtest.sandbox.ngsild.terms import CORE

_MEMBERS: Final = ("id", "type", "scope", "createdAt", "modifiedAt", "deletedAt", "expiresAt")
_PLACES: Final = ("location", "observationSpace", "operationSpace")
_INTERVALS: Final = {
    "observedAt": "observationInterval",
    "createdAt": "managementInterval",
    "modifiedAt": "managementInterval",
    "deletedAt": "managementInterval",
}


@dataclass(frozen=True, slots=True)
class Period:
    """A temporal query (4.11): a relation to one moment or two."""

    relation: str
    at: datetime
    end: datetime | None
    member: str

    def meets(self, interval: Interval) -> bool:
        """Whether something of the interval may lie in the period."""
        last = interval.end or datetime.max.replace(tzinfo=self.at.tzinfo)
        if self.relation == "before":
            return interval.start <= self.at
        if self.relation == "after":
            return last >= self.at
        return last >= self.at and (self.end is None or interval.start <= self.end)


@dataclass(frozen=True, slots=True)
class Search:
    """A query for registrations: what is asked for, and what the registration itself is like."""

    asked: Asked
    geo: GeoQuery | None = None
    period: Period | None = None
    filter: Node | None = None
    scopes: Choice | None = None

    def of(self, registrations: tuple[Registration, ...]) -> list[Registration]:
        """Those that it finds, with the matching elements of their information."""
        return [r for r in matching(registrations, self.asked) if self._meets(r)]

    def _meets(self, registration: Registration) -> bool:
        if not self._is_in_time(registration):
            return False
        if self.scopes and not self.scopes.holds(
            lambda pattern: any(scope_fits(pattern, s) for s in registration.scopes)
        ):
            return False
        if self.geo and not _is_near(registration, self.geo):
            return False
        return not self.filter or meets(_as_entity(registration), self.filter, self.asked.terms)

    def _is_in_time(self, registration: Registration) -> bool:
        if self.period is None:
            return not registration.is_temporal
        interval = registration.interval(self.period.member)
        return interval is not None and self.period.meets(interval)


def read_search(
    given: Mapping[str, Any], selection: Selection, named: frozenset[str] | None = None
) -> Search:
    """The query that parameters, or the members of a subscription, say. Raises NgsiError.

    `named` are the attributes asked for in another way.
    """
    csf = given.get("csf")
    if not isinstance(csf, str | None):
        msg = "csf is a text"
        raise bad_data(msg)
    names = (named or frozenset()) | _attributes(selection)
    if given.get("geoproperty") is not None and selection.geo:
        names |= {selection.geo.place}
    return Search(
        Asked(selection.selectors, names or None, selection.terms),
        selection.geo,
        read_period(given),
        None if csf is None else parse_q(csf),
        selection.scopes,
    )


def read_period(given: Mapping[str, Any]) -> Period | None:
    """The temporal query of parameters or of a `temporalQ`; None without. Raises NgsiError."""
    relation = given.get("timerel")
    if relation is None:
        return None
    at, end = instant(given.get("timeAt")), instant(given.get("endTimeAt"))
    property_ = given.get("timeproperty", "observedAt")
    if relation not in ("before", "after", "between") or property_ not in _INTERVALS:
        msg = "timerel is before, after or between, timeproperty a time stamp"
        raise bad_data(msg)
    if at is None or (end is None) == (relation == "between"):
        msg = "timeAt is a DateTime, and of between so is endTimeAt"
        raise bad_data(msg)
    return Period(relation, at, end, _INTERVALS[property_])


def _attributes(selection: Selection) -> frozenset[str]:
    """The IRIs of the attributes that a query names."""
    projection, terms = selection.projection, selection.terms
    picked = {*projection.pick.own, *projection.pick.linked} if projection.pick else set[str]()
    conditions = terms_of(selection.q) if selection.q else ()
    asked = {t.links[0].name if t.links else t.path[0] for t in conditions}
    return frozenset(
        {*(projection.attrs or ())}
        | {n for n in picked if n not in _MEMBERS}
        | {terms.expand(n) for n in asked if n not in _MEMBERS}
    )


def _as_entity(registration: Registration) -> Entity:
    """The registration with its members as properties, as the query language sees it."""
    names = {CORE.expand(n): v for n, v in registration.document.items()}
    return Entity(
        registration.id,
        (CORE.expand("ContextSourceRegistration"),),
        registration.scopes,
        {n: (_as_property(v),) for n, v in names.items()},
        registration.created,
        registration.modified,
    )


def _as_property(value: Any) -> Attribute:
    """A member of a registration is a plain value, or written as a Property."""
    is_property = isinstance(value, dict) and CORE.expand("value") in value
    return Attribute("Property", value[CORE.expand("value")] if is_property else value)


def _is_near(registration: Registration, geo: GeoQuery) -> bool:
    """Whether the place of the source lies so, or may contain places that do."""
    name = geo.place.removeprefix(NGSI)
    if name not in _PLACES or name not in registration.document:
        return False
    value = registration.document[name]
    at_place = {geo.place: (Attribute("GeoProperty", value),)}
    if geo.meets(replace(_as_entity(registration), attributes=at_place)):
        return True
    shape = read_shape(value)
    if geo.relation in ("disjoint", "minDistance"):
        return shape.dimension > 0 and not RELATIONS["within"](shape, geo.shape)
    return geo.relation != "maxDistance" and RELATIONS["intersects"](shape, geo.shape)
