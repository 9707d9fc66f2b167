"""What people are told before they agree, and of their rights (GDPR 12 to 14, W3C DPV)."""

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.access import settled
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt
from mimtest.vocabulary.openapi_soundness import problems
from mimtest.vocabulary.privacy_notices import (
    FOR_PROGRAMS,
    graph_of_notice,
    names_a_contact,
    unknown_terms,
    unspoken,
    untold,
    words_in,
)

pytestmark = pytest.mark.interface("personal-data")

_CONSENTS = ("records", "grant", "withdraw")
_MOVING = ("export", "import")


def _read(account, identities, part, accept="*/*"):
    """A part that anybody may read; where it is for who is known, as a person of the target file."""
    answer = account.read(part, None, accept=accept)
    if answer.received.status not in (401, 403):
        return answer
    somebody = identities.of(account.client.interface, "subject", "read")
    return account.read(part, somebody, accept=accept) if somebody else answer


@pytest.fixture
def notice(account, identities, nowhere):
    """What people are told, as they read it, by a server that tells what is there."""
    assert not nowhere.ok
    account.require("notice")
    return _read(account, identities, "notice", "text/html, text/plain;q=0.9, */*;q=0.5")


@pytest.fixture
def graph(account, identities, client):
    """What people are told, for programs."""
    part = "notice-rdf" if account.offers("notice-rdf") else "notice"
    account.require(part)
    answer = _read(account, identities, part, FOR_PROGRAMS)
    if answer.received.status in (404, 406) and part == "notice":
        raise NotApplicable("not_offered", "the notice is not offered in RDF")
    found = graph_of_notice(assert_status(answer, 200, what="the notice"), client)
    if found is None:
        raise NotApplicable("not_offered", "the notice is not offered in RDF")
    return answer, found


@pytest.mark.check(
    "TRU-CON-01", clause="GDPR 12, 13; ISO/IEC 29184 5.3", strength="should", level="passive"
)
def test_people_are_told(notice):
    """The notice can be read, and speaks of controller, purpose, storage, rights and a contact."""
    text = words_in(assert_status(settled(notice), 200, what="the notice"))
    assert_that(text.strip(), "the notice says nothing", expected="text", received="none")
    silent = unspoken(text)
    if silent:
        detail = f"no words known here speak of: {', '.join(silent)}; the notice: {excerpt(notice)}"
        raise Inconclusive("needs_review", detail)


@pytest.mark.check("TRU-CON-02", clause="W3C DPV 2.0", strength="should", level="passive")
def test_programs_are_told(graph):
    """The notice in RDF names purpose, data, controller, legal basis, and how long or for whom."""
    answer, told = graph
    missing = untold(told)
    assert_that(
        answer.ok and not missing,
        f"the notice in DPV does not say {', '.join(missing)}",
        expected="purpose, personal data, controller, legal basis, storage or recipient",
        received=excerpt(answer),
    )


@pytest.mark.check(
    "TRU-CON-03",
    clause="W3C DPV 2.0",
    strength="should",
    level="passive",
)
def test_the_words_are_of_the_vocabulary(graph):
    """Every term that the notice takes from W3C DPV is one that DPV has."""
    answer, told = graph
    used, unknown = unknown_terms(told)
    if not used:
        raise NotApplicable("not_offered", "the notice uses no term of DPV")
    assert_that(
        answer.ok and not unknown,
        "the notice uses terms that DPV does not have",
        expected="terms of DPV 2.0 to 2.3",
        received=", ".join(f"dpv:{t}" for t in unknown),
    )


@pytest.mark.check("TRU-RIG-01", clause="GDPR 12(2), 13(2)(b)", strength="should", level="passive")
def test_rights_have_a_place(account, identities, nowhere):
    """The page of rights says where they are used, or who is asked."""
    assert not nowhere.ok
    answer = assert_status(settled(_read(account, identities, "rights")), 200, what="the rights")
    text = words_in(answer)
    parts = [p for p in ("access", "rectify", "erase", "export") if account.offers(p)]
    named = [p for p in parts if account.client.interface.paths[p].partition("{")[0] in text]
    assert_that(
        (parts and named == parts) or names_a_contact(text),
        "the page of rights names neither an address nor a contact",
        expected="addresses, or how somebody is reached",
        received=excerpt(answer),
    )


@pytest.mark.check("TRU-RIG-07", clause="GDPR 13(1)(a), 13(1)(b)", strength="may", level="passive")
def test_somebody_can_be_reached(notice):
    """The notice says how controller or data protection officer are reached."""
    text = words_in(assert_status(settled(notice), 200, what="the notice"))
    assert_that(
        names_a_contact(text),
        "the notice names nobody to turn to",
        expected="an address for mail, a telephone number or a page",
        received=excerpt(notice),
    )


@pytest.mark.check("TRU-POR-05", clause="OpenAPI 3.1 4.8", strength="should", level="passive")
def test_the_interface_is_described(account, identities):
    """The OpenAPI description is sound, and has the paths of consents and of moving data."""
    answer = settled(_read(account, identities, "description"))
    document = assert_status(answer, 200, what="the description").json()
    version = document.get("openapi") if isinstance(document, dict) else None
    if not str(version).startswith("3."):
        raise Contradiction("it is no OpenAPI 3", expected="openapi 3.x", received=str(version))
    wrong = next(problems(document), None)
    assert_that(not wrong, "the description is not sound", expected="OpenAPI 3", received=wrong)
    parts = [p for p in (*_CONSENTS, *_MOVING) if account.offers(p)]
    missing = [p for p in parts if not account.described(p)]
    assert_that(
        not missing,
        f"the description leaves out {', '.join(missing)}",
        expected=", ".join(account.client.interface.paths[p] for p in missing),
        received="other paths",
    )
