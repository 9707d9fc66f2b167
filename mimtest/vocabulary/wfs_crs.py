"""Names of reference systems in WFS, and positions moved between systems here, with PROJ.

A URN or an http URI means the axes of the authority. The short names `EPSG:n` and `…/epsg.xml#n` are
older: longitude comes first there by custom, or the authority's order, and both are accepted. So it is with the
names of national registers.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mimtest.vocabulary.crs import (
    METRES_PER_DEGREE,
    System,
    grain,
    ground,
    is_finite,
    national,
    shift,
    system,
)
from mimtest.vocabulary.geojson import Line, Shape

CRS84: Final = "urn:ogc:def:crs:OGC:1.3:CRS84"
_URI: Final = "http://www.opengis.net/def/crs/EPSG/0/"
_CRS84_URI: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG: Final = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:EPSG:[\d.]*:|https?://www\.opengis\.net/def/crs/EPSG/[\d.]+/"
    r"|(?P<short>https?://www\.opengis\.net/gml/srs/epsg\.xml#|EPSG:))(?P<code>\d+)",
    re.IGNORECASE,
)
_CRS84: Final = re.compile(
    r"urn:(?:x-)?ogc:def:crs:OGC:[\d.]*:CRS84|https?://www\.opengis\.net/def/crs/OGC/[\d.]+/CRS84|CRS:84",
    re.IGNORECASE,
)
_LEAST_OF_DEGREES: Final = 5
#: Metres between two answers in one system.
_SAME_SYSTEM: Final = 0.1


@dataclass(frozen=True, slots=True)
class Named:
    """A reference system under a name of WFS. `is_short` says that the order of its axes is open."""

    name: str
    uri: str
    system: System
    is_short: bool

    @property
    def code(self) -> str:
        """What it is called by any name."""
        return self.uri.rpartition("/")[2]

    def orders(self, shape: Shape) -> tuple[Shape, ...]:
        """A shape in the authority's order, and swapped where the name leaves it open."""
        return (shape, swapped(shape)) if self.is_short else (shape,)

    @property
    def urn(self) -> str:
        """The name as a URN."""
        return CRS84 if self.code == "CRS84" else f"urn:ogc:def:crs:EPSG::{self.code}"


def uri_of(name: str) -> str | None:
    """The http URI of a name; None for one that is of no known form."""
    if _CRS84.fullmatch(name.strip()):
        return _CRS84_URI
    if national(name):
        return national(name)
    match = _EPSG.fullmatch(name.strip())
    return f"{_URI}{match['code']}" if match else None


def parts_of(name: str) -> tuple[str, ...]:
    """The names of the systems a name is made of: `urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::5783` has two."""
    head, *rest = name.strip().split(",")
    if head.lower() != "urn:ogc:def:crs" or not rest:
        return (name,)
    return tuple(f"urn:ogc:def:{part}" for part in rest)


@cache
def is_known(name: str) -> bool:
    """Whether PROJ knows a system, of whatever kind."""
    import pyproj  # noqa: PLC0415

    try:
        return bool(pyproj.CRS.from_user_input(uri_of(name) or name))
    except pyproj.exceptions.CRSError:
        return False


def find(name: str | None) -> Named | None:
    """The system of a name; None for one that PROJ does not know or cannot reach."""
    uri = uri_of(name) if name else None
    known = system(uri) if uri else None
    if name is None or uri is None or known is None:
        return None
    match = _EPSG.fullmatch(name.strip())
    return Named(name, uri, known, bool((match and match["short"]) or national(name)))


def swapped(shape: Shape) -> Shape:
    """A shape with its axes exchanged."""
    return shape.moved(lambda line: tuple((y, x) for x, y in line))


def moved(shape: Shape, source: Named, target: Named) -> Shape | None:
    """A shape in another system; None where the system is not defined there."""
    if source.uri == target.uri:
        return shape
    transformer = _transformer(source.uri, target.uri)

    there = shape.moved(lambda line: _through(transformer, line))
    return there if is_finite(there.positions) else None


def _through(transformer: Any, line: Line) -> Line:
    return tuple((float(x), float(y)) for x, y in (transformer.transform(*p) for p in line))


@cache
def _transformer(source: str, target: str) -> Any:
    import pyproj  # noqa: PLC0415

    return pyproj.Transformer.from_crs(source, target, always_xy=False)


@cache
def axes(name: str | None) -> int | None:
    """How many axes a system has; None for one that PROJ does not know."""
    named = find(name)
    if named is None:
        return None
    import pyproj  # noqa: PLC0415

    heights = int(bool(national(named.name)) and "*" in named.name)
    return len(pyproj.CRS.from_user_input(named.uri).axis_info) + heights


@cache
def bounds(uri: str) -> tuple[float, float, float, float] | None:
    """The area a system is for, longitude and latitude; None where PROJ does not say."""
    import pyproj  # noqa: PLC0415

    area = pyproj.CRS.from_user_input(uri).area_of_use
    return (area.west, area.south, area.east, area.north) if area else None


def tolerance(given: Line, here: Line, source: Named, target: Named) -> float:
    """How far apart two right transformations and the rounding of both may bring positions.

    It is in the unit of the target's axes, where they are.
    """
    sent = grain(given, _least(target))
    off = grain(here, _least(source))
    if source.uri == target.uri:
        return sent + off + _SAME_SYSTEM / target.system.unit
    moving = _transformer(source.uri, target.uri)
    rounded = shift(lambda line: _through(moving, line), here, (off, off))
    globe = tuple(
        p for p in _through(_transformer(source.uri, _CRS84_URI), here) if is_finite((p,))
    )
    return (
        sent
        + rounded
        + ground(target.uri, globe, source.system.tolerance + target.system.tolerance)
    )


def _least(named: Named) -> int:
    return _LEAST_OF_DEGREES if named.system.is_angular else 0


def metres(length: float, named: Named) -> float:
    """Metres in the unit of a system."""
    return length / (METRES_PER_DEGREE if named.system.is_angular else 1.0)
