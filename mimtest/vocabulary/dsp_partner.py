"""The consumer's side of the Dataspace Protocol: contracts asked for and agreed, and where the provider answers."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive, Unsettled
from mimtest.network.answer import Answer
from mimtest.network.hosting import Hosting
from mimtest.network.incoming import Asked, Reply
from mimtest.vocabulary.dsp import STATES, asked_for, event, faults_of_message, read
from mimtest.vocabulary.dsp_asking import Connector, Offer, assert_sound, nobody
from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.waiting import eventually, waiting_for

#: Nobody answers there, ever (RFC 2606).
_NOWHERE: Final = "https://partner.invalid/mimtest"
#: Seconds that a provider has for its messages at least: they come when it gets to them.
_PATIENCE: Final = 10.0
_OVER: Final = ("FINALIZED", "TERMINATED")
_REFUSALS: Final = range(400, 500)
_CREATED: Final = 201
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Partner:
    """Where the provider sends its messages; one that does not agree refuses them all."""

    connector: Connector
    hosting: Hosting
    path: str
    url: str
    agrees: bool

    def told(self, kind: str, end: str) -> Mapping[str, Any]:
        """The provider's message to an address with that end, in the words of 2025-1. Raises Contradiction."""
        __tracebackhide__ = True
        limit = max(self.connector.client.interface.notifies, _PATIENCE)

        def fits(asked: Asked) -> bool:
            return asked.path.endswith(end)

        until = time.monotonic() + limit
        came = self.hosting.wait(self.path, lambda every: any(map(fits, every)), until)
        for asked in came:
            if asked.exchange:
                self.connector.client.recorder.witness(asked.exchange)
        found = next(filter(fits, came), None)
        assert_that(
            found is not None,
            f"the {kind} has not come within {limit:.0f} s",
            expected=f"POST …{end}",
            received=", ".join(a.path for a in came) or "nothing",
        )
        return _read(self.connector.version, found)


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
    reply = Reply(_OK, b"{}", "application/json") if agrees else Reply(404)
    owner = connector.client.recorder.check_id
    hosting.put(path, reply, methods=(), below=True, noted=True, owner=owner)
    near = address is not None and (agrees or _suits(connector, address))
    return Partner(connector, hosting, path, f"{address}{path}" if near else _NOWHERE, agrees)


def _suits(connector: Connector, address: str) -> bool:
    """Whether every provider takes the address: one by http only where it speaks http itself."""
    return address.startswith("https:") or connector.base.startswith("http:")


@dataclass(frozen=True, slots=True)
class Negotiation:
    """A negotiation or, with `part` transfers, a transfer: its identifiers and what can be done with it."""

    connector: Connector
    answer: Answer
    consumer: str
    provider: str
    part: str = "negotiations"

    @property
    def pids(self) -> dict[str, Any]:
        """Its identifiers, as messages name them."""
        return {"providerPid": self.provider, "consumerPid": self.consumer}

    def get(self, **how: Any) -> Answer:
        """Ask what it is like."""
        return self.connector.get(f"{self.part}/{self.provider}", **how)

    def post(self, end: str, kind: str, **members: Any) -> Answer:
        """Send a message about it."""
        path = f"{self.part}/{self.provider}/{end}"
        return self.connector.send(path, kind, **self.pids, **members)

    def terminate(self) -> Answer:
        """End it."""
        whole = "ContractNegotiation" if self.part == "negotiations" else "Transfer"
        return self.post(
            "termination", f"{whole}TerminationMessage", code="mimtest", reason=["The test is over"]
        )

    def accept(self) -> Answer:
        """Accept an offer of the provider's, which there is none of."""
        kind = event(self.connector.version, "ACCEPTED")
        return self.post("events", "ContractNegotiationEventMessage", eventType=kind)

    def verify(self) -> Answer:
        """Say that the agreement is as it was negotiated."""
        return self.post("agreement/verification", "ContractAgreementVerificationMessage")

    def state(self) -> str:
        """The state it is said to be in. Raises Contradiction."""
        __tracebackhide__ = True
        return str(self.connector.read(assert_status(self.get(), _OK), "it")["state"])

    def arrives(self, *states: str) -> None:
        """It comes to one of these states. Raises Contradiction."""
        __tracebackhide__ = True

        def look() -> None:
            found = self.state()
            assert_that(
                found in states,
                "it does not come to the state",
                expected=" or ".join(states),
                received=found,
            )

        with waiting_for(max(self.connector.client.interface.notifies, _PATIENCE)):
            eventually(look)


def ask_for(connector: Connector, offer: Offer, partner: Partner) -> tuple[Answer, str]:
    """Ask for a contract about an offer; the answer and our own identifier of the negotiation."""
    own = nobody()
    wanted = asked_for(connector.version, offer.given, offer.dataset)
    answer = connector.send(
        "negotiations/request",
        "ContractRequestMessage",
        consumerPid=own,
        offer=wanted,
        callbackAddress=partner.url,
    )
    return answer, own


def negotiation_in(
    connector: Connector, answer: Answer, own: str, part: str = "negotiations"
) -> Negotiation:
    """The negotiation that an answer says is begun. Raises Contradiction."""
    __tracebackhide__ = True
    told = connector.read(assert_status(answer, _CREATED, what="the request"), "the answer")
    provider = told.get("providerPid")
    assert_that(isinstance(provider, str) and provider, "the answer has no providerPid")
    return Negotiation(connector, answer, own, str(provider), part)


def assert_process(
    begun: Negotiation, answer: Answer, kind: str, states: tuple[str, ...] = STATES
) -> str:
    """An answer tells the negotiation with its identifiers and a state, which is given. Raises Contradiction."""
    __tracebackhide__ = True
    told = begun.connector.read(answer, "the answer")
    faults = list(
        faults_of_message(begun.connector.version, told, kind, ("providerPid", "consumerPid"))
    )
    for name, value in begun.pids.items():
        if told.get(name) != value:
            faults.append(f"{name} is {told.get(name)!r} and not {value}")
    if told.get("state") not in states:
        faults.append(f"its state is {told.get('state')!r}")
    assert_sound(faults, "it is told otherwise", f"a {kind}")
    return str(told["state"])


@contextmanager
def begun(connector: Connector, offer: Offer, partner: Partner) -> Iterator[Negotiation]:
    """A negotiation of our own, which is terminated in the end. Raises Contradiction."""
    __tracebackhide__ = True
    answer, own = ask_for(connector, offer, partner)
    if answer.status in _REFUSALS and partner.agrees and not _suits(connector, partner.url):
        raise Inconclusive("precondition_unmet", "providers need not take a callback by http")
    found = negotiation_in(connector, answer, own)
    try:
        yield found
    finally:
        end(found)


def end(process: Negotiation) -> None:
    """Terminate it unless it is over."""
    with suppress(Contradiction, Unsettled, KeyError):
        if process.state() not in (*_OVER, "COMPLETED"):
            process.terminate()


def conclude(negotiation: Negotiation, partner: Partner) -> Mapping[str, Any]:
    """Negotiate to the end; the provider's agreement message. Raises Contradiction."""
    __tracebackhide__ = True
    place = f"/negotiations/{negotiation.consumer}"
    told = partner.told("agreement", f"{place}/agreement")
    negotiation.arrives("AGREED")
    assert_status(negotiation.verify(), _OK, what="the verification of the agreement")
    partner.told("event FINALIZED", f"{place}/events")
    negotiation.arrives("FINALIZED")
    return told
