"""What is no service of features gets no verdict as one, however friendly it answers.

Checkers have taken each of these for a valid service: a web page, an answer of 200 to everything, and a
conformance declaration of nothing.
"""

import json

import pytest

from mimtest.session.launch import Order, launch
from tests.servers import Request, answer, json_answer, responds, serve

TARGET = """\
[product]
supplier = "Nobody"
name = "Nothing"
version = "0"

[scope]
authorised_by = "this test"
level = "safe"

[interfaces.map]
kind = "ogc-api-features"
url = "{url}"

[claims]
mims = ["MIM7"]
"""
PAGE = b"<!DOCTYPE html><html><head><title>Our maps</title></head><body>OGC API</body></html>"
ROOT = {"links": []}
LEADING = ("service-desc", "conformance", "data")


def page(_: Request) -> bytes:
    return answer(200, PAGE, "Content-Type: text/html")


def constant(_: Request) -> bytes:
    return json_answer("{}")


def declares_nothing(_: Request) -> bytes:
    return json_answer(json.dumps({"conformsTo": [], "links": [], "collections": []}))


def says_the_same_to_all(request: Request) -> bytes:
    """One document that would do for every question."""
    host = f"http://{request.headers['host']}"
    links = [{"href": f"{host}/{rel}", "rel": rel, "type": "application/json"} for rel in LEADING]
    core = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
    body = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "links": links,
        "conformsTo": [core],
        "collections": [{"id": "a", "links": links}],
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "id": "1", "geometry": None, "properties": None}],
    }
    return json_answer(json.dumps(body))


@pytest.mark.parametrize("impostor", [page, constant, declares_nothing, says_the_same_to_all])
def test_an_impostor_passes_nothing(tmp_path, impostor):
    target = tmp_path / "mimtest.toml"
    with serve(responds(impostor)) as server:
        target.write_text(TARGET.format(url=server.url), encoding="utf-8")
        order = Order(target=target, output=tmp_path, suites=("places",), pages=False)
        report = launch(order)
    passed = [c["id"] for c in report["checks"] if c["outcome"] == "passed"]
    assert not passed, json.dumps(passed)
