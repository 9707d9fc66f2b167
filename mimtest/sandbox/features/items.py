"""Features as answers: which ones a question is about, a page of them, and one alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from mimtest.sandbox.features.catalogue import Collection, Feature
from mimtest.sandbox.features.cql2 import PLACE, Lookup
from mimtest.sandbox.features.crs import CRS84, Crs
from mimtest.sandbox.features.geometry import Geometry, intersects, map_positions
from mimtest.sandbox.features.links import GEOJSON, Addresses, Link, link, with_offset, with_query
from mimtest.sandbox.features.query import Query
from mimtest.sandbox.features.temporal import stamp
from mimtest.sandbox.http import Request


def select(collection: Collection, query: Query) -> tuple[Feature, ...]:
    """The features a question is about, all pages."""
    found = [f for f in collection.features if _matches(f, query)]
    for name, backwards in reversed(query.sort):
        found.sort(key=lambda f: _key(f.properties.get(name)), reverse=backwards)
    return tuple(found)


def _key(value: Any) -> tuple[bool, Any]:
    """What is not set comes last, going up."""
    return (value is None, 0 if value is None else value)


def _matches(feature: Feature, query: Query) -> bool:
    return (
        all(feature.properties.get(k) == v for k, v in query.equals.items())
        and (query.period is None or feature.when is None or query.period.holds(feature.when))
        and _in_a_box(feature.geometry, query)
        and (query.filter is None or query.filter.holds(_look_up(feature, query.filter_crs)))
    )


def _look_up(feature: Feature, crs: Crs) -> Lookup:
    """The properties of a feature, its place in the reference system of a filter."""

    def look_up(name: str) -> Any:
        if name == PLACE:
            return map_positions(feature.geometry, crs.position)
        return feature.properties.get(name)

    return look_up


def _in_a_box(geometry: Geometry, query: Query) -> bool:
    if query.boxes is None:
        return True
    moved = map_positions(geometry, query.bbox_crs.position)
    return any(intersects(moved, box) for box in query.boxes)


def page(
    collection: Collection, query: Query, request: Request, at: Addresses, now: datetime
) -> dict[str, Any]:
    """A page of features (17-069r4, 7.15.8); its links repeat the request's parameters."""
    matched = select(collection, query)
    shown = matched[query.offset : query.offset + query.limit]
    address = at.of("collections", collection.id, "items")
    links = [
        link(with_query(address, request.query), "self", GEOJSON, "this page"),
        at.page("collections", collection.id, "items", query=_asked(request.param_pairs)),
        at.link("collection", "collections", collection.id, title="the collection"),
        *_neighbours(address, request.param_pairs, query, len(matched)),
    ]
    return {
        "type": "FeatureCollection",
        "timeStamp": stamp(now),
        "numberMatched": len(matched),
        "numberReturned": len(shown),
        "features": [as_geojson(f, query.crs) for f in shown],
        "links": links,
    }


def _asked(pairs: Sequence[tuple[str, str]]) -> str:
    """The query of the same page in another format."""
    return urlencode([p for p in pairs if p[0] != "f"], safe=",:/", quote_via=quote)


def _neighbours(
    address: str, pairs: Sequence[tuple[str, str]], query: Query, matched: int
) -> list[Link]:
    """Links to the next and the previous page, where there are any."""
    links = []
    after = query.offset + query.limit
    if after < matched:
        links.append(link(with_offset(address, pairs, after), "next", GEOJSON, "next page"))
    if query.offset:
        before = max(0, min(query.offset, matched) - query.limit)
        links.append(link(with_offset(address, pairs, before), "prev", GEOJSON, "previous page"))
    return links


def as_geojson(feature: Feature, crs: Crs) -> dict[str, Any]:
    """A feature as GeoJSON, its positions in the given reference system."""
    return {
        "type": "Feature",
        "id": feature.id,
        "geometry": map_positions(feature.geometry, crs.position),
        "properties": dict(feature.properties),
    }


def single(feature: Feature, collection: Collection, crs: Crs, at: Addresses) -> dict[str, Any]:
    """One feature with its links (17-069r4, 7.16)."""
    here = at.of("collections", collection.id, "items", feature.id)
    chosen = "" if crs is CRS84 else f"crs={quote(crs.uri, safe=':/')}"
    return {
        **as_geojson(feature, crs),
        "links": [
            link(with_query(here, chosen), "self", GEOJSON, "this feature"),
            at.page("collections", collection.id, "items", feature.id, query=chosen),
            at.link("collection", "collections", collection.id, title="the collection"),
        ],
    }
