"""Ways of asking the features service, shared by its tests."""

from urllib.parse import unquote, urlencode, urlsplit

import pyproj

from mimtest.sandbox.city import load_city
from mimtest.sandbox.http import Request

BASE = "http://city.test"
ROOT = f"{BASE}/ogc"
IDS = ("streetlights", "air-quality", "buildings", "parkings", "energy")
TYPES = dict(
    zip(
        IDS,
        ("Streetlight", "AirQualityObserved", "Building", "OffStreetParking", "EnergyConsumption"),
        strict=True,
    )
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
GEOJSON = "application/geo+json"
TOWN_HALL = "urn:ngsi-ld:Building:exampleton:town-hall"
SCHOOL = "urn:ngsi-ld:Building:exampleton:grammar-school"


def ask(places, path, params=(), *, method="GET", headers=None, query=None):
    query = urlencode(params) if query is None else query
    return places.handle(Request(method, path, query, headers or {}, base=BASE))


def follow(places, href):
    assert href.startswith(ROOT)
    parts = urlsplit(href)
    path = unquote(parts.path).removeprefix("/ogc")
    return ask(places, path, query=parts.query)


def items(places, collection, **params):
    params = {k.replace("_", "-"): v for k, v in params.items()}
    answer = ask(places, f"/collections/{collection}/items", {"limit": 100, **params})
    assert answer.status == 200, answer.body
    return answer.json()


def ids(body):
    return [f["id"] for f in body["features"]]


def links(body, rel):
    return [link for link in body["links"] if link["rel"] == rel]


def entities(collection):
    return [e for e in load_city().entities if e["type"] == TYPES[collection]]


def walk(places, href):
    pages = []
    while href:
        body = follow(places, href).json()
        pages.append(body)
        href = next((link["href"] for link in links(body, "next")), None)
        assert len(pages) < 200
    return pages


def transformer(uri):
    return pyproj.Transformer.from_crs("OGC:CRS84", uri)


def flat(node):
    if isinstance(node[0], int | float):
        return [tuple(node)]
    return [p for child in node for p in flat(child)]


def around(lon, lat, half=0.00002):
    return f"{lon - half:.6f},{lat - half:.6f},{lon + half:.6f},{lat + half:.6f}"
