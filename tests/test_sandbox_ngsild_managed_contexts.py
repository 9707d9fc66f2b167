"""@contexts that the reference broker hosts, caches and makes by itself, and its identity."""

import json

import pytest

from mimtest.network.hosting import host
from mimtest.network.incoming import Reply
from tests.ngsild_asking import BASE, LD, NS, Api, filled, kind

OWN = {"@context": {"heat": f"{NS}temp", "Probe": f"{NS}Sensor"}}
PATH = "/jsonldContexts"


@pytest.fixture
def api():
    return filled()


@pytest.fixture
def hosting():
    with host() as found:
        yield found


def added(api, body=OWN, **how):
    answer = api("POST", PATH, body, context=None, **how)
    assert (answer.status, answer.body) == (201, b"")
    return answer.header("Location")


def listed(api, **params):
    answer = api("GET", PATH, context=None, **params)
    assert answer.status == 200
    return answer.json()


def named(context):
    return {"link": f'<{context}>; rel="http://www.w3.org/ns/json-ld#context"; type="{LD}"'}


def below(location):
    return location.removeprefix("/ngsi-ld/v1")


def hosted_at(hosting, contents):
    hosting.put("/own.jsonld", Reply(200, json.dumps(contents).encode(), LD))
    return f"{hosting.local}/own.jsonld"


@pytest.mark.parametrize("content_type", ["application/json", LD])
def test_a_context_is_hosted(api, content_type):
    location = added(api, {**OWN, "more": 1}, headers={"content-type": content_type})
    assert location.startswith("/ngsi-ld/v1/jsonldContexts/urn:")
    served = api("GET", below(location), context=None)
    assert (served.status, served.json(), served.header("Content-Type")) == (200, OWN, LD)
    (about,) = listed(api, kind="Hosted", details="true")
    assert about["URL"] == f"{BASE}{location}"
    assert about["localId"] == location.rpartition("/")[2]
    assert about["kind"] == "Hosted"
    assert about["createdAt"].endswith("Z")
    assert api("GET", below(location), context=None, details="true").json() == about
    assert f"{BASE}{location}" in listed(api)


@pytest.mark.parametrize(
    "body", [{}, [], 1, {"context": {}}, {"@context": {"a": 1}}, {"@context": 4}]
)
def test_what_is_no_context_is_refused(api, body):
    before = listed(api)
    answer = api("POST", PATH, body, context=None)
    assert (answer.status, kind(answer)) == (400, "BadRequestData")
    answer = api("POST", PATH, raw=b"{", context=None)
    assert (answer.status, kind(answer)) == (400, "InvalidRequest")
    assert listed(api) == before


@pytest.mark.parametrize("start", ["", BASE])
def test_a_hosted_context_is_used(api, start):
    location = added(api)
    answer = api("GET", "/entities/urn:x:1", context=None, headers=named(f"{start}{location}"))
    assert "heat" in answer.json()
    assert answer.json()["type"] == "Probe"
    (about,) = listed(api, kind="Hosted", details="true")
    assert about["numberOfHits"] == 1
    assert about["lastUsage"]


def test_a_context_is_deleted(api):
    location = below(added(api))
    assert api("DELETE", location, context=None).status == 204
    for method in ("GET", "DELETE"):
        answer = api(method, location, context=None)
        assert (answer.status, kind(answer)) == (404, "ResourceNotFound")
    assert listed(api, kind="Hosted") == []


def test_only_cached_contexts_are_loaded_again(api):
    location = below(added(api))
    answer = api("DELETE", location, context=None, reload="true")
    assert (answer.status, kind(answer)) == (400, "BadRequestData")
    assert api("GET", location, context=None).status == 200


@pytest.mark.parametrize("params", [{"kind": "hosted"}, {"details": "yes"}])
def test_wrong_parameters_are_refused(api, params):
    assert kind(api("GET", PATH, context=None, **params)) == "BadRequestData"


def test_fetched_contexts_are_cached_and_not_served(api, hosting):
    url = hosted_at(hosting, OWN)
    answer = api("GET", "/entities/urn:x:1", context=None, headers=named(url))
    assert "heat" in answer.json()
    (about,) = listed(api, kind="Cached", details="true")
    assert about["URL"] == url
    assert "expiresAt" in about
    assert listed(api, kind="Cached") == [url]
    for name in (about["localId"], url):
        where = f"{PATH}/{name.replace('/', '%2F')}"
        assert api("GET", where, context=None, details="true").json() == about
        refused = api("GET", where, context=None)
        assert (refused.status, kind(refused)) == (422, "OperationNotSupported")


def test_a_cached_context_is_loaded_again(api, hosting):
    url = hosted_at(hosting, OWN)
    where = f"{PATH}/{url.replace('/', '%2F')}"
    api("GET", "/entities/urn:x:1", context=None, headers=named(url))
    hosted_at(hosting, {"@context": {"cold": f"{NS}temp"}})
    assert "heat" in api("GET", "/entities/urn:x:1", context=None, headers=named(url)).json()
    assert api("DELETE", where, context=None, reload="true").status == 204
    assert "cold" in api("GET", "/entities/urn:x:1", context=None, headers=named(url)).json()
    for broken in (Reply(404), Reply(200, b"{", LD), Reply(200, b"[]", LD)):
        hosting.put("/own.jsonld", broken)
        answer = api("DELETE", where, context=None, reload="true")
        assert (answer.status, kind(answer)) == (504, "LdContextNotAvailable")
        assert "cold" in api("GET", "/entities/urn:x:1", context=None, headers=named(url)).json()
    assert api("DELETE", where, context=None).status == 204
    assert api("GET", where, context=None, details="true").status == 404


def test_contexts_the_broker_makes_are_listed_and_served(api):
    query = {"type": "Query", "entities": [{"type": "Probe"}], **OWN}
    answer = api(
        "POST", "/entityOperations/query", query, context=None, headers={"content-type": LD}
    )
    (url,) = listed(api, kind="ImplicitlyCreated")
    assert f"<{url}>" in answer.header("Link")
    (about,) = listed(api, kind="ImplicitlyCreated", details="true")
    served = api("GET", f"{PATH}/{about['localId']}", context=None)
    assert served.json() == {"@context": [OWN["@context"]]}


def test_the_core_context_cannot_be_lost(api):
    core = "https:%2F%2Furi.etsi.org%2Fngsi-ld%2Fv1%2Fngsi-ld-core-context-v1.8.jsonld"
    assert api("DELETE", f"{PATH}/{core}", context=None).status == 404


def test_the_broker_says_who_it_is():
    api = Api()
    first, second = (api("GET", "/info/sourceIdentity", context=None).json() for _ in range(2))
    assert first["type"] == "ContextSourceIdentity"
    assert first["id"].startswith("urn:")
    assert first["contextSourceAlias"] == second["contextSourceAlias"]
    assert first["contextSourceTimeAt"] < second["contextSourceTimeAt"]
    assert first["contextSourceUptime"].startswith("PT0")
    other = Api()("GET", "/info/sourceIdentity", context=None).json()
    assert other["contextSourceAlias"] != first["contextSourceAlias"]
