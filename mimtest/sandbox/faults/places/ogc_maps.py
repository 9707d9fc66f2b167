"""Ways to break maps as an OGC API."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

OK = 200
_ALL = ("PLA-M-5?",)


def _is_map(request: Request) -> bool:
    return request.path.startswith("/maps/") and request.path.endswith("/map")


def _asking(request: Request, **changes: str | None) -> Request:
    """The same question with parameters set, or left out for None."""
    named = {n.replace("_", "-"): v for n, v in changes.items()}
    kept = {n: v for n, v in request.params.items() if n not in named}
    return request.with_query(urlencode(kept | {n: v for n, v in named.items() if v is not None}))


@fault("pla-maps-core-not-declared", kills=("PLA-M-51",))
def core_not_declared(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Maps Core is not declared."""
    response = proceed(request)
    if request.path != "/maps/conformance" or response.status != OK:
        return response
    kept = [c for c in response.json()["conformsTo"] if not c.endswith("maps-1/1.0/conf/core")]
    return response.with_json({"conformsTo": kept})


@fault("pla-maps-no-link-on-the-landing-page", kills=("PLA-M-51",))
def no_link_on_the_landing_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The landing page does not lead to the map that is there."""
    response = proceed(request)
    if request.path != "/maps" or response.status != OK or not response.body:
        return response
    held = response.json()
    held["links"] = [k for k in held["links"] if not k["rel"].endswith("/map")]
    return response.with_json(held)


@fault("pla-maps-in-name-only", kills=("PLA-M-52",), beside=_ALL)
def in_name_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Maps are sent as JPEG and are PNG."""
    response = proceed(request)
    if not _is_map(request) or response.status != OK:
        return response
    return response.with_header("Content-Type", "image/jpeg")


@fault("pla-maps-without-box", kills=("PLA-M-53",), beside=("PLA-M-56", "PLA-M-57"))
def without_box(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Maps do not say which box they show."""
    response = proceed(request)
    return response.without_header("Content-Bbox") if _is_map(request) else response


@fault("pla-maps-box-of-the-world", kills=("PLA-M-56",), beside=("PLA-M-57",))
def box_of_the_world(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Maps say that they show the whole world."""
    response = proceed(request)
    if not _is_map(request) or response.status != OK:
        return response
    return response.with_header("Content-Bbox", "-180,-90,180,90")


@fault("pla-maps-one-size", kills=("PLA-M-54",), beside=("PLA-M-59",))
def one_size(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """All maps have one size."""
    if not _is_map(request) or proceed(request).status != OK:
        return proceed(request)
    return proceed(_asking(request, width="256", height="256"))


@fault("pla-maps-width-mended", kills=("PLA-M-55",))
def width_mended(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A width below zero is taken for none."""
    wrong = _is_map(request) and request.params.get("width", "").startswith("-")
    return proceed(_asking(request, width=None) if wrong else request)


@fault("pla-maps-box-of-three-numbers", kills=("PLA-M-55",))
def box_of_three_numbers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box of three numbers is passed over."""
    numbers = request.params.get("bbox", "").split(",")
    wrong = _is_map(request) and len(numbers) == 3  # noqa: PLR2004
    return proceed(_asking(request, bbox=None) if wrong else request)


@fault("pla-maps-box-ignored", kills=("PLA-M-59",), beside=("PLA-M-56", "PLA-M-57"))
def box_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Maps show the whole data set, and say what was asked for."""
    response = proceed(request)
    if not _is_map(request) or response.status != OK:
        return response
    return response.with_body(proceed(_asking(request, bbox=None)).body)


@fault("pla-maps-crs-ignored", kills=("PLA-M-57",))
def crs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Maps are in CRS84, whatever was asked for."""
    return proceed(_asking(request, crs=None) if _is_map(request) else request)


@fault("pla-maps-box-east-first", kills=("PLA-M-57",))
def box_east_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Content-Bbox has the longitude first in EPSG:4326."""
    response = proceed(request)
    if not _is_map(request) or "4326" not in (response.header("Content-Crs") or ""):
        return response
    south, west, north, east = (response.header("Content-Bbox") or "").split(",")
    return response.with_header("Content-Bbox", f"{west},{south},{east},{north}")


@fault("pla-maps-nothing-drawn", kills=("PLA-M-58",), beside=_ALL)
def nothing_drawn(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """All maps are empty."""
    response = proceed(request)
    if not _is_map(request) or response.status != OK:
        return response
    empty = proceed(_asking(request, crs=None, bbox="-131,-49,-130,-48"))
    return response.with_body(empty.body)
