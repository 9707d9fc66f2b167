"""Ways to break features as GeoJSON has them, and their identifiers."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.messages import (
    Document,
    each_feature,
    edited,
    is_changing,
    is_item,
    is_items,
    is_page,
    swap,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("pla-feature-named-json", kills=("PLA-E-01",), beside=("PLA-E-15",))
def feature_named_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature alone comes as application/json."""
    response = proceed(request)
    if not is_item(request) or is_page(response):
        return response
    return response.with_header("Content-Type", "application/json")


@fault(
    "pla-features-as-a-page",
    kills=("PLA-D-04", "PLA-E-01"),
    beside=(
        "PLA-E-02",
        "PLA-C-38",
    ),
)
def features_as_a_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features come as text/html, whatever was asked for."""
    response = proceed(request)
    return response.with_header("Content-Type", "text/html") if is_items(request) else response


@fault(
    "pla-feature-without-properties",
    kills=("PLA-E-03",),
    beside=(
        "MOD-REP-05",
        "PLA-E-21",
        "PLA-F-03",
        "PLA-G-17",
    ),
)
def feature_without_properties(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The features of a collection have no member 'properties'."""
    response = proceed(request)
    if request.path != "/ogc/collections/parkings/items":
        return response
    return edited(response, lambda d: each_feature(d, lambda f: f.pop("properties")))


@fault("pla-ring-open", kills=("PLA-G-01", "PLA-G-05"), beside=("MOD-REP-08",))
def ring_open(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The rings of buildings do not end where they start."""

    def edit(feature: Document) -> None:
        rings = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [ring[:-1] for ring in rings]

    response = proceed(request)
    if not request.path.startswith("/ogc/collections/buildings/items"):
        return response
    return edited(response, lambda d: each_feature(d, edit))


@fault(
    "pla-latitude-first",
    kills=("PLA-C-10", "PLA-C-24", "PLA-C-37", "PLA-X-08", "PLA-X-12"),
    beside=(
        "MOD-REP-08",
        "PLA-C-27",
        "PLA-F-08",
        "PLA-F-09",
        "PLA-F-11",
        "PLA-F-29",
        "PLA-F-30",
        "PLA-F-31",
        "PLA-F-35",
        "PLA-G-06",
        "PLA-G-11",
        "PLA-P-09",
        "PLA-X-13",
        "PLA-X-15",
        "PLA-X-18",
    ),
)
def latitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Positions are latitude and longitude where nothing else is asked for."""
    response = proceed(request)
    if not (is_items(request) or is_item(request)) or "crs" in request.params:
        return response
    if is_changing(request):
        return response
    return edited(response, lambda d: each_feature(d, swap))


@fault(
    "pla-ids-twice",
    kills=("PLA-P-01",),
    beside=(
        "PLA-F-13",
        "PLA-F-49",
        "PLA-G-21",
        "PLA-P-09",
    ),
)
def ids_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Two features of a collection have the same id."""
    one, other = "town-hall-september", "library-september"

    def edit(feature: Document) -> None:
        feature["id"] = feature["id"].replace(other, one)

    response = proceed(request)
    return edited(response, lambda d: each_feature(d, edit)) if is_items(request) else response


@fault("pla-ids-in-two-forms", kills=("PLA-P-02",))
def ids_in_two_forms(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features have another id where no limit is given."""
    response = proceed(request)
    if not is_items(request) or "limit" in request.params:
        return response
    return edited(response, lambda d: each_feature(d, lambda f: f.update(id=f["id"] + "#1")))
