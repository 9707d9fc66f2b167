"""Values of properties: what the service works out itself, and paths from one entity to others' properties."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from mimtest.sandbox.ngsild.geometry import read_shape
from mimtest.sandbox.sensorthings.errors import RefusedError
from mimtest.sandbox.sensorthings.model import DERIVED, KINDS, Kind
from mimtest.sandbox.sensorthings.store import Entity, Store

#: Properties whose values may have any structure.
_OPEN: Final = (
    "properties",
    "unitOfMeasurement",
    "parameters",
    "resultQuality",
    "location",
    "feature",
    "result",
    "observedArea",
)
_IDS: Final = ("id", "@iot.id")
_ENDS: Final = 2

Reader = Callable[[Entity], list[Any]]


def value_of(store: Store, entity: Entity, name: str) -> Any:
    """A property's value; None where it has none."""
    if entity.kind.name == "Datastream" and name in DERIVED:
        return _derived(store, entity, name)
    return entity.properties.get(name)


def _derived(store: Store, stream: Entity, name: str) -> Any:
    observations = store.related(stream, "Observations")
    if name == "observedArea":
        features = {o.links["FeatureOfInterest"][0] for o in observations}
        return _area([store.get("FeaturesOfInterest", f).properties["feature"] for f in features])
    times = [t for o in observations if (t := o.properties.get(name))]
    if not times:
        return None
    starts, ends = zip(*(ends_of(t) for t in times), strict=True)
    return f"{min(starts)}/{max(ends)}"


def ends_of(time: str) -> tuple[str, str]:
    """Start and end of an instant or an interval, as they were written."""
    start, _, end = time.partition("/")
    return start, end or start


def _area(features: Sequence[Any]) -> Any:
    """The box around features as a polygon; of a single position that point, of none nothing."""
    positions = [p for f in features for p in read_shape(f).vertices()]
    if not positions:
        return None
    xs, ys = zip(*positions, strict=True)
    west, south, east, north = min(xs), min(ys), max(xs), max(ys)
    if (west, south) == (east, north):
        return {"type": "Point", "coordinates": [west, south]}
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def reader(store: Store, kind: Kind, path: Sequence[str]) -> Reader:
    """What gives the values a path leads to, from an entity of that kind. Raises RefusedError.

    Over a relation to many it gives those of each.
    """
    name, rest = path[0], path[1:]
    if name in kind.relations:
        if not rest:
            raise RefusedError(f"the path ends at the relation {name!r}")
        further = reader(store, KINDS[kind.relations[name].target], rest)
        return lambda e: [v for other in store.related(e, name) for v in further(other)]
    if name in _IDS and not rest:
        return lambda e: [e.id]
    if name not in kind.properties or (rest and name not in _OPEN):
        raise RefusedError(f"a {kind.name} has no property {'/'.join(path)!r}")
    return lambda e: [dig(value_of(store, e, name), rest)]


def dig(value: Any, names: Sequence[str]) -> Any:
    """The member of a structured value that a path leads to; None where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def instants(value: Any) -> Iterator[datetime]:
    """The instants in an ISO 8601 text: one, or the two ends of an interval. Raises ValueError."""
    for end in str(value).split("/")[:_ENDS]:
        yield datetime.fromisoformat(end)
