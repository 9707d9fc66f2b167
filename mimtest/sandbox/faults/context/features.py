"""Ways to break entities as GeoJSON, and linked entities inside of others."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.messages import (
    changed,
    queries,
    retrieves,
    without_params,
)
from mimtest.sandbox.faults.context.shapes import wants_geojson
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _as_geojson(
    request: Request, proceed: Proceed, change: Callable[[Any], Any], *, query: bool
) -> Response:
    response = proceed(request)
    asked = wants_geojson(request) and queries(request) is query
    return changed(response, change) if asked else response


@fault(
    "ctx-rep-collection-is-an-array",
    kills=("CTX-REP-13", "CTX-REP-15", "CTX-REP-16"),
    beside=(
        "PLA-N-*",
        "CTX-ACC-01",
    ),
)
def _collection_is_an_array(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query gives an array of features, not a collection."""
    return _as_geojson(request, proceed, lambda body: body["features"], query=True)


@fault("ctx-rep-collection-lacks-one", kills=("CTX-REP-13",), beside=("PLA-N-*",))
def _collection_lacks_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection lacks its third feature."""

    def change(body: Any) -> Any:
        return {**body, "features": body["features"][:2] + body["features"][3:]}

    return _as_geojson(request, proceed, change, query=True)


@fault("ctx-rep-empty-collection-missing", kills=("CTX-REP-13",))
def _empty_collection(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A collection without features does not say that there are none."""

    def change(body: Any) -> Any:
        return body if body["features"] else {"type": "FeatureCollection"}

    return _as_geojson(request, proceed, change, query=True)


@fault("ctx-rep-geometry-not-chosen", kills=("CTX-REP-14",))
def _geometry_not_chosen(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The geometry of a feature is always the location."""
    asked = wants_geojson(request)
    return proceed(without_params(request, "geometryProperty") if asked else request)


@fault("ctx-rep-geometry-falls-back", kills=("CTX-REP-14",))
def _geometry_falls_back(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The geometry of a feature is the location where the one asked for is not there."""
    response = proceed(request)
    chosen = wants_geojson(request) and retrieves(request) and "geometryProperty" in request.params
    if not chosen or response.status != 200 or response.json()["geometry"]:  # noqa: PLR2004
        return response
    return proceed(without_params(request, "geometryProperty"))


@fault(
    "ctx-rep-no-feature-without-place",
    kills=("CTX-REP-15",),
    beside=(
        "MOD-REP-04",
        "CTX-REP-29",
    ),
)
def _no_feature(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity without a location cannot be retrieved as a feature."""
    response = proceed(request)
    asked = wants_geojson(request) and retrieves(request) and not request.params
    if not asked or response.status != 200 or response.json()["geometry"]:  # noqa: PLR2004
        return response
    return json_response({"type": "about:blank", "title": "Not acceptable"}, 406)


@fault("ctx-rep-null-island", kills=("CTX-REP-15",))
def _null_island(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In a collection, an entity without a location lies at 0, 0."""
    island = {"type": "Point", "coordinates": [0, 0]}

    def change(body: Any) -> Any:
        features = [{**f, "geometry": f["geometry"] or island} for f in body["features"]]
        return {**body, "features": features}

    return _as_geojson(request, proceed, change, query=True)


@fault("ctx-rep-features-never-simplified", kills=("CTX-REP-16",))
def _never_simplified(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The properties of a retrieved feature are always in full."""
    asked = wants_geojson(request) and retrieves(request)
    return proceed(without_params(request, "options") if asked else request)


@fault("ctx-rep-collections-never-simplified", kills=("CTX-REP-16",))
def _collections_never_simplified(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The properties in a collection are always in full."""
    asked = wants_geojson(request) and queries(request)
    return proceed(without_params(request, "options") if asked else request)


@fault("ctx-rep-preference-ignored", kills=("CTX-REP-17",))
def _preference_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The @context is in the body of GeoJSON whatever the client prefers."""
    kept = {k: v for k, v in request.headers.items() if k != "prefer"}
    return proceed(replace(request, headers=kept) if wants_geojson(request) else request)


@fault("ctx-rep-geojson-without-context", kills=("CTX-REP-17",))
def _without_context(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """GeoJSON has no @context in its body."""
    response = proceed(request)
    if not wants_geojson(request):
        return response
    return changed(response, lambda b: {k: v for k, v in b.items() if k != "@context"})


@fault("ctx-rep-geometry-chosen-for-nothing", kills=("CTX-REP-18",))
def _chosen_for_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Choosing a geometry for an answer that has none is overlooked."""
    asked = retrieves(request) and not wants_geojson(request)
    return proceed(without_params(request, "geometryProperty") if asked else request)


@fault("ctx-rep-linked-always-simplified", kills=("CTX-REP-26",))
def _linked_simplified(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A linked entity inside a retrieved one has bare values, though it is asked for in full."""
    response = proceed(request)

    def inside(value: Any) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("entity"), dict):
            return value
        bare = {k: _bare(v) for k, v in value["entity"].items()}
        return {**value, "entity": bare}

    joined = retrieves(request) and request.params.get("join") == "inline"
    return changed(response, lambda e: {k: inside(v) for k, v in e.items()}) if joined else response


def _bare(value: Any) -> Any:
    return value["value"] if isinstance(value, dict) and "value" in value else value
