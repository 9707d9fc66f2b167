"""What GeoJSON is made of (RFC 7946): objects, positions, lines, rings and what they are called.

On downloaded features and on files of GeoJSON; always on the JSON as it was sent.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.geojson import shape_of
from mimtest.vocabulary.geojson_pieces import each
from mimtest.vocabulary.rfc7946 import (
    assert_closed_rings,
    assert_known_geometry,
    assert_lines,
    assert_long_rings,
    assert_own_members,
    assert_positions,
    assert_short_positions,
)

pytestmark = pytest.mark.interface("ogc-api-features", "file")

NO_LINES = "no geometry is a line"
NO_RINGS = "no geometry is a polygon"


@pytest.mark.check(
    "PLA-G-01",
    clause="RFC 7946 3.1",
    level="passive",
    rests_on=("PLA-G-02", "PLA-G-03", "PLA-G-04", "PLA-G-05"),
)
def test_geometries_are_geojson_geometries(drawing, looked):
    """Every geometry is of a type of GeoJSON and has what that type wants, down to its positions."""
    shapes = 0
    for piece in drawing.pieces:
        if piece.is_geometry:
            assert_known_geometry(piece)
            shapes += shape_of(piece.json) is not None
    if not shapes:
        raise Inconclusive("no_data", "nothing that came has a geometry")
    looked(f"{shapes} geometries in {len(drawing.answers)} answers")


@pytest.mark.check("PLA-G-02", clause="RFC 7946 3.1.1", level="passive")
def test_a_position_is_two_numbers_or_more(drawing):
    """Every position is an array of two numbers or more, and not of text or null."""
    each(drawing.geometries, assert_positions, "there is no position")


@pytest.mark.check("PLA-G-03", clause="RFC 7946 3.1.4", level="passive")
def test_a_line_has_two_positions_or_more(drawing):
    """Every line has two positions or more."""
    each(drawing.geometries, assert_lines, NO_LINES)


@pytest.mark.check("PLA-G-04", clause="RFC 7946 3.1.6", level="passive")
def test_a_ring_has_four_positions_or_more(drawing):
    """Every ring of a polygon has four positions or more."""
    each(drawing.geometries, assert_long_rings, NO_RINGS)


@pytest.mark.check("PLA-G-05", clause="RFC 7946 3.1.6", level="passive")
def test_a_ring_ends_where_it_starts(drawing):
    """The last position of every ring has exactly the values of the first."""
    each(drawing.geometries, assert_closed_rings, NO_RINGS)


@pytest.mark.check("PLA-G-16", clause="RFC 7946 7.1", level="passive")
def test_no_object_has_members_of_another_type(drawing):
    """No object has a member that defines an object of another type, such as coordinates in a feature."""
    each(drawing.pieces, assert_own_members, "there is no object")


@pytest.mark.check("PLA-G-20", clause="RFC 7946 3.1.1", level="passive", strength="should")
def test_a_position_has_three_numbers_at_most(drawing):
    """No position has more numbers than longitude, latitude and height."""
    each(drawing.geometries, assert_short_positions, "there is no position")


@pytest.mark.check("PLA-G-24", clause="RFC 7946 3.1.8", level="passive", strength="should")
def test_geometry_collections_are_flat(drawing):
    """No collection of geometries holds another one, or a single part, or parts of one type only."""
    found = [p for p in drawing.pieces if p.kind == "GeometryCollection"]
    if not found:
        raise NotApplicable("not_offered", "no geometry is a collection")
    for piece in found:
        parts = piece.json.get("geometries")
        kinds = [p.get("type") for p in parts if isinstance(p, dict)] if parts else []
        if "GeometryCollection" in kinds or len(kinds) == 1 or len(set(kinds)) == 1:
            fail(
                f"the collection of {piece.name} could do without one (section 3.1.8)",
                expected="parts of different types",
                received=kinds,
            )
