"""What a broker says of its deliveries: how many there were, when, and whether they were taken.

GS CIM 009 5.2.14.2, 5.2.15, 5.8.6.
"""

import time

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.incoming import DROPPED, Reply
from mimtest.vocabulary.expect import assert_equal, assert_that, json_object, member
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild_pace import is_tried_again, tries
from mimtest.vocabulary.ngsild_silence import assert_unheard, confirm, silence
from mimtest.vocabulary.ngsild_subjects import own_subject
from mimtest.vocabulary.waiting import eventually, waiting_for

pytestmark = pytest.mark.interface("ngsi-ld")

#: What the receiver's slowness and the broker's patience with it are, in seconds and milliseconds.
_SLOW, _PATIENCE, _COOLDOWN = 3.0, 500, 60_000
#: Seconds more than a notification takes until what is said of it has changed.
_MORE = 3.0


@pytest.fixture
def subject(notifying):
    """An entity of our own, the only one of its type."""
    return own_subject(notifying.broker, "MtDelivered")


def _record(watch):
    """What the broker says of the deliveries of a subscription; empty before the first one."""
    shown = json_object(watch.broker.get(watch.path), "the subscription")
    return shown, member(shown, "notification", dict, "the subscription")


def _moment(record, name):
    said = record.get(name)
    moment = instant(said)
    assert_that(moment, f"'{name}' is no DateTime", expected="a DateTime", received=said)
    return moment


def _assert_delivered(watch, least):
    """The deliveries are counted and dated, and the last one was taken."""
    _, record = _record(watch)
    sent = member(record, "timesSent", int, "the subscription's notification")
    assert_that(sent >= least, "too few are counted", expected=f"{least} or more", received=sent)
    assert_equal(record.get("status"), "ok", "the status of the notification")
    _ = _moment(record, "lastSuccess")
    return _moment(record, "lastNotification")


def _assert_within(watch, name):
    """No more is counted than came, which is what has been answered as now since the mailbox answers so."""
    _, record = _record(watch)
    counted, came = record.get(name, 0), len(watch.box.arrived())
    assert_that(
        counted <= came, f"{name} is too high", expected=f"{came} at most", received=counted
    )


def _assert_well_again(watch):
    """The last delivery was taken, and no failure has come since."""
    shown, record = _record(watch)
    assert_equal(record.get("status"), "ok", "the status of the notification after a success")
    success, failure = _moment(record, "lastSuccess"), _moment(record, "lastFailure")
    what = "the last success is before the last failure"
    assert_that(success >= failure, what, expected=str(failure), received=str(success))
    assert_equal(shown.get("status", "active"), "active", "the status of the subscription")


def _said(watch, look):
    """What the broker says of deliveries, which takes as long as notifying, and some seconds more."""
    with waiting_for(watch.box.receiver.declared + _MORE):
        return eventually(look)


def _tries(watch, subject):
    return tries(watch.box.arrived(), subject.now)


def _assert_fails(watch, subject, look):
    """The last delivery is said to have failed. Raises Inconclusive while it is being tried again."""
    try:
        _said(watch, lambda: look(watch))
    except Contradiction:
        if is_tried_again(_tries(watch, subject)):
            detail = "the broker goes on trying to deliver what was not taken"
            raise Inconclusive("open_point", detail) from None
        raise


@pytest.mark.check(
    "CTX-NOT-16",
    clause="GS CIM 009 5.2.14.2",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-01", "CTX-SUB-13"),
)
def test_deliveries_are_counted(notifying, subject):
    """A subscription tells how many notifications were sent, when the last one was, and that it was taken."""
    watch = notifying.watch(subject)
    subject.change()
    _ = confirm(watch, subject.now)
    first = _said(watch, lambda: _assert_delivered(watch, 1))
    _, before = _record(watch)
    subject.change()
    _ = confirm(watch, subject.now)
    later = _said(watch, lambda: _assert_delivered(watch, before["timesSent"] + 1))
    assert_that(later >= first, "lastNotification goes back", expected=first, received=later)
    _said(watch, lambda: _assert_within(watch, "timesSent"))


def _refusing(watch):
    """Nothing is taken from now on, and nobody is told why."""
    watch.box.answer(Reply(DROPPED))


def _failing(watch):
    watch.box.answer(Reply(500))


_TROUBLE = {"error": _failing, "hang-up": _refusing}


@pytest.mark.check(
    "CTX-NOT-17",
    clause="GS CIM 009 5.2.14.2",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-NOT-16",),
)
@pytest.mark.parametrize("trouble", list(_TROUBLE))
def test_failed_deliveries_are_told(notifying, subject, trouble):
    """A subscription tells of a failed notification and stays active, and of the next success."""
    watch = notifying.watch(subject)
    subject.change()
    _ = confirm(watch, subject.now)
    _TROUBLE[trouble](watch)
    subject.change()
    _ = confirm(watch, subject.now)
    _assert_fails(watch, subject, _assert_failed)
    if notifying.broker.holds_since("1.8.1"):
        _assert_fails(watch, subject, _assert_failures_counted)
        _said(watch, lambda: _assert_within(watch, "timesFailed"))
    watch.box.answer(Reply(200))
    subject.change()
    _ = watch.hear(subject.now, "a notification after one that failed")
    _said(watch, lambda: _assert_well_again(watch))


def _assert_failed(watch):
    shown, record = _record(watch)
    assert_equal(record.get("status"), "failed", "the status of the notification")
    _ = _moment(record, "lastFailure")
    assert_equal(shown.get("status", "active"), "active", "the status of the subscription")


def _assert_failures_counted(watch):
    _, record = _record(watch)
    failed = member(record, "timesFailed", int, "the subscription's notification")
    assert_that(failed >= 1, "no failure is counted", expected="1 or more", received=failed)


@pytest.mark.check(
    "CTX-NOT-28",
    clause="GS CIM 009 5.2.15",
    level="writes",
    strength="should",
    since="1.8.1",
    rests_on=("CTX-NOT-17",),
)
@pytest.mark.parametrize("limit", ["timeout", "cooldown"])
def test_a_receiver_in_trouble_is_treated_as_it_asks(notifying, subject, limit):
    """A slow receiver is given up in the time it names, and one in trouble is left alone for a while."""
    wish = {"timeout": _PATIENCE} if limit == "timeout" else {"cooldown": _COOLDOWN}
    watch, control = notifying.watch(subject, endpoint=wish), notifying.watch(subject)
    subject.change()
    _ = confirm(watch, subject.now)
    watch.box.answer(Reply(200, hold=_SLOW) if limit == "timeout" else Reply(500))
    started = time.monotonic()
    subject.change()
    _ = confirm(watch, subject.now)
    _assert_fails(watch, subject, _assert_failed)
    if limit == "timeout":
        seconds = time.monotonic() - started
        what = "the receiver is given up late"
        if seconds >= _SLOW and len(_tries(watch, subject)) > 1:
            raise Inconclusive("open_point", "the broker tries several times before it gives up")
        assert_that(seconds < _SLOW, what, expected=f"{_PATIENCE} ms", received=f"{seconds:.1f} s")
        return
    quiet = silence(watch, "within the cooldown", subject)
    subject.change()
    assert_unheard([quiet], control, subject.now)
