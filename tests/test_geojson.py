"""GeoJSON as RFC 7946 has it: what is taken apart, and what is contradicted."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Contradiction
from mimtest.vocabulary.geojson import (
    Shape,
    assert_bbox,
    assert_feature,
    assert_feature_collection,
    shape_of,
)

A, B, C = [7.0, 51.0], [8.0, 51.0], [8, 52.5, 93.5]
RING = [A, B, C, A]
FLAT = ((7.0, 51.0), (8.0, 51.0), (8.0, 52.5), (7.0, 51.0))
NUMBER = st.floats(-180, 180) | st.integers(-180, 180)
POSITION = st.lists(NUMBER, min_size=2, max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["Point", "Feature", "x"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "coordinates", "geometries", "features", "geometry", "id"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def geometry(kind, coordinates):
    return {"type": kind, "coordinates": coordinates}


@pytest.mark.parametrize(
    ("kind", "coordinates", "shape"),
    [
        ("Point", C, Shape(points=((8.0, 52.5),))),
        ("Point", [], Shape()),
        ("MultiPoint", [A, B], Shape(points=((7.0, 51.0), (8.0, 51.0)))),
        ("MultiPoint", [], Shape()),
        ("LineString", RING, Shape(lines=(FLAT,))),
        ("LineString", [], Shape()),
        ("MultiLineString", [RING, RING], Shape(lines=(FLAT, FLAT))),
        ("Polygon", [RING, RING], Shape(polygons=((FLAT, FLAT),))),
        ("Polygon", [], Shape()),
        ("MultiPolygon", [[RING], [RING]], Shape(polygons=((FLAT,), (FLAT,)))),
    ],
)
def test_every_type_of_geometry_is_taken_apart(kind, coordinates, shape):
    assert shape_of(geometry(kind, coordinates)) == shape


def test_a_feature_may_be_without_a_place():
    assert shape_of(None) is None


def test_the_parts_of_a_collection_come_together():
    parts = [geometry("Point", A), geometry("LineString", RING), geometry("Polygon", [RING])]
    shape = shape_of({"type": "GeometryCollection", "geometries": parts})
    assert shape == Shape(((7.0, 51.0),), (FLAT,), ((FLAT,),))
    assert len(shape.positions) == 9


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({}, "no member 'type'"),
        ([], "the geometry is not an object"),
        ({"type": "Point"}, "no member 'coordinates'"),
        ({"type": 1, "coordinates": A}, "'type' of the geometry is not a string"),
        (geometry("Circle", A), "unknown type"),
        (geometry("Point", "7 51"), "not an array"),
        (geometry("Point", ["7", "51"]), "a coordinate is not a number"),
        (geometry("Point", [True, 51]), "a coordinate is not a number"),
        (geometry("Point", [7]), "section 3.1.1"),
        (geometry("Point", [10**400, 51]), "beyond every range"),
        (geometry("LineString", [A]), "section 3.1.4"),
        (geometry("LineString", A), "a position is not an array"),
        (geometry("Polygon", RING), "a position is not an array"),
        (geometry("Polygon", [[A, B, A]]), "fewer than four"),
        (geometry("Polygon", [[]]), "fewer than four"),
        (geometry("Polygon", [[A, B, C, B]]), "does not end where it starts"),
        (geometry("MultiPolygon", [[RING, [*RING[:3], B]]]), "does not end where it starts"),
        ({"type": "GeometryCollection", "geometries": {}}, "not an array"),
        ({"type": "GeometryCollection", "geometries": [geometry("Point", [7])]}, "3.1.1"),
    ],
)
def test_what_the_format_excludes_is_said(broken, words):
    with pytest.raises(Contradiction, match=words):
        shape_of(broken)


@given(st.lists(POSITION, min_size=3, max_size=6))
def test_a_ring_is_taken_when_closed_and_refused_when_open(positions):
    shape = shape_of(geometry("Polygon", [[*positions, positions[0]]]))
    assert shape.positions[0] == shape.positions[-1]
    assert len(shape.positions) == len(positions) + 1
    away = [positions[0][0] + 1, *positions[0][1:]]
    with pytest.raises(Contradiction, match="does not end where it starts"):
        shape_of(geometry("Polygon", [[*positions, away]]))


def test_whole_numbers_close_a_ring_as_fractions_do():
    assert shape_of(geometry("Polygon", [[[7, 51], B, C, [7.0, 51.0]]])).polygons


@given(JSON)
def test_nothing_a_server_sends_raises_anything_but_a_contradiction(value):
    for read in (shape_of, assert_feature, assert_feature_collection):
        with suppress(Contradiction):
            read(value)


@given(st.lists(POSITION, max_size=5))
def test_a_shape_is_moved_position_by_position(positions):
    shape = shape_of(geometry("MultiPoint", positions))
    turned = shape.moved(lambda line: tuple((y, x) for x, y in line))
    assert turned.positions == tuple((y, x) for x, y in shape.positions)


# Features


def feature(**members):
    given = {"type": "Feature", "geometry": None, "properties": None, **members}
    return {name: value for name, value in given.items() if value is not ...}


@pytest.mark.parametrize(
    "sound",
    [feature(), feature(id="a"), feature(id=7), feature(id=7.5), feature(properties={}, style=1)],
)
def test_a_feature_is_one(sound):
    assert_feature(sound)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (feature(type="feature"), "'type' is not 'Feature'"),
        (feature(geometry=...), "no member 'geometry'"),
        (feature(properties=...), "no member 'properties'"),
        (feature(properties=[]), "'properties' of the feature is not an object"),
        (feature(geometry="POINT (7 51)"), "'geometry' of the feature is not an object"),
        (feature(id=None), "neither text nor a number"),
        (feature(id=True), "neither text nor a number"),
        (feature(coordinates=A), "section 7.1"),
        (feature(features=[]), "section 7.1"),
        ([], "not an object"),
    ],
)
def test_what_is_no_feature_is_said(broken, words):
    with pytest.raises(Contradiction, match=words):
        assert_feature(broken)


def test_a_feature_collection_gives_its_features():
    assert assert_feature_collection({"type": "FeatureCollection", "features": []}) == []
    one = feature(id="a")
    assert assert_feature_collection({"type": "FeatureCollection", "features": [one]}) == [one]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ([feature()], "not an object"),
        ({"type": "Feature", "features": []}, "'type' is not 'FeatureCollection'"),
        ({"type": "FeatureCollection"}, "no member 'features'"),
        ({"type": "FeatureCollection", "features": {}}, "not an array"),
        ({"type": "FeatureCollection", "features": [None]}, "not an object"),
        ({"type": "FeatureCollection", "features": [geometry("Point", A)]}, "is not 'Feature'"),
    ],
)
def test_what_is_no_feature_collection_is_said(broken, words):
    with pytest.raises(Contradiction, match=words):
        assert_feature_collection(broken)


# Boxes


@given(st.sampled_from([4, 6]).flatmap(lambda n: st.lists(NUMBER, min_size=n, max_size=n)))
def test_a_box_has_two_numbers_for_each_axis(numbers):
    assert assert_bbox(numbers, "it") == numbers


@pytest.mark.parametrize(
    "broken",
    [None, "7,51,8,52", [], [7, 51], [7, 51, 8, 52, 9], [7, 51, 8, "52"], [7, 51, 8, None]],
)
def test_what_is_no_box_is_said(broken):
    with pytest.raises(Contradiction, match=r"it |a coordinate"):
        assert_bbox(broken, "it")
