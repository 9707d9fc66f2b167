"""Permitted ways to serve the same entities that differ from the usual."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import building, queried
from mimtest.sandbox.faults.data_models.messages_served import PLAIN, features, table
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("mod-variant-instants-in-lists")
def spells_instants_otherwise(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give instants with milliseconds and an offset, what is asked for by its id does not."""

    def change(entity: dict[str, Any]) -> None:
        for attribute in entity.values():
            if isinstance(attribute, dict) and "observedAt" in attribute:
                attribute["observedAt"] = attribute["observedAt"].replace("Z", ".000+00:00")

    return queried("AirQualityObserved", request, proceed, change)


@fault("mod-variant-instances-in-arrays")
def puts_instances_into_arrays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give the only instance of an attribute in an array."""

    def change(entity: dict[str, Any]) -> None:
        entity["name"] = [entity["name"]]

    return queried("Building", request, proceed, change)


@fault("mod-variant-attributes-in-any-order")
def turns_attributes_around(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Buildings come with their attributes in another order when asked for in concise form."""

    def change(entity: dict[str, Any]) -> None:
        turned = dict(reversed(entity.items()))
        entity.clear()
        entity.update(turned)

    return building(request, proceed, change, when=request.params.get("options") == "concise")


@fault("mod-variant-table-with-semicolons")
def separates_by_semicolons(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The table of car parks has semicolons between its cells, and a mark of the byte order before them."""

    def change(text: str) -> str:
        import csv  # noqa: PLC0415 (for this variant alone)
        import io  # noqa: PLC0415

        turned = io.StringIO()
        csv.writer(turned, delimiter=";").writerows(csv.reader(io.StringIO(text)))
        return f"\ufeff{turned.getvalue()}"

    return table("car-parks", request, proceed, change)


@fault("mod-variant-list-without-links")
def lists_without_envelope(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The car parks of the plain interface are an array by themselves when no parameter is given."""
    response = proceed(request)
    kind = response.header("Content-Type") or ""
    asked = request.path == f"{PLAIN}/car-parks/items" and not request.params
    if not asked or response.status != 200 or "json" not in kind:  # noqa: PLR2004
        return response
    return response.with_json(response.json()["items"]).without_header("Link")


@fault("mod-variant-features-with-more")
def adds_members_to_features(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features of car parks say their type and identifier in their properties, too."""

    def change(properties: dict[str, Any]) -> None:
        properties["type"] = "OffStreetParking"

    return features("parkings", request, proceed, change, alone=True)
