"""Ways to be no service of features, to be reached by few, and to break where a client makes a mistake."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.messages import (
    BAD,
    Document,
    edited,
    is_definition,
    is_items,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_ERROR_PAGE = b"<!DOCTYPE html><html><title>400</title><body><h1>Bad Request</h1></body></html>"
_TRACE = 'Traceback (most recent call last):\n  File "/srv/app/provider.py", line 114, in query'


def _is_below(request: Request) -> bool:
    return request.path == "/ogc" or request.path.startswith("/ogc/")


def _at_the_door(request: Request) -> bool:
    return request.path.rstrip("/") == "/ogc"


@fault("pla-declares-records", kills=("PLA-D-01", "PLA-C-05", "PLA-C-06"))
def declares_records(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The conformance declaration is that of a catalogue of records."""

    def edit(document: Document) -> None:
        classes = document["conformsTo"]
        document["conformsTo"] = [c.replace("-features-1", "-records-1") for c in classes]

    response = proceed(request)
    return edited(response, edit) if request.path == "/ogc/conformance" else response


@fault("pla-declares-a-draft", kills=("PLA-D-02",))
def declares_a_draft(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The conformance declaration names classes of the draft WFS 3.0 too."""
    name = "http://www.opengis.net/spec/wfs-1/3.0/req/core"
    response = proceed(request)
    if request.path != "/ogc/conformance":
        return response
    return edited(response, lambda d: d["conformsTo"].append(name))


@fault("pla-link-to-the-machine-behind", kills=("PLA-D-03",))
def link_to_the_machine_behind(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The landing page links to a host behind the proxy, which nobody outside knows."""
    link = {"href": "http://ogc-backend:8080/help", "rel": "help", "type": "text/html"}
    response = proceed(request)
    return (
        edited(response, lambda d: d["links"].append(link)) if _at_the_door(request) else response
    )


@fault("pla-head-refused", kills=("PLA-D-05",))
def head_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """HEAD is refused where GET is answered."""
    if request.method != "HEAD" or not _is_below(request):
        return proceed(request)
    return Response(405, (("Allow", "GET, OPTIONS"),))


@fault("pla-error-cut-off", kills=("PLA-D-06",))
def error_cut_off(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An answer to a wrong box is shorter than it says, and the connection ends."""
    response = proceed(request)
    if response.status != BAD or not is_items(request) or "bbox" not in request.params:
        return response
    return response.with_header("Content-Length", str(len(response.body) + 64))


@fault("pla-protected-by-word", kills=("PLA-D-07",))
def protected_by_word(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition says that a token is needed; none is."""

    def edit(document: Document) -> None:
        scheme = {"type": "http", "scheme": "bearer"}
        document["components"]["securitySchemes"] = {"token": scheme}
        document["security"] = [{"token": []}]

    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response


@fault("pla-protected-in-secret", kills=("PLA-E-17",))
def protected_in_secret(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition has a path that needs a token and does not say so."""

    def edit(document: Document) -> None:
        responses = {"200": {"description": "Done."}, "401": {"description": "A token is needed."}}
        document["paths"]["/statistics"] = {"get": {"responses": responses}}

    if request.path == "/ogc/statistics":
        challenge = ("WWW-Authenticate", "Bearer")
        return replace(json_response({"title": "Unauthorized"}, 401), headers=(challenge,))
    response = proceed(request)
    return edited(response, edit) if is_definition(request) else response


@fault("pla-closed-to-other-pages", kills=("PLA-D-08",))
def closed_to_other_pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Web pages from elsewhere may not read the features."""
    response = proceed(request)
    if not is_items(request):
        return response
    return response.without_header("Access-Control-Allow-Origin")


@fault("pla-box-of-no-size-crashes", kills=("PLA-C-01",))
def box_of_no_size_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box that is a single point is too much."""
    if is_items(request) and request.params.get("bbox") == "0,0,0,0":
        return json_response({"title": "Internal Server Error"}, 500)
    return proceed(request)


@fault("pla-error-as-a-page", kills=("PLA-C-38",))
def error_as_a_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A wrong question is answered with a web page, whatever was asked for."""
    response = proceed(request)
    if response.status != BAD or not is_items(request):
        return response
    return response.with_header("Content-Type", "text/html").with_body(_ERROR_PAGE)


@fault("pla-error-with-a-trace", kills=("PLA-C-38",))
def error_with_a_trace(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The answer to a wrong question shows where in the programme it broke."""
    response = proceed(request)
    if response.status != BAD or not is_items(request):
        return response
    return response.with_json({"title": "Bad Request", "detail": _TRACE})
