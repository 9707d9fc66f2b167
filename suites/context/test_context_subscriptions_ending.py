"""Subscriptions end at their time, and may be given another (GS CIM 009 5.2.12, 5.8.1.4, 5.8.2.4)."""

import time
from dataclasses import dataclass
from datetime import timedelta

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_problem, assert_status
from mimtest.vocabulary.ngsild_subscribed import subscription_in
from mimtest.vocabulary.ngsild_subscriptions import stamp
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_SHORTEST = timedelta(seconds=2)
_DAY = timedelta(days=1)
_LONGEST_LAG = 60.0
_AT_ONCE = 2.0
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class _Ending:
    """Two subscriptions that end soon, at a moment of the monotonic clock, and one that lasts a day."""

    first: str
    second: str
    lasting: str
    end: float


@pytest.fixture(scope="module")
def ending(desk):
    """Subscriptions that end, all begun at once, so that they are waited for once."""
    client = desk.broker.client
    with client.recorder.preparing(client.level):
        soon = desk.now() + _SHORTEST
        end = time.monotonic() + _SHORTEST.total_seconds()
        made = [desk.made(expiresAt=stamp(m))["id"] for m in (soon, soon, soon + _DAY)]
    return _Ending(*made, end)


@pytest.mark.check(
    "CTX-SUB-06",
    clause="GS CIM 009 5.8.1.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
def test_no_subscription_ends_before_it_begins(desk, ending):
    """A subscription that has ended before it is made is refused; one that ends later is not."""
    _status(desk, ending.lasting)
    sent = desk.draft(expiresAt=stamp(desk.now() - _DAY))
    assert_problem(desk.create(sent), status=400, kind="BadRequestData")
    assert_status(desk.retrieve(sent["id"]), 404, what="the refused subscription")


def _status(desk, id_):
    return eventually(lambda: subscription_in(desk.retrieve(id_))).get("status")


@pytest.mark.check(
    "CTX-SUB-08",
    clause="GS CIM 009 5.2.12, 5.8.1.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-06",),
)
def test_a_subscription_expires(desk, ending, reading):
    """A subscription whose time is over is expired; one whose time is not is active."""
    over, gone = _expired(desk, ending.first, ending.end)
    reading("S05", "removed" if gone else "expired")
    reading("A52", "at_once" if over < ending.end + _AT_ONCE else "later")
    assert_equal(_status(desk, ending.lasting), "active", "the status of one that lasts")


def _expired(desk, id_, end):
    """When a subscription was seen to have expired, and whether it is gone."""
    while True:
        answer = assert_status(desk.retrieve(id_), 200, 404)
        gone = answer.status == 404
        status = None if gone else subscription_in(answer).get("status")
        if gone or status == "expired":
            return time.monotonic(), gone
        if time.monotonic() > end + _AT_ONCE:
            assert_equal(status, "active", "the status of a subscription that has not expired")
        if time.monotonic() > end + _LONGEST_LAG:
            detail = f"it is '{status}' {_LONGEST_LAG:.0f} s after its end"
            raise Inconclusive("timeout", detail)
        time.sleep(_PAUSE)


@pytest.fixture
def expired(desk, ending):
    """A subscription that has expired and is there."""
    _, gone = _expired(desk, ending.second, ending.end)
    if gone:
        raise NotApplicable("not_offered", "the broker removes subscriptions that expire")
    return ending.second


@pytest.mark.check(
    "CTX-SUB-20",
    clause="GS CIM 009 5.8.2.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-08",),
)
def test_an_expired_subscription_is_given_more_time(desk, expired):
    """An expired subscription is active again when it is given an end that lies ahead."""
    later = {"expiresAt": stamp(desk.now() + _DAY)}
    assert_status(desk.send("PATCH", expired, later), 204)
    eventually(lambda: assert_equal(desk.status(expired), "active", "the status"))
