"""Where features of the features service are said to be, and which features its ids name."""

from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.messages import (
    OK,
    Document,
    described,
    each_feature,
    edited,
    is_changing,
    is_item,
    is_items,
    is_page,
    move,
    swap,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CLASS: Final = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"
_MADE_UP: Final = "http://www.opengis.net/def/crs/EPSG/0/102100"


@fault("pla-ids-of-neighbours", kills=("PLA-P-02",), beside=("PLA-C-24", "PLA-X-13"))
def ids_of_neighbours(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of the features in a box each has the properties of the next."""
    response = proceed(request)
    if not is_items(request) or "bbox" not in request.params or "filter" in request.params:
        return response

    def edit(document: Document) -> None:
        features = document["features"]
        others = [f["properties"] for f in (*features[1:], *features[:1])]
        for feature, properties in zip(features, others, strict=True):
            feature["properties"] = properties

    return edited(response, edit)


@fault(
    "pla-extents-latitude-first-too",
    kills=("PLA-C-37",),
    beside=("MOD-*", "PLA-C-2*", "PLA-F-*", "PLA-G-*", "PLA-P-09", "PLA-P-10", "PLA-X-*"),
)
def extents_latitude_first_too(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Positions are latitude and longitude, and so are the extents of collections."""

    def edit(collection: Document) -> None:
        boxes = collection["extent"]["spatial"]["bbox"]
        collection["extent"]["spatial"]["bbox"] = [[b[1], b[0], b[3], b[2]] for b in boxes]

    response = described(request, proceed(request), edit)
    if not (is_items(request) or is_item(request)) or is_changing(request):
        return response
    return edited(response, lambda d: each_feature(d, swap))


@fault("pla-code-of-nobody", kills=("PLA-X-01", "PLA-X-02"), beside=("PLA-X-05",))
def code_of_nobody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Collections list a reference system under a number of private software, as if EPSG had given it."""
    return described(request, proceed(request), lambda c: c["crs"].append(_MADE_UP))


@fault("pla-variant-without-extents")
def without_extents(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Collections do not say where they are."""
    return described(request, proceed(request), lambda c: c.get("extent", {}).pop("spatial", None))


@fault("pla-variant-coarse-positions")
def coarse_positions(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Longitude and latitude are written with five decimals."""
    response = proceed(request)
    if not (is_items(request) or is_item(request)) or is_changing(request):
        return response
    if "crs" in request.params:
        return response

    def edit(feature: Document) -> None:
        if feature.get("geometry"):
            move(feature, lambda p: [round(n, 5) for n in p])

    return edited(response, lambda d: each_feature(d, edit))


@fault("pla-variant-systems-merely-listed")
def systems_merely_listed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Collections list reference systems, and the class that says how to ask for them is not declared."""
    response = proceed(request).without_header("Content-Crs")
    if request.path != "/ogc/conformance" or response.status != OK or is_page(response):
        return response
    return edited(response, lambda d: d["conformsTo"].remove(_CLASS))
