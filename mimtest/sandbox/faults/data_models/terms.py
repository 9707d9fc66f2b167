"""Ways for names to lose what they stand for, one at a time."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import building, published, queried
from mimtest.sandbox.faults.data_models.messages_served import features, listed_v2, records
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CONTEXT = "/contexts/city.jsonld"
_CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"


@fault(
    "mod-term-slip",
    kills=("MOD-TRM-01", "MOD-TRM-02", "MOD-TRM-03"),
    beside=("MOD-REP-05", "MOD-PUB-04"),
)
def slips(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with two letters of an attribute's name in the wrong order."""

    def change(entity: dict[str, Any]) -> None:
        if "lanternHeight" in entity:
            entity["lanternHieght"] = entity.pop("lanternHeight")

    return queried("Streetlight", request, proceed, change)


@fault("mod-legacy-term-case", kills=("MOD-TRM-01", "MOD-TRM-03"), beside=("MOD-REP-05",))
def writes_another_case(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Lists of the NGSI v2 broker give an attribute of lamps in other letter case."""

    def change(entity: dict[str, Any]) -> None:
        if "lanternHeight" in entity:
            entity["lantern_height"] = entity.pop("lanternHeight")

    return listed_v2("Streetlight", request, proceed, change)


@fault("mod-map-unknown-property", kills=("MOD-TRM-01",), beside=("MOD-REP-05",))
def adds_a_property(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features of lamps have a property that their model does not know."""
    return features("streetlights", request, proceed, lambda p: p.update(colourOfPole="green"))


@fault("mod-record-unknown-member", kills=("MOD-TRM-01",), beside=("MOD-REP-09",))
def adds_a_member(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Records of lamps have a member that their model does not know."""
    return records("streetlights", request, proceed, lambda r: r.update(colourOfPole="green"))


@fault(
    "mod-term-inside-without-iri",
    kills=("MOD-TRM-04",),
    beside=("MOD-REP-06", "MOD-TRM-07", "CTX-CTX-04", "CTX-CTX-26"),
)
def forgets_a_term_inside(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published @context does not define a member of addresses."""
    return published(_CONTEXT, request, proceed, lambda c: c["@context"].pop("streetAddress") and c)


@fault("mod-core-term-redefined", kills=("MOD-TRM-05",))
def redefines_a_core_term(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published @context has an IRI of its own for the location of things."""

    def change(document: dict[str, Any]) -> None:
        document["@context"]["location"] = "https://schema.org/location"

    return published(_CONTEXT, request, proceed, change)


@fault("mod-context-left-behind", kills=("MOD-TRM-06",))
def leaves_the_context_behind(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Buildings come as JSON-LD with short names, and with the core @context alone."""
    linked = "ld+json" in request.headers.get("accept", "") and "link" in request.headers
    return building(request, proceed, lambda e: e.update({"@context": _CORE}), when=linked)


@fault(
    "mod-term-of-another-model",
    kills=("MOD-TRM-07",),
    beside=("MOD-REP-06", "CTX-CTX-04", "CTX-CTX-26"),
)
def gives_a_standard_name_another_iri(
    request: Request, _: "Platform", proceed: Proceed
) -> Response:
    """In the published @context a term of a standard model has an IRI of the city's own."""

    def change(document: dict[str, Any]) -> None:
        document["@context"]["fillingLevel"] = "https://mimtest.example/ns#fillingLevel"

    return published(_CONTEXT, request, proceed, change)


@fault(
    "mod-name-of-two-meanings",
    kills=("MOD-TRM-08",),
    beside=("MOD-REP-06", "MOD-TRM-06", "MOD-TRM-07", "CTX-CTX-04", "CTX-CTX-26"),
)
def gives_a_name_two_meanings(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In the published @context the name of a building is something else than other names are."""

    def change(document: dict[str, Any]) -> None:
        terms = document["@context"]
        own = {"name": "https://schema.org/legalName"}
        terms["Building"] = {"@id": terms["Building"], "@context": own}

    return published(_CONTEXT, request, proceed, change)
