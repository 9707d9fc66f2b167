"""The connector by path: versions, catalogue, negotiations, transfers, and the participant's DID document."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from mimtest.sandbox.dsp.older import aged, renewed
from mimtest.sandbox.dsp.parts import (
    CONTEXTS,
    NEW,
    OLD,
    PREFIX,
    authorised,
    datasets,
    error,
    message,
    offered,
    participant,
    services_of,
    unauthorised,
)
from mimtest.sandbox.dsp.processes import MESSAGES, MOVES, Process, Processes
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.sending import Send

if TYPE_CHECKING:
    from collections.abc import Callable

_PAGE: Final = 3
_CONSUMER: Final = "did:web:partner.example"
_NEGOTIATION, _TRANSFER = "ContractNegotiation", "TransferProcess"
_KINDS: Final = {"negotiations": _NEGOTIATION, "transfers": _TRANSFER}
_ERRORS: Final = {_NEGOTIATION: "ContractNegotiationError", _TRANSFER: "TransferError"}


def services() -> dict[str, Any]:
    """The services by path prefix."""
    return {PREFIX: Connector(), "/.well-known/dspace-version": Versions()}


def versions(prefix: str = "") -> dict[str, Any]:
    """Which versions there are, and where."""
    auth = {"protocol": "OAuth", "version": "2"}
    return {
        "protocolVersions": [
            {"version": v, "path": f"{prefix}/{v}", "binding": "HTTPS", "auth": auth}
            for v in (NEW, OLD)
        ]
    }


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions at the root of the host, where 2024-1 has them."""

    def handle(self, request: Request) -> Response:
        """The versions; this path only."""
        if request.path:
            return problem(404, "there is nothing here")
        return json_response(versions(PREFIX)) if request.method == "GET" else not_allowed("GET")


@dataclass(slots=True)
class Connector:
    """The provider's connector. Safe to use from several threads."""

    processes: Processes = field(default_factory=Processes)

    def connect(self, send: Send) -> None:
        """Send with this from now on."""
        self.processes.send = send

    def close(self) -> None:
        """Send no more."""
        self.processes.closed = True

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix."""
        documents: dict[str, Callable[[Request], dict[str, Any]]] = {
            "": lambda r: {"title": "Connector of Exampleton", "participantId": participant(r)},
            "/.well-known/dspace-version": lambda _: versions(),
            "/did.json": _did_document,
        }
        if request.path in documents:
            if request.method != "GET":
                return not_allowed("GET")
            return json_response(documents[request.path](request))
        version, _, path = request.path.removeprefix("/").partition("/")
        if version not in (NEW, OLD):
            return problem(404, "there is nothing here")
        answer = self._versioned(request, path, version)
        if version == NEW or "problem" in (answer.header("Content-Type") or ""):
            return answer
        return answer.with_json(aged(answer.json()))

    def _versioned(self, request: Request, path: str, version: str) -> Response:
        part, _, rest = path.partition("/")
        if part == "catalog":
            return self._catalogue(request, rest, version)
        if part not in _KINDS:
            return problem(404, "there is nothing here")
        kind = _KINDS[part]
        if rest == "request":
            if request.method != "POST":
                return not_allowed("POST")
            return self._requested(request, kind, version)
        provider, _, act = rest.partition("/")
        if act and act not in MOVES[kind]:
            return problem(404, "there is nothing here")
        return self._about(request, kind, provider, act)

    def _about(self, request: Request, kind: str, provider: str, act: str) -> Response:
        if request.method != ("POST" if act else "GET"):
            return not_allowed("POST" if act else "GET")
        process = self.processes.find(kind, provider)
        if process is None or not authorised(request):
            pids = {"providerPid": provider, "consumerPid": "urn:uuid:unknown"}
            return error(_ERRORS[kind], 404, "there is no such process", **pids)
        return self._moved(request, process, act) if act else json_response(process.told)

    def _catalogue(self, request: Request, rest: str, version: str) -> Response:
        if rest != "request" and not rest.startswith("datasets/"):
            return problem(404, "there is nothing here")
        method = "POST" if rest == "request" else "GET"
        if request.method != method:
            return not_allowed(method)
        if not authorised(request):
            return unauthorised(request)
        if rest != "request":
            return _dataset(rest.removeprefix("datasets/"))
        asked = _message(request, "CatalogRequestMessage")
        if asked is None or asked.get("filter"):
            why = "no catalogue request" if asked is None else "filters are not supported"
            return error("CatalogError", 400, why)
        return _page(request, version)

    def _requested(self, request: Request, kind: str, version: str) -> Response:
        name = "ContractRequestMessage" if kind == _NEGOTIATION else "TransferRequestMessage"
        asked = _message(request, name)
        pids = {"providerPid": "urn:uuid:none", "consumerPid": (asked or {}).get("consumerPid", "")}
        if not authorised(request):
            return error(_ERRORS[kind], 404, "there is nothing for you", **pids)
        if asked is None or not _sound(asked):
            return error(_ERRORS[kind], 400, "the request cannot be read", **pids)
        about = _offer_in(asked) if kind == _NEGOTIATION else self._agreed(asked)
        if about is None:
            return error(_ERRORS[kind], 400, "what is asked for is not known", **pids)
        process = Process(kind, asked["consumerPid"], asked["callbackAddress"], version, about)
        self.processes.keep(process)
        told = json_response(process.told, 201)
        if kind == _NEGOTIATION:
            self.processes.agree(process, participant(request), _CONSUMER)
        else:
            self.processes.start(process, f"{request.base}/open/air-quality")
        return told

    def _agreed(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        return self.processes.agreement(str(asked.get("agreementId")))

    def _moved(self, request: Request, process: Process, act: str) -> Response:
        refused = _ERRORS[process.kind]
        with process.lock:
            sound = _message(request, MESSAGES[process.kind][act])
            if sound is None or any(sound.get(n) != v for n, v in process.pids.items()):
                return error(refused, 400, "the message cannot be read", **process.pids)
            states, state = MOVES[process.kind][act]
            wrong = act == "events" and sound.get("eventType") != "ACCEPTED"
            if process.state not in states or wrong:
                return error(refused, 400, f"not while it is {process.state}", **process.pids)
            process.state = state
        if state == "VERIFIED":
            self.processes.finalize(process)
        return json_response({})


def _dataset(name: str) -> Response:
    found = next((d for d in datasets() if d["@id"] == name), None)
    if found is None:
        return error("CatalogError", 404, "there is no such dataset")
    return json_response({"@context": CONTEXTS[NEW], **found})


def _page(request: Request, version: str) -> Response:
    every = datasets()
    start = int(request.params.get("from", "0")) if request.params.get("from", "0").isdigit() else 0
    told = message(
        "Catalog",
        participantId=participant(request),
        service=services_of(request, version),
        dataset=every[start : start + _PAGE] or None,
    )
    here = f"{request.base}{PREFIX}{request.path}"
    links = []
    if start:
        links.append(f'<{here}?from={max(start - _PAGE, 0)}>; rel="previous"')
    if start + _PAGE < len(every):
        links.append(f'<{here}?from={start + _PAGE}>; rel="next"')
    told = {"@context": told["@context"], "@id": "urn:exampleton:catalogue", **told}
    answer = json_response(told)
    return answer.with_header("Link", ", ".join(links)) if links else answer


def _did_document(request: Request) -> dict[str, Any]:
    did = participant(request)
    return {
        "@context": ["https://www.w3.org/ns/did/v1", *CONTEXTS[NEW]],
        "id": did,
        "service": [
            {
                "id": f"{did}#catalogue",
                "type": "CatalogService",
                "serviceEndpoint": f"{request.base}{PREFIX}/{NEW}/catalog",
            }
        ],
    }


def _message(request: Request, kind: str) -> dict[str, Any] | None:
    """The message of a kind in the words of 2025-1; None where there is none."""
    if "json" not in request.headers.get("content-type", ""):
        return None
    try:
        value = json.loads(request.body)
    except ValueError:
        return None
    told = renewed(value)
    return told if isinstance(told, dict) and told.get("@type") == kind else None


def _sound(asked: dict[str, Any]) -> bool:
    callback = asked.get("callbackAddress")
    there = isinstance(callback, str) and urlsplit(callback).scheme in ("http", "https")
    return there and isinstance(asked.get("consumerPid"), str)


def _offer_in(asked: dict[str, Any]) -> dict[str, Any] | None:
    """The offer that is asked for, if it is one of the catalogue's."""
    offer = asked.get("offer")
    known = offered(str(offer.get("@id"))) if isinstance(offer, dict) else None
    if known is None or not isinstance(offer, dict) or offer.get("target") != known[0]["@id"]:
        return None
    return {"offer": known[1], "target": known[0]["@id"]}
