"""How the tests of the NGSI v2 broker ask it: directly, without a socket, with a small town."""

import json
from urllib.parse import urlencode

from mimtest.sandbox import ngsiv2
from mimtest.sandbox.http import Request
from mimtest.sandbox.platform import Platform

BASE = "http://city.test"
JSON = "application/json"


class Api:
    """Talks to a broker of its own."""

    def __init__(self, entities=()):
        self.platform = Platform(services={ngsiv2.PREFIX: ngsiv2.service(entities)})

    def __call__(self, method, path, body=None, *, raw=None, headers=None, **params):
        given = {k.replace("_", "-"): v for k, v in (headers or {}).items()}
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        if body is not None or raw is not None:
            given = {"content-type": JSON, "content-length": str(len(data)), **given}
        given = {k: v for k, v in given.items() if v is not None}
        query = urlencode(params)
        request = Request(method, f"/v2{path}", query, given, data, BASE)
        return self.platform.handle(request)

    def read(self, path, status=200, **params):
        answer = self("GET", path, **params)
        assert answer.status == status, answer.body
        return answer.json()

    def ids(self, **params):
        return [e["id"] for e in self.read("/entities", limit=1000, **params)]

    def change(self, method, path, body=None, status=204, **how):
        answer = self(method, path, body, **how)
        assert answer.status == status, answer.body
        return answer

    def create(self, body, status=201, **how):
        return self.change("POST", "/entities", body, status, **how)


def error(answer, status, word):
    assert answer.status == status, answer.body
    assert answer.header("Content-Type") == JSON
    body = answer.json()
    assert body["error"] == word
    assert body["description"]


def text(value, **metadata):
    return {"type": "Text", "value": value, "metadata": metadata}


def number(value, **metadata):
    return {"type": "Number", "value": value, "metadata": metadata}


def place(longitude, latitude):
    at = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "geo:json", "value": at}


TOWN = [
    {
        "id": "s1",
        "type": "Sensor",
        "temp": number(9, accuracy={"type": "Number", "value": 0.5}),
        "label": text("alpha"),
        "tags": {"value": ["red", "green"]},
        "addr": {"value": {"city": "Ahlen", "at": {"floor": 2}}},
        "seen": {"type": "DateTime", "value": "2026-03-01T12:00:00Z"},
        "size": text("20"),
        "location": place(7.0, 51.0),
    },
    {
        "id": "s2",
        "type": "Sensor",
        "temp": number(10, accuracy={"type": "Number", "value": 2}),
        "label": text("beta"),
        "tags": {"value": ["blue"]},
        "addr": {"value": {"city": "Beckum", "at": {"floor": 3}}},
        "seen": {"type": "DateTime", "value": "2026-03-02T12:00:00Z"},
        "size": number(20),
        "location": place(7.01, 51.0),
    },
    {"id": "s3", "type": "Sensor", "temp": number(30), "label": text("light,green")},
    {
        "id": "r1",
        "type": "Room",
        "label": text("Zimmer äöü"),
        "open": {"value": True},
        "location": {"type": "geo:point", "value": "52.0, 8.0"},
    },
]


def filled():
    """A broker that holds the town."""
    api = Api()
    for entity in TOWN:
        api.create(entity)
    return api
