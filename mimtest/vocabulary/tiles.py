"""Tile matrix sets (OGC 17-083r4; 07-057r7 clause 6): a plane cut into tiles, and which tile a place is in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import floor, log2
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.crs import is_finite, project
from mimtest.vocabulary.expect import assert_that, fail, member, objects
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.planes import is_north_first, known

#: The side of a point on the standard's screen, and what a degree is taken for (07-057r7 6.1).
_POINT: Final = 0.00028
_DEGREE: Final = 111319.49079327358
_NEAR: Final = 1e-4
#: Well-known sets of scales by the last part of their name: reference systems, and the scale that others are halves of.
SCALES: Final[Mapping[str, tuple[tuple[str, ...], float]]] = {
    "GoogleMapsCompatible": (("3857", "900913"), 559082264.0287178),
    "GoogleCRS84Quad": (("CRS84", "4326"), 559082264.0287178),
    "WebMercatorQuad": (("3857", "900913"), 559082264.0287178),
    "WorldCRS84Quad": (("CRS84",), 279541132.0143589),
}
#: Upper left corners of well-known sets, in the order of the authority.
CORNERS: Final[Mapping[str, tuple[float, float]]] = {
    "WebMercatorQuad": (-20037508.342789244, 20037508.342789244),
    "WorldCRS84Quad": (-180.0, 90.0),
}


@dataclass(frozen=True, slots=True)
class Matrix:
    """One level: rows and columns of tiles from a corner, which is in the order of the authority."""

    id: str
    scale: float
    corner: tuple[float, float]
    width: int
    height: int
    columns: int
    rows: int
    from_below: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by its level, row and column."""

    matrix: Matrix
    row: int
    column: int

    @property
    def is_there(self) -> bool:
        """Whether its level has such a row and column."""
        return 0 <= self.row < self.matrix.rows and 0 <= self.column < self.matrix.columns


@dataclass(frozen=True, slots=True)
class MatrixSet:
    """Levels in one reference system, which `crs` names; `scales` is the well-known set of scales it follows."""

    id: str
    crs: str
    scales: str | None
    matrices: tuple[Matrix, ...]

    def sides(self, matrix: Matrix) -> tuple[float, float]:
        """Width and height of a tile along the axes."""
        cell = matrix.scale * _POINT / _unit(known(self.crs) or "")
        return cell * matrix.width, cell * matrix.height

    def exact(
        self, matrix: Matrix, longitude: float, latitude: float
    ) -> tuple[float, float] | None:
        """Column and row of a place, with fractions; None where the system is not defined."""
        uri = known(self.crs)
        if uri is None:
            raise Inconclusive("precondition_unmet", f"{self.crs} is not known to PROJ")
        there = project(uri, ((longitude, latitude),))
        if not is_finite(there):
            return None
        x, y = there[0][::-1] if is_north_first(uri) else there[0]
        west, top = matrix.corner[::-1] if is_north_first(uri) else matrix.corner
        wide, tall = self.sides(matrix)
        down = (y - top) / tall if matrix.from_below else (top - y) / tall
        return (x - west) / wide, down

    def tile_at(self, matrix: Matrix, longitude: float, latitude: float) -> Tile | None:
        """The tile a place is in, whether it is there or not."""
        found = self.exact(matrix, longitude, latitude)
        return Tile(matrix, floor(found[1]), floor(found[0])) if found else None

    def fitting(self, box: Box) -> list[Matrix]:
        """The levels from the one at which a box of longitudes and latitudes is about a tile, then coarser ones."""

        def span(matrix: Matrix) -> float:
            first = self.exact(matrix, box.west, box.south)
            last = self.exact(matrix, box.east, box.north)
            if not first or not last:
                return float("inf")
            return max(abs(first[0] - last[0]), abs(first[1] - last[1]))

        finest = sorted(self.matrices, key=lambda m: m.scale)
        fits = [m for m in finest if span(m) <= 1]
        return fits or finest[-1:]

    def over(self, box: Box) -> Tile | None:
        """A tile that is there, at a fitting level, with the middle of a box in it."""
        middle = ((box.west + box.east) / 2, (box.south + box.north) / 2)
        found = (self.tile_at(m, *middle) for m in self.fitting(box))
        return next((t for t in found if t and t.is_there), None)


@cache
def _unit(uri: str) -> float:
    """Metres per unit of the axes, as scales are reckoned."""
    import pyproj  # noqa: PLC0415

    crs = pyproj.CRS.from_user_input(uri)
    if crs.is_geographic:
        return _DEGREE
    return float(crs.axis_info[0].unit_conversion_factor) if crs.axis_info else 1.0


def around(tile: Tile) -> list[Tile]:
    """A tile and those beside it that are there."""
    near = [
        Tile(tile.matrix, tile.row + dy, tile.column + dx) for dy in (0, -1, 1) for dx in (0, -1, 1)
    ]
    return [t for t in near if t.is_there]


def assert_sound(tiles: MatrixSet) -> None:
    """A set names a reference system that PROJ knows, and its scales are those it says it follows.

    Raises Contradiction.
    """
    __tracebackhide__ = True
    assert_that(
        known(tiles.crs),
        f"the tile matrix set '{tiles.id}' has no reference system that is known",
        expected="such as EPSG:3857",
        received=tiles.crs,
    )
    assert_that(tiles.matrices, f"the tile matrix set '{tiles.id}' has no levels")
    for matrix in tiles.matrices:
        right = (
            matrix.scale > 0 and min(matrix.width, matrix.height, matrix.columns, matrix.rows) > 0
        )
        told = f"level {matrix.id} of the tile matrix set '{tiles.id}' has no size"
        assert_that(right, told, expected="numbers above 0", received=repr(matrix))
    name = (tiles.scales or "").replace(":", "/").rpartition("/")[2]
    if name in SCALES:
        _assert_well_known(tiles, name)


def _assert_well_known(tiles: MatrixSet, name: str) -> None:
    __tracebackhide__ = True
    codes, first = SCALES[name]
    code = tiles.crs.rstrip("]").replace(":", "/").rpartition("/")[2]
    told = f"the tile matrix set '{tiles.id}' says it follows {name}"
    assert_that(code in codes, f"{told}, in another system", expected=codes[0], received=tiles.crs)
    for matrix in tiles.matrices:
        times = first / matrix.scale
        nearest = 2.0 ** max(0, round(log2(times)))
        assert_that(
            abs(times / nearest - 1) <= _NEAR,
            f"{told}, and level {matrix.id} has another scale",
            expected=f"{first / nearest:.4f}",
            received=f"{matrix.scale:.4f}",
        )
    corner = CORNERS.get(name)
    for matrix in tiles.matrices if corner else ():
        apart = max(abs(a - b) for a, b in zip(matrix.corner, corner or (), strict=True))
        told = f"{told}, and level {matrix.id} starts elsewhere"
        assert_that(apart < 1, told, expected=str(corner), received=str(matrix.corner))


def matrix_set(value: Mapping[str, Any]) -> MatrixSet:
    """A set from JSON (17-083r4 clause 7.1). Raises Contradiction."""
    __tracebackhide__ = True
    what = "the tile matrix set"
    listed = objects(member(value, "tileMatrices", list, what), "'tileMatrices'")
    name = value.get("id") or value.get("identifier") or ""
    uri = value.get("uri")
    scales = value.get("wellKnownScaleSet")
    if isinstance(uri, str) and uri.rpartition("/")[2] in CORNERS:
        scales = uri
    return MatrixSet(
        str(name),
        crs_name(member(value, "crs", None, what)),
        scales if isinstance(scales, str) else None,
        tuple(_matrix(m) for m in listed),
    )


def crs_name(value: Any) -> str:
    """The name of a reference system from JSON: a text, or an object with one in it."""
    if isinstance(value, Mapping):
        value = value.get("uri") or value.get("wkt") or value.get("referenceSystem")
    return value if isinstance(value, str) else ""


def _matrix(value: Mapping[str, Any]) -> Matrix:
    __tracebackhide__ = True
    what = "a level of the tile matrix set"
    corner = member(value, "pointOfOrigin", list, what)
    width, height, columns, rows = (
        int(member(value, name, int, what))
        for name in ("tileWidth", "tileHeight", "matrixWidth", "matrixHeight")
    )
    try:
        scale = float(member(value, "scaleDenominator", None, what))
        x, y = (float(n) for n in corner)
    except (TypeError, ValueError):
        fail(f"{what} has no numbers for its scale and origin", received=value)
        raise Contradiction(what) from None
    name = str(member(value, "id", None, what))
    below = value.get("cornerOfOrigin") == "bottomLeft"
    return Matrix(name, scale, (x, y), width, height, columns, rows, from_below=below)
