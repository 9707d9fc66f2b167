"""Who subscribes to registrations is told of them and of their changes (GS CIM 009 5.11.7, 5.3.3)."""

import time

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.ngsild import JSON, own_name
from mimtest.vocabulary.ngsild_registrations import SUBSCRIPTIONS, about, same_information
from mimtest.vocabulary.ngsild_registry_watching import (
    NEW,
    OVER,
    UPDATED,
    assert_csource_notification,
    registration_told,
    tells,
    watch,
)
from mimtest.vocabulary.receiving import OK, assert_silent

pytestmark = pytest.mark.interface("ngsi-ld")

_INTERVAL = 2
_LATE = 1.5


@pytest.fixture(autouse=True)
def registrations_are_claimed(target):
    """What tells of registrations is asked of who claims to keep any."""
    if not target.claims_token("option:registry"):
        raise NotApplicable("condition_not_claimed", "the target file does not claim registry")


@pytest.fixture
def kinds(run_id):
    """Two types of entities that nobody else has."""
    return own_name("MtSource", run_id), own_name("MtOther", run_id)


@pytest.fixture
def pair(registry, kinds, run_id):
    """A registration about each of the types."""
    return tuple(registry.registered(run_id, about(kind)) for kind in kinds)


@pytest.fixture
def watches(registry, receiver, kinds, pair):
    """A subscription to registrations about each type, which has told what there is."""
    made = tuple(watch(registry, receiver.mailbox(), kind) for kind in kinds)
    for one, known in zip(made, pair, strict=True):
        one.hear(known["id"])
    return made


@pytest.mark.check(
    "CTX-REG-27",
    clause="GS CIM 009 5.11.7",
    level="writes",
    since="1.3.1",
    option="csource-subscriptions",
    rests_on=("CTX-REG-25", "CTX-REG-01"),
)
def test_a_subscriber_is_told_what_there_is(registry, receiver, kinds, pair):
    """Who subscribes is told at first of the registrations that match, and of no others."""
    for at in (0, 1):
        one = watch(registry, receiver.mailbox(), kinds[at])
        told = one.hear(pair[at]["id"], NEW)
        assert_csource_notification(told, one.sent["id"])
        one.assert_untold(pair[1 - at]["id"])


@pytest.mark.check(
    "CTX-REG-28",
    clause="GS CIM 009 5.11.7, 5.3.3",
    level="writes",
    since="1.3.1",
    option="csource-subscriptions",
    rests_on=("CTX-REG-27",),
)
def test_a_subscriber_is_told_of_changes(registry, kinds, watches, run_id, reading):
    """Who subscribes is told why: a registration is new, updated, or no more; others are not told of."""
    one, other = watches
    other.box.answer(OK)  # what it was told at first is forgotten
    second = about(kinds[1] + "Too")
    sent = registry.draft(run_id, about(kinds[0]), second)
    assert_status(registry.create(sent), 201)
    told = one.hear(sent["id"], NEW)
    assert_csource_notification(told, one.sent["id"])
    held = registration_told(told, sent["id"])
    whole = same_information(held.get("information"), sent["information"])
    reading("A25", "whole" if whole else "filtered")
    assert_status(registry.send("PATCH", sent["id"], {"description": "changed"}), 204)
    one.hear(sent["id"], UPDATED)
    assert_status(registry.send("DELETE", sent["id"]), 204)
    one.hear(sent["id"], OVER)
    assert_silent([other.box], one.box, "a notification about what does not match")


@pytest.mark.check(
    "CTX-REG-30",
    clause="GS CIM 009 5.11.7",
    level="writes",
    since="1.3.1",
    option="csource-subscriptions",
    rests_on=("CTX-REG-27",),
)
@pytest.mark.parametrize("change", ["begins", "ends"])
def test_a_subscriber_is_told_what_begins_and_ends_to_match(registry, kinds, pair, watches, change):
    """A registration that is updated so that it begins, or ends, to match is told of as such."""
    at, reason = (1, NEW) if change == "begins" else (0, OVER)
    moved = {"information": [about(kinds[1 - at])]}
    assert_status(registry.send("PATCH", pair[at]["id"], moved), 204)
    told = watches[0].hear(pair[at]["id"], reason)
    assert_csource_notification(told, watches[0].sent["id"])


@pytest.mark.check(
    "CTX-REG-29",
    clause="GS CIM 009 5.11.7",
    level="writes",
    since="1.3.1",
    option="csource-subscriptions",
    rests_on=("CTX-REG-27",),
)
def test_a_subscriber_is_told_again_and_again(registry, receiver, kinds, pair):
    """Who subscribes with an interval is told at once, and again after each interval, changes or not."""
    periodic = watch(registry, receiver.mailbox(), kinds[0], timeInterval=_INTERVAL)
    control = watch(registry, receiver.mailbox(), kinds[0])
    start = control.hear(pair[0]["id"]).at
    first = periodic.hear(pair[0]["id"], more=_INTERVAL)
    again = periodic.hear(pair[0]["id"], number=2, more=2 * _INTERVAL)
    late, took = first.at - start, again.at - first.at
    assert_that(late < _LATE, "the first is not sent at once", received=f"after {late:.1f} s")
    if took < _INTERVAL / 2:
        raise Inconclusive("unstable", f"two notifications came within {took:.1f} s")
    for told in (first, again):
        assert_csource_notification(told, periodic.sent["id"])
    periodic.assert_untold(pair[1]["id"])


@pytest.mark.check(
    "CTX-REG-32",
    clause="GS CIM 009 5.11.3.4, 5.11.6.4, 5.11.7",
    level="writes",
    since="1.3.1",
    option="csource-subscriptions",
    rests_on=("CTX-REG-26", "CTX-REG-28"),
)
@pytest.mark.parametrize("change", ["removed", "of-others", "moved"])
def test_a_subscription_to_registrations_counts_as_it_is(
    registry, receiver, kinds, watches, change
):
    """Who ended a subscription to registrations, or has it for others or elsewhere, is told no more."""
    one, _ = watches
    control, box = watch(registry, receiver.mailbox(), kinds[0]), receiver.mailbox()
    if change == "removed":
        assert_status(registry.send("DELETE", one.sent["id"], collection=SUBSCRIPTIONS), 204)
    else:
        parts = {
            "of-others": {"entities": [{"type": kinds[1]}]},
            "moved": {"notification": {"endpoint": {"uri": box.url, "accept": JSON}}},
        }
        answer = registry.send("PATCH", one.sent["id"], parts[change], SUBSCRIPTIONS)
        assert_status(answer, 204)
    try:
        _assert_untold(registry, kinds[0], one, control)
    except Contradiction:
        time.sleep(registry.client.interface.settles)
        _assert_untold(registry, kinds[0], one, control)
    if change == "moved":
        sent = registry.registered(registry.client.run_id, about(kinds[0]))
        what = "a notification at the new address"
        box.wait(where=lambda a: tells(a, sent["id"]), what=what)


def _assert_untold(registry, kind, watched, control):
    """A new registration is told to the control alone."""
    sent = registry.registered(registry.client.run_id, about(kind))
    control.hear(sent["id"])
    time.sleep(control.box.receiver.quiet)
    watched.assert_untold(sent["id"])
