"""Ways for data and their published models to part, one at a time, and permitted ways to differ.

Each touches only what its check looks at: the published document, the first page of a type asked for
together with the number of its entities, or one form of a retrieved entity.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_ENTITIES: Final = "/ngsi-ld/v1/entities"
_BUILDING: Final = "urn:ngsi-ld:Building:"
_SCHEMA: Final = "/models/Streetlight/schema.json"

Change = Callable[[dict[str, Any]], Any]


def _published(path: str, request: Request, proceed: Proceed, change: Change) -> Response:
    """The document at a path, changed."""
    response = proceed(request)
    if request.method != "GET" or request.path != path or response.status != 200:  # noqa: PLR2004
        return response
    document = response.json()
    changed = change(document)
    return response.with_json(document if changed is None else changed)


def _queried(name: str, request: Request, proceed: Proceed, change: Change) -> Response:
    """The entities of a query for a page of that type and its size, changed."""
    response = proceed(request)
    asked = request.path == _ENTITIES and request.params.get("type") == name
    plain = request.params.keys() == {"type", "limit", "count"}
    if request.method != "GET" or response.status != 200 or not (asked and plain):  # noqa: PLR2004
        return response
    entities = response.json()
    if not isinstance(entities, list):
        return response
    for entity in entities:
        change(entity)
    return response.with_json(entities)


def _building(request: Request, proceed: Proceed, change: Change, *, when: bool) -> Response:
    """A retrieved Building, changed."""
    response = proceed(request)
    asked = request.path.startswith(f"{_ENTITIES}/{_BUILDING}")
    if not (when and asked) or request.method != "GET" or response.status != 200:  # noqa: PLR2004
        return response
    entity = response.json()
    change(entity)
    return response.with_json(entity)


@fault("mod-schema-wants-more", kills=("MOD-SCH-01",), beside=("CTX-ACC-06",))
def wants_what_is_not_there(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight requires an attribute that no lamp has."""
    return _published(_SCHEMA, request, proceed, lambda s: s["required"].append("mountingYear"))


@fault("mod-schema-other-type", kills=("MOD-SCH-01",), beside=("CTX-ACC-06",))
def wants_text_for_numbers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight has text where the lamps have numbers."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["luminousFlux"] = {"type": "string"}

    return _published(_SCHEMA, request, proceed, change)


@fault("mod-schema-invalid", kills=("MOD-SCH-02",))
def publishes_no_schema(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight names a type that JSON does not have."""
    return _published(_SCHEMA, request, proceed, lambda s: s | {"type": "entity"})


@fault("mod-schema-format", kills=("MOD-SCH-03",))
def wants_another_format(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight gives pole numbers the format of a date."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["poleNumber"]["format"] = "date"

    return _published(_SCHEMA, request, proceed, change)


@fault("mod-schema-vacuous", kills=("MOD-SCH-04", "CTX-ACC-06"))
def publishes_an_empty_schema(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight accepts any object."""
    return _published(_SCHEMA, request, proceed, lambda _: {"title": "Streetlight"})


@fault("mod-term-misspelled", kills=("MOD-TRM-01",))
def misspells_an_attribute(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight has an optional attribute under another spelling."""

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["lanternHight"] = schema["properties"].pop("lanternHeight")

    return _published(_SCHEMA, request, proceed, change)


@fault("mod-term-without-iri", kills=("MOD-TRM-02",), beside=("CTX-CTX-04", "CTX-CTX-26"))
def forgets_a_term(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published @context does not define an attribute of the lamps."""
    return _published(
        "/contexts/city.jsonld", request, proceed, lambda c: c["@context"].pop("lampType") and c
    )


@fault("mod-id-no-uri", kills=("MOD-IDN-01", "MOD-SCH-01"))
def identifies_by_a_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with a plain name for an id, which their schema refuses, too."""

    def change(entity: dict[str, Any]) -> None:
        entity["id"] = entity["id"].removeprefix("urn:ngsi-ld:Streetlight:exampleton:")

    return _queried("Streetlight", request, proceed, change)


@fault("mod-id-other-type", kills=("MOD-IDN-02",))
def identifies_as_another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps whose ids name another type."""

    def change(entity: dict[str, Any]) -> None:
        entity["id"] = entity["id"].replace(":Streetlight:", ":Lamp:")

    return _queried("Streetlight", request, proceed, change)


@fault("mod-unit-symbol", kills=("MOD-UNI-01",))
def writes_units_as_symbols(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with the symbol lm for a unit code."""

    def change(entity: dict[str, Any]) -> None:
        if "luminousFlux" in entity:
            entity["luminousFlux"]["unitCode"] = "lm"

    return _queried("Streetlight", request, proceed, change)


@fault("mod-time-without-zone", kills=("MOD-TIM-01",))
def forgets_the_zone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give air quality observed at a time without its zone."""

    def change(entity: dict[str, Any]) -> None:
        if "observedAt" in entity.get("no2", {}):
            entity["no2"]["observedAt"] = entity["no2"]["observedAt"].removesuffix("Z")

    return _queried("AirQualityObserved", request, proceed, change)


@fault("mod-place-off-the-earth", kills=("MOD-GEO-01",))
def leaves_the_earth(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps that are observed from beyond the pole."""

    def change(entity: dict[str, Any]) -> None:
        beyond = {"type": "Point", "coordinates": [7.9, 151.6]}
        entity["observationSpace"] = {"type": "GeoProperty", "value": beyond}

    return _queried("Streetlight", request, proceed, change)


@fault("mod-simplified-differs", kills=("MOD-REP-01",))
def differs_in_one_form(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The simplified form of a building has another name than its normalized form."""
    simplified = request.params.get("options") == "keyValues"
    return _building(request, proceed, lambda e: e.update(name="a house"), when=simplified)


@fault("mod-json-ld-drops", kills=("MOD-REP-02",))
def drops_in_one_form(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The JSON-LD form of a building lacks an attribute that its JSON form has."""
    linked = request.headers.get("accept", "").startswith("application/ld+json")
    return _building(request, proceed, lambda e: e.pop("category", None), when=linked)


@fault("mod-variant-offset")
def uses_an_offset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Air quality is observed at times with a numeric offset in place of Z."""

    def change(entity: dict[str, Any]) -> None:
        for attribute in entity.values():
            if isinstance(attribute, dict) and "observedAt" in attribute:
                attribute["observedAt"] = attribute["observedAt"].replace("Z", "+00:00")

    return _queried("AirQualityObserved", request, proceed, change)


@fault("mod-variant-type-array")
def lists_its_types(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The type of a lamp comes as an array of one."""

    def change(entity: dict[str, Any]) -> None:
        entity["type"] = [entity["type"]]

    return _queried("Streetlight", request, proceed, change)


@fault("mod-variant-older-draft")
def publishes_an_older_draft(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight is written in draft-07."""

    def change(schema: dict[str, Any]) -> None:
        schema["$schema"] = "http://json-schema.org/draft-07/schema#"
        schema["definitions"] = schema.pop("$defs")
        point = schema["definitions"]["point"]
        point["properties"]["coordinates"] = {"$ref": "#/definitions/position"}
        schema["definitions"]["position"].pop("prefixItems")
        schema["properties"]["location"] = {"$ref": "#/definitions/point"}

    return _published(_SCHEMA, request, proceed, change)


@fault("mod-variant-foreign-common-schema")
def refers_to_a_foreign_schema(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published schema of Streetlight refers to a common schema at another host."""
    common = {"$ref": "https://models.example/common-schema.json#/definitions/Commons"}
    return _published(_SCHEMA, request, proceed, lambda s: s | {"allOf": [common]})
