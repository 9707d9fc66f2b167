"""Documents that say what a type is, in the forms machines read, and documents that do not."""

import json

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.definitions import Kind, defines, visit
from tests.servers import always, answer, client_for, serve

TREE = Kind("https://city.example/ns#Tree", "Tree")
TURTLE = "text/turtle"
LD = "application/ld+json"
SCHEMA = "application/schema+json"
CLASS = {"@id": "https://city.example/ns#Tree", "@type": "rdfs:Class"}
OF_TREES = {"properties": {"type": {"enum": ["Tree"]}}}


def is_defined_in(body, media_type, status=200):
    data = body if isinstance(body, str) else json.dumps(body)
    sent = answer(status, data.encode(), f"Content-Type: {media_type}")
    with serve(always(sent)) as server, client_for(server.url) as client:
        return defines(visit(client, server.url), TREE)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ("<https://city.example/ns#Tree> a <http://www.w3.org/2002/07/owl#Class> .", TURTLE),
        ("@prefix c: <https://city.example/ns#> .\nc:Tree rdfs:label 'Tree' .", TURTLE),
        ({"@context": {"Tree": "https://city.example/ns#Tree"}}, LD),
        ({"@context": {"c": "https://city.example/ns#", "Tree": {"@id": "c:Tree"}}}, LD),
        ({"@context": [{}, {"Tree": "https://city.example/ns#Tree"}]}, "application/json"),
        ({"@graph": [CLASS]}, LD),
        ({"@context": {"c": "https://city.example/ns#"}, "@id": "c:Tree", "c:x": 1}, LD),
        (OF_TREES, SCHEMA),
        ({"allOf": [{"$ref": "x"}, OF_TREES]}, SCHEMA),
        ({"title": "Tree", "properties": {}}, SCHEMA),
    ],
)
def test_a_statement_on_the_type_is_a_definition(body, media_type):
    assert is_defined_in(body, media_type)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ("@prefix c: <https://city.example/ns#> .\nc:Treehouse a rdfs:Class .", TURTLE),
        ("@prefix c: <https://city.example/ns#> .\nc:Wood rdfs:seeAlso c:Tree .", TURTLE),
        ({"@context": {"Tree": "https://other.example/Tree"}}, LD),
        ({"@context": {"@vocab": "https://city.example/ns#"}}, LD),
        ({"@graph": [{"@id": "https://city.example/ns#Tree"}]}, LD),
        ({"properties": {"type": {"enum": ["Lamp"]}}}, SCHEMA),
        ({"properties": {"type": {"type": "string"}}}, SCHEMA),
        ({"title": "Tree"}, "application/json"),
        ({"@id": ["x"], "@context": [3, None, "y"]}, LD),
        ("<html>Tree</html>", "text/html"),
        ("[", LD),
    ],
)
def test_anything_else_is_none(body, media_type):
    assert not is_defined_in(body, media_type)


def test_what_is_not_there_defines_nothing():
    assert not is_defined_in(OF_TREES, SCHEMA, status=404)


def test_addresses_that_lead_on_and_on_are_given_up():
    sent = answer(303, b"", "Location: /again")
    with (
        serve(always(sent)) as server,
        client_for(server.url) as client,
        pytest.raises(Inconclusive, match="leads from one"),
    ):
        visit(client, server.url)


@pytest.mark.parametrize(
    ("iri", "other"),
    [
        ("https://city.example/ns#Tree", "https://city.example/ns#Made"),
        ("https://city.example/Tree", "https://city.example/Made"),
        ("https://city.example/types?name=t", "https://city.example/types?name=tMade"),
    ],
)
def test_a_made_up_type_is_beside_the_real_one(iri, other):
    assert Kind(iri, "Tree").other("Made").iri == other
