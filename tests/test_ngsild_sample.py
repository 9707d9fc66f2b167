"""Samples of data that is not ours: distances, single values, and filters that part the sampled entities."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Inconclusive
from mimtest.vocabulary.ngsild_sample import (
    MOST,
    Sample,
    distance,
    observed,
    place_filters,
    plain_names,
    point_of,
    require_one,
    time_filters,
    value_filters,
    value_of,
)

START = datetime(2026, 10, 13, tzinfo=UTC)
DEGREE = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def prop(value, **more):
    return {"type": "Property", "value": value, **more}


def entity(n=1, **attributes):
    return {"id": f"urn:e:{n}", "type": "Lamp", **attributes}


def sample(*entities):
    return Sample("Lamp", tuple(entities))


# Distances


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ((0, 0), (0, 0), 0),
        ((0, 0), (1, 0), 111_195),
        ((0, 89), (0, 90), 111_195),
        ((0, 60), (1, 60), 55_597),
        ((179.5, 0), (-179.5, 0), 111_195),
        ((0, 0), (180, 0), 20_015_087),
        ((13.4050, 52.5200), (2.3522, 48.8566), 877_500),
    ],
)
def test_distances_are_those_on_a_sphere(one, other, metres):
    assert distance(one, other) == pytest.approx(metres, rel=1e-3, abs=1)


@given(DEGREE, DEGREE, DEGREE)
def test_distances_are_the_same_both_ways_and_no_detour_is_shorter(a, b, c):
    assert distance(a, b) == pytest.approx(distance(b, a))
    assert distance(a, a) == pytest.approx(0, abs=0.1)
    assert distance(a, c) <= distance(a, b) + distance(b, c) + 1


# Samples


@pytest.mark.parametrize(
    ("location", "point"),
    [
        ({"type": "Point", "coordinates": [7.9, 51.6]}, (7.9, 51.6)),
        ({"type": "Point", "coordinates": [7, 51, 90]}, (7.0, 51.0)),
        ({"type": "Point", "coordinates": [7]}, None),
        ({"type": "Point", "coordinates": ["7", "51"]}, None),
        ({"type": "Point", "coordinates": [True, 51]}, None),
        ({"type": "Point", "coordinates": [423814, 5717124]}, None),
        ({"type": "LineString", "coordinates": [[7, 51], [8, 52]]}, None),
        ("7,51", None),
    ],
)
def test_a_place_is_one_point(location, point):
    assert point_of(entity(location={"type": "GeoProperty", "value": location})) == point


def test_a_value_is_that_of_a_property_with_one_instance():
    one = entity(a=prop(1), b=[prop(1), prop(2)], c={"type": "Relationship", "object": "urn:x:1"})
    assert [value_of(one, n) for n in "abcd"] == [1, None, None, None]
    assert observed(entity(a=prop(1, observedAt="2026-10-13T00:00:00Z")), "a") == START
    assert observed(entity(a=prop(1, observedAt="then")), "a") is None


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("power", True),
        ("größe", True),
        ("a_1", True),
        ("1a", False),
        ("_a", False),
        ("a-b", False),
        ("a b", False),
        ("https://x.example/a", False),
        ("a.b", False),
    ],
)
def test_a_plain_name_can_stand_in_a_query(name, plain):
    assert plain_names({"id": "urn:e:1", "type": "T", name: prop(1)}) == [name] * plain


@given(st.lists(st.sampled_from(["red", "green", "a,b", 'q"', "", "x" * 60]), max_size=14))
def test_a_value_filter_parts_the_entities_it_names(colours):
    entities = [entity(n, colour=prop(c)) for n, c in enumerate(colours)]
    by_id = {e["id"]: e for e in entities}
    for chosen in value_filters(sample(*entities)):
        holding = {i for i in chosen.ids if chosen.holds_for(by_id[i])}
        assert set() < holding < set(chosen.ids)
        assert len(chosen.ids) <= MOST
        assert chosen.value in ("red", "green")
        assert chosen.literal == f'"{chosen.value}"'


@pytest.mark.parametrize(
    "values",
    [[], [1], [1, 1], [1, "a"], [True, False], [1.5, 2.5], [2**31, 2**40], ["ä", "ö"], [[1], [2]]],
)
def test_other_values_are_not_filtered_by(values):
    entities = [entity(n, a=prop(v)) for n, v in enumerate(values)]
    assert list(value_filters(sample(*entities))) == []


@given(st.lists(st.integers(0, 20_000), max_size=14))
def test_a_time_filter_lies_between_observations(milliseconds):
    seen = [START + timedelta(milliseconds=m) for m in milliseconds]
    entities = [entity(n, a=prop(1, observedAt=t.isoformat())) for n, t in enumerate(seen)]
    for chosen in time_filters(sample(*entities)):
        assert chosen.moment.microsecond == 0
        assert datetime.fromisoformat(chosen.literal) == chosen.moment
        assert min(seen[:MOST]) < chosen.moment < max(seen[:MOST])
        assert chosen.moment not in seen[:MOST]


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), max_size=12))
def test_a_place_filter_leaves_some_out_and_nobody_at_its_edge(steps):
    points = [(7.9 + x / 1e5, 51.6 + y / 1e5) for x, y in steps]
    entities = [
        entity(n, location={"type": "GeoProperty", "value": {"type": "Point", "coordinates": [*p]}})
        for n, p in enumerate(points)
    ]
    for chosen in place_filters(sample(*entities)):
        away = [distance(chosen.point, p) for p in points[:MOST]]
        assert min(away) < chosen.distance < max(away)
        assert not any(chosen.distance * 0.97 < a < chosen.distance * 1.03 for a in away)


def test_nothing_to_filter_by_is_no_data():
    assert require_one(iter([1, 2]), "numbers") == 1
    with pytest.raises(Inconclusive, match="hold no numbers"):
        require_one(iter([]), "numbers")
