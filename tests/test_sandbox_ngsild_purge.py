"""Removing by a query: what the reference broker removes and what it refuses."""

import pytest

from tests.ngsild_asking import CITY, filled, kind

ALL = {"1", "2", "3", "r1"}


@pytest.fixture
def api():
    return filled()


GONE = {
    "type": ({"type": "Sensor"}, {"1", "2", "3"}),
    "types": ({"type": "(Sensor;Room)"}, {"3"}),
    "star": ({"type": "*"}, ALL),
    "local": ({"local": "true"}, ALL),
    "id": ({"type": "Sensor", "id": "urn:x:1,urn:x:r1"}, {"1"}),
    "local id": ({"local": "true", "id": "urn:x:1,urn:x:r1"}, {"1", "r1"}),
    "pattern": ({"type": "*", "idPattern": "r.$"}, {"r1"}),
    "q": ({"q": "temp>9"}, {"2", "3"}),
    "attrs": ({"attrs": "inRoom,steps"}, {"1", "2", "3"}),
    "scope": ({"type": "Sensor", "scopeQ": "/town/#"}, {"1", "2"}),
    "geo": ({"georel": "near;maxDistance==1000", "geometry": "Point",
             "coordinates": "[7.01,51.0]"}, {"1", "2"}),
    "place": ({"georel": "intersects", "geometry": "Point", "geoproperty": "area",
               "coordinates": "[7.25,51.25]"}, {"3"}),
    "none": ({"type": "Nothing"}, set()),
}  # fmt: skip


@pytest.mark.parametrize("name", GONE)
def test_entities_are_removed(api, name):
    params, gone = GONE[name]
    answer = api.change("DELETE", "/entities", **params)
    assert answer.body == b""
    assert api.ids() == ALL - gone


def test_attributes_are_dropped(api):
    api.change("DELETE", "/entities", type="Sensor", q="temp<10", drop="temp,label")
    assert api.ids() == ALL
    assert set(api.entity(1)) == set(CITY[0]) - {"temp", "label"}
    assert api.entity(2) == CITY[1]
    api.change("DELETE", "/entities", drop="label")
    assert api.ids(q="label") == set()


def test_all_other_attributes_are_dropped(api):
    api.change("DELETE", "/entities", type="Sensor", keep="temp,label")
    assert set(api.entity(1)) == {"id", "type", "scope", "temp", "label"}
    assert set(api.entity(3)) == {"id", "type", "temp", "label"}
    assert api.entity("r1") == CITY[3]


def test_only_what_changes_is_modified(api):
    before = api.entity(2, options="sysAttrs")["modifiedAt"]
    api.change("DELETE", "/entities", type="Sensor", drop="steps")
    assert api.entity(2, options="sysAttrs")["modifiedAt"] == before


WIDE = {
    "nothing": {},
    "id": {"id": "urn:x:1"},
    "pattern": {"idPattern": ".*"},
    "scope": {"scopeQ": "/#"},
    "system": {"q": 'createdAt>"2020-01-01T00:00:00Z"'},
    "not local": {"local": "false"},
    "star not local": {"type": "*", "local": "false"},
    "keep": {"keep": "temp"},
}
WRONG = {
    "q": {"q": "temp=="},
    "geo": {"georel": "near", "geometry": "Point", "coordinates": "[1,2]"},
    "id": {"type": "Sensor", "id": "7"},
    "drop": {"type": "Sensor", "drop": "inRoom{temp}"},
    "keep": {"type": "Sensor", "keep": ""},
}


@pytest.mark.parametrize("params", [*WIDE.values(), *WRONG.values()], ids=[*WIDE, *WRONG])
def test_nothing_is_removed(api, params):
    assert kind(api("DELETE", "/entities", **params)) == "BadRequestData"
    assert api.ids() == ALL
    assert api.entity(1) == CITY[0]


def test_a_parameter_of_reading_is_refused(api):
    assert kind(api("DELETE", "/entities", type="Sensor", limit=1)) == "InvalidRequest"
    assert api.ids() == ALL


def test_other_tenants_keep_theirs(api):
    tenant = {"ngsild_tenant": "other"}
    api.change("POST", "/entities", CITY[0], 201, headers=tenant)
    api.change("DELETE", "/entities", type="Sensor")
    answer = api("GET", "/entities/urn:x:1", headers=tenant)
    assert answer.json() == CITY[0]
