"""Ways to break the features of the Web Feature Service: numbers, pages, identifiers, formats."""

import re
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.wfs_messages import (
    asking,
    asks,
    given,
    has,
    replaced,
    rewritten,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("pla-wfs-features-in-old-words", kills=("PLA-W-12",))
def features_in_old_words(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features come in the vocabulary of version 1.1."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    return replaced(response, "http://www.opengis.net/wfs/2.0", "http://www.opengis.net/wfs")


@fault("pla-wfs-features-of-no-type", kills=("PLA-W-12",))
def features_of_no_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Buildings come as elements of another name than their type's."""
    response = proceed(request)
    if not asks(request, "GetFeature") or has(request, "storedquery_id"):
        return response
    return replaced(response, r"(</?city:)Building\b(?=[ >])", r"\1Thing")


@fault("pla-wfs-number-returned-wrong", kills=("PLA-W-13",))
def number_returned_wrong(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """NumberReturned is the number of all features there are."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    return replaced(
        response,
        r'numberMatched="(\d+)" numberReturned="\d+"',
        r'numberMatched="\1" numberReturned="\1"',
    )


@fault("pla-wfs-number-matched-of-page", kills=("PLA-W-13",))
def number_matched_of_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """NumberMatched is the number of features of the page."""
    response = proceed(request)
    if not asks(request, "GetFeature") or has(request, "resulttype"):
        return response
    return replaced(
        response,
        r'numberMatched="\d+" numberReturned="(\d+)"',
        r'numberMatched="\1" numberReturned="\1"',
    )


@fault("pla-wfs-hits-of-everything", kills=("PLA-W-13",))
def hits_of_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Hits are those of the whole type, whatever is selected."""
    hits = has(request, "resulttype")
    return proceed(asking(request, resourceid=None, filter=None, bbox=None) if hits else request)


@fault("pla-wfs-hits-with-features", kills=("PLA-W-13",))
def hits_with_features(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Asked for the number of hits alone, the service sends the features."""
    return proceed(asking(request, resulttype=None) if has(request, "resulttype") else request)


@fault("pla-wfs-without-time", kills=("PLA-W-13",))
def without_time(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Collections have no time stamp."""
    response = proceed(request)
    return replaced(response, ' timeStamp="[^"]*"', "") if asks(request, "GetFeature") else response


@fault("pla-wfs-start-ignored", kills=("PLA-W-14",))
def start_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every page is the first one."""
    start = given(request, "startindex") or ""
    ignored = asks(request, "GetFeature") and start.isdecimal()
    return proceed(asking(request, startindex="0") if ignored else request)


@fault("pla-wfs-next-missing", kills=("PLA-W-14",))
def next_missing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pages have no link to the next."""
    response = proceed(request)
    return replaced(response, ' next="[^"]*"', "") if asks(request, "GetFeature") else response


@fault("pla-wfs-next-skips-one", kills=("PLA-W-14",))
def next_skips_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The link to the next page leaves out a feature."""

    def later(match: re.Match[str]) -> str:
        return f"{match[1]}{int(match[2]) + 1}"

    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    return rewritten(response, lambda text: re.sub(r'(next="[^"]*STARTINDEX=)(\d+)', later, text))


@fault("pla-wfs-count-ignored", kills=("PLA-W-14",))
def count_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """COUNT is read and not kept to."""
    count = given(request, "count") or ""
    ignored = asks(request, "GetFeature") and count.isdecimal() and has(request, "typenames")
    return proceed(asking(request, count="500") if ignored else request)


@fault(
    "pla-wfs-ids-twice",
    kills=("PLA-W-29",),
    beside=("PLA-W-14", "PLA-W-22", "PLA-W-25", "PLA-W-30", "PLA-W-31"),
)
def ids_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Two features have the same gml:id."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    return replaced(
        response, 'gml:id="Building.exampleton.library"', 'gml:id="Building.exampleton.town-hall"'
    )


@fault(
    "pla-wfs-ids-missing",
    kills=("PLA-W-29",),
    beside=("PLA-W-22", "PLA-W-25", "PLA-W-30"),
)
def ids_missing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features of a type have no gml:id."""
    response = proceed(request)
    if not asks(request, "GetFeature") or has(request, "storedquery_id"):
        return response
    return replaced(response, r'(<city:OffStreetParking) gml:id="[^"]*"', r"\1")


@fault("pla-wfs-ids-of-the-system", kills=("PLA-W-30",), beside=("PLA-W-22",))
def ids_of_the_system(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features have another gml:id in another reference system."""
    response = proceed(request)
    if not has(request, "srsname") or "25832" in (given(request, "srsname") or ""):
        return response
    return replaced(response, r'(<city:\w+ gml:id=")', r"\g<1>v.")


@fault("pla-wfs-ids-of-the-answer", kills=("PLA-W-30",), beside=("PLA-W-14",))
def ids_of_the_answer(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page that is not the first numbers its features anew."""
    response = proceed(request)
    if not has(request, "startindex") or given(request, "startindex") == "0":
        return response
    return replaced(response, r'(<city:\w+ gml:id=")', r"\g<1>row.")


@fault("pla-wfs-values-once", kills=("PLA-W-28",))
def values_once(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GetPropertyValue leaves out the last value."""
    response = proceed(request)
    if not asks(request, "GetPropertyValue"):
        return response
    return rewritten(
        response, lambda text: text[: text.rindex("<wfs:member>")] + "</wfs:ValueCollection>"
    )


@fault("pla-wfs-order-ignored", kills=("PLA-W-32",))
def order_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """SORTBY is passed over."""
    return proceed(asking(request, sortby=None) if has(request, "sortby") else request)


@fault("pla-wfs-order-always-up", kills=("PLA-W-32",))
def order_always_up(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """SORTBY orders upwards, whatever is asked for."""
    wish = (given(request, "sortby") or "").replace("DESC", "ASC")
    return proceed(
        asking(request, sortby=wish) if wish and asks(request, "GetFeature") else request
    )
