"""Where on earth data are expected, and where they are, whatever their reference system."""

from dataclasses import dataclass
from functools import cache
from math import inf
from typing import Any, Final

from mimtest.vocabulary.crs import METRES_PER_DEGREE

#: Degrees around the area a reference system is made for: people use it a bit beyond.
_MARGIN: Final = 3.0
_WHOLE_EARTH: Final = 359.0


@dataclass(frozen=True, slots=True)
class Area:
    """Where on earth things are expected: degrees of longitude and latitude, and who says so."""

    west: float
    south: float
    east: float
    north: float
    said_by: str

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a place is in it or near it."""
        west, east = self.west - _MARGIN, self.east + _MARGIN
        inside = west <= longitude <= east if west <= east else not east < longitude < west
        return inside and self.south - _MARGIN <= latitude <= self.north + _MARGIN


def area_of(crs: Any) -> Area | None:
    """Where a reference system is used by its register, None for everywhere or unknown."""
    use = crs.area_of_use
    if use is None or (use.west <= use.east and use.east - use.west > _WHOLE_EARTH):
        return None
    return Area(use.west, use.south, use.east, use.north, f"{crs.name} is used in {use.name}")


def on_earth(crs: Any, point: tuple[float, float]) -> tuple[float, float]:
    """Longitude and latitude of a position given x before y; infinite where it has none."""
    transformer = _transformer(crs, "OGC:CRS84")
    if transformer is None:
        return inf, inf
    longitude, latitude = transformer.transform(*point)
    return float(longitude), float(latitude)


def apart(crs: Any, other: Any, point: tuple[float, float]) -> float:
    """Metres, roughly, between what one position means in two reference systems, x before y in both.

    Infinite where one cannot be reached from the other.
    """
    transformer = _transformer(crs, other)
    if transformer is None:
        return inf
    x, y = transformer.transform(*point)
    unit = METRES_PER_DEGREE if other.is_geographic else 1.0
    return float(max(abs(x - point[0]), abs(y - point[1])) * unit)


@cache
def _transformer(crs: Any, other: Any) -> Any:
    """From one reference system to another, None where there is no way."""
    import pyproj  # noqa: PLC0415
    from pyproj.exceptions import ProjError  # noqa: PLC0415

    try:
        return pyproj.Transformer.from_crs(crs, other, always_xy=True)
    except ProjError:
        return None
