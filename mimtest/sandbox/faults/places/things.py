"""Ways for one thing to be another one elsewhere, or later."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.messages import (
    OK,
    Document,
    each_feature,
    edited,
    is_item,
    is_items,
    move,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_URN: Final = "urn:ngsi-ld:"
_NEAR: Final = ("PLA-P-*", "MOD-*")


def _renamed(request: Request, proceed: Proceed, start: str) -> Response:
    """The features service with other identifiers, of which only the start differs."""
    if not request.path.startswith("/ogc"):
        return proceed(request)
    path = request.path.replace(start, _URN)
    query = request.query.replace(start, _URN)
    response = proceed(replace(request, path=path, query=query))
    old, new = f'"id":"{_URN}'.encode(), f'"id":"{start}'.encode()
    return response.with_body(response.body.replace(old, new))


@fault("pla-things-of-a-server", kills=("PLA-P-03",), beside=_NEAR)
def things_of_a_server(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features have an address of the machine they are on for an identifier."""
    return _renamed(request, proceed, "http://gis-server.local:8080/")


@fault("pla-things-with-dead-addresses", kills=("PLA-P-04",), beside=_NEAR)
def things_with_dead_addresses(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features have a web address for an identifier, at which nothing is."""
    return _renamed(request, proceed, f"{request.base}/things/")


@fault("pla-things-renamed", kills=("PLA-P-05", "PLA-P-06"), beside=_NEAR)
def things_renamed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features have other identifiers than before, and than elsewhere."""
    return _renamed(request, proceed, "urn:town:thing:")


@fault("pla-things-moved", kills=("PLA-P-09", "PLA-P-10"), beside=("PLA-*", "MOD-*"))
def things_moved(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every feature is a little further east than it was, and than it is elsewhere."""
    response = proceed(request)
    if not (is_items(request) or is_item(request)) or response.status != OK:
        return response
    if "bbox" in request.params or "crs" in request.params:
        return response

    def east(feature: Document) -> None:
        if feature["geometry"]:
            move(feature, lambda p: [p[0] + 0.002, *p[1:]])

    return edited(response, lambda d: each_feature(d, east))


@fault("pla-things-refer-to-nothing", kills=("PLA-P-07",), beside=("MOD-*", "PLA-F-*", "PLA-Q-*"))
def things_refer_to_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What features refer to is not at the broker."""
    response = proceed(request)
    if not (is_items(request) or is_item(request)):
        return response
    old, new = b'"controlledBy":"urn:ngsi-ld:', b'"controlledBy":"urn:ngsi-ld:Gone:'
    body = response.body.replace(old, new)
    return response.with_body(
        body.replace(b'"ref', b'"gone_ref').replace(b"StreetlightGroup:", b"Gone:")
    )


@fault("pla-codes-withdrawn", kills=("PLA-P-12",))
def codes_withdrawn(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Layers are offered in a system whose code EPSG has taken back, too."""
    response = proceed(request)
    if request.path != "/wms" or b"<CRS>" not in response.body:
        return response
    return response.with_body(
        response.body.replace(b"<CRS>EPSG:3857</CRS>", b"<CRS>EPSG:3857</CRS><CRS>EPSG:3785</CRS>")
    )


@fault("pla-no-system-of-the-country", kills=("PLA-P-14",), beside=("PLA-M-13",))
def no_system_of_the_country(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Layers are offered in systems of the whole earth alone."""
    response = proceed(request)
    if request.path != "/wms":
        return response
    return response.with_body(response.body.replace(b"<CRS>EPSG:25832</CRS>", b""))
