"""Which methods a resource has, which it has not, and what is not there at all (GS CIM 009 6.2, 6.3.2)."""

from collections.abc import Mapping
from typing import Final

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_problem, assert_status, assert_that
from mimtest.vocabulary.ngsild import JSON, own_name, path_of
from mimtest.vocabulary.ngsild_http import assert_sound, place, spot_in
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

#: A method that each resource lacks in every version, and whether GET is among those it has.
_LACKING: Final = {
    "entities-put": ("PUT", "/entities", True),
    "entities-patch": ("PATCH", "/entities", True),
    "entity-post": ("POST", "/entities/{nowhere}", True),
    "types-post": ("POST", "/types", True),
    "type-put": ("PUT", "/types/{nothing}", True),
    "attributes-post": ("POST", "/attributes", True),
    "attribute-patch": ("PATCH", "/attributes/{nothing}", True),
    "batch-put": ("PUT", "/entityOperations/create", False),
}
_NO_METHOD: Final = (405, 404, 400)


@pytest.fixture
def spot(stock, unknown, run_id):
    """What there is to read, seen to be there."""
    found = spot_in(stock, own_name("nothing", run_id), unknown)
    for where in (path_of(found.id), "/types", "/attributes"):
        assert_status(found.broker.get(where), 200, what=f"GET {where}")
    return found


def _without_method(spot, resource):
    """An empty object sent by a method that is not there, which changes nothing if it is."""
    method, where, _ = _LACKING[resource]
    where = where.format(nowhere=spot.nowhere, nothing=spot.nothing)
    client = spot.broker.client
    return client.request(method, where, json={}, headers=spot.broker.names, harmless=True)


@pytest.mark.check("CTX-COM-05", clause="GS CIM 009 6.3.2", since="1.3.1")
@pytest.mark.parametrize("resource", list(_LACKING))
def test_a_method_that_is_not_there_is_refused(spot, resource, reading):
    """A method that a resource does not have is refused, with 405 together with those it has."""
    answer = _without_method(spot, resource)
    assert_sound(answer)
    assert_status(answer, *_NO_METHOD)
    reading("A19", str(answer.status))
    if answer.status == 405:
        told = answer.headers.get("allow") is not None
        assert_that(told, "405 does not say which methods there are", expected="Allow")


@pytest.mark.check(
    "CTX-COM-06",
    clause="RFC 9110 15.5.6",
    strength="should",
    since="1.3.1",
    rests_on=("CTX-COM-05",),
)
@pytest.mark.parametrize("resource", [r for r, (_, _, has_get) in _LACKING.items() if has_get])
def test_the_methods_told_are_those_there_are(spot, resource):
    """The methods told with 405 include GET, which works, and not the one that was refused."""
    answer = _without_method(spot, resource)
    if answer.status != 405:
        raise NotApplicable("not_offered", f"it is refused with {answer.status}")
    told = _methods(answer.headers, "allow")
    assert_that("GET" in told, "Allow does not name GET", expected="GET", received=told)
    refused = _LACKING[resource][0]
    assert_that(refused not in told, f"Allow names {refused}", expected="others", received=told)


def _methods(headers: Mapping[str, str], name: str) -> list[str]:
    return [m.strip().upper() for m in (headers.get(name) or "").split(",")]


@pytest.mark.check("CTX-COM-13", clause="RFC 9110 9.3.2", strength="should", since="1.3.1")
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_head_is_get_without_a_body(spot, way, reading):
    """HEAD is answered with the status and the headers of GET, or with 405."""
    where, params = place(spot, way)
    headers = {**spot.broker.names, "Accept": JSON}

    def look():
        shown = assert_status(spot.broker.get(where, **params), 200)
        answer = spot.broker.client.head(where, params=params, headers=headers)
        if answer.status == 405:
            reading("A21", "no_head")
            return
        assert_status(answer, 200, what="the answer to HEAD")
        reading("A21", "as_get")
        assert_equal(answer.media_type, shown.media_type, "the media type told by HEAD")
        lengths = [a.headers.get("content-length") for a in (answer, shown)]
        if None not in lengths:
            assert_equal(*lengths, "the length told by HEAD")

    at_rest(look)


@pytest.mark.check("CTX-COM-14", clause="RFC 9110 9.3.7", strength="may", since="1.3.1")
@pytest.mark.parametrize("way", ["retrieve", "query"])
def test_options_tell_the_methods(spot, way, reading):
    """OPTIONS is answered with the methods of the resource, GET among them, or with 405."""
    where, _ = place(spot, way)
    answer = spot.broker.client.options(where)
    assert_status(answer, 200, 204, 405)
    reading("A21", "not_told" if answer.status == 405 else "told")
    if answer.status != 405:
        headers = answer.headers
        told = _methods(headers, "allow") + _methods(headers, "access-control-allow-methods")
        assert_that("GET" in told, "OPTIONS does not tell of GET", expected="GET", received=told)


@pytest.mark.check("CTX-COM-23", clause="GS CIM 009 6.2", since="1.3.1")
def test_a_resource_that_is_not_there_is_not_found(spot, run_id):
    """A resource that the API does not have is answered with 404."""
    assert_status(spot.broker.get(f"/{own_name('nothing', run_id)}"), 404)


_BEFORE = {"timerel": "before", "timeAt": "2026-03-14T13:00:00Z"}
#: A request of each option that only reads.
_PROBES: Final = {
    "temporal": "/temporal/entities",
    "subscriptions": "/subscriptions",
    "registry": "/csourceRegistrations",
    "csource-subscriptions": "/csourceSubscriptions",
    "jsonld-contexts": "/jsonldContexts",
    "source-identity": "/info/sourceIdentity",
}


@pytest.mark.check("CTX-COM-24", clause="GS CIM 009 5.5.6", since="1.3.1")
@pytest.mark.parametrize("option", list(_PROBES))
def test_what_is_not_claimed_is_absent_or_works(spot, target, option):
    """An operation of an option that is not claimed is refused as one that is not there, or works."""
    if option in target.options:
        raise NotApplicable("condition_not_claimed", f"the target file claims {option}")
    params = {"type": spot.type, **_BEFORE} if option == "temporal" else {}
    if option == "registry":
        params = {"type": spot.type}
    answer = spot.broker.get(_PROBES[option], **params)
    assert_status(answer, 200, 204, 206, 404, 405, 422, 501)
    if answer.status == 422:
        assert_problem(answer, status=422, kind="OperationNotSupported")
    if answer.status in (200, 206):
        shown = answer.json()
        works = isinstance(shown, dict | list)
        assert_that(works, "it is answered with no data", expected="JSON", received=shown)
