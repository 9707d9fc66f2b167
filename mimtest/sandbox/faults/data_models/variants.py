"""Permitted ways to publish models and data that differ from the usual."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mimtest.sandbox.faults.data_models.messages import SCHEMA, published, queried
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_FORMER = "https://uri.fiware.org/ns/data-models#fillingLevel"
_CURRENT = "https://smartdatamodels.org/dataModel.WasteManagement/fillingLevel"


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


@fault("mod-variant-iris-of-before")
def keeps_iris_of_before(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A term of a standard model has the IRI it had years ago, in the published @context and in the data."""
    asked = replace(
        request,
        path=request.path.replace(_FORMER, _CURRENT),
        raw_path=request.raw_path.replace(_FORMER, _CURRENT),
        query=request.query.replace(quote(_FORMER, safe=""), quote(_CURRENT, safe="")),
        body=request.body.replace(_FORMER.encode(), _CURRENT.encode()),
    )
    response = proceed(asked)
    return response.with_body(response.body.replace(_CURRENT.encode(), _FORMER.encode()))
