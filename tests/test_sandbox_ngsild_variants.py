"""What the variants of the reference broker do that depends on time, state or several requests."""

import time

import pytest

from mimtest.sandbox.faults import find_fault
from mimtest.sandbox.http import Request
from mimtest.sandbox.platform import Platform
from tests.ngsild_asking import BASE, CITY, filled


def varied(name):
    api = filled()
    api.platform = Platform(faults=[find_fault(name)], services=api.platform.services)
    return api


def test_what_is_written_is_seen_later():
    api = varied("ctx-variant-seen-later")
    new = CITY[0] | {"id": "urn:x:new"}
    api.change("POST", "/entities", new, 201)
    assert api("GET", "/entities/urn:x:new").status == 404
    api.change("POST", "/entities", new, 409)
    time.sleep(0.35)
    assert api.entity("new") == new
    api.change("DELETE", "/entities/urn:x:new")
    assert api.entity("new") == new
    time.sleep(0.35)
    assert api("GET", "/entities/urn:x:new").status == 404


def test_what_is_gone_is_listed_on():
    api = varied("ctx-variant-listed-longer")
    assert "Room" in api("GET", "/types").json()["typeList"]
    api.change("DELETE", "/entities", type="Room")
    assert "Room" in api("GET", "/types").json()["typeList"]
    assert api("GET", "/types/Room").status == 404


def test_a_page_beyond_the_end_has_the_last():
    api = varied("ctx-variant-last-beyond-the-end")
    body = {"type": "Query", "entities": [{"type": "Sensor"}]}
    pages = (api("GET", "/entities", type="Sensor", offset=70),
             api("POST", "/entityOperations/query", body, offset=70))  # fmt: skip
    assert [[e["id"] for e in page.json()] for page in pages] == [["urn:x:3"]] * 2
    assert api("GET", "/entities", type="Nothing", offset=70).json() == []


@pytest.mark.parametrize(
    ("name", "limit", "status", "size"),
    [("ctx-variant-limit-cut", "5000", 200, 4), ("ctx-variant-limit-bad-data", "5000", 400, None),
     ("ctx-variant-limit-bad-data", "1000", 200, 4)],
)  # fmt: skip
def test_large_pages(name, limit, status, size):
    answer = varied(name)("GET", "/entities", type="*", limit=limit)
    assert answer.status == status
    assert size is None or len(answer.json()) == size


@pytest.mark.parametrize(
    ("name", "status"),
    [("ctx-variant-wrong-method-not-found", 404), ("ctx-variant-wrong-method-bad-request", 400),
     ("ctx-variant-bare-http-errors", 405)],
)  # fmt: skip
def test_wrong_methods(name, status):
    answer = varied(name)("PATCH", "/entities", {})
    assert answer.status == status
    assert (answer.body == b"") == (status == 405)


def test_a_slash_is_redirected():
    api = varied("ctx-variant-slash-redirects")
    raw = "/ngsi-ld/v1/entities/"
    answer = api.platform.handle(Request("GET", raw, "type=*", base=BASE, raw_path=raw))
    assert (answer.status, answer.header("Location")) == (308, "/ngsi-ld/v1/entities?type=*")
    assert api("GET", "/entities", type="*").status == 200
