"""Ways to get units and measured values wrong, one at a time."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import queried
from mimtest.sandbox.faults.data_models.messages_held import held
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("mod-unit-invented", kills=("MOD-UNI-02",), beside=("MOD-REP-05",))
def invents_a_unit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with a unit that looks like a code and is none."""

    def change(entity: dict[str, Any]) -> None:
        if "luminousFlux" in entity:
            entity["luminousFlux"]["unitCode"] = "LMN"

    return queried("Streetlight", request, proceed, change)


@fault("mod-unit-withdrawn", kills=("MOD-UNI-03",), beside=("MOD-REP-05",))
def uses_a_withdrawn_unit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with a unit code that was withdrawn."""

    def change(entity: dict[str, Any]) -> None:
        if "luminousFlux" in entity:
            entity["luminousFlux"]["unitCode"] = "LX"

    return queried("Streetlight", request, proceed, change)


@fault("mod-unit-of-weight", kills=("MOD-UNI-04",), beside=("MOD-REP-05",))
def weighs_lengths(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps whose height is in kilograms."""

    def change(entity: dict[str, Any]) -> None:
        if "lanternHeight" in entity:
            entity["lanternHeight"]["unitCode"] = "KGM"

    return queried("Streetlight", request, proceed, change)


@fault("mod-unit-left-out", kills=("MOD-UNI-05",), beside=("MOD-REP-05",))
def leaves_out_the_unit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps whose height has no unit."""

    def change(entity: dict[str, Any]) -> None:
        entity.get("lanternHeight", {}).pop("unitCode", None)

    return queried("Streetlight", request, proceed, change)


@fault("mod-unit-mixed-up", kills=("MOD-UNI-06",), beside=("MOD-REP-05",))
def mixes_up_the_unit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give particulate matter in milligrams where it is micrograms."""

    def change(entity: dict[str, Any]) -> None:
        entity.get("pm10", {})["unitCode"] = "GP"

    return queried("AirQualityObserved", request, proceed, change)


@fault("mod-unit-now-and-then", kills=("MOD-UNI-07",), beside=("MOD-REP-05",))
def changes_the_unit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give one station whose nitrogen dioxide is in parts per million."""

    def change(entity: dict[str, Any]) -> None:
        if entity["id"].endswith("mill-pond"):
            entity["no2"]["unitCode"] = "59"

    return queried("AirQualityObserved", request, proceed, change)


@fault("mod-unit-of-text", kills=("MOD-UNI-08", "MOD-SCH-01"), beside=("MOD-REP-05",))
def writes_numbers_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps whose luminous flux is a text of digits."""

    def change(entity: dict[str, Any]) -> None:
        if "luminousFlux" in entity:
            entity["luminousFlux"]["value"] = str(entity["luminousFlux"]["value"])

    return queried("Streetlight", request, proceed, change)


@fault("mod-variant-other-units")
def uses_other_units(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Nitrogen dioxide comes in parts per billion everywhere, with its unit."""

    def change(entity: dict[str, Any]) -> None:
        if "no2" in entity:
            entity["no2"]["unitCode"] = "61"

    return held("AirQualityObserved", request, platform, proceed, change)


@fault("mod-variant-fahrenheit")
def measures_in_fahrenheit(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The air's temperature comes in degrees Fahrenheit, with its unit."""

    def change(entity: dict[str, Any]) -> None:
        if "temperature" in entity:
            entity["temperature"] |= {"unitCode": "FAH", "value": 57.2}

    return held("WeatherObserved", request, platform, proceed, change)
