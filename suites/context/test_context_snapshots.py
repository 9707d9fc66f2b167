"""Snapshots: taken, looked at, read and written apart from everything else (GS CIM 009 5.5.15, 5.16, 6.3.22)."""

from urllib.parse import unquote

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
)
from mimtest.vocabulary.ngsild import assert_holds, entity_in, ids_in, own_id, own_name, path_of
from mimtest.vocabulary.ngsild_entities import instance_in
from mimtest.vocabulary.ngsild_snapshots import (
    FIRST,
    HEADER,
    draft,
    finished,
    inside,
    query_for,
    results_in,
    status_of,
    take,
    taken,
)
from mimtest.vocabulary.ngsild_snapshots import path_of as place_of
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def frozen(keeping):
    """A snapshot of entities of our own, all for one check."""
    return taken(keeping)


def _value(broker, id):
    return instance_in(entity_in(broker.retrieve(id)), "temp").get("value")


def _assert_value(broker, id, value, where):
    assert_equal(_value(broker, id), value, f"the value {where}")


@pytest.mark.check(
    "CTX-MAP-12",
    clause="GS CIM 009 5.16.1",
    level="writes",
    since="1.9.1",
    option="snapshots",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize("case", ["new", "no-queries", "same-id"])
def test_a_snapshot_is_taken(keeping, things, case):
    """A snapshot is taken under an identifier that none has, and of something."""
    body = draft(keeping, query_for(things[0]["type"]))
    first = take(keeping, body)
    assert_status(first, 201)
    if case == "new":
        where = first.location or ""
        told = unquote(where.rpartition("/")[2])
        assert_equal(told, body["id"], "the identifier at the end of Location")
        _ = status_of(keeping, body["id"])
    elif case == "no-queries":
        bare = {"id": own_id("Snapshot", keeping.client.run_id), "type": "Snapshot"}
        assert_problem(take(keeping, bare), status=400, kind="BadRequestData")
        assert_status(keeping.get(place_of(bare["id"])), 404)
    else:
        assert_problem(take(keeping, body), status=409, kind="AlreadyExists")
        _ = status_of(keeping, body["id"])


@pytest.mark.check(
    "CTX-MAP-13",
    clause="GS CIM 009 5.16.3, 5.16.1.4",
    level="writes",
    since="1.9.1",
    option="snapshots",
    rests_on=("CTX-MAP-12",),
)
@pytest.mark.parametrize("case", ["something", "nothing", "both", "unknown"])
def test_a_snapshot_gets_ready(keeping, things, case, reading):
    """A snapshot says when it is ready, and whether its queries have found something."""
    something = query_for(things[0]["type"])
    nothing = query_for(own_name("MtNothing", keeping.client.run_id))
    queries = {"something": [something], "nothing": [nothing]}.get(case, [something, nothing])
    body = draft(keeping, *queries)
    assert_status(take(keeping, body), 201)
    first = status_of(keeping, body["id"])["snapshotStatus"]
    reading("A51", first if first in FIRST else "at_once")
    if case == "unknown":
        other = place_of(own_id("Snapshot", keeping.client.run_id))
        assert_problem(keeping.get(other), status=404, kind="ResourceNotFound")
        return
    found = finished(keeping, body["id"])
    status, results = found["snapshotStatus"], results_in(found)
    expected = {"something": ["success"], "nothing": ["empty"]}.get(case, ["success", "empty"])
    reading("A95", "left_out" if results is None else "told")
    if results is not None:
        assert_equal(results, expected, "how the queries came out")
    if case == "both":
        assert_that(status in ("partial", "success"), "the status differs", received=status)
        reading("A94", "partial" if status == "partial" else "success")
    else:
        assert_equal(status, expected[0], "the status")


@pytest.mark.check(
    "CTX-MAP-14",
    clause="GS CIM 009 5.5.15, 6.3.22",
    level="writes",
    since="1.9.1",
    option="snapshots",
    rests_on=("CTX-MAP-13",),
)
@pytest.mark.parametrize("case", ["changed", "deleted", "created", "header", "unknown"])
def test_a_snapshot_stays_as_it_was(frozen, keeping, case):
    """What happens to entities after a snapshot was taken is not seen in it, but everywhere else."""
    held, first = frozen.inside, frozen.entities[0]
    ids = [e["id"] for e in frozen.entities]
    if case == "changed":
        change = {"temp": {"type": "Property", "value": 99}}
        where = f"{path_of(first['id'])}/attrs"
        assert_status(keeping.send("PATCH", where, change), 204, what="changing an entity")
        eventually(lambda: _assert_value(keeping, first["id"], 99, "outside"))
        _assert_value(held, first["id"], first["temp"]["value"], "in the snapshot")
    elif case == "deleted":
        assert_status(keeping.send("DELETE", path_of(first["id"])), 204, what="deleting an entity")
        eventually(lambda: assert_status(keeping.retrieve(first["id"]), 404))
        assert_holds(entity_in(held.retrieve(first["id"])), first)
    elif case == "created":
        more = {**first, "id": f"{first['id']}-more"}
        assert_status(keeping.create(more), 201, what="creating an entity")
        now = [*ids, more["id"]]
        eventually(lambda: assert_same_set(ids_in(keeping.query(type=frozen.type)), now, "outside"))
        assert_same_set(ids_in(held.query(type=frozen.type)), ids, "the entities in the snapshot")
        assert_status(held.retrieve(more["id"]), 404)
    elif case == "header":
        answer = held.query(type=frozen.type)
        assert_same_set(ids_in(answer), ids, "the entities in the snapshot")
        assert_equal(answer.headers.get(HEADER), frozen.id, f"the header {HEADER}")
        told = keeping.query(type=frozen.type).headers.get(HEADER)
        assert_that(told is None, f"a header {HEADER} outside", received=told)
    else:
        other = inside(keeping, own_id("Snapshot", keeping.client.run_id))
        assert_status(held.query(type=frozen.type), 200, what="a query in a snapshot")
        assert_problem(other.query(type=frozen.type), status=404, kind="ResourceNotFound")


@pytest.mark.check(
    "CTX-MAP-15",
    clause="GS CIM 009 5.5.15",
    level="writes",
    since="1.9.1",
    option="snapshots",
    rests_on=("CTX-MAP-14",),
)
@pytest.mark.parametrize("case", ["change", "delete", "create"])
def test_changes_in_a_snapshot_stay_there(frozen, keeping, case):
    """What is written in a snapshot is seen in it, and nowhere else."""
    held, first = frozen.inside, frozen.entities[0]
    if case == "change":
        change = {"temp": {"type": "Property", "value": 7}}
        assert_status(held.send("PATCH", f"{path_of(first['id'])}/attrs", change), 204)
        eventually(lambda: _assert_value(held, first["id"], 7, "in the snapshot"))
    elif case == "delete":
        assert_status(held.send("DELETE", path_of(first["id"])), 204)
        eventually(lambda: assert_status(held.retrieve(first["id"]), 404))
    else:
        more = {**first, "id": f"{first['id']}-more"}
        headers = {**held.names, "Content-Type": "application/json"}
        assert_status(keeping.client.post("/entities", json=more, headers=headers), 201)
        eventually(lambda: assert_holds(entity_in(held.retrieve(more["id"])), more))
        assert_status(keeping.retrieve(more["id"]), 404)
    assert_holds(entity_in(keeping.retrieve(first["id"])), first)
