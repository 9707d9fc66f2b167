"""Ways for forms, lists and interfaces to say something else of one entity, one at a time."""

from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.data_models.messages import BUILDING, building, queried
from mimtest.sandbox.faults.data_models.messages_served import (
    V2,
    features,
    listed_v2,
    records,
    table,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_GEO_JSON = "application/geo+json"
_OTHER_YEAR = 1


def _rename(entity: dict[str, Any]) -> None:
    entity["name"]["value"] = "a house"


def _age(held: dict[str, Any]) -> None:
    if "yearOfConstruction" in held:
        held["yearOfConstruction"] -= _OTHER_YEAR


@fault("mod-concise-forgets-units", kills=("MOD-REP-03",))
def forgets_units_in_concise_form(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The concise form of a building has its floor area without the unit."""

    def change(entity: dict[str, Any]) -> None:
        if isinstance(entity.get("floorArea"), dict):
            entity["floorArea"] = entity["floorArea"]["value"]

    return building(request, proceed, change, when=request.params.get("options") == "concise")


@fault("mod-concise-turns-around", kills=("MOD-REP-03",))
def turns_lists_around(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The concise form of a building has the corners of its outline in another order."""

    def change(entity: dict[str, Any]) -> None:
        for ring in entity["location"]["coordinates"]:
            ring.reverse()

    return building(request, proceed, change, when=request.params.get("options") == "concise")


@fault("mod-feature-drops", kills=("MOD-REP-04",))
def drops_a_property_of_a_feature(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The GeoJSON feature of a building lacks its address."""
    return building(
        request,
        proceed,
        lambda f: f["properties"].pop("address", None),
        when=_GEO_JSON in request.headers.get("accept", ""),
    )


@fault("mod-feature-elsewhere", kills=("MOD-REP-04",))
def moves_a_feature(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The geometry of the GeoJSON feature of a building is a corner of it."""

    def change(feature: dict[str, Any]) -> None:
        corner = feature["geometry"]["coordinates"][0][0]
        feature["geometry"] = {"type": "Point", "coordinates": corner}

    asked = _GEO_JSON in request.headers.get("accept", "")
    return building(request, proceed, change, when=asked)


@fault("mod-list-says-other", kills=("MOD-REP-05",))
def says_something_else_in_lists(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give buildings another name than they have by themselves."""
    return queried("Building", request, proceed, _rename)


@fault("mod-legacy-list-rounds", kills=("MOD-REP-05", "MOD-REP-08"))
def rounds_in_lists(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Lists of the NGSI v2 broker give floor areas in whole hundreds."""

    def change(entity: dict[str, Any]) -> None:
        if "floorArea" in entity:
            entity["floorArea"]["value"] = round(entity["floorArea"]["value"], -2)

    return listed_v2("Building", request, proceed, change)


@fault("mod-map-list-drops", kills=("MOD-REP-05",))
def drops_a_property_in_lists(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of buildings on the map has them without a year, which each has by itself."""
    return features("buildings", request, proceed, lambda p: p.pop("yearOfConstruction", None))


@fault("mod-names-depend-on-the-context", kills=("MOD-REP-06",))
def loses_a_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Read without a @context, the name of a building stands under an IRI of the broker's own."""
    bare = "link" not in request.headers
    linked = "ld+json" in request.headers.get("accept", "")

    def change(entity: dict[str, Any]) -> None:
        held = [n for n in entity if n.endswith("/name")]
        entity["https://broker.example/name"] = entity.pop(held[0])

    return building(request, proceed, change, when=bare and linked)


@fault("mod-key-values-as-text", kills=("MOD-REP-07",))
def gives_numbers_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The keyValues of a building of the NGSI v2 broker have its numbers as text."""
    response = proceed(request)
    asked = request.path.startswith(f"{V2}/{BUILDING}") and request.method == "GET"
    if not asked or request.params.get("options") != "keyValues" or response.status != 200:  # noqa: PLR2004
        return response
    entity = response.json()
    numbers = {n: str(v) for n, v in entity.items() if type(v) in (int, float)}
    return response.with_json(entity | numbers)


@fault("mod-map-says-other", kills=("MOD-REP-08",))
def says_something_else_on_the_map(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """On the map a building is a year older than at the broker."""
    return features("buildings", request, proceed, _age, alone=True)


@fault("mod-records-say-other", kills=("MOD-REP-08", "MOD-REP-09"))
def says_something_else_in_records(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In the records of the plain interface a building is a year older than at the broker, and in the table."""
    return records("buildings", request, proceed, _age)


@fault("mod-table-cuts", kills=("MOD-REP-09",))
def cuts_cells(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The table of lamps has no decimals."""
    return table("streetlights", request, proceed, lambda t: t.replace(",4.5,", ",4,"))


@fault("mod-table-lacks-a-column", kills=("MOD-REP-09",))
def lacks_a_column(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The table of lamps has a column under another name."""
    return table("streetlights", request, proceed, lambda t: t.replace("lampType", "kind", 1))


@fault("mod-table-uneven", kills=("MOD-REP-09",))
def leaves_out_a_cell(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A line of the table of lamps has a cell less than the others."""

    def change(text: str) -> str:
        lines = text.split("\r\n")
        lines[1] = lines[1].partition(",")[2]
        return "\r\n".join(lines)

    return table("streetlights", request, proceed, change)
