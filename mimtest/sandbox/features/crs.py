"""The coordinate reference systems on offer, with closed formulas from longitude and latitude.

The judge transforms with PROJ; the platform computes for itself, so that the two cannot share a mistake.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import asinh, atan2, atanh, cos, cosh, hypot, radians, sin, sinh, sqrt, tan
from typing import Final

#: From longitude and latitude in degrees to the two axes of a reference system, in its order.
Project = Callable[[float, float], tuple[float, float]]

_SEMI_MAJOR: Final = 6378137.0  # of WGS 84 and GRS 80, in metres
_FLATTENING: Final = 1 / 298.257222101  # of GRS 80
_UTM_SCALE: Final = 0.9996
_UTM_FALSE_EASTING: Final = 500_000.0
_ZONE_32_MERIDIAN: Final = 9.0


@dataclass(frozen=True, slots=True)
class Crs:
    """A coordinate reference system.

    `uri` names it; `longitude_axis` is 0 or 1 where an axis is a longitude, None where both are metres; `decimals` is how
    many digits after the point are given.
    """

    uri: str
    title: str
    project: Project
    longitude_axis: int | None
    decimals: int

    def position(self, longitude: float, latitude: float) -> list[float]:
        """A position in this system, in the axis order of its authority, rounded for output."""
        return [round(v, self.decimals) for v in self.project(longitude, latitude)]


def _longitude_latitude(longitude: float, latitude: float) -> tuple[float, float]:
    return longitude, latitude


def _latitude_longitude(longitude: float, latitude: float) -> tuple[float, float]:
    return latitude, longitude


def web_mercator(longitude: float, latitude: float) -> tuple[float, float]:
    """Easting and northing in metres on the sphere of EPSG:3857 (EPSG method 1024)."""
    return _SEMI_MAJOR * radians(longitude), _SEMI_MAJOR * asinh(tan(radians(latitude)))


def _series() -> tuple[float, tuple[float, ...]]:
    """The rectifying radius in metres and the coefficients of Krueger's series, to the fourth order."""
    n = _FLATTENING / (2 - _FLATTENING)
    radius = _SEMI_MAJOR / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    return radius, (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
        61 * n**3 / 240 - 103 * n**4 / 140,
        49561 * n**4 / 161280,
    )


_RADIUS, _ALPHA = _series()
_ECCENTRICITY: Final = sqrt(_FLATTENING * (2 - _FLATTENING))


def _conformal_tangent(latitude: float) -> float:
    """The tangent of the conformal latitude; `latitude` in radians."""
    tau = tan(latitude)
    sigma = sinh(_ECCENTRICITY * atanh(_ECCENTRICITY * sin(latitude)))
    return tau * hypot(1, sigma) - sigma * hypot(1, tau)


def utm_32_north(longitude: float, latitude: float) -> tuple[float, float]:
    """Easting and northing in metres in UTM zone 32 north on GRS 80 (EPSG:25832, method 9807).

    Better than a millimetre within ten degrees of the zone's meridian.
    """
    tau = _conformal_tangent(radians(latitude))
    turn = radians(longitude - _ZONE_32_MERIDIAN)
    xi = atan2(tau, cos(turn))
    eta = asinh(sin(turn) / hypot(tau, cos(turn)))
    north, east = xi, eta
    for order, alpha in enumerate(_ALPHA, start=1):
        north += alpha * sin(2 * order * xi) * cosh(2 * order * eta)
        east += alpha * cos(2 * order * xi) * sinh(2 * order * eta)
    return _UTM_FALSE_EASTING + _UTM_SCALE * _RADIUS * east, _UTM_SCALE * _RADIUS * north


def _epsg(code: int) -> str:
    return f"http://www.opengis.net/def/crs/EPSG/0/{code}"


CRS84: Final = Crs(
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    "WGS 84, longitude and latitude",
    _longitude_latitude,
    longitude_axis=0,
    decimals=7,
)
#: Every system on offer by its URI. ETRS89 (4258) is taken as WGS 84: they differ by less than a metre.
SYSTEMS: Final[dict[str, Crs]] = {
    crs.uri: crs
    for crs in (
        CRS84,
        Crs(_epsg(4326), "WGS 84, latitude and longitude", _latitude_longitude, 1, 7),
        Crs(_epsg(25832), "ETRS89 / UTM zone 32N", utm_32_north, None, 4),
        Crs(_epsg(3857), "WGS 84 / Pseudo-Mercator", web_mercator, None, 4),
        Crs(_epsg(4258), "ETRS89, latitude and longitude", _latitude_longitude, 1, 7),
    )
}
