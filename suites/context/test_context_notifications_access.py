"""MIMs Plus 9.0 MIM0: whoever needs to hear of changes can (R3.1, R3.2, BP04)."""

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that
from mimtest.vocabulary.ngsild import GEO_JSON, JSON, JSON_LD, assert_holds, entity_in, path_of
from mimtest.vocabulary.ngsild_notices import media_type_of
from mimtest.vocabulary.ngsild_notifications import Notifier, first_told
from mimtest.vocabulary.ngsild_silence import assert_falls_silent, require_ended
from mimtest.vocabulary.ngsild_subjects import own_subject
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_PLACE = {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [7.9, 51.6]}}
_NOT_MODIFIED = 304


@pytest.fixture
def subject(keeping):
    """An entity of our own, the only one of its type."""
    return own_subject(keeping, "MtFollowed", location=_PLACE)


@pytest.mark.check("CTX-ACC-21", clause="MIMs Plus 9.0 MIM0 R3.1, BP04", level="writes")
def test_changes_can_be_subscribed_to(keeping, receiver, subject):
    """Who subscribes hears of a change in time, and of which item; who ends that hears no more."""
    plain = Notifier(keeping, receiver)
    watch, control = plain.watch(subject), plain.watch(subject)
    for subscription in (watch, control):
        _ = first_told(subscription, subject)
    value = subject.change()
    _ = watch.hear(subject.has("temp", value), "the notification of a change")
    watch.end()
    ended = "to who has ended the subscription"
    assert_falls_silent(watch, subject, control, ended, lambda: require_ended(watch, "deleted"))


@pytest.mark.check(
    "CTX-ACC-22",
    clause="MIMs Plus 9.0 MIM0 R3.2",
    strength="may",
    level="writes",
    rests_on=("CTX-ACC-21",),
)
def test_changes_can_be_heard_of_in_several_ways(notifying, subject):
    """A change is notified in JSON and, to others, in each further format that is offered."""
    plain, further = notifying.watch(subject), {}
    for media_type in (JSON_LD, GEO_JSON):
        watch = _offered(notifying, subject, media_type)
        if watch is not None:
            further[media_type] = watch
    if not further:
        raise Inconclusive("not_offered", "there is no other format of notifications than JSON")
    value = subject.change()
    for media_type, watch in {JSON: plain, **further}.items():
        asked = watch.hear(subject.has("temp", value), f"a notification in {media_type}")
        assert_equal(media_type_of(asked), media_type, "the media type of the notification")


def _offered(notifying, subject, media_type):
    try:
        return notifying.watch(subject, endpoint={"accept": media_type})
    except Contradiction:
        return None


@pytest.mark.check(
    "CTX-ACC-25", clause="MIMs Plus 9.0 MIM0 R3.1; RFC 9110 13.1", level="writes", option="polling"
)
def test_changes_can_be_asked_for(keeping, subject):
    """Asked again with what identifies an answer, the broker says that nothing changed, until it has."""
    where, asked = path_of(subject.id), {**keeping.names, "Accept": JSON}
    first = assert_status(keeping.client.get(where, headers=asked), 200)
    tag = first.headers.get("etag")
    assert_that(tag, "the answer has no ETag", expected="an ETag", received="none")
    known = asked | {"If-None-Match": tag}
    assert_status(keeping.client.get(where, headers=known), _NOT_MODIFIED, what="asked again")
    subject.change()

    def look():
        again = keeping.client.get(where, headers=known)
        assert_holds(entity_in(again), subject.entity)

    eventually(look)
