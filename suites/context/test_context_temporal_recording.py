"""What happens to current entities is recorded as their history (GS CIM 009 4.3.1, 4.5.7).

Whatever these and all other checks do to entities of their own may be recorded. The history of an entity is not
bound to the entity (A58), so at the end of a run in which history is claimed mimtest deletes the history of every
entity that it created, after the entity itself.
"""

import pytest

from mimtest.vocabulary.expect import assert_status, assert_that, same, shown
from mimtest.vocabulary.ngsild import own_id, own_name, path_of
from mimtest.vocabulary.ngsild_changes import kept
from mimtest.vocabulary.ngsild_entities import NULL
from mimtest.vocabulary.ngsild_history import Event, moment_of, same_event
from mimtest.vocabulary.ngsild_temporal import (
    events_in,
    evolution_in,
    history_of,
    timelines_of,
    value_of,
)
from mimtest.vocabulary.ngsild_ways import WAYS, change_by
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

FIRST = ("2026-03-14T08:00:00Z", 11.5)
LATER = (
    ("2026-03-14T09:00:00Z", 12.5),
    ("2026-03-14T10:00:00Z", -3),
    ("2026-03-14T11:00:00Z", 200),
)
#: An attribute, and what it is one after the other.
_STATES = {
    "plain": ("mood", [{"type": "Property", "value": v} for v in ("calm", "windy", "stormy")]),
    "relationship": (
        "inBuilding",
        [
            {"type": "Relationship", "object": f"urn:ngsi-ld:Building:mt-{end}"}
            for end in ("north", "south")
        ],
    ),
    "place": (
        "location",
        [
            {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [lon, 51.6]}}
            for lon in (7.9, 8.1)
        ],
    ),
}
_EVER = {"timerel": "after", "timeAt": "2020-01-01T00:00:00Z", "timeproperty": "deletedAt"}


def _value(at, value):
    return {"type": "Property", "value": value, "observedAt": at}


@pytest.fixture
def entity(keeping, run_id):
    """A current entity of our own."""
    sent = {
        "id": own_id("Watched", run_id),
        "type": own_name("MtWatched", run_id),
        "temp": _value(*FIRST),
        "label": {"type": "Property", "value": "by the door"},
    }
    return kept(keeping, sent)


@pytest.fixture
def recorded(broker, entity):
    """A current entity whose first value is in its history."""
    eventually(lambda: _assert_recorded(broker, entity, [FIRST]))
    return entity


def _timelines(broker, entity, **params):
    return timelines_of(evolution_in(history_of(broker, entity["id"], **params)))


def _assert_recorded(broker, entity, values):
    found = events_in(_timelines(broker, entity).get("temp", []))
    for expected in (Event(moment_of(at), value) for at, value in values):
        times = sum(same_event(e, expected) for e in found)
        assert_that(
            times == 1,
            "a change is not in the history once",
            expected=str(expected),
            received="; ".join(map(str, found)) or "none",
        )


@pytest.mark.check(
    "CTX-TMP-33",
    clause="GS CIM 009 4.3.1",
    strength="should",
    level="writes",
    since="1.3.1",
    option="temporal-recording",
    rests_on=("CTX-TMP-11",),
)
@pytest.mark.parametrize("way", list(WAYS))
def test_changes_of_a_current_entity_are_recorded(broker, entity, way):
    """Each change of an attribute of a current entity is an instance in its history, whatever makes it."""
    for value in LATER:
        change_by(broker, way, entity, "temp", _value(*value))
    eventually(lambda: _assert_recorded(broker, entity, LATER))


@pytest.mark.check(
    "CTX-TMP-43",
    clause="GS CIM 009 4.3.1, 4.5.7",
    strength="should",
    level="writes",
    since="1.3.1",
    option="temporal-recording",
    rests_on=("CTX-TMP-33",),
)
@pytest.mark.parametrize("what", list(_STATES))
def test_values_of_all_kinds_are_recorded(broker, entity, what):
    """Changes of relationships, places, and values without a time of observation are in the history."""
    name, states = _STATES[what]
    for state in states:
        change_by(broker, "append", entity, name, state)
    eventually(lambda: _assert_each_told(broker, entity, name, states))


def _assert_each_told(broker, entity, name, states):
    told = [value_of(i) for i in _timelines(broker, entity).get(name, [])]
    for expected in map(value_of, states):
        times = sum(same(v, expected) for v in told)
        what = "a change is not in the history once"
        assert_that(times == 1, what, expected=expected, received=told)


@pytest.mark.check(
    "CTX-TMP-34",
    clause="GS CIM 009 4.5.7",
    strength="should",
    level="writes",
    since="1.6.1",
    option="temporal-recording",
    rests_on=("CTX-TMP-33",),
)
def test_a_deleted_attribute_leaves_a_mark(broker, recorded):
    """The deletion of an attribute of a current entity is an instance with a null value and its time."""
    assert_status(broker.send("DELETE", path_of(recorded["id"], "temp")), 204)
    eventually(lambda: _assert_marked(broker, recorded))


def _assert_marked(broker, entity):
    told = _timelines(broker, entity).get("temp", [])
    marks = [i for i in told if "deletedAt" in i]
    if not marks:
        marks = _timelines(broker, entity, **_EVER).get("temp", [])
    right = [i for i in marks if i.get("value") == NULL and events_in([i], "deletedAt")]
    assert_that(
        len(right) == 1 and len(marks) == 1,
        "the deletion is not in the history once",
        expected=f"one instance with the value {NULL} and deletedAt",
        received=shown(marks or told),
    )


@pytest.mark.check(
    "CTX-TMP-35",
    clause="GS CIM 009 4.5.6, 5.6.6.4",
    strength="may",
    level="writes",
    since="1.3.1",
    option="temporal-recording",
    rests_on=("CTX-TMP-33",),
)
def test_the_history_of_a_deleted_entity_is_whole_or_gone(broker, recorded, reading):
    """The history of a deleted entity stays whole, tells of the deletion or not, or is deleted as well."""
    assert_status(broker.send("DELETE", path_of(recorded["id"])), 204)
    eventually(lambda: assert_status(broker.retrieve(recorded["id"]), 404))
    answer = assert_status(history_of(broker, recorded["id"]), 200, 206, 404)
    if answer.status == 404:
        reading("A58", "deleted")
        return
    _assert_recorded(broker, recorded, [FIRST])
    evolution = evolution_in(answer)
    marks = [i for t in timelines_of(evolution).values() for i in t if "deletedAt" in i]
    reading("A58", "marked" if marks or "deletedAt" in evolution else "kept")
