"""The API definition of the features service: whole, and true."""

import json

import pytest

from mimtest.sandbox.city import load_city
from mimtest.sandbox.features import service
from mimtest.sandbox.features.crs import SYSTEMS
from tests.features_asking import (
    IDS,
    ROOT,
    ask,
    ids,
    items,
)


@pytest.fixture(scope="module")
def places():
    return service(load_city())


def resolved(api, node):
    if "$ref" not in node:
        return node
    _, section, name = node["$ref"].removeprefix("#/").split("/")
    return api["components"][section][name]


def parameters(places, collection):
    api = ask(places, "/api").json()
    operation = api["paths"][f"/collections/{collection}/items"]["get"]
    return {p["name"]: p for p in (resolved(api, p) for p in operation["parameters"])}


def sortables(places, collection):
    return ask(places, f"/collections/{collection}/sortables").json()["properties"]


def test_the_definition_is_honest_about_the_bounds(places):
    declared = parameters(places, "buildings")
    limit = declared["limit"]["schema"]
    assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 100, 10)
    assert declared["bbox"]["schema"]["items"] == {"type": "number"}
    assert (declared["bbox"]["style"], declared["bbox"]["explode"]) == ("form", False)
    assert declared["crs"]["schema"]["enum"] == list(SYSTEMS)
    assert declared["floorsAboveGround"]["schema"] == {"type": "integer"}
    assert len(ask(places, "/collections/streetlights/items").json()["features"]) == 10


@pytest.mark.parametrize("collection", IDS)
def test_every_declared_parameter_is_taken_and_no_other(places, collection):
    samples = {"integer": "3", "number": "3.5", "boolean": "true"}
    moment = "2026-10-12T08:00:00Z"
    values = {"bbox": "7,51,8,52", "datetime": moment, "f": "json", "filter": "geometry IS NULL"}
    values |= {"dateObserved": moment, "sortby": next(iter(sortables(places, collection)))}
    for name, declared in parameters(places, collection).items():
        schema = declared["schema"]
        value = values.get(name) or schema.get("enum", [samples.get(schema["type"], "x")])[0]
        assert ask(places, f"/collections/{collection}/items", {name: value}).status == 200
    refused = ask(places, f"/collections/{collection}/items", {"mimtest_unknown": "1"})
    assert (refused.status, refused.json()["status"]) == (400, 400)
    assert "mimtest_unknown" in refused.json()["detail"]


def test_every_path_of_the_definition_answers_with_a_documented_type(places):
    api = ask(places, "/api").json()
    assert api["openapi"] == "3.0.3"
    assert api["servers"][0]["url"] == ROOT
    for path, operations in api["paths"].items():
        at = path.replace("{collectionId}", "energy")
        if "{featureId}" in at:
            name = at.split("/")[2]
            at = at.replace("{featureId}", ids(items(places, name))[0])
        answer = ask(places, at)
        content = operations["get"]["responses"]["200"]["content"]
        assert answer.header("content-type") in content, path


def test_every_reference_in_the_definition_resolves(places):
    api = ask(places, "/api").json()
    for reference in set(json.dumps(api).split('"$ref": "#/')[1:]):
        node = api
        for key in reference.partition('"')[0].split("/"):
            node = node[key]
        assert node
