"""Ways to get places wrong, one at a time."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import queried
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("mod-place-turned", kills=("MOD-GEO-02",), beside=("MOD-REP-05",))
def turns_coordinates(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with latitude before longitude."""

    def change(entity: dict[str, Any]) -> None:
        entity["location"]["value"]["coordinates"].reverse()

    return queried("Streetlight", request, proceed, change)


@fault("mod-place-abroad", kills=("MOD-GEO-03",), beside=("MOD-REP-05",))
def is_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps a degree further east than they are."""

    def change(entity: dict[str, Any]) -> None:
        entity["location"]["value"]["coordinates"][0] += 1

    return queried("Streetlight", request, proceed, change)


@fault("mod-place-unset", kills=("MOD-GEO-03", "MOD-GEO-04"), beside=("MOD-REP-05",))
def has_no_fix(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps where the equator meets the prime meridian."""

    def change(entity: dict[str, Any]) -> None:
        entity["location"]["value"]["coordinates"] = [0, 0]

    return queried("Streetlight", request, proceed, change)


@fault("mod-place-clockwise", kills=("MOD-GEO-05",), beside=("MOD-REP-05",))
def runs_with_the_clock(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give buildings whose rings run the wrong way."""

    def change(entity: dict[str, Any]) -> None:
        for ring in entity["location"]["value"]["coordinates"]:
            if isinstance(ring, list):
                ring.reverse()

    return queried("Building", request, proceed, change)


@fault("mod-place-rounded", kills=("MOD-GEO-06",), beside=("MOD-REP-05",))
def rounds_places(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with their places rounded to two decimals."""

    def change(entity: dict[str, Any]) -> None:
        place = entity["location"]["value"]
        place["coordinates"] = [round(c, 2) for c in place["coordinates"]]

    return queried("Streetlight", request, proceed, change)


@fault("mod-place-in-a-property", kills=("MOD-REL-04", "MOD-REL-07"), beside=("MOD-REP-05",))
def calls_places_properties(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps whose place is in a plain Property."""

    def change(entity: dict[str, Any]) -> None:
        entity["location"]["type"] = "Property"

    return queried("Streetlight", request, proceed, change)
