"""The past is asked for by when it was written, changed or deleted (GS CIM 009 4.8, 4.11)."""

from datetime import UTC, datetime

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, of_type, shown
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild import own_id, own_name, path_of
from mimtest.vocabulary.ngsild_changes import kept
from mimtest.vocabulary.ngsild_entities import let_pass
from mimtest.vocabulary.ngsild_history import TimeRange
from mimtest.vocabulary.ngsild_past import instances_in
from mimtest.vocabulary.ngsild_temporal import (
    evolution_in,
    history_of,
    provide,
    series,
    temporal_path,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_NAME = "mtLevel"
_FIRST, _SECOND = {1, 2}, {3, 4}
_LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def batches(broker, run_id):
    """An evolution provided in two steps: its id, and the stamps of each instance by its value."""
    sent = {"id": own_id("MtTank", run_id), "type": own_name("MtTank", run_id)}
    first = series([("2025-03-03T08:10:00Z", 1), ("2025-03-03T08:20:00Z", 2)])
    second = series([("2025-03-03T08:30:00Z", 3), ("2025-03-03T08:40:00Z", 4)])
    assert_status(provide(broker, sent | {_NAME: first}), 201, what="providing an evolution")
    stamps = eventually(lambda: _stamps(broker, sent["id"], _FIRST))
    let_pass(max(s["createdAt"] for s in stamps.values()))
    where = f"{temporal_path(broker.client, sent['id'])}/attrs"
    assert_status(broker.send("POST", where, {_NAME: second}), 204, what="adding instances")
    return sent["id"], eventually(lambda: _stamps(broker, sent["id"], _FIRST | _SECOND))


def _stamps(broker, id, values):
    evolution = evolution_in(history_of(broker, id, options="sysAttrs"))
    held = {of_type(i.get("value"), int, "a value"): i for i in instances_in(evolution, _NAME)}
    assert_equal(sorted(held), sorted(values), "the values")
    stamps = {
        v: {n: m for n in ("createdAt", "modifiedAt") if (m := instant(i.get(n)))}
        for v, i in held.items()
    }
    assert_that(all("createdAt" in s for s in stamps.values()), "instances have no createdAt")
    return stamps


@pytest.fixture
def parted(batches, stamp):
    """The evolution, and a moment between its two steps; none for when something was deleted."""
    id_, stamps = batches
    if any(stamp not in s for s in stamps.values()):
        raise NotApplicable("not_offered", "what was never changed has no modifiedAt")
    one = max(stamps[v][stamp] for v in _FIRST)
    other = min(stamps[v][stamp] for v in _SECOND)
    assert one < other, "both steps have the same stamps"
    return id_, one + (other - one) / 2


@pytest.fixture
def deleted(target, keeping, draft):
    """An entity of which an attribute was deleted, where what happens to entities is recorded."""
    if "temporal-recording" not in target.options:
        code = "condition_not_claimed"
        raise NotApplicable(code, "the target file does not claim temporal-recording")
    if not keeping.holds_since("1.6.1"):
        raise NotApplicable("version_not_claimed", "what was deleted is told from 1.6.1 on")
    entity = kept(keeping, draft)
    answer = keeping.send("DELETE", path_of(entity["id"], "label"))
    assert_status(answer, 204, what="deleting an attribute")
    return entity


@pytest.fixture
def subject(request, stamp):
    """What is asked for by that stamp."""
    return request.getfixturevalue("deleted" if stamp == "deletedAt" else "parted")


@pytest.mark.check(
    "CTX-TMP-21",
    clause="GS CIM 009 4.11",
    level="writes",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-13",),
)
@pytest.mark.parametrize("stamp", ["createdAt", "modifiedAt", "deletedAt"])
def test_the_past_is_asked_for_by_when_it_was_written(broker, subject, stamp):
    """A range by another time than that of observation has what was written, changed or deleted in it."""
    if stamp == "deletedAt":
        eventually(lambda: _assert_deleted(broker, subject))
        return
    id_, moment = subject
    for relation, expected in (("before", _FIRST), ("after", _SECOND)):
        asked = TimeRange(relation, moment)
        answer = history_of(broker, id_, timeproperty=stamp, **asked.params)
        found = [i.get("value") for i in instances_in(evolution_in(answer), _NAME)]
        what = f"what {stamp} is {relation} {asked.params['timeAt']}"
        assert_equal(sorted(found, key=repr), sorted(expected), what)


def _assert_deleted(broker, entity):
    asked = {"timeproperty": "deletedAt"} | TimeRange("after", _LONG_AGO).params
    evolution = evolution_in(history_of(broker, entity["id"], **asked))
    marks = instances_in(evolution, "label")
    assert_that(marks, "what was deleted is not told", expected="a mark of the deletion")
    others = instances_in(evolution, "temperature")
    assert_that(not others, "what was not deleted is told", received=shown(others))
    before = asked | TimeRange("before", _LONG_AGO).params
    answer = assert_status(history_of(broker, entity["id"], **before), 200, 206, 404)
    if answer.status != 404:
        early = instances_in(evolution_in(answer), "label")
        assert_that(not early, "what was deleted later is told", received=shown(early))
