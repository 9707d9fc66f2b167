"""Ways to break units, times and places, one at a time."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import queried
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("mod-unit-symbol", kills=("MOD-UNI-01", "MOD-UNI-02"), beside=("MOD-REP-05",))
def writes_units_as_symbols(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with the symbol lm for a unit code."""

    def change(entity: dict[str, Any]) -> None:
        if "luminousFlux" in entity:
            entity["luminousFlux"]["unitCode"] = "lm"

    return queried("Streetlight", request, proceed, change)


@fault("mod-time-without-zone", kills=("MOD-TIM-01",), beside=("MOD-REP-05",))
def forgets_the_zone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give air quality observed at a time without its zone."""

    def change(entity: dict[str, Any]) -> None:
        if "observedAt" in entity.get("no2", {}):
            entity["no2"]["observedAt"] = entity["no2"]["observedAt"].removesuffix("Z")

    return queried("AirQualityObserved", request, proceed, change)


@fault("mod-place-off-the-earth", kills=("MOD-GEO-01", "MOD-GEO-03"), beside=("MOD-REP-05",))
def leaves_the_earth(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps that are observed from beyond the pole."""

    def change(entity: dict[str, Any]) -> None:
        beyond = {"type": "Point", "coordinates": [7.9012, 151.6034]}
        entity["observationSpace"] = {"type": "GeoProperty", "value": beyond}

    return queried("Streetlight", request, proceed, change)
