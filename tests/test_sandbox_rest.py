"""The plain HTTP interface of the sandbox, request by request."""

import csv
import io
import json

import pytest
from jsonschema import Draft202012Validator

from mimtest.resources import SCHEMAS
from mimtest.sandbox.http import Request
from mimtest.sandbox.platform import Platform
from mimtest.vocabulary.rest_schema import Payloads

LISTS = ("streetlights", "buildings", "car-parks", "air-quality")


@pytest.fixture(scope="module")
def platform():
    return Platform()


def get(platform, path, query="", **headers):
    address = f"/open{path}"
    return platform.handle(Request("GET", address, query, headers, raw_path=address))


def test_the_definition_is_an_openapi_document_and_what_it_says_holds(platform):
    document = get(platform, "/openapi.json").json()
    schema = json.loads((SCHEMAS / "openapi/description.schema.json").read_text(encoding="utf-8"))
    assert not list(Draft202012Validator(schema).iter_errors(document))
    payloads = Payloads.of(document)
    for path in (p for p in document["paths"] if "{" not in p):
        answer = get(platform, "" if path == "/" else path)
        media = payloads.media(payloads.response(path, answer.status), "application/json")
        assert payloads.first_error(media["schema"], answer.json()) is None
        assert payloads.first_error(media["schema"], media["example"]) is None


@pytest.mark.parametrize("name", LISTS)
def test_pages_visit_every_record_once(platform, name):
    path = f"/collections/{name}/items"
    whole = [r["id"] for r in get(platform, path, "limit=100").json()["items"]]
    pages = [get(platform, path, f"limit=3&offset={n}").json() for n in range(0, len(whole), 3)]
    assert [r["id"] for p in pages for r in p["items"]] == whole
    assert {p["numberMatched"] for p in pages} == {len(whole)}
    relations = [{k["rel"] for k in p["links"]} for p in pages]
    assert "next" not in relations[-1]
    assert "prev" not in relations[0]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 400),
        ("limit=x", 400),
        ("offset=-1", 400),
        ("bbox=1,2,3", 400),
        ("bbox=1,9,3,2", 400),
        ("datetime=soon", 400),
        ("luminousFlux=bright", 400),
        ("unknown=1", 400),
        ("datetime=2026-01-01T00:00:00Z/..", 200),
        ("bbox=7,51,8,52", 200),
    ],
)
def test_parameters_are_read(platform, query, status):
    assert get(platform, "/collections/streetlights/items", query).status == status


def test_filters_choose(platform):
    path = "/collections/streetlights/items"
    everything = get(platform, path, "limit=100").json()["items"]
    for query, fits in (
        ("status=ok", lambda r: r["status"] == "ok"),
        ("luminousFlux=5200", lambda r: r.get("luminousFlux") == 5200),
        ("datetime=../2026-10-14T18:00:00Z", lambda r: r["dateModified"] <= "2026-10-14T18:00:00Z"),
        ("bbox=-170,-80,-160,-70", lambda _: False),
    ):
        found = get(platform, path, f"limit=100&{query}").json()["items"]
        assert found == [r for r in everything if fits(r)], query


def test_one_record_and_what_is_not_there(platform):
    first = get(platform, "/collections/buildings/items").json()["items"][0]
    one = f"/collections/buildings/items/{first['id']}"
    assert get(platform, one).json() == first
    for path in ("/collections/buildings/items/nothing", "/collections/trees/items", "/nothing"):
        assert get(platform, path).status == 404
    assert get(platform, one, accept="text/csv").status == 406


def test_schemas_of_openapi_3_0_are_read_as_json_schema():
    schema = {"type": "integer", "nullable": True, "minimum": 3, "exclusiveMinimum": True}
    payloads = Payloads.of({"openapi": "3.0.3", "components": {"schemas": {"n": schema}}})
    named = {"$ref": "#/components/schemas/n"}
    assert [payloads.first_error(named, v) is None for v in (4, 3, None, "x")] == [
        True,
        False,
        True,
        False,
    ]


def test_a_table_has_what_the_records_have(platform):
    path = "/collections/streetlights/items"
    answer = get(platform, path, "limit=3", accept="text/csv")
    assert answer.header("Content-Type") == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    records = get(platform, path, "limit=3").json()["items"]
    assert [r["id"] for r in rows] == [r["id"] for r in records]
    assert json.loads(rows[0]["location"]) == records[0]["location"]
    assert get(platform, "", accept="text/csv").status == 406
