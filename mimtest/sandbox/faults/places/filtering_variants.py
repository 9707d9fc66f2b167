"""Permitted ways to filter and sort otherwise than the reference service."""

import re
from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.places.filtering import reread
from mimtest.sandbox.faults.places.messages import (
    BAD,
    COLLECTION,
    Document,
    asking,
    described,
    edited,
    is_items,
)
from mimtest.sandbox.faults.places.queryables import told
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CQL2: Final = "http://www.opengis.net/spec/cql2/1.0/conf/"
_RELATION: Final = "http://www.opengis.net/def/rel/ogc/1.0/"
_OPTIONAL: Final = (
    "advanced-comparison-operators",
    "case-insensitive-comparison",
    "accent-insensitive-comparison",
    "spatial-functions",
    "basic-spatial-functions-plus",
    "temporal-functions",
    "array-functions",
    "property-property",
)


def _speaking(request: Request, proceed: Proceed, language: str, other: str) -> Response:
    """A service that knows one language alone, which is its default."""
    given = request.params
    if is_items(request) and "filter" in given:
        if given.get("filter-lang", language) == other:
            return json_response({"status": BAD, "title": f"{language} only"}, BAD)
        return proceed(asking(request, filter_lang=given.get("filter-lang", language)))
    response = proceed(request)
    if request.path == "/ogc/conformance":
        return edited(response, lambda d: d["conformsTo"].remove(_CQL2 + other))
    if request.path != "/ogc/api":
        return response
    schema = {"type": "string", "enum": [language], "default": language}
    return edited(
        response,
        lambda d: d["components"]["parameters"]["filter-lang"].update(schema=schema),
    )


@fault("pla-variant-filters-as-text-only")
def text_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Filters are taken as text alone."""
    return _speaking(request, proceed, "cql2-text", "cql2-json")


@fault("pla-variant-filters-as-json-only")
def json_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Filters are taken as JSON alone."""
    return _speaking(request, proceed, "cql2-json", "cql2-text")


@fault("pla-variant-basic-filters-only")
def basic_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Only the basic classes of CQL2 are declared, and the words of the others are refused."""
    given = request.params.get("filter", "")
    words = r"LIKE|IN \(|BETWEEN|CASEI|ACCENTI|T_|A_|POLYGON|S_(?!INTERSECTS)|^'?[\d.]+'? [<>=]"
    if is_items(request) and re.search(words, given):
        return json_response({"status": BAD, "title": "basic only"}, BAD)
    response = proceed(request)
    if request.path != "/ogc/conformance":
        return response
    left_out = [_CQL2 + name for name in _OPTIONAL]
    return edited(
        response,
        lambda d: d.update(conformsTo=[c for c in d["conformsTo"] if c not in left_out]),
    )


@fault("pla-variant-filters-undeclared")
def undeclared(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nothing of Parts 3, 5 and 8 is declared or there."""
    if re.fullmatch(r"/ogc/collections/[^/]+/(queryables|sortables|schema)", request.path):
        return json_response({"status": 404, "title": "Not Found"}, 404)
    if {"filter", "filter-lang", "filter-crs", "sortby"} & request.params.keys():
        return json_response({"status": BAD, "title": "unknown parameter"}, BAD)
    response = proceed(request)
    if request.path == "/ogc/conformance":
        kept = re.compile(r".*/(ogcapi-features-[358]|cql2)/.*")
        return edited(
            response,
            lambda d: d.update(conformsTo=[c for c in d["conformsTo"] if not kept.match(c)]),
        )

    if request.path == "/ogc/api":
        return edited(response, _without_questions)

    def edit(document: Document) -> None:
        document["links"] = [k for k in document["links"] if not k["rel"].startswith(_RELATION)]

    return described(request, response, edit)


def _without_questions(document: Document) -> None:
    """An API definition without filters, sorting and the schemas of features."""
    paths = document["paths"]
    document["paths"] = {
        path: item
        for path, item in paths.items()
        if not path.endswith(("/queryables", "/sortables", "/schema"))
    }
    for item in document["paths"].values():
        listed = item.get("get", {}).get("parameters", [])
        item.get("get", {})["parameters"] = [
            p for p in listed if not re.search(r"/(filter|sortby)", p.get("$ref", ""))
        ]


@fault("pla-variant-case-never-counts")
def case_never_counts(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Texts are compared without regard to case, as a data base may have it."""
    return reread(
        request, proceed, lambda f: re.sub(r"^(\w+) = ('[^']*')$", r"CASEI(\1) = CASEI(\2)", f)
    )


@fault("pla-variant-other-includes-unset")
def other_includes_unset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is not set counts as other than any value."""
    return reread(request, proceed, lambda f: re.sub(r"^(\w+) (<> .*)$", r"\1 \2 OR \1 IS NULL", f))


@fault("pla-variant-queryables-of-a-draft")
def of_a_draft(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queryables are in an older dialect, with an address below the host and more properties than shown."""

    def edit(document: Document) -> None:
        document["$schema"] = "http://json-schema.org/draft/2019-09/schema#"
        document["$id"] = document["$id"].removeprefix(request.base)
        document["properties"]["owner.name"] = {"type": "string"}

    def shorten(document: Document) -> None:
        for link in document["links"]:
            link["rel"] = link["rel"].replace(_RELATION, "[ogc-rel:") + (
                "]" if link["rel"].startswith(_RELATION) else ""
            )

    if request.path == "/ogc/collections" or COLLECTION.fullmatch(request.path):
        return described(request, proceed(request), shorten)
    if request.path == "/ogc/api":
        return edited(proceed(request), _with_owner)
    given = request.params
    if is_items(request) and "owner.name" in given:
        return proceed(asking(request, **{"owner.name": None, "filter": "geometry IS NULL"}))
    return told(request, proceed, "queryables", edit)


def _with_owner(document: Document) -> None:
    owner = {"name": "owner.name", "in": "query", "schema": {"type": "string"}}
    for path, item in document["paths"].items():
        if path.endswith("/items"):
            item["get"]["parameters"].append(owner)


@fault("pla-variant-unset-comes-first")
def unset_comes_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In sorting, what is not set comes first, going up."""
    response = proceed(request)
    name = request.params.get("sortby", "").lstrip("+- ")
    if not is_items(request) or not name or "," in name:
        return response

    def edit(document: Document) -> None:
        if "next" not in [link["rel"] for link in document["links"]]:
            found = document["features"]
            document["features"] = sorted(
                found, key=lambda f: f["properties"].get(name) is not None
            )

    return edited(response, edit)


@fault("pla-variant-open-queryables")
def open_queryables(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Any property can be asked for; those that are not there are null."""
    if re.match(r"mimtest\w* =", request.params.get("filter", "")):
        return proceed(asking(request, filter="geometry IS NULL"))
    return told(request, proceed, "queryables", lambda d: d.pop("additionalProperties"))
