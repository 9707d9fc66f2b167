"""Ways to break what is around a filter: pages, numbers, other parameters, and refusals."""

import re
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.places.messages import BAD, OK, asking, edited, forgiving, is_items
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("pla-filter-number-matched-unfiltered", kills=("PLA-F-36",))
def number_matched_unfiltered(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The number matched is that of the whole collection, also with a filter."""
    response = proceed(request)
    if not is_items(request) or "filter" not in request.params or response.status != OK:
        return response
    whole = proceed(asking(request, filter=None, filter_lang=None, filter_crs=None))
    if not whole.body:
        return response
    return edited(response, lambda d: d.update(numberMatched=whole.json()["numberMatched"]))


@fault("pla-next-forgets-the-filter", kills=("PLA-F-15",), beside=("PLA-F-36",))
def next_forgets_the_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The link to the next page leaves out the filter."""

    def edit(document: dict[str, Any]) -> None:
        for link in document["links"]:
            if link["rel"] == "next":
                link["href"] = re.sub(r"filter(-lang)?=[^&]*&?", "", link["href"])

    response = proceed(request)
    return edited(response, edit) if is_items(request) else response


@fault("pla-filter-drops-the-box", kills=("PLA-F-11",))
def filter_drops_the_box(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box beside a filter is passed over."""
    both = is_items(request) and {"filter", "bbox"} <= request.params.keys()
    return proceed(asking(request, bbox=None) if both else request)


@fault("pla-filter-drops-the-time", kills=("PLA-F-11",))
def filter_drops_the_time(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A time beside a filter is passed over."""
    both = is_items(request) and {"filter", "datetime"} <= request.params.keys()
    return proceed(asking(request, datetime=None) if both else request)


@fault("pla-filter-without-language-refused", kills=("PLA-F-10",))
def without_language_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter without its language is refused, although there is a default."""
    given = request.params
    if is_items(request) and "filter" in given and "filter-lang" not in given:
        return json_response({"status": BAD, "title": "which language?"}, BAD)
    return proceed(request)


@fault("pla-filter-wrong-one-ignored", kills=("PLA-F-12", "PLA-F-33", "PLA-F-37"))
def wrong_one_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter that cannot be read is passed over."""
    return forgiving(request, proceed, "filter") if is_items(request) else proceed(request)


@fault(
    "pla-filter-wrong-one-breaks-the-server",
    kills=("PLA-F-12", "PLA-F-32", "PLA-F-33", "PLA-F-37", "PLA-F-38"),
)
def wrong_one_breaks_the_server(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter that cannot be read is answered with 500."""
    response = proceed(request)
    if is_items(request) and "filter" in request.params and response.status == BAD:
        return json_response({"status": 500, "title": "Internal Server Error"}, 500)
    return response


@fault("pla-filter-broken-geometry-breaks-the-server", kills=("PLA-F-33",))
def broken_geometry(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A geometry in a filter that cannot be read is answered with 500."""
    response = proceed(request)
    if "POINT" in request.params.get("filter", "") and response.status == BAD:
        return json_response({"status": 500, "title": "Internal Server Error"}, 500)
    return response


@fault("pla-filter-unknown-property-is-null", kills=("PLA-F-37",))
def unknown_property_is_null(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A property that is no queryable selects nothing, although the queryables say that it is refused."""
    response = proceed(request)
    if response.status == BAD and re.match(r"mimtest\w* =", request.params.get("filter", "")):
        return proceed(asking(request, filter="geometry IS NULL"))
    return response


@fault("pla-filter-unknown-language-ignored", kills=("PLA-F-38",))
def unknown_language_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter in a language nobody knows is read as text."""
    return forgiving(request, proceed, "filter-lang") if is_items(request) else proceed(request)
