"""A query knows texts in several languages, words of a vocabulary and raw JSON (GS CIM 009 4.9)."""

from collections import Counter

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, is_uri
from mimtest.vocabulary.ngsild import attributes_of
from mimtest.vocabulary.ngsild_filters import assert_finds, assert_finds_in_a_form, members
from mimtest.vocabulary.ngsild_q import Literal, Term, targets

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.mark.check("CTX-QRY-32", clause="GS CIM 009 4.9", since="1.6.1", rests_on=("CTX-QRY-16",))
@pytest.mark.parametrize("sign", ["==", "!="])
@pytest.mark.parametrize("language", ["one", "any"])
def test_a_text_is_found_in_one_language_or_in_any(stock, language, sign):
    """A query for a text in a language finds it in that one, and with a star in any language."""
    column = stock.column("languages")
    maps = [_texts_of(e, column.name) for e in stock.of(column.type)]
    tag = Counter(t for m in maps for t in m if t != "@none").most_common(1)[0][0]
    held = [text for m in maps for text in m.values() if isinstance(text, str)]
    in_tag = sorted({m[tag] for m in maps if isinstance(m.get(tag), str)})
    wanted = max(in_tag, key=held.count, default="")
    term = Term(column.name, sign, wanted, tag if language == "one" else "*")

    def lacks_the_language(entity):
        return language == "one" and sign == "!=" and tag not in _texts_of(entity, column.name)

    assert_finds(stock, column, term, free=lambda e: column.name in e and lacks_the_language(e))


def _texts_of(entity, name):
    """The texts of an attribute by language."""
    instances = attributes_of(entity).get(name, [])
    found = [i.get("languageMap") for i in instances]
    return {t: text for m in found if isinstance(m, dict) for t, text in m.items()}


@pytest.mark.check("CTX-QRY-33", clause="GS CIM 009 4.9", since="1.8.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("by", ["word", "iri"])
def test_a_word_of_a_vocabulary_is_found(stock, interface, by, reading):
    """A query for a word that is to be expanded, or for its IRI, finds what has this word."""
    column = stock.column("word")
    held = [v.value for e in stock.of(column.type) for t in targets(e, column.name) for v in t]
    word = sorted(held)[len(held) // 2]
    if by == "word":
        term, more = Term(column.name, "==", Literal("URI", word)), {"expandValues": column.name}
    else:
        term, more = Term(column.name, "==", Literal("URI", _iri(stock, interface, word))), {}
    reading("A41", assert_finds_in_a_form(stock, column, term, **more))


def _iri(stock, interface, word):
    """The IRI a word stands for; of words under another @context that is not known."""
    if is_uri(word):
        return word
    if not stock.own and interface.context:
        raise Inconclusive("no_data", f"it is not known which IRI '{word}' stands for")
    return f"{DEFAULT_VOCABULARY}{word}"


@pytest.mark.check("CTX-QRY-34", clause="GS CIM 009 4.9", since="1.8.1", rests_on=("CTX-QRY-28",))
def test_raw_json_is_searched_as_it_is(stock):
    """A query with a path into raw JSON finds the values there, names inside staying as they are."""
    chosen = members(stock, 1, "json")
    term = chosen.term("==", chosen.middle)
    assert_finds(stock, chosen.column, term, jsonKeys=chosen.name)
