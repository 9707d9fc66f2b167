"""Snapshots: cloned, changed, deleted, purged, told of (GS CIM 009 5.16.2, 5.16.4 to 5.16.7)."""

import secrets

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    member,
    objects,
    of_type,
)
from mimtest.vocabulary.jsonld import instant, is_uri
from mimtest.vocabulary.ngsild import assert_holds, entity_in, ids_in, own_id, path_of
from mimtest.vocabulary.ngsild_snapshots import (
    COLLECTION,
    draft,
    finished,
    inside,
    query_for,
    snapshot_in,
    status_of,
    take,
    taken,
)
from mimtest.vocabulary.ngsild_snapshots import path_of as place_of
from mimtest.vocabulary.receiving import json_in
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_DETAILS = ("temporalSnapshotQueriesDetails", "snapshotTemporalQueriesDetails")


@pytest.fixture
def frozen(keeping, things):
    """A snapshot of them."""
    return taken(keeping, things)


def _assert_gone(broker, place):
    assert_problem(broker.get(place), status=404, kind="ResourceNotFound")


def _assert_priority(broker, frozen, priority):
    def look():
        held = snapshot_in(broker.get(frozen.path), frozen.id)
        assert_equal(held.get("snapshotPriority"), priority, "the priority")

    eventually(look)


def _cloned(frozen, keeping):
    """A clone has what the snapshot has, whatever then happens in that."""
    body = {"id": own_id("Snapshot", keeping.client.run_id), "type": "Snapshot"}
    answer = take(keeping, body, f"{frozen.path}/clone")
    assert_status(answer, 201)
    assert_that(answer.location, "no Location", expected="an address", received="none")
    assert_equal(finished(keeping, body["id"])["snapshotStatus"], "success", "its status")
    first = frozen.entities[0]
    assert_status(frozen.inside.send("DELETE", path_of(first["id"])), 204, what="deleting in it")
    eventually(lambda: assert_status(frozen.inside.retrieve(first["id"]), 404))
    clone = inside(keeping, body["id"])
    assert_holds(entity_in(clone.retrieve(first["id"])), first)
    ids = [e["id"] for e in frozen.entities]
    assert_same_set(ids_in(clone.query(type=frozen.type)), ids, "the entities in the clone")


def _changed(frozen, keeping):
    """The lowest and the highest priority are taken."""
    for priority in (1, 10):
        answer = keeping.send("PATCH", frozen.path, {"snapshotPriority": priority})
        assert_status(answer, 200, 204)
        if answer.status == 200:
            told = snapshot_in(answer, frozen.id).get("snapshotPriority")
            assert_equal(told, priority, "the priority in the answer")
        _assert_priority(keeping, frozen, priority)


def _refused(frozen, keeping):
    """There is no priority above 10."""
    answer = keeping.send("PATCH", frozen.path, {"snapshotPriority": 10})
    assert_status(answer, 200, 204, what="giving the highest priority")
    answer = keeping.send("PATCH", frozen.path, {"snapshotPriority": 11})
    assert_problem(answer, status=400, kind="BadRequestData")
    _assert_priority(keeping, frozen, 10)


def _deleted(frozen, keeping):
    """A snapshot is deleted once; nothing is found in it afterwards, and all outside."""
    assert_status(keeping.send("DELETE", frozen.path), 204)
    eventually(lambda: _assert_gone(keeping, frozen.path))
    answer = keeping.send("DELETE", frozen.path)
    assert_problem(answer, status=404, kind="ResourceNotFound")
    answer = frozen.inside.query(type=frozen.type)
    assert_problem(answer, status=404, kind="ResourceNotFound")
    ids = [e["id"] for e in frozen.entities]
    assert_same_set(ids_in(keeping.query(type=frozen.type)), ids, "the entities outside")


def _purged(frozen, keeping):
    """The snapshots a query means are removed, and no other."""
    lifetime = f"PT{3600 + secrets.randbelow(80_000)}S"
    body = draft(keeping, query_for(frozen.type), snapshotLifetime=lifetime, snapshotPriority=3)
    assert_status(take(keeping, body), 201, what="taking a snapshot")
    shown = finished(keeping, body["id"]).get("snapshotLifetime", lifetime)
    query = f'snapshotPriority==3;snapshotLifetime=="{shown}"'
    answer = keeping.client.delete(COLLECTION, params={"q": query}, headers=keeping.names)
    assert_status(answer, 204)
    eventually(lambda: _assert_gone(keeping, place_of(body["id"])))
    _ = status_of(keeping, frozen.id)


def _not_purged(frozen, keeping):
    """A purge without a query is refused."""
    answer = keeping.client.delete(COLLECTION, headers=keeping.names)
    assert_problem(answer, status=400, kind="BadRequestData")
    _ = status_of(keeping, frozen.id)


_CASES = {
    "clone": _cloned,
    "priority": _changed,
    "priority-11": _refused,
    "delete": _deleted,
    "purge": _purged,
    "purge-all": _not_purged,
}


@pytest.mark.check(
    "CTX-MAP-16",
    clause="GS CIM 009 5.16.2, 5.16.4, 5.16.5, 5.16.7",
    level="writes",
    since="1.9.1",
    option="snapshots",
    rests_on=("CTX-MAP-14",),
)
@pytest.mark.parametrize("case", list(_CASES))
def test_snapshots_are_managed(target, frozen, keeping, case):
    """A snapshot is cloned, changed within limits, deleted, and purged by a query, not without one."""
    if case == "purge-all" and "purge-all" not in target.options:
        raise NotApplicable("condition_not_claimed", "the target file does not claim purge-all")
    _CASES[case](frozen, keeping)


def _told(asked, id):
    """A message about the snapshot, with what every one has."""
    body = of_type(json_in(asked), dict, "the message")
    own = member(body, "id", str, "the message")
    assert_that(is_uri(own), "the message's id is no URI", expected="a URI", received=own)
    assert_equal(member(body, "type", str, "the message"), "SnapshotNotification", "its type")
    assert_equal(member(body, "snapshotId", str, "the message"), id, "the snapshotId")
    moment = instant(member(body, "notifiedAt", str, "the message"))
    assert_that(moment, "notifiedAt is no DateTime", received=body["notifiedAt"])
    _ = member(body, "snapshotStatus", str, "the message")
    return body


def _says(name, value):
    """Tells a message that says this; any other is not looked at."""

    def says(asked):
        try:
            body = json_in(asked)
        except AssertionError:
            return False
        return isinstance(body, dict) and body.get(name) == value

    return says


@pytest.mark.check(
    "CTX-MAP-17",
    clause="GS CIM 009 5.16.6, 5.3.4",
    level="writes",
    since="1.9.1",
    option="snapshots",
    rests_on=("CTX-MAP-13",),
)
def test_a_snapshot_is_told_of(keeping, things, receiver):
    """Whom a snapshot names is told when it is ready, with what it wants to be told with, and of a change."""
    box = receiver.mailbox()
    token = secrets.token_hex(8)
    body = draft(
        keeping,
        query_for(things[0]["type"]),
        endpoint=box.url,
        receiverInfo=[{"key": "X-Mt-Token", "value": token}],
    )
    assert_status(take(keeping, body), 201)
    ready = box.wait(where=_says("snapshotStatus", "success"), what="word of the snapshot")[0]
    told = _told(ready, body["id"])
    assert_equal(ready.method, "POST", "the method")
    assert_equal(ready.headers.get("x-mt-token"), token, "the header of receiverInfo")
    for detail in objects(told.get("snapshotQueriesDetails", []), "the details"):
        assert_equal(detail.get("resultStatus"), "success", "how the query came out")
    answer = keeping.send("PATCH", place_of(body["id"]), {"snapshotPriority": 9})
    assert_status(answer, 200, 204, what="changing the priority")
    later = box.wait(where=_says("snapshotPriority", 9), what="word of the change")[0]
    _ = _told(later, body["id"])
