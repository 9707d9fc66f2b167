"""The API definition as a document: whole, true to its class, and with the parameters of the standard.

OGC API - Features - Part 1: Core (17-069r4), 7.15 and clause 9. Where no class of OpenAPI is declared
a definition in another language is allowed, and these checks do not apply.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.network.client import OutOfScope
from mimtest.vocabulary.expect import assert_status, assert_that, fail, member, shown
from mimtest.vocabulary.ogcapi import document
from mimtest.vocabulary.openapi import parameters_of_items
from mimtest.vocabulary.openapi_features import named_by_the_standard, parameter_problem
from mimtest.vocabulary.openapi_soundness import outer_references, problems
from mimtest.vocabulary.rest import servers_of

#: Documents about data prove nothing where there is no data: each check starts from some.
pytestmark = [
    pytest.mark.interface("ogc-api-features"),
    pytest.mark.usefixtures("samples", "openapi_versions"),
]

KINDS = {"limit": "integer", "bbox": "array", "datetime": "string"}
MOST_OUTER = 10


@pytest.mark.check("PLA-E-13", clause="OGC 17-069r4 /req/oas30/oas-definition-2; OpenAPI 3.0.3 4")
def test_the_definition_is_openapi(definition_answer):
    """The API definition has what OpenAPI 3 wants, names no operation twice, and refers to nothing missing."""
    wrong = list(problems(document(definition_answer)))
    assert_that(not wrong, f"{len(wrong)} faults", expected="OpenAPI 3", received=wrong[:3])


@pytest.mark.check("PLA-E-22", clause="OGC 17-069r4 /req/oas30/oas-definition-1", strength="should")
def test_the_definition_is_in_the_declared_version(definition_answer, openapi_versions):
    """The API definition is in a version of OpenAPI whose class is declared."""
    given = member(document(definition_answer), "openapi", str, "the API definition")
    short = given.replace(".", "")[:2]
    assert_that(
        short in openapi_versions or "" in openapi_versions,
        "the class of this version of OpenAPI is not declared",
        expected=f"OpenAPI {' or '.join(f'{v[:1]}.{v[1:]}' for v in openapi_versions)}",
        received=given,
    )


def _assert_described(definition_answer, samples, name):
    """The parameter is there for every collection looked at, as the standard has it."""
    definition = document(definition_answer)
    for sample in samples:
        collection = sample.collection.id
        listed = parameters_of_items(definition, collection)
        if any(named_by_the_standard(p) == name for p in listed):
            continue
        found = [p for p in listed if isinstance(p, dict) and p.get("name") == name]
        assert_that(
            found,
            f"'{name}' is not defined for '{collection}'",
            expected=f"a parameter '{name}'",
            received=[p.get("name") or p.get("$ref") for p in listed if isinstance(p, dict)],
        )
        wrong = parameter_problem(found[0], KINDS[name], definition)
        assert_that(not wrong, f"'{name}' of '{collection}': {wrong}", received=shown(found[0]))


@pytest.mark.check("PLA-C-19", clause="OGC 17-069r4 /req/core/fc-limit-definition")
def test_the_limit_is_defined(definition_answer, samples):
    """The API definition has `limit` as an optional whole number whose bounds agree."""
    _assert_described(definition_answer, samples, "limit")


@pytest.mark.check("PLA-C-23", clause="OGC 17-069r4 /req/core/fc-bbox-definition A")
def test_the_box_is_defined(definition_answer, samples):
    """The API definition has `bbox` as an optional list of four numbers or more, with commas."""
    _assert_described(definition_answer, samples, "bbox")


@pytest.mark.check("PLA-C-30", clause="OGC 17-069r4 /req/core/fc-time-definition A")
def test_the_time_is_defined(definition_answer, timed):
    """The API definition has `datetime` as an optional text, for collections with a temporal extent at least."""
    _assert_described(definition_answer, timed, "datetime")


@pytest.mark.check("PLA-E-18", clause="OpenAPI 3.0.3 4.7.5; 3.1.0 4.8.5", strength="should")
def test_the_definition_names_this_service(service, definition_answer):
    """A server of the API definition is the address under test, or lies above it."""
    named = servers_of(document(definition_answer), definition_answer.url)
    own = service.client.url().rstrip("/")
    assert_that(
        any(own == s or own.startswith(f"{s}/") for s in named),
        "no server of the API definition is this one",
        expected=own,
        received=named,
    )


@pytest.mark.check("PLA-E-19", clause="OpenAPI 3.0.3 4.7.23", strength="may")
def test_what_the_definition_refers_to_is_there(service, definition_answer):
    """Other documents the API definition refers to are those of standards, or at the service and there."""
    for address in outer_references(document(definition_answer), definition_answer.url)[
        :MOST_OUTER
    ]:
        try:
            found = service.get(address, accept="*/*")
        except OutOfScope:
            fail(
                "a document of somebody else is needed to read the API definition",
                expected="documents of the service or of a standard",
                received=address,
            )
        assert_status(found, 200, what=f"the answer at {address}")


@pytest.mark.check("PLA-E-20", clause="OGC 17-069r4 9.2; OpenAPI 3.0.3 4.7.8", strength="should")
def test_every_collection_is_in_the_definition(definition_answer, collections):
    """The API definition describes the features of every collection, by its name or with a variable."""
    definition = document(definition_answer)
    lacking = []
    for collection in collections:
        try:
            parameters_of_items(definition, collection.id)
        except Inconclusive as reason:
            if "defined elsewhere" not in str(reason):
                lacking.append(collection.id)
    assert_that(
        not lacking,
        "collections the API definition does not know",
        expected="a path for every collection",
        received=lacking,
    )
