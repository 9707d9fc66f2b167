"""Where the entities of a SensorThings service are, and how long and of what kind its series are."""

import re
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.sta_messages import (
    ROOT,
    Document,
    asking,
    asks_for,
    each,
    edited,
    entities,
    options,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CATEGORY: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CategoryObservation"
_PLACES: Final = {
    "Locations": "location",
    "FeaturesOfInterest": "feature",
    "FeatureOfInterest": "feature",
}
_TEXTS: Final = range(1, 15)


def _turned(entity: Document, name: str) -> None:
    place = entity.get(name)
    if isinstance(place, dict) and place.get("type") == "Point":
        place["coordinates"] = [*reversed(place["coordinates"][:2]), *place["coordinates"][2:]]


@fault(
    "pla-sta-all-latitude-first",
    kills=("PLA-S-53",),
    beside=("PLA-P-09", "PLA-P-10", "PLA-S-10", "PLA-S-22", "PLA-S-30", "PLA-S-50"),
)
def all_latitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Places have latitude before longitude, Locations and features alike."""
    name = next((n for kind, n in _PLACES.items() if asks_for(request, kind)), None)
    response = proceed(request)
    if name is None or "$ref" in request.path:
        return response
    return edited(response, lambda d: each(d, lambda e: _turned(e, name)))


@fault("pla-sta-features-latitude-first", kills=("PLA-S-53",), beside=("PLA-S-10", "PLA-S-30"))
def features_latitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is observed lies where its Thing does, with latitude before longitude."""
    return entities(request, proceed, "FeatureOfInterest", lambda e: _turned(e, "feature"))


@fault(
    "pla-sta-place-named-otherwise", kills=("PLA-S-07", "PLA-S-42"), beside=("PLA-P-*", "PLA-S-50")
)
def place_named_otherwise(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Location that is no GeoJSON is said to be JSON."""

    def edit(entity: Document) -> None:
        entity["encodingType"] = "application/json"
        if isinstance(entity.get("location"), dict):
            entity["location"]["coordinates"] = [n + 500 for n in entity["location"]["coordinates"]]

    return entities(request, proceed, "Locations", edit)


@fault("pla-sta-variant-long-series")
def long_series(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Series are longer than what is read of them."""
    series = re.fullmatch(rf"{ROOT}/Datastreams\([^()]*\)/Observations", request.path)
    many = options(request).get("top") == "100" and request.method == "GET"
    return proceed(asking(request, top="1") if series and many else request)


@fault("pla-sta-variant-texts-first")
def texts_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Most Datastreams are of categories: their results are texts."""

    def edit(entity: Document) -> None:
        if isinstance(entity.get("result"), int | float):
            entity["result"] = f"class {entity['result']:g}"

    path = re.match(rf"{ROOT}/Datastreams\((\d+)\)", request.path)
    if path and int(path[1]) in _TEXTS and asks_for(request, "Observations"):
        if options(request).get("resultFormat") == "dataArray":
            return edited(proceed(request), _rows_of_texts)
        return entities(request, proceed, "Observations", edit)
    if not asks_for(request, "Datastreams") or "$" in request.path:
        return proceed(request)

    def retype(entity: Document) -> None:
        if entity.get("@iot.id") in _TEXTS and "observationType" in entity:
            entity["observationType"] = _CATEGORY

    return entities(request, proceed, "Datastreams", retype)


def _rows_of_texts(document: Document) -> None:
    for group in document["value"]:
        place = group["components"].index("result")
        for row in group["dataArray"]:
            row[place] = f"class {row[place]:g}"


@fault("pla-sta-variant-any-order")
def any_order(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Related entities come one to a page, and in another order on another path."""
    if request.method != "GET" or not asks_for(request, "Datastreams") or "(" not in request.path:
        return proceed(request)
    asked = options(request)
    deep = request.path.endswith("/Thing/Datastreams") and "orderby" not in asked
    changes = {"orderby": "id desc"} if deep else {}
    return proceed(asking(request, **changes, top="1"))


@fault("pla-sta-variant-place-in-words")
def place_in_words(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One of the Locations is told in words."""

    def edit(entity: Document) -> None:
        if entity.get("@iot.id") == 1 and "location" in entity:
            entity.update(encodingType="text/plain", location="Behind the station")

    return entities(request, proceed, "Locations", edit)
