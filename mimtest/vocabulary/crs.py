"""Coordinate reference systems, transformed here with PROJ in the axis order of their authority.

PROJ is imported when the first position is transformed.
"""

import re
import warnings
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Any, Final

from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.geojson import Line

#: The default of OGC API - Features, without and with heights (17-069r4 /req/core/crs84).
CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DEFAULTS: Final = (CRS84, "http://www.opengis.net/def/crs/OGC/0/CRS84h")
METRES_PER_DEGREE: Final = 111_320.0

_REGISTERED: Final = re.compile(r"https?://www\.opengis\.net/def/crs/|urn:ogc:def:crs:")
_SAME_DATUM: Final = 0.1
_OTHER_DATUM: Final = 2.0
_UNKNOWN_ACCURACY: Final = 500.0
_MOST_DECIMALS: Final = 9
_LEAST_OF_DEGREES: Final = 5


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


def rounding(given: Line, here: Line, target: System) -> float:
    """How far apart rounding of both can bring positions in a system and those in CRS84, in its unit."""
    sent = grain(given, _LEAST_OF_DEGREES if target.is_angular else 0)
    return sent + grain(here, _LEAST_OF_DEGREES) * METRES_PER_DEGREE / target.unit


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
