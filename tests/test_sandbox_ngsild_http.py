"""Addresses, lengths and every member of a query in a body: the reference broker over HTTP."""

from urllib.parse import quote

import pytest

from mimtest.sandbox.http import Request
from tests.ngsild_asking import BASE, CITY, Api, filled, kind, link, prop

IDS = ["http://example.org/e/1?x=1&y=ä#top", "urn:x:a%20b", "urn:x:ä", "HTTP://EXAMPLE.org:80/e"]


@pytest.fixture
def api():
    return filled()


def ask(api, method, path, body=b""):
    raw = f"/ngsi-ld/v1{path}"
    headers = {**link("own"), "content-type": "application/json", "content-length": str(len(body))}
    return api.platform.handle(Request(method, raw, "", headers, body, BASE, raw))


@pytest.mark.parametrize("id_", IDS)
def test_any_uri_is_an_id(id_):
    api = Api()
    answer = api.change("POST", "/entities", {"id": id_, "type": "Sensor", "temp": prop(1)}, 201)
    where = answer.header("Location").removeprefix("/ngsi-ld/v1")
    for path in (where, f"/entities/{quote(id_, safe='')}", f"/entities/{quote(id_, safe='')}/"):
        assert ask(api, "GET", path).json()["id"] == id_
    one = f"{where}/attrs/temp"
    assert ask(api, "PATCH", one, b'{"value":2}').status == 204
    assert ask(api, "DELETE", one).status == 204
    iri = quote("https://example.org/ns#temp", safe="")
    assert ask(api, "POST", f"{where}/attrs/", b'{"temp":3}').status == 204
    assert ask(api, "DELETE", f"{where}/attrs/{iri}").status == 204
    assert ask(api, "DELETE", where).status == 204
    assert ask(api, "GET", where).status == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [("POST", "/entities", b'{"id":"urn:x:n","type":"Room"}', 201),
     ("DELETE", "/entities", b"", 400), ("GET", "/types", b"", 200),
     ("GET", "/attributes", b"", 200), ("POST", "/entityOperations/delete", b'["urn:x:1"]', 204),
     ("POST", "/entityOperations/query", b'{"type":"Query","q":"temp"}', 200)],
)  # fmt: skip
def test_collections_with_and_without_a_slash(api, method, path, body, status):
    assert ask(api, method, path, body).status == status
    again = status if status != 201 else 409
    again = 207 if path.endswith("delete") else again
    assert ask(api, method, f"{path}/", body).status == again


@pytest.mark.parametrize(("method", "path"), [("POST", "/entities"), ("PUT", "/entities/urn:x:1"),
                                              ("PATCH", "/entities/urn:x:1")])  # fmt: skip
def test_a_body_has_a_length(api, method, path):
    raw = f"/ngsi-ld/v1{path}"
    headers = {**link("own"), "content-type": "application/json"}
    answer = api.platform.handle(Request(method, raw, "", headers, b"{}", BASE))
    assert answer.status == 411
    assert api.entity() == CITY[0]
    chunked = Request(method, raw, "", {**headers, "transfer-encoding": "chunked"}, b"{}", BASE)
    assert api.platform.handle(chunked).status != 411


QUERY = {
    "attrs": ({"attrs": ["inRoom", "steps"]}, ["1", "2", "3"]),
    "q": ({"q": "temp<10"}, ["1", "3"]),
    "vocab": ({"q": "kind==Dry", "expandValues": "kind"}, ["3"]),
    "json": ({"q": "raw[id]==1", "jsonKeys": "raw"}, ["3"]),
    "scope": ({"entities": [{"type": "Sensor"}], "scopeQ": "/town/#"}, ["1", "2"]),
    "geo": ({"geoQ": {"georel": "near;maxDistance==1000", "geometry": "Point",
                      "coordinates": [7.01, 51.0]}}, ["1", "2"]),
    "entities": ({"entities": [{"type": "Room", "idPattern": "r1$"},
                               {"type": "Sensor", "id": ["urn:x:2"]}]}, ["2", "r1"]),
    "all": ({"entities": [{"type": "*"}]}, ["1", "2", "3", "r1"]),
    "split": ({"q": "temp", "splitEntities": True}, ["1", "2", "3"]),
}  # fmt: skip


@pytest.mark.parametrize("name", QUERY)
def test_a_query_in_a_body(api, name):
    query, expected = QUERY[name]
    answer = api("POST", "/entityOperations/query", {"type": "Query", **query})
    assert [e["id"].rpartition(":")[2] for e in answer.json()] == expected


def test_what_a_query_in_a_body_shows(api):
    query = {"type": "Query", "q": "name", "lang": "de", "datasetId": ["urn:d:1"],
             "omit": ["type"]}  # fmt: skip
    answer = api("POST", "/entityOperations/query", query, format="simplified")
    assert answer.json() == [{"id": "urn:x:3", "temp": {"dataset": {"urn:d:1": -5.5}}}]
    query = {"type": "Query", "q": "name", "lang": "de", "pick": ["name", "kind"]}
    answer = api("POST", "/entityOperations/query", query, options="keyValues", count="true")
    assert answer.json() == [{"name": "Saal", "kind": {"vocab": "Dry"}}]
    assert answer.header("NGSILD-Results-Count") == "1"


@pytest.mark.parametrize(
    "wrong",
    [{"ordering": []}, {"join": 5}, {"joinLevel": 0, "join": "flat"}, {"joinLevel": True},
     {"containedBy": []}, {"pick": []}, {"omit": "temp{"}, {"datasetId": []}, {"lang": 5},
     {"entities": []}, {"entities": {}}, {"geoQ": []}, {"attrs": [""]}],
    ids=str,
)  # fmt: skip
def test_no_query(api, wrong):
    answer = api("POST", "/entityOperations/query", {"type": "Query", "q": "temp", **wrong})
    assert kind(answer) == "BadRequestData"


def test_every_type(api):
    found = api("GET", "/entities", type="*", limit=100)
    assert len(found.json()) == 4
    assert api("GET", "/entities", type="*", local="true").status == 200
    assert kind(api("GET", "/entities", type="*", local="false")) == "BadRequestData"


@pytest.mark.parametrize(
    ("path", "params"),
    [("/entities", {"type": "Room"}), ("/entities/urn:x:1", {}), ("/types", {}),
     ("/types/Sensor", {}), ("/attributes", {}), ("/attributes/temp", {})],
)  # fmt: skip
def test_local_is_known_everywhere(api, path, params):
    assert api("GET", path, local="true", **params).status == 200
