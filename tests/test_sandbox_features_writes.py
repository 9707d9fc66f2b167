"""The one collection that can be changed: features added, replaced, changed in part and removed."""

import json

import pytest

from mimtest.sandbox.city import load_city
from mimtest.sandbox.features import service
from mimtest.sandbox.http import Request
from tests.features_asking import BASE, EPSG, GEOJSON, ROOT, ask, ids, items

ITEMS = "/collections/reports/items"
MERGE = "application/merge-patch+json"
DRAFT = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [7.9, 51.6]},
    "properties": {"title": "Bench broken", "status": "open"},
}


@pytest.fixture
def places():
    return service(load_city())


def send(places, method, path, body, kind=GEOJSON, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"content-type": kind} | {k.replace("_", "-"): v for k, v in headers.items()}
    return places.handle(Request(method, path, "", fields, content, base=BASE))


@pytest.fixture
def added(places):
    answer = send(places, "POST", ITEMS, DRAFT)
    assert answer.status == 201
    return answer.header("location").removeprefix(ROOT)


def test_a_new_feature_is_where_it_is_said_to_be(places, added):
    feature = ask(places, added).json()
    assert feature["geometry"] == DRAFT["geometry"]
    assert feature["properties"] == DRAFT["properties"]
    assert feature["id"] in ids(items(places, "reports"))
    assert len(ids(items(places, "reports"))) == 4


def test_put_replaces_and_patch_merges(places, added):
    assert (
        send(places, "PATCH", added, {"properties": {"status": None, "votes": 2}}, MERGE).status
        == 204
    )
    assert ask(places, added).json()["properties"] == {"title": "Bench broken", "votes": 2}
    other = {**DRAFT, "properties": {"title": "Bench mended"}}
    assert send(places, "PUT", added, other).status == 204
    assert ask(places, added).json()["properties"] == {"title": "Bench mended"}


def test_what_is_removed_is_gone(places, added):
    assert ask(places, added, method="DELETE").status == 204
    assert ask(places, added).status == 404
    assert ask(places, added, method="DELETE").status == 404


def test_an_old_tag_changes_nothing(places, added):
    old = ask(places, added).header("etag")
    assert send(places, "PUT", added, DRAFT | {"properties": {}}, if_match=old).status == 204
    assert send(places, "PUT", added, DRAFT, if_match=old).status == 412
    assert send(places, "PUT", added, DRAFT, if_match="*").status == 204
    assert ask(places, added).json()["properties"] == DRAFT["properties"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", GEOJSON, 400),
        ([], GEOJSON, 400),
        ({}, GEOJSON, 400),
        (DRAFT, "text/csv", 415),
        (DRAFT | {"properties": None}, GEOJSON, 400),
        (DRAFT | {"geometry": None}, GEOJSON, 400),
        (DRAFT | {"geometry": {"type": "Point", "coordinates": "here"}}, GEOJSON, 400),
        (DRAFT | {"geometry": {"type": "Point", "coordinates": [[7, 51]]}}, GEOJSON, 400),
        (DRAFT | {"geometry": {"type": "Polygon", "coordinates": [7, 51]}}, GEOJSON, 400),
        (DRAFT | {"geometry": {"type": "Point", "coordinates": [51, 170]}}, GEOJSON, 400),
    ],
)
def test_what_is_no_feature_is_refused(places, body, kind, status):
    assert send(places, "POST", ITEMS, body, kind).status == status
    assert len(ids(items(places, "reports"))) == 3


def test_positions_may_come_with_latitude_first(places):
    body = DRAFT | {"geometry": {"type": "Point", "coordinates": [51.6, 7.9]}}
    answer = send(places, "POST", ITEMS, body, content_crs=f"<{EPSG}4326>")
    there = answer.header("location").removeprefix(ROOT)
    assert ask(places, there).json()["geometry"] == DRAFT["geometry"]
    assert send(places, "POST", ITEMS, DRAFT, content_crs=f"<{EPSG}25832>").status == 400


def test_other_collections_stay_as_they_are(places):
    assert send(places, "POST", "/collections/buildings/items", DRAFT).status == 405
    assert ask(places, ITEMS, method="OPTIONS").header("allow") == "GET, HEAD, POST"
    assert send(places, "PUT", f"{ITEMS}/nothing", DRAFT).status == 404
    assert send(places, "PUT", f"{ITEMS}/nothing", DRAFT, if_match='"x"').status == 412


def test_pages_say_what_documents_say_and_lead_on(places):
    page = ask(places, ITEMS, {"f": "html"})
    text = page.body.decode()
    assert page.header("content-type") == "text/html; charset=utf-8"
    assert "Hole in the road" in text
    assert f'href="{ROOT}/collections/reports"' in text
    assert "&amp;f=html" not in text.partition("<body>")[0]
    hostile = DRAFT | {"properties": {"title": "<script>alert(1)</script>"}}
    there = send(places, "POST", ITEMS, hostile).header("location").removeprefix(ROOT)
    assert b"<script>" not in ask(places, there, {"f": "html"}).body
