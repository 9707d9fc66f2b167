"""Faults of a connector's versions and catalogue (Dataspace Protocol), and permitted ways to differ."""

import json
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.dsp.parts import NEW, OLD, PREFIX
from mimtest.sandbox.faults.contracts.dataspace_messages import (
    CATALOGUE,
    DATASET,
    VERSIONS,
    at,
    of_json,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_ROOT = "/.well-known/dspace-version"


@of_json(VERSIONS, "ctr-dsp-version-without-path", "CTR-DSP-01", beside=("CTR-DSP-02",))
def tells_no_path(value: Any) -> None:
    """A version of the connector is listed without its path."""
    del value["protocolVersions"][1]["path"]


@of_json(VERSIONS, "ctr-dsp-no-versions", "CTR-DSP-01", "CTR-DSP-02")
def lists_no_version(value: Any) -> None:
    """The connector lists no version at all."""
    value["protocolVersions"] = []


@of_json(VERSIONS, "ctr-dsp-other-binding", "CTR-DSP-02")
def is_bound_otherwise(value: Any) -> None:
    """The version of the connector has another binding than HTTPS."""
    value["protocolVersions"][0]["binding"] = "MQTT"


@of_json(VERSIONS, "ctr-dsp-relative-path", "CTR-DSP-02")
def has_a_relative_path(value: Any) -> None:
    """The paths of the connector's versions do not begin with a slash."""
    for item in value["protocolVersions"]:
        item["path"] = item["path"].removeprefix("/")


@fault("ctr-dsp-versions-guarded", kills=("CTR-DSP-03",))
def guards_its_versions(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The connector's versions are shown to partners with a token only."""
    if not request.path.endswith(_ROOT) or "authorization" in request.headers:
        return proceed(request)
    return problem(401, "a token is needed").with_header("WWW-Authenticate", "Bearer")


@of_json(f"{PREFIX}/did.json", "ctr-dsp-did-leads-elsewhere", "CTR-DSP-24")
def publishes_another_connector(value: Any) -> None:
    """The participant's DID document leads to another connector."""
    value["service"][0]["serviceEndpoint"] = "https://old.exampleton.example/catalog"


@of_json(f"{PREFIX}/did.json", "ctr-dsp-did-other-service", "CTR-DSP-24")
def publishes_no_connector(value: Any) -> None:
    """The participant's DID document has a service of another kind only."""
    value["service"][0]["type"] = "LinkedDomains"


@at(CATALOGUE, "ctr-dsp-no-catalogue", "CTR-DSP-04")
def has_no_catalogue(_: Request, _p: "Platform", _proceed: Proceed) -> Response:
    """The connector has no catalogue where its version says."""
    return problem(404, "there is nothing here")


@of_json(CATALOGUE, "ctr-dsp-anonymous-catalogue", "CTR-DSP-04")
def tells_nobody(value: Any) -> None:
    """The connector's catalogue does not say whose it is."""
    del value["participantId"]


@of_json(CATALOGUE, "ctr-dsp-single-service", "CTR-DSP-04")
def has_a_single_service(value: Any) -> None:
    """The connector's catalogue has its service as an object instead of a list."""
    value["service"] = value["service"][0]


@of_json(CATALOGUE, "ctr-dsp-context-as-text", "CTR-DSP-04", "CTR-DSP-05")
def has_its_context_as_text(value: Any) -> None:
    """The @context of the connector's catalogue is a text instead of a list."""
    value["@context"] = value["@context"][0]


@of_json(DATASET, "ctr-dsp-other-context", "CTR-DSP-05")
def names_another_context(value: Any) -> None:
    """The @context of a single dataset is that of an older version."""
    value["@context"] = ["https://w3id.org/dspace/2024/1/context.json"]


@of_json(DATASET, "ctr-dsp-error-without-context", "CTR-DSP-05", "CTR-DSP-08", status=404)
def errs_without_context(value: Any) -> None:
    """Errors of the connector's catalogue have no @context."""
    del value["@context"]


@of_json(CATALOGUE, "ctr-dsp-offer-with-target", "CTR-DSP-06")
def offers_with_a_target(value: Any) -> None:
    """Offers of the connector's catalogue repeat their dataset as target."""
    for dataset in value["dataset"]:
        dataset["hasPolicy"][0]["target"] = dataset["@id"]


@of_json(CATALOGUE, "ctr-dsp-offer-without-rules", "CTR-DSP-06")
def offers_without_rules(value: Any) -> None:
    """An offer of the connector's catalogue permits and forbids nothing."""
    value["dataset"][-1]["hasPolicy"][0].pop("permission")


@of_json(CATALOGUE, "ctr-dsp-no-distribution", "CTR-DSP-06")
def distributes_nothing(value: Any) -> None:
    """A dataset of the connector's catalogue has no distribution."""
    del value["dataset"][1]["distribution"]


@of_json(CATALOGUE, "ctr-dsp-offer-of-nothing", "CTR-DSP-06")
def offers_nothing(value: Any) -> None:
    """An offer of the connector's catalogue permits nothing: its list of permissions is empty."""
    value["dataset"][-1]["hasPolicy"][0]["permission"] = []


@of_json(CATALOGUE, "ctr-dsp-format-as-reference", "CTR-DSP-06")
def refers_to_its_format(value: Any) -> None:
    """The format of a distribution in the connector's catalogue is an object instead of a text."""
    value["dataset"][-1]["distribution"][0]["format"] = {"@id": "HttpData-PULL"}


@of_json(CATALOGUE, "ctr-dsp-older-service", "CTR-DSP-33")
def leads_to_an_older_version(value: Any) -> None:
    """The service of the connector's catalogue is at the endpoints of the older version."""
    service = value["service"][0]
    service["endpointURL"] = service["endpointURL"].replace(NEW, OLD)


@of_json(DATASET, "ctr-dsp-other-terms", "CTR-DSP-07")
def has_other_terms(value: Any) -> None:
    """A dataset that is asked for singly permits more than in the catalogue."""
    value["hasPolicy"][0]["permission"].append({"action": "sell"})


@at(DATASET, "ctr-dsp-dataset-missing", "CTR-DSP-07")
def finds_no_dataset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Datasets of the catalogue are not found when asked for singly."""
    return proceed(request).with_status(404)


@at(DATASET, "ctr-dsp-unknown-dataset-empty", "CTR-DSP-08", beside=("CTR-DSP-05",))
def finds_every_dataset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A dataset that is not there is answered 200 with an empty object."""
    response = proceed(request)
    return json_response({}) if response.status == 404 else response  # noqa: PLR2004


@at(DATASET, "ctr-dsp-problem-details", "CTR-DSP-08", "CTR-DSP-23", beside=("CTR-DSP-05",))
def errs_as_problem(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Errors of the connector's catalogue are problem details."""
    response = proceed(request)
    return problem(404, "no such dataset") if response.status == 404 else response  # noqa: PLR2004


@at(CATALOGUE, "ctr-dsp-filter-ignored", "CTR-DSP-09")
def ignores_filters(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The connector gives its whole catalogue whatever the filter is."""
    asked = _json(request)
    asked.pop("filter", None)
    return proceed(request.with_body(json.dumps(asked).encode()) if asked else request)


@at(CATALOGUE, "ctr-dsp-takes-anything", "CTR-DSP-10")
def takes_any_request(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The connector gives its catalogue for an empty object as well."""
    context = "https://w3id.org/dspace/2025/1/context.jsonld"
    whole = {"@context": [context], "@type": "CatalogRequestMessage"}
    empty = request.body.strip() == b"{}"
    return proceed(request.with_body(json.dumps(whole).encode()) if empty else request)


@at(CATALOGUE, "ctr-dsp-breaks-on-text", "CTR-DSP-10")
def breaks_on_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The connector breaks on a request that is not JSON."""
    plain = "json" not in request.headers.get("content-type", "")
    return problem(500, "unexpected token") if plain else proceed(request)


@at(CATALOGUE, "ctr-dsp-page-again", "CTR-DSP-11")
def gives_a_page_again(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The second page of the connector's catalogue begins with the last dataset of the first."""
    return proceed(request.with_query(request.query.replace("from=3", "from=2")))


@at(CATALOGUE, "ctr-dsp-no-way-back", "CTR-DSP-11")
def leads_nowhere_back(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The second page of the connector's catalogue does not lead back."""
    response = proceed(request)
    return response.without_header("Link") if request.query else response


@at(CATALOGUE, "ctr-dsp-ld-json", "CTR-DSP-23")
def answers_in_ld_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The connector's catalogue has the media type application/ld+json."""
    return proceed(request).with_header("Content-Type", "application/ld+json")


@of_json(CATALOGUE, "ctr-dsp-untyped-distribution", "CTR-DSP-26")
def types_no_distribution(value: Any) -> None:
    """Distributions of the connector's catalogue have no @type, so that JSON-LD loses their format."""
    for dataset in value["dataset"]:
        del dataset["distribution"][0]["@type"]


def _json(request: Request) -> dict[str, Any]:
    try:
        value = json.loads(request.body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
