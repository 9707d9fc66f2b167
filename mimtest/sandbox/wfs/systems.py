"""Names of coordinate reference systems: as URN, as http URI, or short, which is longitude first by old custom."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mimtest.sandbox.features.crs import CRS84, SYSTEMS, Crs
from mimtest.sandbox.wfs.errors import BadParameterError

_EPSG: Final = re.compile(
    r"(?:urn:ogc:def:crs:EPSG:[\d.]*:|https?://www\.opengis\.net/def/crs/EPSG/[\d.]+/|(?P<short>EPSG:))"
    r"(?P<code>\d+)"
)
_CRS84: Final = re.compile(
    r"urn:ogc:def:crs:OGC:(?:1\.3)?:CRS84|https?://www\.opengis\.net/def/crs/OGC/1\.3/CRS84|CRS:84"
)


@dataclass(frozen=True, slots=True)
class System:
    """A reference system under the name it was asked for."""

    name: str
    crs: Crs
    is_legacy: bool = False

    def position(self, longitude: float, latitude: float) -> Sequence[float]:
        """A position in the order that belongs to the name."""
        first, second = self.crs.position(longitude, latitude)
        return (
            (second, first) if self.is_legacy and self.crs.longitude_axis == 1 else (first, second)
        )


def _urn(code: int) -> str:
    return f"urn:ogc:def:crs:EPSG::{code}"


def find_system(name: str, parameter: str = "srsName") -> System:
    """The system of a name. Raises BadParameterError."""
    if _CRS84.fullmatch(name):
        return System(name, CRS84)
    match = _EPSG.fullmatch(name)
    crs = SYSTEMS.get(f"http://www.opengis.net/def/crs/EPSG/0/{match['code']}") if match else None
    if match is None or crs is None:
        raise BadParameterError(parameter, f"the reference system '{name}' is not on offer")
    return System(name, crs, is_legacy=match["short"] is not None)


DEFAULT: Final = find_system(_urn(25832))
OTHERS: Final = (_urn(4326), "urn:ogc:def:crs:OGC:1.3:CRS84", _urn(4258), _urn(3857))
