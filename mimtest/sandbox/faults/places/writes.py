"""Ways to change features wrongly: on the one collection that can be changed."""

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mimtest.sandbox.faults.places.messages import Document, edited, is_page
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_ALL = "/ogc/collections/reports/items"
_ONE = re.compile(rf"{_ALL}/[^/]+")
_OURS = re.compile(r"[0-9a-f]{32}")
_MERGE = "application/merge-patch+json"
_GEOJSON = "application/geo+json"
_MADE = 201
_MISSING = 404


def _adds(request: Request) -> bool:
    return request.method == "POST" and request.path == _ALL


def _changes(request: Request, *methods: str) -> bool:
    return request.method in methods and _ONE.fullmatch(request.path) is not None


def _body(request: Request) -> Document:
    found: Document = json.loads(request.body)
    return found


def _sending(request: Request, body: Document) -> Request:
    return request.with_body(json.dumps(body).encode())


def _now(request: Request, proceed: Proceed) -> Document:
    """The feature as it is."""
    answer = proceed(replace(request, method="GET", headers={}, body=b""))
    found: Document = answer.json()
    return found


@fault("pla-changes-not-named", kills=("PLA-T-01", "PLA-T-06"))
def changes_not_named(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """OPTIONS at a feature names reading alone."""
    response = proceed(request)
    if not _changes(request, "OPTIONS"):
        return response
    return response.with_header("Allow", "GET, HEAD, OPTIONS")


@fault("pla-new-feature-without-address", kills=("PLA-T-02", "PLA-T-03"))
def new_feature_without_address(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A new feature is not told where it is."""
    response = proceed(request)
    return response.without_header("Location") if _adds(request) else response


@fault("pla-new-feature-200", kills=("PLA-T-02", "PLA-T-03"))
def new_feature_200(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A new feature is answered with 200."""
    response = proceed(request)
    return response.with_status(200) if response.status == _MADE and _adds(request) else response


@fault("pla-new-feature-emptied", kills=("PLA-T-02",), beside=("PLA-T-*",))
def new_feature_emptied(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A new feature loses a property on the way."""
    if not _adds(request) or not request.body.startswith(b'{"type":"Feature"'):
        return proceed(request)
    body = _body(request)
    body.get("properties", {}).pop("title", None)
    return proceed(_sending(request, body))


@fault("pla-new-features-unlisted", kills=("PLA-T-03", "PLA-T-04"))
def new_features_unlisted(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """New features are not among those of the collection, as where an index is made at night."""

    def edit(document: Document) -> None:
        kept = [f for f in document["features"] if not _OURS.fullmatch(f["id"])]
        document["features"] = kept
        document["numberReturned"] = len(kept)
        document.pop("numberMatched")

    response = proceed(request)
    return edited(response, edit) if request.path == _ALL else response


@fault("pla-features-stay-where-they-were", kills=("PLA-T-04", "PLA-T-05"), beside=("PLA-T-*",))
def features_stay_where_they_were(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """PUT changes properties and not the place."""
    if not _changes(request, "PUT"):
        return proceed(request)
    body = _body(request) | {"geometry": _now(request, proceed).get("geometry")}
    return proceed(_sending(request, body))


@fault("pla-replacing-adds", kills=("PLA-T-05",))
def replacing_adds(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """PUT leaves what it does not send."""
    if not _changes(request, "PUT"):
        return proceed(request)
    body = _body(request)
    body.pop("id", None)
    there = replace(request, method="PATCH").with_header("content-type", _MERGE)
    return proceed(_sending(there, body))


@fault("pla-changing-a-part-replaces", kills=("PLA-T-06",), beside=("PLA-T-08",))
def changing_a_part_replaces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """PATCH loses the properties it does not name."""
    if not _changes(request, "PATCH"):
        return proceed(request)
    known = _now(request, proceed)
    body = {
        "type": "Feature",
        "geometry": known.get("geometry"),
        "properties": {},
        **_body(request),
    }
    there = replace(request, method="PUT").with_header("content-type", _GEOJSON)
    return proceed(_sending(there, body))


@fault("pla-nothing-is-unset", kills=("PLA-T-06",))
def nothing_is_unset(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """PATCH passes over what is null."""
    if not _changes(request, "PATCH"):
        return proceed(request)
    body = _body(request)
    named = body.get("properties") or {}
    kept = {k: v for k, v in named.items() if v is not None}
    return proceed(_sending(request, body | {"properties": kept}))


@fault("pla-first-removal-ignored", kills=("PLA-T-07",))
def first_removal_ignored(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A feature has to be removed twice; the first time it is only said to be gone."""
    asked = platform.memory.setdefault("pla-first-removal-ignored", set())
    if not _changes(request, "DELETE") or request.path in asked:
        return proceed(request)
    asked.add(request.path)
    known = proceed(replace(request, method="GET", headers={}, body=b""))
    return known if known.status == _MISSING else Response(204)


@fault("pla-conditions-ignored", kills=("PLA-T-08",))
def conditions_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A change is made whatever state its client knows."""
    if not _changes(request, "PUT", "PATCH"):
        return proceed(request)
    kept = {k: v for k, v in request.headers.items() if k != "if-match"}
    return proceed(replace(request, headers=kept))


@fault("pla-tags-missing", kills=("PLA-T-08",))
def tags_missing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A feature has no entity tag, though locking by tags is declared."""
    response = proceed(request)
    return response.without_header("ETag") if _changes(request, "GET") else response


@fault("pla-wrong-body-crashes", kills=("PLA-T-09",))
def wrong_body_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body that is no JSON is too much."""
    response = proceed(request)
    if not _adds(request) or b"not JSON" not in response.body:
        return response
    return json_response({"title": "Internal Server Error"}, 500)


@fault("pla-anything-is-taken", kills=("PLA-T-09",))
def anything_is_taken(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body that is no feature is said to be added."""
    response = proceed(request)
    if not _adds(request) or b"not a GeoJSON Feature" not in response.body:
        return response
    return Response(_MADE, (("Location", f"{request.base}{_ALL}/nothing"),))


@fault("pla-nothing-is-replaced", kills=("PLA-T-10",))
def nothing_is_replaced(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """PUT where nothing is is said to be done."""
    response = proceed(request)
    missing = response.status == _MISSING and _changes(request, "PUT")
    return Response(204) if missing else response


@fault("pla-nothing-is-removed", kills=("PLA-T-11",))
def nothing_is_removed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Removing what is not there is said to be done."""
    response = proceed(request)
    missing = response.status == _MISSING and _changes(request, "DELETE")
    return Response(204) if missing else response


@fault("pla-body-names-the-feature", kills=("PLA-T-12",))
def body_names_the_feature(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A feature that is replaced takes the id in the body."""
    names = platform.memory.setdefault("pla-body-names-the-feature", {})
    response = proceed(request)
    if _changes(request, "PUT") and response.status < 300 and "id" in _body(request):  # noqa: PLR2004
        names[request.path] = _body(request)["id"]
    if request.path not in names or request.method != "GET" or is_page(response):
        return response
    return edited(response, lambda d: d.update(id=names[request.path]))


@fault("pla-system-sent-ignored", kills=("PLA-T-13", "PLA-T-14"))
def system_sent_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Positions are taken as longitude and latitude, whatever they are said to be."""
    if not _adds(request):
        return proceed(request)
    kept = {k: v for k, v in request.headers.items() if k != "content-crs"}
    return proceed(replace(request, headers=kept))
