"""What queries are made of, and what they have to find: places, scopes, pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.geojson import shape_of
from mimtest.vocabulary.ngsild_paging import Walk
from mimtest.vocabulary.ngsild_places import (
    area,
    line,
    point,
    same_place,
    telling,
    telling_distances,
)
from mimtest.vocabulary.ngsild_query import numbers_of, quoted, scopes_of, under

BOX = Box(0, 0, 2, 2)


def square(west, south, size=1.0):
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return shape_of({"type": "Polygon", "coordinates": [ring]})


def spot(x, y):
    return shape_of({"type": "Point", "coordinates": [x, y]})


ROW = [square(2 * n, 0) for n in range(5)]


# Places


@pytest.mark.parametrize(
    ("relation", "shape", "holds"),
    [
        ("within", square(0.5, 0.5), True),
        ("within", square(1.5, 0.5), False),
        ("overlaps", square(1.5, 0.5), True),
        ("overlaps", square(0.5, 0.5), False),
        ("overlaps", square(-1, -1, 5), False),
        ("contains", square(-1, -1, 5), True),
        ("contains", square(1.5, 0.5), False),
        ("intersects", square(1.5, 0.5), True),
        ("intersects", spot(3, 3), False),
        ("disjoint", spot(3, 3), True),
        ("within", spot(1, 1), True),
        ("within", spot(2, 1), None),
        ("disjoint", square(2, 0), None),
    ],
)
def test_a_shape_is_related_to_an_area(relation, shape, holds):
    assert area(BOX).holds(relation, shape) is holds


def test_a_shape_is_related_to_a_line_and_a_point():
    assert line(BOX).holds("intersects", square(0.5, 0.5)) is True
    assert line(BOX).holds("intersects", square(3, 0.5)) is False
    assert line(BOX).holds("disjoint", square(0, 1)) is None
    assert point(BOX).holds("contains", square(0.5, 0.5)) is True
    assert point(BOX).holds("contains", square(3, 3)) is False
    assert point(BOX).holds("contains", square(1, 1)) is None


@pytest.mark.parametrize("relation", ["within", "overlaps", "intersects", "disjoint"])
def test_an_area_is_found_that_parts_a_row_of_squares(relation):
    reference = telling(relation, "Polygon", ROW)
    assert {reference.holds(relation, s) for s in ROW} == {True, False}


def test_an_area_tells_what_lies_in_it_from_what_overlaps_it():
    reference = telling("overlaps", "Polygon", ROW)
    inside = [s for s in ROW if reference.holds("within", s)]
    over = [s for s in ROW if reference.holds("overlaps", s)]
    assert inside
    assert over
    assert not [s for s in inside if s in over]


def test_the_same_place_everywhere_is_parted_by_nothing():
    with pytest.raises(Inconclusive):
        telling("within", "Polygon", [spot(1, 1), spot(1, 1)])
    with pytest.raises(Inconclusive):
        telling_distances({"a": ((1.0, 1.0),), "b": ((1.0, 1.0),)})


def test_distances_are_far_from_those_there_are():
    points = {str(n): ((n / 100, 50.0),) for n in range(6)}
    (here,), limits = telling_distances(points)
    assert here == (0.0, 50.0)
    assert limits[0] < limits[-1]
    assert all(limit > 0 for limit in limits)


def test_a_parameter_names_the_attribute_unless_it_is_the_location():
    assert "geoproperty" not in area(BOX).params("within", "location")
    assert area(BOX).params("within", "site")["geoproperty"] == "site"
    assert area(BOX).params("within", "site")["geometry"] == "Polygon"


def test_places_are_the_same_or_nearly():
    one = {"type": "Point", "coordinates": [1, 2]}
    assert same_place(one, {"type": "Point", "coordinates": [1, 2]}) is True
    assert same_place(one, {"type": "Point", "coordinates": [1.00001, 2]}) is None
    assert same_place(one, {"type": "Point", "coordinates": [3, 2]}) is False
    with pytest.raises(Contradiction):
        same_place(one, {"type": "Point", "coordinates": ["1", 2]})


# Scopes


@pytest.mark.parametrize(
    ("pattern", "scope", "fits"),
    [
        ("/a", "/a", True),
        ("/a", "/a/b", False),
        ("/a/#", "/a", True),
        ("/a/#", "/a/b/c", True),
        ("/a/#", "/ab", False),
        ("/a/+/c", "/a/b/c", True),
        ("/a/+/c", "/a/b", False),
        ("/a/+/c", "/a/b/c/d", False),
        ("/+", "/a", True),
    ],
)
def test_a_scope_fits_a_pattern(pattern, scope, fits):
    assert under(pattern)(scope) is fits


def test_scopes_are_read_alone_in_arrays_and_without_their_slash():
    assert scopes_of({"scope": "a/b"}) == {"/a/b"}
    assert scopes_of({"scope": ["/a", "b", 7]}) == {"/a", "/b"}
    assert scopes_of({}) == frozenset()


# Values


def test_numbers_are_told_from_other_values():
    entities = [
        {"id": str(n), "type": "T", "level": {"type": "Property", "value": v}}
        for n, v in enumerate((1, 2.5, True, "3"))
    ]
    assert numbers_of("level", entities) == {"0": 1, "1": 2.5}
    with pytest.raises(Inconclusive):
        numbers_of("other", entities)


def test_a_text_is_quoted_as_json_is():
    assert quoted('a "b" ü') == '"a \\"b\\" ü"'


# Pages


@given(st.integers(0, 10**6))
def test_a_walk_is_short_and_reaches_the_end_of_what_is_not_much(held):
    plan = Walk.of(held)
    assert 2 <= plan.size <= 100
    assert plan.most <= 18
    assert plan.size * plan.most >= min(held, 800)
