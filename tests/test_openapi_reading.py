"""What is read out of an API definition: local references, paths, and two kinds of parameters."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Inconclusive
from mimtest.vocabulary.openapi import (
    free_form,
    maximum_of_limit,
    parameters_of_items,
    resolve,
)

LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}
BOX = {"name": "bbox", "in": "query", "schema": {"type": "array"}}
FREE = {"name": "more", "in": "query", "schema": {"type": "object"}}
STANDARD = {"$ref": "https://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/limit.yaml"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["#/paths", "query", "form"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["paths", "/collections/a/items", "get", "parameters", "$ref", "schema", "in"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


def definition(*parameters, path="/collections/a/items", **more):
    return {"paths": {path: {"get": {"parameters": list(parameters)}}}, **more}


# References


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("#/components/parameters/limit", LIMIT),
        ("#/components/parameters/alias", LIMIT),
        ("#/components/parameters/odd~1na~0me", BOX),
        ("#/components/parameters/%7Bx%7D", FREE),
        ("#/components/parameters/%7bx%7d", FREE),
        ("#/paths/~1x/get/parameters/1", LIMIT),
        ("#/paths/~1x/get/parameters/2", None),
        ("#/paths/~1x/get/parameters/-1", None),
        ("#/components/parameters/nothing", None),
        ("#/components/parameters/limit/name/more", None),
        ("#/components/parameters/round", None),
    ],
)
def test_a_local_reference_is_followed(reference, found):
    whole = {
        "components": {
            "parameters": {
                "limit": LIMIT,
                "alias": {"$ref": "#/components/parameters/limit"},
                "odd/na~me": BOX,
                "{x}": FREE,
                "round": {"$ref": "#/components/parameters/round"},
            }
        },
        "paths": {"/x": {"get": {"parameters": [BOX, LIMIT]}}},
    }
    assert resolve(whole, {"$ref": reference}) == found


@pytest.mark.parametrize("node", [None, 7, [], {}, LIMIT, STANDARD, {"$ref": 7}, {"$ref": "#"}])
def test_anything_else_stays_as_it_is(node):
    assert resolve({}, node) == node


# Parameters


@pytest.mark.parametrize(
    "path",
    [
        "/collections/a/items",
        "/collections/a/items/",
        "/ogc/v1/collections/a/items",
        "/collections/{collectionId}/items",
    ],
)
def test_the_path_of_the_features_is_found(path):
    assert parameters_of_items(definition(LIMIT, BOX, path=path), "a") == [LIMIT, BOX]


@pytest.mark.parametrize(
    "whole",
    [
        None,
        [],
        {},
        {"paths": []},
        {"paths": {}},
        {"paths": {"/collections/a/items": None}},
        definition(LIMIT, path="/collections/b/items"),
        definition(LIMIT, path="/collections/a/items/{featureId}"),
        definition(LIMIT, path="/collections/a"),
    ],
)
def test_without_such_a_path_nothing_is_said(whole):
    with pytest.raises(Inconclusive, match="has no path for the features of 'a'"):
        parameters_of_items(whole, "a")


def test_the_collections_own_path_comes_before_the_general_one():
    general = definition(BOX, path="/collections/{id}/items")
    own = definition(LIMIT)["paths"]
    assert parameters_of_items({"paths": general["paths"] | own}, "a") == [LIMIT]
    assert parameters_of_items({"paths": general["paths"] | own}, "b") == [BOX]


def test_parameters_of_the_path_and_of_the_operation_count_those_of_the_operation_first():
    lower = {**LIMIT, "schema": {"maximum": 7}}
    item = {"parameters": [LIMIT, BOX], "get": {"parameters": [lower]}}
    found = parameters_of_items({"paths": {"/collections/a/items": item}}, "a")
    assert BOX in found
    assert maximum_of_limit(found) == 7


def test_references_are_resolved_those_to_the_standard_stay():
    whole = definition({"$ref": "#/components/parameters/l"}, STANDARD)
    whole["components"] = {"parameters": {"l": LIMIT}}
    assert parameters_of_items(whole, "a") == [LIMIT, STANDARD]


def test_a_reference_elsewhere_leaves_it_open():
    with pytest.raises(Inconclusive, match=r"is defined elsewhere: other\.yaml"):
        parameters_of_items(definition({"$ref": "other.yaml#/limit"}), "a")


@given(JSON)
def test_a_definition_of_any_shape_is_read_or_left_open(whole):
    with suppress(Inconclusive):
        parameters = parameters_of_items(whole, "a")
        free_form(parameters)
        maximum_of_limit(parameters)


# What they say


def changed(parameter, **members):
    return parameter | members


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        (FREE, "more"),
        (changed(FREE, style="form", explode=True), "more"),
        (changed(FREE, schema={"type": "object", "additionalProperties": {}}), "more"),
        (changed(FREE, schema={"type": "object", "additionalProperties": False}), None),
        (changed(FREE, explode=False), None),
        (changed(FREE, style="deepObject"), None),
        (changed(FREE, schema=None), None),
        (changed(FREE, **{"in": "path"}), None),
        (LIMIT, None),
        (STANDARD, None),
        (None, None),
    ],
)
def test_a_parameter_may_stand_for_any_names(parameter, name):
    assert free_form([parameter]) == name
    assert free_form([BOX, parameter]) == name


@pytest.mark.parametrize(
    ("parameter", "most"),
    [
        (LIMIT, 100),
        (changed(LIMIT, schema={"type": "integer"}), None),
        (changed(LIMIT, schema={"maximum": "100"}), None),
        (changed(LIMIT, schema={"maximum": True}), None),
        (changed(LIMIT, schema=None), None),
        (BOX, None),
        (STANDARD, None),
        (None, None),
    ],
)
def test_the_maximum_of_limit_is_a_whole_number_or_unknown(parameter, most):
    assert maximum_of_limit([parameter]) == most
    assert maximum_of_limit([None, BOX, parameter]) == most
