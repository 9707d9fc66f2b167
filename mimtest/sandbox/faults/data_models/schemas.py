"""Ways for a published schema and the data to part, one at a time."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import SCHEMA, published
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("mod-schema-wants-more", kills=("MOD-SCH-01",), beside=("CTX-ACC-06", "MOD-PUB-06"))
def wants_what_is_not_there(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight requires an attribute that no lamp has."""
    return published(SCHEMA, request, proceed, lambda s: s["required"].append("mountingYear"))


@fault(
    "mod-schema-other-type",
    kills=("MOD-SCH-01",),
    beside=("CTX-ACC-06", "MOD-EXT-07", "MOD-PUB-06"),
)
def wants_text_for_numbers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight has text where the lamps have numbers."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["luminousFlux"] = {"type": "string"}

    return published(SCHEMA, request, proceed, change)


@fault("mod-schema-invalid", kills=("MOD-SCH-02",))
def publishes_no_schema(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight names a type that JSON does not have."""
    return published(SCHEMA, request, proceed, lambda s: s | {"type": "entity"})


@fault("mod-schema-format", kills=("MOD-SCH-03", "MOD-TIM-02"))
def wants_another_format(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight gives pole numbers the format of a date."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["poleNumber"]["format"] = "date"

    return published(SCHEMA, request, proceed, change)


@fault(
    "mod-schema-vacuous",
    kills=("MOD-SCH-04", "CTX-ACC-06"),
    beside=("MOD-SCH-05", "MOD-EXT-*"),
)
def publishes_an_empty_schema(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight accepts any object."""
    kept = ("$schema", "$id", "version", "title", "description")

    def change(schema: dict[str, Any]) -> dict[str, Any]:
        return {n: v for n, v in schema.items() if n in kept}

    return published(SCHEMA, request, proceed, change)
