"""Mappings as they are published: SSSOM in its forms, and objects of names."""

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.models.mapping import Row, mapping_of, name_of

TSV = "text/tab-separated-values"
HEAD = "subject_id\tpredicate_id\tobject_id\tmapping_justification"
TABLE = f"""#mapping_set_id: https://town.example/mapping
#curie_map:
#  city: https://town.example/ns#
#  skos: http://www.w3.org/2004/02/skos/core#
#license: none
{HEAD}
city:height\tskos:exactMatch\tcommon:lanternHeight\tsemapv:ManualMappingCuration
city:colour\tskos:relatedMatch\tcommon:color\tsemapv:ManualMappingCuration
city:owner\tskos:exactMatch\tsssom:NoTermFound\tsemapv:ManualMappingCuration
"""


def test_a_table_is_read_with_its_prefixes():
    mapped = mapping_of(TSV, TABLE)
    assert mapped.rows[0] == Row(
        "https://town.example/ns#height",
        "http://www.w3.org/2004/02/skos/core#exactMatch",
        "common:lanternHeight",
        "semapv:ManualMappingCuration",
    )
    assert mapped.target("height") == "lanternHeight"
    assert mapped.target("anything", "https://town.example/ns#height") == "lanternHeight"


def test_what_is_related_is_known_but_not_carried_over():
    mapped = mapping_of(TSV, TABLE)
    assert mapped.of("colour")[0].is_found
    assert mapped.target("colour") is None
    assert not mapped.of("owner")[0].is_found
    assert not mapping_of("text/csv", "subject_id,predicate_id,predicate_modifier,object_id\na,b:exactMatch,Not,c").rows[0].is_conversion  # fmt: skip


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("text/csv", HEAD.replace("\t", ",") + "\nheight,skos:exactMatch,lanternHeight,x"),
        ("text/plain", HEAD + "\nheight\tskos:exactMatch\tlanternHeight\tx"),
        ("application/json", '{"height": "lanternHeight"}'),
        ("application/json", '{"mappings": {"height": "lanternHeight"}}'),
        (
            "application/ld+json",
            (
                '{"mappings": [{"subject_id": "c:height", "predicate_id": "skos:exactMatch", '
                '"object_id": "lanternHeight"}], "curie_map": {"c": "https://c.example/"}}'
            ),
        ),
    ],
)
def test_every_form_says_the_same(media_type, text):
    assert mapping_of(media_type, text).target("height") == "lanternHeight"


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        (TSV, "a\tb\n1\t2"),
        (TSV, ""),
        ("application/json", "[1, 2]"),
        ("application/json", "{}"),
        ("application/json", "no JSON"),
    ],
)
def test_what_names_no_terms_is_no_mapping(media_type, text):
    with pytest.raises(Contradiction):
        mapping_of(media_type, text)


def test_what_mimtest_does_not_read_is_left_to_a_person():
    with pytest.raises(Inconclusive):
        mapping_of("text/turtle", "<a> <b> <c> .")


def test_an_entity_is_converted_by_name_and_loses_what_has_no_counterpart():
    entity = {"id": "urn:x:1", "type": "Lamp", "height": 4.5, "colour": "red"}
    made = mapping_of(TSV, TABLE).converted(entity, "Streetlight", {})
    assert made == {"id": "urn:x:1", "type": "Streetlight", "lanternHeight": 4.5}


def test_names_end_iris():
    ends = ("https://x.example/ns#height", "x:height", "https://x.example/height/", "height")
    assert {name_of(end) for end in ends} == {"height"}
