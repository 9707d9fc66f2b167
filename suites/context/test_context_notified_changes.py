"""Whatever changes an entity is notified, and the triggers a subscription names decide which changes are.

GS CIM 009 5.2.12, 5.3.1, 5.5.11.3, 5.8.6.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal
from mimtest.vocabulary.ngsild import own_name, path_of
from mimtest.vocabulary.ngsild_events import (
    Event,
    hear,
    instances_of,
)
from mimtest.vocabulary.ngsild_notices import entity_told
from mimtest.vocabulary.ngsild_subjects import created, draft, own_subject
from mimtest.vocabulary.ngsild_ways import WAYS, change_by

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def subject(notifying):
    """An entity of our own, the only one of its type."""
    return own_subject(notifying.broker, "MtWatched")


def _number(value):
    return {"type": "Property", "value": value}


@pytest.mark.check(
    "CTX-NOT-18",
    clause="GS CIM 009 5.8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
@pytest.mark.parametrize("way", list(WAYS))
def test_every_way_to_change_an_entity_is_notified(notifying, subject, way):
    """A change is notified with its new value, whichever operation makes it."""
    watch = notifying.watch(subject)
    change_by(subject.broker, way, subject.entity, "temp", _number(731))
    subject.entity["temp"] = _number(731)
    _ = watch.hear(subject.has("temp", 731), f"the notification of a change by '{way}'")


@pytest.mark.check(
    "CTX-NOT-19",
    clause="GS CIM 009 5.5.11.3",
    level="writes",
    since="1.5.1",
    rests_on=("CTX-NOT-18",),
)
def test_all_of_a_batch_is_notified(notifying, run_id):
    """Every entity that a batch changes is notified, together or one by one."""
    broker, name = notifying.broker, own_name("MtBatch", run_id)
    subjects = [created(broker, draft(broker, name)) for _ in range(3)]
    watch = notifying.watch(subjects[0])
    batch = [{"id": s.id, "type": s.type, "temp": _number(n)} for n, s in enumerate(subjects, 900)]
    answer = broker.send("POST", "/entityOperations/update", batch)
    if answer.status != 204:
        raise Inconclusive("precondition_unmet", f"the batch has status {answer.status}")
    for number, subject in enumerate(subjects, 900):
        subject.entity["temp"] = _number(number)
        _ = watch.hear(subject.has("temp", number), "the notification of one entity of a batch")


_KINDS = {
    "previousValue": ("temp", {"type": "Property", "value": 733}, 20),
    "previousObject": (
        "inBuilding",
        {"type": "Relationship", "object": "urn:ngsi-ld:Building:mt-new"},
        "urn:ngsi-ld:Building:mt-old",
    ),
    "previousLanguageMap": (
        "name",
        {"type": "LanguageProperty", "languageMap": {"de": "neu"}},
        {"de": "alt"},
    ),
}


@pytest.mark.check(
    "CTX-NOT-22",
    clause="GS CIM 009 5.2.14.1",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-NOT-01",),
)
@pytest.mark.parametrize("previous", list(_KINDS))
def test_changes_are_shown_to_who_asks_for_them(notifying, previous):
    """With showChanges a changed attribute has its value of before, a new entity none, and without it none."""
    name, after, before = _KINDS[previous]
    held = {k: before if k in ("value", "object", "languageMap") else v for k, v in after.items()}
    subject = own_subject(notifying.broker, "MtPrevious", **{name: held})
    watch = notifying.watch(subject, notification={"showChanges": True})
    plain = notifying.watch(subject)
    new = created(notifying.broker, draft(notifying.broker, subject.type, **{name: held}))
    answer = notifying.broker.send("PATCH", f"{path_of(subject.id)}/attrs", {name: after})
    if answer.status != 204:
        raise Inconclusive("precondition_unmet", f"a change has status {answer.status}")
    fits = Event(subject.id, lambda e: _shows(e, name, after))
    shown = entity_told(hear(watch, fits, "the notification of a change"), subject.id)
    told = [i.get(previous) for i in instances_of(shown, name)]
    assert_equal(told, [before], f"'{previous}' of the changed attribute")
    for other, event in ((plain, fits), (watch, Event(new.id, lambda _: True))):
        asked = hear(other, event, "a notification without a change to show")
        found = [i.get(previous) for i in instances_of(entity_told(asked, event.id), name)]
        assert_equal(found, [None], f"'{previous}' where nothing is to be shown")


def _shows(entity, name, attribute):
    value = next(v for k, v in attribute.items() if k != "type")
    return any(value in i.values() for i in instances_of(entity, name))


@pytest.mark.check(
    "CTX-NOT-26",
    clause="GS CIM 009 5.8.6",
    level="writes",
    strength="should",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
def test_a_change_is_notified_after_one_that_was_none(notifying, subject, reading):
    """After the same value was written again, a real change is notified as before."""
    watch = notifying.watch(subject)
    value = subject.change()
    _ = watch.hear(subject.has("temp", value))
    number = len(watch.heard(subject.has("temp", value)))
    subject.change("temp", value)
    later = subject.change()
    _ = watch.hear(subject.has("temp", later), "the notification of a real change")
    again = len(watch.heard(subject.has("temp", value))) > number
    reading("A38", "notified" if again else "silent")
