"""Ways to break the questions of where and when."""

import re
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.messages import (
    MOST,
    OK,
    Document,
    asking,
    edited,
    is_items,
    without_link,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


GEOJSON = "application/geo+json"
#: What else is told by boxes.
BESIDE = ("PLA-C-2[2-7]", "PLA-F-*", "PLA-T-04", "PLA-X-1*")


@fault(
    "pla-bbox-ignored",
    kills=("PLA-C-24", "PLA-C-25", "PLA-X-12"),
    beside=(
        "PLA-C-26",
        "PLA-C-27",
        "PLA-F-11",
        "PLA-T-04",
        "PLA-X-13",
        "PLA-X-15",
        "PLA-X-16",
    ),
)
def bbox_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box is read and not used: every feature comes, with 200."""
    response = proceed(request)
    if not is_items(request) or response.status != OK or "bbox" not in request.params:
        return response
    return proceed(asking(request, bbox=None, bbox_crs=None))


@fault("pla-bbox-loses-half-and-leads-on", kills=("PLA-C-24",), beside=BESIDE)
def bbox_loses_half_and_leads_on(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """With a box half of the features are lost, and every page, be it empty, links to a next one."""
    response = proceed(request)
    if not is_items(request) or "bbox" not in request.params:
        return response
    start = int(request.params.get("offset", "0"))
    onward = asking(request, offset=str(start + MOST))
    link = {"rel": "next", "type": GEOJSON, "href": f"{request.base}{onward.path}?{onward.query}"}

    def edit(document: Document) -> None:
        without_link(document, "next")
        document["links"].append(link)
        document["features"] = document["features"][::2]
        document.pop("numberMatched", None)
        document["numberReturned"] = len(document["features"])

    return edited(response, edit)


@fault("pla-bbox-by-longitude", kills=("PLA-C-24",), beside=("PLA-F-11", "PLA-X-13"))
def bbox_by_longitude(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box selects by longitude alone."""
    numbers = request.params.get("bbox", "").split(",")
    if not is_items(request) or len(numbers) != len("wsen") or "bbox-crs" in request.params:
        return proceed(request)
    response = proceed(request)
    if response.status != OK:
        return response
    return proceed(asking(request, bbox=f"{numbers[0]},-90,{numbers[2]},90"))


@fault("pla-nothing-becomes-everything", kills=("PLA-C-25",))
def nothing_becomes_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box that selects nothing gets everything."""
    response = proceed(request)
    if not is_items(request) or response.status != OK or "bbox" not in request.params:
        return response
    if not response.body or response.json()["numberMatched"]:
        return response
    return proceed(asking(request, bbox=None, bbox_crs=None))


@fault("pla-datetime-ignored", kills=("PLA-C-31",), beside=("PLA-F-11",))
def datetime_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A time is read and not used: every feature comes, with 200."""
    response = proceed(request)
    if not is_items(request) or response.status != OK or "datetime" not in request.params:
        return response
    return proceed(asking(request, datetime=None))


@fault("pla-open-interval-closed", kills=("PLA-C-31",))
def open_interval_closed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An interval with an open start is taken as its end alone."""
    value = request.params.get("datetime", "")
    start, slash, end = value.partition("/")
    if is_items(request) and slash and start in ("", ".."):
        return proceed(asking(request, datetime=end))
    return proceed(request)


@fault("pla-times-as-text", kills=("PLA-C-31",))
def times_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The zone of a time asked for is not looked at, as where times are compared as text."""
    value = request.params.get("datetime", "")
    if not is_items(request) or "+" not in value:
        return proceed(request)
    return proceed(asking(request, datetime=re.sub(r"\+\d\d:\d\d", "Z", value)))
