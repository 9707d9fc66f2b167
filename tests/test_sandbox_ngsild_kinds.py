"""Every kind of attribute in every representation of the reference broker, in and out."""

import json

import pytest

from tests.ngsild_asking import NS, Api, kind, prop

PLACE = {"type": "Point", "coordinates": [7.0, 51.0]}
#: The value, by kind: normalized, concise and simplified.
KINDS = {
    "Property": ({"value": 9}, 9, 9),
    "object": ({"value": {"city": "Ahlen"}}, {"value": {"city": "Ahlen"}}, {"city": "Ahlen"}),
    "GeoProperty": ({"value": PLACE}, PLACE, PLACE),
    "Relationship": ({"object": "urn:x:1"}, {"object": "urn:x:1"}, "urn:x:1"),
    "several": ({"object": ["urn:x:1", "urn:x:2"]}, {"object": ["urn:x:1", "urn:x:2"]},
                ["urn:x:1", "urn:x:2"]),
    "LanguageProperty": ({"languageMap": {"en": "hall", "de": ["Saal", "Halle"]}},
                         {"languageMap": {"en": "hall", "de": ["Saal", "Halle"]}},
                         {"languageMap": {"en": "hall", "de": ["Saal", "Halle"]}}),
    "VocabProperty": ({"vocab": "Dry"}, {"vocab": "Dry"}, {"vocab": "Dry"}),
    "words": ({"vocab": ["Dry", "Wet"]}, {"vocab": ["Dry", "Wet"]}, {"vocab": ["Dry", "Wet"]}),
    "JsonProperty": ({"json": {"id": 1, "x": None}}, {"json": {"id": 1, "x": None}},
                     {"json": {"id": 1, "x": None}}),
    "ListProperty": ({"valueList": [1, 1, "a"]}, {"valueList": [1, 1, "a"]}, [1, 1, "a"]),
    "ListRelationship": ({"objectList": [{"object": "urn:x:1"}, {"object": "urn:x:1"}]},
                         {"objectList": [{"object": "urn:x:1"}, {"object": "urn:x:1"}]},
                         ["urn:x:1", "urn:x:1"]),
}  # fmt: skip
TYPES = {"object": "Property", "several": "Relationship", "words": "VocabProperty"}
MORE = {"observedAt": "2026-01-01T10:00:00Z", "datasetId": "urn:d:1", "unit": prop("u")}


def normalized(name, **more):
    return {"type": TYPES.get(name, name), **KINDS[name][0], **more}


def created(attribute):
    api = Api()
    api.change("POST", "/entities", {"id": "urn:x:k", "type": "Sensor", "temp": attribute}, 201)
    return api


def shown(api, **params):
    return api.entity("k", **params)["temp"]


@pytest.mark.parametrize("name", KINDS)
def test_each_representation(name):
    api = created(normalized(name))
    assert shown(api) == shown(api, format="normalized") == normalized(name)
    assert shown(api, options="concise") == KINDS[name][1]
    assert shown(api, format="simplified") == KINDS[name][2]


@pytest.mark.parametrize("name", KINDS)
def test_concise_is_read_as_normalized(name):
    assert shown(created(KINDS[name][1])) == normalized(name)
    assert shown(created({**KINDS[name][0], **MORE})) == normalized(name, **MORE)


@pytest.mark.parametrize("name", KINDS)
def test_geojson(name):
    api = created(normalized(name))
    headers = {"accept": "application/geo+json"}
    for params, expected in ({}, normalized(name)), ({"options": "keyValues"}, KINDS[name][2]):
        answer = api("GET", "/entities/urn:x:k", headers=headers, **params)
        assert json.loads(answer.body)["properties"]["temp"] == expected


@pytest.mark.parametrize("name", KINDS)
def test_instances_by_dataset(name):
    api = created([normalized(name), normalized(name, **MORE)])
    simple = KINDS[name][2]
    assert shown(api, options="keyValues") == {"dataset": {"@none": simple, "urn:d:1": simple}}
    assert shown(api, datasetId="urn:d:1") == normalized(name, **MORE)
    assert shown(api, datasetId="@none") == normalized(name)
    assert len(shown(api, datasetId="@none,urn:d:1")) == 2
    assert "temp" not in api.entity("k", datasetId="urn:d:2")


@pytest.mark.parametrize("name", KINDS)
def test_a_part_is_updated(name):
    api = created(normalized(name))
    api.change("PATCH", "/entities/urn:x:k/attrs/temp", {"observedAt": MORE["observedAt"]})
    assert shown(api) == normalized(name, observedAt=MORE["observedAt"])


@pytest.mark.parametrize("name", ["LanguageProperty"])
@pytest.mark.parametrize(("lang", "value", "chosen"), [("de", ["Saal", "Halle"], "de"),
                                                       ("fr, en;q=0.5", "hall", "en")])  # fmt: skip
def test_a_language_is_chosen(name, lang, value, chosen):
    api = created(normalized(name))
    assert shown(api, lang=lang) == prop(value, lang=chosen)
    assert shown(api, lang=lang, options="keyValues") == value


def test_the_type_of_a_value():
    attribute = prop("12:00", valueType="Dry")
    api = created(attribute)
    assert shown(api) == attribute
    assert shown(api, options="concise") == {"value": "12:00", "valueType": "Dry"}
    iri = f"{NS}words/Dry"
    plain = api("GET", "/entities/urn:x:k", context=None).json()[f"{NS}temp"]
    assert plain["valueType"] == iri
    assert shown(created({"type": "ListProperty", "valueList": [1], "valueType": iri})) == {
        "type": "ListProperty", "valueList": [1], "valueType": "Dry"}  # fmt: skip


@pytest.mark.parametrize("types", ["Room", ["Room", "Sensor"]])
def test_the_types_of_an_object(types):
    attribute = {"type": "Relationship", "object": ["urn:x:1", "urn:x:2"], "objectType": types}
    api = created(attribute)
    assert shown(api) == attribute
    plain = api("GET", "/entities/urn:x:k", context=None).json()[f"{NS}temp"]["objectType"]
    expected = [f"{NS}{t}" for t in ([types] if isinstance(types, str) else types)]
    assert plain == (expected[0] if isinstance(types, str) else expected)


@pytest.mark.parametrize(
    "wrong",
    [prop(1, valueType=5), prop(1, valueType=""), prop(1, objectType=5),
     {"type": "Relationship", "object": []}, {"type": "Relationship", "object": ["urn:x:1", 5]},
     {"type": "Relationship", "object": [["urn:x:1"]]}, {"type": "VocabProperty", "vocab": 5},
     {"type": "ListProperty", "valueList": 5}, {"type": "ListRelationship", "objectList": ["x"]},
     {"type": "JsonProperty", "value": {}}, {"type": "Property", "json": {}},
     {"type": "LanguageProperty", "languageMap": {"not a tag": "x"}}],
    ids=str,
)  # fmt: skip
def test_what_no_kind_can_hold(wrong):
    api = Api()
    answer = api("POST", "/entities", {"id": "urn:x:k", "type": "Sensor", "temp": wrong})
    assert kind(answer) == "BadRequestData"


def test_a_query_finds_one_of_several_objects():
    api = created(normalized("several"))
    assert api.ids(q='temp=="urn:x:2"') == {"k"}
    assert api.ids(q="temp==urn:x:2") == {"k"}
    assert api.ids(q='temp!="urn:x:2"') == set()


def test_an_entity_is_meant_with_its_type():
    api = created(prop(1))
    assert shown(api, type="Sensor") == prop(1)
    assert shown(api, type="Room,Sensor") == prop(1)
    path = "/entities/urn:x:k"
    temp = {"temp": prop(2)}
    for method, where, body in (
        ("GET", path, None), ("PATCH", path, temp), ("PUT", path, temp), ("DELETE", path, None),
        ("POST", f"{path}/attrs", temp), ("PATCH", f"{path}/attrs", temp),
        ("PATCH", f"{path}/attrs/temp", {"value": 2}), ("PUT", f"{path}/attrs/temp", prop(2)),
        ("DELETE", f"{path}/attrs/temp", None),
    ):  # fmt: skip
        assert kind(api(method, where, body, type="Room")) == "ResourceNotFound"
    assert shown(api) == prop(1)
    api.change("DELETE", path, type="Sensor")
