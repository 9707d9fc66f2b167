"""The documents that describe the service: landing page, conformance declaration, collections."""

from collections.abc import Iterable
from typing import Any, Final

from mimtest.sandbox.features.catalogue import Collection
from mimtest.sandbox.features.crs import CRS84, SYSTEMS
from mimtest.sandbox.features.links import GEOJSON, OPENAPI, SCHEMA, Addresses, link
from mimtest.sandbox.features.temporal import stamp
from mimtest.sandbox.inspire import LICENCE, RECORD

TITLE: Final = "Exampleton: places"
DESCRIPTION: Final = "Lamps, air, buildings, car parks and energy use of an invented town."
_SPEC: Final = "http://www.opengis.net/spec"
#: What the service implements, and nothing else.
CONFORMANCE: Final = (
    f"{_SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/html",
    f"{_SPEC}/ogcapi-features-2/1.0/conf/crs",
    *(
        f"{_SPEC}/ogcapi-features-3/1.0/conf/{name}"
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        f"{_SPEC}/cql2/1.0/conf/{name}"
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
            "array-functions",
            "property-property",
        )
    ),
    f"{_SPEC}/ogcapi-features-4/1.0/conf/create-replace-delete",
    f"{_SPEC}/ogcapi-features-4/1.0/conf/update",
    f"{_SPEC}/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    f"{_SPEC}/ogcapi-features-4/1.0/conf/features",
    *(
        f"{_SPEC}/ogcapi-features-5/1.0/conf/{name}"
        for name in ("schemas", "returnables-and-receivables", "queryables", "sortables")
    ),
    *(
        f"{_SPEC}/ogcapi-features-8/1.0/conf/{name}"
        for name in ("sortables", "sorting", "features-sorting")
    ),
)
_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0"
#: Collections that refer to the list of reference systems for all (18-058r1, 6.2.2).
_SHARING: Final = ("energy",)
_GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


def landing(at: Addresses) -> dict[str, Any]:
    """The landing page (17-069r4, 7.2)."""
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "links": [
            at.link("self", title="this document"),
            at.page(),
            at.link("service-desc", "api", type=OPENAPI, title="the API definition"),
            at.page("api", rel="service-doc"),
            at.link("conformance", "conformance", title="what this service conforms to"),
            at.link("data", "collections", title="the collections"),
        ],
    }


def conformance() -> dict[str, Any]:
    """The conformance declaration (17-069r4, 7.4)."""
    return {"conformsTo": list(CONFORMANCE)}


def collection_list(collections: Iterable[Collection], at: Addresses) -> dict[str, Any]:
    """All collections (17-069r4, 7.13)."""
    return {
        "links": [
            at.link("self", "collections", title="this document"),
            at.page("collections"),
            *_data_set(at),
        ],
        "crs": list(SYSTEMS),
        "collections": [describe(c, at) for c in collections],
    }


def _data_set(at: Addresses) -> list[dict[str, Any]]:
    """What INSPIRE wants to be led to: metadata of the data set, its licence, and all of it as a file."""
    base = at.root.rpartition("/")[0]
    whole = link(f"{base}/downloads/places.geojson", "enclosure", GEOJSON, "all places as a file")
    return [
        link(f"{base}{RECORD}", "describedby", "application/xml", "metadata of the data set"),
        link(LICENCE, "license", "application/rdf+xml", "CC0 1.0"),
        {**whole, "hreflang": "de"},
    ]


def describe(collection: Collection, at: Addresses) -> dict[str, Any]:
    """One collection (17-069r4, 7.14; 18-058r1, 6.2)."""
    here = ("collections", collection.id)
    return {
        "id": collection.id,
        "title": collection.definition.title,
        "description": collection.definition.description,
        "itemType": "feature",
        "extent": _extent(collection),
        "crs": ["#/crs"] if collection.id in _SHARING else list(SYSTEMS),
        "storageCrs": CRS84.uri,
        "links": [
            at.link("self", *here, title="this collection"),
            at.page(*here),
            at.link("items", *here, "items", type=GEOJSON, title="its features"),
            at.page(*here, "items", rel="items"),
            *(
                at.link(f"{_REL}/{rel}", *here, rel, type=SCHEMA, title=f"its {rel}")
                for rel in ("queryables", "sortables", "schema")
            ),
        ],
    }


def _extent(collection: Collection) -> dict[str, Any]:
    """The extent; time is named only where features have one (17-069r4, fc-md-extent)."""
    box, times = collection.extent(), collection.times()
    extent: dict[str, Any] = {
        "spatial": {"bbox": [[box.west, box.south, box.east, box.north]], "crs": CRS84.uri}
    }
    if times:
        extent["temporal"] = {"interval": [[stamp(t) for t in times]], "trs": _GREGORIAN}
    return extent
