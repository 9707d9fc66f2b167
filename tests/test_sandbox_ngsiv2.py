"""The NGSI v2 broker of the sandbox: reading, forms, types, errors, HTTP."""

import pytest

from mimtest.sandbox.city import load_city
from tests.ngsiv2_asking import JSON, TOWN, Api, error, filled


@pytest.fixture
def api():
    return filled()


def test_the_entry_point_names_what_there_is(api):
    entry = api.read("")
    for name, where in entry.items():
        assert where == f"/v2/{name.removesuffix('_url')}"
        assert isinstance(api.read(where.removeprefix("/v2")), list)


def test_the_town_is_there_in_the_form_of_v2():
    api = Api(load_city().entities)
    types = {t["type"]: t for t in api.read("/types")}
    assert types["Streetlight"]["count"] == 24
    assert types["Streetlight"]["attrs"]["location"] == {"types": ["geo:json"]}
    light = api.read("/entities", type="Streetlight", limit=1)[0]
    assert light["controlledBy"]["type"] == "Relationship"
    assert light["controlledBy"]["value"].startswith("urn:ngsi-ld:")
    assert light["dateLastLampChange"]["type"] == "DateTime"
    power = light["powerConsumption"]
    assert power["type"] == "Number"
    assert power["metadata"]["unitCode"] == {"type": "Text", "value": "WTT"}
    assert power["metadata"]["timestamp"]["type"] == "DateTime"


def test_entities_are_listed_normalized(api):
    found = {e["id"]: e for e in api.read("/entities")}
    assert set(found) == {e["id"] for e in TOWN}
    assert found["r1"]["open"] == {"type": "Boolean", "value": True, "metadata": {}}
    assert found["s1"]["tags"]["type"] == "StructuredValue"
    assert found["s1"]["temp"]["metadata"]["accuracy"] == {"type": "Number", "value": 0.5}


def test_an_entity_its_attributes_and_values(api):
    entity = api.read("/entities/s1")
    attributes = api.read("/entities/s1/attrs")
    assert entity == {"id": "s1", "type": "Sensor", **attributes}
    assert api.read("/entities/s1/attrs/temp") == entity["temp"]
    answer = api("GET", "/entities/s1/attrs/label/value")
    assert (answer.header("Content-Type"), answer.body) == ("text/plain", b'"alpha"')
    answer = api("GET", "/entities/s1/attrs/addr/value")
    assert (answer.header("Content-Type"), answer.json()["city"]) == (JSON, "Ahlen")
    headers = {"accept": "application/json"}
    error(api("GET", "/entities/s1/attrs/temp/value", headers=headers), 406, "NotAcceptable")


def test_forms(api):
    assert api.read("/entities/s3", options="keyValues") == {
        "id": "s3",
        "type": "Sensor",
        "temp": 30,
        "label": "light,green",
    }
    assert api.read("/entities/s3", options="values", attrs="label,temp") == ["light,green", 30]
    api.change("POST", "/entities/s3/attrs", {"more": {"value": 30}, "truth": {"value": True}})
    assert api.read("/entities/s3", options="unique") == [30, "light,green", True]
    assert api.read("/entities", type="Room", options="values", attrs="open") == [[True]]
    error(api("GET", "/entities", options="values,keyValues"), 400, "BadRequest")
    error(api("GET", "/entities", options="besides"), 400, "BadRequest")


def test_parts(api):
    assert set(api.read("/entities/s1", attrs="temp,none")) == {"id", "type", "temp"}
    dated = api.read("/entities/s1", attrs="dateModified,*")
    assert set(dated) == {*TOWN[0], "dateModified"}
    assert dated["dateModified"]["type"] == "DateTime"
    assert "dateCreated" not in api.read("/entities/s1")
    assert api.read("/entities/s1", metadata="none")["temp"]["metadata"] == {}
    shown = api.read("/entities/s1/attrs/temp", metadata="dateCreated,*")["metadata"]
    assert set(shown) == {"dateCreated", "accuracy"}


def test_types(api):
    assert api.read("/types", options="values") == ["Room", "Sensor"]
    answer = api("GET", "/types", limit=1, offset=1, options="count")
    assert answer.header("Fiware-Total-Count") == "2"
    assert [t["type"] for t in answer.json()] == ["Sensor"]
    sensor = api.read("/types/Sensor")
    assert sensor["count"] == 3
    assert sensor["attrs"]["size"] == {"types": ["Text", "Number"]}
    error(api("GET", "/types/None"), 404, "NotFound")


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/entities", {"limit": "0"}),
        ("/entities", {"limit": "1001"}),
        ("/entities", {"limit": "many"}),
        ("/entities", {"offset": "-1"}),
        ("/entities", {"type": ""}),
        ("/entities", {"id": "a", "idPattern": "a"}),
        ("/entities", {"type": "a", "typePattern": "a"}),
        ("/entities", {"idPattern": "("}),
        ("/entities", {"orderBy": "temp,!temp"}),
        ("/entities", {"orderBy": "geo:distance"}),
        ("/types", {"options": "keyValues"}),
    ],
)
def test_wrong_parameters_are_refused(api, path, params):
    error(api("GET", path, **params), 400, "BadRequest")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/entities", {"GET", "POST"}),
        ("POST", "/entities/s1", {"GET", "DELETE"}),
        ("DELETE", "/entities/s1/attrs", {"GET", "POST", "PATCH", "PUT"}),
        ("PATCH", "/entities/s1/attrs/temp", {"GET", "PUT", "DELETE"}),
        ("DELETE", "/entities/s1/attrs/temp/value", {"GET", "PUT"}),
        ("PATCH", "/types", {"GET"}),
        ("PUT", "/subscriptions/x", {"GET", "PATCH", "DELETE"}),
        ("GET", "/op/query", {"POST"}),
    ],
)
def test_a_method_that_is_not_there_is_told(api, method, path, allowed):
    answer = api(method, path)
    error(answer, 405, "MethodNotAllowed")
    told = {m.strip() for m in answer.header("Allow").split(",")}
    assert told - {"HEAD", "OPTIONS"} == allowed


@pytest.mark.parametrize("path", ["/none", "/entities/a/b", "/types/a/b", "/op/none", "/op"])
def test_a_path_that_is_not_there(api, path):
    error(api("GET", path), 404, "NotFound")


def test_what_a_client_accepts(api):
    for accept in ("application/json", "*/*", "text/html, application/*;q=0.5", None):
        assert api("GET", "/entities", headers={"accept": accept}).status == 200
    error(api("GET", "/entities", headers={"accept": "text/csv"}), 406, "NotAcceptable")


def test_bodies_that_are_not_taken(api):
    no_length = {"content_length": None}
    error(api("POST", "/entities", TOWN[0], headers=no_length), 411, "ContentLengthRequired")
    error(api("POST", "/entities", raw=b""), 411, "ContentLengthRequired")
    large = b'{"id": "' + b"x" * (1024 * 1024) + b'"}'
    error(api("POST", "/entities", raw=large), 413, "RequestEntityTooLarge")
    xml = {"content_type": "application/xml"}
    error(api("POST", "/entities", TOWN[0], headers=xml), 415, "UnsupportedMediaType")
    error(api("POST", "/entities", raw=b'{"id": '), 400, "ParseError")
    error(api("POST", "/entities", raw=b'{"id": "a", "n": {"value": NaN}}'), 400, "ParseError")
    error(api("POST", "/entities", []), 400, "BadRequest")
