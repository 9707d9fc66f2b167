"""The broker of the reference platform, called directly: every behaviour by its answer's content."""

import json
from urllib.parse import quote, urlencode

import pytest

from mimtest.sandbox import ngsild
from mimtest.sandbox.http import Request
from mimtest.sandbox.ngsild.core_context import CORE_DOCUMENT, CORE_URL
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.services import ContextsService

NS = "https://example.org/ns#"
CONTEXT = {
    "ex": NS,
    **{n: f"ex:{n}" for n in ("Sensor", "Room", "temp", "label", "tags", "open", "addr", "city")},
    **{n: f"{NS}{n}" for n in ("seen", "name", "kind", "raw", "steps", "route", "area", "unit")},
    "inRoom": {"@id": f"{NS}inRoom", "@type": "@id"},
    "Dry": f"{NS}words/Dry",
}
OTHER = {"hot": f"{NS}temp", "Fuehler": f"{NS}Sensor"}
BASE = "http://city.test"
JSON = "application/json"
LD = "application/ld+json"
GEO = "application/geo+json"
REL = "http://www.w3.org/ns/json-ld#context"


def link(name):
    return {"link": f'<{BASE}/contexts/{name}.jsonld>; rel="{REL}"; type="application/ld+json"'}


class Api:
    """Talks to the broker in the context `own` unless told otherwise."""

    def __init__(self):
        documents = {"own": CONTEXT, "other": OTHER, "pair": ["own.jsonld", OTHER]}
        documents["loop"] = f"{BASE}/contexts/loop.jsonld"
        shipped = {f"/contexts/{n}.jsonld": {"@context": c} for n, c in documents.items()}
        contexts = ngsild.Contexts(shipped)
        self.platform = Platform(
            services={
                ngsild.PREFIX: ngsild.service((), contexts),
                "/contexts": ContextsService(contexts.document),
            }
        )

    def __call__(self, method, path, body=None, *, context="own", raw=None, headers=None, **params):
        given = {k.replace("_", "-"): v for k, v in (headers or {}).items()}
        if context:
            given = {**link(context), **given}
        if body is not None or raw is not None:
            given.setdefault("content-type", JSON)
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return self.platform.handle(
            Request(
                method,
                f"/ngsi-ld/v1{path}",
                urlencode(params),
                {k: v for k, v in given.items() if v is not None},
                data,
                BASE,
            )
        )

    def ids(self, **params):
        params.setdefault("type", "Sensor,Room")
        answer = self("GET", "/entities", limit=1000, **params)
        assert answer.status == 200, answer.body
        return {e["id"].rpartition(":")[2] for e in answer.json()}

    def entity(self, number=1, **params):
        answer = self("GET", f"/entities/urn:x:{number}", **params)
        assert answer.status == 200, answer.body
        return answer.json()

    def change(self, method, path, body=None, status=204, **how):
        answer = self(method, path, body, **how)
        assert answer.status == status, answer.body
        return answer


def kind(answer):
    assert answer.header("Content-Type") == JSON
    body = answer.json()
    assert body["status"] == answer.status
    assert body["title"]
    assert body["detail"]
    assert answer.header("Link") is None
    return body["type"].rpartition("/")[2]


def prop(value, **more):
    return {"type": "Property", "value": value, **more}


def point(lon, lat):
    return {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [lon, lat]}}


def square(x, y, size):
    corners = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [corners]}


CITY = [
    {
        "id": "urn:x:1",
        "type": "Sensor",
        "scope": "/town/north",
        "temp": prop(9, unitCode="CEL", observedAt="2026-01-01T10:00:00Z", unit=prop("grand")),
        "label": prop("alpha, one"),
        "tags": prop(["red", "green"]),
        "open": prop(True),
        "addr": prop({"city": "Ahlen", "geo": {"level": 3}}),
        "seen": prop("2026-03-01T12:00:00Z"),
        "location": point(7.0, 51.0),
        "inRoom": {"type": "Relationship", "object": "urn:x:r1"},
    },
    {
        "id": "urn:x:2",
        "type": "Sensor",
        "scope": ["/town/south", "/harbour"],
        "temp": prop(10, observedAt="2026-01-02T10:00:00Z"),
        "label": prop('be"ta;%'),
        "tags": prop(["blue"]),
        "open": prop(False),
        "addr": prop({"city": "Beckum"}),
        "seen": prop("2026-03-01T13:00:00+02:00"),
        "location": point(7.01, 51.0),
        "inRoom": {"type": "Relationship", "object": "urn:x:r2"},
    },
    {
        "id": "urn:x:3",
        "type": ["Sensor", "Room"],
        "temp": [prop(30), prop(-5.5, datasetId="urn:d:1")],
        "label": prop("20"),
        "name": {"type": "LanguageProperty", "languageMap": {"en": "hall", "de": "Saal"}},
        "kind": {"type": "VocabProperty", "vocab": "Dry"},
        "raw": {"type": "JsonProperty", "json": {"id": 1, "type": None, "value": [{"@id": 2}]}},
        "steps": {"type": "ListProperty", "valueList": [1, 1, 2]},
        "route": {"type": "ListRelationship", "objectList": [{"object": "urn:x:1"}]},
        "area": {"type": "GeoProperty", "value": square(7.2, 51.2, 0.1)},
        "location": point(8.0, 52.0),
    },
    {"id": "urn:x:r1", "type": "Room", "label": prop("Zimmer äöü")},
]


@pytest.fixture
def api():
    found = Api()
    answer = found("POST", "/entityOperations/create", CITY)
    assert answer.status == 201, answer.body
    assert answer.json() == [e["id"] for e in CITY]
    return found


# Entities


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


NULL = "urn:ngsi-ld:null"
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


# Attributes


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


def test_updating_replaces_what_is_there_and_names_what_is_not(api):
    body = {"temp": prop(1), "city": prop("x")}
    result = api.change("PATCH", "/entities/urn:x:1/attrs", body, 207).json()
    assert result["updated"] == [f"{NS}temp"]
    assert result["notUpdated"][0]["attributeName"] == f"{NS}city"
    assert api.entity() == {**CITY[0], "temp": prop(1)}


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


# Batches


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


# Queries

Q = {
    "temp": "123",
    "temp.unit": "1",
    "temp.observedAt": "12",
    "city": "",
    "temp==9": "1",
    "temp!=9": "23",
    "temp<10": "13",
    "temp<=10": "123",
    "temp>9": "23",
    "temp>=9": "123",
    "temp>9.5": "23",
    "temp==-5.5": "3",
    "temp==9,30": "13",
    "temp!=9,10": "3",
    "temp==9..10": "12",
    "temp!=9..10": "3",
    'temp=="9"': "",
    'temp!="9"': "123",
    "label==20": "",
    'label=="20"': "3",
    'label=="alpha, one"': "1",
    'label=="be\\"ta;%"': "2",
    'label=="Zimmer äöü"': ["r1"],
    'label=="alpha, one","20"': "13",
    'label!="alpha, one","20"': ["2", "r1"],
    'label>"b"': "2",
    'label<"b"': ["1", "3", "r1"],
    'label=="a".."c"': "12",
    "label~=^al": "1",
    'label~="^.*a, o.*$"': "1",
    "label~=^(al|20)": "13",
    "label!~=^al": ["2", "3", "r1"],
    "temp~=9": "",
    "open==true": "1",
    "open!=true": "2",
    'open=="true"': "",
    'tags=="red"': "1",
    'tags!="red"': "2",
    'addr[city]=="Ahlen"': "1",
    "addr[geo.level]==3": "1",
    "addr[geo.level]!=4": "1",
    "addr[city]": "12",
    "addr[none]": "",
    "addr[none]!=1": "",
    'temp.unit=="grand"': "1",
    "temp.observedAt>=2026-01-02T00:00:00Z": "2",
    'temp.unitCode=="CEL"': "1",
    "seen==2026-03-01T11:00:00Z": "2",
    "seen>2026-03-01T11:30:00Z": "1",
    'seen=="2026-03-01T12:00:00.000Z"': "1",
    "inRoom==urn:x:r1": "1",
    'inRoom=="urn:x:r1"': "1",
    "inRoom!=urn:x:r1": "2",
    "inRoom>urn:x:r1": "",
    'name[en]=="hall"': "3",
    'name[de]=="hall"': "",
    'name[*]=="Saal"': "3",
    'name[en]!="hall"': "",
    f"kind=={NS}words/Dry": "3",
    "raw[id]==1": "3",
    "steps==2": "3",
    "temp==9|temp==10;open==true": "1",
    "temp==9|temp==10;open==false": "12",
    "(temp==9|temp==10);open==true": "1",
    "((temp>9);(open==false|name))": "23",
    "ex:temp==9": "1",
    f"{NS}temp==9": "1",
    f"{NS}temp.unit": "1",
    "createdAt>2020-01-01T00:00:00Z": ["1", "2", "3", "r1"],
}  # fmt: skip


@pytest.mark.parametrize("q", Q)
def test_q_finds_exactly(api, q):
    assert api.ids(q=q) == set(Q[q])
    body = {"type": "Query", "entities": [{"type": "Sensor,Room"}], "q": q}
    found = api("POST", "/entityOperations/query", body).json()
    assert {e["id"].rpartition(":")[2] for e in found} == set(Q[q])


@pytest.mark.parametrize(
    "q",
    ["", "(temp==1", "temp==1)", "temp==", "temp===1", "temp==1;", "|temp", 'label=="x', "temp<1..2",
     "label~=[", "addr[", "addr[]", "temp.", "temp==1..", "inRoom{temp}==1", "temp 1", "1a==2", "temp==1 2",
     "(" * 50 + "temp" + ")" * 50],
)  # fmt: skip
def test_q_that_is_none_is_refused(api, q):
    answer = api("GET", "/entities", type="Sensor", q=q)
    assert (answer.status, kind(answer)) == (400, "BadRequestData")


def test_q_reads_names_and_words_by_the_context(api):
    assert api.ids(type="Fuehler", q="temp==9", context="other") == set()
    assert api.ids(type="Fuehler", q="hot==9", context="other") == {"1"}
    assert api.ids(q="kind==Dry", expandValues="kind") == {"3"}
    assert api.ids(q="raw[id]==1", jsonKeys="raw") == {"3"}


SELECTIONS = [
    ({"type": "Sensor"}, "123"),
    ({"type": "Room"}, ["3", "r1"]),
    ({"type": "Nothing"}, ""),
    ({"type": f"{NS}Sensor"}, "123"),
    ({"type": "ex:Sensor"}, "123"),
    ({"type": "Sensor,Room"}, ["1", "2", "3", "r1"]),
    ({"type": "Sensor|Room"}, ["1", "2", "3", "r1"]),
    ({"type": "Sensor;Room"}, "3"),
    ({"type": "(Sensor;Room)|Nothing"}, "3"),
    ({"type": "(Sensor;Nothing),Room"}, ["3", "r1"]),
    ({"type": "Sensor", "id": "urn:x:1,urn:x:r1"}, "1"),
    ({"type": "Sensor", "idPattern": "^urn:x:[12]$"}, "12"),
    ({"type": "Sensor", "idPattern": "^none$"}, ""),
    ({"type": "Sensor", "id": "urn:x:1", "idPattern": "^none$"}, "1"),
    ({"type": "Sensor", "attrs": "name,open"}, "123"),
    ({"type": "Sensor", "attrs": "name"}, "3"),
    ({"type": "Sensor", "scopeQ": "/town/north"}, "1"),
    ({"type": "Sensor", "scopeQ": "/town/#"}, "12"),
    ({"type": "Sensor", "scopeQ": "/+/south"}, "2"),
    ({"type": "Sensor", "scopeQ": "/town/#;/harbour"}, "2"),
    ({"type": "Sensor", "scopeQ": "/town/north,/harbour"}, "12"),
    ({"type": "Sensor", "scopeQ": "/town"}, ""),
    ({"type": "Sensor", "scopeQ": "/#"}, "12"),
]


@pytest.mark.parametrize(("params", "expected"), SELECTIONS, ids=str)
def test_a_selection_finds_exactly(api, params, expected):
    assert api.ids(**params) == set(expected)
    selector = {k: v for k, v in params.items() if k in ("type", "id", "idPattern")}
    rest = {k: v.split(",") if k == "attrs" else v for k, v in params.items() if k not in selector}
    body = {"type": "Query", "entities": [selector], **rest}
    found = api("POST", "/entityOperations/query", body).json()
    assert {e["id"].rpartition(":")[2] for e in found} == set(expected)


@pytest.mark.parametrize(
    "params",
    [{"q": "temp==9"}, {"attrs": "open"}, {"local": "true"},
     {"georel": "near;maxDistance==100", "geometry": "Point", "coordinates": "[7,51]"}],
    ids=str,
)  # fmt: skip
def test_a_query_needs_no_type_when_it_says_enough(api, params):
    found = api("GET", "/entities", **params).json()
    assert "urn:x:1" in [e["id"] for e in found]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "BadRequestData"),
        ({"id": "urn:x:1"}, "BadRequestData"),
        ({"q": "createdAt>2020-01-01T00:00:00Z"}, "BadRequestData"),
        ({"type": "Sensor", "id": "x"}, "BadRequestData"),
        ({"type": "Sensor", "idPattern": "["}, "BadRequestData"),
        ({"type": "(Sensor"}, "BadRequestData"),
        ({"type": ""}, "BadRequestData"),
        ({"type": "Sensor", "limit": "-1"}, "BadRequestData"),
        ({"type": "Sensor", "limit": "abc"}, "BadRequestData"),
        ({"type": "Sensor", "offset": "-1"}, "BadRequestData"),
        ({"type": "Sensor", "limit": "0"}, "BadRequestData"),
        ({"type": "Sensor", "count": "yes"}, "BadRequestData"),
        ({"type": "Sensor", "pick": ""}, "BadRequestData"),
        ({"type": "Sensor", "pick": "temp", "attrs": "temp"}, "BadRequestData"),
        ({"type": "Sensor", "geometryProperty": "area"}, "BadRequestData"),
        ({"type": "Sensor", "unknown": "1"}, "InvalidRequest"),
        ({"type": "Sensor", "options": "nonsense"}, "InvalidRequest"),
        ({"type": "Sensor", "format": "nonsense"}, "InvalidRequest"),
        ({"type": "Sensor", "limit": "1001"}, "TooManyResults"),
    ],
    ids=str,
)
def test_a_wrong_query_is_refused(api, params, expected):
    answer = api("GET", "/entities", **params)
    assert (answer.status, kind(answer)) == (403 if expected == "TooManyResults" else 400, expected)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "Other"},
        {"type": "Query"},
        {"type": "Query", "entities": []},
        {"type": "Query", "entities": [5]},
        {"type": "Query", "geoQ": 5},
        {"type": "Query", "q": 5},
        {"type": "Query", "geoQ": {"georel": "beside", "geometry": "Point", "coordinates": [1, 2]}},
        [],
    ],
    ids=str,
)
def test_a_wrong_query_in_a_body_is_refused(api, body):
    answer = api("POST", "/entityOperations/query", body)
    assert (answer.status, kind(answer)) == (400, "BadRequestData")


GEO_QUERIES = [
    ("near;maxDistance==500", "Point", [7.0, 51.0], "1"),
    ("near;maxDistance==1000", "Point", [7.0, 51.0], "12"),
    ("near;minDistance==500", "Point", [7.0, 51.0], "23"),
    ("near;maxDistance==800", "LineString", [[6.9, 51.001], [7.2, 51.001]], "12"),
    ("near;maxDistance==1", "Polygon", square(6.9, 50.9, 0.105)["coordinates"], "1"),
    ("within", "Polygon", square(6.9, 50.9, 0.105)["coordinates"], "1"),
    ("within", "MultiPolygon", [square(6.9, 50.9, 1)["coordinates"]], "12"),
    ("disjoint", "Polygon", square(6.9, 50.9, 0.105)["coordinates"], "23"),
    ("intersects", "LineString", [[7.005, 50.99], [7.015, 51.01]], "2"),
    ("intersects", "MultiPoint", [[7.0, 51.0], [8.0, 52.0]], "13"),
    ("equals", "Point", [8.0, 52.0], "3"),
    ("contains", "Point", [8.0, 52.0], "3"),
    ("overlaps", "Polygon", square(6.9, 50.9, 1)["coordinates"], ""),
]


@pytest.mark.parametrize(("georel", "geometry", "coordinates", "expected"), GEO_QUERIES)
def test_a_geo_query_finds_exactly(api, georel, geometry, coordinates, expected):
    geo = {"georel": georel, "geometry": geometry, "coordinates": json.dumps(coordinates)}
    assert api.ids(**geo) == set(expected)
    body = {"type": "Query", "geoQ": {**geo, "coordinates": coordinates}}
    found = api("POST", "/entityOperations/query", body).json()
    assert {e["id"].rpartition(":")[2] for e in found} == set(expected)


RING = square(7.15, 51.15, 0.3)["coordinates"]
HOLED = [*RING, *square(7.24, 51.24, 0.02)["coordinates"]]


@pytest.mark.parametrize(
    ("georel", "geometry", "coordinates", "found"),
    [
        ("within", "Polygon", RING, True),
        ("within", "Polygon", HOLED, False),
        ("intersects", "Polygon", HOLED, True),
        ("overlaps", "Polygon", HOLED, True),
        ("overlaps", "Polygon", RING, False),
        ("overlaps", "Polygon", square(7.25, 51.25, 0.1)["coordinates"], True),
        ("overlaps", "Polygon", square(7.2, 51.25, 0.1)["coordinates"], True),
        ("intersects", "Polygon", square(7.25, 51.15, 0.01)["coordinates"], False),
        ("contains", "Polygon", square(7.25, 51.25, 0.01)["coordinates"], True),
        ("contains", "LineString", [[7.21, 51.21], [7.29, 51.29]], True),
        ("contains", "LineString", [[7.21, 51.21], [7.35, 51.29]], False),
        ("contains", "Point", [7.25, 51.25], True),
        ("contains", "Point", [7.1, 51.25], False),
        ("equals", "Polygon", [square(7.2, 51.2, 0.1)["coordinates"][0][::-1]], True),
        ("equals", "Polygon", RING, False),
        ("intersects", "LineString", [[7.0, 51.25], [7.5, 51.25]], True),
        ("disjoint", "LineString", [[7.0, 51.0], [7.5, 51.0]], True),
        ("near;maxDistance==11500", "Point", [7.25, 51.1], True),
        ("near;maxDistance==10500", "Point", [7.25, 51.1], False),
    ],
)
def test_a_geo_query_on_an_area(api, georel, geometry, coordinates, found):
    geo = {"georel": georel, "geometry": geometry, "coordinates": json.dumps(coordinates)}
    assert api.ids(geoproperty="area", **geo) == ({"3"} if found else set())


@pytest.mark.parametrize(
    "change",
    [
        {"geometry": None},
        {"coordinates": None},
        {"georel": None},
        {"georel": "beside"},
        {"georel": "near"},
        {"georel": "near;maxDistance==-1"},
        {"coordinates": "[1,"},
        {"coordinates": "5"},
        {"geometry": "GeometryCollection"},
    ],
    ids=str,
)
def test_a_wrong_geo_query_is_refused(api, change):
    geo = {"georel": "near;maxDistance==5", "geometry": "Point", "coordinates": "[1,2]", **change}
    answer = api("GET", "/entities", type="Sensor", **{k: v for k, v in geo.items() if v})
    assert (answer.status, kind(answer)) == (400, "BadRequestData")


# Pages


def test_pages_lead_from_the_first_to_the_last_and_back(api):
    seen, url = [], "type=Sensor,Room&limit=3"
    for page in range(2):
        request = Request("GET", "/ngsi-ld/v1/entities", url, link("own"), base=BASE)
        answer = api.platform.handle(request)
        seen += [e["id"] for e in answer.json()]
        links = [v for k, v in answer.headers if k == "Link" and 'rel="next"' in v]
        backs = [v for k, v in answer.headers if k == "Link" and 'rel="prev"' in v]
        assert bool(links) == (page == 0)
        assert bool(backs) == (page == 1)
        if links:
            assert links[0].endswith('type="application/json"')
            url = links[0].partition("?")[2].partition(">")[0]
    assert seen == [e["id"] for e in CITY]


def test_counting(api):
    count = "NGSILD-Results-Count"
    answer = api("GET", "/entities", type="Sensor", limit=0, count="true")
    assert (answer.json(), answer.header(count)) == ([], "3")
    assert api("GET", "/entities", type="Sensor", q="temp==9", count="true").header(count) == "1"
    assert api("GET", "/entities", type="Sensor").header(count) is None
    answer = api("GET", "/entities", type="Sensor", offset=99, count="true")
    assert (answer.json(), answer.header(count)) == ([], "3")
    body = {"type": "Query", "entities": [{"type": "Sensor"}]}
    answer = api("POST", "/entityOperations/query", body, limit=1, count="true")
    assert (len(answer.json()), answer.header(count)) == (1, "3")


# Representations


@pytest.mark.parametrize("how", [{"options": "keyValues"}, {"format": "simplified"},
                                 {"options": "concise", "format": "keyValues"}], ids=str)  # fmt: skip
def test_simplified(api, how):
    assert api.entity(**how) == {
        "id": "urn:x:1",
        "type": "Sensor",
        "scope": "/town/north",
        "temp": 9,
        "label": "alpha, one",
        "tags": ["red", "green"],
        "open": True,
        "addr": {"city": "Ahlen", "geo": {"level": 3}},
        "seen": "2026-03-01T12:00:00Z",
        "location": {"type": "Point", "coordinates": [7.0, 51.0]},
        "inRoom": "urn:x:r1",
    }
    assert api.entity(3, **how) == {
        "id": "urn:x:3",
        "type": ["Sensor", "Room"],
        "temp": {"dataset": {"@none": 30, "urn:d:1": -5.5}},
        "label": "20",
        "name": {"languageMap": {"en": "hall", "de": "Saal"}},
        "kind": {"vocab": "Dry"},
        "raw": {"json": {"id": 1, "type": None, "value": [{"@id": 2}]}},
        "steps": {"valueList": [1, 1, 2]},
        "route": {"objectList": ["urn:x:1"]},
        "area": square(7.2, 51.2, 0.1),
        "location": {"type": "Point", "coordinates": [8.0, 52.0]},
    }


@pytest.mark.parametrize("number", [1, 2, 3, "r1"])
@pytest.mark.parametrize("form", ["normalized", "concise"])
def test_what_is_shown_can_be_written_again(api, number, form):
    before = api.entity(number)
    assert before == next(e for e in CITY if e["id"] == f"urn:x:{number}")
    shown = api.entity(number, options=form)
    api.change("DELETE", f"/entities/urn:x:{number}")
    api.change("POST", "/entities", shown, 201)
    assert api.entity(number) == before


def test_concise(api):
    shown = api.entity(options="concise")
    assert shown["label"] == "alpha, one"
    assert shown["location"] == {"type": "Point", "coordinates": [7.0, 51.0]}
    assert shown["inRoom"] == {"object": "urn:x:r1"}
    assert shown["temp"] == {
        "value": 9,
        "unitCode": "CEL",
        "observedAt": "2026-01-01T10:00:00Z",
        "unit": "grand",
    }


def test_stamps_only_on_demand(api):
    assert "createdAt" not in json.dumps(api.entity())
    shown = api.entity(options="sysAttrs")
    for item in (shown, shown["temp"], shown["temp"]["unit"], shown["inRoom"]):
        assert item["createdAt"].endswith("Z")
        assert item["modifiedAt"].endswith("Z")
    assert api.entity(options="keyValues,sysAttrs")["createdAt"] == shown["createdAt"]
    body = {"type": "Query", "entities": [{"type": "Room"}]}
    found = api("POST", "/entityOperations/query", body, options="sysAttrs").json()
    assert all("createdAt" in e for e in found)


PARTS = [
    ({"attrs": "temp"}, {"id", "type", "scope", "temp"}),
    ({"pick": "temp"}, {"temp"}),
    ({"pick": "id,temp"}, {"id", "temp"}),
    ({"pick": "id,type,scope"}, {"id", "type", "scope"}),
    ({"omit": "temp,scope,label"}, set(CITY[0]) - {"temp", "scope", "label"}),
    ({"datasetId": "urn:d:9"}, {"id", "type", "scope"}),
    ({"datasetId": "@none", "pick": "temp"}, {"temp"}),
]


@pytest.mark.parametrize(("params", "members"), PARTS, ids=str)
def test_parts_of_an_entity(api, params, members):
    assert set(api.entity(**params)) == members
    found = api("GET", "/entities", type="Sensor", q="temp==9", **params).json()
    assert [set(e) for e in found] == [members]


def test_parts_that_are_not_there(api):
    assert kind(api("GET", "/entities/urn:x:1", attrs="name")) == "ResourceNotFound"
    assert kind(api("GET", "/entities/urn:x:1", pick="name")) == "ResourceNotFound"
    assert api("GET", "/entities", type="Room", pick="temp").json() == [{"temp": CITY[2]["temp"]}]
    assert api.entity(3, datasetId="urn:d:1")["temp"] == CITY[2]["temp"][1]


@pytest.mark.parametrize(
    ("lang", "tag", "text"),
    [("en", "en", "hall"), ("de", "de", "Saal"), ("fr;q=0.9,de;q=0.5", "de", "Saal"),
     ("en;q=0.1,de", "de", "Saal"), ("fr", "en", "hall"), ("*", "en", "hall")],
)  # fmt: skip
def test_one_language(api, lang, tag, text):
    assert api.entity(3, lang=lang)["name"] == prop(text, lang=tag)
    assert api.entity(3, lang=lang, options="keyValues")["name"] == text


def test_geojson_of_one(api):
    answer = api("GET", "/entities/urn:x:1", headers={"accept": GEO})
    assert answer.header("Content-Type") == GEO
    feature = answer.json()
    assert feature["@context"] == [f"{BASE}/contexts/own.jsonld", CORE_URL]
    assert {k: feature[k] for k in ("id", "type", "geometry")} == {
        "id": "urn:x:1",
        "type": "Feature",
        "geometry": CITY[0]["location"]["value"],
    }
    assert feature["properties"] == {k: v for k, v in CITY[0].items() if k != "id"}


def test_geojson_of_several(api):
    headers = {"accept": GEO, "prefer": "body=json"}
    answer = api("GET", "/entities", type="Room", options="keyValues", headers=headers,
                 geometryProperty="area")  # fmt: skip
    assert REL in answer.header("Link")
    found = answer.json()
    assert set(found) == {"type", "features"}
    assert found["type"] == "FeatureCollection"
    assert [f["geometry"] for f in found["features"]] == [CITY[2]["area"]["value"], None]
    assert found["features"][1]["properties"] == {"type": "Room", "label": "Zimmer äöü"}
    empty = api("GET", "/entities", type="Nothing", headers=headers).json()
    assert empty == {"type": "FeatureCollection", "features": []}


# Contexts and media types

ACCEPTS = [
    (None, JSON),
    ("*/*", JSON),
    ("application/*", JSON),
    ("text/html, */*;q=0.1", JSON),
    (f"{LD};q=1, {JSON};q=0.5", LD),
    (f"{LD};q=0.5, {JSON};q=1", JSON),
    (f"{LD}, {JSON}", JSON),
    (f"{GEO}, {LD};q=0.9", GEO),
    (f"*/*, {JSON};q=0", LD),
]


@pytest.mark.parametrize(("accept", "expected"), ACCEPTS)
@pytest.mark.parametrize("path", ["/entities/urn:x:1", "/entities?type=Sensor"])
def test_the_best_media_type_is_chosen(api, path, accept, expected):
    path, _, query = path.partition("?")
    params = dict([query.split("=")]) if query else {}
    answer = api("GET", path, headers={"accept": accept}, **params)
    assert answer.header("Content-Type") == expected
    assert "Accept" in answer.header("Vary")
    items = answer.json() if isinstance(answer.json(), list) else [answer.json()]
    context = [f"{BASE}/contexts/own.jsonld", CORE_URL]
    assert all(i.get("@context") == (None if expected == JSON else context) for i in items)
    assert (answer.header("Link") is not None) == (expected == JSON)


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/entities/urn:x:1", "text/csv"), ("/entities?type=Sensor", "text/csv"), ("/types", GEO),
     ("/types/Sensor", GEO), ("/attributes", "text/html"), ("/attributes/temp", "text/html")],
)  # fmt: skip
def test_no_media_type_fits(api, path, accept):
    path, _, query = path.partition("?")
    answer = api(
        "GET", path, headers={"accept": accept}, **dict([query.split("=")] if query else [])
    )
    assert answer.status == 406
    assert JSON in answer.json()["detail"]


@pytest.mark.parametrize("type_", ["text/plain", "application/xml", None])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/entities"), ("PATCH", "/entities/urn:x:1"), ("PUT", "/entities/urn:x:1"),
     ("POST", "/entities/urn:x:1/attrs"), ("PATCH", "/entities/urn:x:1/attrs/temp"),
     ("POST", "/entityOperations/upsert"), ("POST", "/entityOperations/query")],
)  # fmt: skip
def test_a_body_of_another_type_is_refused(api, method, path, type_):
    before = api.entity()
    answer = api(method, path, {}, headers={"content-type": type_})
    assert (answer.status, kind(answer)) == (415, "about:blank")
    assert api.entity() == before


def test_where_a_context_may_be(api):
    body = {"id": "urn:x:c", "type": "Fuehler", "hot": prop(1)}
    ld = {"content-type": f"{LD}; charset=utf-8", "link": None}
    wrong = [
        ({**body, "@context": OTHER}, {"content-type": JSON}),
        (body, ld),
        ({**body, "@context": OTHER}, {**ld, **link("other")}),
        ({**body, "@context": 5}, ld),
        ({**body, "@context": {"hot": 5}}, ld),
        ({**body, "@context": {"hot": {"@id": "urn:h", "@context": {}}}}, ld),
        ({**body, "hot": {**prop(1), "@context": OTHER}}, link("other")),
        ({**body, "@context": f"{BASE}/contexts/loop.jsonld"}, ld),
    ]
    for data, headers in wrong:
        answer = api("POST", "/entities", data, headers=headers)
        assert (answer.status, kind(answer)) == (400, "BadRequestData"), data
        assert api("GET", "/entities/urn:x:c").status == 404
    two = {"link": f"{link('own')['link']}, {link('other')['link']}"}
    assert kind(api("POST", "/entities", body, headers=two)) == "InvalidRequest"


@pytest.mark.parametrize(
    "context",
    [OTHER, [OTHER], [f"{BASE}/contexts/other.jsonld", CORE_URL], f"{BASE}/contexts/pair.jsonld",
     [CORE_URL, {"Fuehler": "ex:Sensor", "hot": "ex:temp", "ex": NS}],
     {"@vocab": NS, "Fuehler": "Sensor", "hot": {"@id": "temp"}, "ident": "@id"}],
    ids=str,
)  # fmt: skip
def test_forms_of_a_context_in_the_body(api, context):
    body = {"id": "urn:x:c", "type": "Fuehler", "hot": prop(1), "@context": context}
    headers = {"content-type": LD, "link": None}
    api.change("POST", "/entities", body, 201, headers=headers)
    assert api.entity("c") == {"id": "urn:x:c", "type": "Sensor", "temp": prop(1)}


def test_names_follow_the_context_of_the_reader(api):
    plain = api.entity(context=None)
    assert plain["type"] == f"{NS}Sensor"
    assert plain[f"{NS}temp"]["value"] == 9
    assert plain["location"] == CITY[0]["location"]
    assert plain[f"{NS}addr"]["value"] == {f"{NS}city": "Ahlen", "geo": {"level": 3}}
    other = api.entity(context="other")
    assert other["type"] == "Fuehler"
    assert other["hot"]["value"] == 9
    assert f"{NS}label" in other


def test_a_name_without_a_context_is_in_the_default_vocabulary(api):
    api.change("POST", "/entities", {"id": "urn:x:c", "type": "T", "foo": 1}, 201, context=None)
    assert api.entity("c", context=None)["foo"] == prop(1)
    found = api("GET", "/types/T", context=None).json()
    assert found["id"] == "https://uri.etsi.org/ngsi-ld/default-context/T"


def test_the_core_context_wins(api):
    evil = {"location": f"{NS}evil", "Property": f"{NS}p", "observedAt": f"{NS}o", "id": f"{NS}i"}
    body = {**CITY[0], "id": "urn:x:c", "@context": [CORE_URL, {**CONTEXT, **evil}]}
    headers = {"content-type": LD, "link": None}
    api.change("POST", "/entities", body, 201, headers=headers)
    assert api.entity("c") == {**CITY[0], "id": "urn:x:c"}


@pytest.mark.parametrize(
    "url",
    ["https://example.org/c.jsonld", "http://127.0.0.1:1/c.jsonld", "file:///etc/passwd", "x"],
)
def test_a_context_that_cannot_be_had(api, url):
    headers = {"link": f'<{url}>; rel="{REL}"'}
    for method, body in (("GET", None), ("POST", {"id": "urn:x:c", "type": "T"})):
        path = "/entities" if body else "/entities/urn:x:1"
        answer = api(method, path, body, headers=headers)
        assert (answer.status, kind(answer)) == (504, "LdContextNotAvailable")
    assert api("GET", "/entities/urn:x:c").status == 404


def test_a_link_of_another_kind_is_no_context(api):
    headers = {"link": '<https://example.org/>; rel="next"'}
    assert f"{NS}temp" in api.entity(headers=headers)
    spaced = {"link": f'<{BASE}/contexts/own.jsonld> ; type="application/ld+json" ; rel={REL}'}
    assert "temp" in api.entity(headers=spaced)


def test_an_inline_context_of_a_query_is_served(api):
    body = {"type": "Query", "entities": [{"type": "Fuehler"}], "@context": OTHER}
    headers = {"content-type": LD, "link": None}
    answer = api("POST", "/entityOperations/query", body, headers=headers)
    assert {e["type"] for e in answer.json() if isinstance(e["type"], str)} == {"Fuehler"}
    url = answer.header("Link").partition("<")[2].partition(">")[0]
    request = Request("GET", url.removeprefix(BASE), base=BASE)
    assert api.platform.handle(request).json() == {"@context": [OTHER]}


def test_an_independent_processor_reads_the_same(api):
    jsonld = pytest.importorskip("pyld").jsonld

    def expanded(body, context):
        def load(url, _options):
            path = url.removeprefix(BASE)
            document = CORE_DOCUMENT if url == CORE_URL else {"@context": context}
            return {"document": document, "documentUrl": path, "contextUrl": None}

        return jsonld.expand(body, {"documentLoader": load})

    for number, entity in ((1, CITY[0]), (2, CITY[1]), (3, CITY[2])):
        sent = expanded({**entity, "@context": [CONTEXT, CORE_URL]}, None)
        for name, context in (("own", CONTEXT), ("other", OTHER), (None, {})):
            served = api.entity(number, context=name, headers={"accept": LD})
            assert expanded(served, context) == sent


# Types and attributes


def test_types(api):
    found = api("GET", "/types").json()
    assert found["type"] == "EntityTypeList"
    assert found["id"].startswith("urn:")
    assert set(found["typeList"]) == {"Sensor", "Room"}
    assert set(api("GET", "/types", context=None).json()["typeList"]) == {
        f"{NS}Sensor",
        f"{NS}Room",
    }
    details = {t["typeName"]: t for t in api("GET", "/types", details="true").json()}
    assert details["Room"]["id"] == f"{NS}Room"
    assert details["Room"]["type"] == "EntityType"
    assert "location" in details["Room"]["attributeNames"]
    assert "open" not in details["Room"]["attributeNames"]


@pytest.mark.parametrize("name", ["Sensor", f"{NS}Sensor", "ex:Sensor"])
def test_one_type(api, name):
    path = f"/types/{quote(name, safe='')}"
    info = api("GET", path).json()
    assert (info["id"], info["type"], info["typeName"]) == (
        f"{NS}Sensor",
        "EntityTypeInfo",
        "Sensor",
    )
    assert info["entityCount"] == 3
    details = {a["attributeName"]: a for a in info["attributeDetails"]}
    assert details["inRoom"]["attributeTypes"] == ["Relationship"]
    assert details["inRoom"]["id"] == f"{NS}inRoom"


def test_attributes(api):
    found = api("GET", "/attributes").json()
    assert found["type"] == "AttributeList"
    assert {"temp", "location"} < set(found["attributeList"])
    details = {a["attributeName"]: a for a in api("GET", "/attributes", details="true").json()}
    assert details["label"]["typeNames"] == ["Room", "Sensor"]
    api.change("PUT", "/entities/urn:x:r1", {"inRoom": prop("text")})
    info = api("GET", "/attributes/inRoom").json()
    assert info["attributeCount"] == 3
    assert info["attributeTypes"] == ["Property", "Relationship"]
    assert (info["type"], info["id"]) == ("Attribute", f"{NS}inRoom")


@pytest.mark.parametrize("path", ["/types/None", "/attributes/none"])
def test_what_no_entity_has(api, path):
    assert kind(api("GET", path)) == "ResourceNotFound"


def test_a_type_goes_with_its_last_entity(api):
    api.change("POST", "/entities", {"id": "urn:x:c", "type": "New"}, 201)
    assert "New" in api("GET", "/types").json()["typeList"]
    api.change("DELETE", "/entities/urn:x:c")
    assert "New" not in api("GET", "/types").json()["typeList"]


# Tenants, methods, addresses


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
    [("PUT", "/entities", "GET"), ("PATCH", "/entities", "POST"), ("DELETE", "/entities", "GET"),
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
