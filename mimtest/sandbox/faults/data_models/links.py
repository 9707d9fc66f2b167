"""Ways to get relationships and identifiers wrong, one at a time."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import queried
from mimtest.sandbox.faults.data_models.messages_held import held
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault(
    "mod-link-no-uri",
    kills=("MOD-REL-01",),
    beside=(
        "MOD-REP-05",
        "MOD-SCH-0?",
    ),
)
def points_to_a_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give stations whose device is a plain name."""

    def change(entity: dict[str, Any]) -> None:
        entity["refDevice"]["object"] = "air-sensor"

    return queried("AirQualityObserved", request, proceed, change)


@fault("mod-link-to-nothing", kills=("MOD-REL-02",), beside=("MOD-REP-05",))
def points_to_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give car parks below buildings that are not there."""

    def change(entity: dict[str, Any]) -> None:
        if "refBuilding" in entity:
            entity["refBuilding"]["object"] += "-gone"

    return queried("OffStreetParking", request, proceed, change)


@fault(
    "mod-link-to-another-type",
    kills=("MOD-REL-03",),
    beside=(
        "MOD-REP-05",
        "MOD-SCH-0?",
    ),
)
def points_to_another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give stations whose device is a building."""

    def change(entity: dict[str, Any]) -> None:
        entity["refDevice"]["object"] = "urn:ngsi-ld:Building:exampleton:town-hall"

    return queried("AirQualityObserved", request, proceed, change)


@fault("mod-link-as-value", kills=("MOD-REL-04", "MOD-REL-05"), beside=("MOD-REP-05",))
def gives_links_as_values(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give noise with a text where the model has a relationship."""

    def change(entity: dict[str, Any]) -> None:
        if "refWeatherObserved" in entity:
            end = entity["refWeatherObserved"].pop("object")
            entity["refWeatherObserved"] = {"type": "Property", "value": end}

    return queried("NoiseLevelObserved", request, proceed, change)


@fault("mod-link-as-text", kills=("MOD-REL-05",), beside=("MOD-REP-05",))
def writes_links_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with their cabinet in a text."""

    def change(entity: dict[str, Any]) -> None:
        end = entity["controlledBy"].pop("object")
        entity["controlledBy"] = {"type": "Property", "value": end}

    return queried("Streetlight", request, proceed, change)


@fault(
    "mod-link-to-itself", kills=("MOD-REL-03", "MOD-REL-06"), beside=("MOD-REP-05", "MOD-SCH-0?")
)
def points_to_itself(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give stations that are their own device."""

    def change(entity: dict[str, Any]) -> None:
        entity["refDevice"]["object"] = entity["id"]

    return queried("AirQualityObserved", request, proceed, change)


@fault("mod-id-of-two", kills=("MOD-IDN-03",), beside=("MOD-REP-05",))
def gives_an_id_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give two car parks under one identifier."""

    def change(entity: dict[str, Any]) -> None:
        if entity["id"].endswith("pool-lot"):
            entity["id"] = "urn:ngsi-ld:OffStreetParking:exampleton:Sports-Lot"

    return queried("OffStreetParking", request, proceed, change)


@fault("mod-id-not-encoded", kills=("MOD-IDN-04",), beside=("MOD-REP-05",))
def writes_letters_into_ids(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with letters in their ids that URIs do not have."""

    def change(entity: dict[str, Any]) -> None:
        entity["id"] = entity["id"].replace("muehlenstrasse-weir", "mühlenstraße-wehr")

    return queried("Streetlight", request, proceed, change)


@fault(
    "mod-id-of-another-kind",
    kills=("MOD-IDN-05",),
    beside=(
        "MOD-REP-05",
        "MOD-IDN-02",
    ),
)
def makes_ids_in_two_ways(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give one building whose id is of another kind."""

    def change(entity: dict[str, Any]) -> None:
        if entity["id"].endswith("library"):
            entity["id"] = "https://exampleton.example/buildings/1"

    return queried("Building", request, proceed, change)


@fault("mod-values-not-told-apart", kills=("MOD-IDN-06",), beside=("MOD-REP-05",))
def says_two_values(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give stations with two values of one attribute and no datasetId."""

    def change(entity: dict[str, Any]) -> None:
        if isinstance(entity.get("no2"), dict):
            entity["no2"] = [entity["no2"], dict(entity["no2"])]

    return queried("AirQualityObserved", request, proceed, change)


@fault("mod-variant-several-values")
def has_several_values(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Stations have two values of one attribute, told apart by datasetId."""

    def change(entity: dict[str, Any]) -> None:
        if isinstance(entity.get("no2"), dict):
            second = entity["no2"] | {"datasetId": "urn:ngsi-ld:Dataset:second"}
            entity["no2"] = [entity["no2"], second]

    return held("AirQualityObserved", request, platform, proceed, change)
