"""Ways to break the landing page, the API definition and the conformance declaration."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.messages import Document, edited, without_link
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("pla-landing-without-conformance", kills=("PLA-C-02",))
def landing_without_conformance(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The landing page has no link to the conformance declaration."""
    response = proceed(request)
    at_the_door = request.path.rstrip("/") == "/ogc"
    return edited(response, lambda d: without_link(d, "conformance")) if at_the_door else response


@fault(
    "pla-definition-without-version",
    kills=("PLA-C-04",),
    beside=(
        "PLA-E-13",
        "PLA-E-22",
    ),
)
def definition_without_version(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition does not say which OpenAPI it is."""
    response = proceed(request)
    return edited(response, lambda d: d.pop("openapi")) if request.path == "/ogc/api" else response


@fault("pla-core-not-declared", kills=("PLA-C-05", "PLA-C-06"))
def core_not_declared(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The conformance declaration leaves out Core, which every other class needs."""

    def edit(document: Document) -> None:
        document["conformsTo"] = [c for c in document["conformsTo"] if not c.endswith("/core")]

    response = proceed(request)
    return edited(response, edit) if request.path == "/ogc/conformance" else response


@fault("pla-class-declared-alone", kills=("PLA-C-06",))
def class_declared_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The conformance declaration names filtering without queryables."""
    name = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables"
    response = proceed(request)
    if request.path != "/ogc/conformance":
        return response
    return edited(response, lambda d: d["conformsTo"].remove(name))


@fault("pla-dead-link", kills=("PLA-D-04",))
def dead_link(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The landing page links to a licence that is not there."""
    link = {"href": f"{request.base}/ogc/licence", "rel": "license", "type": "application/json"}
    response = proceed(request)
    at_the_door = request.path.rstrip("/") == "/ogc"
    return edited(response, lambda d: d["links"].append(link)) if at_the_door else response
