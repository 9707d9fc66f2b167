"""Ways to break what a SensorThings service says of itself, and its entities."""

from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.sta_messages import (
    OK,
    ROOT,
    Document,
    asks_for,
    edited,
    entities,
    is_entity,
    is_sta,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_MQTT = "http://www.opengis.net/spec/iot_sensing/1.1/req/receive-updates-via-mqtt/receive-updates"


@fault("pla-sta-root-without-a-set", kills=("PLA-S-01",))
def root_without_a_set(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The service root leaves out a set that is there."""

    def edit(document: Document) -> None:
        document["value"] = [e for e in document["value"] if e["name"] != "HistoricalLocations"]

    response = proceed(request)
    return edited(response, edit) if request.path == ROOT else response


@fault("pla-sta-undeclared-model", kills=("PLA-S-02",))
def undeclared_model(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The service root does not declare the data model among what is met."""

    def edit(document: Document) -> None:
        classes = document["serverSettings"]["conformance"]
        document["serverSettings"]["conformance"] = [c for c in classes if "datamodel" not in c]

    response = proceed(request)
    return edited(response, edit) if request.path == ROOT else response


@fault("pla-sta-set-as-a-bare-list", kills=("PLA-S-03",))
def set_as_a_bare_list(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A set answers with a bare list of its entities."""
    response = proceed(request)
    if request.path != f"{ROOT}/Sensors" or request.method != "GET" or response.status != OK:
        return response
    return response.with_json(response.json()["value"])


@fault("pla-sta-address-of-a-neighbour", kills=("PLA-S-04",))
def address_of_a_neighbour(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity names the address of the next one as its own."""

    def edit(entity: Document) -> None:
        own = entity.get("@iot.selfLink", "")
        entity["@iot.selfLink"] = own.replace(
            f"({entity.get('@iot.id')})", f"({entity.get('@iot.id', 0) + 1})"
        )

    return entities(request, proceed, "Locations", edit)


@fault("pla-sta-id-that-leads-nowhere", kills=("PLA-S-04",))
def id_that_leads_nowhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity is found at the address it names, and not at that of its id."""
    response = proceed(request)
    if asks_for(request, "HistoricalLocations") and is_entity(request) and not request.query:
        return json_response({"title": "not found"}, 404)
    if not asks_for(request, "HistoricalLocations") or is_entity(request):
        return response
    old, new = b'"@iot.selfLink":"', b'"@iot.selfLink":"'
    body = response.body.replace(old, new).replace(b')","time"', b')?own=1","time"')
    return response.with_body(body)


@fault("pla-sta-sensor-without-metadata", kills=("PLA-S-05",), beside=("PLA-S-50",))
def sensor_without_metadata(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Sensor has no metadata."""
    return entities(request, proceed, "Sensors", lambda e: e.pop("metadata", None))


@fault("pla-sta-property-without-definition", kills=("PLA-S-05",), beside=("PLA-S-50",))
def property_without_definition(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The definition of an ObservedProperty is null."""

    def edit(entity: Document) -> None:
        entity["definition"] = None

    return entities(request, proceed, "ObservedProperties", edit)


@fault("pla-sta-missing-link", kills=("PLA-S-06",))
def missing_link(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Datastream has no link to its ObservedProperty."""
    name = "ObservedProperty@iot.navigationLink"
    return entities(request, proceed, "Datastreams", lambda e: e.pop(name, None))


@fault("pla-sta-dead-link", kills=("PLA-S-06",))
def dead_link(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The link of a Location to its HistoricalLocations leads nowhere."""
    name = "HistoricalLocations@iot.navigationLink"

    def edit(entity: Document) -> None:
        if name in entity:
            entity[name] += "Gone"

    return entities(request, proceed, "Locations", edit)


@fault("pla-sta-coordinates-as-text", kills=("PLA-S-07",), beside=("PLA-S-50",))
def coordinates_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The coordinates of a feature are a text."""

    def edit(entity: Document) -> None:
        place = entity.get("feature")
        if isinstance(place, dict):
            entity["feature"] = {**place, "coordinates": str(place["coordinates"])}

    return entities(request, proceed, "FeaturesOfInterest", edit)


@fault("pla-sta-type-in-capitals", kills=("PLA-S-07",), beside=("PLA-S-50",))
def type_in_capitals(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The type of a geometry is written in capitals, as an old example has it."""

    def edit(entity: Document) -> None:
        if isinstance(entity.get("feature"), dict):
            entity["feature"]["type"] = entity["feature"]["type"].upper()

    return entities(request, proceed, "FeaturesOfInterest", edit)


@fault("pla-sta-old-media-type", kills=("PLA-S-42",), beside=("PLA-S-50",))
def old_media_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Locations name GeoJSON by the media type it had before it was registered."""

    def edit(entity: Document) -> None:
        if "encodingType" in entity:
            entity["encodingType"] = "application/vnd.geo+json"

    return entities(request, proceed, "Locations", edit)


@fault("pla-sta-unit-without-symbol", kills=("PLA-S-08",), beside=("PLA-S-50",))
def unit_without_symbol(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The unit of a Datastream has no symbol."""
    return entities(
        request,
        proceed,
        "Datastreams",
        lambda e: e.get("unitOfMeasurement", {}).pop("symbol", None),
    )


@fault("pla-sta-numbers-as-text", kills=("PLA-S-08",), beside=("PLA-S-31",))
def numbers_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The results of the first Datastream are texts."""

    def edit(entity: Document) -> None:
        entity["result"] = str(entity.get("result"))

    if request.path != f"{ROOT}/Datastreams(1)/Observations" or "dataArray" in request.query:
        return proceed(request)
    return entities(request, proceed, "Observations", edit)


@fault("pla-sta-local-times", kills=("PLA-S-09",))
def local_times(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Times of Observations have no zone."""

    def edit(entity: Document) -> None:
        if entity.get("phenomenonTime"):
            entity["phenomenonTime"] = entity["phenomenonTime"].replace("Z", "")

    wanted = request.path == f"{ROOT}/Observations" and "orderby" not in request.query
    return entities(request, proceed, "Observations", edit) if wanted else proceed(request)


@fault("pla-sta-area-elsewhere", kills=("PLA-S-10",))
def area_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The observed area of a Datastream lies a degree away."""

    def edit(entity: Document) -> None:
        area = entity.get("observedArea")
        if area and area["type"] == "Point":
            area["coordinates"] = [n + 1 for n in area["coordinates"]]

    return entities(request, proceed, "Datastreams", edit)


@fault("pla-sta-broker-unnamed", kills=("PLA-S-32",))
def broker_unnamed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The service root declares updates over MQTT and names no broker."""

    def edit(document: Document) -> None:
        document["serverSettings"]["conformance"].append(_MQTT)
        document["serverSettings"][_MQTT] = {"endpoints": []}

    response = proceed(request)
    return edited(response, edit) if request.path == ROOT else response


@fault("pla-sta-addresses-of-the-day", kills=("PLA-S-33",))
def addresses_of_the_day(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The addresses of Things are other ones at each read."""
    response = proceed(request)
    if request.path != f"{ROOT}/Things" or request.method != "GET":
        return response
    number = platform.memory["sta reads"] = platform.memory.get("sta reads", 0) + 1
    return response.with_body(response.body.replace(b"')\"", f"')?read={number}\"".encode()))


@fault("pla-sta-one-way-relation", kills=("PLA-S-41",))
def one_way_relation(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A Sensor does not know the first of its Datastreams."""

    def edit(document: Document) -> None:
        document["value"] = document["value"][1:]

    response = proceed(request)
    wanted = is_sta(request) and "/Sensors(" in request.path and asks_for(request, "Datastreams")
    return edited(response, edit) if wanted else response
