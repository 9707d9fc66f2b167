"""GeoJSON (RFC 7946) rule by rule, each on its own: what one rule excludes, the others look past.

The rules see the JSON as it was sent. Each raises Contradiction for what it excludes.
"""

from typing import Final

from mimtest.vocabulary.expect import fail, shown
from mimtest.vocabulary.geojson_pieces import DEPTHS, Piece, is_number, lines, positions, rings

_LEAST_OF_A_POSITION: Final = 2
_LEAST_OF_A_LINE: Final = 2
_LEAST_OF_A_RING: Final = 4
_MOST_OF_A_POSITION: Final = 3
#: What defines an object of another type (section 7.1), by type.
_FOREIGN: Final = {
    "FeatureCollection": ("coordinates", "geometries", "geometry", "properties"),
    "Feature": ("coordinates", "geometries", "features"),
}
_FOREIGN_TO_A_GEOMETRY: Final = ("geometry", "properties", "features")


def assert_known_geometry(piece: Piece) -> bool:
    """Section 3.1: one of the seven types, with `coordinates`, or `geometries` for a collection."""
    __tracebackhide__ = True
    if piece.kind not in (*DEPTHS, "GeometryCollection"):
        fail(
            f"the geometry of {piece.name} has no type of GeoJSON (section 1.4)",
            expected=" or ".join((*DEPTHS, "GeometryCollection")),
            received=piece.kind,
        )
    name = "geometries" if piece.kind == "GeometryCollection" else "coordinates"
    if not isinstance(piece.json.get(name), list):
        fail(
            f"the {piece.kind} of {piece.name} has no array '{name}' (section 3.1)",
            expected=f"an array '{name}'",
            received=list(piece.json)[:12],
        )
    if name == "geometries" and not all(isinstance(g, dict) for g in piece.json[name]):
        fail(f"a geometry in the collection of {piece.name} is no object (section 3.1.8)")
    return True


def assert_positions(piece: Piece) -> bool:
    """Section 3.1.1: a position is an array of two numbers or more."""
    __tracebackhide__ = True
    for position in positions(piece):
        is_one = (
            isinstance(position, list)
            and len(position) >= _LEAST_OF_A_POSITION
            and all(is_number(n) for n in position)
        )
        if not is_one:
            fail(
                f"a position of {piece.name} is none (section 3.1.1)",
                expected="an array of two numbers or more",
                received=shown(position),
            )
    return True


def assert_lines(piece: Piece) -> bool:
    """Section 3.1.4: a line has two positions or more."""
    __tracebackhide__ = True
    for line in lines(piece):
        if len(line) < _LEAST_OF_A_LINE:
            fail(
                f"a line of {piece.name} has a single position (section 3.1.4)",
                expected="two positions or more",
                received=line,
            )
    return bool(lines(piece))


def assert_long_rings(piece: Piece) -> bool:
    """Section 3.1.6: a ring has four positions or more."""
    __tracebackhide__ = True
    for ring in rings(piece):
        if len(ring) < _LEAST_OF_A_RING:
            fail(
                f"a ring of {piece.name} has {len(ring)} positions (section 3.1.6)",
                expected="four positions or more",
                received=ring,
            )
    return bool(rings(piece))


def assert_closed_rings(piece: Piece) -> bool:
    """Section 3.1.6: the last position of a ring has the values of the first."""
    __tracebackhide__ = True
    for ring in rings(piece):
        if ring and ring[0] != ring[-1]:
            fail(
                f"a ring of {piece.name} does not end where it starts (section 3.1.6)",
                expected=ring[0],
                received=ring[-1],
            )
    return bool(rings(piece))


def assert_short_positions(piece: Piece) -> bool:
    """Section 3.1.1: a position has no more than three numbers."""
    __tracebackhide__ = True
    for position in positions(piece):
        if isinstance(position, list) and len(position) > _MOST_OF_A_POSITION:
            fail(
                f"a position of {piece.name} has {len(position)} numbers (section 3.1.1)",
                expected="two or three numbers",
                received=position,
            )
    return True


def assert_own_members(piece: Piece) -> bool:
    """Section 7.1: no member that defines an object of another type."""
    __tracebackhide__ = True
    foreign = _FOREIGN.get(str(piece.kind), _FOREIGN_TO_A_GEOMETRY)
    wrong = [name for name in foreign if name in piece.json]
    if wrong:
        fail(
            f"{piece.name}: a {piece.kind} has a member that defines another type (section 7.1)",
            expected=f"none of {', '.join(foreign)}",
            received=", ".join(wrong),
        )
    return True
