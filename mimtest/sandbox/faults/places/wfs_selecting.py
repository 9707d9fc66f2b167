"""Ways to break reference systems, boxes and filters of the Web Feature Service."""

import re
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.wfs_messages import (
    OK,
    asking,
    asks,
    given,
    has,
    replaced,
    report,
    rewritten,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_4326: Final = "urn:ogc:def:crs:EPSG::4326"
_25832: Final = "urn:ogc:def:crs:EPSG::25832"


def _swapped(match: re.Match[str]) -> str:
    numbers = match[2].split()
    pairs = (f"{b} {a}" for a, b in zip(numbers[::2], numbers[1::2], strict=True))
    return f"{match[1]}{' '.join(pairs)}<"


@fault("pla-wfs-4326-longitude-first", kills=("PLA-W-16",))
def longitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The URN of EPSG:4326 gives longitude before latitude, against its authority."""
    response = proceed(request)
    if not asks(request, "GetFeature") or given(request, "srsname") != _4326:
        return response
    pattern = r"(<gml:(?:pos|posList|lowerCorner|upperCorner)>)([-\d. ]+)<"
    return rewritten(response, lambda text: re.sub(pattern, _swapped, text))


@fault("pla-wfs-system-in-name-only", kills=("PLA-W-16", "PLA-W-18"))
def system_in_name_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features are named as in another reference system and are not moved there."""
    response = proceed(request)
    name = given(request, "srsname")
    if name is None or response.status != OK or not asks(request, "GetFeature"):
        return response
    return replaced(proceed(asking(request, srsname=None)), _25832, name)


@fault("pla-wfs-unknown-system-ignored", kills=("PLA-W-17", "PLA-W-33"))
def unknown_system_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A reference system nobody knows is passed over, and the default comes."""
    response = proceed(request)
    if has(request, "srsname") and response.status != OK:
        return proceed(asking(request, srsname=None))
    return response


@fault("pla-wfs-envelope-mislabelled", kills=("PLA-W-18",))
def envelope_mislabelled(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The envelope of a collection is in metres and labelled as degrees."""
    response = proceed(request)
    if not asks(request, "GetFeature") or has(request, "srsname"):
        return response
    return replaced(response, f'(<wfs:boundedBy><gml:Envelope srsName="){_25832}', rf"\g<1>{_4326}")


@fault("pla-wfs-default-named-always", kills=("PLA-W-18",))
def default_named_always(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Geometries in another reference system are labelled with the default."""
    response = proceed(request)
    name = given(request, "srsname")
    if name is None or not asks(request, "GetFeature"):
        return response
    return replaced(response, f'srsName="{re.escape(name)}"', f'srsName="{_25832}"')


@fault("pla-wfs-short-names-refused", kills=("PLA-W-19",))
def short_names_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A reference system is not known by its short name."""
    short = (given(request, "srsname") or "").startswith("EPSG:")
    return (
        report("InvalidParameterValue")
        if short and asks(request, "GetFeature")
        else proceed(request)
    )


@fault("pla-wfs-box-ignored", kills=("PLA-W-20",))
def box_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box is read and not used."""
    response = proceed(request)
    if has(request, "bbox") and response.status == OK:
        return proceed(asking(request, bbox=None))
    return response


@fault("pla-wfs-box-system-ignored", kills=("PLA-W-20",))
def box_system_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box is taken in the default reference system, whatever it names."""
    box = (given(request, "bbox") or "").split(",")
    own = len(box) > 4 and asks(request, "GetFeature")  # noqa: PLR2004
    return proceed(asking(request, bbox=",".join([*box[:4], _25832])) if own else request)


@fault("pla-wfs-box-longitude-first", kills=("PLA-W-20",))
def box_longitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box in EPSG:4326 is taken as longitude and latitude."""
    box = (given(request, "bbox") or "").split(",")
    if box[-1] != _4326 or not asks(request, "GetFeature"):
        return proceed(request)
    turned = [box[1], box[0], box[3], box[2], box[4]]
    return proceed(asking(request, bbox=",".join(turned)))


@fault("pla-wfs-filter-ignored", kills=("PLA-W-21", "PLA-W-23"))
def filter_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter is read and not used: every feature comes."""
    response = proceed(request)
    if has(request, "filter") and response.status == OK:
        return proceed(asking(request, filter=None))
    return response


def _filtering(request: Request, old: str, new: str) -> Request:
    """The same question with something else in the filter."""
    text = given(request, "filter")
    if text is None or not asks(request, "GetFeature"):
        return request
    return asking(request, filter=re.sub(old, new, text))


@fault("pla-wfs-less-takes-equal", kills=("PLA-W-21",))
def less_takes_equal(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Less than selects what is equal too."""
    return proceed(_filtering(request, r"PropertyIsLessThan\b", "PropertyIsLessThanOrEqualTo"))


@fault("pla-wfs-greater-leaves-equal", kills=("PLA-W-21",))
def greater_leaves_equal(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Greater than or equal to leaves out what is equal."""
    return proceed(
        _filtering(request, r"PropertyIsGreaterThanOrEqualTo\b", "PropertyIsGreaterThan")
    )


@fault("pla-wfs-or-is-and", kills=("PLA-W-21",))
def or_is_and(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Or selects only what fulfils both parts."""
    return proceed(_filtering(request, r"(</?\w+:)Or>", r"\1And>"))


@fault("pla-wfs-pattern-is-text", kills=("PLA-W-21",))
def pattern_is_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A pattern is taken as the text itself."""
    return proceed(_filtering(request, 'wildCard="[^"]*"', 'wildCard="^"'))


@fault("pla-wfs-before-is-after", kills=("PLA-W-23",))
def before_is_after(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Before selects what is after."""
    return proceed(_filtering(request, r"(</?\w+:)Before>", r"\1After>"))


@fault("pla-wfs-unknown-property-empty", kills=("PLA-W-36",))
def unknown_property_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter on a property that is not there selects nothing, without a word."""
    response = proceed(request)
    if has(request, "filter") and b"no property" in response.body:
        return proceed(asking(request, filter=None, count="0"))
    return response


@fault("pla-wfs-resource-id-ignored", kills=("PLA-W-22",), beside=("PLA-W-13",))
def resource_id_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """RESOURCEID is passed over, and the whole type comes."""
    return proceed(asking(request, resourceid=None) if has(request, "resourceid") else request)


@fault("pla-wfs-unknown-resource-everything", kills=("PLA-W-22",))
def unknown_resource_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier nobody has selects everything."""
    response = proceed(request)
    if (
        has(request, "resourceid")
        and b"<wfs:member>" not in response.body
        and not has(request, "resulttype")
    ):
        return proceed(asking(request, resourceid=None))
    return response


@fault("pla-wfs-post-filter-ignored", kills=("PLA-W-25",))
def post_filter_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter in a question in XML is passed over."""
    if not (asks(request, "GetFeature") and request.body):
        return proceed(request)
    body = re.sub(rb"<f:Filter.*</f:Filter>", b"", request.body, flags=re.DOTALL)
    return proceed(request.with_body(body))


@fault("pla-wfs-post-refused", kills=("PLA-W-25",))
def post_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address for questions in XML takes none."""
    if asks(request, "GetFeature") and request.body:
        return report("OperationNotSupported")
    return proceed(request)
