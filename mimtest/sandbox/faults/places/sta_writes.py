"""Ways to break creation, change and deletion in a SensorThings service."""

import re
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.sta_messages import (
    OK,
    ROOT,
    asks_for,
    at,
    creates,
    edited,
    is_sta,
    sending,
    sent,
    whole,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CREATED = 201
_ERRORS = 400


@fault(
    "pla-sta-creation-without-address",
    kills=("PLA-S-50",),
    beside=(
        "PLA-S-34",
        "PLA-S-35",
        "PLA-S-52",
    ),
)
def creation_without_address(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What was created is not told the address of."""
    response = proceed(request)
    return response.without_header("Location") if is_sta(request) else response


@fault("pla-sta-description-lost", kills=("PLA-S-50",))
def description_lost(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A new Sensor keeps another description than it was sent with."""
    if not creates(request, "Sensors"):
        return proceed(request)
    return proceed(sending(request, sent(request) | {"description": "a sensor"}))


@fault("pla-sta-time-of-arrival", kills=("PLA-S-50",))
def time_of_arrival(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An Observation gets the time at which it was sent, not the one it was sent with."""
    if not creates(request, "Observations"):
        return proceed(request)
    document = {k: v for k, v in sent(request).items() if k != "phenomenonTime"}
    return proceed(sending(request, document))


@fault("pla-sta-link-overlooked", kills=("PLA-S-36",), beside=("PLA-S-35",))
def link_overlooked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A new Observation belongs to the first feature there is, whichever it names."""
    if request.path != f"{ROOT}/Observations" or not creates(request, "Observations"):
        return proceed(request)
    if "FeatureOfInterest" not in sent(request):
        return proceed(request)
    first = whole(request, proceed, f"{ROOT}/FeaturesOfInterest")[0]["@iot.id"]
    return proceed(sending(request, sent(request) | {"FeatureOfInterest": {"@iot.id": first}}))


@fault("pla-sta-created-elsewhere", kills=("PLA-S-37",))
def created_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Datastream created at a Thing belongs to another Thing."""
    if not creates(request, "Datastreams") or "/Things(" not in request.path:
        return proceed(request)
    first = whole(request, proceed, f"{ROOT}/Things")[0]["@iot.id"]
    return proceed(at(request, f"{ROOT}/Things('{first}')/Datastreams"))


@fault("pla-sta-parts-left-out", kills=("PLA-S-27",))
def parts_left_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of what is sent along with a Thing, the Observations are not created."""
    if not creates(request, "Things"):
        return proceed(request)
    document = sent(request)
    for stream in document.get("Datastreams", []):
        stream.pop("Observations", None)
    return proceed(sending(request, document))


@fault("pla-sta-half-created", kills=("PLA-S-39",))
def half_created(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Thing whose Datastream is refused is there all the same."""
    response = proceed(request)
    if creates(request, "Things") and response.status >= _ERRORS and "Datastreams" in sent(request):
        document = {k: v for k, v in sent(request).items() if k != "Datastreams"}
        proceed(sending(request, document))
    return response


@fault("pla-sta-part-forgiven", kills=("PLA-S-39",))
def part_forgiven(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Thing whose Datastream cannot be created is created without it, and nothing said."""
    response = proceed(request)
    if creates(request, "Things") and response.status >= _ERRORS and "Datastreams" in sent(request):
        document = {k: v for k, v in sent(request).items() if k != "Datastreams"}
        return proceed(sending(request, document))
    return response


@fault("pla-sta-places-forgotten", kills=("PLA-S-28",))
def places_forgotten(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No HistoricalLocation comes of a new Location."""
    response = proceed(request)
    wanted = re.fullmatch(rf"{ROOT}/Things\(\d+\)/HistoricalLocations", request.path)
    return edited(response, lambda d: d.update(value=[])) if wanted else response


@fault("pla-sta-first-place-only", kills=("PLA-S-28",))
def first_place_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Only the first Location of a Thing is remembered."""
    response = proceed(request)
    wanted = re.fullmatch(rf"{ROOT}/Things\(\d+\)/HistoricalLocations", request.path)
    return edited(response, lambda d: d.update(value=d["value"][:1])) if wanted else response


@fault("pla-sta-name-made-up", kills=("PLA-S-29",))
def name_made_up(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Thing without a name gets one."""
    if not creates(request, "Things") or "name" in sent(request):
        return proceed(request)
    return proceed(sending(request, {"name": "a thing", **sent(request)}))


@fault("pla-sta-unit-made-up", kills=("PLA-S-29",))
def unit_made_up(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Datastream without a unit gets an empty one."""
    if not creates(request, "Datastreams") or "unitOfMeasurement" in sent(request):
        return proceed(request)
    return proceed(sending(request, {"unitOfMeasurement": {}, **sent(request)}))


@fault("pla-sta-result-made-up", kills=("PLA-S-29",))
def result_made_up(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An Observation without a result is taken for one of nothing."""
    if not creates(request, "Observations") or "result" in sent(request):
        return proceed(request)
    return proceed(sending(request, {"result": None, **sent(request)}))


@fault("pla-sta-stream-without-thing", kills=("PLA-S-29",))
def stream_without_thing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Datastream that names no Thing is given to one."""
    if request.path != f"{ROOT}/Datastreams" or not creates(request, "Datastreams"):
        return proceed(request)
    if "Thing" in sent(request):
        return proceed(request)
    first = whole(request, proceed, f"{ROOT}/Things")[0]["@iot.id"]
    return proceed(sending(request, {"Thing": {"@iot.id": first}, **sent(request)}))


@fault("pla-sta-place-made-up", kills=("PLA-S-29",))
def place_made_up(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Location without a place lies where the equator begins."""
    if not creates(request, "Locations") or "location" in sent(request):
        return proceed(request)
    nowhere = {"location": {"type": "Point", "coordinates": [0, 0]}}
    return proceed(sending(request, nowhere | sent(request)))


@fault("pla-sta-feature-elsewhere", kills=("PLA-S-30",))
def feature_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An Observation that names no feature belongs to the first there is."""
    if not creates(request, "Observations") or "FeatureOfInterest" in sent(request):
        return proceed(request)
    response = proceed(request)
    if response.status != _CREATED:
        return response
    first = whole(request, proceed, f"{ROOT}/FeaturesOfInterest")[0]["@iot.id"]
    other = sent(request) | {"FeatureOfInterest": {"@iot.id": first}}
    return proceed(sending(request, other))


@fault("pla-sta-change-clears", kills=("PLA-S-34",))
def change_clears(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A PATCH empties the properties it does not have."""
    if request.method != "PATCH" or not is_sta(request) or not isinstance(sent(request), dict):
        return proceed(request)
    return proceed(sending(request, {"properties": {}, **sent(request)}))


@fault("pla-sta-change-not-kept", kills=("PLA-S-34",), beside=("PLA-S-28",))
def change_not_kept(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A PATCH is answered as if it were followed, and changes nothing."""
    if request.method == "PATCH" and is_sta(request):
        return proceed(sending(request, {}))
    return proceed(request)


@fault("pla-sta-change-of-nothing", kills=("PLA-S-51",))
def change_of_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A PATCH of what does not exist is answered as if it were followed."""
    response = proceed(request)
    wanted = request.method == "PATCH" and is_sta(request) and response.status >= _ERRORS
    return json_response({}) if wanted else response


def _left(path: str) -> Request:
    return Request("GET", path)


@fault("pla-sta-dependents-stay", kills=("PLA-S-35",))
def dependents_stay(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The Observations of a feature that is deleted stay."""
    if not is_sta(request):
        return proceed(request)
    kept: dict[str, Response] = platform.memory.setdefault("sta kept", {})
    deletes = request.method == "DELETE"
    if deletes and "/FeaturesOfInterest(" in request.path:
        for entity in whole(request, proceed, f"{request.path}/Observations"):
            path = f"{ROOT}/Observations({entity['@iot.id']})"
            kept[path] = proceed(at(_left(path), path))
    response = proceed(request)
    if deletes and request.path in kept:
        del kept[request.path]
        return json_response({})
    return kept.get(request.path, response) if request.method == "GET" else response


@fault("pla-sta-deleted-twice", kills=("PLA-S-52",))
def deleted_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Deleting what is not there succeeds."""
    response = proceed(request)
    gone = request.method == "DELETE" and is_sta(request) and response.status >= _ERRORS
    return json_response({}) if gone else response


@fault("pla-sta-relation-not-shown", kills=("PLA-S-36",), beside=("PLA-S-27",))
def relation_not_shown(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Thing that was named by a new Location does not have it."""
    response = proceed(request)
    wanted = re.fullmatch(rf"{ROOT}/Things\(\d+\)/Locations", request.path)
    if not wanted or not asks_for(request, "Locations") or response.status != OK:
        return response
    return edited(response, lambda d: d.update(value=d["value"][1:]))
