"""Ways to use a standard model otherwise than it is published, one at a time."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import published, queried
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_TYPE = "WeatherObserved"


@fault("mod-standard-other-kind", kills=("MOD-STD-01",), beside=("MOD-SCH-01", "MOD-REP-05"))
def gives_another_kind_of_value(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give observed weather with words for a temperature."""

    def change(entity: dict[str, Any]) -> None:
        if "temperature" in entity:
            entity["temperature"] = {"type": "Property", "value": "mild"}

    return queried(_TYPE, request, proceed, change)


@fault(
    "mod-standard-other-format",
    kills=("MOD-STD-02",),
    beside=("MOD-SCH-03", "MOD-REP-05", "MOD-TIM-01", "MOD-TIM-02"),
)
def gives_another_format(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give observed weather with a day in words."""

    def change(entity: dict[str, Any]) -> None:
        entity["dateObserved"] = {"type": "Property", "value": "Monday, 12 October"}

    return queried(_TYPE, request, proceed, change)


@fault("mod-standard-other-schema", kills=("MOD-STD-03",))
def lets_in_what_the_standard_excludes(
    request: Request, _: "Platform", proceed: Proceed
) -> Response:
    """The published schema of OffStreetParking takes text for a number of spots, which the standard model does not."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["totalSpotNumber"]["type"] = ["integer", "string"]

    return published("/models/OffStreetParking/schema.json", request, proceed, change)
