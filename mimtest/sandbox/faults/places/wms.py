"""Ways to break the Web Map Service, most of them seen in real ones."""

import re
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.map_messages import (
    OK,
    asked,
    asking,
    is_wms,
    rewritten,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _map(request: Request) -> bool:
    return is_wms(request, "GetMap")


def _described(request: Request) -> bool:
    return is_wms(request, "GetCapabilities")


@fault("pla-wms-no-getmap", kills=("PLA-M-01",), beside=("PLA-M-*",))
def no_getmap(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The capabilities do not list GetMap."""
    response = proceed(request)
    if not _described(request):
        return response
    return response.with_body(re.sub(rb"<GetMap>.*</GetMap>", b"", response.body))


@fault("pla-wms-layers-share-a-name", kills=("PLA-M-01",))
def layers_share_a_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Two layers have one name."""
    response = proceed(request)
    pair = ("<Name>energy</Name>", "<Name>parkings</Name>")
    return rewritten(response, pair) if _described(request) else response


@fault("pla-wms-unknown-version-gets-the-lowest", kills=("PLA-M-02",))
def unknown_version_gets_the_lowest(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks for a later version gets the oldest."""
    if _described(request) and asked(request).get("VERSION") == "9.9.9":
        request = asking(request, VERSION="1.1.1")
    return proceed(request)


@fault("pla-wms-names-in-capitals-only", kills=("PLA-M-03",))
def names_in_capitals_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Names of parameters are read in capitals only."""
    if request.path != "/wms" or all(n.isupper() for n in request.params):
        return proceed(request)
    kept = {n: v for n, v in request.params.items() if n.isupper()}
    return proceed(asking(request.with_query("REQUEST=none"), **kept))


@fault("pla-wms-address-of-another-network", kills=("PLA-M-04",))
def address_of_another_network(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The capabilities name an address behind the proxy."""
    response = proceed(request)
    pair = (f"{request.base}/wms", "http://wms-internal:8080/wms")
    return rewritten(response, pair) if _described(request) else response


@fault("pla-wms-address-that-is-gone", kills=("PLA-M-04",))
def address_that_is_gone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The capabilities name an address at which nothing is."""
    response = proceed(request)
    pair = (f"{request.base}/wms?", f"{request.base}/geoserver/wms?")
    return rewritten(response, pair) if _described(request) else response


@fault("pla-wms-unknown-layer-drawn", kills=("PLA-M-05",))
def unknown_layer_drawn(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A layer that is not there comes as an empty map."""
    if _map(request) and asked(request).get("LAYERS", "").startswith("mimtest"):
        return proceed(asking(request, LAYERS="energy"))
    return proceed(request)


@fault("pla-wms-exceptions-without-code", kills=("PLA-M-05", "PLA-M-06", "PLA-M-07", "PLA-M-08"))
def exceptions_without_code(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Exceptions to maps have no code."""
    response = proceed(request)
    if not _map(request) or response.status == OK:
        return response
    return response.with_body(re.sub(rb' code="\w+"', b"", response.body))


@fault(
    "pla-wms-exceptions-in-html", kills=("PLA-M-05", "PLA-M-09", "PLA-M-10"), beside=("PLA-M-*",)
)
def exceptions_in_html(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is refused is refused with a web page."""
    response = proceed(request)
    if request.path != "/wms" or response.status == OK:
        return response
    page = b"<!DOCTYPE html><html><body>Bad request</body></html>"
    return Response(400, (("Content-Type", "text/html"),), page)


@fault("pla-wms-unknown-style-ignored", kills=("PLA-M-06",))
def unknown_style_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A style that is not there is passed over."""
    return (
        proceed(asking(request, STYLES=""))
        if _map(request) and asked(request).get("STYLES")
        else proceed(request)
    )


@fault("pla-wms-unknown-crs-ignored", kills=("PLA-M-07",))
def unknown_crs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A reference system that is not known is taken for longitude and latitude."""
    wrong = _map(request) and asked(request).get("CRS") == "EPSG:999999"
    return proceed(asking(request, CRS="CRS:84") if wrong else request)


@fault("pla-wms-unknown-format-is-png", kills=("PLA-M-08",))
def unknown_format_is_png(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A format that is not offered is answered with PNG."""
    return proceed(
        asking(request, FORMAT="image/png")
        if _map(request) and "FORMAT" in asked(request)
        else request
    )


@fault("pla-wms-box-mended", kills=("PLA-M-09",))
def box_mended(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box whose corners are the wrong way round is put right."""
    if not _map(request) or "BBOX" not in asked(request):
        return proceed(request)
    west, south, east, north = map(float, asked(request)["BBOX"].split(","))
    right = (min(west, east), min(south, north), max(west, east), max(south, north))
    return proceed(asking(request, BBOX=",".join(map(str, right))))


@fault("pla-wms-box-without-width-drawn", kills=("PLA-M-09",))
def box_without_width_drawn(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box without width is drawn as if it had one."""
    numbers = asked(request).get("BBOX", "").split(",")
    if _map(request) and len(numbers) > 2 and numbers[0] == numbers[2]:  # noqa: PLR2004
        numbers[2] = str(float(numbers[0]) + 1)
        return proceed(asking(request, BBOX=",".join(numbers)))
    return proceed(request)


@fault("pla-wms-missing-parameters-guessed", kills=("PLA-M-10",))
def missing_parameters_guessed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Without BBOX the whole world comes."""
    if _map(request) and "BBOX" not in asked(request):
        request = asking(request, BBOX="-90,-90,90,90")
    return proceed(request)


@fault("pla-wms-systems-of-its-own", kills=("PLA-M-11",), beside=("PLA-M-*",))
def systems_of_its_own(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Layers name reference systems by words of the town."""
    response = proceed(request)
    if not _described(request):
        return response
    return response.with_body(re.sub(rb"<CRS>[^<]*</CRS>", b"<CRS>TOWN:1</CRS>", response.body))


@fault("pla-wms-extent-in-metres", kills=("PLA-M-12",), beside=("PLA-M-*", "PLA-P-*"))
def extent_in_metres(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The geographic extent of the layers is in metres."""
    response = proceed(request)
    if not _described(request):
        return response
    wrong = re.sub(rb"(<(?:west|east)BoundLongitude>)[^<]*", rb"\g<1>414871.5", response.body)
    return response.with_body(wrong)


@fault("pla-wms-extents-east-first", kills=("PLA-M-13",))
def extents_east_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The extents in EPSG:4326 have the longitude first, in 1.3.0, too."""
    response = proceed(request)
    if not _described(request):
        return response
    swap = rb'CRS="EPSG:4326" minx="\2" miny="\1" maxx="\4" maxy="\3"'
    pattern = rb'CRS="EPSG:4326" minx="([^"]*)" miny="([^"]*)" maxx="([^"]*)" maxy="([^"]*)"'
    return response.with_body(re.sub(pattern, swap, response.body))
