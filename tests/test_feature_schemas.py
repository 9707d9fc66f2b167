"""Schemas of features: what counts as a place, as a type, as the address, and as a declared class."""

from dataclasses import dataclass

import pytest

from mimtest.errors import Contradiction, NotApplicable
from mimtest.vocabulary.feature_schemas import (
    DIALECTS,
    FeatureSchema,
    assert_described,
    assert_typed,
    declared,
    fits,
    linking,
    names_a_geometry,
    require,
)
from mimtest.vocabulary.ogcapi import Link

ROOT = "http://www.opengis.net/spec"


@dataclass
class Answer:
    url: str = "https://city.example/ogc/collections/a/queryables?f=json"

    def resolve(self, reference):
        return reference if ":" in reference else f"https://city.example{reference}"


def schema(properties=None, **more):
    return FeatureSchema(Answer(), {"type": "object", "properties": properties or {}, **more})


@pytest.mark.parametrize(
    "format",
    ["geometry-any", "geometry-point", "geometry-multipolygon", "geometry-point-or-multipoint"],
)
def test_geometry_formats_are_known(format):
    assert names_a_geometry({"format": format})


@pytest.mark.parametrize(
    "format", ["geometry", "geometry-", "geometry-Point", "geometry-circle", 5]
)
def test_other_formats_are_not(format):
    assert not names_a_geometry({"format": format})


@pytest.mark.parametrize(
    ("told", "value", "expected"),
    [
        ({"type": "integer"}, 4, True),
        ({"type": "integer"}, 4.0, True),
        ({"type": "integer"}, 4.5, False),
        ({"type": "integer"}, True, False),
        ({"type": "number"}, "4", False),
        ({"type": ["string", "null"]}, "a", True),
        ({"type": ["string", "null"]}, 4, False),
        ({"type": "geometry"}, {}, True),
        ({}, 4, True),
    ],
)
def test_values_fit_types(told, value, expected):
    assert fits(told, value) is expected


def test_the_first_place_is_the_one_that_says_so():
    one, two = {"format": "geometry-point"}, {"format": "geometry-polygon"}
    assert schema({"a": one}).place == "a"
    assert schema({"a": one, "b": two}).place is None
    assert schema({"a": one, "b": {**two, "x-ogc-role": "primary-geometry"}}).place == "b"
    assert schema({"a": {"$ref": "https://geojson.org/schema/Point.json"}}).place == "a"
    assert schema({"a": {"type": "string"}}).place is None


@pytest.mark.parametrize(
    "dialect",
    [
        "https://json-schema.org/draft/2020-12/schema",
        "http://json-schema.org/draft/2019-09/schema#",
        "http://json-schema.org/2019-09/schema#",
    ],
)
def test_dialects_of_the_standard_and_its_drafts(dialect):
    assert DIALECTS.fullmatch(dialect)
    assert_described(schema(**{"$schema": dialect, "$id": "/ogc/collections/a/queryables"}), "x")


@pytest.mark.parametrize(
    "wrong",
    [
        {"$schema": "http://json-schema.org/draft-07/schema#"},
        {"$schema": None},
        {"$id": None},
        {"$id": "https://city.example/ogc/collections/a"},
        {"$id": "https://city.example/ogc/collections/a/queryables?f=json"},
    ],
)
def test_another_dialect_or_address_is_noticed(wrong):
    right = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "http://inside:8080/ogc/collections/a/queryables",
    }
    assert_described(schema(**right), "x")
    with pytest.raises(Contradiction):
        assert_described(schema(**{**right, **wrong}), "x")


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"title": "a"},
        {"format": "geometry-point", "type": "object"},
        {"$ref": "https://geojson.org/schema/Point.json"},
    ],
)
def test_a_property_without_its_type_is_noticed(told):
    assert_typed(schema({"a": {"type": "string"}, "b": {"format": "geometry-any"}}), "x")
    with pytest.raises(Contradiction):
        assert_typed(schema({"a": told}), "x")


def test_classes_of_any_version_count():
    classes = [f"{ROOT}/ogcapi-features-3/1.0/conf/filter", f"{ROOT}/cql2/0.9/conf/basic-cql2"]
    assert declared(classes, "ogcapi-features-3", "features-filter", "filter")
    assert declared(classes, "cql2", "basic-cql2")
    assert not declared(classes, "cql2", "cql2")
    require(classes, "cql2", "basic-cql2")
    with pytest.raises(NotApplicable):
        require(classes, "cql2", "cql2-json")


@pytest.mark.parametrize("rel", ["queryables", "ogc-rel:queryables", "[ogc-rel:queryables]"])
def test_relations_may_be_shortened(rel):
    assert linking([Link(rel, "/q", None), Link("items", "/i", None)], "queryables")
