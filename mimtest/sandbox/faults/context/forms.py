"""Ways to break media types, the names in an answer and the identifiers that have to last."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.messages import (
    API,
    changed,
    creates,
    from_offset,
    queries,
    retrieves,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CONTEXT: Final = "http://www.w3.org/ns/json-ld#context"
_CITY_NAMES: Final = (
    rb"https://(?:mimtest\.example/ns#|smartdatamodels\.org/(?:dataModel\.\w+/|(?!dataModel)))"
)
_DEFAULT_NAMES: Final = b"https://uri.etsi.org/ngsi-ld/default-context/"
_TARGET_TYPES: Final = (":StreetlightGroup:", ":StreetlightControlCabinet:", ":Device:")


def _with_header(request: Request, name: str, value: str) -> Request:
    return replace(request, headers={**request.headers, name: value})


@fault(
    "ctx-no-context-link",
    kills=("CTX-CTX-01", "CTX-CTX-26"),
    beside=("CTX-REP-17", "CTX-REG-24"),
)
def _no_context_link(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers in JSON do not say what their names mean."""
    response = proceed(request)
    kept = tuple(h for h in response.headers if _CONTEXT not in h[1])
    return replace(response, headers=kept)


@fault(
    "ctx-json-for-json-ld",
    kills=("CTX-CTX-02", "MOD-REP-02"),
    beside=("MOD-REP-06", "MOD-TRM-06", "CTX-CTX-04", "CTX-CTX-17", "CTX-SUB-14"),
)
def _json_for_json_ld(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks for JSON-LD is given JSON."""
    wanted = request.path.startswith(API) and "ld+json" in request.headers.get("accept", "")
    return proceed(_with_header(request, "accept", "application/json") if wanted else request)


@fault("ctx-json-for-anything", kills=("CTX-CTX-18",))
def _json_for_anything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks for a table is given JSON."""
    wanted = request.path.startswith(API) and request.headers.get("accept") == "text/csv"
    return proceed(_with_header(request, "accept", "application/json") if wanted else request)


@fault("ctx-any-media-type-taken", kills=("CTX-CTX-20",), beside=("CTX-COM-09",))
def _any_media_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The media type of what is sent does not matter."""
    kind = request.headers.get("content-type", "")
    other = creates(request) and "json" not in kind
    return proceed(_with_header(request, "content-type", "application/json") if other else request)


@fault(
    "ctx-names-moved",
    kills=("CTX-CTX-04",),
    beside=("CTX-CTX-06", "CTX-CTX-26", "CTX-IDN-*", "MOD-REP-06"),
)
def _names_moved(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In answers in JSON-LD, names have moved to another namespace."""
    response = proceed(request)
    if not retrieves(request) or "ld+json" not in request.headers.get("accept", ""):
        return response
    return response.with_body(response.body.replace(b"//mimtest.example/", b"//other.example/"))


@fault("ctx-later-ids-no-uri", kills=("CTX-IDN-01",), beside=("CTX-QRY-51",))
def _later_ids(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """On later pages, identifiers of streetlights are numbers in text."""
    response = proceed(request)
    params = request.params
    if not queries(request) or params.get("type") != "Streetlight" or "offset" not in params:
        return response
    start = int(params["offset"])
    return changed(response, lambda body: [e | {"id": str(start + n)} for n, e in enumerate(body)])


@fault("ctx-pages-overlap", kills=("CTX-QRY-51",))
def _pages_overlap(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Later pages of streetlights begin with the last of the page before."""
    params = request.params
    lights = queries(request) and params.get("type") == "Streetlight"
    overlap = lights and int(params.get("offset", "0")) > 1
    return proceed(from_offset(request, -1) if overlap else request)


@fault(
    "ctx-types-without-meaning",
    kills=("CTX-IDN-10",),
    beside=("CTX-IDN-*", "CTX-CTX-04", "CTX-CTX-26", "MOD-REP-06"),
)
def _without_meaning(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Without a @context in the request, the city's names are those nobody has defined."""
    response = proceed(request)
    if not retrieves(request) or "link" in request.headers:
        return response
    return response.with_body(re.sub(_CITY_NAMES, _DEFAULT_NAMES, response.body))


@fault("ctx-targets-renamed", kills=("CTX-IDN-14",))
def _targets_renamed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Groups, cabinets and devices come with another identifier than was asked for."""
    response = proceed(request)
    if not retrieves(request) or not any(t in request.path for t in _TARGET_TYPES):
        return response
    return changed(response, lambda body: body | {"id": f"{body['id']}-1"})
