"""The triggers a subscription names decide which changes are notified.

GS CIM 009 5.2.12, 5.8.6.
"""

import time

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_that, member
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild import own_name, path_of
from mimtest.vocabulary.ngsild_events import EVENTS, Event, hear, instances_of, is_deleted, is_ended
from mimtest.vocabulary.ngsild_notices import entity_told
from mimtest.vocabulary.ngsild_silence import assert_no_more, confirm, silence
from mimtest.vocabulary.ngsild_subjects import created, draft, own_subject

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def subject(notifying):
    """An entity of our own, the only one of its type."""
    return own_subject(notifying.broker, "MtTriggered")


def _number(value):
    return {"type": "Property", "value": value}


@pytest.mark.check(
    "CTX-NOT-20",
    clause="GS CIM 009 5.8.6",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-NOT-01",),
)
@pytest.mark.parametrize(
    ("trigger", "way"),
    [
        pytest.param("entityDeleted", "singly", id="entityDeleted"),
        pytest.param("attributeDeleted", "singly", id="attributeDeleted"),
        pytest.param("entityDeleted", "batch", id="batch"),
    ],
)
def test_deletions_are_notified_to_who_asks_for_them(notifying, subject, trigger, way):
    """A deletion is notified as one, to a subscription with that trigger, and not without triggers."""
    watch = notifying.watch(subject, notificationTrigger=[trigger])
    plain = notifying.watch(subject)
    value = subject.change()
    _ = confirm(plain, subject.has("temp", value))
    quiet = silence(plain, "of a deletion, without a trigger for it", subject)
    path = path_of(subject.id)
    if way == "batch":
        _done(subject.broker.send("POST", "/entityOperations/delete", [subject.id]))
    else:
        _remove(subject, path if trigger == "entityDeleted" else f"{path}/attrs/label")
    ended = is_ended if trigger == "entityDeleted" else _label_is_gone
    fits = Event(subject.id, ended)
    asked = hear(watch, fits, f"the notification with trigger {trigger}")
    if trigger == "entityDeleted":
        told = entity_told(asked, subject.id)
        assert_equal(member(told, "type", str, "what is deleted"), subject.type, "the type")
        assert_that(instant(told.get("deletedAt")), "deletedAt is no DateTime", received=told)
    assert_no_more([quiet], watch)


def _label_is_gone(entity):
    return any(is_deleted(i) for i in instances_of(entity, "label"))


def _remove(subject, path):
    _done(subject.broker.send("DELETE", path))


def _done(answer):
    if answer.status != 204:
        raise Inconclusive("precondition_unmet", f"a deletion has status {answer.status}")


@pytest.mark.check(
    "CTX-NOT-21",
    clause="GS CIM 009 5.2.12",
    level="writes",
    since="1.9.1",
    rests_on=("CTX-NOT-01",),
)
def test_each_trigger_is_for_its_events(notifying, run_id):
    """A subscription with one trigger is notified of the events it is for, and of no others."""
    broker, name = notifying.broker, own_name("MtTriggered", run_id)
    subjects = {
        e: created(broker, draft(broker, name, extra=_number(1)))
        for e in EVENTS
        if e != "entityCreated"
    }
    watches = {
        t: notifying.subscribe(entities=[{"type": name}], notificationTrigger=[t]) for t in EVENTS
    }
    happened = {e: _happen(e, broker, name, subjects.get(e)) for e in _HAPPENING}
    for trigger, watch in watches.items():
        for event in EVENTS[trigger].needed:
            what = f"the notification of '{event}' with trigger {trigger}"
            _ = hear(watch, happened[event], what)
    time.sleep(notifying.receiver.quiet)
    for trigger, watch in watches.items():
        known = EVENTS[trigger].needed | EVENTS[trigger].allowed
        for event in happened.keys() - known:
            came = [a for a in watch.box.arrived() if happened[event].is_told(a)]
            told = f"a notification of '{event}' comes with trigger {trigger}"
            assert_that(not came, told, expected="none", received=len(came))


#: What is done to an entity each; `entityUpdated` is what the changes of attributes are as well.
_HAPPENING = (
    "entityCreated",
    "attributeCreated",
    "attributeUpdated",
    "attributeDeleted",
    "entityDeleted",
)


def _happen(event, broker, type_name, subject):
    """Let something happen to an entity of its own; gives how it is recognised."""
    if event == "entityCreated":
        new = created(broker, draft(broker, type_name))
        return Event(new.id, lambda _: True)
    path = path_of(subject.id)
    if event == "entityDeleted":
        _remove(subject, path)
        return Event(subject.id, is_ended)
    if event == "attributeDeleted":
        _remove(subject, f"{path}/attrs/extra")
        return Event(subject.id, _without_extra)
    changed = "added" if event == "attributeCreated" else "temp"
    value = subject.change(changed)
    return Event(subject.id, subject.has(changed, value))


def _without_extra(entity):
    """Whether the entity is told of as it is without the attribute: left out, or marked as gone."""
    found = instances_of(entity, "extra")
    return not is_ended(entity) and (not found or any(is_deleted(i) for i in found))
