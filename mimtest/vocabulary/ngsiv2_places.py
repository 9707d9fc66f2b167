"""Where the entities of an NGSI v2 broker are, and what parts them by place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from mimtest.errors import NotApplicable
from mimtest.network.client import Answer
from mimtest.vocabulary.ngsild_sample import distance
from mimtest.vocabulary.ngsiv2 import Entity, names_of
from mimtest.vocabulary.ngsiv2_sample import MOST, Stock

_NEAREST: Final = 20.0
_MARGIN: Final = 1.1
_DEGREES: Final = 0.0005
_EXTENT: Final = 0.5
_MOST_LONGITUDE: Final = 180
_MOST_LATITUDE: Final = 90
_UNPROCESSABLE: Final = 422


def supported(answer: Answer) -> Answer:
    """The answer to a geographical query. Raises NotApplicable where the broker says it has no such.

    A broker that cannot resolve one says so by 422 NotSupportedQuery ("Query Resolution").
    """
    if answer.status == _UNPROCESSABLE and "NotSupportedQuery" in answer.text():
        raise NotApplicable("not_offered", f"the broker does not support {answer.url}")
    return answer


def point_of(entity: Entity) -> tuple[float, float] | None:
    """Longitude and latitude of an entity whose only place is a point."""
    places = [
        entity[n]
        for n in names_of(entity)
        if isinstance(entity[n], Mapping) and str(entity[n].get("type")).startswith("geo:")
    ]
    return _point(places[0].get("type"), places[0].get("value")) if len(places) == 1 else None


def _point(kind: Any, value: Any) -> tuple[float, float] | None:
    if kind == "geo:point" and isinstance(value, str):
        pair: list[Any] = value.split(",")[::-1]
    else:
        inside = isinstance(value, Mapping) and value.get("type") == "Point"
        pair = value.get("coordinates") if inside else []
    try:
        longitude, latitude = (float(c) for c in pair[:2])
    except (TypeError, ValueError, KeyError):
        return None
    on_earth = abs(longitude) <= _MOST_LONGITUDE and abs(latitude) <= _MOST_LATITUDE
    return (longitude, latitude) if on_earth else None


@dataclass(frozen=True, slots=True)
class Places:
    """Entities that are points, and a circle (centre, metres) and a line of longitude that part them."""

    stock: Stock
    ids: tuple[str, ...]
    centre: tuple[float, float]
    radius: int
    west: float
    meridian: float
    south: float
    north: float

    @property
    def box(self) -> str:
        """The coordinates of the western part: two corners, latitude first."""
        return f"{self.south},{self.west};{self.north},{self.meridian}"

    @property
    def polygon(self) -> str:
        """The same as a ring."""
        low, high = f"{self.south},{self.west}", f"{self.north},{self.west}"
        far = f"{self.north},{self.meridian};{self.south},{self.meridian}"
        return f"{low};{high};{far};{low}"

    def is_west(self, entity: Entity) -> bool:
        """Whether an entity is in the western part."""
        at = point_of(entity)
        return at is not None and at[0] < self.meridian

    def is_near(self, entity: Entity) -> bool:
        """Whether an entity is in the circle."""
        at = point_of(entity)
        return at is not None and distance(at, self.centre) <= self.radius


def places(stocks: Iterable[Stock]) -> Iterator[Places]:
    """What parts the entities of a stock by place, none of them too close to a border."""
    for stock in stocks:
        placed = [(e["id"], at) for e in stock.entities[:MOST] if (at := point_of(e))]
        points = [at for _, at in placed]
        meridian, circle = _meridian(points), _circle(points)
        if meridian is None or circle is None:
            continue
        latitudes = [p[1] for p in points]
        south, north = min(latitudes) - 0.02, max(latitudes) + 0.02
        west = min(p[0] for p in points) - 0.02
        ids = tuple(i for i, _ in placed)
        corners = (round(c, 6) for c in (west, meridian, south, north))
        yield Places(stock, ids, *circle, *corners)


def _meridian(points: list[tuple[float, float]]) -> float | None:
    """A longitude between the points that is not close to one; None for points far apart."""
    longitudes = sorted({p[0] for p in points})
    if not longitudes or longitudes[-1] - longitudes[0] > _EXTENT:
        return None
    gaps = [(b - a, (a + b) / 2) for a, b in pairwise(longitudes) if b - a > _DEGREES]
    return max(gaps)[1] if gaps else None


def _circle(points: list[tuple[float, float]]) -> tuple[tuple[float, float], int] | None:
    """One of the points, and metres that leave others out and are close to none."""
    for point in points:
        away = sorted(distance(point, other) for other in points)
        for near, far in pairwise(away):
            if far > max(near, _NEAREST) * _MARGIN * _MARGIN:
                return point, round(max(near, _NEAREST) * _MARGIN)
    return None
