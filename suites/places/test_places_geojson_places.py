"""Where GeoJSON says that things are (RFC 7946): degrees in the right order, boxes, direction of rings.

On downloaded features and on files of GeoJSON.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.geojson_pieces import Drawing, each, positions
from mimtest.vocabulary.geojson_places import (
    ROUNDING,
    are_coarse,
    assert_box,
    assert_cut,
    assert_degrees,
    assert_extended,
    assert_fine,
    assert_no_other_system,
    assert_plausible_heights,
    assert_right_hand,
    dimensions,
    null_islands,
    points,
    shape_in,
)
from mimtest.vocabulary.geometry import fault_of, shapely

pytestmark = pytest.mark.interface("ogc-api-features", "file")

NO_RINGS = "no geometry is a polygon"


@pytest.mark.check("PLA-G-06", clause="RFC 7946 3.1.6", level="passive", strength="should")
def test_rings_follow_the_right_hand_rule(drawing):
    """Exterior rings run counter-clockwise and holes clockwise."""
    each(drawing.geometries, assert_right_hand, NO_RINGS)


@pytest.mark.check(
    "PLA-G-07", clause="OGC 06-103r4 6.1.11, 6.1.14", level="passive", strength="should"
)
def test_polygons_are_valid(drawing):
    """No ring crosses or touches itself along a line, holes are inside, and parts do not overlap."""
    shapely()
    each(drawing.geometries, _assert_valid, NO_RINGS)


def _assert_valid(piece):
    shape = shape_in(piece)
    fault = fault_of(shape) if shape and shape.polygons else None
    if fault:
        fail(f"the surface of {piece.name} is not valid", expected="a simple one", received=fault)
    return bool(shape and shape.polygons)


@pytest.mark.check(
    "PLA-G-08", clause="OGC 06-103r4 6.1.6, 6.1.11", level="passive", strength="should"
)
def test_lines_and_polygons_have_an_extent(drawing):
    """No line is of length zero and no ring encloses nothing."""
    each(drawing.geometries, assert_extended, "no geometry is a line or a polygon")


@pytest.mark.check("PLA-G-09", clause="RFC 7946 4", level="passive")
def test_positions_are_degrees(drawing):
    """Every position can be a longitude and a latitude, and is not one of a projected system."""
    each(drawing.geometries, assert_degrees, "there is no position")


@pytest.mark.check("PLA-G-12", clause="MIM7 R5.1", level="passive", strength="should")
def test_nothing_lies_at_zero_by_mistake(drawing):
    """Nothing lies where equator and prime meridian cross, unless other things are near there."""
    found = [p for p in drawing.geometries if null_islands(p)]
    if not found:
        return
    others = [
        q for p in drawing.geometries for q in points(positions(p)) if max(map(abs, q)) > ROUNDING
    ]
    near = [q for q in others if max(map(abs, q)) < 1]
    assert_that(
        near or not others,
        f"{len(found)} geometries lie at 0, 0, such as that of {found[0].name}",
        expected="null for no place",
        received=[0, 0],
    )


@pytest.mark.check("PLA-G-13", clause="RFC 7946 3.1.9", level="passive", strength="should")
def test_nothing_crosses_the_antimeridian(drawing):
    """What goes across the antimeridian is cut into parts there."""
    each(drawing.geometries, assert_cut, "there is no position")


@pytest.mark.check("PLA-G-14", clause="RFC 7946 5", level="passive")
def test_a_bbox_holds_what_is_in_it(drawing):
    """Every bbox has four or six numbers, and what it belongs to lies within."""
    each(drawing.pieces, lambda p: assert_box(p, _within(p)), "no object has a bbox")


def _within(piece):
    try:
        return Drawing((piece.json,), ()).geometries
    except Inconclusive:
        return ()


@pytest.mark.check("PLA-G-15", clause="RFC 7946 4, B.1", level="passive", strength="should")
def test_no_object_names_another_system(drawing):
    """No object has the former member for a reference system with another one than WGS 84."""
    each(drawing.pieces, assert_no_other_system, "there is no object")


@pytest.mark.check("PLA-G-19", clause="RFC 7946 11.2", level="passive", strength="may")
def test_positions_have_a_sensible_precision(drawing):
    """Positions have enough decimals to tell places apart, and not more than can mean anything."""
    geometries = drawing.geometries
    assert_that(
        not are_coarse(geometries),
        "no position has four decimals: the places are rounded to ten metres or more",
        expected="four to nine decimals",
    )
    each(geometries, assert_fine, "there is no position")


@pytest.mark.check("PLA-G-23", clause="RFC 7946 3.1.1", level="passive", strength="may")
def test_heights_are_heights(drawing):
    """The third number of positions is a plausible height."""
    each(drawing.geometries, assert_plausible_heights, "no position has a third number")


@pytest.mark.check("PLA-G-28", clause="RFC 7946 3.1.1", level="passive", strength="may")
def test_a_geometry_has_heights_or_has_none(drawing):
    """All positions of a geometry have a height or none has."""

    def look(piece):
        found = dimensions(piece)
        assert_that(
            len(found) < 2,
            f"only some positions of {piece.name} have a height",
            expected="a height in all of them or none",
            received=sorted(found),
        )
        return bool(found)

    each(drawing.geometries, look, "there is no position")
