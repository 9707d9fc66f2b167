"""What a changed subscription says is what counts from then on (GS CIM 009 5.5.8, 5.8.2.4, 5.8.6).

A change may take a moment until it counts: it is waited for, and what was told before that is no contradiction.
"""

from dataclasses import replace

import pytest

from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.ngsild import JSON
from mimtest.vocabulary.ngsild_notices import entity_told
from mimtest.vocabulary.ngsild_notifications import first_told, of_types
from mimtest.vocabulary.ngsild_silence import assert_falls_silent, confirm
from mimtest.vocabulary.ngsild_subjects import created, draft, own_subject
from mimtest.vocabulary.ngsild_subscriptions import NULL

pytestmark = pytest.mark.interface("ngsi-ld")

_MET, _UNMET = 'label=="first"', 'label=="second"'


@pytest.fixture
def subject(notifying):
    """An entity of our own, the only one of its type."""
    return own_subject(notifying.broker, "MtRevised")


@pytest.fixture
def control(notifying, subject):
    """A subscription to everything of that type, which stays as it is."""
    return notifying.watch(subject)


def _heard(watch, subject):
    """The subscription counts before it is changed."""
    subject.change()
    _ = confirm(watch, subject.now)


def _ends(watch, subject, control, what):
    assert_falls_silent(watch, subject, control, what, lambda: None)


def _endpoint(notifying, subject, control):
    """Another address: the old one hears no more, the new one does."""
    old, box = notifying.watch(subject), notifying.receiver.mailbox()
    _heard(old, subject)
    old.change(notification={"endpoint": {"uri": box.url, "accept": JSON}})
    first_told(replace(old, box=box), subject)
    _ends(old, subject, control, "at an address that was given up")


def _query(notifying, subject, control):
    """Another condition: the entity does not meet it any more, and meets it again."""
    watch = notifying.watch(subject, q=_MET)
    _heard(watch, subject)
    watch.change(q=_UNMET)
    _ends(watch, subject, control, "though the new condition is not met")
    watch.change(q=_MET)
    first_told(watch, subject)


def _entities(notifying, subject, control):
    """Other entities: the first one counts no more, the other one does."""
    twin = created(notifying.broker, draft(notifying.broker, subject.type))
    one, other = ([{"type": s.type, "id": s.id}] for s in (subject, twin))
    watch = notifying.subscribe(entities=one)
    _heard(watch, subject)
    watch.change(entities=other)
    _ends(watch, subject, control, "for an entity that is not meant any more")
    first_told(watch, twin)


def _watched(notifying, subject, control):
    """Other attributes are watched: a change of the first one counts no more."""
    watch = notifying.watch(subject, watchedAttributes=["temp"])
    _heard(watch, subject)
    watch.change(watchedAttributes=["label"])
    _ends(watch, subject, control, "for an attribute that is not watched any more")
    first_told(watch, subject, "label")


def _attributes(notifying, subject, _):
    """Other attributes are told, and not the first one."""
    watch = notifying.subscribe({"attributes": ["temp"]}, entities=of_types(subject))
    first_told(watch, subject)
    endpoint = {"uri": watch.box.url, "accept": JSON}
    watch.change(notification={"attributes": ["label"], "endpoint": endpoint})
    message, _ = first_told(watch, subject, "label")
    told = sorted(entity_told(message, subject.id))
    assert_that("temp" not in told, "an attribute that was left out is told", received=told)


_CHANGES = {
    "endpoint": _endpoint,
    "q": _query,
    "entities": _entities,
    "watched-attributes": _watched,
    "attributes": _attributes,
}


@pytest.mark.check(
    "CTX-NOT-33",
    clause="GS CIM 009 5.8.2.4, 5.8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01", "CTX-SUB-18"),
)
@pytest.mark.parametrize("member", list(_CHANGES))
def test_a_changed_subscription_counts_as_it_is(notifying, subject, control, member):
    """After a change of a subscription, who is notified of what goes by what it says since then."""
    _CHANGES[member](notifying, subject, control)


@pytest.mark.check(
    "CTX-NOT-34",
    clause="GS CIM 009 5.5.8, 5.8.2.4, 5.8.6",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-NOT-01", "CTX-SUB-22"),
)
@pytest.mark.parametrize(
    "members", [{"q": _UNMET}, {"watchedAttributes": ["label"]}], ids=["q", "watched-attributes"]
)
def test_what_was_removed_from_a_subscription_counts_no_more(notifying, subject, members):
    """A condition or a choice of attributes that was removed keeps no change from being notified."""
    watch = notifying.watch(subject, **members)
    watch.change(**dict.fromkeys(members, NULL))
    first_told(watch, subject)
