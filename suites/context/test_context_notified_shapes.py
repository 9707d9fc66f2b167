"""What a notification shows beside values: system times, other names, chosen instances, linked entities.

GS CIM 009 4.5.5, 4.5.23, 5.2.12, 5.2.14.1, 6.3.8.
"""

from dataclasses import replace

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_that
from mimtest.vocabulary.jsonld import expand
from mimtest.vocabulary.ngsild import JSON_LD, own_name, path_of
from mimtest.vocabulary.ngsild_events import Event, instances_of
from mimtest.vocabulary.ngsild_meaning import assert_means
from mimtest.vocabulary.ngsild_normalized import assert_stamped, stamps_in
from mimtest.vocabulary.ngsild_notices import (
    entities_told,
    entity_told,
    linked_contexts,
)
from mimtest.vocabulary.ngsild_subjects import created, draft, own_subject

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def subject(notifying):
    """An entity of our own, the only one of its type."""
    return own_subject(notifying.broker, "MtShown")


@pytest.mark.check(
    "CTX-NOT-23",
    clause="GS CIM 009 5.2.14.1",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-NOT-01",),
)
def test_system_times_are_notified_to_who_asks_for_them(notifying, subject):
    """With sysAttrs a notification has the times of creation and change, and without it none."""
    watch = notifying.watch(subject, notification={"sysAttrs": True})
    plain = notifying.watch(subject)
    value = subject.change()
    shown = entity_told(watch.hear(subject.has("temp", value)), subject.id)
    assert_stamped(shown, "the notified entity")
    bare = entity_told(plain.hear(subject.has("temp", value)), subject.id)
    assert_equal(stamps_in(bare), [], "system times that nobody asked for")


@pytest.fixture
def thing(contexts):
    """An entity under C2."""
    return created(
        contexts.broker(contexts.others), draft(contexts.broker(contexts.others), "MtThing")
    )


@pytest.mark.check(
    "CTX-NOT-24",
    clause="GS CIM 009 5.2.12",
    level="writes",
    since="1.8.1",
    rests_on=("CTX-NOT-11",),
)
def test_a_notification_has_the_context_asked_for(notifying, contexts, thing):
    """With jsonldContext the names in notifications are those of that @context, which they link to."""
    named = [{"type": contexts.own.other_iri("MtThing"), "id": thing.id}]
    under_c1 = replace(notifying, broker=contexts.broker(contexts.terms))
    watch = under_c1.subscribe(entities=named, jsonldContext=contexts.others)
    value = thing.change()
    asked = watch.hear(thing.has("temp", value), "a notification with the names of jsonldContext")
    assert_equal(linked_contexts(asked), [contexts.others], "the @context that is linked")


@pytest.mark.check(
    "CTX-NOT-25",
    clause="GS CIM 009 6.3.8",
    level="writes",
    since="1.5.1",
    option="jsonld-contexts",
    rests_on=("CTX-NOT-11",),
)
def test_the_link_of_a_notification_leads_to_its_context(notifying, contexts):
    """Where a subscription has several @contexts, the one that notifications link to has them all."""
    broker = contexts.broker(contexts.terms)
    thing = created(broker, draft(broker, "MtThing"))
    both = [contexts.terms, {"extra": contexts.own.iri("extra")}]
    bare = replace(notifying, broker=replace(broker, names={"Content-Type": JSON_LD}))
    named = [{"type": "MtThing", "id": thing.id}]
    watch = bare.subscribe(entities=named, **{"@context": both})
    value = thing.change()
    asked = watch.hear(thing.has("temp", value), "a notification with the names of its context")
    links = linked_contexts(asked)
    assert_equal(len(links), 1, "the number of @contexts that are linked")
    shown = {k: v for k, v in entity_told(asked, thing.id).items() if k != "@context"}
    known = expand({**thing.entity, "@context": contexts.own.terms})
    assert_means(expand({**shown, "@context": links}, contexts.load), known)


@pytest.mark.check(
    "CTX-NOT-27",
    clause="GS CIM 009 4.5.5",
    level="writes",
    since="1.9.1",
    rests_on=("CTX-NOT-01",),
)
def test_only_the_chosen_instances_are_notified(notifying):
    """A subscription that names a datasetId is told of the instances that have it, and no others."""
    one, other = (
        {"type": "Property", "value": n, "datasetId": f"urn:ngsi-ld:Dataset:mt-{n}"} for n in (1, 2)
    )
    subject = own_subject(notifying.broker, "MtInstances")
    _put(subject, [one, other])
    chosen = notifying.watch(subject, datasetId=[one["datasetId"]])
    whole = notifying.watch(subject)
    _put(subject, [{**one, "value": 11}, {**other, "value": 12}])
    fits = Event(subject.id, lambda e: 11 in [i.get("value") for i in instances_of(e, "level")])
    for watch, values in ((whole, [11, 12]), (chosen, [11])):
        asked = watch.box.wait(where=fits.is_told, what="the notification of an instance")[-1]
        shown = entity_told(asked, subject.id)
        held = sorted(i["value"] for i in instances_of(shown, "level"))
        assert_equal(held, values, "the values of the notified instances")


def _put(subject, instances):
    """Give the subject these instances of an attribute. Raises Inconclusive where they are not taken."""
    path = f"{path_of(subject.id)}/attrs"
    answer = subject.broker.send("POST", path, {"level": instances})
    if answer.status != 204:
        raise Inconclusive("precondition_unmet", f"instances are taken with status {answer.status}")


@pytest.mark.check(
    "CTX-NOT-30",
    clause="GS CIM 009 5.2.14.1",
    level="writes",
    since="1.8.1",
    option="linked-entities",
    rests_on=("CTX-NOT-01",),
)
@pytest.mark.parametrize("join", ["inline", "flat"])
def test_linked_entities_are_notified_to_who_asks_for_them(notifying, join, run_id):
    """With join, a notification has the entities that the changed one is related to, without it none."""
    broker = notifying.broker
    target = created(broker, draft(broker, own_name("MtLinked", run_id)))
    relation = {"type": "Relationship", "object": target.id, "objectType": target.type}
    subject = own_subject(broker, "MtLinking", inRoom=relation)
    watch = notifying.watch(subject, notification={"join": join})
    plain = notifying.watch(subject)
    value = subject.change()
    asked = watch.hear(subject.has("temp", value))
    found = [e.get("id") for e in _linked(asked, subject, join)]
    assert_equal(found, [target.id], "the linked entities in the notification")
    without = plain.hear(subject.has("temp", value))
    several = [*_linked(without, subject, "inline"), *_linked(without, subject, "flat")]
    assert_that(not several, "linked entities come unasked", expected="none", received=several)


def _linked(asked, subject, join):
    """The entities beside the subject, or inside of its relationship."""
    if join == "flat":
        return [e for e in entities_told(asked) if e.get("id") != subject.id]
    shown = entity_told(asked, subject.id)
    held = [i.get("entity") for i in instances_of(shown, "inRoom")]
    return [e for e in held if isinstance(e, dict)]
