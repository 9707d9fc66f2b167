"""The documents of the API of tiles and maps: landing page, collections and tile sets."""

from collections.abc import Iterable
from typing import Any, Final

from mimtest.sandbox.features.crs import CRS84, SYSTEMS
from mimtest.sandbox.features.geometry import Box
from mimtest.sandbox.maps.layers import Layer, whole
from mimtest.sandbox.maps.tiling import SETS, Set

MVT: Final = "application/vnd.mapbox-vector-tile"
_PNG: Final = "image/png"
_JSON: Final = "application/json"
_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0"
_SPEC: Final = "http://www.opengis.net/spec"
CLASSES: Final = (
    f"{_SPEC}/ogcapi-common-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-common-2/1.0/conf/collections",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/tileset",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/tilesets-list",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/mvt",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/png",
    f"{_SPEC}/tms/2.0/conf/tilematrixset",
    f"{_SPEC}/ogcapi-maps-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-maps-1/1.0/conf/dataset-map",
    f"{_SPEC}/ogcapi-maps-1/1.0/conf/collection-map",
    f"{_SPEC}/ogcapi-maps-1/1.0/conf/scaling",
    f"{_SPEC}/ogcapi-maps-1/1.0/conf/spatial-subsetting",
    f"{_SPEC}/ogcapi-maps-1/1.0/conf/crs",
    f"{_SPEC}/ogcapi-maps-1/1.0/conf/background",
    f"{_SPEC}/ogcapi-maps-1/1.0/conf/png",
)


def curie(uri: str) -> str:
    """The short form of a reference system's URI, without the brackets."""
    authority, version, code = uri.rsplit("/", 3)[1:]
    return f"{authority}:{code}" if version == "0" else f"OGC:{code}"


def _link(href: str, rel: str, kind: str = _JSON, **more: Any) -> dict[str, Any]:
    return {"href": href, "rel": rel, "type": kind, **more}


def landing(at: str, layers: Iterable[Layer]) -> dict[str, Any]:
    """The landing page, which describes the data set as a whole."""
    return {
        "title": "Exampleton tiles and maps",
        "extent": _extent(whole(layers)),
        "crs": list(SYSTEMS),
        "links": [
            _link(at, "self"),
            _link(f"{at}/conformance", "conformance"),
            _link(f"{at}/collections", "data"),
            _link(f"{at}/tileMatrixSets", f"{_REL}/tiling-schemes"),
            *_offers(at),
        ],
    }


def _offers(at: str) -> list[dict[str, Any]]:
    """The links from a resource to its tiles and maps."""
    return [
        _link(f"{at}/tiles", f"{_REL}/tilesets-vector"),
        _link(f"{at}/map/tiles", f"{_REL}/tilesets-map"),
        _link(f"{at}/map", f"{_REL}/map", _PNG),
    ]


def collections(at: str, layers: Iterable[Layer]) -> dict[str, Any]:
    """The list of collections."""
    here = f"{at}/collections"
    listed = [collection(here, layer) for layer in layers]
    return {"links": [_link(here, "self")], "collections": listed}


def collection(here: str, layer: Layer) -> dict[str, Any]:
    """A collection; `here` is where collections are."""
    at = f"{here}/{layer.id}"
    return {
        "id": layer.id,
        "title": layer.title,
        "extent": _extent(layer.box),
        "crs": list(SYSTEMS),
        "links": [_link(at, "self"), *_offers(at)],
    }


def _extent(box: Box) -> dict[str, Any]:
    return {"spatial": {"bbox": [[box.west, box.south, box.east, box.north]], "crs": CRS84.uri}}


def matrix_sets(at: str) -> dict[str, Any]:
    """The list of tile matrix sets."""
    return {
        "tileMatrixSets": [
            {"id": s.id, **_uri(s), "links": [_link(f"{at}/tileMatrixSets/{s.id}", "self")]}
            for s in SETS.values()
        ]
    }


def _uri(tiles: Set) -> dict[str, str]:
    return {"uri": tiles.uri} if tiles.scale_set else {}


def tilesets(at: str, kind: str, box: Box) -> dict[str, Any]:
    """The list of tile sets of a resource."""
    return {
        "links": [_link(at, "self")],
        "tilesets": [tileset(at, s, kind, box) for s in SETS.values()],
    }


def tileset(at: str, tiles: Set, kind: str, box: Box) -> dict[str, Any]:
    """What is said of a tile set (17-083r4 clause 8)."""
    media_type = MVT if kind == "vector" else _PNG
    root = at.partition("/maps")[0] + "/maps"
    template = f"{at}/{tiles.id}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    return {
        "dataType": kind,
        "crs": tiles.crs.uri,
        **({"tileMatrixSetURI": tiles.uri} if tiles.scale_set else {}),
        "boundingBox": {
            "lowerLeft": [box.west, box.south],
            "upperRight": [box.east, box.north],
            "crs": CRS84.uri,
        },
        "links": [
            _link(f"{at}/{tiles.id}", "self"),
            _link(f"{root}/tileMatrixSets/{tiles.id}", f"{_REL}/tiling-scheme"),
            _link(template, "item", media_type, templated=True),
        ],
    }
