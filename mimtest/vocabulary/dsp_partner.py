"""The consumer's side of the Dataspace Protocol: contracts asked for and agreed, and where the provider answers."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Final
from urllib.parse import unquote

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.hosting import Hosting
from mimtest.network.incoming import Asked, Reply
from mimtest.vocabulary.dsp import read
from mimtest.vocabulary.dsp_asking import Connector
from mimtest.vocabulary.dsp_offers import Offer, negotiating
from mimtest.vocabulary.dsp_process import Process, process_in, requested
from mimtest.vocabulary.dsp_terms import same_terms
from mimtest.vocabulary.expect import assert_status, assert_that, shown

#: Nobody answers there, ever (RFC 2606).
NOWHERE: Final = "https://partner.invalid/mimtest"
_REFUSALS: Final = range(400, 500)
_OK: Final = 200
_NOT_FOUND: Final = 404
_LATER: Final = 503


@dataclass(frozen=True, slots=True)
class Partner:
    """Where the provider sends its messages; one that does not agree puts it off."""

    connector: Connector
    hosting: Hosting
    path: str
    url: str
    agrees: bool

    def answers(self, status: int) -> None:
        """Answer with a status from now on; that something is terminated is acknowledged always."""

        def reply(asked: Asked) -> Reply:
            if asked.method != "POST":
                return Reply(_NOT_FOUND)
            known = _OK if asked.path.endswith("/termination") else status
            return Reply(known, b"{}" if known == _OK else b"", "application/json")

        owner = self.connector.client.recorder.check_id
        self.hosting.put(self.path, reply, methods=(), below=True, noted=True, owner=owner)

    def told(self, process: Process, what: str, *ends: str) -> tuple[str, Mapping[str, Any]]:
        """Which of these messages about a process comes first, in the words of 2025-1. Raises Contradiction."""
        __tracebackhide__ = True
        limit = self.connector.patience
        places = {f"/{process.part}/{process.consumer}/{end}": end for end in ends}

        def end_of(asked: Asked) -> str | None:
            path = unquote(asked.path)
            posted = asked.method == "POST"
            return next((e for p, e in places.items() if posted and path.endswith(p)), None)

        until = time.monotonic() + limit
        came = self.hosting.wait(self.path, lambda every: any(map(end_of, every)), until)
        for asked in came:
            if asked.exchange:
                self.connector.client.recorder.witness(asked.exchange)
        found = next(filter(end_of, came), None)
        assert_that(
            found is not None,
            f"the {what} has not come within {limit:.0f} s",
            expected=f"POST …{next(iter(places))}",
            received=", ".join(a.path for a in came) or "nothing",
        )
        return str(end_of(found)) if found else "", _read(self.connector.version, found)


def _read(version: str, asked: Asked | None) -> Mapping[str, Any]:
    __tracebackhide__ = True
    try:
        value = json.loads(asked.body if asked else b"")
    except ValueError:
        raise Contradiction("the provider's message is not JSON", expected="JSON") from None
    told = read(version, value)
    if not isinstance(told, Mapping):
        raise Contradiction("the provider's message is no JSON object", expected="an object")
    return told


def partner_of(connector: Connector, hosting: Hosting, *, agrees: bool) -> Partner:
    """A place for the provider's messages. Raises Inconclusive where it could not reach one that agrees."""
    address = hosting.address_for(connector.client.interface)
    path = f"/{token_hex(8)}/partner"
    if address is None and agrees:
        detail = "the provider is on another machine; scope.callback is not set"
        raise Inconclusive("no_way_back", detail)
    near = address is not None and (agrees or _suits(connector, address))
    partner = Partner(connector, hosting, path, f"{address}{path}" if near else NOWHERE, agrees)
    partner.answers(_OK if agrees else _LATER)
    return partner


def _suits(connector: Connector, address: str) -> bool:
    """Whether every provider takes the address: one by http only where it speaks http itself."""
    return address.startswith("https:") or connector.base.startswith("http:")


@contextmanager
def asked(partner: Partner, offer: Offer) -> Iterator[tuple[Answer, str]]:
    """Ask for a contract about an offer: the answer and our identifier. What it begins is terminated in the end.

    A partner who did not agree then knows nothing of it, so that the provider does not try again.
    """
    place, kind = negotiating(partner.connector, offer), "ContractRequestMessage"
    wanted = {"offer": offer.asked(place.version), "callbackAddress": partner.url}
    try:
        with requested(place, "negotiations", kind, context=offer.context, **wanted) as told:
            yield told
    finally:
        if not partner.agrees:
            partner.answers(_NOT_FOUND)


def negotiation_in(partner: Partner, offer: Offer, answer: Answer, own: str) -> Process:
    """The negotiation that an answer says is begun. Raises Contradiction.

    Raises Inconclusive where it is refused, maybe because of where the partner is.
    """
    __tracebackhide__ = True
    taken = partner.url != NOWHERE and _suits(partner.connector, partner.url)
    if answer.received.status in _REFUSALS and not taken:
        detail = "refused, maybe for the callback address: scope.callback by https is needed"
        raise Inconclusive("precondition_unmet", detail)
    return process_in(negotiating(partner.connector, offer), answer, own)


@contextmanager
def begun(partner: Partner, offer: Offer) -> Iterator[Process]:
    """A negotiation of our own, which is terminated in the end. Raises Contradiction."""
    __tracebackhide__ = True
    with asked(partner, offer) as (answer, own):
        yield negotiation_in(partner, offer, answer, own)


def conclude(
    negotiation: Process, partner: Partner, offer: Offer
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Negotiate to the end; the provider's agreement message and its last event. Raises Contradiction.

    Raises Inconclusive where the provider ends it, or makes an offer on other terms.
    """
    __tracebackhide__ = True
    end, told = partner.told(negotiation, "agreement", "agreement", "offers", "termination")
    if end == "offers":
        _require_same_terms(told, offer)
        negotiation.arrives("OFFERED")
        assert_status(negotiation.accept(), _OK, what="the acceptance of the offer")
        end, told = partner.told(negotiation, "agreement", "agreement", "termination")
    _require_going_on(end, told)
    negotiation.arrives("AGREED")
    assert_status(negotiation.verify(), _OK, what="the verification of the agreement")
    end, last = partner.told(negotiation, "event FINALIZED", "events", "termination")
    _require_going_on(end, last)
    negotiation.arrives("FINALIZED")
    return told, last


def _require_going_on(end: str, told: Mapping[str, Any]) -> None:
    if end == "termination":
        why = shown(told.get("reason", told.get("code")))
        raise Inconclusive("precondition_unmet", f"the provider ends the negotiation: {why}")


def _require_same_terms(told: Mapping[str, Any], offer: Offer) -> None:
    counter = told.get("offer")
    if not isinstance(counter, Mapping) or not same_terms(counter, offer.read):
        detail = "the provider offers other terms instead, which nobody has looked at"
        raise Inconclusive("precondition_unmet", detail)
