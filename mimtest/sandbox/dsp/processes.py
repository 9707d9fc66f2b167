"""Negotiations and transfers: what state each is in, and what the provider tells the consumer by itself."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock, RLock, Thread
from typing import Any, Final
from uuid import uuid4

from mimtest.sandbox.dsp.older import aged
from mimtest.sandbox.dsp.parts import OLD, message
from mimtest.sandbox.http import Request, dump
from mimtest.sandbox.sending import Send, Unsent, request_to, send

_SECONDS: Final = 5.0
_OK: Final = range(200, 300)


@dataclass(slots=True)
class Process:
    """A negotiation or a transfer; `lock` is held while its state may change."""

    kind: str
    consumer: str
    callback: str
    version: str
    about: dict[str, Any]
    provider: str = field(default_factory=lambda: f"urn:uuid:{uuid4()}")
    state: str = "REQUESTED"
    agreement: dict[str, Any] | None = None
    lock: Any = field(default_factory=RLock)

    @property
    def pids(self) -> dict[str, str]:
        """Its identifiers on both sides."""
        return {"providerPid": self.provider, "consumerPid": self.consumer}

    @property
    def told(self) -> dict[str, Any]:
        """What it is said to be."""
        return message(self.kind, **self.pids, state=self.state)


@dataclass(slots=True)
class Processes:
    """Every negotiation and transfer of a connector. Safe to use from several threads."""

    known: dict[str, Process] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    send: Send = send
    closed: bool = False

    def keep(self, process: Process) -> None:
        """Remember one."""
        with self.lock:
            self.known[process.provider] = process

    def find(self, kind: str, provider: str) -> Process | None:
        """The one of a kind with that identifier."""
        found = self.known.get(provider)
        return found if found and found.kind == kind else None

    def agreement(self, id: str) -> dict[str, Any] | None:
        """A concluded agreement."""
        done = [p for p in list(self.known.values()) if p.agreement and p.state == "FINALIZED"]
        return next((p.agreement for p in done if p.agreement and p.agreement["@id"] == id), None)

    def agree(self, process: Process, provider: str, consumer: str) -> None:
        """Send the consumer an agreement as it was offered."""
        offer, target = process.about["offer"], process.about["target"]
        rules = {k: v for k, v in offer.items() if k in ("permission", "prohibition", "obligation")}
        agreement = {
            "@id": f"urn:uuid:{uuid4()}",
            "@type": "Agreement",
            "target": target,
            "assigner": provider,
            "assignee": consumer,
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **rules,
        }
        process.agreement = agreement
        told = message("ContractAgreementMessage", **process.pids, agreement=agreement)
        self._later(process, f"negotiations/{process.consumer}/agreement", told, "AGREED")

    def finalize(self, process: Process) -> None:
        """Tell the consumer that the agreement stands."""
        told = message("ContractNegotiationEventMessage", **process.pids, eventType="FINALIZED")
        self._later(process, f"negotiations/{process.consumer}/events", told, "FINALIZED")

    def start(self, process: Process, endpoint: str) -> None:
        """Tell the consumer where the data is."""
        place = {"@type": "DataAddress", "endpointType": "HttpData", "endpoint": endpoint}
        told = message("TransferStartMessage", **process.pids, dataAddress=place)
        self._later(process, f"transfers/{process.consumer}/start", told, "STARTED")

    def _later(self, process: Process, path: str, told: dict[str, Any], state: str) -> None:
        before = process.state

        def deliver() -> None:
            with process.lock:
                if self.closed or process.state != before:
                    return
                if self._sent(process, path, told):
                    process.state = state

        Thread(target=deliver, daemon=True, name="sandbox-connector").start()

    def _sent(self, process: Process, path: str, told: dict[str, Any]) -> bool:
        body = aged(told) if process.version == OLD else told
        fields = {"Content-Type": "application/json"}
        url = f"{process.callback.rstrip('/')}/{path}"
        try:
            request: Request = request_to("POST", url, fields, dump(body))
            return self.send(request, _SECONDS).status in _OK
        except (Unsent, ValueError):
            return False


#: Where a consumer's message leads, by what it is posted to: from which states, and to which.
MOVES: Final[dict[str, dict[str, tuple[tuple[str, ...], str]]]] = {
    "ContractNegotiation": {
        "request": (("OFFERED",), "REQUESTED"),
        "events": (("OFFERED",), "ACCEPTED"),
        "agreement/verification": (("AGREED",), "VERIFIED"),
        "termination": (("REQUESTED", "OFFERED", "ACCEPTED", "AGREED", "VERIFIED"), "TERMINATED"),
    },
    "TransferProcess": {
        "start": (("SUSPENDED",), "STARTED"),
        "suspension": (("STARTED",), "SUSPENDED"),
        "completion": (("STARTED",), "COMPLETED"),
        "termination": (("REQUESTED", "STARTED", "SUSPENDED"), "TERMINATED"),
    },
}
#: What is posted there.
MESSAGES: Final = {
    "ContractNegotiation": {
        "request": "ContractRequestMessage",
        "events": "ContractNegotiationEventMessage",
        "agreement/verification": "ContractAgreementVerificationMessage",
        "termination": "ContractNegotiationTerminationMessage",
    },
    "TransferProcess": {
        "start": "TransferStartMessage",
        "suspension": "TransferSuspensionMessage",
        "completion": "TransferCompletionMessage",
        "termination": "TransferTerminationMessage",
    },
}
