"""When notifications come: not too often, in intervals, and only while a subscription is active.

GS CIM 009 5.2.12, 5.8.6. What takes its time is begun together.
"""

import time
from contextlib import suppress

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_that
from mimtest.vocabulary.ngsild import own_name
from mimtest.vocabulary.ngsild_pace import Scene, gaps, moment_in
from mimtest.vocabulary.ngsild_silence import assert_falls_silent, confirm, require_ended
from mimtest.vocabulary.ngsild_subjects import created, draft, own_subject

pytestmark = pytest.mark.interface("ngsi-ld")

#: Seconds between notifications, at least and as an interval; how long the one that ends is active.
_THROTTLING, _INTERVAL, _LIFE = 2, 1, 2.0
_CHANGES = 5


@pytest.fixture(scope="module")
def scenes(notifying):
    """The scenes that need seconds, all of them begun."""
    client = notifying.broker.client
    with client.recorder.preparing(client.level):
        begins = (_periodic, _ending, _throttled)
        return {begin: Scene(lambda b=begin: b(notifying)) for begin in begins}


def _throttled(notifying):
    """Changes in quick succession, a subscription that throttles, and one that does not."""
    subject = own_subject(notifying.broker, "MtThrottled")
    slow, free = notifying.watch(subject, throttling=_THROTTLING), notifying.watch(subject)
    values = [subject.change() for _ in range(_CHANGES)]
    return subject, slow, free, values


@pytest.mark.check(
    "CTX-NOT-13",
    clause="GS CIM 009 5.8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
def test_notifications_are_throttled(scenes):
    """A subscription with throttling is notified at once, then not before its time, and again after."""
    subject, slow, free, values = scenes[_throttled].get()
    _ = confirm(free, subject.has("temp", values[-1]))
    if min(gaps(free.heard(subject.has("temp", *values))), default=_THROTTLING) >= _THROTTLING / 2:
        raise Inconclusive("control_failed", "changes in quick succession are told of slowly")
    first = slow.hear(subject.has("temp", *values), more=_THROTTLING)
    time.sleep(max(0.0, first.at + _THROTTLING + 0.2 - time.monotonic()))
    if len(slow.heard(subject.has("temp", *values))) == 1:
        _assert_told_again(slow, subject, values)
    shortest = min(gaps(slow.heard(subject.has("temp", *values))))
    assert_that(
        shortest >= _THROTTLING / 2,
        "notifications follow each other too soon",
        expected=f"{_THROTTLING} s between them",
        received=f"{shortest:.2f} s",
    )


def _assert_told_again(slow, subject, values):
    """A change after the time is notified, at the latest when it is made once more."""
    with suppress(Contradiction):
        values.append(subject.change())
        _ = slow.hear(subject.has("temp", values[-1]), more=_THROTTLING)
        return
    values.append(subject.change())
    fits = subject.has("temp", *values[-2:])
    _ = slow.hear(fits, "a notification when throttling is over", more=_THROTTLING)


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
    """With a time interval, all entities that are meant are told of again and again, unchanged."""
    met, unmet, watch, empty, begun = scenes[_periodic].get()
    until = begun + 3 * _INTERVAL + watch.box.receiver.limit
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


def _ending(notifying):
    """A subscription that ends soon, seen to notify before; the moment when it has ended."""
    subject = own_subject(notifying.broker, "MtEnding")
    life = _LIFE + notifying.lag
    moment, ended = moment_in(life, notifying.broker.retrieve(subject.id))
    try:
        watch = notifying.watch(subject, expiresAt=moment)
    except Contradiction as refused:
        raise Inconclusive("precondition_unmet", refused.message) from None
    subject.change()
    _ = confirm(watch, subject.now)
    return subject, watch, ended


def _expired(request, _):
    """A subscription that notified, and ends by itself."""
    subject, watch, ended = request.getfixturevalue("scenes")[_ending].get()
    return subject, watch, lambda: time.sleep(max(0.0, ended + 0.2 - time.monotonic()))


def _watched(stem, end):
    def begin(_, notifying):
        subject = own_subject(notifying.broker, stem)
        watch = notifying.watch(subject)
        subject.change()
        _ = confirm(watch, subject.now)
        return subject, watch, lambda: end(watch)

    return begin


def _activate(watch, active):
    answer = watch.broker.send("PATCH", watch.path, {"isActive": active})
    if answer.status != 204:
        detail = f"changing isActive has status {answer.status}"
        raise Inconclusive("precondition_unmet", detail)


_ENDS = {
    "paused": _watched("MtPaused", lambda watch: _activate(watch, active=False)),
    "deleted": _watched("MtDeleted", lambda watch: watch.end()),
    "expired": _expired,
}


@pytest.mark.check(
    "CTX-NOT-15",
    clause="GS CIM 009 5.8.6",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01",),
)
@pytest.mark.parametrize("state", list(_ENDS))
def test_only_active_subscriptions_are_notified(request, notifying, state):
    """A subscription that is paused, deleted or expired is not notified of changes any more."""
    subject, watch, end = _ENDS[state](request, notifying)
    control = notifying.watch(subject)
    end()
    what = f"to a subscription that is {state}"
    assert_falls_silent(watch, subject, control, what, lambda: require_ended(watch, state))
    if state == "paused":
        _activate(watch, active=True)
        value = subject.change()
        _ = watch.hear(subject.has("temp", value), "a notification when it is active again")
