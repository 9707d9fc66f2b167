"""Forms of entities are computed, and compared whichever permitted way they are written."""

import pytest

from mimtest.errors import Contradiction
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY
from mimtest.vocabulary.ngsild_features import assert_feature, geometry_of
from mimtest.vocabulary.ngsild_forms import (
    assert_concise,
    assert_simplified,
    concise,
    settled,
    simplified,
    simplified_before,
)
from mimtest.vocabulary.ngsild_normalized import (
    assert_normalized,
    assert_well_formed,
    nulls_in,
    stamps_in,
)

POINT = {"type": "Point", "coordinates": [7.9, 51.6]}
FULL = {
    "id": "urn:x:1",
    "type": "Room",
    "temp": {
        "type": "Property",
        "value": 9,
        "unitCode": "CEL",
        "by": {"type": "Property", "value": 2},
    },
    "label": {"type": "Property", "value": "hall"},
    "location": {"type": "GeoProperty", "value": POINT},
    "inside": {"type": "Relationship", "object": "urn:x:2"},
    "name": {"type": "LanguageProperty", "languageMap": {"en": "hall"}},
    "kind": {"type": "VocabProperty", "vocab": "Indoor"},
    "raw": {"type": "JsonProperty", "json": {"id": None}},
    "steps": {"type": "ListProperty", "valueList": [1, 1]},
    "level": [
        {"type": "Property", "value": 1},
        {"type": "Property", "value": 2, "datasetId": "urn:x:d"},
    ],
}
CONCISE = {
    "id": "urn:x:1",
    "type": "Room",
    "temp": {"value": 9, "unitCode": "CEL", "by": 2},
    "label": "hall",
    "location": POINT,
    "inside": {"object": "urn:x:2"},
    "name": {"languageMap": {"en": "hall"}},
    "kind": {"vocab": "Indoor"},
    "raw": {"json": {"id": None}},
    "steps": {"valueList": [1, 1]},
    "level": [{"value": 1}, {"value": 2, "datasetId": "urn:x:d"}],
}
SIMPLE = {
    "id": "urn:x:1",
    "type": ["Room"],
    "temp": 9.0,
    "label": "hall",
    "location": POINT,
    "inside": "urn:x:2",
    "name": {"languageMap": {"en": "hall"}},
    "kind": {"vocab": f"{DEFAULT_VOCABULARY}Indoor"},
    "raw": {"json": {"id": None}},
    "steps": [1, 1],
    "level": {"dataset": {"@none": 1, "urn:x:d": 2}},
}


@pytest.fixture
def seen():
    return set()


@pytest.fixture
def reading(seen):
    return lambda point, name: seen.add((point, name))


@pytest.mark.parametrize("name", [n for n in FULL if n not in ("id", "type", "level")])
def test_concise_form_is_computed(name):
    expected = CONCISE[name]
    assert concise(FULL[name]) == expected


@pytest.mark.parametrize(
    "other",
    [{}, {"label": {"value": "hall"}}, {"steps": [1, 1]}, {"level": CONCISE["level"][::-1]}],
)
def test_concise_forms_that_lose_nothing_are_accepted(other, reading):
    assert_concise(CONCISE | other, FULL, reading)


@pytest.mark.parametrize(
    "other",
    [
        {"label": FULL["label"]},
        {"inside": "urn:x:2"},
        {"temp": {"value": 9}},
        {"temp": 9},
        {"steps": [1]},
        {"level": [1, 2]},
        {"level": CONCISE["level"][:1]},
        {"kind": "Indoor"},
        {"raw": {"json": {}}},
    ],
)
def test_concise_forms_that_are_none_are_not(other, reading):
    with pytest.raises(Contradiction):
        assert_concise(CONCISE | other, FULL, reading)


@pytest.mark.parametrize(
    ("other", "noted"),
    [
        ({}, {("A54", "wrapped"), ("A73", "bare")}),
        ({"name": {"en": "hall"}}, {("A54", "bare"), ("A73", "bare")}),
        ({"steps": {"valueList": [1, 1]}}, {("A54", "wrapped"), ("A73", "wrapped")}),
    ],
)
def test_simplified_forms_are_accepted_and_noted(other, noted, reading, seen):
    assert_simplified(SIMPLE | other, FULL, reading)
    assert seen == noted


@pytest.mark.parametrize(
    "other",
    [
        {"id": "urn:x:2"},
        {"type": "Hall"},
        {"type": 5},
        {"temp": {"value": 9}},
        {"inside": {"object": "urn:x:2"}},
        {"kind": "Indoor"},
        {"raw": {"id": None}},
        {"steps": [1]},
        {"level": 1},
        {"level": {"dataset": {"@none": 1}}},
    ],
)
def test_simplified_forms_that_are_none_are_not(other, reading):
    with pytest.raises(Contradiction):
        assert_simplified(SIMPLE | other, FULL, reading)


def test_before_1_8_1_several_instances_could_be_shown_as_one_or_all():
    newer = [f.value for f in simplified(FULL["level"])]
    older = [f.value for f in simplified_before(FULL["level"])]
    assert newer == [{"dataset": {"@none": 1, "urn:x:d": 2}}]
    assert older == [*newer, 1, [1, 2]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([{"value": 1}], {"value": 1}),
        ({"value": 1, "observedAt": "2026-01-01T01:00:00+01:00"},
         {"value": 1, "observedAt": "2026-01-01T00:00:00.000Z"}),
        ({"type": "ListRelationship", "objectList": [{"object": "urn:x:1"}]},
         {"type": "ListRelationship", "objectList": ["urn:x:1"]}),
        ({"type": "Property", "value": {"@type": "Date", "@value": "2026-01-01"}},
         {"type": "Property", "value": "2026-01-01"}),
        ({"value": 1, f"{DEFAULT_VOCABULARY}by": {"value": 2}}, {"value": 1, "by": 2}),
        ({"value": 1, "datasetId": "@none", "createdAt": "x"}, 1),
    ],
)  # fmt: skip
def test_ways_to_write_the_same_are_the_same(one, other):
    assert settled(one) == settled(other)


@pytest.mark.parametrize("value", [None, 5, [], {}, [None], {"value": {}}, [{"value": 1}, 5]])
def test_anything_can_be_settled(value):
    settled(value)


def test_a_full_form_is_well_formed_and_the_same(reading):
    assert_well_formed(FULL, reading)
    assert_normalized(FULL | {"level": FULL["level"][::-1]}, FULL)


@pytest.mark.parametrize(
    "attribute",
    [
        5,
        [],
        None,
        {"value": 5},
        {"type": "Number", "value": 5},
        {"type": "Property"},
        {"type": "Property", "value": None},
        {"type": "Property", "value": 5, "object": "urn:x:1"},
        {"type": "Relationship", "object": "urn:x:1", "unitCode": "CEL"},
        {"type": "Property", "value": 5, "datasetId": "no URI"},
        {"type": "Property", "value": 5, "by": 7},
        [{"type": "Property", "value": 5}, {"type": "Property", "value": 6}],
    ],
)
def test_an_attribute_that_is_none_is_not_well_formed(attribute, reading):
    with pytest.raises(Contradiction):
        assert_well_formed({"id": "urn:x:1", "type": "Room", "label": attribute}, reading)


def test_a_feature_has_the_geometry_of_the_default_instance():
    feature = {"type": "Feature", "id": "urn:x:1", "geometry": POINT, "properties": FULL | {}}
    del feature["properties"]["id"]
    assert geometry_of(FULL) == POINT
    assert geometry_of(FULL, "label") is None
    assert_feature(feature, FULL, POINT, assert_normalized)
    with pytest.raises(Contradiction):
        assert_feature(feature | {"geometry": None}, FULL, POINT, assert_normalized)


def test_nulls_and_times_are_found():
    assert list(nulls_in({"a": [{"b": None}], "json": None, "geometry": None})) == ["a.b"]
    assert stamps_in({"createdAt": "x", "label": {"type": "Property", "modifiedAt": "y"}}) == [
        "createdAt",
        "modifiedAt",
    ]
