"""The order of the entities in an answer (4.23)."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.ngsild.collation import Collation, read_collation
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.geometry import Shape, read_shape
from mimtest.sandbox.ngsild.model import Entity, instance_of
from mimtest.sandbox.ngsild.planar import distance
from mimtest.sandbox.ngsild.qeval import plain_value, targets
from mimtest.sandbox.ngsild.qlang import Term, parse_q
from mimtest.sandbox.ngsild.syntax import instant, is_date, is_time
from mimtest.sandbox.ngsild.terms import Terms

ORDER_PARAMS: Final = ("orderBy", "collation", "orderFrom", "orderGeometry")
_ELEMENT: Final = re.compile(r"([^;\s]+)(?:;(asc|desc|dist-asc|dist-desc))?")
_MISSING: Final = 9
Key = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """Entities by one attribute; with a `shape` by how far from it they are."""

    term: Term
    descending: bool
    terms: Terms
    collation: Collation
    shape: Shape | None

    def sorted(self, entities: Sequence[Entity]) -> list[Entity]:
        """The entities in this order. What has no value comes last both ways."""
        keys = {e.id: self._key(e) for e in entities}
        ranks = sorted({rank for rank, _ in keys.values()})
        found: list[Entity] = []
        for rank in ranks:
            of_rank = [e for e in entities if keys[e.id][0] == rank]
            found += sorted(of_rank, key=lambda e: keys[e.id][1], reverse=self.descending)
        return found

    def _key(self, entity: Entity) -> Key:
        if self.shape is not None:
            default = instance_of(
                entity.attributes.get(self.terms.expand(self.term.path[0]), ()), None
            )
            if default is not None and default.kind == "GeoProperty":
                return -1, distance(read_shape(default.value), self.shape)
        found = next(targets(entity, self.term, self.terms), None)
        return (_MISSING, 0) if found is None else self._ranked(plain_value(found.value))

    def _ranked(self, value: Any) -> Key:
        """Which kind of value it is (4.23.2), and its place among those of the kind."""
        if isinstance(value, bool):
            return 4, value
        if isinstance(value, int | float):
            return 0, value
        if isinstance(value, dict | list):
            return (2 if isinstance(value, dict) else 3), json.dumps(value, sort_keys=True)
        if not isinstance(value, str):
            return 8, 0
        if is_time(value) or is_date(value):
            return (5 if is_time(value) else 6), value
        moment = instant(value)
        return (1, self.collation.key(value)) if moment is None else (7, moment)


def read_ordering(
    given: Mapping[str, Any], terms: Terms, *, local: bool
) -> Callable[[Sequence[Entity]], Sequence[Entity]]:
    """The order that parameters, or the `ordering` of a Query, say. Raises NgsiError."""
    collation = read_collation(given.get("collation"))
    elements = given.get("orderBy")
    if elements is None:
        if any(k in given for k in ORDER_PARAMS):
            msg = "an order has an orderBy"
            raise bad_data(msg)
        return lambda entities: entities
    if not local:
        msg = "entities are ordered with local=true only"
        raise bad_data(msg)
    shape = _shape(given)
    orders = [_order(e, terms, collation, shape) for e in _elements(elements)]

    def ordered(entities: Sequence[Entity]) -> Sequence[Entity]:
        for order in reversed(orders):
            entities = order.sorted(entities)
        return entities

    return ordered


def _elements(value: Any) -> list[str]:
    items = value.split(",") if isinstance(value, str) else value
    if isinstance(items, list) and items and all(isinstance(i, str) and i for i in items):
        return items
    msg = "orderBy is a list of names"
    raise bad_data(msg)


def _order(element: str, terms: Terms, collation: Collation, shape: Shape | None) -> Order:
    found = _ELEMENT.fullmatch(element)
    term = parse_q(found[1]) if found else None
    if found is None or not isinstance(term, Term) or term.operator or term.links:
        msg = f"entities cannot be ordered by '{element[:60]}'"
        raise bad_data(msg)
    direction = found[2] or "asc"
    by_distance = direction.startswith("dist")
    if by_distance and shape is None:
        msg = "an order by distance has an orderFrom"
        raise bad_data(msg)
    return Order(term, direction.endswith("desc"), terms, collation, shape if by_distance else None)


def _shape(given: Mapping[str, Any]) -> Shape | None:
    coordinates = given.get("orderFrom")
    if coordinates is None:
        return None
    if isinstance(coordinates, str):
        try:
            coordinates = json.loads(coordinates)
        except (ValueError, RecursionError):
            msg = "orderFrom is a JSON array"
            raise bad_data(msg) from None
    return read_shape({"type": given.get("orderGeometry", "Point"), "coordinates": coordinates})
