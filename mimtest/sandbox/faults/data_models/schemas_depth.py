"""Ways for a published schema to be of little use, one at a time."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import SCHEMA, published
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_BUILDING = "/models/Building/schema.json"


def _without(name: str) -> Any:
    return lambda s: s | {"required": [n for n in s["required"] if n != name]}


@fault("mod-schema-takes-the-nameless", kills=("MOD-SCH-05",))
def takes_the_nameless(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Building does not ask for an id."""
    return published(_BUILDING, request, proceed, _without("id"))


@fault("mod-schema-takes-the-typeless", kills=("MOD-SCH-05",))
def takes_the_typeless(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Building does not ask for a type."""
    return published(_BUILDING, request, proceed, _without("type"))


@fault("mod-schema-says-nothing-of-one", kills=("MOD-SCH-06",))
def says_nothing_of_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Building describes an attribute in words alone."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["floorArea"] = {"description": "Its floor area."}

    return published(_BUILDING, request, proceed, change)


@fault("mod-schema-dead-reference", kills=("MOD-SCH-07",))
def refers_to_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Building refers to a part that it does not have, for an attribute that is not in use."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["owner"] = {"description": "Whose it is.", "$ref": "#/$defs/person"}

    return published(_BUILDING, request, proceed, change)


@fault("mod-schema-older-draft", kills=("MOD-SCH-08",))
def publishes_an_older_draft(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight is written in draft-07."""

    def change(schema: dict[str, Any]) -> None:
        schema["$schema"] = "http://json-schema.org/draft-07/schema#"
        schema["definitions"] = schema.pop("$defs")
        point = schema["definitions"]["point"]
        point["properties"]["coordinates"] = {"$ref": "#/definitions/position"}
        schema["definitions"]["position"].pop("prefixItems")
        schema["properties"]["location"] = {"$ref": "#/definitions/point"}

    return published(SCHEMA, request, proceed, change)


@fault("mod-schema-no-identifier", kills=("MOD-SCH-09",))
def has_no_identifier(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Building has an identifier that holds nowhere else."""
    return published(_BUILDING, request, proceed, lambda s: s | {"$id": "schema.json"})


@fault("mod-variant-typed-by-enumeration")
def types_by_enumeration(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Building names its type in an enumeration of one, and numbers by two kinds."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["type"] = {"description": "Its type.", "enum": ["Building"]}
        schema["properties"]["floorArea"]["type"] = ["number", "null"]

    return published(_BUILDING, request, proceed, change)
