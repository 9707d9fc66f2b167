"""Ways to break the pictures of the Web Map Service, most of them seen in real ones."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.map_messages import (
    OK,
    asked,
    asking,
    forgiving,
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


@fault("pla-wms-always-one-size", kills=("PLA-M-14",), beside=("PLA-M-*",))
def always_one_size(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every map has 256 points on each side."""
    return proceed(asking(request, WIDTH="256", HEIGHT="256") if _map(request) else request)


@fault("pla-wms-a-constant-picture", kills=("PLA-M-18",), beside=("PLA-M-*",))
def a_constant_picture(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every map of a layer is the map of the whole town, whatever was asked for."""
    if not _map(request):
        return proceed(request)
    return forgiving(asking(request, CRS="CRS:84", BBOX="7.88,51.59,7.93,51.62"), proceed)


@fault("pla-wms-format-in-name-only", kills=("PLA-M-15",))
def format_in_name_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """JPEG is offered, and PNG comes under its name."""
    response = proceed(request)
    if _described(request):
        pair = (
            "<GetMap><Format>image/png</Format>",
            "<GetMap><Format>image/png</Format><Format>image/jpeg</Format>",
        )
        return rewritten(response, pair)
    if _map(request) and asked(request).get("FORMAT") == "image/jpeg":
        return proceed(asking(request, FORMAT="image/png")).with_header(
            "Content-Type", "image/jpeg"
        )
    return response


@fault("pla-wms-nothing-drawn", kills=("PLA-M-16",), beside=("PLA-M-*", "PLA-P-*"))
def nothing_drawn(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """All maps are empty."""
    if not _map(request) or "BBOX" not in asked(request):
        return proceed(request)
    right = proceed(request)
    if right.status != OK:
        return right
    return proceed(asking(request, CRS="CRS:84", BBOX="-131,-49,-130,-48"))


@fault("pla-wms-4326-east-first", kills=("PLA-M-17",))
def east_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """EPSG:4326 has the longitude first in 1.3.0, against the standard."""
    given = asked(request)
    if not _map(request) or given.get("CRS") not in ("EPSG:4326", "EPSG:4258"):
        return proceed(request)
    return proceed(asking(request, CRS="CRS:84"))


@fault("pla-wms-upside-down", kills=("PLA-M-17",), beside=("PLA-M-18",))
def upside_down(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In EPSG:4326 the map of the place to the north of the one asked for comes."""
    given = asked(request)
    if not _map(request) or given.get("CRS") != "EPSG:4326":
        return proceed(request)
    south, west, north, east = map(float, given["BBOX"].split(","))
    by = (north - south) / 2
    return proceed(asking(request, BBOX=f"{south + by},{west},{north + by},{east}"))


@fault("pla-wms-parts-of-another-place", kills=("PLA-M-18",))
def parts_of_another_place(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Small maps are drawn a little to the side."""
    given = asked(request)
    if not _map(request) or given.get("WIDTH") != "128" or "BBOX" not in given:
        return proceed(request)
    west, south, east, north = map(float, given["BBOX"].split(","))
    by = (east - west) / 8
    return proceed(asking(request, BBOX=f"{west + by},{south},{east + by},{north}"))


@fault("pla-wms-watermark", kills=("PLA-M-19",), beside=("PLA-M-20", "PLA-M-21"))
def watermark(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Where nothing is, the map of the town comes."""
    given = asked(request)
    if not _map(request) or not given.get("BBOX", "").startswith("-"):
        return proceed(request)
    return proceed(asking(request, CRS="CRS:84", BBOX="7.88,51.59,7.93,51.62"))


@fault("pla-wms-never-transparent", kills=("PLA-M-20",))
def never_transparent(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The ground of a map is always seen."""
    return proceed(asking(request, TRANSPARENT="FALSE") if _map(request) else request)


@fault("pla-wms-always-transparent", kills=("PLA-M-20",))
def always_transparent(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The ground of a map is never seen, unless a colour is asked for."""
    clear = _map(request) and "BGCOLOR" not in asked(request)
    return proceed(asking(request, TRANSPARENT="TRUE") if clear else request)


@fault("pla-wms-ground-is-white", kills=("PLA-M-21",))
def ground_is_white(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """BGCOLOR is passed over."""
    return proceed(asking(request, BGCOLOR=None) if _map(request) else request)


@fault("pla-wms-everything-shifted", kills=("PLA-M-26",))
def everything_shifted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """All maps are drawn a quarter of a kilometre to the side, as with a wrong datum."""
    given = asked(request)
    drawn = _map(request) or is_wms(request, "GetFeatureInfo")
    if not drawn or given.get("CRS") not in ("CRS:84", "EPSG:4326", "EPSG:4258"):
        return proceed(request)
    if len(given.get("BBOX", "").split(",")) != 4:  # noqa: PLR2004
        return proceed(request)
    first, second, third, fourth = map(float, given["BBOX"].split(","))
    if given["CRS"] == "CRS:84":
        moved = (first + 0.004, second, third + 0.004, fourth)
    else:
        moved = (first, second + 0.004, third, fourth + 0.004)
    return proceed(asking(request, BBOX=",".join(map(str, moved))))
