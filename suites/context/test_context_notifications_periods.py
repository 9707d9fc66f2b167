"""Notifications in intervals: of the state there is then, as long as the subscription is active.

GS CIM 009 5.2.12, 5.8.6. What takes its time is begun together.
"""

import time

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_that
from mimtest.vocabulary.ngsild import own_name
from mimtest.vocabulary.ngsild_pace import Scene
from mimtest.vocabulary.ngsild_silence import confirm, require_ended
from mimtest.vocabulary.ngsild_subjects import created, draft, own_subject

pytestmark = pytest.mark.interface("ngsi-ld")

#: Seconds between notifications.
_INTERVAL = 1


@pytest.fixture(scope="module")
def scenes(notifying):
    """The scenes that need seconds, all of them begun."""
    client = notifying.broker.client
    with client.recorder.preparing(client.level):
        begins = (_periodic, _stopping)
        return {begin: Scene(lambda b=begin: b(notifying)) for begin in begins}


def _periodic(notifying):
    """Entities of which some meet a query, and subscriptions to be told of them in intervals."""
    broker, name = notifying.broker, own_name("MtPeriodic", notifying.broker.client.run_id)
    met, unmet = (
        [created(broker, draft(broker, name, temp=_number(t))) for _ in range(2)] for t in (60, 40)
    )
    selected = [{"type": name}]
    watch = notifying.subscribe(entities=selected, q="temp>50", timeInterval=_INTERVAL)
    begun = time.monotonic()
    empty = notifying.subscribe(entities=selected, q="temp>70", timeInterval=_INTERVAL)
    return met, unmet, watch, empty, begun


def _number(value):
    return {"type": "Property", "value": value}


@pytest.mark.check(
    "CTX-NOT-14",
    clause="GS CIM 009 5.8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
def test_notifications_come_in_intervals(scenes, notifying):
    """With a time interval, all entities that are meant are told of again and again, as they are then."""
    met, unmet, watch, empty, begun = scenes[_periodic].get()
    until = begun + 3 * _INTERVAL + watch.box.receiver.declared
    for subject in met:
        seen = _seen_apart(watch, subject, until)
        told = f"{len(seen)} notifications with {subject.id}"
        assert_that(_apart(seen), "notifications do not come in intervals", received=told)
    most = 2 * (time.monotonic() - begun) / _INTERVAL + 2
    many = len(watch.heard(met[0].now))
    assert_that(many <= most, "notifications come too often", expected=int(most), received=many)
    others = [s.id for s in unmet if watch.heard(s.now)]
    assert_equal(others, [], "what is told of though it does not meet the query")
    if notifying.broker.holds_since("1.9.1"):
        assert_equal(len(empty.box.arrived()), 0, "the number of notifications of nothing")
    met[0].change("temp", 65)
    _ = watch.hear(met[0].now, "a notification of the state since a change", more=_INTERVAL)
    for ended in (watch, empty):
        ended.end()


def _seen_apart(watch, subject, until):
    """The messages with the subject as it is, as soon as two of them are half an interval apart."""
    seen = watch.several(subject.now, 2, until)
    while not _apart(seen) and time.monotonic() < until:
        seen = watch.several(subject.now, len(seen) + 1, until)
    return seen


def _apart(messages):
    return bool(messages) and messages[-1].at - messages[0].at >= _INTERVAL / 2


def _stopping(notifying):
    """Periodic subscriptions to an entity: one to be paused, one to be deleted, one that lasts."""
    subject = own_subject(notifying.broker, "MtStopping")
    states = ("paused", "deleted", "lasting")
    return subject, {state: notifying.watch(subject, timeInterval=_INTERVAL) for state in states}


@pytest.mark.check(
    "CTX-NOT-35",
    clause="GS CIM 009 5.8.2.4, 5.8.5.4, 5.8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-14", "CTX-NOT-15"),
)
def test_a_periodic_subscription_ends(scenes):
    """A periodic subscription that is paused or deleted tells nothing any more, while another goes on."""
    subject, watches = scenes[_stopping].get()
    lasting = watches.pop("lasting")
    for watch in (lasting, *watches.values()):
        _ = confirm(watch, subject.now, more=_INTERVAL)
    watches["paused"].change(isActive=False)
    watches["deleted"].end()
    try:
        _assert_stopped(watches, lasting, subject)
    except Contradiction:
        for state, watch in watches.items():
            require_ended(watch, state)
        time.sleep(lasting.broker.client.interface.settles)
        _assert_stopped(watches, lasting, subject)


def _assert_stopped(watches, lasting, subject):
    """Nothing comes while another subscription is notified twice; what is under way may arrive first."""
    receiver = lasting.box.receiver
    time.sleep(receiver.quiet)
    before = {state: len(w.box.arrived()) for state, w in watches.items()}
    enough = len(lasting.heard(subject.now)) + 2
    until = time.monotonic() + 2 * _INTERVAL + receiver.declared
    if len(lasting.several(subject.now, enough, until)) < enough:
        raise Inconclusive("control_failed", "a periodic subscription that lasts is not notified")
    time.sleep(receiver.quiet)
    after = {state: len(w.box.arrived()) for state, w in watches.items()}
    assert_equal(after, before, "the number of notifications to subscriptions that have ended")
