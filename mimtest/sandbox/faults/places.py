"""Faults of the features service (OGC API - Features), most of them seen in real servers."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlencode

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_ITEMS: Final = re.compile(r"/ogc/collections/[^/]+/items")
_ITEM: Final = re.compile(r"/ogc/collections/[^/]+/items/[^/]+")
_COLLECTION: Final = re.compile(r"/ogc/collections/[^/]+")
_CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG_4326: Final = "http://www.opengis.net/def/crs/EPSG/0/4326"
_PART_2: Final = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"
_MOST: Final = 100
_OK: Final = 200
_BAD: Final = 400

Document = dict[str, Any]


def _is_items(request: Request) -> bool:
    return bool(_ITEMS.fullmatch(request.path))


def _is_item(request: Request) -> bool:
    return bool(_ITEM.fullmatch(request.path))


def _edited(response: Response, edit: Callable[[Document], object]) -> Response:
    """A successful answer with its document changed in place; one to HEAD has none."""
    if response.status != _OK or not response.body:
        return response
    document = response.json()
    edit(document)
    return response.with_json(document)


def _asking(request: Request, **changes: str | None) -> Request:
    """The same question with parameters set, or left out for None; names have `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    kept = [(n, v) for n, v in request.param_pairs if n not in named]
    kept += [(n, v) for n, v in named.items() if v is not None]
    return request.with_query(urlencode(kept, quote_via=quote, safe=",:/"))


def _forgiving(request: Request, proceed: Proceed, parameter: str) -> Response:
    """The answer without a parameter, where the parameter is refused."""
    response = proceed(request)
    if response.status == _BAD and parameter in request.params:
        return proceed(_asking(request, **{parameter: None}))
    return response


def _described(
    request: Request, response: Response, edit: Callable[[Document], object]
) -> Response:
    """Every description of a collection changed, in the list and alone."""
    if request.path == "/ogc/collections":
        return _edited(response, lambda d: [edit(c) for c in d["collections"]])
    return _edited(response, edit) if _COLLECTION.fullmatch(request.path) else response


def _each_feature(document: Document, edit: Callable[[Document], object]) -> None:
    for feature in document.get("features", [document]):
        edit(feature)


def _without_link(document: Document, rel: str) -> None:
    document["links"] = [link for link in document["links"] if link["rel"] != rel]


def _mapped(node: Any, change: Callable[[list[float]], list[float]]) -> Any:
    """Coordinates with every position changed."""
    if isinstance(node[0], int | float):
        return change(node)
    return [_mapped(child, change) for child in node]


def _move(feature: Document, change: Callable[[list[float]], list[float]]) -> None:
    feature["geometry"]["coordinates"] = _mapped(feature["geometry"]["coordinates"], change)


def _swap(feature: Document) -> None:
    _move(feature, lambda p: [p[1], p[0], *p[2:]])


# The way in


@fault("pla-landing-without-conformance", kills=("PLA-C-02",))
def landing_without_conformance(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The landing page has no link to the conformance declaration."""
    response = proceed(request)
    at_the_door = request.path.rstrip("/") == "/ogc"
    return _edited(response, lambda d: _without_link(d, "conformance")) if at_the_door else response


@fault("pla-definition-without-version", kills=("PLA-C-04",))
def definition_without_version(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The API definition does not say which OpenAPI it is."""
    response = proceed(request)
    return _edited(response, lambda d: d.pop("openapi")) if request.path == "/ogc/api" else response


@fault("pla-core-not-declared", kills=("PLA-C-05", "PLA-C-06"))
def core_not_declared(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The conformance declaration leaves out Core, which every other class needs."""

    def edit(document: Document) -> None:
        document["conformsTo"] = [c for c in document["conformsTo"] if not c.endswith("/core")]

    response = proceed(request)
    return _edited(response, edit) if request.path == "/ogc/conformance" else response


@fault("pla-class-declared-alone", kills=("PLA-C-06",))
def class_declared_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The conformance declaration names filtering without queryables."""
    name = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter"
    response = proceed(request)
    if request.path != "/ogc/conformance":
        return response
    return _edited(response, lambda d: d["conformsTo"].append(name))


@fault("pla-dead-link", kills=("PLA-D-04",))
def dead_link(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The landing page links to a licence that is not there."""
    link = {"href": f"{request.base}/ogc/licence", "rel": "license", "type": "application/json"}
    response = proceed(request)
    at_the_door = request.path.rstrip("/") == "/ogc"
    return _edited(response, lambda d: d["links"].append(link)) if at_the_door else response


# Collections


@fault("pla-list-without-self", kills=("PLA-C-07",))
def list_without_self(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of collections has no link to itself."""
    response = proceed(request)
    is_list = request.path == "/ogc/collections"
    return _edited(response, lambda d: _without_link(d, "self")) if is_list else response


@fault("pla-items-link-untyped", kills=("PLA-C-09",))
def items_link_untyped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The links from collections to their features name no media type."""

    def edit(collection: Document) -> None:
        for link in collection["links"]:
            if link["rel"] == "items":
                del link["type"]

    return _described(request, proceed(request), edit)


@fault("pla-extent-too-small", kills=("PLA-C-10",))
def extent_too_small(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The declared extents end south of the northernmost features, as if written down long ago."""

    def edit(collection: Document) -> None:
        box = collection["extent"]["spatial"]["bbox"][0]
        box[3] = (box[1] + box[3]) / 2

    return _described(request, proceed(request), edit)


@fault("pla-two-titles", kills=("PLA-C-12",))
def two_titles(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection has another title alone than in the list."""
    response = proceed(request)
    alone = _COLLECTION.fullmatch(request.path)
    return _edited(response, lambda d: d.update(title="Collection")) if alone else response


# Pages of features


@fault("pla-bare-list", kills=("PLA-C-14",))
def bare_list(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One collection answers with a bare list of features."""
    response = proceed(request)
    if request.path != "/ogc/collections/parkings/items" or not response.body:
        return response
    if response.status != _OK:
        return response
    return response.with_json(response.json()["features"])


@fault("pla-page-without-self", kills=("PLA-C-15",))
def page_without_self(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page of features has no link to itself."""
    response = proceed(request)
    return _edited(response, lambda d: _without_link(d, "self")) if _is_items(request) else response


@fault("pla-number-returned-is-the-limit", kills=("PLA-C-17",))
def number_returned_is_the_limit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page says that it holds as many features as were asked for."""
    limit = request.params.get("limit", "")
    response = proceed(request)
    if not _is_items(request) or not limit.isdecimal():
        return response
    return _edited(response, lambda d: d.update(numberReturned=int(limit)))


@fault("pla-number-matched-unfiltered", kills=("PLA-C-18",))
def number_matched_unfiltered(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The number matched is that of the whole collection, also with a box."""
    response = proceed(request)
    if not _is_items(request) or "bbox" not in request.params:
        return response
    whole = proceed(_asking(request, bbox=None, bbox_crs=None))

    def edit(document: Document) -> None:
        document["numberMatched"] = whole.json()["numberMatched"]

    return _edited(response, edit)


@fault("pla-limit-ignored", kills=("PLA-C-20",))
def limit_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A limit is read and not kept to."""
    if _is_items(request) and request.params.get("limit", "").isdecimal():
        return proceed(_asking(request, limit=str(_MOST)))
    return proceed(request)


@fault("pla-high-limit-refused", kills=("PLA-C-21",))
def high_limit_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A limit above the maximum is refused, as version 1.0.0 had it."""
    limit = request.params.get("limit", "")
    if _is_items(request) and limit.isdecimal() and int(limit) > _MOST:
        return json_response({"status": _BAD, "title": "limit too high"}, _BAD)
    return proceed(request)


@fault("pla-offset-ignored", kills=("PLA-C-22",))
def offset_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every page is the first one."""
    return proceed(_asking(request, offset=None) if _is_items(request) else request)


@fault("pla-next-forgets-the-box", kills=("PLA-C-22",))
def next_forgets_the_box(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The link to the next page leaves out the box."""

    def edit(document: Document) -> None:
        for link in document["links"]:
            if link["rel"] == "next":
                link["href"] = re.sub(r"bbox=[^&]*&?", "", link["href"])

    response = proceed(request)
    return _edited(response, edit) if _is_items(request) else response


@fault("pla-page-too-short", kills=("PLA-C-22",))
def page_too_short(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The last feature of a page is lost between two pages."""

    def edit(document: Document) -> None:
        if any(link["rel"] == "next" for link in document["links"]):
            document["features"] = document["features"][:-1] or document["features"]
            document["numberReturned"] = len(document["features"])

    response = proceed(request)
    return _edited(response, edit) if _is_items(request) else response


# Questions of where and when


@fault("pla-bbox-ignored", kills=("PLA-C-24", "PLA-C-25", "PLA-X-12"))
def bbox_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box is read and not used: every feature comes, with 200."""
    response = proceed(request)
    if not _is_items(request) or response.status != _OK or "bbox" not in request.params:
        return response
    return proceed(_asking(request, bbox=None, bbox_crs=None))


@fault("pla-bbox-by-longitude", kills=("PLA-C-24",))
def bbox_by_longitude(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box selects by longitude alone."""
    numbers = request.params.get("bbox", "").split(",")
    if not _is_items(request) or len(numbers) != len("wsen") or "bbox-crs" in request.params:
        return proceed(request)
    response = proceed(request)
    if response.status != _OK:
        return response
    return proceed(_asking(request, bbox=f"{numbers[0]},-90,{numbers[2]},90"))


@fault("pla-nothing-becomes-everything", kills=("PLA-C-25",))
def nothing_becomes_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box that selects nothing gets everything."""
    response = proceed(request)
    if not _is_items(request) or response.status != _OK or "bbox" not in request.params:
        return response
    if not response.body or response.json()["numberMatched"]:
        return response
    return proceed(_asking(request, bbox=None, bbox_crs=None))


@fault("pla-datetime-ignored", kills=("PLA-C-31",))
def datetime_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A time is read and not used: every feature comes, with 200."""
    response = proceed(request)
    if not _is_items(request) or response.status != _OK or "datetime" not in request.params:
        return response
    return proceed(_asking(request, datetime=None))


@fault("pla-open-interval-closed", kills=("PLA-C-31",))
def open_interval_closed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An interval with an open start is taken as its end alone."""
    value = request.params.get("datetime", "")
    start, slash, end = value.partition("/")
    if _is_items(request) and slash and start in ("", ".."):
        return proceed(_asking(request, datetime=end))
    return proceed(request)


@fault("pla-times-as-text", kills=("PLA-C-31",))
def times_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The zone of a time asked for is not looked at, as where times are compared as text."""
    value = request.params.get("datetime", "")
    if not _is_items(request) or "+" not in value:
        return proceed(request)
    return proceed(_asking(request, datetime=re.sub(r"\+\d\d:\d\d", "Z", value)))


# Mistakes of a client


@fault("pla-bad-bbox-ignored", kills=("PLA-C-28",))
def bad_bbox_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box that is none is passed over, and every feature comes."""
    return _forgiving(request, proceed, "bbox")


@fault("pla-bad-limit-ignored", kills=("PLA-C-29",))
def bad_limit_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A limit that is no number is passed over."""
    return _forgiving(request, proceed, "limit")


@fault("pla-bad-datetime-unprocessable", kills=("PLA-C-32",))
def bad_datetime_unprocessable(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A time that is none is answered with 422, as the web framework does it."""
    response = proceed(request)
    refused = response.status == _BAD and "datetime" in request.params
    return response.with_status(422) if refused else response


@fault("pla-unknown-parameter-ignored", kills=("PLA-C-33",))
def unknown_parameter_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A parameter nobody defined is passed over."""
    return _forgiving(request, proceed, "mimtest-unknown")


@fault("pla-missing-feature-empty", kills=("PLA-C-36",))
def missing_feature_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature that is not there is answered with 200 and nothing in it."""
    response = proceed(request)
    gone = _is_item(request) and response.status == 404  # noqa: PLR2004
    return (
        json_response({"type": "Feature", "geometry": None, "properties": None})
        if gone
        else response
    )


@fault("pla-missing-feature-crashes", kills=("PLA-C-36",))
def missing_feature_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature that is not there is answered with 500."""
    response = proceed(request)
    gone = _is_item(request) and response.status == 404  # noqa: PLR2004
    return json_response({"title": "Internal Server Error"}, 500) if gone else response


# Features


@fault("pla-feature-blurred", kills=("PLA-C-34",))
def feature_blurred(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature alone lies a little beside where it lies in the list."""
    response = proceed(request)
    if not _is_item(request) or "crs" in request.params:
        return response
    return _edited(response, lambda f: _move(f, lambda p: [p[0] + 0.001, *p[1:]]))


@fault("pla-feature-without-collection", kills=("PLA-C-35",))
def feature_without_collection(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature alone has no link to its collection."""
    response = proceed(request)
    return (
        _edited(response, lambda d: _without_link(d, "collection"))
        if _is_item(request)
        else response
    )


@fault("pla-feature-named-json", kills=("PLA-E-01",))
def feature_named_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature alone comes as application/json."""
    response = proceed(request)
    return (
        response.with_header("Content-Type", "application/json") if _is_item(request) else response
    )


@fault("pla-features-as-a-page", kills=("PLA-D-04", "PLA-E-01"))
def features_as_a_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features come as text/html, whatever was asked for."""
    response = proceed(request)
    return response.with_header("Content-Type", "text/html") if _is_items(request) else response


@fault("pla-feature-without-properties", kills=("PLA-E-03",))
def feature_without_properties(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The features of a collection have no member 'properties'."""
    response = proceed(request)
    if request.path != "/ogc/collections/parkings/items":
        return response
    return _edited(response, lambda d: _each_feature(d, lambda f: f.pop("properties")))


@fault("pla-ring-open", kills=("PLA-G-01",))
def ring_open(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The rings of buildings do not end where they start."""

    def edit(feature: Document) -> None:
        rings = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [ring[:-1] for ring in rings]

    response = proceed(request)
    if not request.path.startswith("/ogc/collections/buildings/items"):
        return response
    return _edited(response, lambda d: _each_feature(d, edit))


@fault("pla-latitude-first", kills=("PLA-C-10", "PLA-C-24", "PLA-C-37", "PLA-X-08", "PLA-X-12"))
def latitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Positions are latitude and longitude where nothing else is asked for."""
    response = proceed(request)
    if not (_is_items(request) or _is_item(request)) or "crs" in request.params:
        return response
    return _edited(response, lambda d: _each_feature(d, _swap))


@fault("pla-ids-twice", kills=("PLA-P-01",))
def ids_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Two features of a collection have the same id."""
    one, other = "town-hall-september", "library-september"

    def edit(feature: Document) -> None:
        feature["id"] = feature["id"].replace(other, one)

    response = proceed(request)
    return _edited(response, lambda d: _each_feature(d, edit)) if _is_items(request) else response


@fault("pla-ids-in-two-forms", kills=("PLA-P-02",))
def ids_in_two_forms(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features have another id where no limit is given."""
    response = proceed(request)
    if not _is_items(request) or "limit" in request.params:
        return response
    return _edited(response, lambda d: _each_feature(d, lambda f: f.update(id=f["id"] + "#1")))


# Reference systems


@fault("pla-crs84-not-listed", kills=("PLA-X-02",))
def crs84_not_listed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Collections list the national reference systems and leave out CRS84."""
    return _described(request, proceed(request), lambda c: c["crs"].remove(_CRS84))


@fault("pla-default-without-content-crs", kills=("PLA-X-07",))
def default_without_content_crs(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Content-Crs is missing where no reference system is asked for."""
    response = proceed(request)
    return response if "crs" in request.params else response.without_header("Content-Crs")


@fault("pla-content-crs-bare", kills=("PLA-X-10",))
def content_crs_bare(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Content-Crs has no angle brackets where a reference system is asked for."""
    response = proceed(request)
    value = response.header("Content-Crs")
    if value is None or "crs" not in request.params:
        return response
    return response.with_header("Content-Crs", value.strip("<>"))


@fault("pla-4326-longitude-first", kills=("PLA-X-08",))
def longitude_first(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """EPSG:4326 is given as longitude and latitude, against its authority."""
    response = proceed(request)
    if request.params.get("crs") != _EPSG_4326:
        return response
    return _edited(response, lambda d: _each_feature(d, _swap))


@fault("pla-crs-in-name-only", kills=("PLA-X-08",))
def crs_in_name_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features are named as in another reference system and are not transformed."""
    response = proceed(request)
    if response.status != _OK or "crs" not in request.params:
        return response
    return response.with_body(proceed(_asking(request, crs=None)).body)


@fault("pla-unknown-crs-ignored", kills=("PLA-X-11",))
def unknown_crs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A reference system nobody knows is passed over, and CRS84 comes."""
    return _forgiving(request, proceed, "crs")


@fault("pla-bbox-crs-ignored", kills=("PLA-X-12",))
def bbox_crs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A box is taken as longitude and latitude, whatever bbox-crs says."""
    response = proceed(request)
    return proceed(_asking(request, bbox_crs=None)) if response.status == _OK else response


@fault("pla-unknown-bbox-crs-ignored", kills=("PLA-X-14",))
def unknown_bbox_crs_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A bbox-crs nobody knows is passed over."""
    return _forgiving(request, proceed, "bbox-crs")


# Permitted ways to differ


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
    return _edited(response, edit) if wanted else response


@fault("pla-variant-silent-about-numbers")
def silent_about_numbers(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pages name neither numbers nor time, and have members of their own."""

    def edit(document: Document) -> None:
        for name in ("numberMatched", "numberReturned", "timeStamp"):
            document.pop(name, None)
        document["style"] = {"colour": "yellow"}

    response = proceed(request)
    return _edited(response, edit) if _is_items(request) else response


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
    """Positions have a height."""
    response = proceed(request)
    if not (_is_items(request) or _is_item(request)):
        return response
    return _edited(response, lambda d: _each_feature(d, lambda f: _move(f, lambda p: [*p, 93.5])))


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
        return _edited(response, lambda d: _each_feature(d, hide))
    without = _edited(response, drop)
    return _edited(without, lambda d: d.pop("numberMatched"))


@fault("pla-variant-small-pages")
def small_pages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No page holds more than seven features, and the last announces an empty one."""
    limit = request.params.get("limit", "10")
    if not _is_items(request) or not limit.isdecimal():
        return proceed(request)
    clamped = min(int(limit), 7)
    response = proceed(_asking(request, limit=str(clamped)))

    def edit(document: Document) -> None:
        rels = [link["rel"] for link in document["links"]]
        if "next" not in rels and len(document["features"]) == clamped:
            after = int(request.params.get("offset", "0")) + clamped
            href = f"{request.base}{request.path}?{_asking(request, offset=str(after)).query}"
            document["links"].append({"href": href, "rel": "next", "type": "application/geo+json"})

    return _edited(response, edit)


@fault("pla-variant-numeric-ids")
def numeric_ids(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Features have whole numbers as ids."""
    if not (_is_items(request) or _is_item(request)):
        return proceed(request)
    stem = "/".join(request.path.split("/")[:5])
    numbers = _numbers(request, stem, proceed)
    if _is_item(request):
        asked = unquote(request.raw_path or request.path).rpartition("/")[2]
        named = next((i for i, n in numbers.items() if str(n) == asked), "nothing")
        request = replace(
            request, path=f"{stem}/{named}", raw_path=f"{stem}/{quote(named, safe='')}"
        )
    response = proceed(request)
    return _edited(response, lambda d: _each_feature(d, lambda f: f.update(id=numbers[f["id"]])))


def _numbers(request: Request, stem: str, proceed: Proceed) -> Mapping[str, int]:
    """A number for every feature of a collection."""
    every = proceed(
        replace(request, method="GET", path=stem, raw_path=stem, query=f"limit={_MOST}")
    )
    features = json.loads(every.body or b"{}").get("features", []) if every.status == _OK else []
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
        return _edited(proceed(request), edit)
    return _forgiving(request, proceed, "mimtest-unknown")


@fault("pla-variant-core-only")
def core_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The service knows Part 1 alone and says nothing of time."""

    def edit(collection: Document) -> None:
        for name in ("crs", "storageCrs"):
            collection.pop(name, None)
        collection["extent"].pop("temporal", None)

    if {"crs", "bbox-crs"} & request.params.keys():
        return json_response({"status": _BAD, "title": "unknown parameter"}, _BAD)
    response = _described(request, proceed(request), edit).without_header("Content-Crs")
    if request.path != "/ogc/conformance":
        return response
    return _edited(response, lambda d: d["conformsTo"].remove(_PART_2))
