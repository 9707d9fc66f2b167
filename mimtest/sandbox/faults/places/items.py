"""Ways to break the pages of features, and a feature alone."""

import re
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.messages import (
    BAD,
    MOST,
    OK,
    Document,
    asking,
    edited,
    is_changing,
    is_item,
    is_items,
    is_page,
    move,
    without_link,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("pla-bare-list", kills=("PLA-C-14",))
def bare_list(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One collection answers with a bare list of features."""
    response = proceed(request)
    if request.path != "/ogc/collections/parkings/items" or not response.body:
        return response
    if response.status != OK or is_page(response):
        return response
    return response.with_json(response.json()["features"])


@fault("pla-page-without-self", kills=("PLA-C-15",), beside=("PLA-C-39",))
def page_without_self(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page of features has no link to itself."""
    response = proceed(request)
    return edited(response, lambda d: without_link(d, "self")) if is_items(request) else response


@fault("pla-number-returned-is-the-limit", kills=("PLA-C-17",))
def number_returned_is_the_limit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page says that it holds as many features as were asked for."""
    limit = request.params.get("limit", "")
    response = proceed(request)
    if not is_items(request) or not limit.isdecimal():
        return response
    return edited(response, lambda d: d.update(numberReturned=int(limit)))


@fault("pla-number-matched-unfiltered", kills=("PLA-C-18",))
def number_matched_unfiltered(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The number matched is that of the whole collection, also with a box."""
    response = proceed(request)
    if not is_items(request) or "bbox" not in request.params or is_page(response):
        return response
    whole = proceed(asking(request, bbox=None, bbox_crs=None))

    def edit(document: Document) -> None:
        document["numberMatched"] = whole.json()["numberMatched"]

    return edited(response, edit)


@fault("pla-limit-ignored", kills=("PLA-C-20",))
def limit_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A limit is read and not kept to."""
    if is_items(request) and request.params.get("limit", "").isdecimal():
        return proceed(asking(request, limit=str(MOST)))
    return proceed(request)


@fault("pla-high-limit-refused", kills=("PLA-C-21",))
def high_limit_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A limit above the maximum is refused, as version 1.0.0 had it."""
    limit = request.params.get("limit", "")
    if is_items(request) and limit.isdecimal() and int(limit) > MOST:
        return json_response({"status": BAD, "title": "limit too high"}, BAD)
    return proceed(request)


@fault("pla-offset-ignored", kills=("PLA-C-22",), beside=("PLA-F-15", "PLA-F-49"))
def offset_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every page is the first one."""
    return proceed(asking(request, offset=None) if is_items(request) else request)


@fault("pla-next-forgets-the-box", kills=("PLA-C-22",), beside=("PLA-X-16",))
def next_forgets_the_box(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The link to the next page leaves out the box."""

    def edit(document: Document) -> None:
        for link in document["links"]:
            if link["rel"] == "next":
                link["href"] = re.sub(r"bbox=[^&]*&?", "", link["href"])

    response = proceed(request)
    return edited(response, edit) if is_items(request) else response


@fault("pla-page-too-short", kills=("PLA-C-22",), beside=("PLA-F-15", "PLA-F-49"))
def page_too_short(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The last feature of a page is lost between two pages."""

    def edit(document: Document) -> None:
        if any(link["rel"] == "next" for link in document["links"]):
            document["features"] = document["features"][:-1] or document["features"]
            document["numberReturned"] = len(document["features"])

    response = proceed(request)
    return edited(response, edit) if is_items(request) else response


@fault("pla-feature-blurred", kills=("PLA-C-34",), beside=("MOD-REP-05",))
def feature_blurred(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature alone lies a little beside where it lies in the list."""
    response = proceed(request)
    if not is_item(request) or "crs" in request.params or is_changing(request):
        return response
    return edited(response, lambda f: move(f, lambda p: [p[0] + 0.001, *p[1:]]))


@fault("pla-feature-emptied", kills=("PLA-C-34",), beside=("MOD-REP-05",))
def feature_emptied(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature alone has none of the properties it has in the list."""
    response = proceed(request)
    if not is_item(request) or "crs" in request.params or is_changing(request):
        return response
    return edited(response, lambda f: f.update(properties={}))


@fault("pla-feature-without-collection", kills=("PLA-C-35",))
def feature_without_collection(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature alone has no link to its collection."""
    response = proceed(request)
    return (
        edited(response, lambda d: without_link(d, "collection")) if is_item(request) else response
    )
