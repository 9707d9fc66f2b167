"""Agreements with a connector, and data that is had by them (Dataspace Protocol, Transfer Process)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.dsp import NEW, OLD
from mimtest.vocabulary.dsp_asking import (
    assert_error_body,
    assert_not_there,
    assert_sound,
    connector_of,
    nobody,
)
from mimtest.vocabulary.dsp_offers import negotiating, offer_to_ask_for
from mimtest.vocabulary.dsp_partner import NOWHERE, begun, conclude, partner_of
from mimtest.vocabulary.dsp_process import (
    assert_process,
    assert_refused,
    assert_terminated,
    faults_of_process,
    process_in,
    requested,
)
from mimtest.vocabulary.dsp_terms import actions_of, faults_of_agreement
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that

pytestmark = pytest.mark.interface("dsp")

_STATES = ("REQUESTED", "STARTED", "COMPLETED", "SUSPENDED", "TERMINATED")


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
    """A partner who agrees."""
    return partner_of(connector, hosting, agrees=True)


@pytest.fixture
def negotiation(offer, partner):
    """A negotiation with a partner who agrees."""
    with begun(partner, offer) as found:
        yield found


@pytest.fixture
def agreement(negotiation, partner, offer):
    """A concluded agreement."""
    told = conclude(negotiation, partner, offer)[0].get("agreement")
    assert_that(isinstance(told, dict) and told.get("@id"), "there is no agreement with @id")
    return told


@pytest.fixture
def transfer(connector, agreement, offer, partner):
    """A transfer by a concluded agreement, ended afterwards."""
    with _asked(connector, offer, agreement["@id"], partner.url) as (answer, own):
        yield process_in(negotiating(connector, offer), answer, own, "transfers")


@pytest.fixture
def ended(transfer):
    """A transfer that we have ended."""
    assert_terminated(transfer)
    return transfer


@pytest.mark.check(
    "CTR-DSP-20",
    clause="DSP 2025-1, Contract Negotiation Protocol",
    level="writes",
    option="concluded-agreements",
    rests_on=("CTR-DSP-14", "CTR-DSP-06"),
)
def test_agreement_is_concluded(connector, negotiation, partner, offer):
    """A contract is negotiated to its end: the agreement names both sides, dataset, rules and time, and is FINALIZED."""
    told, last = conclude(negotiation, partner, offer)
    faults = faults_of_process(negotiation, told, "ContractAgreementMessage")
    assert_sound(faults, "the agreement message")
    agreed = told.get("agreement")
    assert_sound(faults_of_agreement(connector.version, agreed, offer.dataset), "the agreement")
    faults = faults_of_process(negotiation, last, "ContractNegotiationEventMessage")
    assert_sound(faults, "the event message")
    assert_equal(last.get("eventType"), "FINALIZED", "eventType")
    answer = assert_status(negotiation.get(), 200, what="the negotiation")
    assert_equal(assert_process(negotiation, answer, "ContractNegotiation"), "FINALIZED", "state")


@pytest.mark.check(
    "CTR-DSP-27",
    clause="DSP 2025-1, Contract Negotiation Protocol: Contract Agreement Message",
    strength="should",
    level="writes",
    option="concluded-agreements",
    rests_on=("CTR-DSP-20",),
)
def test_agreement_has_the_terms_of_the_offer(agreement, offer):
    """What is agreed is what was offered: the same actions are permitted, forbidden and asked for."""
    assert_equal(actions_of(agreement), actions_of(offer.read), "the actions of the agreement")


@pytest.mark.check(
    "CTR-DSP-31",
    clause="DSP 2025-1, Contract Negotiation Protocol: State Machine",
    level="writes",
    option="concluded-agreements",
    rests_on=("CTR-DSP-20",),
)
def test_agreement_stands(negotiation, agreement):
    """What is FINALIZED stays so: one side does not terminate the negotiation of a concluded agreement."""
    assert agreement["@id"]
    assert_refused(negotiation.terminate(), "FINALIZED")
    negotiation.arrives("FINALIZED")


@pytest.mark.check(
    "CTR-DSP-21",
    clause="DSP 2025-1, Transfer Process Protocol: Transfer Request Message",
    level="writes",
    option="negotiation",
)
def test_transfer_needs_an_agreement(connector, offer):
    """Data is not transferred by an agreement that is none; the error is a TransferError."""
    with _asked(connector, offer, nobody(), NOWHERE) as (answer, _):
        assert_that(
            400 <= answer.status < 500,
            "a transfer without agreement is not refused",
            expected="status 4xx",
            received=f"status {answer.status}",
        )
    if not answer.body.strip():
        detail = "the refusal is empty: whether transfers are there at all cannot be told"
        raise Inconclusive("needs_review", detail)
    assert_error_body(connector, answer, "TransferError")


@pytest.mark.check(
    "CTR-DSP-22", clause="DSP 2025-1, Transfer Process HTTPS Binding: Object Not Found"
)
def test_unknown_transfer_is_not_found(connector, offer):
    """A transfer that is not there is answered 404; a body is a TransferError."""
    assert_not_there(negotiating(connector, offer), "transfers", "TransferError")


@pytest.mark.check(
    "CTR-DSP-28",
    clause="DSP 2025-1, Transfer Process HTTPS Binding: Transfer Request",
    level="writes",
    option="concluded-agreements",
    rests_on=("CTR-DSP-20",),
)
def test_transfer_begins_by_agreement(transfer):
    """A transfer by a concluded agreement is begun with 201, and told with the identifiers of both sides."""
    assert_status(transfer.answer, 201, what="the request")
    assert_process(transfer, transfer.answer, "TransferProcess", _STATES)
    answer = assert_status(transfer.get(), 200, what="the transfer")
    assert_process(transfer, answer, "TransferProcess", _STATES)


@pytest.mark.check(
    "CTR-DSP-29",
    clause="DSP 2025-1, Transfer Process HTTPS Binding: Transfer Termination",
    level="writes",
    option="concluded-agreements",
    rests_on=("CTR-DSP-28",),
)
def test_transfer_is_terminated(transfer):
    """A partner ends a transfer, which is TERMINATED from then on, or gone."""
    assert_terminated(transfer)


@pytest.mark.check(
    "CTR-DSP-34",
    clause="DSP 2025-1, Transfer Process Protocol: State Machine",
    level="writes",
    option="concluded-agreements",
    rests_on=("CTR-DSP-29",),
)
def test_transfer_that_is_ended_stays_ended(ended):
    """A transfer that is over is not completed or started anew, and stays over."""
    for end, kind in (
        ("completion", "TransferCompletionMessage"),
        ("start", "TransferStartMessage"),
    ):
        assert_refused(ended.post(end, kind), "TERMINATED")
    ended.arrives("TERMINATED")


@pytest.mark.check(
    "CTR-DSP-32",
    clause="DSP 2025-1, Transfer Process Protocol: Transfer Start Message",
    level="writes",
    option="concluded-agreements",
    rests_on=("CTR-DSP-28",),
)
def test_pulled_data_has_an_address(connector, transfer, partner, offer):
    """A transfer that is pulled starts with a message that tells where the data is."""
    if "pull" not in str(offer.format).lower():
        detail = "the offer's distribution is not one that is pulled"
        raise NotApplicable("not_offered", detail)
    end, told = partner.told(transfer, "start of the transfer", "start", "termination")
    if end == "termination":
        raise Inconclusive("precondition_unmet", "the provider ends the transfer")
    assert_sound(faults_of_process(transfer, told, "TransferStartMessage"), "the start message")
    place = told.get("dataAddress")
    assert_that(isinstance(place, dict), "the start message has no dataAddress")
    assert_that(place.get("endpointType"), "the dataAddress has no endpointType")
    if connector.version == NEW:
        assert_equal(place.get("@type"), "DataAddress", "the @type of the dataAddress")


def _asked(connector, offer, agreement, address):
    """Ask for a transfer, which is ended afterwards."""
    name = "dct:format" if connector.version == OLD else "format"
    members = {"agreementId": agreement, "callbackAddress": address, name: offer.format}
    place = negotiating(connector, offer)
    return requested(place, "transfers", "TransferRequestMessage", **members)
