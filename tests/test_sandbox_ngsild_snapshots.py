"""Snapshots of the reference broker: what is in them, and what happens to them."""

import json
import time

import pytest

from mimtest.network.hosting import host
from mimtest.network.incoming import Reply
from tests.ngsild_asking import filled, kind, prop

QUERY = {"type": "Query", "entities": [{"type": "Sensor"}], "q": "temp>9"}
NOTHING = {"type": "Query", "entities": [{"type": "Nothing"}]}
WIDE = {"type": "Query"}
TIMES = {"timerel": "before", "timeAt": "2999-01-01T00:00:00Z", "timeproperty": "createdAt"}
PAST = {"type": "Query", "entities": [{"type": "Sensor"}], "temporalQ": TIMES}
FINAL = ("success", "partial", "empty", "failure")


@pytest.fixture
def api():
    return filled()


def asking(*queries, **more):
    return {"type": "Snapshot", "snapshotQueries": [*queries], **more}


def taken(api, body, path="/snapshots", **how):
    answer = api("POST", path, body, **how)
    assert answer.status == 201, answer.body
    where = answer.header("Location").removeprefix("/ngsi-ld/v1")
    for _ in range(200):
        found = api("GET", where, **how).json()
        if found["snapshotStatus"] in FINAL:
            return found
        time.sleep(0.01)
    raise AssertionError(found)


def inside(snapshot, **more):
    return {"ngsild-snapshot": snapshot["id"], **more}


def where(snapshot):
    return f"/snapshots/{snapshot['id']}"


def temp(api, **how):
    return api("GET", "/entities/urn:x:2", **how).json()["temp"]["value"]


def test_a_snapshot_keeps_what_was_found(api):
    snapshot = taken(api, asking(QUERY))
    assert snapshot["snapshotStatus"] == "success"
    assert snapshot["snapshotQueriesDetails"] == [{"resultStatus": "success"}]
    assert snapshot["snapshotPriority"] == 5
    assert {"createdAt", "modifiedAt", "expiresAt", "lastUsedAt"} <= set(snapshot)
    api.change("PATCH", "/entities/urn:x:2/attrs", {"temp": prop(99)})
    api.change("DELETE", "/entities/urn:x:3")
    assert temp(api) == 99
    assert temp(api, headers=inside(snapshot)) == 10
    answer = api("GET", "/entities", local="true", headers=inside(snapshot))
    assert {e["id"] for e in answer.json()} == {"urn:x:2", "urn:x:3"}
    assert answer.header("NGSILD-Snapshot") == snapshot["id"]
    assert api("GET", where(snapshot)).json()["lastUsedAt"] > snapshot["lastUsedAt"]


def test_a_query_in_a_snapshot_need_not_be_narrow(api):
    snapshot = taken(api, asking(QUERY))
    assert len(api("GET", "/entities", headers=inside(snapshot)).json()) == 2


def test_changes_in_a_snapshot_stay_there(api):
    snapshot = taken(api, asking(QUERY))
    api.change("PATCH", "/entities/urn:x:2/attrs", {"temp": prop(1)}, headers=inside(snapshot))
    new = {"id": "urn:x:5", "type": "Sensor", "temp": prop(7)}
    api.change("POST", "/entities", new, 201, headers=inside(snapshot))
    assert temp(api, headers=inside(snapshot)) == 1
    assert temp(api) == 10
    assert api("GET", "/entities/urn:x:5").status == 404


def test_a_snapshot_keeps_history(api):
    api.change("PATCH", "/entities/urn:x:2/attrs", {"temp": prop(99)})
    body = {"type": "Snapshot", "snapshotTemporalQueries": [PAST]}
    snapshot = taken(api, body)
    assert snapshot["snapshotTemporalQueriesDetails"] == [{"resultStatus": "success"}]
    api.change("PATCH", "/entities/urn:x:2/attrs", {"temp": prop(3)})
    found = api("GET", "/temporal/entities/urn:x:2", headers=inside(snapshot)).json()
    assert [i["value"] for i in found["temp"]] == [10, 99]
    assert api("GET", "/entities/urn:x:2", headers=inside(snapshot)).status == 404


@pytest.mark.parametrize(
    ("queries", "status", "results"),
    [
        ((QUERY, NOTHING), "partial", ["success", "empty"]),
        ((NOTHING,), "empty", ["empty"]),
        ((NOTHING, WIDE), "empty", ["empty", "failure"]),
        ((WIDE,), "failure", ["failure"]),
    ],
)
def test_the_status_tells_how_it_went(api, queries, status, results):
    snapshot = taken(api, asking(*queries))
    assert snapshot["snapshotStatus"] == status
    details = snapshot["snapshotQueriesDetails"]
    assert [d["resultStatus"] for d in details] == results
    for detail in details:
        failed = detail["resultStatus"] == "failure"
        assert failed == ("problemDetails" in detail)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "Snapshot"},
        asking(),
        asking(PAST),
        asking({"type": "Other"}),
        {"type": "Snapshot", "snapshotTemporalQueries": [QUERY]},
        {"type": "Other", "snapshotQueries": [QUERY]},
        asking(QUERY, id="no uri"),
        asking(QUERY, snapshotPriority=0),
        asking(QUERY, snapshotPriority=11),
        asking(QUERY, snapshotPriority=True),
        asking(QUERY, snapshotLifetime="soon"),
        asking(QUERY, endpoint="nowhere"),
        asking(QUERY, receiverInfo=[{"key": "a"}]),
        asking(QUERY, colour="red"),
        [],
    ],
)
def test_wrong_snapshots_are_refused(api, body):
    answer = api("POST", "/snapshots", body)
    assert (answer.status, kind(answer)) == (400, "BadRequestData")


def test_an_identifier_is_given_once(api):
    taken(api, asking(QUERY, id="urn:s:1"))
    answer = api("POST", "/snapshots", asking(NOTHING, id="urn:s:1"))
    assert (answer.status, kind(answer)) == (409, "AlreadyExists")
    assert api("GET", "/snapshots/urn:s:1").json()["snapshotQueries"] == [QUERY]


def test_a_snapshot_is_updated(api):
    snapshot = taken(api, asking(QUERY))
    change = {"snapshotPriority": 9, "snapshotLifetime": "PT1H", "snapshotStatus": "failure"}
    answer = api("PATCH", where(snapshot), change)
    assert answer.status == 200
    after = answer.json()
    assert (after["snapshotPriority"], after["snapshotStatus"]) == (9, "success")
    assert after["expiresAt"] > snapshot["expiresAt"]
    assert api("GET", where(snapshot)).json() == after
    for wrong in ({"snapshotPriority": 11}, {"snapshotQueries": [QUERY]}, {"id": "urn:x:other"}):
        assert kind(api("PATCH", where(snapshot), wrong)) == "BadRequestData"


def test_a_clone_is_apart(api):
    snapshot = taken(api, asking(QUERY))
    clone = taken(api, {"type": "Snapshot", "snapshotPriority": 7}, f"{where(snapshot)}/clone")
    assert (clone["snapshotPriority"], clone["snapshotStatus"]) == (7, "success")
    api.change("PATCH", "/entities/urn:x:2/attrs", {"temp": prop(1)}, headers=inside(snapshot))
    assert temp(api, headers=inside(clone)) == 10
    assert api("DELETE", where(snapshot)).status == 204
    assert temp(api, headers=inside(clone)) == 10
    again = {"type": "Snapshot", "id": clone["id"]}
    assert api("POST", f"{where(clone)}/clone", again).status == 409
    assert api("POST", f"{where(snapshot)}/clone", {"type": "Snapshot"}).status == 404
    assert api("POST", f"{where(clone)}/clone", asking(QUERY)).status == 400


def test_a_snapshot_is_deleted(api):
    snapshot = taken(api, asking(QUERY))
    assert api("DELETE", where(snapshot)).status == 204
    for answer in (
        api("GET", where(snapshot)),
        api("DELETE", where(snapshot)),
        api("GET", "/entities", type="Sensor", headers=inside(snapshot)),
    ):
        assert (answer.status, kind(answer)) == (404, "ResourceNotFound")
    assert kind(api("GET", "/snapshots/none")) == "BadRequestData"


def test_snapshots_are_purged(api):
    low, high = (taken(api, asking(QUERY, snapshotPriority=n)) for n in (2, 8))
    for wrong in ({}, {"q": "temp>1"}, {"q": "snapshotPriority>"}):
        assert kind(api("DELETE", "/snapshots", **wrong)) == "BadRequestData"
    assert api("DELETE", "/snapshots", q="snapshotPriority<5").status == 204
    assert api("GET", where(low)).status == 404
    assert api("GET", where(high)).status == 200
    assert api("DELETE", "/snapshots", q="snapshotPriority<5").status == 404
    own = f'id=="{high["id"]}";createdAt>2000-01-01T00:00:00Z'
    assert api("DELETE", "/snapshots", q=own).status == 204


def test_a_snapshot_ends(api):
    answer = api("POST", "/snapshots", asking(QUERY, id="urn:s:1", snapshotLifetime="PT0S"))
    assert answer.status == 201
    assert api("GET", "/snapshots/urn:s:1").status == 404


def test_each_tenant_has_its_snapshots(api):
    other = {"ngsild-tenant": "other"}
    sensor = {"id": "urn:x:2", "type": "Sensor", "temp": prop(77)}
    api.change("POST", "/entities", sensor, 201, headers=other)
    snapshot = taken(api, asking(QUERY), headers=other)
    assert temp(api, headers=inside(snapshot, **other)) == 77
    assert api("GET", "/entities/urn:x:2", headers=inside(snapshot)).status == 404


def test_who_wants_to_know_is_told(api):
    with host() as hosting:
        hosting.put("/told", Reply(200), methods=("POST",))
        info = [{"key": "X-Token", "value": "abc"}]
        snapshot = taken(api, asking(QUERY, endpoint=f"{hosting.local}/told", receiverInfo=info))
        api.change("PATCH", where(snapshot), {"snapshotPriority": 3}, 200)
        first, second = hosting.wait("/told", lambda a: len(a) > 1, time.monotonic() + 5)
        told = json.loads(first.body)
        assert first.headers["x-token"] == "abc"
        assert told["type"] == "SnapshotNotification"
        assert told["snapshotId"] == snapshot["id"]
        assert told["snapshotStatus"] == "success"
        assert told["snapshotQueriesDetails"] == [{"resultStatus": "success"}]
        assert json.loads(second.body)["snapshotPriority"] == 3
