"""Answers for clients of an earlier version of the standard."""

import pytest

from tests.ngsild_asking import filled, kind, prop

ENTITY = {
    "id": "urn:x:v",
    "type": ["Sensor", "Room"],
    "scope": "/town",
    "expiresAt": "2999-01-01T00:00:00Z",
    "temp": [prop(9, unitCode="CEL", observedAt="2026-01-01T10:00:00Z"),
             prop(10, datasetId="urn:d:1")],
    "seen": prop("2026-03-01T12:00:00Z", valueType="DateTime"),
    "name": {"type": "LanguageProperty", "languageMap": {"en": "hall"}},
    "kind": {"type": "VocabProperty", "vocab": "Dry"},
    "raw": {"type": "JsonProperty", "json": {"a": None}},
    "steps": {"type": "ListProperty", "valueList": [1, 1]},
    "inRoom": {"type": "Relationship", "object": "urn:x:r1", "objectType": "Room"},
    "route": {"type": "ListRelationship", "objectList": [{"object": "urn:x:1"}]},
}  # fmt: skip


@pytest.fixture(scope="module")
def api():
    found = filled()
    found.change("POST", "/entities", ENTITY, 201)
    return found


def preferred(api, prefer, path="/entities/urn:x:v", **params):
    answer = api("GET", path, headers={"prefer": prefer}, **params)
    return answer.status, answer.header("Preference-Applied"), answer.json()


def test_the_latest_version(api):
    for prefer in ("ngsi-ld=1.9", "ngsi-ld=1.12"):
        status, applied, shown = preferred(api, prefer, options="sysAttrs")
        assert (status, applied) == (200, "ngsi-ld=1.9")
        assert shown["expiresAt"] == ENTITY["expiresAt"]


@pytest.mark.parametrize("prefer", ["ngsi-ld=2.0", "ngsi-ld", "ngsi-ld=x", "return=minimal"])
def test_what_is_no_version_is_let_be(api, prefer):
    status, applied, shown = preferred(api, prefer)
    assert (status, applied) == (200, None)
    assert shown["kind"] == ENTITY["kind"]


def test_version_8(api):
    status, applied, shown = preferred(api, "return=minimal, ngsi-ld=1.8", options="sysAttrs")
    assert (status, applied) == (203, "ngsi-ld=1.8")
    assert "expiresAt" not in shown
    assert "valueType" not in shown["seen"]
    assert shown["kind"]["type"] == "VocabProperty"


def test_version_7(api):
    shown = preferred(api, "ngsi-ld=1.7")[2]
    assert shown["kind"]["type"] == shown["raw"]["type"] == shown["steps"]["type"] == "Property"
    assert shown["raw"]["value"] == {"a": None}
    assert shown["steps"]["value"] == [1, 1]
    assert shown["route"] == {"type": "Relationship", "object": ["urn:x:1"]}
    assert shown["inRoom"] == {"type": "Relationship", "object": "urn:x:r1"}
    assert shown["name"] == ENTITY["name"]


def test_version_3(api):
    shown = preferred(api, "ngsi-ld=1.3")[2]
    assert "scope" not in shown
    assert shown["name"] == prop({"en": "hall"})
    assert shown["temp"] == ENTITY["temp"]
    assert shown["type"] == ENTITY["type"]


def test_version_0(api):
    shown = preferred(api, "ngsi-ld=1.0")[2]
    assert shown["type"] == "Sensor"
    assert shown["temp"] == prop(9)


def test_queries(api):
    status, applied, shown = preferred(api, "ngsi-ld=1.5", "/entities", type="Sensor", q="kind")
    assert (status, applied) == (203, "ngsi-ld=1.5")
    assert {e["kind"]["type"] for e in shown} == {"Property"}
    body = {"type": "Query", "entities": [{"type": "Sensor"}]}
    answer = api("POST", "/entityOperations/query", body, headers={"prefer": "ngsi-ld=1.5"})
    assert (answer.status, answer.header("Preference-Applied")) == (203, "ngsi-ld=1.5")


def test_ld_json(api):
    answer = api("GET", "/entities/urn:x:v",
                 headers={"prefer": "ngsi-ld=1.5", "accept": "application/ld+json"})  # fmt: skip
    assert answer.header("Preference-Applied") == "ngsi-ld=1.5"
    assert "@context" in answer.json()


def test_problems_have_no_version(api):
    answer = api("GET", "/entities/urn:x:none", headers={"prefer": "ngsi-ld=1.5"})
    assert kind(answer) == "ResourceNotFound"
    assert answer.header("Preference-Applied") is None
