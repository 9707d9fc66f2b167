"""Permitted ways of a Web Feature Service to name its reference systems, and to round and to leave out places."""

import re
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.wfs_messages import (
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

_25832: Final = "urn:ogc:def:crs:EPSG::25832"
_4258: Final = "urn:ogc:def:crs:EPSG::4258"
_ADV: Final = "urn:adv:crs:ETRS89_UTM32"
_NUMBERS: Final = r"(<gml:(?:pos|posList|lowerCorner|upperCorner)>)([-\d. ]+)<"
_DEGREES: Final = ("4258", "4326", "CRS84")


@fault("pla-variant-wfs-coarse-degrees")
def coarse_degrees(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features are in degrees by default, written with five decimals."""
    response = _in_degrees(request, proceed)
    asked = given(request, "srsname")
    rounded = asks(request, "GetFeature") and (asked is None or asked.endswith(_DEGREES))
    return (
        rewritten(response, lambda text: re.sub(_NUMBERS, _rounded, text)) if rounded else response
    )


@fault(
    "pla-wfs-degrees-longitude-first",
    kills=("PLA-W-38",),
    beside=("PLA-P-09", "PLA-P-10", "PLA-W-1*", "PLA-W-20", "PLA-W-31"),
)
def degrees_longitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features are in degrees by default, longitude first, and the boxes of types fit that."""
    response = _in_degrees(request, proceed)
    if asks(request, "GetCapabilities"):
        corner = r"(<ows:(?:Lower|Upper)Corner>)(\S+) (\S+?)<"
        return replaced(response, corner, r"\1\3 \2<")
    unasked = asks(request, "GetFeature") and given(request, "srsname") in (None, _4258)
    return (
        rewritten(response, lambda text: re.sub(_NUMBERS, _turned, text)) if unasked else response
    )


def _in_degrees(request: Request, proceed: Proceed) -> Response:
    """The answer of a service whose default reference system is EPSG:4258."""
    plain = asks(request, "GetFeature") and not has(request, "srsname", "outputformat")
    if plain and not request.body:
        request = asking(request, srsname=_4258)
    response = proceed(request)
    if not asks(request, "GetCapabilities"):
        return response
    response = replaced(response, f"<wfs:OtherCRS>{_4258}<", "<wfs:OtherCRS>urn:default<")
    response = replaced(response, f"<wfs:DefaultCRS>{_25832}<", f"<wfs:DefaultCRS>{_4258}<")
    return replaced(response, "urn:default", _25832)


def _rounded(match: re.Match[str]) -> str:
    return f"{match[1]}{' '.join(f'{float(n):.5f}' for n in match[2].split())}<"


def _turned(match: re.Match[str]) -> str:
    numbers = match[2].split()
    pairs = (f"{b} {a}" for a, b in zip(numbers[::2], numbers[1::2], strict=True))
    return f"{match[1]}{' '.join(pairs)}<"


@fault("pla-variant-wfs-short-names")
def short_names(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Reference systems are named by EPSG and a number alone."""
    response = proceed(request)
    if not asks(request, "GetCapabilities", "GetFeature"):
        return response
    response = replaced(response, "<wfs:OtherCRS>urn:ogc:def:crs:OGC[^<]*</wfs:OtherCRS>", "")
    if given(request, "srsname"):
        return response
    return replaced(response, r"urn:ogc:def:crs:EPSG::(\d+)", r"EPSG:\1")


@fault("pla-variant-wfs-names-of-a-country")
def names_of_a_country(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The default reference system has the name that the German surveying authorities gave it."""
    if not asks(request, "GetCapabilities", "GetFeature"):
        return proceed(request)
    changes = {n: v.replace(_ADV, _25832) for n in ("srsname", "bbox") if (v := given(request, n))}
    response = proceed(asking(request, **changes) if changes else request)
    return replaced(response, _25832, _ADV)


@fault("pla-variant-wfs-somebody-nowhere")
def somebody_nowhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One feature of a type has no place."""
    response = proceed(request)
    if not asks(request, "GetFeature"):
        return response
    start = r'(<city:Building gml:id="Building.exampleton.library"(?:(?!</city:Building>).)*?)'
    response = replaced(response, f"{start}<gml:boundedBy>.*?</gml:boundedBy>", r"\1")
    return replaced(response, f"{start}<city:location>.*?</city:location>", r"\1")


@fault("pla-variant-wfs-two-places")
def two_places(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features have two places, and a box that does not say for which is refused."""
    response = _with_centres(request, proceed)
    refused = has(request, "bbox") and response.status == 200  # noqa: PLR2004
    return report("OperationProcessingFailed") if refused else response


@fault("pla-variant-wfs-two-places-boxed")
def two_places_boxed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features have two places, and a box is for the first."""
    return _with_centres(request, proceed)


def _with_centres(request: Request, proceed: Proceed) -> Response:
    """Features with the corner of their envelope as a further place."""
    response = proceed(request)
    if asks(request, "DescribeFeatureType"):
        more = '<xsd:element name="centre" type="gml:PointPropertyType"/>'
        return replaced(response, "(</xsd:sequence>)", rf"{more}\1")
    if not asks(request, "GetFeature"):
        return response
    place = '<gml:Point srsName="\\g<name>"><gml:pos>\\g<here></gml:pos></gml:Point>'
    pattern = (
        '(?P<all><gml:Envelope srsName="(?P<name>[^"]*)" srsDimension="2"><gml:lowerCorner>(?P<here>[^<]*)<'
        "(?:(?!<gml:Envelope).)*?</city:location>)"
    )
    return replaced(response, pattern, f"\\g<all><city:centre>{place}</city:centre>")
