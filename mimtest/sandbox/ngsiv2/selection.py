"""Which entities an operation is about, in which order ("List Entities", "Query", "Ordering Results")."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.ngsiv2.call import unknown_names
from mimtest.sandbox.ngsiv2.errors import bad_request
from mimtest.sandbox.ngsiv2.geo import GeoQuery, read_geo_query
from mimtest.sandbox.ngsiv2.model import Entity
from mimtest.sandbox.ngsiv2.query import Filter, read_filter

#: How values of different kinds are put in order: nothing first, truth last.
_RANKS: Final[tuple[tuple[type, int], ...]] = (
    (bool, 6),
    (int, 2),
    (float, 2),
    (str, 3),
    (dict, 4),
    (list, 5),
)
_EXPRESSION: Final = ("q", "mq", "georel", "geometry", "coords")
Test = Callable[[Entity], bool]


@dataclass(frozen=True, slots=True)
class Selection:
    """What entities have to be: one of the subjects, and all of the rest."""

    subjects: tuple[Test, ...]
    filters: tuple[Filter, ...]
    place: GeoQuery | None

    def of(self, entities: Iterable[Entity]) -> list[Entity]:
        """The entities that are so."""
        return [e for e in entities if self._takes(e)]

    def _takes(self, entity: Entity) -> bool:
        named = not self.subjects or any(test(entity) for test in self.subjects)
        filtered = named and all(f.meets(entity) for f in self.filters)
        return filtered and (self.place is None or self.place.meets(entity))


def of_params(given: Mapping[str, str]) -> Selection:
    """The selection of a list's parameters. Raises V2Error."""
    exact = {k: given[k].split(",") for k in ("id", "type") if k in given}
    patterns = {k: given[k] for k in ("idPattern", "typePattern") if k in given}
    subject = _subject({**exact, **patterns})
    return Selection((subject,), *_expression({k: given[k] for k in _EXPRESSION if k in given}))


def of_query(body: Mapping[str, Any]) -> Selection:
    """The selection of a query's `entities` and `expression`. Raises V2Error."""
    listed = body.get("entities", [])
    if not isinstance(listed, list):
        raise bad_request("entities is an array")
    expression = body.get("expression", {})
    if not isinstance(expression, dict):
        raise bad_request("expression is an object")
    unknown_names(expression, _EXPRESSION, "an expression")
    return Selection(tuple(subject_of(s) for s in listed), *_expression(expression))


def subject_of(value: Any) -> Test:
    """What a description of entities, in a query or a subscription, takes. Raises V2Error."""
    if not isinstance(value, dict):
        raise bad_request("a subject is an object")
    unknown_names(value, ("id", "idPattern", "type", "typePattern"), "a subject")
    if not all(isinstance(v, str) and v for v in value.values()):
        raise bad_request("id, type and their patterns are texts")
    if "id" not in value and "idPattern" not in value:
        raise bad_request("a subject has an id or an idPattern")
    return _subject({k: [v] if k in ("id", "type") else v for k, v in value.items()})


def _subject(given: Mapping[str, Any]) -> Test:
    for name in ("id", "type"):
        if name in given and f"{name}Pattern" in given:
            raise bad_request(f"{name} and {name}Pattern exclude each other")
    tests = [_test(name, wanted) for name, wanted in given.items()]
    return lambda entity: all(test(entity) for test in tests)


def _test(name: str, wanted: Any) -> Test:
    read: Callable[[Entity], str] = (lambda e: e.id) if name.startswith("id") else lambda e: e.type
    if not name.endswith("Pattern"):
        return lambda entity: read(entity) in wanted
    try:
        pattern = re.compile(wanted)
    except re.error:
        raise bad_request(f"{name} is a regular expression") from None
    return lambda entity: pattern.search(read(entity)) is not None


def _expression(given: Mapping[str, Any]) -> tuple[tuple[Filter, ...], GeoQuery | None]:
    filters = [
        read_filter(given[name], metadata=name == "mq") for name in ("q", "mq") if name in given
    ]
    return tuple(filters), read_geo_query(given)


def check_expression(given: Any) -> None:
    """Raise V2Error unless it is an expression."""
    of_query({"expression": given})


def ordered(entities: list[Entity], by: list[str], place: GeoQuery | None) -> list[Entity]:
    """The entities by the fields of `orderBy`; as they were created without. Raises V2Error."""
    names = [field.removeprefix("!") for field in by]
    if len(set(names)) < len(names):
        raise bad_request("orderBy names a field twice")
    for field, name in zip(reversed(by), reversed(names), strict=True):
        key = _key(name, place)
        entities = sorted(entities, key=key, reverse=field.startswith("!"))
    return entities


def _key(name: str, place: GeoQuery | None) -> Callable[[Entity], Any]:
    if name == "geo:distance":
        if place is None or place.relation != "near":
            raise bad_request("geo:distance goes with georel=near")
        return place.distance
    own = {"id": "id", "type": "type", "dateCreated": "created", "dateModified": "modified"}
    if name in own:
        return lambda entity: getattr(entity, own[name])
    return lambda entity: _rank(
        entity.attributes[name].value if name in entity.attributes else None
    )


def _rank(value: Any) -> tuple[int, Any]:
    rank = next((r for kind, r in _RANKS if isinstance(value, kind)), 1)
    return rank, value if isinstance(value, int | float | str) else 0
