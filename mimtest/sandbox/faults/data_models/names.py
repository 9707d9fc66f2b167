"""Ways to break names and identifiers, one at a time."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import SCHEMA, published, queried
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("mod-term-misspelled", kills=("MOD-TRM-01", "MOD-TRM-03"), beside=("MOD-EXT-10",))
def misspells_an_attribute(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight has an optional attribute under another spelling."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["poleNumbers"] = schema["properties"].pop("poleNumber")

    return published(SCHEMA, request, proceed, change)


@fault(
    "mod-term-without-iri",
    kills=("MOD-TRM-02",),
    beside=("MOD-REP-06", "MOD-TRM-07", "CTX-CTX-04", "CTX-CTX-26"),
)
def forgets_a_term(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published @context does not define an attribute of the lamps."""
    return published(
        "/contexts/city.jsonld", request, proceed, lambda c: c["@context"].pop("lampType") and c
    )


@fault("mod-id-no-uri", kills=("MOD-IDN-01", "MOD-SCH-01"), beside=("MOD-REP-05",))
def identifies_by_a_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with a plain name for an id, which their schema refuses, too."""

    def change(entity: dict[str, Any]) -> None:
        entity["id"] = entity["id"].removeprefix("urn:ngsi-ld:Streetlight:exampleton:")

    return queried("Streetlight", request, proceed, change)


@fault("mod-id-other-type", kills=("MOD-IDN-02",), beside=("MOD-REP-05",))
def identifies_as_another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps whose ids name another type."""

    def change(entity: dict[str, Any]) -> None:
        entity["id"] = entity["id"].replace(":Streetlight:", ":Lamp:")

    return queried("Streetlight", request, proceed, change)
