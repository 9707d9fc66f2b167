"""Negotiations and transfers of one's own with a provider's connector, ended whatever becomes of a check."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive, Unsettled
from mimtest.network.answer import Answer
from mimtest.vocabulary.dsp import STATES, event, faults_of_message, read
from mimtest.vocabulary.dsp_asking import Connector, assert_sound, nobody
from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.waiting import eventually, waiting_for

#: Seconds that ending something after a check has until it shows.
_LEAVING: Final = 2.0
_OVER: Final = ("FINALIZED", "TERMINATED", "COMPLETED")
_REFUSALS: Final = range(400, 500)
_GONE: Final = (404, 410)
_SUCCESSES: Final = range(200, 300)
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Process:
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
        """Accept the provider's offer."""
        kind = event(self.connector.version, "ACCEPTED")
        return self.post("events", "ContractNegotiationEventMessage", eventType=kind)

    def verify(self) -> Answer:
        """Say that the agreement is as it was negotiated."""
        return self.post("agreement/verification", "ContractAgreementVerificationMessage")

    def state(self) -> str:
        """The state it is said to be in. Raises Contradiction."""
        __tracebackhide__ = True
        return self._state_in(self.get())

    def is_over(self) -> bool:
        """Whether nothing follows; what was terminated may be gone. Raises Contradiction."""
        __tracebackhide__ = True
        answer = self.get()
        return answer.received.status in _GONE or self._state_in(answer) in _OVER

    def arrives(self, *states: str, patience: float | None = None) -> None:
        """It comes to one of these states; what was terminated may be gone instead. Raises Contradiction."""
        __tracebackhide__ = True

        def look() -> None:
            answer = self.get()
            if "TERMINATED" in states and answer.received.status in _GONE:
                return
            found = self._state_in(answer)
            assert_that(
                found in states,
                "it does not come to the state",
                expected=" or ".join(states),
                received=found,
            )

        with waiting_for(patience or self.connector.patience):
            eventually(look)

    def _state_in(self, answer: Answer) -> str:
        __tracebackhide__ = True
        told = self.connector.read(assert_status(answer, _OK, what="it"), "it")
        assert_that("state" in told, "it tells no state")
        return str(told["state"])


@contextmanager
def requested(
    connector: Connector, part: str, kind: str, **members: Any
) -> Iterator[tuple[Answer, str]]:
    """Ask for a negotiation or a transfer: the answer and our identifier. What it begins is ended afterwards.

    It is written down before it is sent, so that what cannot be ended is known.
    """
    own, client = nobody(), connector.client
    told = f"the provider terminates what {own} began"
    written = client.will_change(connector.url(f"{part}/request"), told)
    answer = connector.send(f"{part}/request", kind, consumerPid=own, **members)
    try:
        yield answer, own
    finally:
        if _ended(connector, answer, own, part):
            client.taken_back(written)


def _ended(connector: Connector, answer: Answer, own: str, part: str) -> bool:
    """Terminate what an answer says is begun, unless it is over; whether nothing is left."""
    if answer.received.status in _REFUSALS:
        return True
    with suppress(Contradiction, Unsettled):
        process = process_in(connector, answer, own, part)
        if process.is_over():
            return True
        if process.terminate().ok:
            process.arrives(*_OVER, patience=_LEAVING)
        return process.is_over()
    return False


def process_in(
    connector: Connector, answer: Answer, own: str, part: str = "negotiations"
) -> Process:
    """What an answer says is begun. Raises Contradiction."""
    __tracebackhide__ = True
    assert_that(
        answer.status in _SUCCESSES,
        "the request is refused",
        expected="status 201",
        received=f"status {answer.status}: {answer.text()[:200]}",
    )
    provider = connector.read(answer, "the answer").get("providerPid")
    assert_that(isinstance(provider, str) and provider, "the answer has no providerPid")
    return Process(connector, answer, own, str(provider), part)


def going_on(process: Process) -> Process:
    """A process that is not over. Raises Inconclusive where the provider ends it by itself."""
    if process.is_over():
        detail = "the provider ends negotiations with this partner at once"
        raise Inconclusive("precondition_unmet", detail)
    return process


def assert_terminated(process: Process) -> None:
    """It is terminated when we say so. Raises Contradiction; Inconclusive where the provider was first."""
    __tracebackhide__ = True
    answer = process.terminate()
    if answer.received.status in _REFUSALS and process.is_over():
        detail = "the provider has ended it before we could"
        raise Inconclusive("precondition_unmet", detail)
    assert_status(answer, _OK, what="the termination")
    process.arrives("TERMINATED")


def assert_refused(answer: Answer, before: str, turn: str | None = None) -> None:
    """A message that is not in its turn is a client error. Raises Contradiction.

    Inconclusive where it was in its turn: the provider has gone on by itself.
    """
    __tracebackhide__ = True
    if answer.ok and before == turn:
        detail = "the provider has gone on already, so that the message is in its turn"
        raise Inconclusive("precondition_unmet", detail)
    assert_that(
        answer.status in _REFUSALS,
        "a message that is not in its turn is not refused",
        expected="status 400",
        received=f"status {answer.status} while it is {before}",
    )


def assert_process(
    process: Process, answer: Answer, kind: str, states: tuple[str, ...] = STATES
) -> str:
    """An answer tells the process with its identifiers and a state, which is given. Raises Contradiction."""
    __tracebackhide__ = True
    told = read(process.connector.version, answer.json())
    faults = list(faults_of_process(process, told, kind))
    if not faults and told.get("state") not in states:
        faults.append(f"its state is {told.get('state')!r}")
    assert_sound(faults, "it is told otherwise", f"a {kind}")
    return str(told["state"])


def faults_of_process(process: Process, told: Any, kind: str) -> Iterator[str]:
    """What is wrong with a message about a process: its kind, or its identifiers."""
    faults = list(faults_of_message(process.connector.version, told, kind))
    yield from faults
    for name, value in process.pids.items() if isinstance(told, dict) else ():
        if told.get(name) != value:
            yield f"{name} is {told.get(name)!r} and not {value}"
