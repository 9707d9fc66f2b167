"""Who manages the interface: rights that end, and what lies behind it (MIM6 C1; ISO/IEC 27001 A.5.18)."""

from contextlib import suppress

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.failures import TimedOut, Unreachable
from mimtest.vocabulary.access import Operation, is_denied, settled, succeeded
from mimtest.vocabulary.expect import assert_that, excerpt
from mimtest.vocabulary.waiting import eventually, waiting_for

pytestmark = pytest.mark.interface("ngsi-ld", "sensorthings", "rest", "ogc-api-features")


@pytest.fixture
def withdrawn(interface, client, askers, door):
    """Somebody whose rights were good until they were taken away; they are given back afterwards."""
    place = interface.paths.get("rights")
    if place is None:
        detail = f"interfaces.{interface.name}.paths names no place of rights"
        raise NotApplicable("not_offered", detail)
    asker, full = askers.of("revocable"), askers.of("full")
    address = place.replace("{identity}", asker.name.strip("'"))
    held = full.ask(Operation("GET", address))
    if not succeeded(held) or not succeeded(asker.ask(door)):
        detail = f"{asker.name} has no rights to begin with, or they are not shown"
        raise Inconclusive("control_failed", detail)
    who = {"headers": dict(full.fields), "auth": full.known}
    told = f"the rights of {asker.name} were taken away: PUT {excerpt(held)} there again"
    written = client.will_change(address, told)
    try:
        taken = client.delete(address, **who)
        if not succeeded(taken):
            detail = f"taking rights away is answered {taken.received.status}: {excerpt(taken)}"
            raise Inconclusive("control_failed", detail)
        yield asker
    finally:
        if succeeded(client.put(address, json=held.json(), **who)):
            client.taken_back(written)
        eventually(lambda: _assert_let_in(asker, door))


@pytest.mark.check(
    "SEC-AZ-14",
    clause="ISO/IEC 27001 A.5.18",
    strength="should",
    level="writes",
    rests_on=("SEC-TOK-01",),
)
def test_rights_end_when_they_are_taken_away(interface, withdrawn, door):
    """Somebody whose rights were taken away is refused, at the latest when what is written settles."""
    with waiting_for(interface.settles):
        eventually(lambda: _assert_refused(withdrawn, door))


@pytest.mark.check(
    "SEC-AZ-15", clause="OWASP API8:2023, API9:2023", strength="should", rests_on=("SEC-TOK-01",)
)
def test_nothing_behind_the_guard_is_open(interface, askers, restricted):
    """What lies behind the guarded interface gives no data to who asks it without its guard."""
    place = interface.paths.get("upstream")
    if place is None:
        detail = f"interfaces.{interface.name}.paths names nothing behind it"
        raise NotApplicable("not_offered", detail)
    with suppress(Unreachable, TimedOut):
        answer = settled(askers.nobody.ask(Operation("GET", place)))
        data = answer.ok and answer.body.strip() and "html" not in answer.media_type
        assert_that(
            not data,
            f"what lies behind the interface is open to anybody: {place}",
            expected="no answer, or a refusal",
            received=f"status {answer.status}: {excerpt(answer)}",
        )
    again = restricted.asker.ask(restricted.operation)
    if not succeeded(again):
        raise Inconclusive("control_failed", "the interface itself cannot be reached any more")


def _assert_refused(asker, door):
    answer = asker.ask(door)
    assert_that(
        is_denied(answer),
        f"{asker.name} is let in though the rights were taken away",
        expected="status 401, 403 or 404",
        received=f"status {answer.status}",
    )


def _assert_let_in(asker, door):
    answer = asker.ask(door)
    assert_that(answer.ok, "rights that were given back are not there again")
