"""When notifications come: not too often, and only while a subscription is active.

GS CIM 009 5.2.12, 5.8.6. What takes its time is begun together.
"""

import time
from contextlib import suppress
from datetime import timedelta

import pytest

from mimtest import clock
from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.ngsild_notifications import first_told
from mimtest.vocabulary.ngsild_pace import Scene, gaps, moment_in
from mimtest.vocabulary.ngsild_silence import assert_falls_silent, confirm, require_ended
from mimtest.vocabulary.ngsild_subjects import own_subject
from mimtest.vocabulary.ngsild_subscriptions import stamp

pytestmark = pytest.mark.interface("ngsi-ld")

#: Seconds between notifications, at least; how long the one that ends is active.
_THROTTLING, _LIFE = 2, 2.0
_CHANGES = 5


@pytest.fixture(scope="module")
def scenes(notifying):
    """The scenes that need seconds, all of them begun."""
    client = notifying.broker.client
    with client.recorder.preparing(client.level):
        begins = (_ending, _throttled)
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
    """A subscription with throttling is notified at once, then not before its time, and again after.

    Where the state found was told of first (A39), the time has begun with that.
    """
    subject, slow, free, values = scenes[_throttled].get()
    _ = confirm(free, subject.has("temp", values[-1]))
    if min(gaps(free.heard(subject.has("temp", *values))), default=_THROTTLING) >= _THROTTLING / 2:
        raise Inconclusive("control_failed", "changes in quick succession are told of slowly")
    first = _first_told(slow, subject, values)
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


def _first_told(slow, subject, values):
    """The first notification of a change, of one more where the changes fell into the time of an initial one."""
    fits = subject.has("temp", *values)
    until = time.monotonic() + slow.box.receiver.declared + _THROTTLING
    if not slow.comes(fits, until) and slow.box.arrived():
        values.append(subject.change())
        fits = subject.has("temp", *values)
    return slow.hear(fits, more=_THROTTLING)


def _assert_told_again(slow, subject, values):
    """A change after the time is notified, at the latest when it is made once more."""
    with suppress(Contradiction):
        values.append(subject.change())
        _ = slow.hear(subject.has("temp", values[-1]), more=_THROTTLING)
        return
    values.append(subject.change())
    fits = subject.has("temp", *values[-2:])
    _ = slow.hear(fits, "a notification when throttling is over", more=_THROTTLING)


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


_ENDS = {
    "paused": _watched("MtPaused", lambda watch: watch.change(isActive=False)),
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
        watch.change(isActive=True)
        value = subject.change()
        _ = watch.hear(subject.has("temp", value), "a notification when it is active again")
    if state == "expired" and _is_given_more_time(watch):
        first_told(watch, subject)


def _is_given_more_time(watch):
    """Whether the broker has kept what expired, and takes another end for it."""
    later = {"expiresAt": stamp(clock.now() + timedelta(days=1))}
    return watch.broker.send("PATCH", watch.path, later).status == 204
