"""What an interface says of how often it may be asked, and whether it holds (RFC 6585 4).

Only a run of level burst asks often: sixty times within ten seconds at most, and no more after the first refusal.
"""

import re
import time
from contextlib import suppress

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.access import succeeded
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.rate_limits import contradictions, limit_fields, plan_of, unreadable

pytestmark = pytest.mark.interface(
    "ngsi-ld", "ngsi-v2", "sensorthings", "rest", "ogc-api-features", "ogc-api-tiles", "tmforum"
)

_MOST = 60
_SECONDS = 10
_TOO_MANY = 429
_BROKEN = 500
_LONGEST_WAIT = 15


@pytest.fixture
def asker(askers):
    """Somebody who may read, first of all who has a limit; nobody where the interface is open."""
    for rights in ("limited", "full", "read", "subject"):
        with suppress(NotApplicable):
            return askers.of(rights)
    return askers.nobody


@pytest.mark.check("SEC-RL-01", clause="IETF RateLimit header fields", strength="may")
def test_limits_are_told_so_that_they_are_understood(data, asker, door):
    """Fields that tell of a limit are readable, and do not contradict each other."""
    fields = limit_fields(data) or limit_fields(asker.ask(door))
    if not fields:
        raise NotApplicable("not_offered", "no field of the answer tells of a limit")
    unread = unreadable(fields)
    assert_that(
        not unread,
        "a field that tells of a limit cannot be read",
        expected="numbers, or policies with q and r",
        received="; ".join(unread),
    )
    wrong = contradictions(fields)
    assert_that(
        not wrong,
        "fields that tell of a limit contradict each other",
        expected="no more left than the limit, of a policy that is named",
        received="; ".join(wrong),
    )


@pytest.mark.check(
    "SEC-RL-02",
    clause="RFC 6585 4",
    strength="may",
    level="burst",
    option="load",
    rests_on=("SEC-RL-01",),
)
def test_limits_act_and_pass(asker, door):
    """A limit that is told acts in time, tells when to come back, and lets in who comes back."""
    ask = _asking(asker, door)
    first = ask()
    if not succeeded(first):
        raise Inconclusive("control_failed", f"{asker.name} is answered {first.received.status}")
    plan = plan_of(limit_fields(first))
    sent, last, start = 1, first, time.monotonic()
    while succeeded(last) and sent < _MOST and time.monotonic() < start + _SECONDS:
        last, sent = ask(), sent + 1
    if succeeded(last):
        if plan is None or not _acts_within(plan, sent, time.monotonic() - start):
            raise NotApplicable("not_offered", f"no limit is told that {sent} requests would reach")
        told = f"{plan.quota} requests in {plan.seconds} s"
        fail("a limit that is told does not act", expected=told, received=f"{sent} answered")
    _assert_refused_kindly(last, sent)
    wait = re.fullmatch(r"\s*(\d+)\s*", last.headers.get("retry-after", ""))
    if wait and int(wait[1]) <= _LONGEST_WAIT:
        time.sleep(int(wait[1]))
        again = ask()
        assert_that(
            again.ok,
            "who comes back when told is not let in",
            expected="status 200",
            received=f"status {again.status}",
        )


def _assert_refused_kindly(answer, sent):
    if answer.received.status != _TOO_MANY and answer.received.status < _BROKEN:
        detail = f"request {sent} is answered {answer.received.status}, which is about no limit"
        raise Inconclusive("unstable", detail)
    assert_that(
        answer.status == _TOO_MANY,
        f"{sent} requests within {_SECONDS} seconds are too much for the interface",
        expected="status 429, or data",
        received=f"status {answer.status}",
    )
    assert_that(
        "retry-after" in answer.headers,
        "who asked too often is not told when to come back",
        expected="Retry-After",
        received="no such field",
    )


def _asking(who, door):
    headers = {**door.headers, **who.fields}
    return lambda: who.client.get(
        door.path, params=door.params, headers=headers, auth=who.known, patient=False
    )


def _acts_within(plan, sent, elapsed):
    """Whether so many requests in so many seconds are more than a plan allows, whenever its window began."""
    if plan.seconds is None:
        return False
    windows = 2 + int(elapsed // max(plan.seconds, 1))
    return sent > windows * plan.quota
