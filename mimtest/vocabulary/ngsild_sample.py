"""Choosing from data that is not ours what a filter can be tried on, and what it has to give then.

A sample is what a query for one entity type gave. Filters are tried on the sampled entities alone (by
their ids), so that the expected answer can be computed whatever else the broker holds.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild import attributes_of

#: How many entities a filter is tried on; their ids have to fit into an address.
MOST: Final = 10
_NAME: Final = re.compile(r"[^\W\d_]\w*")
_PLAIN_TEXT: Final = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{0,40}")
_EARTH_RADIUS: Final = 6_371_000.0
_LEAST_GAP: Final = timedelta(seconds=2)
_MARGIN: Final = 1.1
_NEAREST: Final = 20.0
_LARGEST: Final = 2**31
_DEGREES: Final = 360

Entity = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """Entities found under one type of the target file, normalized."""

    type: str
    entities: tuple[Entity, ...]

    @property
    def ids(self) -> list[str]:
        """The identifiers of as many as a filter is tried on."""
        return [e["id"] for e in self.entities[:MOST]]


@dataclass(frozen=True, slots=True)
class ValueFilter:
    """A value that some sampled entities have in an attribute and others have not."""

    type: str
    ids: list[str]
    attribute: str
    value: str | int

    @property
    def literal(self) -> str:
        """The value as the query language writes it (GS CIM 009 4.9)."""
        return json.dumps(self.value, ensure_ascii=False)

    def holds_for(self, entity: Entity) -> bool:
        """Whether the entity has the value."""
        return bool(value_of(entity, self.attribute) == self.value)


@dataclass(frozen=True, slots=True)
class TimeFilter:
    """A moment, in whole seconds, between observations of an attribute."""

    type: str
    ids: list[str]
    attribute: str
    moment: datetime

    @property
    def literal(self) -> str:
        """The moment as the query language writes it."""
        return self.moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class PlaceFilter:
    """A point and a distance in metres that some sampled entities are within and others beyond."""

    type: str
    ids: list[str]
    point: tuple[float, float]
    distance: int


def value_filters(sample: Sample) -> Iterator[ValueFilter]:
    """The values of the sample that part it, most usable first: short texts and whole numbers.

    Entities with several instances of the attribute, or another kind of it, are left out: any
    instance may match.
    """
    for name in _names(sample.entities[:MOST]):
        entities = [e for e in sample.entities[:MOST] if is_plain(e, name)]
        values = [v for v in (value_of(e, name) for e in entities) if v is not None]
        alike = {type(v) for v in values} in ({str}, {int})
        if alike and len(set(values)) > 1:
            ids = [e["id"] for e in entities]
            yield from (ValueFilter(sample.type, ids, name, v) for v in _usable(values))


def time_filters(sample: Sample) -> Iterator[TimeFilter]:
    """Moments that part the sample by when an attribute was observed."""
    for name in _names(sample.entities[:MOST]):
        entities = [e for e in sample.entities[:MOST] if _has_one_at_most(e, name)]
        ids = [e["id"] for e in entities]
        seen = sorted({t for t in (observed(e, name) for e in entities) if t})
        for before, after in pairwise(seen):
            if after - before >= _LEAST_GAP:
                moment = (before + (after - before) / 2).replace(microsecond=0)
                yield TimeFilter(sample.type, ids, name, moment.astimezone(UTC))


def place_filters(sample: Sample) -> Iterator[PlaceFilter]:
    """Circles around sampled points that leave other sampled points out."""
    placed = [(e["id"], p) for e in sample.entities[:MOST] if (p := point_of(e))]
    ids = [name for name, _ in placed]
    for _, point in placed:
        away = sorted(distance(point, other) for _, other in placed)
        for near, far in pairwise(away):
            if far > max(near, _NEAREST) * _MARGIN * _MARGIN:
                limit = round(max(near, _NEAREST) * _MARGIN)
                yield PlaceFilter(sample.type, ids, point, limit)


def single(entity: Entity, name: str) -> Mapping[str, Any] | None:
    """The only instance of an attribute; None where there is none, or several."""
    instances = attributes_of(entity).get(name, [])
    return instances[0] if len(instances) == 1 else None


def _has_one_at_most(entity: Entity, name: str) -> bool:
    return name not in entity or single(entity, name) is not None


def is_plain(entity: Entity, name: str) -> bool:
    """Whether the attribute is a Property with one instance and one value, or is not there."""
    if name not in entity:
        return True
    value = value_of(entity, name)
    return value is not None and not isinstance(value, dict | list)


def value_of(entity: Entity, name: str) -> Any:
    """The value of a Property with one instance, else None."""
    instance = single(entity, name)
    return instance.get("value") if instance and instance.get("type") == "Property" else None


def observed(entity: Entity, name: str) -> datetime | None:
    """When the one instance of an attribute was observed."""
    return instant((single(entity, name) or {}).get("observedAt"))


def point_of(entity: Entity) -> tuple[float, float] | None:
    """Longitude and latitude of an entity whose location is one point."""
    geometry = (single(entity, "location") or {}).get("value")
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    at = geometry.get("coordinates")
    numbers = isinstance(at, list) and len(at) > 1 and all(_is_degree(c) for c in at[:2])
    return (float(at[0]), float(at[1])) if numbers and isinstance(at, list) else None


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two points along a sphere, 0.5 % from the truth at most."""
    lon1, lat1, lon2, lat2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_RADIUS * math.asin(math.sqrt(min(half, 1.0)))


def plain_names(entity: Entity) -> list[str]:
    """The attributes whose name can stand in a query (the production AttrName of 4.9)."""
    return [name for name in attributes_of(entity) if _NAME.fullmatch(name)]


def require_one(found: Iterator[Any], what: str) -> Any:
    """The first, else Inconclusive (no_data)."""
    first = next(found, None)
    if first is None:
        raise Inconclusive("no_data", f"the types of the target file hold no {what}")
    return first


def _names(entities: tuple[Entity, ...]) -> list[str]:
    return sorted({name for e in entities for name in plain_names(e)})


def _usable(values: list[Any]) -> list[str | int]:
    return sorted({v for v in values if _is_usable(v)})


def _is_usable(value: Any) -> bool:
    if isinstance(value, str):
        return _PLAIN_TEXT.fullmatch(value) is not None
    return isinstance(value, int) and abs(value) < _LARGEST


def _is_degree(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and -_DEGREES <= value <= _DEGREES
