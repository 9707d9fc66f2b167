"""Permitted ways in which a connector (Dataspace Protocol) may differ."""

import json
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.dsp.parts import CONTEXTS, NEW, OLD, PREFIX
from mimtest.sandbox.faults.contracts.dataspace_messages import (
    CATALOGUE,
    NEGOTIATIONS,
    REQUESTS,
    VERSIONS,
    at,
    of_json,
    with_known_offer,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@at(VERSIONS, "ctr-dsp-versions-at-root")
def tells_versions_at_the_root(_: Request, _p: "Platform", _proceed: Proceed) -> Response:
    """The versions of the connector are told at the root of its host only."""
    return problem(404, "there is nothing here")


@at(VERSIONS, "ctr-dsp-versions-behind-a-gateway")
def guards_all_but_the_root(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The versions are told to everybody at the root of the connector's host, and to partners below its address."""
    if "authorization" in request.headers:
        return proceed(request)
    return problem(401, "a token is needed").with_header("WWW-Authenticate", "Bearer")


@of_json(VERSIONS, "ctr-dsp-older-version-named-otherwise")
def names_the_older_version_otherwise(value: Any) -> None:
    """The older version of the connector is called 2024/1, as connectors of EDC do."""
    value["protocolVersions"][1]["version"] = "2024/1"


@of_json(f"{PREFIX}/{OLD}/catalog/request", "ctr-dsp-older-catalogue-compacted")
def compacts_as_json_ld(value: Any) -> None:
    """The older catalogue is compacted as JSON-LD allows: one thing is no list, no thing an empty one."""
    value["@context"] = {
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "odrl": "http://www.w3.org/ns/odrl/2/",
        "dspace": "https://w3id.org/dspace/2024/1/",
    }
    value["dcat:catalog"] = []
    value["dcat:service"] = value["dcat:service"][0]
    value["dspace:participantId"] = {"@id": value["dspace:participantId"]}
    for dataset in value["dcat:dataset"]:
        offer = dataset["odrl:hasPolicy"] = dataset["odrl:hasPolicy"][0]
        offer.setdefault("odrl:prohibition", [])
        offer["odrl:permission"] = {"odrl:action": {"@id": "odrl:use"}}
        dataset["dcat:distribution"] = dataset["dcat:distribution"][0]
        dataset["dct:title"] = {"@value": "A title", "@language": "en"}


@of_json(CATALOGUE, "ctr-dsp-nested-catalogue")
def nests_its_catalogue(value: Any) -> None:
    """The connector's datasets stand in a catalogue within the catalogue."""
    inner = {"@id": "urn:exampleton:inner", "@type": "Catalog", "dataset": value.pop("dataset")}
    value["catalog"] = [inner]


@of_json(CATALOGUE, "ctr-dsp-further-context")
def has_a_further_context(value: Any) -> None:
    """The connector's catalogue names a further @context and members of it."""
    value["@context"].append("https://dataspace.example/context.jsonld")
    value["dataset"][0]["theme"] = "air"


@of_json(CATALOGUE, "ctr-dsp-service-inside")
def has_services_inside(value: Any) -> None:
    """Distributions of the connector's catalogue hold their service instead of naming it."""
    for dataset in value["dataset"]:
        dataset["distribution"][0]["accessService"] = value["service"][0]


@at(CATALOGUE, "ctr-dsp-one-page")
def gives_one_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The connector's catalogue is one page."""
    return proceed(request).without_header("Link")


@at(CATALOGUE, "ctr-dsp-link-by-get")
def is_led_on_by_get(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Further pages of the connector's catalogue are asked for with GET."""
    if request.method == "POST" and request.query:
        return problem(405, "only GET here").with_header("Allow", "GET")
    if request.method == "GET" and request.query:
        whole = {"@context": ["x"], "@type": "CatalogRequestMessage"}
        asked = request.with_body(json.dumps(whole).encode())
        asked = asked.with_header("content-type", "application/json")
        return proceed(replace(asked, method="POST"))
    return proceed(request)


@at(NEGOTIATIONS, "ctr-dsp-strangers-401", method="GET")
def sends_strangers_away(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Strangers who ask for a negotiation are answered 401."""
    if "authorization" in request.headers:
        return proceed(request)
    return problem(401, "a token is needed").with_header("WWW-Authenticate", "Bearer")


@at(NEGOTIATIONS, "ctr-dsp-empty-404", method="GET")
def tells_nothing_of_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A negotiation that is not there is answered 404 without a body."""
    response = proceed(request)
    return Response(404) if response.status == 404 else response  # noqa: PLR2004


@at(NEGOTIATIONS, "ctr-dsp-ends-unknown-offers")
def ends_unknown_offers(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A request for an unknown offer begins a negotiation that the provider terminates."""
    ended = platform.memory.setdefault("ended", set())
    known = with_known_offer(request)
    response = proceed(known)
    if request.path == REQUESTS and known is not request:
        ended.add(response.json()["providerPid"])
    elif request.method == "GET" and request.path.rpartition("/")[2] in ended:
        return response.with_json(response.json() | {"state": "TERMINATED"})
    return response


@at(NEGOTIATIONS, "ctr-dsp-forgets-what-is-ended")
def forgets_what_is_ended(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Negotiations that are terminated are removed: whoever asks for them is answered 404."""
    response = proceed(request)
    ended = b'"TERMINATED"' in response.body or b"not while it is TERMINATED" in response.body
    told = {"@context": CONTEXTS[NEW], "@type": "ContractNegotiationError", "code": "404"}
    return response.with_status(404).with_json(told) if ended else response


@fault("ctr-dsp-callback-encoded", outgoing=True)
def encodes_callbacks(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The connector encodes the identifiers in the addresses that it sends messages to."""
    if "/partner/" not in request.raw_path:
        return proceed(request)
    return proceed(replace(request, raw_path=request.raw_path.replace(":", "%3A")))


@fault("ctr-dsp-offers-first", outgoing=True, incoming=True)
def offers_first(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The connector answers a contract request with an offer of its own, and agrees when that is accepted."""
    offered: dict[str, Event] = platform.memory.setdefault("offered", {})
    if request.path.startswith(NEGOTIATIONS):
        known = offered.get(request.path.removeprefix(NEGOTIATIONS).partition("/")[0])
        return proceed(request) if known is None else _while_offered(known, request, proceed)
    if "/partner/" not in request.raw_path or not request.raw_path.endswith("/agreement"):
        return proceed(request)
    told = Response(200, (), request.body).json()
    if "dspace:consumerPid" in told:
        return proceed(request)
    body = Response(200).with_json(_offer_message(told)).body
    address = f"{request.raw_path.removesuffix('/agreement')}/offers"
    answer = proceed(replace(request.with_body(body), raw_path=address))
    if answer.status == 200:  # noqa: PLR2004
        offered[told["providerPid"]] = accepted = Event()
        accepted.wait(5)
        return proceed(request)
    return answer


def _while_offered(accepted: Event, request: Request, proceed: Proceed) -> Response:
    if not accepted.is_set() and request.path.endswith("/events"):
        accepted.set()
        return json_response({})
    going_on = not accepted.is_set() and request.method == "GET"
    response = proceed(request)
    return response.with_json(response.json() | {"state": "OFFERED"}) if going_on else response


def _offer_message(agreement: Any) -> dict[str, Any]:
    agreed = agreement["agreement"]
    rules = {k: v for k, v in agreed.items() if k in ("target", "permission", "prohibition")}
    offer = {"@id": "urn:exampleton:offer:counter", "@type": "Offer", **rules}
    kept = {k: v for k, v in agreement.items() if k != "agreement"}
    return {**kept, "@type": "ContractOfferMessage", "offer": offer}
