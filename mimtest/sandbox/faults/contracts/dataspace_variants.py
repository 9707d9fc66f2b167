"""Permitted ways in which a connector (Dataspace Protocol) may differ."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.contracts.dataspace_messages import (
    CATALOGUE,
    NEGOTIATIONS,
    REQUESTS,
    VERSIONS,
    at,
    of_json,
    with_known_offer,
)
from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@at(VERSIONS, "ctr-dsp-versions-at-root")
def tells_versions_at_the_root(_: Request, _p: "Platform", _proceed: Proceed) -> Response:
    """The versions of the connector are told at the root of its host only."""
    return problem(404, "there is nothing here")


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
