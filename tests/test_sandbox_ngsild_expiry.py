"""Entities and attributes that the reference broker keeps for a time only."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.ngsild_asking import NULL, filled, kind, prop

LATER = "2999-01-01T00:00:00Z"
PAST = "2001-01-01T00:00:00Z"
ID = "urn:x:t"


@pytest.fixture
def api():
    return filled()


def soon(seconds=0.25):
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def create(api, **members):
    api.change("POST", "/entities", {"id": ID, "type": "Sensor", **members}, 201)


def test_the_end_is_shown_with_the_system_attributes_only(api):
    create(api, expiresAt=LATER, temp=prop(1, expiresAt=LATER))
    shown = api.entity("t")
    assert "expiresAt" not in shown
    assert shown["temp"] == prop(1)
    shown = api.entity("t", options="sysAttrs")
    assert shown["expiresAt"] == shown["temp"]["expiresAt"] == LATER


def test_an_entity_goes(api):
    create(api, expiresAt=soon(), temp=prop(1))
    assert "t" in api.ids()
    time.sleep(0.3)
    assert kind(api("GET", f"/entities/{ID}")) == "ResourceNotFound"
    assert api.ids() == {"1", "2", "3", "r1"}
    create(api, temp=prop(2))
    assert api.entity("t")["temp"] == prop(2)


def test_an_attribute_an_instance_and_a_part_go(api):
    end = soon()
    create(
        api,
        label=prop("x", expiresAt=end),
        temp=[prop(1), prop(2, datasetId="urn:d:1", expiresAt=end)],
        open=prop(True, unit=prop("u", expiresAt=end)),
    )
    before = [e["id"] for e in api("GET", "/entities", type="Sensor").json()]
    assert set(api.entity("t")) == {"id", "type", "label", "temp", "open"}
    time.sleep(0.3)
    assert api.entity("t") == {"id": ID, "type": "Sensor", "temp": prop(1), "open": prop(True)}
    assert [e["id"] for e in api("GET", "/entities", type="Sensor").json()] == before
    assert api.ids(q="label") == {"1", "2", "3", "r1"}


def test_what_is_over_is_gone_at_once(api):
    create(api, expiresAt=PAST)
    assert kind(api("GET", f"/entities/{ID}")) == "ResourceNotFound"


@pytest.mark.parametrize("wrong", ["tomorrow", "2999-01-01", 7, NULL, ["2999-01-01T00:00:00Z"]])
def test_no_moment(api, wrong):
    entity = {"id": ID, "type": "Sensor"}
    assert kind(api("POST", "/entities", entity | {"expiresAt": wrong})) == "BadRequestData"
    temp = {"temp": prop(1, expiresAt=wrong)}
    assert kind(api("POST", "/entities", entity | temp)) == "BadRequestData"
    create(api, expiresAt=LATER, temp=prop(1, expiresAt=LATER))


def end_of(api, name=None):
    shown = api.entity("t", options="sysAttrs")
    return (shown[name] if name else shown).get("expiresAt")


def test_the_end_changes_with_the_entity(api):
    create(api, temp=prop(1))
    path = f"/entities/{ID}"
    api.change("PATCH", path, {"expiresAt": LATER})
    assert end_of(api) == LATER
    api.change("PATCH", path, {"temp": prop(2)})
    assert end_of(api) == LATER
    api.change("PATCH", path, {"expiresAt": NULL})
    assert end_of(api) is None
    api.change("POST", f"{path}/attrs", {"expiresAt": LATER})
    assert end_of(api) == LATER
    api.change("PUT", path, {"temp": prop(3)})
    assert end_of(api) is None
    api.change(
        "POST", "/entityOperations/upsert", [{"id": ID, "type": "Sensor", "expiresAt": LATER}]
    )
    assert end_of(api) == LATER


def test_the_end_changes_with_the_attribute(api):
    create(api, temp=prop(1, expiresAt=LATER))
    path = f"/entities/{ID}/attrs/temp"
    api.change("PATCH", path, {"value": 2})
    assert end_of(api, "temp") == LATER
    api.change("PATCH", path, {"expiresAt": NULL})
    assert end_of(api, "temp") is None
    api.change("PATCH", path, {"expiresAt": PAST})
    assert "temp" not in api.entity("t")


def test_a_query_asks_for_the_end(api):
    create(api, expiresAt=LATER)
    assert api.ids(q='expiresAt>"2998-01-01T00:00:00Z"') == {"t"}
    assert api.ids(q="expiresAt") == {"t"}
