"""Negotiating a contract with a connector, and ending it again (Dataspace Protocol, Contract Negotiation)."""

from dataclasses import replace

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.dsp_asking import (
    assert_error,
    assert_not_there,
    connector_of,
    nobody,
)
from mimtest.vocabulary.dsp_offers import negotiating, offer_to_ask_for
from mimtest.vocabulary.dsp_partner import asked, begun, negotiation_in, partner_of
from mimtest.vocabulary.dsp_process import (
    assert_process,
    assert_refused,
    assert_terminated,
    going_on,
    process_in,
)
from mimtest.vocabulary.expect import assert_status, assert_that

pytestmark = pytest.mark.interface("dsp")

_OPEN = ("REQUESTED", "OFFERED", "AGREED", "TERMINATED")


@pytest.fixture(scope="session")
def connector(client):
    """The connector in the declared version."""
    return connector_of(client)


@pytest.fixture(scope="session")
def offer(connector, interface):
    """The offer that is asked for: of a dataset that the target file names, else the first."""
    return offer_to_ask_for(connector, interface.collections)


@pytest.fixture
def partner(connector, hosting):
    """A partner who is never content, so that no agreement comes about."""
    return partner_of(connector, hosting, agrees=False)


@pytest.fixture
def negotiation(offer, partner):
    """A negotiation that goes on, and is ended afterwards."""
    with begun(partner, offer) as found:
        yield going_on(found)


@pytest.fixture
def ended(negotiation):
    """A negotiation that we have ended."""
    assert_terminated(negotiation)
    return negotiation


@pytest.mark.check(
    "CTR-DSP-12", clause="DSP 2025-1, Contract Negotiation HTTPS Binding: Object Not Found"
)
def test_unknown_negotiation_is_not_found(connector, offer):
    """A negotiation that is not there is answered 404; a body is a ContractNegotiationError."""
    assert_not_there(negotiating(connector, offer), "negotiations", "ContractNegotiationError")


@pytest.mark.check(
    "CTR-DSP-13",
    clause="DSP 2025-1, Contract Negotiation HTTPS Binding: Unauthorized Access",
    level="writes",
    option="negotiation",
    rests_on=("CTR-DSP-15",),
)
def test_negotiation_is_kept_from_strangers(negotiation, interface, looked):
    """A negotiation is not shown without credentials: 404 by the specification, which 401 and 403 do as well."""
    if interface.auth is None:
        raise NotApplicable("not_offered", "the connector asks for no credentials")
    assert_status(negotiation.get(), 200, what="the negotiation with credentials")
    answer = negotiation.get(auth=False)
    assert_status(answer, 404, 401, 403, what="the negotiation without credentials")
    if answer.status != 404:
        looked(f"strangers are answered {answer.status}; the specification has 404")


@pytest.mark.check(
    "CTR-DSP-14",
    clause="DSP 2025-1, Contract Negotiation HTTPS Binding: Contract Request (init)",
    level="writes",
    option="negotiation",
)
def test_negotiation_begins(offer, partner):
    """A request for an offer of the catalogue is answered 201 with the negotiation that it begins."""
    with asked(partner, offer) as (answer, own):
        found = negotiation_in(partner, offer, answer, own)
        assert_status(answer, 201, what="the request")
        state = assert_process(found, answer, "ContractNegotiation", _OPEN)
    if state == "TERMINATED":
        detail = "the provider ends negotiations with this partner at once"
        raise Inconclusive("precondition_unmet", detail)


@pytest.mark.check(
    "CTR-DSP-15",
    clause="DSP 2025-1, Contract Negotiation HTTPS Binding: Contract Negotiation",
    level="writes",
    option="negotiation",
    rests_on=("CTR-DSP-14",),
)
def test_negotiation_is_told(negotiation):
    """A negotiation that was begun is told with the identifiers of both sides and its state."""
    answer = assert_status(negotiation.get(), 200, what="the negotiation")
    assert_process(negotiation, answer, "ContractNegotiation")


@pytest.mark.check(
    "CTR-DSP-16",
    clause="DSP 2025-1, Contract Negotiation HTTPS Binding: Termination",
    level="writes",
    option="negotiation",
    rests_on=("CTR-DSP-14",),
)
def test_negotiation_is_terminated(negotiation):
    """A partner ends a negotiation, which is TERMINATED from then on, or gone."""
    assert_terminated(negotiation)


@pytest.mark.check(
    "CTR-DSP-17",
    clause="DSP 2025-1, Contract Negotiation Protocol: State Machine",
    level="writes",
    option="negotiation",
    rests_on=("CTR-DSP-16",),
)
@pytest.mark.parametrize("case", ["event", "verification"])
def test_what_is_ended_stays_ended(ended, case):
    """A negotiation that is over takes no further message, and stays over."""
    answer = ended.accept() if case == "event" else ended.verify()
    assert_refused(answer, "TERMINATED")
    ended.arrives("TERMINATED")


@pytest.mark.check(
    "CTR-DSP-18",
    clause="DSP 2025-1, Contract Negotiation Protocol: Contract Request Message",
    level="writes",
    option="negotiation",
    rests_on=("CTR-DSP-14",),
)
def test_unknown_offer_is_refused(connector, negotiation, offer, partner, looked):
    """An offer that the provider does not know is no ground for a negotiation."""
    assert negotiation.provider
    own = {"@id": nobody()}
    made_up = replace(offer, given={**offer.given, **own}, read={**offer.read, **own})
    with asked(partner, made_up) as (answer, pid):
        if not answer.ok:
            assert_error(connector, answer, "ContractNegotiationError")
            return
        process_in(negotiating(connector, offer), answer, pid).arrives("TERMINATED")
    looked("an unknown offer begins a negotiation that the provider then ends")


@pytest.mark.check(
    "CTR-DSP-19",
    clause="DSP 2025-1, Contract Negotiation Protocol: States, State Machine",
    level="writes",
    option="negotiation",
    rests_on=("CTR-DSP-15",),
)
@pytest.mark.parametrize("case", ["accepted", "verified"])
def test_messages_out_of_turn_are_refused(negotiation, case):
    """An offer that was not made is not accepted, nor an agreement verified that is none."""
    turn = {"accepted": "OFFERED", "verified": "AGREED"}[case]
    before = negotiation.state()
    answer = negotiation.accept() if case == "accepted" else negotiation.verify()
    assert_refused(answer, before, turn)
    state = negotiation.state()
    assert_that(
        state not in ("ACCEPTED", "VERIFIED", "FINALIZED"),
        "the message that was refused has changed the state",
        received=state,
    )


@pytest.mark.check(
    "CTR-DSP-30",
    clause="DSP 2025-1, Contract Negotiation HTTPS Binding: State Transition Errors",
    level="writes",
    option="negotiation",
    rests_on=("CTR-DSP-19",),
)
def test_refusal_is_told_as_the_error_that_it_is(connector, negotiation):
    """A message out of turn is answered 400 with a ContractNegotiationError that names the negotiation."""
    before = negotiation.state()
    answer = negotiation.verify()
    assert_refused(answer, before, "AGREED")
    assert_error(connector, answer, "ContractNegotiationError", 400, pids=True)
