"""The geometry library, for what only topology can tell: an extra that a check may find missing."""

from importlib import import_module
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.vocabulary.geojson import Line, Shape

_MISSING: Final = "the extra 'geo' is not installed: pip install \"mimtest[geo]\""


def shapely() -> Any:
    """The module. Raises Inconclusive where the extra is not installed."""
    try:
        return import_module("shapely")
    except ImportError:
        raise Inconclusive("precondition_unmet", _MISSING) from None


def fault_of(shape: Shape) -> str | None:
    """Why the polygons of a shape are no valid surface (OGC 06-103r4, 6.1.11, 6.1.14); None when they are.

    Lines and points are always valid. The polygons are those of one geometry.
    """
    library = shapely()
    surface = surface_of(shape.polygons)
    return None if surface.is_valid else str(library.is_valid_reason(surface))


def surface_of(polygons: tuple[tuple[Line, ...], ...]) -> Any:
    """Polygons as one surface."""
    library = shapely()
    parts = [library.Polygon(shell, holes) for shell, *holes in polygons if shell]
    return parts[0] if len(parts) == 1 else library.MultiPolygon(parts)


def figure(shape: Shape) -> Any:
    """A shape as the library's geometry, on the plane of its axes."""
    library = shapely()
    parts = [library.Point(p) for p in shape.points]
    parts += [library.LineString(line) for line in shape.lines]
    parts += [library.Polygon(shell, holes) for shell, *holes in shape.polygons]
    return parts[0] if len(parts) == 1 else library.GeometryCollection(parts)
