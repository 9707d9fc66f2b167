"""Geometries as GeoJSON (RFC 7946) writes them: whether they are well formed, and their parts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeVar

from mimtest.sandbox.ngsild.errors import bad_data

Position = tuple[float, float]
Segment = tuple[Position, Position]
Ring = tuple[Position, ...]
T = TypeVar("T")

_MAX_LONGITUDE: Final = 180
_MAX_LATITUDE: Final = 90
_MIN_POSITION: Final = 2
_MIN_RING: Final = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry by its parts: single points, lines, and polygons as an outer ring with holes."""

    points: tuple[Position, ...] = ()
    lines: tuple[Ring, ...] = ()
    polygons: tuple[tuple[Ring, ...], ...] = ()

    @property
    def dimension(self) -> int:
        """0 for points, 1 for lines, 2 for areas."""
        return 2 if self.polygons else 1 if self.lines else 0

    def segments(self) -> Iterator[Segment]:
        """The edges of lines and rings."""
        for line in self.lines:
            yield from pairwise(line)
        for polygon in self.polygons:
            for ring in polygon:
                yield from pairwise(ring)

    def vertices(self) -> Iterator[Position]:
        """The single points, and the corners of everything else."""
        yield from self.points
        for line in self.lines:
            yield from line
        for polygon in self.polygons:
            for ring in polygon:
                yield from ring


def read_shape(geometry: Any) -> Shape:
    """The parts of a geometry. Raises NgsiError (BadRequestData) when it is not well formed (4.7)."""
    if not is_geometry(geometry):
        msg = f"a geometry has one of the types {', '.join(_READERS)} and coordinates"
        raise bad_data(msg)
    return _READERS[geometry["type"]](geometry["coordinates"])


def is_geometry(value: Any) -> bool:
    """Whether it has the look of a geometry this standard knows."""
    if not isinstance(value, dict) or "coordinates" not in value:
        return False
    return isinstance(value.get("type"), str) and value["type"] in _READERS


def _position(value: Any) -> Position:
    numbers = isinstance(value, list) and all(type(n) in (int, float) for n in value)
    if not numbers or len(value) < _MIN_POSITION:
        msg = "a position is an array of a longitude and a latitude"
        raise bad_data(msg)
    longitude, latitude = value[:2]
    if abs(longitude) > _MAX_LONGITUDE or abs(latitude) > _MAX_LATITUDE:
        msg = f"there is no place at longitude {longitude}, latitude {latitude}"
        raise bad_data(msg)
    return float(longitude), float(latitude)


def _line(value: Any) -> Ring:
    line = tuple(_each(value, _position))
    if len(line) < _MIN_POSITION:
        msg = "a line has two positions at least"
        raise bad_data(msg)
    return line


def _polygon(value: Any) -> tuple[Ring, ...]:
    rings = tuple(_each(value, _line))
    if not rings or any(len(r) < _MIN_RING or r[0] != r[-1] for r in rings):
        msg = "a polygon has closed rings of four positions at least"
        raise bad_data(msg)
    return rings


def _each(value: Any, read: Callable[[Any], T]) -> list[T]:
    if not isinstance(value, list):
        msg = "coordinates are arrays of positions"
        raise bad_data(msg)
    return [read(v) for v in value]


_READERS: Final[dict[str, Callable[[Any], Shape]]] = {
    "Point": lambda c: Shape(points=(_position(c),)),
    "LineString": lambda c: Shape(lines=(_line(c),)),
    "Polygon": lambda c: Shape(polygons=(_polygon(c),)),
    "MultiPoint": lambda c: Shape(points=tuple(_each(c, _position))),
    "MultiLineString": lambda c: Shape(lines=tuple(_each(c, _line))),
    "MultiPolygon": lambda c: Shape(polygons=tuple(_each(c, _polygon))),
}
