"""Addresses that are none, in the places where targets write them: they speak against the sender and break nothing."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mimtest.errors import Contradiction
from mimtest.vocabulary.discovery_maps import apis_at
from mimtest.vocabulary.openapi_soundness import outer_references
from mimtest.vocabulary.owners import _counted
from mimtest.vocabulary.readiness import find_reason
from mimtest.vocabulary.rest import servers_of
from mimtest.vocabulary.rest_records import next_of
from mimtest.vocabulary.security_txt import problems
from mimtest.vocabulary.web_addresses import address_parts, joined
from tests.servers import always, client_for, json_answer, serve

NONE = "http://[x"
BASE = "https://city.example/api"


def asked(body, *fields):
    """What a server answers with a body."""
    told = json_answer(json.dumps(body), 200, *fields)
    with serve(always(told)) as server, client_for(server.url) as client:
        return client.get()


def test_addresses_have_parts_and_are_joined():
    assert address_parts(f"{BASE}?a=1").query == "a=1"
    assert joined(BASE, "/b") == "https://city.example/b"


@pytest.mark.parametrize(
    "read",
    [
        lambda: address_parts(NONE),
        lambda: joined(BASE, NONE),
        lambda: servers_of({"servers": [{"url": NONE}]}, BASE),
        lambda: outer_references({"$ref": NONE}, BASE),
        lambda: next_of(asked({"next": NONE})),
        lambda: list(problems(f"Contact: {NONE}", datetime(2026, 1, 1, tzinfo=UTC))),
    ],
)
def test_what_is_no_address_contradicts(read):
    with pytest.raises(Contradiction, match=r"'http://\[x' is not a web address"):
        read()


def test_what_is_no_server_is_passed_over():
    assert servers_of({"servers": ["https://x.example", {"url": "/v2"}]}, BASE) == [
        "https://city.example/v2"
    ]


@pytest.mark.parametrize(
    ("links", "counted"),
    [
        ([{"rel": ["next"], "href": "/2"}], (1, 7)),
        ([{"rel": {}}], (1, 7)),
        ([{"rel": "next", "href": "/2"}], None),
        ({"next": "/2"}, None),
        ("none", (1, 7)),
    ],
)
def test_links_of_any_shape_say_whether_a_list_goes_on(links, counted):
    assert _counted(asked({"items": [{"id": 1}], "total": 7, "links": links})) == counted


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("sensorthings", {"value": [{"name": {}, "url": "/Things"}]}),
        ("sensorthings", {"value": [{"name": "Things", "url": NONE}]}),
        ("ogc-api-features", {"links": [{"rel": "data", "href": NONE}]}),
        ("ogc-api-features", {"links": [{"rel": "data", "href": 5}]}),
        ("ogc-api-features", {"links": [{"rel": ["data"], "href": None}]}),
    ],
)
def test_an_interface_that_leads_nowhere_is_not_ready_and_breaks_no_run(kind, document):
    told = json_answer(json.dumps(document))
    with serve(always(told)) as server, client_for(server.url) as client:
        client.interface = replace(client.interface, kind=kind)
        assert find_reason(client, needs_data=True) is not None
        assert list(apis_at(client, server.url)) == []
