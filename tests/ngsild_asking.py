"""How the broker's tests ask it: directly, without a socket, with a small town of their own."""

import json
from urllib.parse import urlencode

from mimtest.sandbox import ngsild
from mimtest.sandbox.http import Request
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.services import ContextsService

NS = "https://example.org/ns#"
CONTEXT = {
    "ex": NS,
    **{n: f"ex:{n}" for n in ("Sensor", "Room", "temp", "label", "tags", "open", "addr", "city")},
    **{n: f"{NS}{n}" for n in ("seen", "name", "kind", "raw", "steps", "route", "area", "unit")},
    "inRoom": {"@id": f"{NS}inRoom", "@type": "@id"},
    "Dry": f"{NS}words/Dry",
}
OTHER = {"hot": f"{NS}temp", "Fuehler": f"{NS}Sensor"}
BASE = "http://city.test"
JSON = "application/json"
LD = "application/ld+json"
GEO = "application/geo+json"
NULL = "urn:ngsi-ld:null"
REL = "http://www.w3.org/ns/json-ld#context"


def link(name):
    return {"link": f'<{BASE}/contexts/{name}.jsonld>; rel="{REL}"; type="application/ld+json"'}


class Api:
    """Talks to the broker in the context `own` unless told otherwise."""

    def __init__(self):
        documents = {"own": CONTEXT, "other": OTHER, "pair": ["own.jsonld", OTHER]}
        documents["loop"] = f"{BASE}/contexts/loop.jsonld"
        shipped = {f"/contexts/{n}.jsonld": {"@context": c} for n, c in documents.items()}
        contexts = ngsild.Contexts(shipped)
        self.platform = Platform(
            services={
                ngsild.PREFIX: ngsild.service((), contexts),
                "/contexts": ContextsService(contexts.document),
            }
        )

    def __call__(self, method, path, body=None, *, context="own", raw=None, headers=None, **params):
        given = {k.replace("_", "-"): v for k, v in (headers or {}).items()}
        if context:
            given = {**link(context), **given}
        if body is not None or raw is not None:
            given.setdefault("content-type", JSON)
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        if method in ("POST", "PUT", "PATCH"):
            given.setdefault("content-length", str(len(data)))
        return self.platform.handle(
            Request(
                method,
                f"/ngsi-ld/v1{path}",
                urlencode(params),
                {k: v for k, v in given.items() if v is not None},
                data,
                BASE,
            )
        )

    def ids(self, **params):
        params.setdefault("type", "Sensor,Room")
        answer = self("GET", "/entities", limit=1000, **params)
        assert answer.status == 200, answer.body
        return {e["id"].rpartition(":")[2] for e in answer.json()}

    def entity(self, number=1, **params):
        answer = self("GET", f"/entities/urn:x:{number}", **params)
        assert answer.status == 200, answer.body
        return answer.json()

    def change(self, method, path, body=None, status=204, **how):
        answer = self(method, path, body, **how)
        assert answer.status == status, answer.body
        return answer


def kind(answer):
    assert answer.header("Content-Type") == JSON
    body = answer.json()
    assert body["status"] == answer.status
    assert body["title"]
    assert body["detail"]
    assert answer.header("Link") is None
    return body["type"].rpartition("/")[2]


def prop(value, **more):
    return {"type": "Property", "value": value, **more}


def point(lon, lat):
    return {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [lon, lat]}}


def square(x, y, size):
    corners = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [corners]}


CITY = [
    {
        "id": "urn:x:1",
        "type": "Sensor",
        "scope": "/town/north",
        "temp": prop(9, unitCode="CEL", observedAt="2026-01-01T10:00:00Z", unit=prop("grand")),
        "label": prop("alpha, one"),
        "tags": prop(["red", "green"]),
        "open": prop(True),
        "addr": prop({"city": "Ahlen", "geo": {"level": 3}}),
        "seen": prop("2026-03-01T12:00:00Z"),
        "location": point(7.0, 51.0),
        "inRoom": {"type": "Relationship", "object": "urn:x:r1"},
    },
    {
        "id": "urn:x:2",
        "type": "Sensor",
        "scope": ["/town/south", "/harbour"],
        "temp": prop(10, observedAt="2026-01-02T10:00:00Z"),
        "label": prop('be"ta;%'),
        "tags": prop(["blue"]),
        "open": prop(False),
        "addr": prop({"city": "Beckum"}),
        "seen": prop("2026-03-01T13:00:00+02:00"),
        "location": point(7.01, 51.0),
        "inRoom": {"type": "Relationship", "object": "urn:x:r2"},
    },
    {
        "id": "urn:x:3",
        "type": ["Sensor", "Room"],
        "temp": [prop(30), prop(-5.5, datasetId="urn:d:1")],
        "label": prop("20"),
        "name": {"type": "LanguageProperty", "languageMap": {"en": "hall", "de": "Saal"}},
        "kind": {"type": "VocabProperty", "vocab": "Dry"},
        "raw": {"type": "JsonProperty", "json": {"id": 1, "type": None, "value": [{"@id": 2}]}},
        "steps": {"type": "ListProperty", "valueList": [1, 1, 2]},
        "route": {"type": "ListRelationship", "objectList": [{"object": "urn:x:1"}]},
        "area": {"type": "GeoProperty", "value": square(7.2, 51.2, 0.1)},
        "location": point(8.0, 52.0),
    },
    {"id": "urn:x:r1", "type": "Room", "label": prop("Zimmer äöü")},
]


def filled():
    """A broker that holds the town."""
    found = Api()
    answer = found("POST", "/entityOperations/create", CITY)
    assert answer.status == 201, answer.body
    assert answer.json() == [e["id"] for e in CITY]
    return found
