"""What a JSON-LD document means: spelling, order and the names of terms make no difference."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive, Unanswered, Unsettled
from mimtest.vocabulary.jsonld import (
    DEFAULT_VOCABULARY,
    expand,
    includes,
    is_text,
)

NGSI = "https://uri.etsi.org/ngsi-ld/"
CORE = f"{NGSI}v1/ngsi-ld-core-context-v1.8.jsonld"
OWN = "https://city.example/ns#"
LOCAL = ("Lamp", "power", "colour", "near", "label", "spots")
TERMS = st.lists(
    st.text("uvwxyz", min_size=4, max_size=8), min_size=len(LOCAL), max_size=len(LOCAL), unique=True
)
VALUE = st.booleans() | st.integers(-(2**31), 2**31) | st.text('aä "\\,1', max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["@id", "a", "urn:x:1", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@context",
                    "@id",
                    "@type",
                    "@value",
                    "@list",
                    "@set",
                    "@graph",
                    "@vocab",
                    "@reverse",
                    "@container",
                    "id",
                    "type",
                    "value",
                    "object",
                    "languageMap",
                    "a",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def lamp(terms, context, power=5, colour="red"):
    """An entity with an attribute of each kind, under other names."""
    kind, *names = terms
    members = (
        {"type": "Property", "value": power, "unitCode": "WTT"},
        {"type": "VocabProperty", "vocab": names[1]},
        {"type": "Relationship", "object": "urn:ngsi-ld:Lamp:2"},
        {"type": "LanguageProperty", "languageMap": {"de": colour, "en": "x"}},
        {"type": "Property", "value": [{names[0]: colour}]},
    )
    attributes = dict(zip(names, members, strict=True))
    return {"id": "urn:ngsi-ld:Lamp:1", "type": kind, **attributes, "@context": context}


def named(terms):
    """A context in which these terms are the names of the city."""
    return {term: f"{OWN}{local}" for term, local in zip(terms, LOCAL, strict=True)}


@settings(deadline=None, max_examples=50)
@given(TERMS, TERMS, VALUE, st.text(max_size=4).filter(is_text))
def test_the_meaning_stays_under_other_names(one, other, power, colour):
    first = expand(lamp(one, named(one), power, colour))
    second = expand(lamp(other, [named(other), CORE], power, colour))
    spelled = expand(lamp([f"{OWN}{name}" for name in LOCAL], CORE, power, colour))
    for meaning in (second, spelled):
        assert includes(first, meaning)
        assert includes(meaning, first)


@settings(deadline=None, max_examples=50)
@given(TERMS, st.randoms())
def test_the_order_of_members_means_nothing(terms, random):
    entity = lamp(terms, named(terms))
    names = list(entity)
    random.shuffle(names)
    assert expand({n: entity[n] for n in names}) == expand(entity)


@settings(deadline=None, max_examples=50)
@given(TERMS, st.integers(0, 5))
def test_a_part_is_included_in_the_whole_and_not_the_other_way(terms, which):
    entity = lamp(terms, named(terms))
    left_out = terms[which] if which else "id"
    whole = expand(entity)
    part = expand({n: v for n, v in entity.items() if n != left_out})
    assert includes(whole, part)
    assert not includes(part, whole)


@pytest.mark.parametrize(
    ("name", "context", "iri"),
    [
        ("power", None, f"{DEFAULT_VOCABULARY}power"),
        ("power", CORE, f"{DEFAULT_VOCABULARY}power"),
        ("power", CORE.replace("https", "http"), f"{DEFAULT_VOCABULARY}power"),
        ("power", {"power": f"{OWN}p"}, f"{OWN}p"),
        ("power", [{"c": OWN}, {"power": "c:p"}], f"{OWN}p"),
        ("c:power", {"c": OWN}, f"{OWN}power"),
        (f"{OWN}power", None, f"{OWN}power"),
        ("power", {"@vocab": OWN}, f"{DEFAULT_VOCABULARY}power"),
        ("location", {"location": f"{OWN}l"}, f"{NGSI}location"),
    ],
    ids=[
        "no context",
        "core context",
        "core context over http",
        "own term",
        "own prefix",
        "prefix in the document",
        "whole IRI",
        "the core has the last word on other names",
        "the core has the last word on its terms",
    ],
)
def test_a_name_stands_for_its_iri(name, context, iri):
    entity = {"id": "urn:a:1", "type": "T", name: {"type": "Property", "value": 1}}
    node = expand(entity | ({"@context": context} if context else {}))
    assert set(node) == {"@id", "@type", iri}
    assert node[iri][0][f"{NGSI}hasValue"] == [{"@value": 1}]


def test_contexts_come_from_the_loader():
    asked = []

    def load(url):
        asked.append(url)
        return {"@context": [{"power": f"{OWN}p"}, CORE]}

    entity = {"id": "urn:a:1", "type": "T", "power": {"type": "Property", "value": 1}}
    node = expand(entity | {"@context": ["https://city.example/c", CORE]}, load)
    assert asked == ["https://city.example/c"]
    assert f"{OWN}p" in node


@pytest.mark.parametrize("reason", [Unanswered("timeout", "late"), Inconclusive("x", "y")])
def test_what_the_loader_cannot_do_is_not_held_against_the_document(reason):
    def load(url):
        raise reason

    with pytest.raises(Unsettled) as caught:
        expand({"id": "urn:a:1", "type": "T", "@context": "https://city.example/c"}, load)
    assert caught.value is reason


def test_without_a_loader_nothing_is_looked_up():
    with pytest.raises(Inconclusive, match="out_of_scope"):
        expand({"id": "urn:a:1", "type": "T", "@context": "https://city.example/c"})


@pytest.mark.parametrize(
    "document", [7, [], "text", None, {"@context": 7}, {"@context": {"@id": 7}}]
)
def test_what_is_no_context_is_held_against_it(document):
    with pytest.raises(Contradiction):
        expand({"id": "urn:a:1", "type": "T", "@context": "https://c.example/"}, lambda _: document)


def test_contexts_without_end_are_held_against_it():
    def load(url):
        return {"@context": f"{url}/a"}

    with pytest.raises(Contradiction):
        expand({"id": "urn:a:1", "type": "T", "@context": "https://city.example/c"}, load)


@pytest.mark.parametrize(
    "document", [{}, {"@graph": []}, {"@context": {"a": "@id"}, "a": "urn:x:1"}]
)
def test_a_document_about_nothing_is_no_node(document):
    with pytest.raises(Contradiction, match="one thing"):
        expand(document)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["@context", "@id", "id", "type", "a"]), JSON, max_size=4))
def test_any_document_expands_or_is_contradicted(document):
    with suppress(Contradiction, Unsettled):
        assert isinstance(expand(document), dict)
