"""Boxes and reference systems as map services have them, transformed here with PROJ."""

import re
from functools import cache
from typing import Final

from mimtest.vocabulary.crs import CRS84, METRES_PER_DEGREE, is_finite, national, project, system
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.geojson import Line

_EPSG: Final = re.compile(
    r"\[?(?:EPSG:|urn:ogc:def:crs:EPSG:[\d.]*:|http.*/EPSG/[\d.]+/)(\d+)\]?", re.IGNORECASE
)
_CRS84: Final = re.compile(
    r"\[?(?:CRS:84|OGC:CRS84|urn:ogc:def:crs:OGC:[\d.]*:CRS84|http.*/OGC/[\d.]+/CRS84)\]?",
    re.IGNORECASE,
)
_STEPS: Final = 8
_EPSG_URI: Final = "http://www.opengis.net/def/crs/EPSG/"
#: Degrees of longitude; what is made for more is for the whole earth.
_WIDEST: Final = 90.0


def uri_of(name: str) -> str | None:
    """The URI of a reference system by any of the names in use; None for one without a standard code."""
    if _CRS84.fullmatch(name):
        return CRS84
    found = _EPSG.fullmatch(name)
    return f"http://www.opengis.net/def/crs/EPSG/0/{found[1]}" if found else national(name)


def known(name: str) -> str | None:
    """The URI of a reference system that PROJ knows and reaches from longitude and latitude."""
    uri = uri_of(name)
    return uri if uri and system(uri) else None


@cache
def is_north_first(uri: str) -> bool:
    """Whether the authority of a reference system puts the axis to the north (or south) first."""
    import pyproj  # noqa: PLC0415

    axes = pyproj.CRS.from_user_input(uri).axis_info
    return bool(axes) and axes[0].direction.lower() in ("north", "south")


def turned(box: Box) -> Box:
    """A box with its axes exchanged."""
    return Box(box.south, box.west, box.north, box.east)


def east_first(uri: str, box: Box) -> Box:
    """A box between its authority's order of axes and east first; the same way there and back."""
    return turned(box) if is_north_first(uri) else box


def carried(uri: str, box: Box) -> Box | None:
    """The box around a box of longitudes and latitudes in a system, in its authority's order.

    None where the system is not defined for all of it.
    """
    edge = project(uri, _edge(box))
    return Box.around(edge) if is_finite(edge) else None


def _edge(box: Box) -> Line:
    wide, tall = box.east - box.west, box.north - box.south
    steps = [n / _STEPS for n in range(_STEPS + 1)]
    along = [(box.west + wide * s, y) for s in steps for y in (box.south, box.north)]
    return (*along, *((x, box.south + tall * s) for s in steps for x in (box.west, box.east)))


def metres(uri: str, distance: float) -> float:
    """A distance along the axes of a system in metres, roughly."""
    found = system(uri)
    return distance * (found.unit if found else METRES_PER_DEGREE)


def sides(box: Box, longest: int) -> tuple[int, int]:
    """Width and height of a picture of a box, east first, with points as wide as they are high."""
    wide, tall = box.east - box.west, box.north - box.south
    if wide >= tall:
        return longest, max(1, round(longest * tall / wide))
    return max(1, round(longest * wide / tall)), longest


def squared(box: Box, least: float = 0.0) -> Box:
    """The smallest square around a box with the same middle, at least so large."""
    half = max(box.east - box.west, box.north - box.south, least) / 2
    x, y = (box.west + box.east) / 2, (box.south + box.north) / 2
    return Box(x - half, y - half, x + half, y + half)


@cache
def is_withdrawn(uri: str) -> bool:
    """Whether EPSG has taken back a code that it once gave."""
    return uri.startswith(_EPSG_URI) and uri.rpartition("/")[2] not in _current()


@cache
def _current() -> frozenset[str]:
    from pyproj.database import get_codes  # noqa: PLC0415
    from pyproj.enums import PJType  # noqa: PLC0415

    return frozenset(get_codes("EPSG", PJType.CRS, allow_deprecated=False))


def is_regional(uri: str, box: Box) -> bool:
    """Whether a system is in metres and made for a part of the earth with the middle of a box in it."""
    import pyproj  # noqa: PLC0415

    crs = pyproj.CRS.from_user_input(uri)
    area = crs.area_of_use
    if area is None or not crs.is_projected or area.east - area.west > _WIDEST:
        return False
    x, y = (box.west + box.east) / 2, (box.south + box.north) / 2
    return bool(area.west <= x <= area.east and area.south <= y <= area.north)
