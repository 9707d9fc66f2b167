"""Ways to break reference systems (Part 2)."""

from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.messages import (
    OK,
    Document,
    asking,
    described,
    each_feature,
    edited,
    forgiving,
    swap,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG_4326: Final = "http://www.opengis.net/def/crs/EPSG/0/4326"


@fault("pla-crs84-not-listed", kills=("PLA-X-02", "PLA-X-03"))
def crs84_not_listed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Collections list the national reference systems and leave out CRS84."""

    def edit(collection: Document) -> None:
        collection["crs"] = [uri for uri in collection["crs"] if uri != _CRS84]

    return described(request, proceed(request), edit)


@fault("pla-default-without-content-crs", kills=("PLA-X-07",))
def default_without_content_crs(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Content-Crs is missing where no reference system is asked for."""
    response = proceed(request)
    return response if "crs" in request.params else response.without_header("Content-Crs")


@fault("pla-content-crs-bare", kills=("PLA-X-10",))
def content_crs_bare(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Content-Crs has no angle brackets where a reference system is asked for."""
    response = proceed(request)
    value = response.header("Content-Crs")
    if value is None or "crs" not in request.params:
        return response
    return response.with_header("Content-Crs", value.strip("<>"))


@fault("pla-4326-longitude-first", kills=("PLA-X-08",), beside=("PLA-X-16",))
def longitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """EPSG:4326 is given as longitude and latitude, against its authority."""
    response = proceed(request)
    if request.params.get("crs") != _EPSG_4326:
        return response
    return edited(response, lambda d: each_feature(d, swap))


@fault("pla-crs-in-name-only", kills=("PLA-X-08",), beside=("PLA-X-16",))
def crs_in_name_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features are named as in another reference system and are not transformed."""
    response = proceed(request)
    if response.status != OK or "crs" not in request.params:
        return response
    return response.with_body(proceed(asking(request, crs=None)).body)


@fault("pla-places-lost-in-25832", kills=("PLA-X-08",), beside=("PLA-X-1[0-9]",))
def places_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In one reference system features come without their geometries."""
    response = proceed(request)
    if not request.params.get("crs", "").endswith("/25832"):
        return response
    return edited(response, lambda d: each_feature(d, lambda f: f.update(geometry=None)))


@fault("pla-unknown-crs-ignored", kills=("PLA-X-11",))
def unknown_crs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A reference system nobody knows is passed over, and CRS84 comes."""
    return forgiving(request, proceed, "crs")


@fault("pla-bbox-crs-ignored", kills=("PLA-X-12",), beside=("PLA-X-15",))
def bbox_crs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box is taken as longitude and latitude, whatever bbox-crs says."""
    response = proceed(request)
    return proceed(asking(request, bbox_crs=None)) if response.status == OK else response


@fault("pla-unknown-bbox-crs-ignored", kills=("PLA-X-14",))
def unknown_bbox_crs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A bbox-crs nobody knows is passed over."""
    return forgiving(request, proceed, "bbox-crs")
