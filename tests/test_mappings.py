"""What counts as a statement that two identifiers are of one thing."""

import json

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.sameness import relates
from tests.servers import always, answer, client_for, serve

ONE, OTHER = "urn:ngsi-ld:Building:1", "https://city.example/buildings/1"
PREFIX = "@prefix c: <https://city.example/buildings/> .\n"
JSON = "application/json"


def is_told(body, media_type):
    text = body if isinstance(body, str) else json.dumps(body)
    sent = answer(200, text.encode(), f"Content-Type: {media_type}")
    with serve(always(sent)) as server, client_for(server.url) as client:
        return relates(client.get(server.url), ONE, OTHER)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ({"id": ONE, "sameAs": {"type": "Relationship", "object": OTHER}}, JSON),
        ({"id": ONE, "sameAs": [{"object": "urn:x"}, {"object": OTHER}]}, JSON),
        ({"@id": ONE, "owl:sameAs": [OTHER]}, "application/ld+json"),
        ({"mappings": [{"subject_id": ONE, "object_id": OTHER}]}, JSON),
        ([[ONE, OTHER]], JSON),
        ({ONE: OTHER}, JSON),
        (f"<{ONE}> owl:sameAs <{OTHER}> .", "text/turtle"),
        (f"<{ONE}>\n  owl:sameAs <urn:x>, <{OTHER}> .".replace("\n", " "), "text/turtle"),
        ({"@id": ONE, "skos:exactMatch": {"@id": OTHER}}, "application/ld+json"),
        ({"id": OTHER, "alternateName": {"type": "Property", "value": ONE}}, JSON),
        ({ONE: {"sameAs": OTHER}}, JSON),
        ([{"subject_id": ONE, "predicate_id": "owl:sameAs", "object_id": OTHER}], JSON),
        (f"<{ONE}> a <urn:t> ; owl:sameAs <{OTHER}> .", "text/turtle"),
        (f"{PREFIX}c:1 <http://www.w3.org/2004/02/skos/core#exactMatch> <{ONE}> .", "text/turtle"),
        (f"<{ONE}> <http://www.w3.org/2002/07/owl#sameAs> <{OTHER}> .", "application/n-triples"),
        (f"{ONE},{OTHER}\n", "text/csv"),
        (f"old_id,new_id\n{OTHER},{ONE}\n", "text/csv"),
        (f"{ONE} = {OTHER}\n", "text/plain"),
        (f"subject_id\tobject_id\n{ONE}\t{OTHER}\n", "text/tab-separated-values"),
    ],
)
def test_both_are_said_to_be_of_one_thing(body, media_type):
    assert is_told(body, media_type)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ({"mappings": [{"a": ONE, "b": "urn:x"}, {"a": "urn:y", "b": OTHER}]}, JSON),
        ([ONE], JSON),
        ({"id": ONE, "sameAs": f"{OTHER}0"}, JSON),
        (f"{ONE}\turn:x\nurn:y\t{OTHER}\n", "text/csv"),
        (f"{ONE}\t{OTHER}0\n", "text/csv"),
        (f"{ONE}/a\t{OTHER}\n", "text/csv"),
        ("", "text/plain"),
        ({"id": ONE, "isNextTo": {"type": "Relationship", "object": OTHER}}, JSON),
        ({"@id": ONE, "owl:differentFrom": {"@id": OTHER}}, "application/ld+json"),
        ({"buildings": [ONE, OTHER, "urn:x"]}, JSON),
        ([ONE, OTHER, "urn:x"], JSON),
        ({"id": "urn:x", "sameAs": [ONE, OTHER]}, JSON),
        ({"id": "urn:x", "neighbours": [ONE, OTHER]}, JSON),
        ({"neighbours": {ONE: OTHER}}, JSON),
        ([{"subject_id": ONE, "predicate_id": "owl:differentFrom", "object_id": OTHER}], JSON),
        ([{"building": ONE, "isNextTo": OTHER}], JSON),
        (f"<{ONE}> schema:isNextTo <{OTHER}> .", "text/turtle"),
        (f"<{ONE}> owl:sameAs <urn:x> ; schema:isNextTo <{OTHER}> .", "text/turtle"),
        (f"subject_id,predicate_id,object_id\n{ONE},owl:differentFrom,{OTHER}\n", "text/csv"),
        (f"{ONE},urn:x,{OTHER}\n", "text/csv"),
        (f"<{ONE}> a <urn:t> .\n<urn:x> owl:sameAs <{OTHER}> .\n", "text/turtle"),
    ],
)
def test_both_but_not_said_to_be_of_one_thing(body, media_type):
    assert not is_told(body, media_type)


def test_what_is_in_a_form_unknown_to_us_decides_nothing():
    with pytest.raises(Inconclusive):
        is_told("<rdf:RDF/>", "application/rdf+xml")
