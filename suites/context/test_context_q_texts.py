"""A query knows arrays, patterns, kinds of values, and what an entity does not have (GS CIM 009 4.9)."""

import pytest

from mimtest.vocabulary.expect import assert_same_set
from mimtest.vocabulary.ngsild import ids_in
from mimtest.vocabulary.ngsild_filters import (
    assert_finds,
    assert_finds_in_a_form,
    choose,
    numbers,
    words,
)
from mimtest.vocabulary.ngsild_q import Literal, Term, targets
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.mark.check("CTX-QRY-21", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-16",))
@pytest.mark.parametrize("sign", ["==", "!="])
def test_an_array_is_searched_for_a_value(stock, sign):
    """A query for a text finds the arrays that contain it, or with "unequal" those that do not."""
    column = stock.column("array")
    held = [v for e in stock.of(column.type) for v in targets(e, column.name)]
    items = [i for v in held if isinstance(v, list) for i in v]
    wanted = max(sorted(set(items)), key=lambda i: items.count(i) if "," not in i else 0)
    assert_finds(stock, column, Term(column.name, sign, wanted))


@pytest.fixture
def pattern(stock):
    """A column of texts, and a pattern that fits some of them as a whole or in part alike."""
    chosen = words(stock)
    return chosen.column, Literal("Pattern", f"^.*{chosen.middle}.*$")


@pytest.mark.check("CTX-QRY-22", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-16",))
@pytest.mark.parametrize("sign", ["~=", "!~=", "other case"])
def test_a_pattern_finds_the_texts_it_fits(stock, pattern, sign, reading):
    """A query with a pattern finds the texts it fits, and with its opposite the other texts."""
    column, literal = pattern
    if sign == "other case":
        form = assert_finds_in_a_form(stock, column, Term(column.name, "~=", literal))
        swapped = Literal("Pattern", literal.value.swapcase(), quoted=form == "quoted")
        assert_finds(stock, column, Term(column.name, "~=", swapped), parts=False)
    else:
        reading("A41", assert_finds_in_a_form(stock, column, Term(column.name, sign, literal)))


@pytest.fixture
def quoting(stock, pattern):
    """Whether patterns stand bare or in quotes: the control of what fits none."""
    column, literal = pattern
    return assert_finds_in_a_form(stock, column, Term(column.name, "~=", literal))


@pytest.mark.check("CTX-QRY-23", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-22",))
def test_a_pattern_fits_no_number(stock, quoting):
    """A query with a pattern finds no number, even where the pattern fits its digits."""
    chosen = numbers(stock, 1)
    digit = str(abs(chosen.middle))[0]
    literal = Literal("Pattern", f"^.*{digit}.*$", quoted=quoting == "quoted")
    assert_finds(stock, chosen.column, Term(chosen.name, "~=", literal), parts=False)


@pytest.fixture(params=["number for a text", "text for a number"])
def unlike(request, stock):
    """A value there is, seen to be found, and the same digits as another kind of value."""
    if request.param == "text for a number":
        chosen = numbers(stock, 2)
        value, other = chosen.middle, str(chosen.middle)
    else:
        chosen = choose(stock, "digits", 2, _numerals)
        value, other = chosen.middle, int(chosen.middle)
    assert_finds(stock, chosen.column, Term(chosen.name, "==", value))
    return chosen.column, other


def _numerals(values):
    return {v for v in values if isinstance(v, str) and v.isdigit() and len(v) < 9 and v[0] != "0"}


@pytest.mark.check("CTX-QRY-24", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-15",))
def test_a_number_and_a_text_are_never_equal(stock, unlike):
    """A text of digits does not equal the number, nor the number the text; both are unequal."""
    column, other = unlike
    for sign in ("==", "!="):
        assert_finds(stock, column, Term(column.name, sign, other), parts=False)


@pytest.mark.check("CTX-QRY-25", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-15",))
def test_what_is_not_there_is_not_unequal(stock):
    """A query for what is unequal leaves out the entities that do not have the attribute."""
    column = stock.lacked("number")
    value = next(v for e in stock.of(column.type) for v in targets(e, column.name))
    at_rest(lambda: _assert_listed(stock, column))
    assert_finds(stock, column, Term(column.name, "!=", value))


def _assert_listed(stock, column):
    """Those without the attribute are found where nothing is asked of it."""
    now = stock.now(column.type, column.ids)
    lacking = [e["id"] for e in now if column.name not in e]
    there = ids_in(stock.query(column.type, column.ids))
    assert_same_set([i for i in there if i in lacking], lacking, f"those without {column.name}")


@pytest.mark.check("CTX-QRY-26", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("sign", ["==", "!=", ">"])
def test_a_relationship_is_compared_with_a_uri(stock, sign, reading):
    """A query for a URI finds the relationships to it, "unequal" the others, and "greater" none."""
    column = stock.column("link")
    held = [v.value for e in stock.of(column.type) for t in targets(e, column.name) for v in t]
    wanted = Literal("URI", max(sorted(set(held)), key=held.count))
    if sign == ">":
        assert_finds_in_a_form(stock, column, Term(column.name, "==", wanted))
        least = Term(column.name, ">", Literal("URI", min(held), quoted=True))
        assert_finds(stock, column, least, parts=False)
    else:
        reading("A41", assert_finds_in_a_form(stock, column, Term(column.name, sign, wanted)))
