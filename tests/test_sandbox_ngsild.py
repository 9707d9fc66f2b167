"""Entities of the reference broker: created, replaced, merged, deleted; tenants and addresses."""

from urllib.parse import quote

import pytest

from mimtest.sandbox.http import Request
from tests.ngsild_asking import BASE, CITY, NULL, filled, kind, link, point, prop, square


@pytest.fixture
def api():
    return filled()


def test_a_created_entity_is_found_at_its_location(api):
    body = {"id": "http://h.test/a/b?c=d", "type": "Sensor", "temp": prop(1)}
    answer = api("POST", "/entities", body)
    assert (answer.status, answer.body) == (201, b"")
    place = answer.header("Location")
    assert place == "/ngsi-ld/v1/entities/" + quote(body["id"], safe=":")
    request = Request("GET", "", "", link("own"), base=BASE, raw_path=place)
    found = api.platform.handle(Request(**{**fields(request), "path": place}))
    assert found.json() == body


def fields(request):
    return {n: getattr(request, n) for n in Request.__dataclass_fields__}


def test_a_second_creation_is_refused_and_changes_nothing(api):
    before = api.entity()
    answer = api("POST", "/entities", {"id": "urn:x:1", "type": "Room"})
    assert (answer.status, kind(answer)) == (409, "AlreadyExists")
    assert api.entity() == before


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": "no uri"},
        {"id": ""},
        {"id": 5},
        {"type": None},
        {"type": 5},
        {"type": ""},
        {"type": []},
        {"temp": {"type": "Property"}},
        {"temp": {"type": "Property", "value": None}},
        {"temp": {"type": "Property", "value": {"a": [None]}}},
        {"temp": None},
        {"temp": {"type": "Foo", "value": 1}},
        {"temp": {"type": "Property", "value": "urn:ngsi-ld:null"}},
        {"temp": {"type": "Property", "value": 1, "object": "urn:x:1"}},
        {"temp": prop(1, observedAt="2026-01-01")},
        {"temp": prop(1, observedAt="2026-02-30T00:00:00Z")},
        {"temp": prop(1, observedAt="2026-01-01T00:00:00")},
        {"temp": prop(1, unitCode=17)},
        {"temp": [prop(1), prop(2)]},
        {"temp": [prop(1, datasetId="urn:d:1"), prop(2, datasetId="urn:d:1")]},
        {"inRoom": {"type": "Relationship"}},
        {"inRoom": {"type": "Relationship", "object": "no uri"}},
        {"inRoom": {"type": "Relationship", "object": []}},
        {"name": {"type": "LanguageProperty", "value": "x"}},
        {"name": {"type": "LanguageProperty", "languageMap": {"en": 5}}},
        {"name": {"type": "LanguageProperty", "languageMap": {"not a tag": "x"}}},
        {"kind": {"type": "VocabProperty", "vocab": 5}},
        {"steps": {"type": "ListProperty", "valueList": 5}},
        {"route": {"type": "ListRelationship", "objectList": [5]}},
        {"location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": "x"}}},
        {"location": point(7, 151)},
        {"location": {"type": "GeoProperty", "value": {"type": "GeometryCollection"}}},
        {
            "area": {
                "type": "GeoProperty",
                "value": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
            }
        },
        {"with space": prop(1)},
        {"a<b": prop(1)},
        {"a(b": prop(1)},
        {"1st": prop(1)},
        {"scope": 5},
        {"temp": prop(1, id="urn:x:1")},
        {"temp": prop(1, **{"@context": {}})},
        {"@graph": []},
    ],
    ids=str,
)
def test_a_defect_is_refused_and_its_mended_twin_is_taken(api, change):
    whole = {"id": "urn:x:new", "type": "Sensor"}
    broken = {k: v for k, v in {**whole, **change}.items() if v is not None or k not in whole}
    answer = api("POST", "/entities", broken)
    assert (answer.status, kind(answer)) == (400, "BadRequestData")
    assert api("GET", "/entities/urn:x:new").status == 404
    assert api("POST", "/entities", whole).status == 201
    assert api.entity("new") == whole


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "InvalidRequest"),
        (b'{"id":', "InvalidRequest"),
        (b"text", "InvalidRequest"),
        (b'{"id":"\xe4"}', "InvalidRequest"),
        (b'{"a": NaN}', "InvalidRequest"),
        (b"[]", "BadRequestData"),
        (b"5", "BadRequestData"),
        (b'{"a":' * 500 + b"1" + b"}" * 500, "BadRequestData"),
        (b"[" * 100_000, "BadRequestData"),
        (b'{"id":"urn:x:s","type":"T","a":"\\ud800"}', "BadRequestData"),
        (b"1" * 5000, "InvalidRequest"),
    ],
    ids=lambda v: str(v)[:30],
)
def test_a_body_that_is_no_entity_is_refused(api, raw, expected):
    answer = api("POST", "/entities", raw=raw)
    assert (answer.status, kind(answer)) == (400, expected)


@pytest.mark.parametrize(
    "value",
    [
        1, -7, 2e300, 1.5, True, "", "ä🙂é", "x" * 8000, [], [[1], []], {"city": {"deep": [1]}},
        {"@type": "DateTime", "@value": "2026-01-01T00:00:00Z"}, {"type": "Sensor", "id": "a:b"},
    ],
    ids=lambda v: str(v)[:20],
)  # fmt: skip
def test_a_value_comes_back_as_it_went_in(api, value):
    api.change("POST", "/entities", {"id": "urn:x:v", "type": "Room", "label": prop(value)}, 201)
    assert api.entity("v")["label"] == prop(value)


@pytest.mark.parametrize(
    ("kind_of_place", "coordinates"),
    [
        ("Point", [7, 51.5]),
        ("LineString", [[7, 51], [8, 52]]),
        ("Polygon", square(7, 51, 1)["coordinates"]),
        ("MultiPoint", [[7, 51], [8, 52]]),
        ("MultiLineString", [[[7, 51], [8, 52]]]),
        ("MultiPolygon", [square(7, 51, 1)["coordinates"]]),
    ],
)
def test_every_geometry_is_kept(api, kind_of_place, coordinates):
    geometry = {"type": kind_of_place, "coordinates": coordinates}
    place = {"type": "GeoProperty", "value": geometry}
    api.change("POST", "/entities", {"id": "urn:x:v", "type": "Room", "location": place}, 201)
    assert api.entity("v")["location"] == place
    api.change("POST", "/entities", {"id": "urn:x:w", "type": "Room", "area": geometry}, 201)
    assert api.entity("w")["area"] == place


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("id_", "status", "expected"),
    [("urn:x:none", 404, "ResourceNotFound"), ("nouri", 400, "BadRequestData")],
)
def test_an_entity_that_is_not_there(api, method, id_, status, expected):
    body = {"type": "Room"} if method in ("PUT", "PATCH") else None
    answer = api(method, f"/entities/{id_}", body)
    assert (answer.status, kind(answer)) == (status, expected)


def test_a_deleted_entity_is_gone_and_may_come_again(api):
    before = api.entity(options="sysAttrs")["createdAt"]
    api.change("DELETE", "/entities/urn:x:1")
    assert kind(api("GET", "/entities/urn:x:1")) == "ResourceNotFound"
    assert kind(api("DELETE", "/entities/urn:x:1")) == "ResourceNotFound"
    api.change("POST", "/entities", {"id": "urn:x:1", "type": "Room"}, 201)
    after = api.entity(options="sysAttrs")
    assert set(after) == {"id", "type", "createdAt", "modifiedAt"}
    assert after["createdAt"] > before


def test_a_replaced_entity_keeps_only_when_it_was_created(api):
    before = api.entity(options="sysAttrs")
    api.change("PUT", "/entities/urn:x:1", {"id": "urn:x:1", "type": "Room", "temp": prop(1)})
    after = api.entity(options="sysAttrs")
    assert set(after) == {"id", "type", "createdAt", "modifiedAt", "temp"}
    assert after["type"] == "Room"
    assert after["createdAt"] == before["createdAt"] < before["modifiedAt"] < after[
        "modifiedAt"
    ] or (after["createdAt"] == before["createdAt"] == before["modifiedAt"] < after["modifiedAt"])
    assert after["temp"]["createdAt"] == before["temp"]["createdAt"]


@pytest.mark.parametrize("body", [{"id": "urn:x:2"}, {"temp": None}, {"type": 5}], ids=str)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_wrong_change_of_an_entity_leaves_it_alone(api, method, body):
    before = api.entity(options="sysAttrs")
    answer = api(method, "/entities/urn:x:1", body)
    assert (answer.status, kind(answer)) == (400, "BadRequestData")
    assert api.entity(options="sysAttrs") == before


MERGES = {
    "value": ({"temp": prop(11)}, {"temp": {**CITY[0]["temp"], "value": 11}}),
    "concise value": ({"temp": 11}, {"temp": {**CITY[0]["temp"], "value": 11}}),
    "part alone": ({"temp": {"unitCode": "FAH"}}, {"temp": {**CITY[0]["temp"], "unitCode": "FAH"}}),
    "sub-attribute": (
        {"temp": {"unit": prop("klein")}},
        {"temp": {**CITY[0]["temp"], "unit": prop("klein")}},
    ),
    "new attribute": ({"city": prop("x")}, {"city": prop("x")}),
    "member": (
        {"addr": prop({"geo": {"more": 1}})},
        {"addr": prop({"city": "Ahlen", "geo": {"level": 3, "more": 1}})},
    ),
    "null attribute": ({"temp": NULL}, {"temp": None}),
    "null value": ({"temp": prop(NULL)}, {"temp": None}),
    "null object": ({"inRoom": {"type": "Relationship", "object": NULL}}, {"inRoom": None}),
    "null sub-attribute": (
        {"temp": {"unit": NULL}},
        {"temp": {k: v for k, v in CITY[0]["temp"].items() if k != "unit"}},
    ),
    "null unitCode": (
        {"temp": {"unitCode": NULL}},
        {"temp": {k: v for k, v in CITY[0]["temp"].items() if k != "unitCode"}},
    ),
    "null member": ({"addr": prop({"city": NULL})}, {"addr": prop({"geo": {"level": 3}})}),
    "type": ({"type": "Room"}, {"type": ["Sensor", "Room"]}),
    "same type": ({"type": ["Sensor"]}, {"type": "Sensor"}),
    "scope": ({"scope": "/x"}, {"scope": "/x"}),
    "null scope": ({"scope": NULL}, {"scope": None}),
    "nothing": ({}, {}),
}


@pytest.mark.parametrize("name", MERGES)
def test_merging_reaches_every_depth(api, name):
    body, expected = MERGES[name]
    api.change("PATCH", "/entities/urn:x:1", body)
    wanted = {k: v for k, v in {**CITY[0], **expected}.items() if v is not None}
    assert api.entity() == wanted


def test_merging_a_language_leaves_the_others(api):
    part = {"type": "LanguageProperty", "languageMap": {"en": NULL, "fr": "salle"}}
    api.change("PATCH", "/entities/urn:x:3", {"name": part})
    assert api.entity(3)["name"]["languageMap"] == {"de": "Saal", "fr": "salle"}


@pytest.mark.parametrize("method", ["PATCH", "POST"])
@pytest.mark.parametrize("path", ["", "/attrs", "/attrs/name"])
def test_a_null_language_is_never_kept(api, method, path):
    part = {"type": "LanguageProperty", "languageMap": {"en": NULL, "fr": "salle"}}
    body = part if path.endswith("name") else {"name": part}
    answer = api(method, f"/entities/urn:x:3{path}", body)
    assert answer.status == (204 if method == "PATCH" else 400 if path == "/attrs" else 405)
    languages = api.entity(3)["name"]["languageMap"]
    assert NULL not in languages.values()
    assert languages.get("fr") == ("salle" if answer.status == 204 else None)
    api.change("PATCH", "/entities/urn:x:1", {"name": part, "label": NULL, "city": NULL})
    after = api.entity()
    assert after["name"]["languageMap"] == {"fr": "salle"}
    assert not {"label", "city"} & set(after)


def test_merging_simplified_values_keeps_kinds(api):
    body = {"inRoom": "urn:x:9", "temp": 12, "label": "new"}
    when = "2026-05-05T00:00:00Z"
    api.change("PATCH", "/entities/urn:x:1", body, options="keyValues", observedAt=when)
    after = api.entity()
    assert after["inRoom"] == {"type": "Relationship", "object": "urn:x:9"}
    assert after["temp"] == {**CITY[0]["temp"], "value": 12, "observedAt": when}
    assert after["label"] == prop("new")
    api.change("PATCH", "/entities/urn:x:3", {"name": "aula"}, format="simplified", lang="de")
    assert api.entity(3)["name"]["languageMap"] == {"en": "hall", "de": "aula"}


def test_tenants_are_apart(api):
    north = {"ngsild-tenant": "north"}
    for method, path, body in (
        ("GET", "/entities/urn:x:1", None),
        ("GET", "/types", None),
        ("DELETE", "/entities/urn:x:1", None),
        ("POST", "/entityOperations/delete", ["urn:x:1"]),
    ):
        answer = api(method, path, body, headers=north)
        assert (answer.status, kind(answer)) == (404, "NonexistentTenant")
        assert answer.header("NGSILD-Tenant") == "north"
    api.change("POST", "/entities", {"id": "urn:x:1", "type": "Room"}, 201, headers=north)
    assert api.entity(headers=north) == {"id": "urn:x:1", "type": "Room"}
    assert api.entity() == CITY[0]
    assert api("GET", "/types", headers=north).json()["typeList"] == ["Room"]
    assert kind(api("GET", "/types", headers={"ngsild-tenant": "North"})) == "NonexistentTenant"
    api.change("DELETE", "/entities/urn:x:1", headers=north)
    assert api.entity() == CITY[0]
    assert api("GET", "/entities/urn:x:1").header("NGSILD-Tenant") is None
    assert kind(api("GET", "/types", headers={"ngsild-tenant": "a b"})) == "BadRequestData"


@pytest.mark.parametrize(
    ("method", "path", "works"),
    [("PUT", "/entities", "GET"), ("PATCH", "/entities", "POST"), ("PATCH", "/entities", "DELETE"),
     ("POST", "/entities/urn:x:1", "PATCH"), ("DELETE", "/types", "GET"),
     ("POST", "/attributes", "GET"), ("GET", "/entityOperations/query", "POST"),
     ("GET", "/entities/urn:x:1/attrs", "PATCH")],
)  # fmt: skip
def test_another_method_is_not_allowed(api, method, path, works):
    answer = api(method, path)
    assert answer.status == 405
    assert works in answer.header("Allow").split(", ")
    assert answer.json()["title"]


@pytest.mark.parametrize(
    ("raw_path", "status"),
    [("/entities/", 400), ("/entities/urn%3Ax%3A1", 200), ("/entities/urn:x:%31", 200),
     ("/nothing", 404), ("/entities/urn:x:%zz", 400), ("/entities/urn:x:%ff", 400),
     ("/entities/urn:x:%00", 400), ("", 404)],
)  # fmt: skip
def test_addresses(api, raw_path, status):
    raw = f"/ngsi-ld/v1{raw_path}"
    answer = api.platform.handle(Request("GET", raw, "", link("own"), base=BASE, raw_path=raw))
    assert answer.status == status
    if status == 200:
        assert answer.json() == CITY[0]
    else:
        kind(answer)


def test_a_204_has_nothing(api):
    answer = api.change("DELETE", "/entities/urn:x:1")
    assert answer.body == b""
    assert answer.header("Content-Type") is None
    assert answer.header("Link") is None
