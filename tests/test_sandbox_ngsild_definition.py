"""The broker's own description is valid, complete, and true; so is what it tells of its health."""

import json

import pytest
from jsonschema import Draft202012Validator

from mimtest.resources import SCHEMAS
from mimtest.sandbox.http import Request
from mimtest.sandbox.ngsild.api import ROUTES
from mimtest.sandbox.platform import Platform


@pytest.fixture(scope="module")
def platform():
    return Platform()


def ask(platform, path, method="GET"):
    return platform.handle(Request(method, path, raw_path=path))


@pytest.fixture(scope="module")
def description(platform):
    return ask(platform, "/ngsi-ld/v1/openapi.json").json()


def test_the_description_is_openapi(description):
    schema = json.loads((SCHEMAS / "openapi/description.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(description)
    assert description["openapi"].startswith("3.1.")


def test_every_operation_is_described(description):
    described = [
        (path.count("/"), method) for path, node in description["paths"].items() for method in node
    ]
    there = [(len(p), m.lower()) for p, methods in ROUTES.items() for m in methods]
    assert sorted(described) == sorted(there)


def test_every_operation_has_its_own_name(description):
    names = [o["operationId"] for node in description["paths"].values() for o in node.values()]
    assert len(names) == len(set(names))


def test_health_is_told(platform):
    assert ask(platform, "/health").json()["status"] == "ok"
    assert ask(platform, "/health/of-what").status == 404
    assert ask(platform, "/health", "DELETE").status == 405
