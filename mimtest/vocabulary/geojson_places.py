"""Where GeoJSON says that things are (RFC 7946 sections 3.1.6, 3.1.9, 4 and 5): order, range, boxes.

Positions that are none are looked past: one rule of `rfc7946` finds them.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.geojson import Line, Point, Shape
from mimtest.vocabulary.geojson_pieces import Piece, is_number, lines, polygons, positions, rings

#: What rounding can have moved a position by, in degrees.
ROUNDING: Final = 1e-5
_FARTHEST: Final = (360.0, 90.0)
_HALF_WAY: Final = 180.0
_NEAR_ZERO: Final = 1e-9
_LEAST_OF_A_RING: Final = 4
_LEAST_OF_A_POSITION: Final = 2
_BOX_SIZES: Final = (4, 6)
_HIGHEST: Final = 9000.0
_DEEPEST: Final = -500.0
_MOST_DECIMALS: Final = 9
_LEAST_DECIMALS: Final = 4
_CRS84: Final = ("urn:ogc:def:crs:ogc:1.3:crs84", "urn:ogc:def:crs:ogc::crs84", "crs84")
_CRS84_END: Final = "/ogc/1.3/crs84"


def points(listed: list[Any]) -> Line:
    """The positions of a list, of each the first two numbers."""
    return tuple(
        (float(p[0]), float(p[1]))
        for p in listed
        if isinstance(p, list) and len(p) >= _LEAST_OF_A_POSITION and all(map(is_number, p))
    )


def shape_in(piece: Piece) -> Shape | None:
    """A geometry of polygons or lines as a shape; None for one that is broken or has neither."""
    surfaces = tuple(
        tuple(points(r) for r in polygon if isinstance(r, list)) for polygon in polygons(piece)
    )
    drawn = tuple(points(line) for line in lines(piece))
    whole = all(
        len(ring) >= _LEAST_OF_A_RING and ring[0] == ring[-1]
        for surface in surfaces
        for ring in surface
    )
    return Shape(lines=drawn, polygons=surfaces) if whole and (surfaces or drawn) else None


def turn(ring: Line) -> float:
    """Twice the area within a ring: positive when it runs counter-clockwise."""
    if not ring:
        return 0.0
    (x, y), *_ = ring
    return sum((ax - x) * (by - y) - (bx - x) * (ay - y) for (ax, ay), (bx, by) in pairwise(ring))


def assert_right_hand(piece: Piece) -> bool:
    """Section 3.1.6: the exterior ring runs counter-clockwise, and holes clockwise."""
    __tracebackhide__ = True
    for polygon in polygons(piece):
        for number, ring in enumerate(polygon):
            area = turn(points(ring)) if isinstance(ring, list) else 0.0
            if area and (area > 0) != (number == 0):
                kind, way = ("hole", "clockwise") if number else ("shell", "counter-clockwise")
                fail(
                    f"a {kind} of {piece.name} does not run {way} (section 3.1.6)",
                    expected=way,
                    received=ring,
                )
    return bool(polygons(piece))


def assert_extended(piece: Piece) -> bool:
    """A line has a length, and a polygon an area (OGC 06-103r4, 6.1.6 and 6.1.11)."""
    __tracebackhide__ = True
    for ring in rings(piece):
        given = points(ring)
        if len(given) >= _LEAST_OF_A_RING and given[0] == given[-1] and turn(given) == 0:
            fail(f"a ring of {piece.name} encloses no area", received=ring)
    for line in lines(piece):
        given = points(line)
        if len(given) > 1 and len(set(given)) == 1:
            fail(f"a line of {piece.name} has no length", received=line)
    return bool(rings(piece) or lines(piece))


def assert_degrees(piece: Piece) -> bool:
    """Section 4: numbers that are degrees of longitude and latitude."""
    __tracebackhide__ = True
    for x, y in points(positions(piece)):
        if abs(x) > _FARTHEST[0] + ROUNDING or abs(y) > _FARTHEST[1] + ROUNDING:
            projected = max(abs(x), abs(y)) > _FARTHEST[0]
            why = "metres of a projected system" if projected else "no longitude and latitude"
            fail(
                f"a position of {piece.name} looks like {why} (section 4)",
                expected="degrees of WGS 84, longitude first",
                received=[x, y],
            )
    return True


def assert_cut(piece: Piece) -> bool:
    """Section 3.1.9: nothing goes across the antimeridian in one part."""
    __tracebackhide__ = True
    for listed in (*lines(piece), *rings(piece)):
        for (ax, ay), (bx, by) in pairwise(points(listed)):
            if _HALF_WAY + ROUNDING < abs(ax - bx) < 2 * _HALF_WAY - ROUNDING:
                fail(
                    f"{piece.name} goes across the antimeridian in one part (section 3.1.9)",
                    expected="two parts, cut there",
                    received=[[ax, ay], [bx, by]],
                )
    for x, y in points(positions(piece)):
        if _HALF_WAY + ROUNDING < abs(x) <= _FARTHEST[0] + ROUNDING:
            fail(
                f"a position of {piece.name} lies beyond the antimeridian (section 3.1.9)",
                expected="a longitude from -180 to 180",
                received=[x, y],
            )
    return True


def null_islands(piece: Piece) -> list[Point]:
    """Positions at the crossing of equator and prime meridian."""
    return [p for p in points(positions(piece)) if max(map(abs, p)) < _NEAR_ZERO]


def assert_box(piece: Piece, held: Iterator[Piece]) -> bool:
    """Section 5: a bbox has all lower before all upper numbers, and holds what is in it."""
    __tracebackhide__ = True
    if piece.json.get("bbox") is None:
        return False
    numbers = piece.json["bbox"]
    is_one = isinstance(numbers, list) and all(map(is_number, numbers))
    if not is_one or len(numbers) not in _BOX_SIZES:
        fail(
            f"the bbox of {piece.name} has neither four nor six numbers (section 5)",
            expected="4 or 6 numbers",
            received=numbers,
        )
    box = Box.of(numbers)
    if box.south > box.north:
        fail(f"the bbox of {piece.name} has its north first (section 5)", received=numbers)
    for other in held:
        for position in points(positions(other)):
            if not _holds(box, position):
                fail(
                    f"the bbox of {piece.name} does not hold {other.name} (section 5)",
                    expected=f"positions within {numbers}",
                    received=list(position),
                )
    return True


def _holds(box: Box, p: Point) -> bool:
    """Whether a position is in a box, which crosses the antimeridian when its west is greater."""
    grown = box.grown(ROUNDING)
    if box.west <= box.east:
        return grown.holds(p)
    return grown.south <= p[1] <= grown.north and (p[0] >= grown.west or p[0] <= grown.east)


def assert_no_other_system(piece: Piece) -> bool:
    """Section 4: the `crs` member of 2008 is gone; one that repeats the default does no harm."""
    __tracebackhide__ = True
    given = piece.json.get("crs")
    if given is None:
        return True
    inside = given.get("properties") if isinstance(given, dict) else None
    name = str(inside.get("name", "")) if isinstance(inside, dict) else ""
    if name.lower() not in _CRS84 and not name.lower().endswith(_CRS84_END):
        fail(
            f"{piece.name} names a reference system of its own (section 4)",
            expected="no member 'crs'",
            received=given,
        )
    return True


def dimensions(piece: Piece) -> set[int]:
    """How many numbers the positions of a geometry have."""
    return {len(p) for p in positions(piece) if isinstance(p, list)}


def assert_plausible_heights(piece: Piece) -> bool:
    """Section 3.1.1: a third number is a height in metres over the ellipsoid."""
    __tracebackhide__ = True
    heights = [p[2] for p in positions(piece) if isinstance(p, list) and len(p) > 2]  # noqa: PLR2004
    for height in heights:
        if not is_number(height) or not _DEEPEST <= height <= _HIGHEST:
            fail(
                f"a height of {piece.name} is nowhere on land (section 3.1.1)",
                expected="metres over the ellipsoid",
                received=height,
            )
    return bool(heights)


def decimals(piece: Piece) -> int:
    """How many decimals the numbers of a geometry have at most."""
    numbers = (n for p in points(positions(piece)) for n in p)
    return max((_decimals(n) for n in numbers), default=0)


def _decimals(number: float) -> int:
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def assert_fine(piece: Piece) -> bool:
    """Section 11.2: numbers no finer than nine decimals, a tenth of a millimetre."""
    __tracebackhide__ = True
    most = decimals(piece)
    if most > _MOST_DECIMALS:
        fail(
            f"positions of {piece.name} have {most} decimals (section 11.2)",
            expected=f"{_MOST_DECIMALS} decimals at most",
            received=positions(piece)[:1],
        )
    return True


def are_coarse(pieces: list[Piece]) -> bool:
    """Whether no number is finer than ten metres."""
    return bool(pieces) and max(map(decimals, pieces)) < _LEAST_DECIMALS
