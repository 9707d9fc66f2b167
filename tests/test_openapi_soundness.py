"""What is found in an API definition: parameters, paths, and what does not hold together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.vocabulary.openapi_features import (
    filled,
    named_by_the_standard,
    parameter_problem,
    path_for,
    security_of,
)
from mimtest.vocabulary.openapi_soundness import outer_references, problems

DONE = {"200": {"description": "Done."}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}
BOX = {
    "name": "bbox",
    "in": "query",
    "style": "form",
    "explode": False,
    "schema": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
}
OGC = "https://schemas.opengis.net/ogcapi/features/part1/1.0/openapi"


def definition(**paths):
    named = {f"/{k}": {"get": {"responses": DONE, **v}} for k, v in paths.items()}
    return {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": named}


def test_a_sound_definition_has_no_problems():
    assert not list(problems(definition(a={"operationId": "a"}, b={"operationId": "b"})))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (definition(a={"operationId": "a"}, b={"operationId": "a"}), "operationId 'a'"),
        (definition(**{"a/{id}": {}}), "{id}"),
        (definition(a={"parameters": [{"$ref": "#/components/parameters/x"}]}), "nothing is at"),
        (definition(a={"responses": {}}), "paths//a/get/responses"),
        ({"openapi": "2.0", "paths": {}}, "info"),
    ],
)
def test_what_is_wrong_is_said(document, said):
    assert any(said in line for line in problems(document))


def test_a_variable_may_be_explained_at_the_path():
    document = definition(**{"a/{id}": {}})
    document["paths"]["/a/{id}"]["parameters"] = [ID]
    assert not list(problems(document))


@pytest.mark.parametrize(
    ("parameter", "kind", "wrong"),
    [
        (LIMIT, "integer", False),
        (LIMIT | {"schema": {"type": ["integer", "null"]}}, "integer", False),
        (LIMIT | {"schema": {"type": "string"}}, "integer", True),
        (LIMIT | {"required": True}, "integer", True),
        (LIMIT | {"in": "header"}, "integer", True),
        (LIMIT | {"schema": {"type": "integer", "minimum": 10, "default": 1}}, "integer", True),
        (LIMIT | {"schema": {"type": "integer", "minimum": 0, "default": 10}}, "integer", False),
        (BOX, "array", False),
        ({k: v for k, v in BOX.items() if k != "explode"}, "array", True),
        (BOX | {"style": "spaceDelimited"}, "array", True),
        (BOX | {"schema": {"oneOf": [BOX["schema"]]}}, "array", False),
        (BOX | {"schema": BOX["schema"] | {"maxItems": 3}}, "array", True),
        (BOX | {"schema": BOX["schema"] | {"minItems": 6}}, "array", True),
        (BOX | {"schema": BOX["schema"] | {"items": {"type": "string"}}}, "array", True),
        (BOX | {"schema": {"type": "string"}}, "array", True),
    ],
)
def test_a_parameter_is_as_the_standard_has_it_or_not(parameter, kind, wrong):
    assert bool(parameter_problem(parameter, kind, {})) is wrong


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        (f"{OGC}/parameters/limit.yaml", "limit"),
        (f"{OGC}/ogcapi-features-1.yaml#/components/parameters/bbox", "bbox"),
        ("#/components/parameters/limit", None),
        ("https://elsewhere.example/limit.yaml", None),
    ],
)
def test_parameters_of_the_standard_are_known_by_their_address(reference, name):
    assert named_by_the_standard({"$ref": reference}) == name


def test_paths_are_found_by_name_before_variables():
    paths = ["/", "/collections/{c}/items", "/collections/a/items", "/api/collections/{c}"]
    document = {"paths": {path: {} for path in paths}}
    assert path_for(document, "collections", "a", "items") == "/collections/a/items"
    assert path_for(document, "collections", "b", "items") == "/collections/{c}/items"
    assert path_for(document, "collections", "b") == "/api/collections/{c}"
    assert path_for(document) == "/"
    assert path_for(document, "conformance") is None


def test_paths_are_filled_with_what_is_known():
    known = {"a b": "x/1"}
    assert filled("/collections/{c}/items/{f}", known) == "/collections/a%20b/items/x%2F1"
    assert filled("/collections/other/items/{f}", known) is None
    assert filled("/collections/other/items", known) == "/collections/other/items"
    assert filled("/jobs/{id}", known) is None


def test_security_may_be_for_everything_or_one_operation():
    needs = {"security": [{"token": []}]}
    assert security_of(needs, {})
    assert not security_of(needs, {"security": []})
    assert not security_of({}, {"security": [{}, {"token": []}]})


def test_documents_of_standards_are_no_others():
    node = {"a": [{"$ref": f"{OGC}/x.yaml"}, {"$ref": "y.json#/z"}], "example": {"$ref": "no.json"}}
    assert outer_references(node, "https://city.example/api") == ["https://city.example/y.json"]


@given(
    st.recursive(
        st.none() | st.integers() | st.sampled_from(["#/paths", "get", "a"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["paths", "/a/{x}", "get", "parameters", "$ref", "responses"]),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_whatever_comes_is_read(value):
    document = value if isinstance(value, dict) else {"paths": value}
    list(problems(document))
    outer_references(document, "https://city.example/api")
