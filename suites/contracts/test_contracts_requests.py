"""Data that is not there yet (MIM3 C7): where it is asked for, and where providers see what was asked.

Nothing is asked for below level writes, and a request that can be withdrawn alone.
"""

import json
from contextlib import suppress

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.failures import OutOfScope
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt
from mimtest.vocabulary.governance import file_in, listed, read_document, ways_to_ask
from mimtest.vocabulary.personal_data import account_of
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("data-requests")

_SAID_NO = (400, 409, 422)
_GUARDED = (401, 403, 415)
_IDENTIFIERS = ("id", "@id", "identifier", "uid", "key", "number", "ticket")


@pytest.fixture
def place(interface):
    """Where a part is that the target file names."""

    def found(part):
        if part not in interface.paths:
            raise NotApplicable("not_offered", f"the target file names no paths.{part}")
        return interface.paths[part]

    return found


@pytest.mark.check("CTR-REQ-01", clause="MIM3 C7", strength="should", level="passive")
def test_there_is_a_way_to_ask(client, looked):
    """The page where data is asked for has a form with room for a wish, or leads to mail or a tracker."""
    answer = read_document(client, "", "the page")
    if file_in(answer):
        raise Inconclusive("needs_review", f"the page is {file_in(answer)}, which people read")
    found, text = ways_to_ask(answer), answer.text().lower()
    if not found and any(n in text for n in ("<script", "<iframe", "contact", "kontakt")):
        detail = "the page shows neither form nor address by itself; programs or frames may fill it, or links lead there"
        raise Inconclusive("needs_review", detail)
    assert_that(
        found,
        "the page shows no way to ask for data",
        expected="a form, an address for mail, or a link to a tracker",
        received=excerpt(answer),
    )
    looked(f"{found[0]}; whether it is for data that is not there yet is for people to judge")


@pytest.mark.check("CTR-REQ-02", clause="MIM3 C7, RFC 9110 15.5", strength="should", level="writes")
def test_an_empty_request_is_refused(client, place, run_id):
    """The API for requests is there, and refuses one that says nothing."""
    where = place("request")
    answer = client.post(where, json={})
    if answer.ok and answer.location:
        with suppress(OutOfScope):  # told, though it cannot be taken back
            client.note_created(answer.location)
    if answer.status in _GUARDED:
        stray = client.post(f"{where.rstrip('/')}-{run_id}", json={}, harmless=True)
        if stray.status == answer.status:
            detail = f"an address where nothing is refuses with {stray.status}, too"
            raise Inconclusive("control_failed", detail)
    assert_that(
        answer.status in (*_SAID_NO, *_GUARDED),
        f"a request for data that says nothing is answered {answer.status}",
        expected="status 400, 401, 403, 409, 415 or 422",
        received=f"status {answer.status}: {excerpt(answer) or 'no body'}",
    )


@pytest.mark.check("CTR-REQ-03", clause="MIM3 C7", strength="should")
def test_providers_see_what_was_asked(client, place, interface, identities):
    """Providers get the list of requests; where it is theirs alone, strangers do not."""
    where = place("records")
    answer = assert_status(_as_provider(client, interface, identities), 200, what="the list")
    if "json" not in answer.media_type:
        detail = (
            f"the list of requests is {answer.media_type or 'of no named type'}, which people read"
        )
        raise Inconclusive("needs_review", detail)
    found = listed(answer)
    if interface.protected == where:
        stranger = client.get(where, auth=False)
        assert_that(
            stranger.status in (401, 403, 404),
            f"the list that the target file calls protected is answered {stranger.status} to strangers",
            expected="status 401, 403 or 404",
            received=f"status {stranger.status}: {excerpt(stranger)}",
        )
    if not found:
        raise Inconclusive("no_data", "there is no request on the list")


def _as_provider(client, interface, identities):
    provider = identities.of(interface, "full", "read")
    how = {"headers": provider.fields, "auth": False} if provider else {}
    return client.get(interface.paths["records"], **how)


@pytest.fixture(scope="session")
def sent(client):
    """A request that was sent as the description shows it, once; it is withdrawn at the end."""
    account = account_of(client)
    account.require("request", "record")
    way = account.way("request")
    if not way.body:
        detail = "the OpenAPI description of the interface has no example of a request"
        raise NotApplicable("not_offered", detail)
    with client.recorder.preparing(client.level):
        answer = client.request(way.method, account.where("request"), json=way.body)
        known = _identifier(answer)
        if known:
            client.note_created(client.url(account.where("record", record=known)))
    return answer


@pytest.mark.check(
    "CTR-REQ-04", clause="MIM3 C7", strength="should", level="writes", rests_on=("CTR-REQ-02",)
)
def test_a_request_is_taken_down(sent):
    """A request that the description gives as an example is taken down, and has an identifier from then on."""
    assert_status(sent, 200, 201, 202, what="a request for data")
    assert_that(
        _identifier(sent),
        "a request that was taken down has no identifier",
        expected=f"Location, or one of {', '.join(_IDENTIFIERS)}",
        received=excerpt(sent) or "no body",
    )


@pytest.mark.check(
    "CTR-REQ-05", clause="MIM3 C7", strength="should", level="writes", rests_on=("CTR-REQ-04",)
)
def test_a_request_reaches_providers(sent, client, place, interface, identities):
    """A request that was taken down is on the list that providers get."""
    place("records")
    known = _identifier(sent)
    if not known:
        raise Inconclusive("precondition_unmet", "no request was taken down under an identifier")

    def shown():
        answer = assert_status(_as_provider(client, interface, identities), 200, what="the list")
        assert_that(
            known in answer.text(),
            "a request that was taken down is not on the list that providers get",
            expected=known,
            received=excerpt(answer),
        )

    eventually(shown)


def _identifier(answer):
    """The identifier of what was taken down; None where it has none."""
    if not answer.received.status < 300:
        return None
    if answer.location:
        return answer.location.partition("?")[0].rstrip("/").rpartition("/")[2]
    with suppress(ValueError):
        value = json.loads(answer.received.body)
        if isinstance(value, dict):
            return next((str(value[n]) for n in _IDENTIFIERS if value.get(n)), None)
    return None
