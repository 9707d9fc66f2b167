"""Ways for data to part from their model at one interface alone."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages_served import features, listed_v2, records
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault(
    "mod-legacy-another-type",
    kills=("MOD-SCH-01",),
    beside=("MOD-REP-05", "MOD-REP-08", "MOD-UNI-*"),
)
def gives_text_for_a_number(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Lists of the NGSI v2 broker give the luminous flux of lamps as text."""

    def change(entity: dict[str, Any]) -> None:
        if "luminousFlux" in entity:
            entity["luminousFlux"]["value"] = "bright"

    return listed_v2("Streetlight", request, proceed, change)


@fault(
    "mod-map-another-type",
    kills=("MOD-SCH-01",),
    beside=("MOD-REP-05", "MOD-REP-08", "MOD-STD-01"),
)
def writes_the_unit_into_the_value(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features of lamps have their power with the unit, as text."""

    def change(properties: dict[str, Any]) -> None:
        properties["powerConsumption"] = f"{properties.get('powerConsumption', 1)} W"

    return features("streetlights", request, proceed, change)


@fault("mod-record-lacks-what-is-required", kills=("MOD-SCH-01",), beside=("MOD-REP-09",))
def leaves_out_a_member(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Records of lamps lack a member that their model requires."""
    return records("streetlights", request, proceed, lambda r: r.pop("lampType", None))


@fault("mod-legacy-unit-symbol", kills=("MOD-UNI-01",), beside=("MOD-UNI-*", "MOD-REP-05"))
def writes_units_as_symbols(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Lists of the NGSI v2 broker give lamps with the symbol lm for a unit code."""

    def change(entity: dict[str, Any]) -> None:
        if "luminousFlux" in entity:
            entity["luminousFlux"]["metadata"]["unitCode"]["value"] = "lm"

    return listed_v2("Streetlight", request, proceed, change)


@fault(
    "mod-record-without-zone",
    kills=("MOD-TIM-01", "MOD-SCH-03"),
    beside=("MOD-TIM-*", "MOD-REP-09", "MOD-STD-02"),
)
def forgets_the_zone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Records of the air's quality have times without their zone."""

    def change(record: dict[str, Any]) -> None:
        if "dateModified" in record:
            record["dateModified"] = record["dateModified"].removesuffix("Z")

    return records("air-quality", request, proceed, change)


@fault(
    "mod-legacy-place-off-the-earth",
    kills=("MOD-GEO-01", "MOD-SCH-01"),
    beside=("MOD-GEO-*", "MOD-REP-05", "MOD-REP-08"),
)
def leaves_the_earth(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Lists of the NGSI v2 broker give lamps beyond the pole."""

    def change(entity: dict[str, Any]) -> None:
        entity["location"]["value"]["coordinates"] = [7.9, 151.6]

    return listed_v2("Streetlight", request, proceed, change)
