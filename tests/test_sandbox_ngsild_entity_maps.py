"""Entity maps of the reference broker: made, looked at, used for pages, forgotten."""

import pytest

from mimtest.sandbox.ngsild.lifetimes import end_of
from tests.ngsild_asking import filled, kind, prop

HEADER = "NGSILD-EntityMap"
SENSORS = {"urn:x:1", "urn:x:2", "urn:x:3"}
PAST = {"timerel": "before", "timeAt": "2999-01-01T00:00:00Z", "timeproperty": "createdAt"}
TIMES = {"temporalQ": PAST}


@pytest.fixture
def api():
    return filled()


def made(answer):
    assert answer.status == 201, answer.body
    found = answer.json()
    assert answer.header(HEADER) == f"/ngsi-ld/v1/entityMaps/{found['id']}"
    assert found["type"] == "EntityMap"
    assert found["linkedMaps"] == {}
    return found


def where(found):
    return f"/entityMaps/{found['id']}"


def test_a_map_is_made_of_a_query(api):
    found = made(api("GET", "/entityMaps", type="Sensor", q="temp>9"))
    assert found["entityMap"] == {"urn:x:2": ["@none"], "urn:x:3": ["@none"]}
    assert api("GET", where(found)).json() == found
    query = {"type": "Query", "entities": [{"type": "Sensor"}]}
    assert set(made(api("POST", "/entityMaps", query))["entityMap"]) == SENSORS


def test_a_map_is_made_of_a_query_over_time(api):
    found = made(api("GET", "/temporal/entityMaps", type="Sensor", **PAST))
    assert set(found["entityMap"]) == SENSORS
    query = {"type": "Query", "entities": [{"type": "Room"}], **TIMES}
    found = made(api("POST", "/temporal/entityMaps", query))
    assert set(found["entityMap"]) == {"urn:x:3", "urn:x:r1"}
    early = PAST | {"timeAt": "1999-01-01T00:00:00Z"}
    assert made(api("GET", "/temporal/entityMaps", type="Sensor", **early))["entityMap"] == {}
    assert kind(api("GET", "/temporal/entityMaps", type="Sensor")) == "BadRequestData"


@pytest.mark.parametrize("path", ["/entityMaps", "/temporal/entityMaps"])
def test_a_query_that_is_too_wide_is_refused(api, path):
    params = PAST if "temporal" in path else {}
    assert kind(api("GET", path, **params)) == "BadRequestData"
    query = {"type": "Query", **(TIMES if params else {})}
    assert kind(api("POST", path, query)) == "BadRequestData"
    assert kind(api("POST", path, {"type": "Other"})) == "BadRequestData"
    assert made(api("GET", path, local="true", **params))["entityMap"]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_maps_that_are_not_there(api, method):
    body = {} if method == "PATCH" else None
    assert kind(api(method, "/entityMaps/urn:x:none", body)) == "ResourceNotFound"
    assert kind(api(method, "/entityMaps/none", body)) == "BadRequestData"


def test_only_the_end_of_a_map_is_changed(api):
    found = made(api("GET", "/entityMaps", type="Room", entityMapLifetime="PT1M"))
    later = end_of("PT10M").strftime("%Y-%m-%dT%H:%M:%SZ")
    change = {"expiresAt": later, "entityMap": {}, "linkedMaps": {"urn:a": "urn:b"}, "id": "urn:c"}
    assert api("PATCH", where(found), change).status == 204
    after = api("GET", where(found)).json()
    assert after == {**found, "expiresAt": later.replace("Z", ".000000Z")}
    for wrong in ({"expiresAt": "soon"}, []):
        assert kind(api("PATCH", where(found), wrong)) == "BadRequestData"
    api.change("PATCH", where(found), {"expiresAt": "2999-01-01T00:00:00Z"})
    assert api("GET", where(found)).json()["expiresAt"] < end_of("P2D").isoformat()
    api.change("PATCH", where(found), {"expiresAt": "1999-01-01T00:00:00Z"})
    assert api("GET", where(found)).status == 404


def test_a_map_is_deleted(api):
    found = made(api("GET", "/entityMaps", type="Room"))
    assert api("DELETE", where(found)).status == 204
    assert api("GET", where(found)).status == 404


@pytest.mark.parametrize("path", ["/entities", "/temporal/entities"])
def test_a_query_makes_a_map_and_goes_by_it(api, path):
    params = {"type": "Sensor"} | (PAST if "temporal" in path else {})
    plain = api("GET", path, **params)
    assert (plain.status, plain.header(HEADER)) == (200, None)
    first = api("GET", path, entityMap="true", **params)
    assert (first.status, first.json()) == (201, plain.json())
    address = first.header(HEADER)
    found = api("GET", address.removeprefix("/ngsi-ld/v1")).json()
    assert set(found["entityMap"]) == SENSORS
    api.change("POST", "/entities", {"id": "urn:x:4", "type": "Sensor", "temp": prop(1)}, 201)
    for name in (address, found["id"], f"http://elsewhere{address}"):
        again = api("GET", path, headers={HEADER.lower(): name}, **params)
        assert again.status == 200
        assert again.header(HEADER) == address
        assert {e["id"] for e in again.json()} == SENSORS
    assert len(api("GET", path, **params).json()) == len(SENSORS) + 1


def test_pages_go_by_a_map(api):
    answer = api("GET", "/entities", type="Sensor", entityMap="true", limit=1)
    by = {HEADER.lower(): answer.header(HEADER)}
    last = api("GET", "/entities", type="Sensor", limit=1, offset=2, headers=by)
    gone = last.json()[0]["id"]
    api.change("DELETE", f"/entities/{gone}")
    rest = api("GET", "/entities", type="Sensor", offset=1, headers=by, count="true")
    assert rest.header("NGSILD-Results-Count") == "2"
    assert {e["id"] for e in answer.json() + rest.json()} == SENSORS - {gone}
    where = answer.header(HEADER).removeprefix("/ngsi-ld/v1")
    assert set(api("GET", where).json()["entityMap"]) == SENSORS - {gone}
    api.change("POST", "/entities", {"id": gone, "type": "Sensor"}, 201)
    assert len(api("GET", "/entities", type="Sensor", headers=by).json()) == len(SENSORS) - 1


@pytest.mark.parametrize("name", ["urn:x:none", "/ngsi-ld/v1/entityMaps/urn:x:none", "?"])
def test_a_map_that_is_gone_is_made_anew(api, name):
    answer = api("GET", "/entities", type="Sensor", headers={HEADER.lower(): name})
    assert answer.status == 201
    assert answer.header(HEADER) != name


def test_one_entity_has_a_map_as_well(api):
    answer = api("GET", "/entities/urn:x:1", entityMap="true")
    assert answer.status == 201
    found = api("GET", answer.header(HEADER).removeprefix("/ngsi-ld/v1")).json()
    assert found["entityMap"] == {"urn:x:1": ["@none"]}


@pytest.mark.parametrize("params", [{"entityMap": "1"}, {"entityMapLifetime": "5 minutes"}])
def test_wrong_parameters_are_refused(api, params):
    answer = api("GET", "/entities", type="Sensor", **{"entityMap": "true", **params})
    assert kind(answer) == "BadRequestData"


def test_each_tenant_has_its_maps(api):
    found = made(api("GET", "/entityMaps", type="Sensor"))
    other = {"NGSILD-Tenant".lower(): "other"}
    api.change("POST", "/entities", {"id": "urn:x:9", "type": "Sensor"}, 201, headers=other)
    assert api("GET", where(found), headers=other).status == 404
