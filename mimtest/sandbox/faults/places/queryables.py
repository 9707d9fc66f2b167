"""Ways to break the documents that say what can be asked: queryables, schemas and sortables."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.messages import (
    BAD,
    OK,
    Document,
    asking,
    described,
    edited,
    forgiving,
    is_items,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_RELATION: Final = "http://www.opengis.net/def/rel/ogc/1.0/"
_QUERYABLE: Final = ("floorsAboveGround", "totalSpotNumber", "luminousFlux")
_OWN: Final = ("limit", "offset", "bbox", "bbox-crs", "datetime", "crs", "f", "sortby")


def told(
    request: Request, proceed: Proceed, kind: str, edit: Callable[[Document], object]
) -> Response:
    """A schema of a collection changed."""
    response = proceed(request)
    wanted = re.fullmatch(rf"/ogc/collections/[^/]+/{kind}", request.path)
    return edited(response, edit) if wanted else response


def _first_number(document: Document) -> Document:
    """The schema of a property that is a whole number, or an empty one."""
    return next((document["properties"][n] for n in _QUERYABLE if n in document["properties"]), {})


def _without(request: Request, proceed: Proceed, kind: str) -> Response:
    def edit(document: Document) -> None:
        document["links"] = [k for k in document["links"] if k["rel"] != _RELATION + kind]

    return described(request, proceed(request), edit)


@fault("pla-queryables-plain-json", kills=("PLA-F-01",), beside=("PLA-D-04",))
def plain_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queryables come as JSON of no special kind."""
    response = proceed(request)
    if request.path.endswith("/queryables") and response.status == OK:
        return response.with_header("Content-Type", "application/json")
    return response


@fault("pla-queryables-without-link", kills=("PLA-F-02",))
def queryables_without_link(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Collections do not link to their queryables."""
    return _without(request, proceed, "queryables")


@fault("pla-queryables-of-another-type", kills=("PLA-F-03",))
def of_another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A whole number is a text by the queryables."""
    return told(request, proceed, "queryables", lambda d: _first_number(d).update(type="string"))


@fault("pla-queryables-without-dialect", kills=("PLA-F-39",))
def without_dialect(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queryables do not say in which dialect of JSON Schema they are."""
    return told(request, proceed, "queryables", lambda d: d.pop("$schema"))


@fault("pla-queryables-of-an-old-dialect", kills=("PLA-F-39",))
def old_dialect(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queryables are in draft 07 of JSON Schema."""
    old = {"$schema": "http://json-schema.org/draft-07/schema#"}
    return told(request, proceed, "queryables", lambda d: d.update(old))


@fault("pla-queryables-at-another-address", kills=("PLA-F-39",))
def at_another_address(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queryables name the address of their collection."""

    def edit(document: Document) -> None:
        document["$id"] = document["$id"].removesuffix("/queryables")

    return told(request, proceed, "queryables", edit)


@fault("pla-queryables-place-by-reference", kills=("PLA-F-40",))
def place_by_reference(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The place among the queryables is a reference to a schema of GeoJSON."""
    place = {"$ref": "https://geojson.org/schema/Geometry.json"}
    return told(request, proceed, "queryables", lambda d: d["properties"].update(geometry=place))


@fault("pla-queryables-untyped", kills=("PLA-F-40",))
def untyped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A queryable has no type."""
    return told(request, proceed, "queryables", lambda d: _first_number(d).pop("type", None))


@fault("pla-parameter-ignored", kills=("PLA-F-04",))
def parameter_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A property given as a parameter is read and not used."""
    response = proceed(request)
    named = {
        n.replace("-", "_"): None for n in request.params if n not in _OWN and "filter" not in n
    }
    wanted = is_items(request) and response.status == OK and named
    return proceed(asking(request, **named)) if wanted else response


@fault("pla-parameters-undefined", kills=("PLA-F-41",))
def parameters_undefined(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition leaves out the parameters for properties."""

    def edit(document: Document) -> None:
        for path, item in document["paths"].items():
            if path.endswith("/items"):
                listed = item["get"]["parameters"]
                item["get"]["parameters"] = [p for p in listed if "$ref" in p]

    response = proceed(request)
    return edited(response, edit) if request.path == "/ogc/api" else response


@fault("pla-parameter-of-any-type", kills=("PLA-F-42",))
def parameter_of_any_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A word where a number belongs is passed over."""
    words = [n for n, v in request.params.items() if v == "mimtest"]
    return forgiving(request, proceed, words[0]) if words else proceed(request)


@fault("pla-queryables-of-anything", kills=("PLA-F-43",))
def of_anything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection that does not exist has queryables without properties."""
    response = proceed(request)
    if not request.path.endswith("/queryables") or response.status == OK:
        return response
    return json_response({"type": "object", "properties": {}}, media_type="application/schema+json")


@fault("pla-filter-languages-unnamed", kills=("PLA-F-34",))
def languages_unnamed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition does not list the languages of filters."""

    def edit(document: Document) -> None:
        document["components"]["parameters"]["filter-lang"]["schema"] = {"type": "string"}

    response = proceed(request)
    return edited(response, edit) if request.path == "/ogc/api" else response


@fault("pla-filter-language-in-name-only", kills=("PLA-F-34", "PLA-F-35"), beside=("PLA-F-12",))
def language_in_name_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """JSON is listed among the languages of filters and refused."""
    if is_items(request) and request.params.get("filter-lang") == "cql2-json":
        return json_response({"status": BAD, "title": "text only"}, BAD)
    return proceed(request)


@fault("pla-schema-without-link", kills=("PLA-F-14",))
def schema_without_link(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Collections do not link to the schema of their features."""
    return _without(request, proceed, "schema")


@fault("pla-schema-is-none", kills=("PLA-F-44",))
def schema_is_none(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The schema has a keyword of JSON Schema with a value it does not take."""
    return told(request, proceed, "schema", lambda d: d["properties"]["id"].update(minLength="1"))


@fault("pla-schema-with-two-identifiers", kills=("PLA-F-45",))
def two_identifiers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The schema has two identifiers."""
    second = {"type": "string", "x-ogc-role": "id"}
    return told(request, proceed, "schema", lambda d: d["properties"].update(number=second))


@fault("pla-schema-of-another-type", kills=("PLA-F-46",))
def schema_of_another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A number is a text by the schema."""
    return told(request, proceed, "schema", lambda d: _first_number(d).update(type="string"))


@fault("pla-schema-incomplete", kills=("PLA-F-46",))
def schema_incomplete(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The schema excludes a property that features have."""
    return told(request, proceed, "schema", lambda d: d["properties"].pop("name", None))


@fault("pla-schema-of-lines", kills=("PLA-F-47",))
def schema_of_lines(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Places are lines by the schema."""
    lines = {"format": "geometry-linestring"}
    return told(request, proceed, "schema", lambda d: d["properties"]["geometry"].update(lines))


@fault("pla-sortables-untyped", kills=("PLA-F-48",))
def sortables_untyped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A sortable has no type."""
    return told(request, proceed, "sortables", lambda d: _first_number(d).pop("type", None))
