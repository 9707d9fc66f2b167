"""Media types and methods of the features service."""

import json

import pytest

from mimtest.sandbox.city import load_city
from mimtest.sandbox.features import service
from mimtest.sandbox.http import Request
from mimtest.sandbox.platform import Platform
from tests.features_asking import BASE, EPSG, GEOJSON, ask, items


@pytest.fixture(scope="module")
def places():
    return service(load_city())


# Media types and methods


@pytest.mark.parametrize(
    ("path", "accept", "sent"),
    [
        ("/", None, "application/json"),
        ("/", "text/html;q=0.8, application/json;q=0.9", "application/json"),
        ("/", "text/html", "text/html; charset=utf-8"),
        ("/api", "*/*", "application/vnd.oai.openapi+json;version=3.0"),
        ("/api", "application/json", "application/json"),
        (
            "/api",
            "application/vnd.oai.openapi+json;version=3.0",
            "application/vnd.oai.openapi+json;version=3.0",
        ),
        ("/collections/energy/items", None, GEOJSON),
        ("/collections/energy/items", "application/geo+json", GEOJSON),
        ("/collections/energy/items", "application/json", GEOJSON),
        ("/collections/energy/items", "application/*;q=0.2", GEOJSON),
        ("/collections/energy/items", "image/*,*/*;q=0.1", GEOJSON),
    ],
)
def test_the_media_type_follows_accept(places, path, accept, sent):
    answer = ask(places, path, headers={"accept": accept} if accept else {})
    assert (answer.status, answer.header("content-type")) == (200, sent)


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/", "text/plain"),
        ("/collections", "application/geo+json"),
        ("/collections/energy/items", "text/csv"),
        ("/collections/energy/items", "application/gml+xml, image/*"),
        ("/collections/energy/items", "*/*;q=0"),
        ("/collections/energy/items", "*/*;q=much"),
    ],
)
def test_nothing_acceptable_is_406_unless_f_asks(places, path, accept):
    refused = ask(places, path, headers={"accept": accept})
    assert (refused.status, refused.json()["status"]) == (406, 406)
    assert "application/" in refused.json()["detail"]
    assert ask(places, path, {"f": "json"}, headers={"accept": accept}).status == 200


@pytest.mark.parametrize("path", ["/", "/collections/energy/items", "/collections/nowhere"])
def test_head_is_get_without_the_body(places, path):
    got, head = ask(places, path), ask(places, path, method="HEAD")
    assert (head.status, head.body) == (got.status, b"")
    assert head.header("content-type") == got.header("content-type")
    assert head.header("content-length") == str(len(got.body))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_405_with_what_is_allowed(places, method):
    answer = ask(places, "/collections/energy/items", method=method)
    assert (answer.status, answer.header("allow")) == (405, "GET, HEAD")
    assert answer.json()["title"] == "Method Not Allowed"
    assert ask(places, "/nothing", method=method).status == 404


def test_the_service_on_the_platform_answers_options_for_pages_of_others(places):
    platform = Platform(services={"/ogc": places})
    answer = platform.handle(Request("OPTIONS", "/ogc/collections", base=BASE))
    assert (answer.status, answer.header("allow")) == (204, "GET, HEAD, OPTIONS")
    listed = platform.handle(Request("GET", "/ogc/collections", base=BASE))
    assert listed.json() == ask(places, "/collections").json()


def test_asking_changes_nothing_in_the_town(places):
    before = json.dumps(load_city().entities)
    items(places, "buildings", crs=f"{EPSG}25832", bbox="7,51,8,52")
    assert json.dumps(load_city().entities) == before
