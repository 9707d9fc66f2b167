"""Ways to break the JSON of features byte by byte, boxes of other forms, and the pages for people."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.messages import (
    BAD,
    COLLECTION,
    OK,
    Document,
    asking,
    each_feature,
    edited,
    is_item,
    is_items,
    is_page,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_PARKINGS = "/ogc/collections/parkings/items"
_APP = (
    b'<!DOCTYPE html><html><head><title>Map</title></head><body><div id="app"></div></body></html>'
)


def _rewritten(response: Response, change: Callable[[bytes], bytes]) -> Response:
    """A web page with its text changed."""
    if response.status != OK or not response.body or not is_page(response):
        return response
    return response.with_body(change(response.body))


@fault("pla-usual-type-unknown", kills=("PLA-E-02",))
def usual_type_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Without a wish features come as text/plain."""
    response = proceed(request)
    if not is_items(request) or request.headers.get("accept") != "*/*":
        return response
    return response.with_header("Content-Type", "text/plain")


@fault("pla-link-without-relation", kills=("PLA-E-04",), beside=("PLA-E-21",))
def link_without_relation(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A link of a page has an address and no relation."""
    response = proceed(request)
    if not is_items(request):
        return response
    return edited(response, lambda d: d["links"].append({"href": f"{request.base}/ogc"}))


@fault("pla-feature-with-coordinates", kills=("PLA-E-05",))
def feature_with_coordinates(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature alone has coordinates beside its geometry."""
    response = proceed(request)
    if not is_item(request):
        return response
    return edited(response, lambda d: d.update(coordinates=d["geometry"]["coordinates"]))


@fault("pla-byte-order-mark", kills=("PLA-E-06",))
def byte_order_mark(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The conformance declaration begins with a byte order mark."""
    response = proceed(request)
    if request.path != "/ogc/conformance" or not response.body or is_page(response):
        return response
    return response.with_body(b"\xef\xbb\xbf" + response.body)


@fault("pla-member-twice", kills=("PLA-E-23",))
def member_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page has the member 'type' twice."""
    response = proceed(request)
    if not is_items(request) or response.status != OK or is_page(response):
        return response
    return response.with_body(response.body.replace(b"{", b'{"type":"Collection",', 1))


@fault("pla-times-of-the-country", kills=("PLA-E-07",), beside=("MOD-TRM-01", "PLA-F-46"))
def times_of_the_country(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A property of car parks is a time as people of one country write it."""

    def edit(feature: Document) -> None:
        feature["properties"]["counted"] = "12.10.2026 08:00"

    response = proceed(request)
    if not request.path.startswith(_PARKINGS):
        return response
    return edited(response, lambda d: each_feature(d, edit))


@fault("pla-ids-of-two-types", kills=("PLA-E-08",), beside=("MOD-SCH-01", "MOD-STD-01"))
def ids_of_two_types(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One car park has a number as its id, the others have texts."""

    def edit(feature: Document) -> None:
        if feature["id"].endswith(":station-lot"):
            feature["id"] = 7

    response = proceed(request)
    if request.path != _PARKINGS:
        return response
    return edited(response, lambda d: each_feature(d, edit))


@fault("pla-page-of-features-empty", kills=("PLA-E-09", "PLA-E-10"))
def page_of_features_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The web page of features is empty."""
    response = proceed(request)
    if not is_items(request) or not is_page(response):
        return response
    return response.with_body(b"")


@fault("pla-collection-without-page", kills=("PLA-E-10",), beside=("PLA-D-04", "PLA-E-24"))
def collection_without_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection has no web page though it says so."""
    response = proceed(request)
    if not COLLECTION.fullmatch(request.path) or not is_page(response):
        return response
    return json_response({"title": "Not Acceptable"}, 406)


@fault("pla-page-of-a-script", kills=("PLA-E-11",))
def page_of_a_script(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The page of a feature is a script's, and empty without it."""
    response = proceed(request)
    return _rewritten(response, lambda _: _APP) if is_item(request) else response


@fault("pla-pages-without-anchors", kills=("PLA-E-12",))
def pages_without_anchors(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Web pages name their links and do not lead there."""
    response = proceed(request)
    if not request.path.startswith("/ogc"):
        return response
    return _rewritten(response, lambda page: page.replace(b"<a ", b"<span "))


@fault("pla-pages-without-titles", kills=("PLA-E-24",))
def pages_without_titles(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Web pages have no title."""
    response = proceed(request)
    if not request.path.startswith("/ogc"):
        return response
    return _rewritten(
        response, lambda page: page.replace(b"<title>", b"<!--").replace(b"</title>", b"-->")
    )


@fault("pla-heights-refused", kills=("PLA-C-26",))
def heights_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box of six numbers is refused."""
    if is_items(request) and request.params.get("bbox", "").count(",") == 5:  # noqa: PLR2004
        return json_response({"title": "Bad Request", "status": BAD}, BAD)
    return proceed(request)


@fault("pla-heights-select-everything", kills=("PLA-C-26",))
def heights_select_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box of six numbers is not looked at."""
    if is_items(request) and request.params.get("bbox", "").count(",") == 5:  # noqa: PLR2004
        return proceed(asking(request, bbox=None))
    return proceed(request)


@fault("pla-box-turned-around", kills=("PLA-C-27",))
def box_turned_around(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box across the antimeridian is taken as the rest of the earth."""
    try:
        west, south, east, north = map(float, request.params.get("bbox", "").split(","))
    except ValueError:
        return proceed(request)
    if not is_items(request) or west <= east or "bbox-crs" in request.params:
        return proceed(request)
    return proceed(asking(request, bbox=f"{east},{south},{west},{north}"))
