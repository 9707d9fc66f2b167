"""Data that is not there yet (MIM3 C7): where it is asked for, and where providers see what was asked."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt
from mimtest.vocabulary.governance import file_in, listed, read_document, ways_to_ask

pytestmark = pytest.mark.interface("data-requests")

_REFUSED = (400, 401, 403, 415, 422)


@pytest.fixture
def place(interface):
    """Where a part is that the target file names."""

    def found(part):
        if part not in interface.paths:
            raise NotApplicable("not_offered", f"the target file names no paths.{part}")
        return interface.paths[part]

    return found


@pytest.mark.check("CTR-REQ-01", clause="MIM3 C7", strength="should", level="passive")
def test_there_is_a_way_to_ask(client):
    """The page where data is asked for has a form, or leads to mail or a tracker."""
    answer = read_document(client, "", "the page")
    if file_in(answer):
        raise Inconclusive("needs_review", f"the page is {file_in(answer)}, which people read")
    found = ways_to_ask(answer)
    if not found and "<script" in answer.text():
        detail = "the page has neither form nor address without the programs that fill it"
        raise Inconclusive("needs_review", detail)
    assert_that(
        found,
        "the page shows no way to ask for data",
        expected="a form, an address for mail, or a link to a tracker",
        received=excerpt(answer),
    )


@pytest.mark.check("CTR-REQ-02", clause="MIM3 C7, RFC 9110 15.5", strength="should")
def test_an_empty_request_is_refused(client, place, run_id):
    """The API for requests is there, and refuses one that says nothing."""
    where = place("request")
    stray = client.post(f"{where.rstrip('/')}-{run_id}", json={}, harmless=True)
    answer = client.post(where, json={}, harmless=True)
    if answer.status in _REFUSED and stray.status == answer.status:
        detail = f"an address where nothing is refuses with {stray.status}, too"
        raise Inconclusive("control_failed", detail)
    assert_that(
        answer.status in _REFUSED,
        f"a request for data that says nothing is answered {answer.status}",
        expected="status 400, 401, 403, 415 or 422",
        received=f"status {answer.status}: {excerpt(answer) or 'no body'}",
    )


@pytest.mark.check("CTR-REQ-03", clause="MIM3 C7", strength="should")
def test_providers_see_what_was_asked(client, place, interface, identities):
    """Providers get the list of requests; where it is theirs alone, strangers do not."""
    where = place("records")
    provider = identities.of(interface, "full", "read")
    how = {"headers": provider.fields, "auth": False} if provider else {}
    answer = assert_status(client.get(where, **how), 200, what="the list of requests")
    listed(answer)
    if provider is None and interface.auth is None:
        return
    if interface.protected != where:
        return
    stranger = client.get(where, auth=False)
    assert_that(
        stranger.status in (401, 403, 404),
        f"the list that the target file calls protected is answered {stranger.status} to strangers",
        expected="status 401, 403 or 404",
        received=f"status {stranger.status}: {excerpt(stranger)}",
    )
