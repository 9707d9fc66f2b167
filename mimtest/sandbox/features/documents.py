"""The documents that describe the service: landing page, conformance declaration, collections."""

from collections.abc import Iterable
from typing import Any, Final

from mimtest.sandbox.features.catalogue import Collection
from mimtest.sandbox.features.crs import CRS84, SYSTEMS
from mimtest.sandbox.features.links import GEOJSON, OPENAPI, Addresses
from mimtest.sandbox.features.temporal import stamp

TITLE: Final = "Exampleton: places"
DESCRIPTION: Final = "Lamps, air, buildings, car parks and energy use of an invented town."
_SPEC: Final = "http://www.opengis.net/spec"
#: What the service implements, and nothing else.
CONFORMANCE: Final = (
    f"{_SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{_SPEC}/ogcapi-features-2/1.0/conf/crs",
)
_GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


def landing(at: Addresses) -> dict[str, Any]:
    """The landing page (17-069r4, 7.2)."""
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "links": [
            at.link("self", title="this document"),
            at.link("service-desc", "api", type=OPENAPI, title="the API definition"),
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
        "links": [at.link("self", "collections", title="this document")],
        "collections": [describe(c, at) for c in collections],
    }


def describe(collection: Collection, at: Addresses) -> dict[str, Any]:
    """One collection (17-069r4, 7.14; 18-058r1, 6.2)."""
    here = ("collections", collection.id)
    return {
        "id": collection.id,
        "title": collection.definition.title,
        "description": collection.definition.description,
        "itemType": "feature",
        "extent": _extent(collection),
        "crs": list(SYSTEMS),
        "storageCrs": CRS84.uri,
        "links": [
            at.link("self", *here, title="this collection"),
            at.link("items", *here, "items", type=GEOJSON, title="its features"),
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
