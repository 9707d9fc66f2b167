"""Descriptions, hints and budgets are read as their writers mean them."""

from datetime import UTC, datetime, timedelta

import pytest

from mimtest.vocabulary.ngsild_access import (
    Trial,
    duration_of,
    is_budget,
    moment_of,
    names_base,
    newest_in,
    prefix_in,
    trials_by_data,
    trials_by_example,
)
from mimtest.vocabulary.ngsild_http import Spot
from mimtest.vocabulary.rest import Api

BASE = "https://city.example/broker/ngsi-ld/v1"
AT = f"{BASE}/openapi.json"
SPOT = Spot(None, {"id": "urn:x:1"}, "Lamp", "power", "nothing", "urn:x:0")


def described(*paths, servers=None, **nodes):
    document = {"paths": {p: {"get": {}} for p in paths} | nodes}
    return document if servers is None else document | {"servers": servers}


@pytest.mark.parametrize(
    ("prefix", "server", "named"),
    [
        ("", BASE, True),
        ("", "/ngsi-ld/v1", True),
        ("", "/ngsi-ld/v1/", True),
        ("", "http://localhost:1026/ngsi-ld/v1", True),
        ("", "https://{host}/ngsi-ld/v1", True),
        ("/ngsi-ld/v1", "/", True),
        ("/v1", "/ngsi-ld", True),
        ("", "/", False),
        ("", "/v2", False),
        ("/ngsi-ld/v2", "/", False),
        ("/x/ngsi-ld/v1", "/", False),
    ],
)
def test_a_description_names_an_address_by_servers_and_paths(prefix, server, named):
    variables = {"host": {"default": "city.example"}}
    document = described(
        f"{prefix}/entities",
        f"{prefix}/temporal/entities",
        servers=[{"url": server, "variables": variables}],
    )
    assert bool(names_base(document, AT, BASE)) is named


def test_a_description_without_entities_names_no_address():
    assert prefix_in(described("/things")) is None
    assert not names_base(described("/things", servers=[{"url": BASE}]), AT, BASE)
    assert not names_base({"paths": None}, AT, BASE)


def parameter(name, place="query", **more):
    return {"name": name, "in": place, "required": place == "path", **more}


ID = parameter("entityId", "path")
PATHS = {
    "/ngsi-ld/v1/entities": {
        "get": {"parameters": [parameter("type"), parameter("limit", example=5)]}
    },
    "/ngsi-ld/v1/entities/{entityId}": {
        "parameters": [parameter("entityId", "path", schema={"examples": ["urn:x:2"]})],
        "get": {"parameters": [parameter("local", example=True)]},
    },
    "/ngsi-ld/v1/subscriptions/{id}": {"get": {"parameters": [parameter("id", "path")]}},
    "/ngsi-ld/v1/temporal/entities": {"get": {"parameters": [parameter("timerel", required=True)]}},
    "/health": {"get": {}},
}
API = Api(None, {"paths": PATHS}, AT, BASE)


def test_requests_are_made_of_what_is_known():
    assert list(trials_by_data(API, SPOT)) == [
        Trial("/entities", {"type": "Lamp"}),
        Trial("/entities/urn:x:1", {}),
    ]


def test_requests_are_made_of_examples():
    assert list(trials_by_example(API)) == [
        Trial("/entities", {"limit": "5"}),
        Trial("/entities/urn:x:2", {"local": "true"}),
    ]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("PT1H", 3600),
        ("P1DT30M", 88_200),
        ("P2W", 1_209_600),
        ("PT0.5S", 0.5),
        (90, 90),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("an hour", None),
        ("P" + "9" * 30 + "Y", None),
        (-1, None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_durations(said, seconds):
    assert duration_of(said) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "said", ["2026-10-14T19:00:00Z", "Wed, 14 Oct 2026 19:00:00 GMT", "2026-10-14T21:00:00+02:00"]
)
def test_moments(said):
    assert moment_of(said) == datetime(2026, 10, 14, 19, tzinfo=UTC)


@pytest.mark.parametrize("said", ["soon", "", "0", "-1", "2026-99-99"])
def test_no_moments(said):
    assert moment_of(said) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RateLimit", '"default";r=5999;t=60'),
        ("RateLimit-Policy", '"burst";q=100;w=60,"daily";q=1000;w=86400'),
        ("RateLimit", "limit=100, remaining=50, reset=5"),
        ("RateLimit-Policy", "100;w=60"),
        ("RateLimit-Limit", "100, 100;w=60"),
        ("X-RateLimit-Remaining", "99"),
        ("X-RateLimit-Reset", "2026-10-14T19:00:00Z"),
    ],
)
def test_budgets(name, value):
    assert is_budget(name, value)


@pytest.mark.parametrize("value", ["plenty", "", '"default"', '"default";t=60', "r=5"])
def test_no_budgets(value):
    assert not is_budget("RateLimit", value)


def test_the_newest_moment_is_of_an_entity_or_an_attribute():
    changed = {"id": "urn:x:1", "type": "Lamp", "modifiedAt": "2026-01-01T00:00:00Z"}
    power = {"type": "Property", "value": 1, "observedAt": "2026-02-01T00:00:00Z"}
    assert newest_in([changed]) == datetime(2026, 1, 1, tzinfo=UTC)
    assert newest_in([changed | {"power": power}]) == datetime(2026, 2, 1, tzinfo=UTC)
    assert newest_in([]) is None
