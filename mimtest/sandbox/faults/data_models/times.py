"""Ways to get times wrong, one at a time."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import queried
from mimtest.sandbox.faults.data_models.messages_held import held
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault(
    "mod-time-with-a-blank",
    kills=("MOD-TIM-01", "MOD-TIM-02"),
    beside=("MOD-REP-05", "MOD-SCH-*", "MOD-STD-*"),
)
def writes_a_blank(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with a date of the last change that has neither T nor zone."""

    def change(entity: dict[str, Any]) -> None:
        entity["dateLastLampChange"]["value"] = "2017-01-01 07:30"

    return queried("Streetlight", request, proceed, change)


@fault(
    "mod-time-day-first",
    kills=("MOD-TIM-03",),
    beside=("MOD-REP-05", "MOD-TRM-*", "MOD-PUB-04"),
)
def writes_the_day_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with a date of inspection that has the day first."""

    def change(entity: dict[str, Any]) -> None:
        entity["inspectionDate"] = {"type": "Property", "value": "01/02/2026"}

    return queried("Streetlight", request, proceed, change)


@fault("mod-time-of-no-clock", kills=("MOD-TIM-04",), beside=("MOD-REP-05",))
def makes_up_a_time(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps that were last changed at the start of 1970."""

    def change(entity: dict[str, Any]) -> None:
        entity["dateLastLampChange"]["value"] = "1970-01-01T00:00:00Z"

    return queried("Streetlight", request, proceed, change)


@fault("mod-time-to-come", kills=("MOD-TIM-05",), beside=("MOD-REP-05",))
def observes_the_future(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give air quality observed in a hundred years."""

    def change(entity: dict[str, Any]) -> None:
        if "no2" in entity:
            entity["no2"]["observedAt"] = entity["no2"]["observedAt"].replace("2026", "2126")

    return queried("AirQualityObserved", request, proceed, change)


@fault("mod-time-backwards", kills=("MOD-TIM-06",), beside=("MOD-REP-05",))
def ends_before_it_begins(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give consumption over periods that end before they begin."""

    def change(entity: dict[str, Any]) -> None:
        first, last = entity["dateObservedFrom"], entity["dateObservedTo"]
        first["value"], last["value"] = last["value"], first["value"]

    return queried("EnergyConsumption", request, proceed, change)


@fault("mod-variant-fraction")
def tells_milliseconds(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Air quality is observed to the millisecond."""

    def change(entity: dict[str, Any]) -> None:
        if "no2" in entity:
            entity["no2"]["observedAt"] = entity["no2"]["observedAt"].replace("Z", ".125Z")

    return held("AirQualityObserved", request, platform, proceed, change)
