"""The places of the town, as every file starts from them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mimtest.sandbox.city import City

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """An entity with a location; `geometry` is GeoJSON, longitude first."""

    id: str
    kind: str
    name: str
    geometry: dict[str, Any]

    @property
    def local(self) -> str:
        """The end of its id, which is a name in XML too."""
        return self.id.rpartition(":")[2]

    @property
    def positions(self) -> list[Position]:
        """Every position."""
        return list(_flat(self.geometry["coordinates"]))

    @property
    def rings(self) -> list[list[Position]]:
        """The rings of a polygon."""
        return [[(x, y) for x, y, *_ in ring] for ring in self.geometry["coordinates"]]


def places_of(city: City, *kinds: str) -> list[Place]:
    """The entities of some types that are somewhere, in the order of the city."""
    return [
        Place(e["id"], e["type"], _name(e), e["location"]["value"])
        for e in city.entities
        if e["type"] in kinds and "location" in e
    ]


def box_of(places: list[Place]) -> list[float]:
    """West, south, east, north of some places."""
    xs, ys = zip(*(p for place in places for p in place.positions), strict=True)
    return [min(xs), min(ys), max(xs), max(ys)]


def _name(entity: dict[str, Any]) -> str:
    given = entity.get("name", {}).get("value")
    return given if isinstance(given, str) else entity["id"].rpartition(":")[2]


def _flat(node: Any) -> Iterator[Position]:
    if isinstance(node[0], int | float):
        yield node[0], node[1]
    else:
        for child in node:
            yield from _flat(child)
