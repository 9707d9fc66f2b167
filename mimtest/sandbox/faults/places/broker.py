"""Faults of the broker as a source of maps; they leave alone what is not the town's."""

import json
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.places.messages import OK, Document, asking
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_ENTITIES: Final = "/ngsi-ld/v1/entities"
_TOWN: Final = "exampleton"


def _is_drawn(request: Request) -> bool:
    """Whether entities of the town are asked for as GeoJSON."""
    wanted = "geo+json" in request.headers.get("accept", "")
    return request.path == _ENTITIES and request.method == "GET" and wanted


def _redrawn(request: Request, proceed: Proceed, edit: Any) -> Response:
    """The answer with every feature of the town changed in place."""
    response = proceed(request)
    if not _is_drawn(request) or response.status != OK or not response.body:
        return response
    document = response.json()
    for feature in document["features"]:
        if _TOWN in feature["id"] and feature["geometry"]:
            edit(feature)
    return response.with_json(document)


def _is_asked(request: Request, relation: str) -> bool:
    """Whether it is asked which entities of the town have a relation to a place, as GeoJSON."""
    params = request.params
    here = _TOWN in params.get("id", "") and _is_drawn(request)
    return here and params.get("georel", "").startswith(relation)


@fault("pla-broker-open-rings", kills=("PLA-N-01",))
def open_rings(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """As GeoJSON, rings do not end where they start."""

    def edit(feature: Document) -> None:
        if feature["geometry"]["type"] == "Polygon":
            rings = feature["geometry"]["coordinates"]
            feature["geometry"] = {"type": "Polygon", "coordinates": [r[:-1] for r in rings]}

    return _redrawn(request, proceed, edit)


@fault("pla-broker-metres", kills=("PLA-N-01", "PLA-N-04"), beside=("PLA-N-*",))
def metres(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """As GeoJSON, points are in metres."""

    def edit(feature: Document) -> None:
        if feature["geometry"]["type"] == "Point":
            x, y = feature["geometry"]["coordinates"][:2]
            at = [round(x * 69_000), round(y * 111_000)]
            feature["geometry"] = {"type": "Point", "coordinates": at}

    return _redrawn(request, proceed, edit)


@fault("pla-broker-rings-clockwise", kills=("PLA-N-02",), beside=("CTX-REP-*",))
def rings_clockwise(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """As GeoJSON, shells run clockwise."""

    def edit(feature: Document) -> None:
        if feature["geometry"]["type"] == "Polygon":
            rings = feature["geometry"]["coordinates"]
            feature["geometry"] = {"type": "Polygon", "coordinates": [r[::-1] for r in rings]}

    return _redrawn(request, proceed, edit)


@fault("pla-broker-names-a-system", kills=("PLA-N-02",))
def names_a_system(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """As GeoJSON, features name a projected reference system."""
    name = {"type": "name", "properties": {"name": "EPSG:25832"}}
    return _redrawn(request, proceed, lambda f: f.update(crs=name))


@fault("pla-broker-areas-cross-themselves", kills=("PLA-N-03", "PLA-N-04"), beside=("PLA-N-02",))
def areas_cross_themselves(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """As GeoJSON, shells cross themselves."""
    ring = [[7.90, 51.60], [7.92, 51.60], [7.90, 51.61], [7.91, 51.62], [7.90, 51.60]]

    def edit(feature: Document) -> None:
        if feature["geometry"]["type"] == "Polygon":
            feature["geometry"] = {"type": "Polygon", "coordinates": [ring]}

    return _redrawn(request, proceed, edit)


@fault("pla-broker-draws-beside", kills=("PLA-N-04",), beside=("PLA-N-*",))
def draws_beside(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """As GeoJSON, points lie a kilometre beside where they are."""

    def edit(feature: Document) -> None:
        if feature["geometry"]["type"] == "Point":
            x, y = feature["geometry"]["coordinates"][:2]
            feature["geometry"] = {"type": "Point", "coordinates": [x, round(y + 0.01, 6)]}

    return _redrawn(request, proceed, edit)


@fault("pla-broker-near-in-kilometres", kills=("PLA-N-05",))
def near_in_kilometres(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """As GeoJSON, distances are taken for kilometres."""
    if not _is_asked(request, "near"):
        return proceed(request)
    relation, _sign, limit = request.params["georel"].partition("==")
    return proceed(asking(request, georel=f"{relation}=={float(limit) * 1000:g}"))


@fault("pla-broker-within-is-not-asked", kills=("PLA-N-06", "PLA-N-07"))
def within_is_not_asked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """As GeoJSON, a question for what is within an area gives everything."""
    if not _is_asked(request, "within"):
        return proceed(request)
    return proceed(asking(request, georel=None, geometry=None, coordinates=None))


@fault("pla-broker-disjoint-is-intersects", kills=("PLA-N-06",))
def disjoint_is_intersects(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """As GeoJSON, a question for what is disjoint gives what meets the area."""
    if not _is_asked(request, "disjoint"):
        return proceed(request)
    return proceed(asking(request, georel="intersects"))


@fault("pla-broker-fills-holes", kills=("PLA-N-07",))
def fills_holes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Only the shell of an area is looked at."""
    if not _is_asked(request, "within"):
        return proceed(request)
    rings = json.loads(request.params["coordinates"])[:1]
    return proceed(asking(request, coordinates=json.dumps(rings, separators=(",", ":"))))


@fault("pla-broker-draws-half", kills=("PLA-N-06", "PLA-N-08"))
def draws_half(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """As GeoJSON, a question for what meets an area leaves out the first it finds."""
    response = proceed(request)
    if not _is_asked(request, "intersects") or response.status != OK or not response.body:
        return response
    document = response.json()
    document["features"] = document["features"][1:]
    return response.with_json(document)


@fault("pla-variant-broker-heights")
def heights(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """As GeoJSON, points have a height."""

    def edit(feature: Document) -> None:
        if feature["geometry"]["type"] == "Point":
            at = [*feature["geometry"]["coordinates"][:2], 93.5]
            feature["geometry"] = {"type": "Point", "coordinates": at}

    return _redrawn(request, proceed, edit)


@fault("pla-broker-variant-lamps-at-one-spot")
def lamps_at_one_spot(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The entities of the first type are all at one place, which tells none of them apart."""
    params = request.params
    asked = params.get("type") == "Streetlight" and params.get("limit") == "20"
    listed = _is_drawn(request) or "," in params.get("id", "")
    response = proceed(request)
    if not (asked and listed and request.path == _ENTITIES) or response.status != OK:
        return response
    document = response.json()
    features = document["features"] if isinstance(document, dict) else ()
    for entity in (*features, *(f["properties"] for f in features)):
        _put(entity)
    for entity in document if isinstance(document, list) else ():
        _put(entity)
    return response.with_json(document)


def _put(entity: Document) -> None:
    """Move a feature, or an entity, to the one spot."""
    spot = {"type": "Point", "coordinates": [7.9, 51.6]}
    if entity.get("geometry"):
        entity["geometry"] = spot
    if isinstance(entity.get("location"), dict) and entity["location"].get("value"):
        entity["location"]["value"] = spot
