"""Texts in several languages are given in the one asked for (GS CIM 009 4.15)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_equal, assert_that, member
from mimtest.vocabulary.ngsild import entities_in
from mimtest.vocabulary.ngsild_sample import single
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")

_NOT_SPOKEN = "zu"


@pytest.fixture
def texts(stock):
    """The attribute with texts in languages, and its entities' texts by language."""
    column = stock.column("languages")
    known = {e["id"]: _texts(e, column.name) for e in stock.of(column.type)}
    spoken = sorted({tag for held in known.values() for tag in held if tag != "@none"})
    if len(spoken) < 2:
        raise Inconclusive("no_data", "there are no texts in two languages")
    return column, spoken


def _texts(entity, name):
    held = (single(entity, name) or {}).get("languageMap")
    return held if isinstance(held, dict) else {}


@pytest.mark.check("CTX-QRY-47", clause="GS CIM 009 4.15", since="1.4.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("wish", ["one", "ranked", "any", "unknown", "simplified"])
def test_texts_are_given_in_the_language_asked_for(stock, texts, wish):
    """A text in several languages is given as one text, in the best language there is, named in it."""
    column, (first, second, *_) = texts
    wanted = {
        "one": (first, [first]),
        "ranked": (f"{first};q=0.4,{second};q=0.9", [second, first]),
        "any": ("*", []),
        "unknown": (_NOT_SPOKEN, []),
    }
    if wish == "simplified":
        at_rest(lambda: _assert_bare(stock, column, first))
    else:
        at_rest(lambda: _assert_told(stock, column, *wanted[wish]))


def _assert_bare(stock, column, asked):
    """In simplified form a text in the language asked for stands alone."""
    known = {e["id"]: _texts(e, column.name) for e in stock.now(column.type, column.ids)}
    having = {n: held[asked] for n, held in known.items() if asked in held}
    shown = {"q": column.name, "lang": asked, "options": "keyValues"}
    found = {e["id"]: e for e in entities_in(stock.query(column.type, column.ids, **shown))}
    for name, text in having.items():
        held = found.get(name, {}).get(column.name)
        assert_equal(held, text, f"the text of {name} in {asked}")


def _assert_told(stock, column, asked, ranks):
    known = {e["id"]: _texts(e, column.name) for e in stock.now(column.type, column.ids)}
    found = entities_in(stock.query(column.type, column.ids, q=column.name, lang=asked))
    assert_that(found, "no entity with the attribute is found")
    for entity in found:
        told = single(entity, column.name)
        assert_that(told, f"'{column.name}' has no single instance", received=entity["id"])
        held = known.get(entity["id"], {})
        _assert_best(told, {k.lower(): v for k, v in held.items()}, ranks)


def _assert_best(told, texts, ranks):
    assert_equal(told.get("type"), "Property", "the type of the attribute")
    tag = member(told, "lang", str, "the attribute").lower()
    best = next((r.lower() for r in ranks if r.lower() in texts), None)
    if best is None and ranks:
        best = "@none" if "@none" in texts else None
    assert_equal(tag, best or tag, "the language")
    assert_equal(member(told, "value", None, "the attribute"), texts.get(tag), f"the text in {tag}")
