"""Ways to break how reference systems are declared and kept to (Part 2)."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.messages import (
    BAD,
    OK,
    Document,
    asking,
    described,
    each_feature,
    edited,
    is_item,
    is_items,
    move,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.features.crs import SYSTEMS, utm_32_north
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
_CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_UTM: Final = f"{_EPSG}25832"
_ELSEWHERE: Final = f"{_EPSG}25833"
_STEPS: Final = 12
_SMALL: Final = 1e-6


def _listing(*uris: str) -> Callable[[Document], None]:
    """Add reference systems to a collection that names its own."""

    def edit(collection: Document) -> None:
        if "#/crs" not in collection["crs"]:
            collection["crs"] += uris

    return edit


@fault("pla-crs-short-name", kills=("PLA-X-01",))
def short_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A reference system is listed by its short name, and answered by it."""
    short = "EPSG:25832"
    changes = {n.replace("-", "_"): _UTM for n, v in request.params.items() if v == short}
    response = proceed(asking(request, **changes) if changes else request)
    if request.params.get("crs") == short and response.header("Content-Crs"):
        response = response.with_header("Content-Crs", f"<{short}>")
    return described(request, response, _listing(short))


@fault("pla-heights-without-default", kills=("PLA-X-03",))
def heights_without_default(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Positions have a height, and CRS84h is not listed."""
    response = proceed(request)
    if not (is_items(request) or is_item(request)) or "/reports" in request.path:
        return response
    return edited(response, lambda d: each_feature(d, lambda f: move(f, lambda p: [*p, 93.5])))


@fault("pla-storage-unnamed", kills=("PLA-X-04",))
def storage_unnamed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Collections do not name the system they are stored in."""
    return described(request, proceed(request), lambda c: c.pop("storageCrs"))


@fault("pla-shared-systems-missing", kills=("PLA-X-05",), beside=("PLA-X-02", "PLA-X-03"))
def shared_systems_missing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection refers to a list of reference systems for all, and there is none."""
    response = proceed(request)
    if request.path != "/ogc/collections":
        return response
    return edited(response, lambda d: d.pop("crs"))


@fault("pla-shared-system-refused", kills=("PLA-X-05", "PLA-X-12"))
def shared_system_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection that refers to the list for all refuses one of that list."""
    given = request.params
    if "/energy/" in request.path and given.get("bbox-crs") == f"{_EPSG}4258":
        return json_response({"status": BAD, "title": "not for this collection"}, BAD)
    return proceed(request)


@fault("pla-crs-undefined", kills=("PLA-X-06",))
def crs_undefined(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition does not have bbox-crs."""

    def edit(document: Document) -> None:
        for path, item in document["paths"].items():
            if path.endswith("/items"):
                listed = item["get"]["parameters"]
                item["get"]["parameters"] = [
                    p for p in listed if not p.get("$ref", "").endswith("/bbox-crs")
                ]

    response = proceed(request)
    return edited(response, edit) if request.path == "/ogc/api" else response


@fault("pla-crs84-box-latitude-first", kills=("PLA-X-13",), beside=("PLA-X-12",))
def crs84_box_latitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box in CRS84 is read latitude first when CRS84 is named."""
    if request.params.get("bbox-crs") == _CRS84 and is_items(request):
        return proceed(asking(request, bbox_crs=f"{_EPSG}4326"))
    return proceed(request)


@fault("pla-box-around-its-corners", kills=("PLA-X-15",), beside=("PLA-X-12",))
def box_around_its_corners(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box in metres is replaced by the box of degrees around its corners."""
    numbers = request.params.get("bbox", "").split(",")
    if request.params.get("bbox-crs") != _UTM or len(numbers) != len("wsen"):
        return proceed(request)
    response = proceed(request)
    if response.status != OK:
        return response
    west, south, east, north = map(float, numbers)
    corners = [_back(x, y) for x in (west, east) for y in (south, north)]
    xs, ys = zip(*corners, strict=True)
    box = f"{min(xs):.7f},{min(ys):.7f},{max(xs):.7f},{max(ys):.7f}"
    return proceed(asking(request, bbox=box, bbox_crs=_CRS84))


def _back(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a position in UTM, step by step."""
    project = SYSTEMS[_UTM].project
    lon, lat = 9.0, 51.0
    for _ in range(_STEPS):
        here = project(lon, lat)
        by_lon = [(b - a) / _SMALL for a, b in zip(here, project(lon + _SMALL, lat), strict=True)]
        by_lat = [(b - a) / _SMALL for a, b in zip(here, project(lon, lat + _SMALL), strict=True)]
        dx, dy = x - here[0], y - here[1]
        whole = by_lon[0] * by_lat[1] - by_lat[0] * by_lon[1]
        lon += (dx * by_lat[1] - dy * by_lat[0]) / whole
        lat += (dy * by_lon[0] - dx * by_lon[1]) / whole
    return lon, lat


@fault("pla-next-forgets-the-system", kills=("PLA-X-16",))
def next_forgets_the_system(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The link to the next page leaves out the reference system."""

    def edit(document: Document) -> None:
        for link in document["links"]:
            if link["rel"] == "next":
                link["href"] = re.sub(r"(?<=[?&])crs=[^&]*&?", "", link["href"])

    response = proceed(request)
    return edited(response, edit) if is_items(request) else response


@fault("pla-body-names-crs84", kills=("PLA-X-17",))
def body_names_crs84(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pages name CRS84 in their body, whichever system they are in."""
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    response = proceed(request)
    return edited(response, lambda d: d.update(crs=named)) if is_items(request) else response


@fault("pla-system-of-elsewhere", kills=("PLA-X-18",), beside=("PLA-X-12", "PLA-X-15"))
def system_of_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A reference system is listed that is made for another part of the earth."""
    changes = {n.replace("-", "_"): None for n, v in request.params.items() if v == _ELSEWHERE}
    if not changes:
        return described(request, proceed(request), _listing(_ELSEWHERE))
    response = proceed(asking(request, **changes))
    if "crs" not in changes or response.status != OK:
        return response

    def there(position: list[float]) -> list[float]:
        return list(utm_32_north(position[0] - 6, position[1]))

    moved = edited(response, lambda d: each_feature(d, lambda f: move(f, there)))
    return moved.with_header("Content-Crs", f"<{_ELSEWHERE}>")
