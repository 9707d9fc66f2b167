"""Attributes of the reference broker, and many entities at once."""

from urllib.parse import quote

import pytest

from tests.ngsild_asking import CITY, CONTEXT, LD, NS, NULL, OTHER, filled, kind, prop


@pytest.fixture
def api():
    return filled()


def test_appending_overwrites_or_not(api):
    body = {"temp": prop(1), "city": prop("x")}
    api.change("POST", "/entities/urn:x:1/attrs", body)
    assert api.entity() == {**CITY[0], **body}
    again = {"temp": prop(2), "unit": prop("y")}
    answer = api.change("POST", "/entities/urn:x:1/attrs", again, 207, options="noOverwrite")
    result = answer.json()
    assert result["updated"] == [f"{NS}unit"]
    assert [n["attributeName"] for n in result["notUpdated"]] == [f"{NS}temp"]
    assert result["notUpdated"][0]["reason"]
    assert api.entity() == {**CITY[0], **body, "unit": prop("y")}


def test_appending_an_instance_leaves_the_default(api):
    more = prop(3, datasetId="urn:d:7")
    api.change("POST", "/entities/urn:x:1/attrs", {"temp": more})
    assert api.entity()["temp"] == [CITY[0]["temp"], more]


def test_appending_types_and_scopes(api):
    api.change("POST", "/entities/urn:x:1/attrs", {"type": "Room", "scope": "/new"})
    assert api.entity()["type"] == ["Sensor", "Room"]
    assert api.entity()["scope"] == "/new"


def test_updating_replaces_what_is_there_and_appends_what_is_not(api):
    body = {"temp": prop(1), "city": prop("x")}
    api.change("PATCH", "/entities/urn:x:1/attrs", body)
    assert api.entity() == {**CITY[0], **body}


def test_updating_names_what_cannot_be_removed(api):
    body = {"temp": prop(1), "city": prop(NULL)}
    result = api.change("PATCH", "/entities/urn:x:1/attrs", body, 207).json()
    assert result["updated"] == [f"{NS}temp"]
    assert result["notUpdated"][0]["attributeName"] == f"{NS}city"
    assert api.entity() == {**CITY[0], "temp": prop(1)}


def test_updating_gives_no_scope_to_what_has_none(api):
    api.change("PATCH", "/entities/urn:x:3/attrs", {"scope": "/new"})
    assert "scope" not in api.entity(3)


@pytest.mark.parametrize(
    ("body", "gone"),
    [
        ({"temp": prop(NULL)}, "temp"),
        ({"temp": NULL}, "temp"),
        ({"inRoom": {"type": "Relationship", "object": NULL}}, "inRoom"),
        ({"name": {"type": "LanguageProperty", "languageMap": {"@none": NULL}}}, "name"),
    ],
    ids=str,
)
def test_updating_with_null_removes(api, body, gone):
    number = 3 if gone == "name" else 1
    before = api.entity(number)
    api.change("PATCH", f"/entities/urn:x:{number}/attrs", body)
    assert api.entity(number) == {k: v for k, v in before.items() if k != gone}


def test_stamps_move_only_where_something_changed(api):
    before = api.entity(options="sysAttrs")
    api.change("PATCH", "/entities/urn:x:1/attrs/temp", {"value": 50})
    after = api.entity(options="sysAttrs")
    assert after["temp"]["value"] == 50
    assert after["temp"]["unitCode"] == "CEL"
    assert after["temp"]["unit"]["value"] == "grand"
    assert after["temp"]["modifiedAt"] > before["temp"]["modifiedAt"]
    assert after["modifiedAt"] > before["modifiedAt"]
    assert after["label"] == before["label"]
    for key in ("createdAt",):
        assert after[key] == before[key]
        assert after["temp"][key] == before["temp"][key]


@pytest.mark.parametrize(
    ("asked", "params", "status"),
    [
        (("PATCH", "1/attrs/temp", {"type": "Relationship", "object": "urn:x:2"}), {}, 400),
        (("PATCH", "1/attrs/city", {"value": 1}), {}, 404),
        (("PATCH", "9/attrs/temp", {"value": 1}), {}, 404),
        (("PATCH", "1/attrs/temp", {"value": 1, "datasetId": "urn:d:9"}), {}, 404),
        (("PATCH", "1/attrs/scope", {"value": 1}), {}, 400),
        (("PATCH", "1/attrs/type", {"value": 1}), {}, 400),
        (("PATCH", "1/attrs/temp", []), {}, 400),
        (("PATCH", "1/attrs/temp", {"value": None}), {}, 400),
        (("PUT", "1/attrs/city", prop(1)), {}, 404),
        (("PUT", "9/attrs/temp", prop(1)), {}, 404),
        (("PUT", "1/attrs/temp", prop(1, datasetId="urn:d:9")), {}, 404),
        (("PUT", "1/attrs/temp", {"type": "Property"}), {}, 400),
        (("DELETE", "1/attrs/city", None), {}, 404),
        (("DELETE", "9/attrs/temp", None), {}, 404),
        (("DELETE", "1/attrs/temp", None), {"datasetId": "urn:d:9"}, 404),
        (("DELETE", "1/attrs/temp", None), {"datasetId": "x"}, 400),
        (("DELETE", "1/attrs/temp", None), {"deleteAll": "True"}, 400),
        (("POST", "9/attrs", {"temp": prop(1)}), {}, 404),
        (("POST", "1/attrs", {"temp": prop(1), "label": None}), {}, 400),
        (("POST", "1/attrs", {"id": "urn:x:2"}), {}, 400),
        (("PATCH", "9/attrs", {"temp": prop(1)}), {}, 404),
    ],
)
def test_a_refused_change_of_attributes_leaves_no_trace(api, asked, params, status):
    method, path, body = asked
    before = api.entity(options="sysAttrs")
    answer = api(method, f"/entities/urn:x:{path}", body, **params)
    assert answer.status == status
    assert kind(answer) == {400: "BadRequestData", 404: "ResourceNotFound"}[status]
    assert api.entity(options="sysAttrs") == before


@pytest.mark.parametrize(
    ("params", "left"),
    [
        ({}, CITY[2]["temp"][1]),
        ({"datasetId": "urn:d:1"}, CITY[2]["temp"][0]),
        ({"deleteAll": "true"}, None),
    ],
    ids=str,
)
def test_deleting_instances(api, params, left):
    api.change("DELETE", "/entities/urn:x:3/attrs/temp", **params)
    assert api.entity(3).get("temp") == left


def test_replacing_an_attribute_drops_its_parts(api):
    created = api.entity(options="sysAttrs")["temp"]["createdAt"]
    api.change("PUT", "/entities/urn:x:1/attrs/temp", prop(77))
    assert api.entity()["temp"] == prop(77)
    assert api.entity(options="sysAttrs")["temp"]["createdAt"] == created


def test_deleting_a_scope(api):
    api.change("DELETE", "/entities/urn:x:1/attrs/scope")
    assert "scope" not in api.entity()


def test_an_attribute_has_the_name_of_the_context(api):
    path = "/entities/urn:x:1/attrs/"
    assert api("DELETE", f"{path}temp", context="other").status == 404
    api.change("PATCH", f"{path}hot", {"value": 5}, context="other")
    api.change("PATCH", path + quote(f"{NS}label", safe=""), {"value": "z"}, context=None)
    assert api.entity()["temp"]["value"] == 5
    assert api.entity()["label"]["value"] == "z"


def test_a_merge_patch_is_json(api):
    headers = {"content-type": "application/merge-patch+json"}
    api.change("PATCH", "/entities/urn:x:1", {"label": prop("m")}, headers=headers)
    assert api.entity()["label"] == prop("m")
    assert api("POST", "/entities", {"id": "urn:x:m", "type": "T"}, headers=headers).status == 415


def new(number, **attributes):
    return {"id": f"urn:x:{number}", "type": "Sensor", **attributes}


@pytest.mark.parametrize("name", ["create", "upsert", "update", "merge", "delete"])
@pytest.mark.parametrize("raw", [b"[]", b"[null]", b'{"id":"urn:x:1"}', b"[5]", b"["], ids=str)
def test_a_batch_is_an_array_of_something(api, name, raw):
    before = api.ids()
    answer = api("POST", f"/entityOperations/{name}", raw=raw)
    if (name, raw) == ("delete", b"[5]"):
        assert answer.status == 207
        assert answer.json()["success"] == []
    else:
        assert answer.status == 400
        assert kind(answer) == ("InvalidRequest" if raw == b"[" else "BadRequestData")
    assert api.ids() == before


BATCHES = [
    ("create", [new(8), new(1)], ["urn:x:8"], [("urn:x:1", "AlreadyExists")]),
    ("create", [new(8), {"id": "urn:x:9"}], ["urn:x:8"], [("urn:x:9", "BadRequestData")]),
    ("create", [new(8), new(8)], ["urn:x:8"], [("urn:x:8", "AlreadyExists")]),
    ("create", [new(1)], [], [("urn:x:1", "AlreadyExists")]),
    ("update", [new(1), new(9)], ["urn:x:1"], [("urn:x:9", "ResourceNotFound")]),
    ("merge", [new(1), new(9)], ["urn:x:1"], [("urn:x:9", "ResourceNotFound")]),
    ("delete", ["urn:x:1", "urn:x:9"], ["urn:x:1"], [("urn:x:9", "ResourceNotFound")]),
    ("delete", ["urn:x:1", "urn:x:1"], ["urn:x:1"], [("urn:x:1", "ResourceNotFound")]),
    ("upsert", [new(8), new(1, x=None)], ["urn:x:8"], [("urn:x:1", "BadRequestData")]),
]


@pytest.mark.parametrize(("name", "body", "success", "errors"), BATCHES)
def test_a_batch_reports_item_by_item(api, name, body, success, errors):
    answer = api.change("POST", f"/entityOperations/{name}", body, 207)
    result = answer.json()
    assert result["success"] == success
    found = [(e["entityId"], e["error"]["type"].rpartition("/")[2]) for e in result["errors"]]
    assert found == errors
    assert all(e["error"]["title"] for e in result["errors"])


def test_upserting_replaces_updates_and_creates(api):
    answer = api.change("POST", "/entityOperations/upsert", [new(8), new(1, city=prop(1))], 201)
    assert answer.json() == ["urn:x:8"]
    assert api.entity() == new(1, city=prop(1))
    api.change("POST", "/entityOperations/upsert", [new(1, label=prop("l"))], options="update")
    assert api.entity() == new(1, city=prop(1), label=prop("l"))
    twice = [new(9, city=prop(1)), new(9, label=prop("last"))]
    assert api("POST", "/entityOperations/upsert", twice).json() == ["urn:x:9"]
    assert api.entity(9) == twice[1]


def test_updating_many(api):
    body = [new(1, temp=prop(1), city=prop("c"))]
    api.change("POST", "/entityOperations/update", body, options="noOverwrite")
    assert api.entity() == {**CITY[0], "city": prop("c")}
    api.change("POST", "/entityOperations/update", body)
    assert api.entity() == {**CITY[0], "temp": prop(1), "city": prop("c")}


def test_merging_many(api):
    body = [{"id": "urn:x:1", "temp": 1}, {"id": "urn:x:1", "addr": prop({"x": 1})}]
    api.change("POST", "/entityOperations/merge", body)
    assert api.entity()["temp"] == {**CITY[0]["temp"], "value": 1}
    assert api.entity()["addr"]["value"] == {**CITY[0]["addr"]["value"], "x": 1}


def test_deleting_many(api):
    api.change("POST", "/entityOperations/delete", ["urn:x:1", "urn:x:2"])
    assert api.ids() == {"3", "r1"}


def test_each_item_of_a_batch_has_its_own_context(api):
    items = [
        {**new(5, temp=prop(5)), "@context": CONTEXT},
        {"id": "urn:x:6", "type": "Fuehler", "hot": prop(6), "@context": OTHER},
        new(7),
    ]
    headers = {"content-type": LD, "link": None}
    result = api.change("POST", "/entityOperations/create", items, 207, headers=headers).json()
    assert result["success"] == ["urn:x:5", "urn:x:6"]
    assert api.ids(q="temp==5,6") == {"5", "6"}
