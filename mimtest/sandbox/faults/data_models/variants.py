"""Permitted ways to publish models and data that differ from the usual."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import SCHEMA, published, queried
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("mod-variant-offset")
def uses_an_offset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Air quality is observed at times with a numeric offset in place of Z."""

    def change(entity: dict[str, Any]) -> None:
        for attribute in entity.values():
            if isinstance(attribute, dict) and "observedAt" in attribute:
                attribute["observedAt"] = attribute["observedAt"].replace("Z", "+00:00")

    return queried("AirQualityObserved", request, proceed, change)


@fault("mod-variant-type-array")
def lists_its_types(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The type of a lamp comes as an array of one."""

    def change(entity: dict[str, Any]) -> None:
        entity["type"] = [entity["type"]]

    return queried("Streetlight", request, proceed, change)


@fault("mod-variant-foreign-common-schema")
def refers_to_a_foreign_schema(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight refers to a common schema at another host."""
    common = {"$ref": "https://models.example/common-schema.json#/definitions/Commons"}
    return published(
        SCHEMA, request, proceed, lambda s: s | {"allOf": [*s.get("allOf", ()), common]}
    )
