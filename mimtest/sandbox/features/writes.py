"""Features added, replaced, changed and removed (OGC 20-002, OGC API - Features - Part 4, draft)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final, NoReturn
from uuid import uuid4

from mimtest.sandbox.features.catalogue import Collection, Feature
from mimtest.sandbox.features.crs import CRS84, SYSTEMS
from mimtest.sandbox.features.errors import NothingHereError, RefusedError
from mimtest.sandbox.features.geometry import Geometry, envelope, map_positions
from mimtest.sandbox.features.items import as_geojson
from mimtest.sandbox.features.links import GEOJSON, JSON
from mimtest.sandbox.http import Request, Response, dump

MERGE_PATCH: Final = "application/merge-patch+json"
#: What can be done with all the features of a collection that changes, and with one.
METHODS_OF_ITEMS: Final = ("GET", "HEAD", "POST")
METHODS_OF_ITEM: Final = ("GET", "HEAD", "PUT", "PATCH", "DELETE")
#: How deep positions are in the coordinates of a geometry.
_DEPTHS: Final = {"Point": 0, "LineString": 1, "Polygon": 2}
_HEIGHT: Final = 3


def tag(feature: Feature) -> str:
    """The entity tag of a feature as it is now."""
    return f'"{sha256(dump(as_geojson(feature, CRS84))).hexdigest()[:20]}"'


def create(
    collection: Collection, request: Request, address: Callable[..., str]
) -> tuple[Collection, Response]:
    """POST to the features: the feature gets an identifier of the service's own."""
    feature = _feature(uuid4().hex, _body(request, GEOJSON, JSON), request)
    there = ("Location", address("collections", collection.id, "items", feature.id))
    return replace(collection, features=(*collection.features, feature)), Response(201, (there,))


def change(collection: Collection, request: Request, id: str) -> tuple[Collection, Response]:
    """PUT, PATCH or DELETE of a feature."""
    known = next((f for f in collection.features if f.id == id), None)
    _assert_wanted(request, known)
    if known is None:
        raise NothingHereError(f"feature {id!r} in the collection {collection.id!r}")
    if request.method == "DELETE":
        left = tuple(f for f in collection.features if f is not known)
        return replace(collection, features=left), Response(204)
    new = _replaced(known, request) if request.method == "PUT" else _merged(known, request)
    features = tuple(new if f is known else f for f in collection.features)
    return replace(collection, features=features), Response(204, (("ETag", tag(new)),))


def _assert_wanted(request: Request, known: Feature | None) -> None:
    """The precondition of If-Match holds (RFC 9110, 13.1.1). Raises RefusedError (412)."""
    wanted = request.headers.get("if-match")
    if wanted is None:
        return
    tags = [t.strip() for t in wanted.split(",")]
    if known is None or ("*" not in tags and tag(known) not in tags):
        raise RefusedError(HTTPStatus.PRECONDITION_FAILED, "the feature is not as If-Match has it")


def _replaced(known: Feature, request: Request) -> Feature:
    return _feature(known.id, _body(request, GEOJSON, JSON), request)


def _merged(known: Feature, request: Request) -> Feature:
    """The feature with a merge patch (RFC 7396) applied to it."""
    patch = _body(request, MERGE_PATCH)
    if "id" in patch:
        _refuse("the id of a feature stays")
    whole = _merge(as_geojson(known, CRS84), {k: v for k, v in patch.items() if k != "geometry"})
    if "geometry" in patch:
        return _feature(known.id, {**whole, "geometry": patch["geometry"]}, request)
    return _feature(known.id, whole, request.with_header("content-crs", f"<{CRS84.uri}>"))


def _merge(target: Any, patch: Any) -> Any:
    if not isinstance(patch, Mapping):
        return patch
    kept = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = _merge(kept.get(name), value)
    return kept


def _body(request: Request, *media_types: str) -> Mapping[str, Any]:
    """The JSON object in a request. Raises RefusedError (415, 400)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in media_types:
        detail = f"wanted here: {', '.join(media_types)}"
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
    try:
        body = json.loads(request.body)
    except ValueError:
        _refuse("the body is not JSON")
    if not isinstance(body, Mapping):
        _refuse("the body is not an object")
    return body


def _feature(id: str, body: Mapping[str, Any], request: Request) -> Feature:
    if body.get("type") != "Feature":
        _refuse("the body is not a GeoJSON Feature")
    properties = body.get("properties")
    if not isinstance(properties, Mapping):
        _refuse("'properties' is not an object")
    return Feature(id, _geometry(body.get("geometry"), request), dict(properties), None)


def _geometry(given: Any, request: Request) -> Geometry:
    """The geometry in CRS84, from the system the request names (20-002, content-crs-header)."""
    uri = request.headers.get("content-crs", f"<{CRS84.uri}>").strip().strip("<>")
    system = SYSTEMS.get(uri)
    if system is None or system.longitude_axis is None:
        _refuse(f"positions in {uri!r} are not taken")
    if not isinstance(given, dict) or given.get("type") not in _DEPTHS:
        _refuse("'geometry' is not one that is taken here")
    if not _is_deep(given.get("coordinates"), _DEPTHS[given["type"]]):
        _refuse("'coordinates' are not those of the geometry")
    placed = map_positions(given, lambda x, y: (y, x) if system.longitude_axis else (x, y))
    box = envelope([placed])
    if not (-180 <= box.west <= box.east <= 180 and -90 <= box.south <= box.north <= 90):  # noqa: PLR2004
        _refuse("a longitude or latitude is out of range")
    return placed


def _is_deep(node: Any, depth: int) -> bool:
    """Whether a value has positions at that depth and nothing else."""
    if not isinstance(node, list) or not node:
        return False
    if depth:
        return all(_is_deep(child, depth - 1) for child in node)
    is_number = all(isinstance(n, int | float) and not isinstance(n, bool) for n in node)
    return is_number and _HEIGHT - 1 <= len(node) <= _HEIGHT


def _refuse(why: str) -> NoReturn:
    raise RefusedError(HTTPStatus.BAD_REQUEST, why)
