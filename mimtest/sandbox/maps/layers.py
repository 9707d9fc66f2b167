"""The layers of the town's maps: what is drawn, in which colour, and where it lies."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from mimtest.sandbox.city import City
from mimtest.sandbox.features.catalogue import Feature, collections
from mimtest.sandbox.features.crs import SYSTEMS, Crs
from mimtest.sandbox.features.geometry import Box, envelope, map_positions

Rgb = tuple[int, int, int]

_COLOURS: Final[dict[str, Rgb]] = {
    "streetlights": (200, 140, 0),
    "air-quality": (0, 110, 160),
    "buildings": (120, 60, 40),
    "parkings": (40, 90, 200),
    "energy": (160, 30, 120),
}
#: Added around the data, in degrees, so that no thing lies on the edge of a map.
_MARGIN: Final = 0.002


@dataclass(frozen=True)
class Layer:
    """Things of one kind with their colour."""

    id: str
    title: str
    colour: Rgb
    features: tuple[Feature, ...]

    @cached_property
    def box(self) -> Box:
        """Longitudes and latitudes that hold all of it, with a margin."""
        inner = envelope(f.geometry for f in self.features)
        return Box(
            round(inner.west - _MARGIN, 6),
            round(inner.south - _MARGIN, 6),
            round(inner.east + _MARGIN, 6),
            round(inner.north + _MARGIN, 6),
        )

    def placed(self, crs: Crs) -> list[tuple[Feature, dict[str, Any]]]:
        """Every feature with its geometry in a reference system, east first."""
        return [
            (f, map_positions(f.geometry, lambda x, y: eastings(crs, x, y))) for f in self.features
        ]


def layers(city: City) -> dict[str, Layer]:
    """The town's layers by their name."""
    return {
        c.id: Layer(c.id, c.definition.title, _COLOURS[c.id], c.features)
        for c in collections(city).values()
        if c.id in _COLOURS and c.features
    }


def whole(every: Iterable[Layer]) -> Box:
    """The box around several layers."""
    boxes = [layer.box for layer in every]
    return Box(
        min(b.west for b in boxes),
        min(b.south for b in boxes),
        max(b.east for b in boxes),
        max(b.north for b in boxes),
    )


def eastings(crs: Crs, longitude: float, latitude: float) -> tuple[float, float]:
    """A position in a reference system with what grows to the east first, whatever its authority says."""
    first, second = crs.project(longitude, latitude)
    return (second, first) if crs.longitude_axis == 1 else (first, second)


def turned(crs: Crs, box: Box) -> Box:
    """A box between the order of the authority and east first; the same way there and back."""
    if crs.longitude_axis != 1:
        return box
    return Box(box.south, box.west, box.north, box.east)


def box_in(crs: Crs, box: Box) -> Box:
    """The box around a box of longitudes and latitudes in a reference system, east first."""
    steps = [n / 8 for n in range(9)]
    along = [
        (box.west + (box.east - box.west) * s, y) for s in steps for y in (box.south, box.north)
    ]
    up = [(x, box.south + (box.north - box.south) * s) for s in steps for x in (box.west, box.east)]
    edge = [eastings(crs, x, y) for x, y in (*along, *up)]
    xs, ys = [p[0] for p in edge], [p[1] for p in edge]
    return Box(min(xs), min(ys), max(xs), max(ys))


def system(name: str) -> Crs | None:
    """A reference system by the names that maps have for it: EPSG:n, CRS:84, URN or URI."""
    code = name.strip("[]").rpartition(":" if not name.startswith("http") else "/")[2]
    uri = next((u for u in SYSTEMS if u.rpartition("/")[2] == code), None)
    if code in ("84", "CRS84"):
        uri = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    return SYSTEMS[uri] if uri else None
