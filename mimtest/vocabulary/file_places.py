"""Where the data of a file are: the reference systems that files name, and whether places are where they are said to be."""

import re
from functools import cache
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.target import Target
from mimtest.vocabulary.crs import CRS84, System, is_finite, national, system
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.geojson import Line
from mimtest.vocabulary.parts import tell

_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
_COMPOUND: Final = re.compile(r"urn:ogc:def:crs,crs:EPSG:[\d.]*:(\d+)(?:,crs:EPSG:[\d.]*:\d+)*")
_COMPOUND_HTTP: Final = re.compile(
    r"https?://www\.opengis\.net/def/crs-compound\?1=([^&]+)(?:&.*)?"
)
_OLD: Final = re.compile(r"https?://www\.opengis\.net/gml/srs/epsg\.xml#(\d+)")
_SHORT: Final = re.compile(
    r"(?:urn:x-ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d+)(?:\+\d+)?", re.IGNORECASE
)
_ROUNDING: Final = 1e-5


def uri_of(name: str) -> str | None:
    """The registered name of the horizontal part of a system a file names; None for what is no name of one."""
    given = name.strip()
    if national(given):
        return national(given)
    both = _COMPOUND_HTTP.fullmatch(given)
    if both:
        return both[1]
    for pattern in (_COMPOUND, _OLD, _SHORT):
        found = pattern.fullmatch(given)
        if found:
            return _EPSG + found[1]
    return given if given.startswith(("http", "urn:")) else None


def system_of(name: str) -> System | None:
    """The system behind a name, as far as it can be reached from WGS 84; None for one PROJ does not know."""
    uri = uri_of(name)
    return system(uri) if uri else None


def is_national(name: str) -> bool:
    """Whether a name is of a national register that PROJ does not have."""
    return name.strip().startswith("urn:") and not name.strip().startswith("urn:ogc:")


def is_exact(name: str) -> bool:
    """Whether a name settles the order of axes; short codes, old addresses and national names do not."""
    given = name.strip()
    return not (_OLD.fullmatch(given) or _SHORT.fullmatch(given) or is_national(given))


def on_the_globe(name: str, positions: Line, *, as_written: bool = False) -> Line:
    """Positions as longitude and latitude; infinite where the system has none.

    They are in the order of axes of their system, or, `as_written`, with the eastern one first.
    """
    transformer = _transformer(uri_of(name) or name, as_written)
    return tuple((float(x), float(y)) for x, y in (transformer.transform(*p) for p in positions))


@cache
def _transformer(uri: str, as_written: bool) -> Any:  # noqa: FBT001
    import pyproj  # noqa: PLC0415 - slow to load

    return pyproj.Transformer.from_crs(uri, CRS84, always_xy=as_written)


def area_of(target: Target) -> Box:
    """The area of the places, with room around it. Raises Inconclusive where it is not claimed."""
    if target.claims.area is None:
        tell("no claims.area: the order of axes was not judged")
        raise Inconclusive("no_data", "claims.area does not say where the places are")
    box = Box(*target.claims.area)
    return box.grown(box.size / 10 + _ROUNDING)


def assert_order(area: Box, as_sent: Line, swapped: Line, given: Line) -> None:
    """Places lie in an area as they were sent, and not only with their first numbers exchanged.

    Both are longitudes and latitudes. Raises Contradiction; Inconclusive where neither lies there.
    """
    __tracebackhide__ = True
    right = sum(area.holds(p) for p in as_sent if is_finite((p,)))
    wrong = sum(area.holds(p) for p in swapped if is_finite((p,)))
    if right < wrong:
        fail(
            "positions have their axes in the wrong order",
            expected=f"places within {area.text}",
            received=list(given[:3]),
        )
    if not right:
        detail = "neither order of the numbers fits claims.area"
        raise Inconclusive("precondition_unmet", detail)


def exchanged(positions: Line) -> Line:
    """Positions with their two numbers exchanged."""
    return tuple((y, x) for x, y in positions)
