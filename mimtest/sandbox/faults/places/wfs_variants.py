"""Permitted ways of a Web Feature Service to differ from the reference."""

import re
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.wfs_messages import (
    OK,
    asking,
    asks,
    given,
    has,
    is_wfs,
    replaced,
    report,
    rewritten,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_BY_ID: Final = "http://www.opengis.net/def/query/OGC-WFS/0/GetFeatureById"


@fault("pla-variant-wfs-2.0.0")
def version_2_0_0(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The service knows 2.0.0 alone, names GetFeatureById by its URN, and answers an unknown id with 403."""
    if not is_wfs(request):
        return proceed(request)
    if given(request, "version") == "2.0.2":
        return report("InvalidParameterValue")
    accepted = given(request, "acceptversions")
    if asks(request, "GetCapabilities"):
        versions = [v for v in (accepted or "2.0.0").split(",") if v != "2.0.2"]
        request = asking(request, acceptversions=",".join(versions) or "1.0.0", version=None)
    response = proceed(request)
    if response.status == 404:  # noqa: PLR2004
        body = response.body.replace(b"NotFound", b"OperationProcessingFailed")
        return response.with_body(body).with_status(403)
    response = replaced(response, r"<ows:(ServiceTypeVersion|Value)>2\.0\.2</ows:\1>", "")
    return replaced(response, f'<wfs:StoredQuery id="{_BY_ID}">.*?</wfs:StoredQuery>', "")


@fault("pla-variant-wfs-matched-unknown")
def matched_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """How many features match is unknown."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    return replaced(response, r'numberMatched="\d+"', 'numberMatched="unknown"')


@fault("pla-variant-wfs-systems-in-http")
def systems_in_http(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers name reference systems by http URIs."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    uri = r"http://www.opengis.net/def/crs/EPSG/0/\1"
    return replaced(response, r"urn:ogc:def:crs:EPSG::(\d+)", uri)


@fault("pla-variant-wfs-system-once")
def system_once(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Only the envelopes name the reference system, and geometries have no id."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    return replaced(response, r'(<gml:(?:Point|Polygon)) gml:id="[^"]*" srsName="[^"]*"', r"\1")


@fault("pla-variant-wfs-without-envelopes")
def without_envelopes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Neither collections nor features have an envelope."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    return replaced(response, r"<(wfs|gml):boundedBy>.*?</\1:boundedBy>", "")


@fault("pla-variant-wfs-surfaces")
def surfaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Areas are surfaces of patches, in a multi-surface."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    before = (
        r"<gml:MultiSurface\1><gml:surfaceMember><gml:Surface><gml:patches><gml:PolygonPatch>\2"
    )
    after = "</gml:PolygonPatch></gml:patches></gml:Surface></gml:surfaceMember></gml:MultiSurface>"
    return replaced(response, r"<gml:Polygon([^>]*)>(.*?)</gml:Polygon>", before + after)


def _risen(match: re.Match[str]) -> str:
    numbers = match[2].split()
    pairs = (f"{a} {b} 93.5" for a, b in zip(numbers[::2], numbers[1::2], strict=True))
    return f"{match[1]}{' '.join(pairs)}<"


@fault("pla-variant-wfs-heights")
def heights(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Positions have a height."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    pattern = r"(<gml:(?:pos|posList|lowerCorner|upperCorner)>)([-\d. ]+)<"
    risen = rewritten(response, lambda text: re.sub(pattern, _risen, text))
    return replaced(risen, 'srsDimension="2"', 'srsDimension="3"')


@fault("pla-variant-wfs-simple")
def simple(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The service implements Simple WFS alone: no filters, no pages, no order, no XML."""
    unknown = ("filter", "resourceid", "sortby", "startindex", "bbox")
    if has(request, *unknown) or asks(request, "GetPropertyValue") or request.method == "POST":
        return report("OptionNotSupported") if is_wfs(request) else proceed(request)
    response = proceed(request)
    if asks(request, "GetFeature"):
        return replaced(response, ' (next|previous)="[^"]*"', "")
    if not asks(request, "GetCapabilities"):
        return response
    response = replaced(response, "<ows:Post [^>]*>", "")
    response = replaced(response, '<ows:Operation name="GetPropertyValue">.*?</ows:Operation>', "")
    response = replaced(response, "<fes:Scalar_Capabilities>.*</fes:Temporal_Capabilities>", "")
    false = r"\1FALSE"
    names = "BasicWFS|ResultPaging|Sorting|AdHocQuery|ResourceId|\\w*Filter"
    pattern = f'(name="Implements(?:{names})"><ows:NoValues/><ows:DefaultValue>)TRUE'
    response = replaced(response, pattern, false)
    return replaced(response, '(name="XMLEncoding"><ows:NoValues/><ows:DefaultValue>)TRUE', false)


@fault("pla-variant-wfs-strange-ids-refused")
def strange_ids_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An identifier that could not be one is refused, and a stored query nobody has is told otherwise."""
    response = proceed(request)
    if (
        has(request, "resourceid")
        and b"<wfs:member>" not in response.body
        and not has(request, "resulttype")
    ):
        return report("InvalidParameterValue")
    if response.status != OK and has(request, "storedquery_id"):
        return response.with_body(
            response.body.replace(b"InvalidParameterValue", b"OperationParsingFailed")
        )
    return response


@fault("pla-variant-wfs-letters")
def letters(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Documents begin with a byte order mark and comments, and break their lines."""
    response = proceed(request)
    is_xml = is_wfs(request) and response.body.startswith(b"<?xml")
    if not is_xml:
        return response
    text = (
        response.body.decode()
        .replace("?>\n", "?>\n<!-- made by hand -->\n", 1)
        .replace("><", ">\n<")
    )
    return response.with_body(b"\xef\xbb\xbf" + text.encode())


@fault("pla-variant-wfs-pages-of-twelve")
def pages_of_twelve(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No page holds more than twelve features."""
    if (
        not asks(request, "GetFeature")
        or request.body
        or has(request, "resulttype", "storedquery_id")
    ):
        return proceed(request)
    count = given(request, "count")
    if count is not None and not count.isdecimal():
        return proceed(request)
    return proceed(asking(request, count=str(min(int(count or 12), 12))))
