"""Tile matrix sets (OGC 17-083r4): the plane cut into squares, twice as many with every level."""

from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.features.crs import SYSTEMS, Crs
from mimtest.sandbox.features.geometry import Box
from mimtest.sandbox.maps.drawing import View

SIZE: Final = 256
LEVELS: Final = 19
#: Metres on the ground that a point on the standard's screen has at scale 1:1 (06-042 7.2.4.6.9).
_POINT: Final = 0.00028
_METRES_PER_DEGREE: Final = 111319.49079327358
_HALF: Final = 20037508.342789244


@dataclass(frozen=True, slots=True)
class Set:
    """A tile matrix set; `corner` is its upper left, east first, and `across` the tiles of its first level."""

    id: str
    uri: str
    scale_set: str | None
    crs: Crs
    corner: tuple[float, float]
    across: tuple[int, int]
    side: float

    def tile_side(self, level: int) -> float:
        """How much of an axis a tile takes."""
        return float(self.side / 2**level)

    def scale(self, level: int) -> float:
        """The scale denominator of a level."""
        unit = 1.0 if self.crs.longitude_axis is None else _METRES_PER_DEGREE
        return self.tile_side(level) / SIZE * unit / _POINT

    def count(self, level: int) -> tuple[int, int]:
        """How many columns and rows a level has."""
        return self.across[0] * 2**level, self.across[1] * 2**level

    def has(self, level: int, row: int, column: int) -> bool:
        """Whether there is such a tile."""
        if not 0 <= level < LEVELS:
            return False
        columns, rows = self.count(level)
        return 0 <= row < rows and 0 <= column < columns

    def view(self, level: int, row: int, column: int) -> View:
        """What a tile shows."""
        side = self.tile_side(level)
        west, north = self.corner[0] + column * side, self.corner[1] - row * side
        return View(Box(west, north - side, west + side, north), SIZE, SIZE)

    def named_corner(self) -> tuple[float, float]:
        """The upper left in the order of the authority's axes."""
        x, y = self.corner
        return (y, x) if self.crs.longitude_axis == 1 else (x, y)


def _crs(code: int) -> Crs:
    return SYSTEMS[f"http://www.opengis.net/def/crs/EPSG/0/{code}"]


_URI: Final = "http://www.opengis.net/def/tilematrixset/OGC/1.0"
SETS: Final[dict[str, Set]] = {
    s.id: s
    for s in (
        Set(
            "WebMercatorQuad",
            f"{_URI}/WebMercatorQuad",
            "urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible",
            _crs(3857),
            (-_HALF, _HALF),
            (1, 1),
            2 * _HALF,
        ),
        Set(
            "WorldLatLong",
            "https://mimtest.example/tilematrixset/WorldLatLong",
            None,
            _crs(4326),
            (-180.0, 90.0),
            (2, 1),
            180.0,
        ),
    )
}


def definition(tiles: Set) -> dict[str, Any]:
    """A tile matrix set in JSON (17-083r4 clause 7)."""
    columns_rows = [tiles.count(level) for level in range(LEVELS)]
    known = {"uri": tiles.uri, "wellKnownScaleSet": _scale_set(tiles)} if tiles.scale_set else {}
    return {
        "id": tiles.id,
        **known,
        "crs": tiles.crs.uri,
        "tileMatrices": [
            {
                "id": str(level),
                "scaleDenominator": tiles.scale(level),
                "cellSize": tiles.tile_side(level) / SIZE,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": list(tiles.named_corner()),
                "tileWidth": SIZE,
                "tileHeight": SIZE,
                "matrixWidth": columns,
                "matrixHeight": rows,
            }
            for level, (columns, rows) in enumerate(columns_rows)
        ],
    }


def _scale_set(tiles: Set) -> str:
    name = (tiles.scale_set or "").rpartition(":")[2]
    return f"http://www.opengis.net/def/wkss/OGC/1.0/{name}"
