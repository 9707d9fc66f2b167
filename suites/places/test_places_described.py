"""The API definition against the service: what it describes is there, and what comes is described.

OGC API - Features - Part 1: Core (17-069r4), clause 9.
"""

from urllib.parse import urlsplit

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.client import OutOfScope
from mimtest.vocabulary.expect import assert_that, shown
from mimtest.vocabulary.ogcapi import (
    FEATURES,
    GEOJSON,
    document,
)
from mimtest.vocabulary.openapi_features import (
    filled,
    operation_at,
    operations,
    parameters,
    path_for,
    responses_of,
    security_of,
)
from mimtest.vocabulary.rest import servers_of
from mimtest.vocabulary.rest_schema import Payloads

pytestmark = [
    pytest.mark.interface("ogc-api-features"),
    pytest.mark.usefixtures("samples", "openapi_versions"),
]

MOST_PATHS = 30
NOT_SERVED = (404, 405, 410, 501)
NEEDS_A_RIGHT = (401, 403)


@pytest.fixture(scope="session")
def known(samples):
    """What stands for the variables of paths: collections, and a feature of each."""
    return {s.collection.id: next(iter(s.known)) for s in samples if s.known}


def _below(service, definition, address):
    """The address below which the paths of the definition are."""
    own = service.client.url().rstrip("/")
    named = servers_of(definition, address)
    if own in named:
        return own
    beside = (s for s in named if urlsplit(s).netloc == urlsplit(own).netloc)
    return next((s for s in beside if own.startswith(f"{s}/")), own)


def _askable(definition, known):
    """The paths that can be read without knowing more, filled, with what is said of each.

    Those about collections are many, and come last.
    """
    found = sorted(operations(definition), key=lambda entry: "/collections/" in entry[0])
    for path, method, operation in found:
        address = filled(path, known) if method == "get" else None
        listed = parameters(definition, path)
        needed = [
            p
            for p in listed
            if isinstance(p, dict) and p.get("required") is True and p.get("in") != "path"
        ]
        if address is not None and not needed:
            yield path, address, operation


def _media_of(operation):
    """What to accept of an operation: JSON of its own if it has some, else anything."""
    success = responses_of(operation).get("200")
    content = success.get("content") if isinstance(success, dict) else None
    kinds = [k for k in content if "json" in k] if isinstance(content, dict) else []
    return f"{kinds[0]}, */*;q=0.5" if kinds else "*/*"


@pytest.mark.check("PLA-E-14", clause="OGC 17-069r4 /req/oas30/oas-impl")
def test_what_the_definition_describes_is_served(service, definition_answer, known):
    """Every path the API definition offers to read is there, as far as its variables are known."""
    definition = document(definition_answer)
    base, asked, gone = _below(service, definition, definition_answer.url), 0, {}
    for path, address, operation in list(_askable(definition, known))[:MOST_PATHS]:
        try:
            found = service.get(base + address, accept=_media_of(operation))
        except OutOfScope:
            continue
        asked += 1
        documented = str(found.status) in responses_of(operation) and found.status >= 500
        if (found.status in NOT_SERVED or found.status >= 500) and not documented:
            gone[path] = found.status
    if set(gone.values()) == {503}:
        raise Inconclusive("server_error", f"{', '.join(gone)} answers 503")
    assert_that(not gone, "described paths are not served", expected="200", received=shown(gone))
    if not asked:
        raise Inconclusive("no_data", "no path of the API definition can be asked")


def _resources(service, sample):
    """What is asked of the service here, by the segments of its path."""
    collection = sample.collection
    feature = next(iter(sample.known), None)
    yield ("conformance",), service.linked("conformance", "/conformance")
    yield ("collections",), service.linked("data", "/collections")
    yield ("collections", collection.id), service.get(collection.address)
    yield ("collections", collection.id, "items"), sample.page(limit=1)
    if feature:
        at = ("collections", collection.id, "items", feature)
        yield at, service.features(collection.item(feature))


@pytest.mark.check("PLA-E-15", clause="OGC 17-069r4 /req/oas30/completeness", strength="should")
def test_what_comes_is_in_the_definition(service, definition_answer, samples):
    """The status of every answer looked at is in the API definition, and its media type where it says any."""
    definition = document(definition_answer)
    payloads, compared = Payloads.of(definition), 0
    for segments, found in _resources(service, samples[0]):
        path = path_for(definition, *segments)
        if path is None or operation_at(definition, path) is None:
            continue
        where = f"{path}: "
        response = payloads.response(path, found.status)
        assert_that(response, f"{where}status {found.status} is not described", expected="200")
        compared += 1
        content = response.get("content")
        if "$ref" in response or not isinstance(content, dict) or not content:
            continue
        assert_that(
            payloads.media(response, found.media_type) is not None,
            f"{where}the media type is not described",
            expected=list(content),
            received=found.media_type,
        )
    if not compared:
        raise Inconclusive("no_data", "the API definition describes none of the answers")


@pytest.mark.check("PLA-E-16", clause="OGC 17-069r4 /req/oas30/exceptions-codes", strength="should")
def test_errors_that_come_are_in_the_definition(service, definition_answer, samples, absent):
    """The status of an answer to a mistake is in the API definition, by number, by class or by default."""
    definition = document(definition_answer)
    payloads, sample = Payloads.of(definition), samples[0]
    at, compared = ("collections", sample.collection.id, "items"), 0
    nowhere = absent(next(iter(sample.known), "1"))
    for segments, found in (
        (at, sample.page(bbox="west,south,east,north")),
        ((*at, nowhere), service.features(sample.collection.item(nowhere))),
    ):
        path = path_for(definition, *segments)
        if path is None or not 400 <= found.status < 500:
            continue
        compared += 1
        assert_that(
            payloads.response(path, found.status),
            f"{path}: status {found.status} is not described",
            expected=f"{found.status}, 4XX or default",
            received=list(responses_of(operation_at(definition, path) or {})),
        )
    if not compared:
        raise Inconclusive("no_data", "no mistake is answered with 4xx at a described path")


@pytest.mark.check("PLA-E-17", clause="OGC 17-069r4 /req/oas30/security")
def test_what_needs_a_right_is_described_so(service, definition_answer, known):
    """A path that is refused without credentials is described with what it needs."""
    definition = document(definition_answer)
    base = _below(service, definition, definition_answer.url)
    for path, address, operation in list(_askable(definition, known))[:MOST_PATHS]:
        try:
            found = _without_credentials(service, base + address, operation)
        except OutOfScope:
            continue
        if found.status in NEEDS_A_RIGHT:
            assert_that(
                security_of(definition, operation),
                f"{path} is refused and described as open",
                expected="security",
                received=f"status {found.status} without credentials",
            )


@pytest.mark.check(
    "PLA-D-07", clause="OGC 17-069r4 /req/oas30/security; OpenAPI 3.0.3 4.7.30", strength="should"
)
def test_what_is_described_as_protected_is(service, definition_answer, samples):
    """Features that are described as needing credentials are refused without them."""
    definition = document(definition_answer)
    for sample in samples[:2]:
        path = path_for(definition, "collections", sample.collection.id, "items")
        operation = operation_at(definition, path)
        if operation is None:
            continue
        found = _without_credentials(service, sample.collection.items, {})
        assert_that(
            not (security_of(definition, operation) and found.ok),
            f"{path} is described as protected and open",
            expected="status 401 or 403",
            received=f"status {found.status} without credentials",
        )


def _without_credentials(service, address, operation):
    """The answer to somebody who is not known; the one kept already where nobody is known."""
    accept = _media_of(operation) if operation else FEATURES
    if service.client.interface.auth is None:
        return service.get(address, accept=accept)
    return service.client.get(address, headers={"Accept": accept}, auth=False)


@pytest.mark.check(
    "PLA-E-21",
    clause="OGC 17-069r4 /req/oas30/completeness; OpenAPI 3.0.3 4.7.24",
    strength="should",
)
def test_features_follow_the_described_schema(definition_answer, samples):
    """Features follow the schema the API definition has for them."""
    definition = document(definition_answer)
    payloads, compared = Payloads.of(definition), 0
    for sample in samples:
        page = sample.page(limit=1)
        path = path_for(definition, "collections", sample.collection.id, "items")
        response = payloads.response(path, page.status) if path else None
        kind = page.media_type if "json" in page.media_type else GEOJSON
        media = payloads.media(response or {}, kind) or payloads.media(response or {}, GEOJSON)
        if not media or "schema" not in media:
            continue
        error = payloads.first_error(media["schema"], document(page))
        assert_that(
            error is None, f"'{sample.collection.id}' breaks the schema of {path}", received=error
        )
        compared += 1
    if not compared:
        raise NotApplicable(
            "not_offered", "the API definition has no schema of its own for features"
        )
