"""Permitted ways to differ in what describes a service, in its pages, and in how it answers to changes."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.places.messages import (
    BAD,
    Document,
    described,
    edited,
    is_definition,
    is_page,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_PART_1 = "http://www.opengis.net/spec/ogcapi-features-1"
_OGC_PARAMETERS = "https://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/parameters"
_REPORTS = "/ogc/collections/reports/items"


@fault("pla-variant-openapi-3-1")
def openapi_3_1(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition is OpenAPI 3.1, and the class of that is declared."""

    def edit(document: Document) -> None:
        classes = document["conformsTo"]
        document["conformsTo"] = [
            f"{_PART_1}/1.1/conf/oas31" if c.endswith("/oas30") else c for c in classes
        ]

    response = proceed(request)
    if request.path == "/ogc/conformance":
        return edited(response, edit)
    if not is_definition(request):
        return response
    return edited(response, lambda d: d.update(_modern(d), openapi="3.1.0"))


def _modern(node: Any) -> Any:
    """Schemas in the words of OpenAPI 3.1: null is a type."""
    if isinstance(node, list):
        return [_modern(n) for n in node]
    if not isinstance(node, dict):
        return node
    known = {k: _modern(v) for k, v in node.items() if k != "nullable"}
    if node.get("nullable") is not True:
        return known
    if "type" not in node:
        return {"anyOf": [known, {"type": "null"}]}
    return {**known, "type": [node["type"], "null"]}


@fault("pla-variant-parameters-of-the-standard")
def parameters_of_the_standard(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition refers to the standard's own documents for its parameters."""

    def edit(document: Document) -> None:
        for path, item in document["paths"].items():
            if path.endswith("/items"):
                item["get"]["parameters"] = [_outer(p) for p in item["get"]["parameters"]]

    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response


def _outer(parameter: Document) -> Document:
    name = parameter.get("$ref", "").rpartition("/")[2]
    known = name in ("bbox", "datetime")
    return {"$ref": f"{_OGC_PARAMETERS}/{name}.yaml"} if known else parameter


@fault("pla-variant-compact-definition")
def compact_definition(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition has one path for the features of all collections."""

    def edit(document: Document) -> None:
        name = {"name": "which", "in": "path", "required": True, "schema": {"type": "string"}}
        paths = document["paths"]
        listed = [p for at, item in paths.items() for p in _of_items(at, item)]
        for ending in ("items", "items/{featureId}"):
            one = paths[f"/collections/streetlights/{ending}"]["get"]
            paths[f"/collections/{{which}}/{ending}"] = {"get": one, "parameters": [name]}
        merged = {p.get("$ref") or p["name"]: p for p in listed}
        paths["/collections/{which}/items"]["get"]["parameters"] = list(merged.values())
        document["paths"] = {p: i for p, i in paths.items() if "/items" not in p or "{which}" in p}

    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response


def _of_items(path: str, item: Document) -> list[Document]:
    """The parameters of a collection's features."""
    found: list[Document] = item["get"]["parameters"] if path.endswith("/items") else []
    return found


@fault("pla-variant-without-pages")
def without_pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The service is for programs alone: no web pages."""

    def edit(document: Document) -> None:
        for holder in (document, *document.get("collections", [])):
            links = holder.get("links", [])
            holder["links"] = [k for k in links if k.get("type") != "text/html"]

    if not request.path.startswith("/ogc"):
        return proceed(request)
    response = proceed(request)
    if is_page(response):
        return Response(406)
    if request.path == "/ogc/conformance":
        classes = f"{_PART_1}/1.0/conf/html"
        return edited(response, lambda d: d["conformsTo"].remove(classes))
    is_linked = response.body.startswith(b"{") and b'"links"' in response.body
    return edited(response, edit) if is_linked and not is_definition(request) else response


@fault("pla-variant-pages-by-address")
def pages_by_address(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Web pages have addresses of their own, to which the others link; Accept is not looked at."""
    if not request.path.startswith("/ogc/collections") or request.params.get("f") == "html":
        return proceed(request)
    accept = request.headers.get("accept", "")
    return proceed(request.with_header("accept", "*/*") if "html" in accept else request)


@fault("pla-variant-errors-without-words")
def errors_without_words(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Wrong questions are answered with a status and no body."""
    response = proceed(request)
    if not request.path.startswith("/ogc") or response.status != BAD:
        return response
    return response.without_header("Content-Type").with_body(b"")


@fault("pla-variant-extents-open")
def extents_open(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Temporal extents go on, and spatial ones name a part beside the whole."""

    def edit(collection: Document) -> None:
        boxes = collection["extent"]["spatial"]["bbox"]
        boxes.append(boxes[0])
        temporal = collection["extent"].get("temporal")
        if temporal and collection["id"] == "energy":
            temporal["interval"][0][1] = None

    return described(request, proceed(request), edit)


@fault("pla-variant-changes-with-words")
def changes_with_words(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Changes are answered with 200 and a body, a new feature with a relative address."""
    response = proceed(request)
    if not request.path.startswith(_REPORTS) or request.method in ("GET", "HEAD", "OPTIONS"):
        return response
    place = response.header("Location")
    if place:
        return response.with_header("Location", place.removeprefix(request.base)).with_body(b"{}")
    done = response.status == 204  # noqa: PLR2004
    return response.with_status(200).with_body(b"{}") if done else response


@fault("pla-variant-changes-unprocessable")
def changes_unprocessable(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is JSON and no feature is answered with 422."""
    response = proceed(request)
    changes = request.method in ("POST", "PUT", "PATCH") and request.path.startswith(_REPORTS)
    return response.with_status(422) if changes and response.status == BAD else response


@fault("pla-variant-features-stay-whole")
def features_stay_whole(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features are added, replaced and removed, but not changed in part."""

    def edit(document: Document) -> None:
        classes = document["conformsTo"]
        document["conformsTo"] = [c for c in classes if not c.endswith("-4/1.0/conf/update")]

    response = proceed(request)
    if request.path == "/ogc/conformance":
        return edited(response, edit)
    if not request.path.startswith(f"{_REPORTS}/"):
        return response
    if request.method == "PATCH":
        return Response(405, (("Allow", "GET, HEAD, PUT, DELETE, OPTIONS"),))
    allow = response.header("Allow")
    return response.with_header("Allow", allow.replace("PATCH, ", "")) if allow else response
