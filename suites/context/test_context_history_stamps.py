"""The past is asked for by when it was written, changed or deleted (GS CIM 009 4.8, 4.11)."""

from datetime import UTC, datetime

import pytest

from mimtest.errors import Contradiction, NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    fail,
    of_type,
    shown,
)
from mimtest.vocabulary.jsonld import instant, is_uri
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
_FIRST, _SECOND, _CORRECTED = {1, 2}, {3, 4}, 9
_LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
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


def _instances(broker, id):
    """The instances by their values, with all that is said of them."""
    evolution = evolution_in(history_of(broker, id, options="sysAttrs"))
    return {of_type(i.get("value"), int, "a value"): i for i in instances_in(evolution, _NAME)}


def _stamps(broker, id, values):
    held = _instances(broker, id)
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
    try:
        eventually(lambda: _assert_marked(keeping, entity))
    except Contradiction:
        raise NotApplicable("not_offered", "what is deleted leaves no mark in the past") from None
    return entity


def _assert_marked(broker, entity):
    """The past has a mark of what was deleted, told with everything or asked for by its time."""
    by_time = {"timeproperty": "deletedAt"} | TimeRange("after", _LONG_AGO).params
    for asked in ({}, by_time):
        told = instances_in(evolution_in(history_of(broker, entity["id"], **asked)), "label")
        if any("deletedAt" in i for i in told):
            return
    fail("the deletion leaves no mark", expected="an instance with deletedAt")


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


@pytest.fixture
def corrected(broker, batches):
    """The evolution, one of whose instances was corrected later, and the stamps there are since."""
    id_, stamps = batches
    own = _instances(broker, id_)[1].get("instanceId")
    if not is_uri(own):
        detail = "instances have no instanceId, which is recommended only"
        raise NotApplicable("not_offered", detail)
    let_pass(max(m for s in stamps.values() for m in s.values()))
    new = series([("2025-03-03T08:10:00Z", _CORRECTED)])
    where = temporal_path(broker.client, id_, _NAME, own)
    answer = broker.send("PATCH", where, {_NAME: new})
    if answer.status == 400:
        answer = broker.send("PATCH", where, new[0])
    assert_status(answer, 204, what="correcting an instance")
    return id_, eventually(lambda: _stamps(broker, id_, {_CORRECTED, 2} | _SECOND))


@pytest.mark.check(
    "CTX-TMP-44",
    clause="GS CIM 009 4.8, 4.11, 5.6.14.4",
    level="writes",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-21", "CTX-TMP-07"),
)
@pytest.mark.parametrize("stamp", ["createdAt", "modifiedAt"])
def test_when_something_was_corrected_is_not_when_it_was_created(broker, corrected, stamp):
    """What was corrected later is asked for by when it was changed, and by when it was created."""
    id_, stamps = corrected
    others = [s["modifiedAt"] for v, s in stamps.items() if v != _CORRECTED and "modifiedAt" in s]
    others += [s["createdAt"] for v, s in stamps.items() if v != _CORRECTED]
    changed = stamps[_CORRECTED].get("modifiedAt")
    late = changed is not None and changed > max(others)
    assert_that(late, "the corrected instance was not modified last", received=str(changed))
    moment = max(others) + (changed - max(others)) / 2
    asked = TimeRange("after", moment)
    expected = {v for v, s in stamps.items() if stamp in s and asked.holds(s[stamp])}
    answer = history_of(broker, id_, timeproperty=stamp, **asked.params)
    found = _values(assert_status(answer, 200, 206, 404))
    assert_equal(found, sorted(expected), f"what {stamp} is after the others were written")


def _values(answer):
    if answer.status == 404:
        return []
    return sorted(i.get("value") for i in instances_in(evolution_in(answer), _NAME))


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
