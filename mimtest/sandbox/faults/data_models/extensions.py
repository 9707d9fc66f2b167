"""Ways for a model to part from the one it extends, one at a time, and permitted ways to extend it."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import SCHEMA, page, published, queried
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_BASE = "https://smart-data-models.github.io/dataModel.Streetlighting/Streetlight/schema.json"
_PROFILE = "/models/Streetlight/profile.html"


@fault(
    "mod-extension-silent",
    kills=("MOD-EXT-01",),
    beside=("MOD-EXT-10", "MOD-EXT-11"),
)
def does_not_name_its_base(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight refers to no other model, and has but its own attributes."""
    return published(
        SCHEMA, request, proceed, lambda s: {k: v for k, v in s.items() if k != "allOf"}
    )


@fault("mod-extension-drops", kills=("MOD-EXT-11",))
def takes_attributes_away(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight says that it comes from its base, and has but its own attributes."""

    def change(schema: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in schema.items() if k != "allOf"} | {"derivedFrom": _BASE}

    return published(SCHEMA, request, proceed, change)


@fault("mod-extension-refuses", kills=("MOD-EXT-02",), beside=("MOD-EXT-10",))
def refuses_attributes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight is a copy that refuses what it does not know, such as the voltage."""

    def change(schema: dict[str, Any]) -> dict[str, Any]:
        return _copied(schema) | {"additionalProperties": False}

    return published(SCHEMA, request, proceed, change)


@fault("mod-extension-retypes", kills=("MOD-EXT-03",), beside=("MOD-EXT-10", "MOD-STD-03"))
def retypes_an_attribute(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight wants text where its base has a number."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["voltage"] = {"description": "Volts.", "type": "string"}

    return published(SCHEMA, request, proceed, change)


def _copied(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with what it names of its base written out, in place of the reference."""
    return {k: v for k, v in schema.items() if k != "allOf"} | {"derivedFrom": _BASE}


@fault(
    "mod-extension-releases",
    kills=("MOD-EXT-04",),
    beside=("MOD-EXT-10", "MOD-EXT-11"),
)
def releases_what_is_required(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight is a copy that leaves the status to whoever likes to tell it."""

    def change(schema: dict[str, Any]) -> dict[str, Any]:
        schema["required"].remove("status")
        return _copied(schema)

    return published(SCHEMA, request, proceed, change)


@fault(
    "mod-extension-widens",
    kills=("MOD-EXT-05",),
    beside=("MOD-EXT-10", "MOD-EXT-11", "MOD-STD-03"),
)
def lets_values_in(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight is a copy that knows a status more than its base."""

    def change(schema: dict[str, Any]) -> dict[str, Any]:
        schema["properties"]["status"]["enum"].append("stolen")
        return _copied(schema)

    return published(SCHEMA, request, proceed, change)


@fault(
    "mod-extension-entities-differ",
    kills=("MOD-EXT-06", "MOD-SCH-01"),
    beside=("MOD-STD-01", "MOD-REP-05"),
)
def gives_what_the_base_refuses(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with a status that the standard model does not know."""

    def change(entity: dict[str, Any]) -> None:
        entity["status"]["value"] = "stolen"

    return queried("Streetlight", request, proceed, change)


@fault("mod-extension-wordless", kills=("MOD-EXT-07",))
def adds_without_a_word(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight adds an attribute without saying what it is."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["poleNumber"].pop("description")

    return published(SCHEMA, request, proceed, change)


@fault("mod-extension-stands-in", kills=("MOD-EXT-08",), beside=("MOD-EXT-11",))
def stands_in_for_its_base(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight has the identifier of its base."""
    return published(SCHEMA, request, proceed, lambda s: s | {"$id": _BASE})


@fault("mod-profile-nameless", kills=("MOD-EXT-09",))
def does_not_name_the_base(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The profile's document does not say what it is a profile of."""

    def change(text: str) -> str:
        return text.replace("Streetlighting/Streetlight", "a model").replace(_BASE, "#")

    return page(_PROFILE, request, proceed, change)


@fault("mod-profile-silent", kills=("MOD-EXT-10",))
def does_not_tell_of_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The profile's document does not tell of an attribute that it narrows."""
    return page(_PROFILE, request, proceed, lambda text: text.replace("lanternHeight", "height"))


@fault("mod-variant-extension-by-mirror")
def refers_to_a_mirror(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight refers to its base at another address of the same document."""
    mirror = _BASE.replace(
        "https://smart-data-models.github.io/dataModel.Streetlighting",
        "https://raw.githubusercontent.com/smart-data-models/dataModel.Streetlighting/master",
    )
    return published(SCHEMA, request, proceed, lambda s: s | {"allOf": [{"$ref": mirror}]})
