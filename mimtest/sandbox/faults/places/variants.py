"""Permitted ways to differ from the reference service."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from mimtest.sandbox.faults.places.messages import (
    BAD,
    MOST,
    OK,
    Document,
    asking,
    described,
    each_feature,
    edited,
    forgiving,
    is_item,
    is_items,
    move,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CRS84H: Final = "http://www.opengis.net/def/crs/OGC/0/CRS84h"
_PART_2: Final = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"


def _links(node: Any) -> Iterator[Document]:
    """Every link anywhere in a document."""
    if isinstance(node, list):
        for item in node:
            yield from _links(item)
    elif isinstance(node, dict):
        yield from (link for link in node.get("links", []) if isinstance(link, dict))
        for value in node.values():
            yield from _links(value)


@fault("pla-variant-relative-links")
def relative_links(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Links are relative references, in another order, beside templates and web pages."""

    def edit(document: Document) -> None:
        for link in _links(document):
            link["href"] = link["href"].removeprefix(request.base)
        if isinstance(document.get("links"), list):
            page = {
                "href": "https://city.example/map",
                "rel": "alternate",
                "type": "text/html",
                "hreflang": "de",
            }
            template = {
                "href": "/ogc/{x}",
                "rel": "data",
                "type": "application/json",
                "templated": True,
            }
            document["links"] = [template, *reversed(document["links"]), page]

    response = proceed(request)
    is_json = (response.header("Content-Type") or "").endswith("json")
    wanted = is_json and request.path.startswith("/ogc") and request.path != "/ogc"
    return edited(response, edit) if wanted else response


@fault("pla-variant-silent-about-numbers")
def silent_about_numbers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pages name neither numbers nor time, and have members of their own."""

    def edit(document: Document) -> None:
        for name in ("numberMatched", "numberReturned", "timeStamp"):
            document.pop(name, None)
        document["style"] = {"colour": "yellow"}

    response = proceed(request)
    return edited(response, edit) if is_items(request) else response


@fault("pla-variant-charset")
def charset(_request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Media types have a charset and capitals."""
    response = proceed(_request)
    kind = response.header("Content-Type")
    if not kind or not kind.endswith("json"):
        return response
    return response.with_header(
        "Content-Type", f"{kind.replace('application', 'Application')}; charset=UTF-8"
    )


@fault("pla-variant-heights")
def heights(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Positions have a height, and CRS84h is listed as their default."""
    named = [n.replace("-", "_") for n, v in request.params.items() if v == _CRS84H]
    response = described(
        request,
        proceed(asking(request, **dict.fromkeys(named))),
        lambda c: c["crs"].append(_CRS84H),
    )
    if request.path == "/ogc/collections":
        return edited(response, lambda d: d["crs"].append(_CRS84H))
    if not (is_items(request) or is_item(request)) or response.status != OK:
        return response
    if "crs" in named:
        response = response.with_header("Content-Crs", f"<{_CRS84H}>")
    return edited(response, lambda d: each_feature(d, lambda f: move(f, lambda p: [*p, 93.5])))


@fault("pla-variant-feature-without-place")
def feature_without_place(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection has a feature without geometry, which no box selects."""
    nowhere = "bahnhofstrasse-kiosk"

    def hide(feature: Document) -> None:
        if feature["id"].endswith(nowhere):
            feature["geometry"] = None

    def drop(document: Document) -> None:
        left = [f for f in document["features"] if not f["id"].endswith(nowhere)]
        missing = len(document["features"]) - len(left)
        document["features"] = left
        document["numberReturned"] -= missing

    response = proceed(request)
    if not request.path.startswith("/ogc/collections/streetlights/items"):
        return response
    if "bbox" not in request.params:
        return edited(response, lambda d: each_feature(d, hide))
    without = edited(response, drop)
    return edited(without, lambda d: d.pop("numberMatched"))


@fault("pla-variant-small-pages")
def small_pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No page holds more than seven features, and the last announces an empty one."""
    limit = request.params.get("limit", "10")
    if not is_items(request) or not limit.isdecimal() or request.method == "POST":
        return proceed(request)
    clamped = min(int(limit), 7)
    response = proceed(asking(request, limit=str(clamped)))

    def edit(document: Document) -> None:
        rels = [link["rel"] for link in document["links"]]
        if "next" not in rels and len(document["features"]) == clamped:
            after = int(request.params.get("offset", "0")) + clamped
            href = f"{request.base}{request.path}?{asking(request, offset=str(after)).query}"
            document["links"].append({"href": href, "rel": "next", "type": "application/geo+json"})

    return edited(response, edit)


@fault(
    "pla-ids-are-numbers",
    kills=("PLA-P-05", "PLA-P-06", "PLA-P-16"),
    beside=("PLA-P-09", "PLA-P-10"),
)
def numeric_ids(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features have whole numbers as ids: permitted, but the same things have others elsewhere, and had before."""
    if not (is_items(request) or is_item(request)) or "/reports/" in request.path:
        return proceed(request)
    stem = "/".join(request.path.split("/")[:5])
    numbers = _numbers(request, stem, proceed)
    if is_item(request):
        asked = unquote(request.raw_path or request.path).rpartition("/")[2]
        named = next((i for i, n in numbers.items() if str(n) == asked), "nothing")
        request = replace(
            request, path=f"{stem}/{named}", raw_path=f"{stem}/{quote(named, safe='')}"
        )
    response = proceed(request)
    return edited(response, lambda d: each_feature(d, lambda f: f.update(id=numbers[f["id"]])))


def _numbers(request: Request, stem: str, proceed: Proceed) -> Mapping[str, int]:
    """A number for every feature of a collection."""
    asked = replace(request, path=stem, raw_path=stem, query=f"limit={MOST}", headers={})
    every = proceed(replace(asked, method="GET"))
    features = json.loads(every.body or b"{}").get("features", []) if every.status == OK else []
    return {feature["id"]: number for number, feature in enumerate(features, start=1)}


@fault("pla-variant-free-parameters")
def free_parameters(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition takes parameters of any name, and so does the service."""
    free = {
        "name": "more",
        "in": "query",
        "style": "form",
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    }

    def edit(document: Document) -> None:
        for path, item in document["paths"].items():
            if path.endswith("/items"):
                item["get"]["parameters"].append(free)

    if request.path == "/ogc/api":
        return edited(proceed(request), edit)
    return forgiving(request, proceed, "mimtest-unknown")


@fault("pla-variant-core-only")
def core_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The service knows Part 1 alone and says nothing of time."""

    def edit(collection: Document) -> None:
        for name in ("crs", "storageCrs"):
            collection.pop(name, None)
        collection["extent"].pop("temporal", None)

    if {"crs", "bbox-crs"} & request.params.keys():
        return json_response({"status": BAD, "title": "unknown parameter"}, BAD)
    response = described(request, proceed(request), edit).without_header("Content-Crs")
    if request.path != "/ogc/conformance":
        return response
    return edited(response, lambda d: d["conformsTo"].remove(_PART_2))
