"""Agreements with a connector, and data that is had by them (Dataspace Protocol, Transfer Process)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.dsp import faults_of_agreement, faults_of_message, rules_of
from mimtest.vocabulary.dsp_asking import (
    assert_error_body,
    assert_sound,
    connector_of,
    nobody,
    offers_in,
)
from mimtest.vocabulary.dsp_partner import (
    assert_process,
    begun,
    conclude,
    end,
    negotiation_in,
    partner_of,
)
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
    answer = assert_status(connector.ask_catalogue(), 200, what="the catalogue")
    found = offers_in(connector, answer.json())
    named = [o for o in found if o.dataset in interface.collections] or found
    if not named:
        raise Inconclusive("no_data", "the catalogue offers nothing to this partner")
    return named[0]


@pytest.fixture
def partner(connector, hosting):
    """A partner who agrees."""
    return partner_of(connector, hosting, agrees=True)


@pytest.fixture
def negotiation(connector, offer, partner):
    """A negotiation with a partner who agrees."""
    with begun(connector, offer, partner) as found:
        yield found


@pytest.fixture
def agreement(negotiation, partner):
    """A concluded agreement."""
    told = conclude(negotiation, partner).get("agreement")
    assert_that(isinstance(told, dict) and told.get("@id"), "there is no agreement with @id")
    return told


@pytest.fixture
def transfer(connector, agreement, offer, partner):
    """A transfer by a concluded agreement, ended afterwards."""
    own = nobody()
    answer = _requested(connector, own, agreement["@id"], offer.format, partner.url)
    found = negotiation_in(connector, answer, own, "transfers")
    yield found
    end(found)


@pytest.mark.check(
    "CTR-DSP-20",
    clause="DSP 2025-1, Contract Negotiation Protocol",
    level="writes",
    option="concluded-agreements",
    rests_on=("CTR-DSP-14",),
)
def test_agreement_is_concluded(connector, negotiation, partner, offer):
    """A contract is negotiated to its end: the agreement names both sides, dataset, rules and time, and is FINALIZED."""
    told = conclude(negotiation, partner)
    faults = faults_of_message(connector.version, told, "ContractAgreementMessage")
    assert_sound(faults, "the agreement message")
    for name, value in negotiation.pids.items():
        assert_equal(told.get(name), value, name)
    assert_sound(faults_of_agreement(told.get("agreement"), offer.dataset), "the agreement")
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
    assert_equal(_actions(agreement), _actions(offer.read), "the actions of the agreement")


@pytest.mark.check(
    "CTR-DSP-21", clause="DSP 2025-1, Transfer Process HTTPS Binding: Transfer Request"
)
def test_transfer_needs_an_agreement(connector, offer):
    """Data is not transferred by an agreement that is none; the error is a TransferError."""
    url = "https://partner.invalid/mimtest"
    answer = _requested(connector, nobody(), nobody(), offer.format, url, harmless=True)
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
    assert offer.id
    answer = assert_status(connector.get(f"transfers/{nobody()}"), 404)
    if answer.body.strip():
        assert_error_body(connector, answer, "TransferError")


@pytest.mark.check(
    "CTR-DSP-28",
    clause="DSP 2025-1, Transfer Process HTTPS Binding: Transfer Request",
    level="writes",
    option="concluded-agreements",
    rests_on=("CTR-DSP-20",),
)
def test_transfer_begins_by_agreement(transfer):
    """A transfer by a concluded agreement is begun with 201, and told with the identifiers of both sides."""
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
    """A partner ends a transfer, which is TERMINATED from then on."""
    assert_status(transfer.terminate(), 200, what="the termination of the transfer")
    transfer.arrives("TERMINATED")


def _requested(connector, own, agreement, form, url, *, harmless=False):
    """Ask for a transfer."""
    members = {"consumerPid": own, "agreementId": agreement, "callbackAddress": url}
    name = "format" if connector.version == "2025-1" else "dct:format"
    kind = "TransferRequestMessage"
    return connector.send("transfers/request", kind, query=harmless, **members, **{name: form})


def _actions(policy):
    """The actions of a policy's rules, by kind of rule."""
    rules = rules_of(policy)
    return {n: sorted(str(r.get("action")) for r in rules[n]) for n in rules}
