"""Ways to publish a model badly: what is not open, not readable, not true, not told."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import page, published
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_PLACE = "/models/OffStreetParking"
_SCHEMA = f"{_PLACE}/schema.json"
_DOCUMENTATION = f"{_PLACE}/documentation"
_EXAMPLE = f"{_PLACE}/example-normalized.jsonld"
_CATALOGUE = "/models/catalogue"
_DCAT = "http://www.w3.org/ns/dcat#"


@fault("mod-schema-closed", kills=("MOD-PUB-01",), beside=("MOD-PUB-07",))
def closes_the_schema(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The schema of OffStreetParking wants credentials."""
    return problem(401, "a token is needed") if request.path == _SCHEMA else proceed(request)


@fault("mod-schema-as-a-page", kills=("MOD-PUB-01",), beside=("MOD-PUB-07",))
def calls_the_schema_a_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The schema of OffStreetParking is called a page."""
    response = proceed(request)
    if request.path != _SCHEMA:
        return response
    return response.with_header("Content-Type", "text/html")


@fault(
    "mod-context-without-context",
    kills=("MOD-PUB-02",),
    beside=("MOD-REP-06", "MOD-TRM-*", "CTX-CTX-*", "CTX-IDN-*"),
)
def publishes_no_context(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published @context is a plain object of names."""
    return published("/contexts/city.jsonld", request, proceed, lambda c: c["@context"])


@fault("mod-documentation-closed", kills=("MOD-PUB-03",), beside=("MOD-PUB-04",))
def closes_the_documentation(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The documentation of OffStreetParking wants credentials."""
    return problem(401, "a token is needed") if request.path == _DOCUMENTATION else proceed(request)


@fault("mod-documentation-of-something-else", kills=("MOD-PUB-03",))
def documents_something_else(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The documentation of OffStreetParking speaks of car parks and does not name the type."""
    return page(
        _DOCUMENTATION, request, proceed, lambda t: t.replace("OffStreetParking", "Car park")
    )


@fault("mod-attribute-undocumented", kills=("MOD-PUB-04",))
def documents_too_little(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of the height of car parks neither schema nor documentation says a word."""
    name = "maximumAllowedHeight"
    if request.path == _DOCUMENTATION:
        return page(_DOCUMENTATION, request, proceed, lambda t: t.replace(name, "height"))

    def change(schema: dict[str, Any]) -> None:
        schema["properties"][name].pop("description")

    return published(_SCHEMA, request, proceed, change)


@fault("mod-example-gone", kills=("MOD-PUB-05",), beside=("MOD-PUB-06",))
def loses_an_example(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An example of OffStreetParking is not there."""
    return problem(404, "no such document") if request.path == _EXAMPLE else proceed(request)


@fault("mod-example-of-another-type", kills=("MOD-PUB-05",))
def shows_another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An example of OffStreetParking is of another type."""
    return published(_EXAMPLE, request, proceed, lambda e: e | {"type": "Garage"})


@fault("mod-example-invalid", kills=("MOD-PUB-06",))
def shows_what_is_not_valid(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An example of OffStreetParking has text where its schema has a number."""

    def change(entity: dict[str, Any]) -> None:
        entity["totalSpotNumber"]["value"] = "many"

    return published(_EXAMPLE, request, proceed, change)


@fault("mod-schema-without-version", kills=("MOD-PUB-07",))
def tells_no_version(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The schema of OffStreetParking tells no version."""
    return published(_SCHEMA, request, proceed, lambda s: s.pop("version") and s)


def _catalogue(request: Request, proceed: Proceed, change: Any) -> Response:
    """The nodes of the catalogue by their ids, changed."""

    def changed(document: dict[str, Any]) -> None:
        change({n["@id"].partition("/models/")[2]: n for n in document["@graph"]})

    return published(_CATALOGUE, request, proceed, changed)


@fault("mod-catalogue-a-list", kills=("MOD-PUB-08",), beside=("MOD-PUB-09", "MOD-PUB-12"))
def publishes_a_list(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The catalogue is a collection of things that are nothing of DCAT."""

    def change(nodes: dict[str, Any]) -> None:
        for node in nodes.values():
            node["@type"] = "dct:Collection"

    return _catalogue(request, proceed, change)


@fault(
    "mod-catalogue-a-page",
    kills=("MOD-PUB-08",),
    beside=("MOD-PUB-09", "MOD-PUB-10", "MOD-PUB-11", "MOD-PUB-12"),
)
def publishes_a_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The catalogue is a page for people alone."""
    response = proceed(request)
    if request.path != _CATALOGUE:
        return response
    return response.with_header("Content-Type", "text/html").with_body(b"<h1>Models</h1>")


@fault("mod-catalogue-unused", kills=("MOD-PUB-09",), beside=("MOD-PUB-12",))
def nothing_conforms(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In the catalogue nothing says that it conforms to the model of OffStreetParking."""

    def change(nodes: dict[str, Any]) -> None:
        for name in ("OffStreetParking#data", "OffStreetParking#json"):
            nodes[name].pop("dct:conformsTo")

    return _catalogue(request, proceed, change)


@fault(
    "mod-catalogue-unlisted",
    kills=("MOD-PUB-09", "MOD-PUB-10"),
    beside=("MOD-PUB-11", "MOD-PUB-12"),
)
def leaves_a_model_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The catalogue does not list the model of OffStreetParking."""

    def change(document: dict[str, Any]) -> None:
        kept = [n for n in document["@graph"] if "OffStreetParking" not in n["@id"]]
        for node in kept:
            for key, held in node.items():
                if isinstance(held, list):
                    node[key] = [h for h in held if "OffStreetParking" not in str(h)]
        document["@graph"] = kept

    return published(_CATALOGUE, request, proceed, change)


@fault("mod-catalogue-no-version", kills=("MOD-PUB-10",))
def lists_no_version(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The catalogue does not tell the version of the model of OffStreetParking."""
    return _catalogue(request, proceed, lambda n: n["OffStreetParking"].pop("dcat:version"))


@fault("mod-catalogue-no-context", kills=("MOD-PUB-10",))
def lists_no_context(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The catalogue does not tell the @context of the model of OffStreetParking."""
    return _catalogue(request, proceed, lambda n: n["OffStreetParking"]["dct:hasFormat"].pop())


@fault("mod-catalogue-no-endpoint", kills=("MOD-PUB-11",))
def offers_a_service_nowhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The catalogue does not tell where its data service is."""
    return _catalogue(request, proceed, lambda n: n["catalogue#broker"].pop("dcat:endpointURL"))


@fault("mod-catalogue-no-description", kills=("MOD-PUB-11",))
def describes_no_dataset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The catalogue does not describe a dataset."""
    return _catalogue(request, proceed, lambda n: n["Building#data"].pop("dct:description"))


@fault("mod-catalogue-no-licence", kills=("MOD-PUB-12",))
def tells_no_licence(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The catalogue tells no licence of the car parks."""
    return _catalogue(request, proceed, lambda n: n["OffStreetParking#json"].pop("dct:license"))


@fault("mod-variant-catalogue-in-turtle")
def publishes_turtle(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The catalogue comes in Turtle, whatever is asked for."""
    if request.path != _CATALOGUE:
        return proceed(request)
    return proceed(request.with_header("accept", "text/turtle"))


@fault("mod-variant-catalogue-by-schema")
def conforms_to_the_schema(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In the catalogue data conforms to the schema itself, which is what has title and version."""

    def change(document: dict[str, Any]) -> None:
        for node in document["@graph"]:
            if node.get("@type") == ["dct:Standard", "dcat:Resource"]:
                node["@id"] += "/schema.json"
            elif "dct:conformsTo" in node:
                node["dct:conformsTo"] = {"@id": node["dct:conformsTo"]["@id"] + "/schema.json"}

    return published(_CATALOGUE, request, proceed, change)


@fault("mod-variant-documentation-in-markdown")
def documents_in_markdown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Documentation comes in Markdown, whatever is asked for."""
    if not request.path.endswith("/documentation"):
        return proceed(request)
    return proceed(request.with_header("accept", "text/markdown"))


@fault("mod-variant-documentation-elsewhere")
def documents_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Documentation is found by way of a redirect."""
    if not request.path.endswith("/documentation"):
        return proceed(request)
    return Response(303, (("Location", f"{request.path}.html"),))
