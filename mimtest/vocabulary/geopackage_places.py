"""Where the things in a GeoPackage are, by its reference systems and PROJ (OGC 12-128 1.1.2, 2.1.3)."""

from functools import cache
from typing import Any, Final

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.crs import System, system
from mimtest.vocabulary.geopackage import GeoPackage
from mimtest.vocabulary.geopackage_tables import (
    Content,
    Geometry,
    Layer,
    Reference,
    contents_of,
    layers_of,
)

#: Reference systems that say nothing of where things are (R11).
UNDEFINED: Final = (-1, 0)

Box = tuple[float, float, float, float]


def tables_of_features(package: GeoPackage) -> list[Content]:
    """What a GeoPackage lists as tables of features, where they are there. Raises NotApplicable for none listed."""
    found = [c for c in contents_of(package) if c.data_type == "features"]
    if not found:
        raise NotApplicable("not_offered", "the GeoPackage lists no features")
    return [c for c in found if package.has(c.table)]


def layers_in(package: GeoPackage, features: list[Content]) -> list[Layer]:
    """The geometry columns of tables of features that are there. Raises Inconclusive for none."""
    listed = {c.table.lower() for c in features}
    found = [n for n in layers_of(package) if n.table.lower() in listed]
    columns = {n: {c.name.lower() for c in package.columns(n.table)} for n in found}
    there = [n for n in found if n.column.lower() in columns[n]]
    if not there:
        raise Inconclusive("precondition_unmet", "no table of features has its geometry column")
    return there


def known(reference: Reference) -> System | None:
    """The registered reference system PROJ knows by the row's code."""
    return system(reference.uri) if reference.uri else None


@cache
def written(definition: str) -> Any:
    """A reference system given as well-known text, None where PROJ does not understand it or it is not of the earth.

    A way to WGS 84 that the text brings along is left out: there are better ones.
    """
    import pyproj  # noqa: PLC0415
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        crs = pyproj.CRS.from_wkt(definition)
    except (CRSError, ValueError):
        return None
    plain = (crs.source_crs or crs) if crs.is_bound else crs
    return plain if plain.geodetic_crs else None


def usable(reference: Reference) -> Any:
    """PROJ's reference system for a row, by its code or its text; None for neither."""
    import pyproj  # noqa: PLC0415

    found = known(reference)
    return pyproj.CRS.from_user_input(found.uri) if found else written(reference.definition)


def stocked(found: list[Geometry], layer: Layer) -> list[Geometry]:
    """The geometries that have positions. Raises Inconclusive where there are none."""
    full = [g for g in found if not g.blob.is_empty]
    if not full:
        raise Inconclusive("no_data", f"'{layer.table}' holds no geometry that can be read")
    return full


def around(found: list[Geometry]) -> Box:
    """The box around geometries that have positions."""
    boxes = [g.blob.found.box or (0.0, 0.0, 0.0, 0.0) for g in found]
    west, south, east, north = zip(*boxes, strict=True)
    return (min(west), min(south), max(east), max(north))


def middle(box: Box) -> tuple[float, float]:
    """The centre of a box."""
    return ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
