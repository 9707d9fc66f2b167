"""Ways to break filters on places, and the reference systems of filters."""

import re
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.filtering import EVERYTHING, reread
from mimtest.sandbox.faults.places.messages import BAD, OK, asking, forgiving, is_items
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("pla-filter-box-latitude-first", kills=("PLA-F-08", "PLA-F-31"))
def box_latitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box in a filter is read latitude first."""
    swapped = r"BBOX(\2,\1,\4,\3)"
    return reread(
        request, proceed, lambda f: re.sub(r"BBOX\(([^,]*),([^,]*),([^,]*),([^)]*)\)", swapped, f)
    )


@fault("pla-filter-point-unknown", kills=("PLA-F-29", "PLA-F-31"))
def point_unknown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A point in a filter is a word nobody knows."""
    if is_items(request) and "POINT(" in request.params.get("filter", ""):
        return json_response({"status": BAD, "title": "POINT?"}, BAD)
    return proceed(request)


@fault("pla-filter-point-is-everywhere", kills=("PLA-F-29",))
def point_is_everywhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A point in a filter meets every feature."""
    return reread(
        request, proceed, lambda f: EVERYTHING if "S_INTERSECTS(geometry, POINT" in f else f
    )


@fault("pla-filter-area-is-everywhere", kills=("PLA-F-09", "PLA-F-30"))
def area_is_everywhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An area in a filter meets every feature."""
    return reread(
        request, proceed, lambda f: EVERYTHING if "S_INTERSECTS(geometry, POLYGON" in f else f
    )


@fault("pla-filter-apart-is-together", kills=("PLA-F-31",))
def apart_is_together(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """S_DISJOINT is taken as S_INTERSECTS."""
    return reread(request, proceed, lambda f: f.replace("S_DISJOINT", "S_INTERSECTS"))


@fault("pla-filter-within-is-contains", kills=("PLA-F-31",))
def within_is_contains(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """S_WITHIN is taken as S_CONTAINS."""
    return reread(request, proceed, lambda f: f.replace("S_WITHIN", "S_CONTAINS"))


@fault("pla-filter-crs-ignored", kills=("PLA-F-09",))
def filter_crs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Places in a filter are taken in CRS84, whatever filter-crs says."""
    response = proceed(request)
    return proceed(asking(request, filter_crs=None)) if response.status == OK else response


@fault("pla-unknown-filter-crs-ignored", kills=("PLA-F-32",))
def unknown_filter_crs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter-crs nobody knows is passed over."""
    return forgiving(request, proceed, "filter-crs") if is_items(request) else proceed(request)
