"""Boxes and shapes: what a box selects, and where nothing is judged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.vocabulary.geo import (
    WORLD,
    Box,
    Fence,
    close,
    far_box,
    telling_fence,
    touches,
)
from mimtest.vocabulary.geojson import Shape, shape_of

NUMBER = st.integers(-40, 40).map(lambda n: n / 4)
POSITION = st.tuples(NUMBER, NUMBER)
BOX = st.lists(POSITION, min_size=2, max_size=2).map(Box.around)
TOWN = Box(7.0, 51.0, 8.0, 52.0)


def polygon(*rings):
    return Shape(polygons=(tuple((*ring, ring[0]) for ring in rings),))


def square(west, south, size):
    return (
        (west, south),
        (west + size, south),
        (west + size, south + size),
        (west, south + size),
    )


SHAPES = st.one_of(
    st.lists(POSITION, min_size=1, max_size=4).map(lambda p: Shape(points=tuple(p))),
    st.lists(POSITION, min_size=2, max_size=4).map(lambda p: Shape(lines=(tuple(p),))),
    st.lists(POSITION, min_size=3, max_size=5).map(lambda p: polygon(tuple(p))),
)


# Boxes


@pytest.mark.parametrize(
    "numbers",
    [[7, 51, 8, 52], [7, 51, -10, 8, 52, 400], [7, 51, -10, 0, 8, 52, 400, 9]],
    ids=("flat", "with heights", "with a fourth axis"),
)
def test_heights_are_left_out_of_a_box(numbers):
    assert Box.of(numbers) == TOWN


def test_the_text_of_a_box_has_no_exponents():
    assert (
        Box(1e-7, -0.00001, 1234567.0, 1e9).text
        == "0.000000,-0.000010,1234567.000000,1000000000.000000"
    )


@given(BOX, BOX)
def test_boxes_meet_each_other_or_neither(one, other):
    assert one.meets(other) == other.meets(one)
    corners = [(x, y) for x in (other.west, other.east) for y in (other.south, other.north)]
    if any(one.holds(c) for c in corners):
        assert one.meets(other)


@given(st.lists(POSITION, min_size=1))
def test_the_box_around_positions_holds_each_and_is_no_larger(positions):
    box = Box.around(positions)
    assert all(box.holds(p) for p in positions)
    assert {box.west, box.east} <= {p[0] for p in positions}
    assert {box.south, box.north} <= {p[1] for p in positions}


def test_there_is_no_box_around_nothing():
    with pytest.raises(ValueError, match="unpack"):
        Box.around([])


@given(BOX, st.integers(0, 8))
def test_a_grown_box_holds_the_box_and_shrinks_back(box, by):
    grown = box.grown(by)
    assert grown.holds((box.west, box.south))
    assert grown.holds((box.east, box.north))
    assert grown.grown(-by) == box
    assert grown.size == box.size + 2 * by


# Shapes in boxes


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        (Shape(points=((7.5, 51.5),)), True),
        (Shape(points=((7.0, 51.0),)), True),
        (Shape(points=((6.9, 51.5),)), False),
        (Shape(points=((6.9, 51.5), (7.5, 51.5))), True),
        (Shape(lines=(((6.5, 51.5), (8.5, 51.5)),)), True),
        (Shape(lines=(((6.5, 51.6), (7.4, 52.5)),)), False),
        (Shape(lines=(((6.5, 51.0), (8.5, 51.0)),)), True),
        (Shape(lines=(((6.5, 50.9), (8.5, 50.9)),)), False),
        (Shape(lines=(((7.5, 50.0), (7.5, 53.0)),)), True),
        (Shape(lines=(((6.5, 51.5), (6.5, 51.5)),)), False),
        (polygon(square(6, 50, 3)), True),
        (polygon(square(7.2, 51.2, 0.1)), True),
        (polygon(square(9, 53, 1)), False),
        (polygon(square(6, 50, 3), square(6.5, 50.5, 2)), False),
        (polygon(square(6, 50, 3), square(7.2, 51.2, 0.1)), True),
        (Shape(), False),
    ],
    ids=[
        "point inside",
        "point on the corner",
        "point outside",
        "one point of two inside",
        "line through, ends outside",
        "line past the corner",
        "line along the edge",
        "line beside",
        "upright line",
        "line of one place outside",
        "polygon around the box",
        "polygon within the box",
        "polygon elsewhere",
        "box in the hole",
        "hole in the box",
        "nothing",
    ],
)
def test_a_shape_touches_a_box(shape, wanted):
    assert touches(shape, TOWN) is wanted


@given(SHAPES, BOX)
def test_a_position_in_the_box_is_enough_and_boxes_apart_are_too(shape, box):
    if any(box.holds(p) for p in shape.positions):
        assert touches(shape, box)
    if not box.meets(Box.around(shape.positions)):
        assert not touches(shape, box)


@given(SHAPES, BOX, POSITION)
def test_touching_does_not_depend_on_where_zero_is(shape, box, by):
    moved = shape.moved(lambda line: tuple((x + by[0], y + by[1]) for x, y in line))
    shifted = Box(box.west + by[0], box.south + by[1], box.east + by[0], box.north + by[1])
    assert touches(moved, shifted) == touches(shape, box)


@given(SHAPES, BOX)
def test_touching_does_not_depend_on_the_order_of_the_axes(shape, box):
    turned = shape.moved(lambda line: tuple((y, x) for x, y in line))
    assert touches(turned, Box(box.south, box.west, box.north, box.east)) == touches(shape, box)


def test_a_box_turned_inside_out_is_touched_by_nothing():
    assert not touches(Shape(points=((7.5, 51.5),)), TOWN.grown(-1))


# Fences


@pytest.mark.parametrize(
    ("shape", "verdict"),
    [
        (None, None),
        (Shape(), None),
        (Shape(points=((7.5, 51.5),)), True),
        (Shape(points=((7.005, 51.5),)), None),
        (Shape(points=((6.995, 51.5),)), None),
        (Shape(points=((6.98, 51.5),)), False),
        (Shape(lines=(((6.9, 51.995), (7.1, 51.995)),)), None),
        (Shape(lines=(((6.8, 51.5), (6.9, 51.5)),)), False),
        (Shape(lines=(((6.5, 51.5), (7.4, 51.5)),)), True),
        (Shape(lines=(((6.0, 51.5), (9.0, 51.5)),)), None),
        (Shape(lines=(((600.0, 51.5), (900.0, 51.5)),)), False),
        (Shape(points=((179.9, 51.5), (-179.9, 51.5))), False),
        (Shape(lines=(((179.9, 51.5), (-179.9, 51.5)),)), None),
        (Shape(points=((float("inf"), float("inf")),)), False),
    ],
    ids=[
        "no place",
        "empty place",
        "inside",
        "inside in the band",
        "outside in the band",
        "outside",
        "line in the band",
        "line outside",
        "line that ends inside",
        "line too long to be straight",
        "line of metres",
        "points on both sides of the antimeridian",
        "line across the antimeridian, or around the earth",
        "outside of the system",
    ],
)
def test_a_fence_judges_what_is_clear(shape, verdict):
    assert Fence(TOWN, 0.01).selects(shape) is verdict


@given(SHAPES, BOX, st.integers(1, 4))
def test_a_wider_band_says_less_and_never_the_opposite(shape, box, band):
    narrow, wide = Fence(box, band / 100).selects(shape), Fence(box, band / 10).selects(shape)
    assert wide in (narrow, None)


@given(SHAPES, BOX)
def test_a_verdict_is_what_the_shape_does(shape, box):
    verdict = Fence(box, 0.0).selects(shape)
    assert verdict is None or verdict == touches(shape, box)


@given(st.lists(SHAPES, max_size=8))
def test_a_telling_fence_tells_shapes_apart(shapes):
    fence = telling_fence(shapes, least_band=1e-5)
    if fence is not None:
        assert {True, False} <= {fence.selects(s) for s in shapes}


@pytest.mark.parametrize("shapes", [[], [Shape()], [Shape(points=((7.5, 51.5),))] * 3])
def test_what_lies_in_one_place_or_nowhere_cannot_be_told_apart(shapes):
    assert telling_fence(shapes, least_band=1e-5) is None


def test_two_places_are_told_apart():
    near, far = Shape(points=((7.9, 51.6),)), Shape(points=((8.9, 51.9),))
    fence = telling_fence([near, far], least_band=1e-5, share=0.1)
    assert fence is not None
    assert {fence.selects(near), fence.selects(far)} == {True, False}
    assert fence.band >= 0.1 * fence.box.size


@pytest.mark.parametrize(
    ("positions", "west"),
    [
        ((), -131.0),
        (((7.9, 51.6),), -131.0),
        (((-130.5, -48.5),), 79.0),
        (((-130.5, -48.5), (79.5, -45.5)), -30.0),
    ],
)
def test_the_far_box_keeps_away_from_all_shapes(positions, west):
    shapes = [Shape(points=(p,)) for p in positions]
    box = far_box(shapes)
    assert box.west == west
    assert not any(touches(s, box.grown(1)) for s in shapes)


def test_there_is_no_far_box_where_one_shape_spans_the_world():
    assert far_box([Shape(lines=(((-180.0, -90.0), (180.0, 90.0)),))]) is None


def test_the_world_holds_what_is_on_it():
    geometry = {"type": "LineString", "coordinates": [[-180, -90], [180, 90]]}
    assert all(WORLD.holds(p) for p in shape_of(geometry).positions)


# Comparing positions


@given(st.lists(POSITION, min_size=1, max_size=6), st.randoms())
def test_positions_are_close_to_themselves_in_any_order(line, random):
    other = list(line)
    random.shuffle(other)
    assert close(tuple(line), tuple(other), 0.0)


@given(st.lists(POSITION, max_size=6), st.lists(POSITION, max_size=6))
def test_closeness_works_both_ways(one, other):
    assert close(tuple(one), tuple(other), 0.5) == close(tuple(other), tuple(one), 0.5)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        (((1, 1),), ((1.05, 0.95),), True),
        (((1, 1),), ((1.2, 1),), False),
        (((1, 1), (2, 2)), ((1, 1),), False),
        (((1, 1), (2, 2)), ((2, 2), (1, 1), (2, 2)), True),
        ((), (), True),
        (((1, 1),), (), False),
        (((float("inf"), 1),), ((float("inf"), 1),), False),
    ],
)
def test_positions_within_a_tolerance(one, other, wanted):
    assert close(one, other, 0.1) is wanted


@pytest.mark.parametrize(("shift", "wanted"), [(0.0, True), (1.0, False)])
def test_of_very_many_positions_the_extents_are_compared(shift, wanted):
    line = tuple((float(n), float(n % 7)) for n in range(600))
    turned = tuple((x + shift, y) for x, y in reversed(line))
    assert close(line, turned, 0.1) is wanted
