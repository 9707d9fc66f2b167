"""How a notification shows entities: which members, in which representation and media type.

GS CIM 009 5.2.14, 5.2.15, 5.8.6, 6.3.8.
"""

from dataclasses import replace

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_same_set, assert_that, member
from mimtest.vocabulary.jsonld import expand
from mimtest.vocabulary.ngsild import GEO_JSON, JSON, JSON_LD
from mimtest.vocabulary.ngsild_features import assert_feature, geometry_of
from mimtest.vocabulary.ngsild_forms import assert_concise, assert_same_things, assert_simplified
from mimtest.vocabulary.ngsild_meaning import assert_means
from mimtest.vocabulary.ngsild_normalized import assert_normalized
from mimtest.vocabulary.ngsild_notices import (
    entity_told,
    linked_contexts,
    media_type_of,
    notification_in,
)
from mimtest.vocabulary.ngsild_subjects import created, draft, own_subject

pytestmark = pytest.mark.interface("ngsi-ld")

_RICH = {
    "height": {
        "type": "Property",
        "value": 3.5,
        "unitCode": "MTR",
        "observedAt": "2026-03-14T13:00:00Z",
        "accuracy": {"type": "Property", "value": 0.1},
    },
    "inBuilding": {"type": "Relationship", "object": "urn:ngsi-ld:Building:mt-town-hall"},
    "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [7.9, 51.6]}},
}


def _require(broker, since, what):
    if not broker.holds_since(since):
        raise NotApplicable("version_not_claimed", f"{what} came with version {since}")


@pytest.mark.check(
    "CTX-NOT-09",
    clause="GS CIM 009 5.2.14.1",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
@pytest.mark.parametrize("way", ["attributes", "pick", "omit"])
def test_a_notification_has_the_members_asked_for(notifying, way):
    """A notification shows the members of entities that the subscription names, without it all."""
    if way != "attributes":
        _require(notifying.broker, "1.8.1", way)
    subject = own_subject(notifying.broker, "MtPicked", **_RICH)
    wanted = {
        "attributes": ["temp", "inBuilding"],
        "pick": ["id", "type", "temp", "inBuilding"],
        "omit": ["label", "height", "location"],
    }[way]
    watch, full = notifying.watch(subject, notification={way: wanted}), notifying.watch(subject)
    value = subject.change()
    shown = entity_told(watch.hear(subject.has("temp", value)), subject.id)
    kept = {"id", "type", "temp", "inBuilding"}
    assert_same_set(set(shown) - {"@context"}, kept, "the members of the entity")
    assert_normalized(shown, {n: subject.entity[n] for n in kept})
    everything = entity_told(full.hear(subject.has("temp", value)), subject.id)
    assert_normalized(everything, subject.entity)


_FORMATS = {
    "normalized": ("1.3.1", lambda held, known, _: assert_normalized(held, known)),
    "keyValues": ("1.3.1", assert_simplified),
    "simplified": ("1.6.1", assert_simplified),
    "concise": ("1.6.1", assert_concise),
}


@pytest.mark.check(
    "CTX-NOT-10",
    clause="GS CIM 009 5.2.14.1",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
@pytest.mark.parametrize("format", list(_FORMATS))
def test_a_notification_has_the_format_asked_for(notifying, format, reading):
    """A notification shows entities in the representation that the subscription names."""
    since, check = _FORMATS[format]
    _require(notifying.broker, since, f"the format {format}")
    subject = own_subject(notifying.broker, "MtShown", **_RICH)
    watch = notifying.watch(subject, notification={"format": format})
    value = subject.change()
    shown = entity_told(watch.hear(subject.has("temp", value)), subject.id)
    assert_same_things(shown, subject.entity)
    check(shown, subject.entity, reading)


@pytest.fixture
def thing(contexts):
    """An entity under C1, with a location."""
    broker = contexts.broker(contexts.terms)
    entity = draft(broker, "MtThing", location=_RICH["location"])
    return created(broker, entity)


@pytest.mark.check(
    "CTX-NOT-11",
    clause="GS CIM 009 6.3.8",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
@pytest.mark.parametrize("media_type", [JSON, JSON_LD, GEO_JSON], ids=["json", "ld", "geo"])
def test_a_notification_has_the_media_type_asked_for(
    notifying, contexts, thing, media_type, reading
):
    """A notification comes in the media type that the subscription names, with its @context."""
    if media_type == GEO_JSON:
        _require(notifying.broker, "1.4.1", "GeoJSON")
    named = [{"type": thing.type, "id": thing.id}]
    watch = replace(notifying, broker=thing.broker).subscribe(
        entities=named, endpoint={"accept": media_type}
    )
    value = thing.change()
    asked = watch.hear(thing.has("temp", value))
    assert_equal(media_type_of(asked), media_type, "the media type of the notification")
    shown = entity_told(asked, thing.id)
    if media_type == GEO_JSON:
        collection = member(notification_in(asked), "data", dict, "the notification")
        assert_equal(collection.get("type"), "FeatureCollection", "the type of 'data'")
        feature = entity_told(asked, thing.id)
        assert_feature(feature, thing.entity, geometry_of(thing.entity), assert_normalized)
        return
    context = linked_contexts(asked) if media_type == JSON else _inside(asked, thing, reading)
    assert_that(context, "the notification has no @context", expected=contexts.terms)
    shown = {k: v for k, v in entity_told(asked, thing.id).items() if k != "@context"}
    known = expand({**thing.entity, "@context": contexts.own.terms})
    assert_means(expand({**shown, "@context": context}, contexts.load), known)


def _inside(asked, thing, reading):
    """The @context in a notification in JSON-LD."""
    own = entity_told(asked, thing.id).get("@context")
    reading("A65", "top" if own is None else "entities")
    return notification_in(asked).get("@context") if own is None else own
