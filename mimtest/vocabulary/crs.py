"""Coordinate reference systems, transformed here with PROJ in the axis order of their authority.

PROJ is imported when the first position is transformed.
"""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import cos, isfinite, radians
from typing import Any, Final

from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.geojson import Line, Point

#: The default of OGC API - Features, without and with heights (17-069r4 /req/core/crs84).
CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DEFAULTS: Final = (CRS84, "http://www.opengis.net/def/crs/OGC/0/CRS84h")
METRES_PER_DEGREE: Final = 111_320.0

_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
#: The names of the German surveying authorities for their systems, with a height system or a region behind.
_ADV: Final = re.compile(
    r"urn:adv:crs:(ETRS89_UTM3[123]|ETRS89_Lat-Lon|DE_DHDN_3GK[2-5])(?:[_*].*)?"
)
_ADV_CODES: Final = {
    "ETRS89_UTM31": "25831",
    "ETRS89_UTM32": "25832",
    "ETRS89_UTM33": "25833",
    "ETRS89_Lat-Lon": "4258",
    "DE_DHDN_3GK2": "31466",
    "DE_DHDN_3GK3": "31467",
    "DE_DHDN_3GK4": "31468",
    "DE_DHDN_3GK5": "31469",
}
_OF_EPSG: Final = re.compile(r"https?://www\.opengis\.net/def/crs/EPSG/[^/]+/(\d{1,9})")
_PRIVATE: Final = range(32768, 60_000_000)
_REGISTERED: Final = re.compile(r"https?://www\.opengis\.net/def/crs/|urn:ogc:def:crs:")
_SAME_DATUM: Final = 0.1
_OTHER_DATUM: Final = 2.0
_UNKNOWN_ACCURACY: Final = 500.0
_MOST_DECIMALS: Final = 9
_LEAST_OF_DEGREES: Final = 5
#: No circle of latitude is taken to be shorter than this share of the equator.
_NARROWEST: Final = 0.01


@dataclass(frozen=True, slots=True)
class System:
    """A reference system PROJ knows. `is_angular` says that its axes are degrees.

    `tolerance` is what two right transformations from CRS84 may differ by, in metres.
    """

    uri: str
    is_angular: bool
    tolerance: float

    @property
    def unit(self) -> float:
        """Metres per unit of the axes, roughly."""
        return METRES_PER_DEGREE if self.is_angular else 1.0


@cache
def system(uri: str) -> System | None:
    """The system behind a URI; None for one that PROJ does not know or cannot reach from CRS84."""
    if not _REGISTERED.match(uri):
        return None
    import pyproj  # noqa: PLC0415
    from pyproj.exceptions import ProjError  # noqa: PLC0415

    try:
        crs = pyproj.CRS.from_user_input(uri)
        with warnings.catch_warnings():  # of grids that are not here: `tolerance` allows for them
            warnings.simplefilter("ignore", UserWarning)
            group = pyproj.transformer.TransformerGroup(CRS84, crs)
    except (ProjError, ValueError, TypeError):
        return None
    if not group.transformers:
        return None
    datum = crs.geodetic_crs.datum.name if crs.geodetic_crs and crs.geodetic_crs.datum else ""
    return System(uri, crs.is_geographic, _tolerance(datum, group))


def _tolerance(datum: str, group: Any) -> float:
    """Small in one datum; across datums as good as the operations there are, PROJ's or the server's."""
    if "World Geodetic System 1984" in datum:
        return _SAME_DATUM
    every = [*group.transformers, *group.unavailable_operations]
    known = [t.accuracy for t in every if t.accuracy is not None and t.accuracy >= 0]
    return max(_OTHER_DATUM, 2 * max(known, default=_UNKNOWN_ACCURACY / 2))


def national(name: str) -> str | None:
    """The URI of the horizontal system behind a name of a national register; None for one that is not known."""
    found = _ADV.fullmatch(name.strip())
    return _EPSG + _ADV_CODES[found[1]] if found else None


def is_no_code(uri: str) -> bool:
    """Whether a URI names EPSG and a number it gives to nobody: private software uses those above 32767.

    One that PROJ does not know and EPSG might have given since is not called wrong.
    """
    found = _OF_EPSG.fullmatch(uri)
    return found is not None and system(uri) is None and int(found[1]) in _PRIVATE


def project(uri: str, positions: Line) -> Line:
    """Longitude and latitude to the axes of a system, in its authority's order.

    Positions outside of where the system is defined become infinite.
    """
    transformer = _transformer(uri)
    return tuple((float(x), float(y)) for x, y in (transformer.transform(*p) for p in positions))


@cache
def _transformer(uri: str) -> Any:
    import pyproj  # noqa: PLC0415

    return pyproj.Transformer.from_crs(CRS84, uri, always_xy=False)


def is_finite(positions: Line) -> bool:
    """Whether every position could be transformed."""
    return all(isfinite(x) and isfinite(y) for x, y in positions)


def grain(positions: Line, least: int) -> float:
    """Half of the last decimal the numbers are given to: what rounding can have moved them by.

    Fewer decimals than `least` are taken for round numbers, not for rounding.
    """
    decimals = max((_decimals(n) for p in positions for n in p), default=0)
    return 0.5 * 10.0 ** -max(decimals, least)


def tolerance(given: Line, here: Line, target: System) -> float:
    """How far apart two right transformations from CRS84 and the rounding of both may bring positions.

    It is in the unit of the target's axes, where they are: a metre on the ground is more than one of EPSG:3857.
    """
    sent = grain(given, _LEAST_OF_DEGREES if target.is_angular else 0)
    off = grain(here, _LEAST_OF_DEGREES)
    moved = shift(lambda line: project(target.uri, line), here, (off, off))
    return sent + moved + ground(target.uri, here, target.tolerance)


def ground(uri: str, here: Line, length: float) -> float:
    """Metres on the ground along the axes of a system, at most, at longitudes and latitudes."""
    north = length / METRES_PER_DEGREE
    south = max((abs(y) for _, y in here), default=0.0)
    east = north / max(cos(radians(min(south, 90.0))), _NARROWEST)
    return shift(lambda line: project(uri, line), here, (east, north))


def shift(move: Callable[[Line], Line], positions: Line, by: Point) -> float:
    """How far along one axis moved positions get at most, when their numbers are off by so much each."""
    found = [0.0]
    for x, y in _outermost(positions):
        at, first, second = move(((x, y), (x + by[0], y), (x, y + by[1])))
        found += [abs(f - a) + abs(s - a) for a, f, s in zip(at, first, second, strict=True)]
    return max(f for f in found if isfinite(f))


def _outermost(positions: Line) -> set[Point]:
    """The positions with the least and the greatest number on each axis."""
    return {pick(positions, key=lambda p: p[i]) for pick in (min, max) for i in (0, 1) if positions}


def _decimals(number: float) -> int:
    text = f"{number:.{_MOST_DECIMALS}f}".rstrip("0")
    return len(text.partition(".")[2])


def unproject(uri: str, positions: Line) -> Line:
    """The axes of a system, in its authority's order, to longitude and latitude."""
    transformer = _transformer(uri)
    moved = (transformer.transform(*p, direction="INVERSE") for p in positions)
    return tuple((float(x), float(y)) for x, y in moved)


def area_of_use(uri: str) -> Box | None:
    """Where a system is made for, in degrees; None where PROJ does not know."""
    if system(uri) is None:
        return None
    import pyproj  # noqa: PLC0415

    area = pyproj.CRS.from_user_input(uri).area_of_use
    return Box(area.west, area.south, area.east, area.north) if area else None
