"""Catalogues of models: read alike from every syntax, and judged by what they say."""

import json

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.models.dcat import CATALOG, entry_of, missing
from mimtest.models.graph import Term, graph_of_json_ld, graph_of_rdf

PLACE = "https://town.example/catalogue"
SCHEMA = "https://town.example/Lamp/schema.json"
TURTLE = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<> a dcat:Catalog ; dct:title "Town" ; dct:description "All" ; dct:license <https://l.example> ;
  dct:publisher [ a foaf:Agent ; foaf:name "Town" ] ; dcat:dataset <#lamps> .
<#lamps> a dcat:Dataset ; dct:title "Lamps" ; dct:description "Lamps" ; dct:conformsTo <#Lamp> .
<#Lamp> a dct:Standard ; dcat:version "2.0" ; dct:hasFormat <{SCHEMA}> ; dct:identifier "Lamp" .
"""


def refuse(url):
    raise Inconclusive("out_of_scope", url)


@pytest.fixture
def graph():
    return graph_of_rdf(TURTLE.encode(), "text/turtle", PLACE)


def test_a_listed_model_is_found_by_its_schema(graph):
    entry = entry_of(graph, [SCHEMA])
    assert Term("iri", f"{PLACE}#Lamp") in entry.models
    assert entry.users == (Term("iri", f"{PLACE}#lamps"),)
    assert (entry.versions, entry.rights) == (["2.0"], ["https://l.example"])
    assert entry.names("Lamp")
    assert entry.names(SCHEMA)
    assert not entry.names("amp")


def test_another_model_is_not_listed(graph):
    assert entry_of(graph, ["https://town.example/Bin/schema.json"]) is None


def test_nothing_mandatory_is_missing_until_it_is_taken_away(graph):
    assert list(missing(graph)) == []
    poor = graph_of_rdf(TURTLE.replace('dct:title "Lamps" ;', "").encode(), "text/turtle", PLACE)
    assert list(missing(poor)) == [f"Dataset <{PLACE}#lamps> has no dct:title"]


def test_json_ld_says_the_same_as_turtle(graph):
    document = {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@id": f"{PLACE}#lamps",
        "@type": "dcat:Dataset",
        "dct:title": "Lamps",
        "dct:description": "Lamps",
        "dct:conformsTo": {"@id": f"{PLACE}#Lamp"},
    }
    other = graph_of_json_ld(document, PLACE, refuse)
    lamps = Term("iri", f"{PLACE}#lamps")
    assert {str(t) for t in other.of(lamps)} == {str(t) for t in graph.of(lamps)}


def test_a_context_that_is_not_at_hand_leaves_it_open():
    with pytest.raises(Inconclusive):
        graph_of_json_ld({"@context": "https://far.example/c", "@id": "x"}, PLACE, refuse)


@pytest.mark.parametrize("document", [{"@context": 1, "a": 1}, {"@id": {"a": 1}, "@type": 5}])
def test_what_is_no_json_ld_contradicts(document):
    with pytest.raises(Contradiction):
        graph_of_json_ld(document, PLACE, refuse)


def test_what_is_no_turtle_contradicts():
    with pytest.raises(Contradiction):
        graph_of_rdf(b"<a> is not", "text/turtle", PLACE)


def test_an_empty_document_has_no_catalogue():
    assert graph_of_json_ld(json.loads("{}"), PLACE, refuse).a(CATALOG) == []
