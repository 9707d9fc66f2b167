"""A query compares values as what they are: numbers, texts, truth values, times.

What it finds is compared with an answer computed here from the entities themselves (GS CIM 009 4.9).
"""

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.ngsild import ids_in
from mimtest.vocabulary.ngsild_filters import (
    assert_finds,
    assert_finds_in_a_form,
    numbers,
    ordered_texts,
    texts,
)
from mimtest.vocabulary.ngsild_q import Literal, Range, Term, targets

pytestmark = pytest.mark.interface("ngsi-ld")

_SIGNS = ["==", "!=", ">", ">=", "<", "<="]


@pytest.mark.check("CTX-QRY-15", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("sign", _SIGNS)
def test_numbers_are_compared_as_numbers(stock, sign):
    """A query that compares a number finds exactly the entities whose number compares so."""
    chosen = numbers(stock, 3)
    assert_finds(stock, chosen.column, Term(chosen.name, sign, chosen.middle))


@pytest.mark.check("CTX-QRY-16", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("sign", _SIGNS)
def test_texts_are_compared_as_texts(stock, sign):
    """A query that compares a text finds exactly the entities whose text compares so."""
    is_order = sign not in ("==", "!=")
    chosen = ordered_texts(stock, 3) if is_order else texts(stock, 2)
    assert_finds(stock, chosen.column, Term(chosen.name, sign, chosen.middle))
    if sign == "==":
        other = Term(chosen.name, sign, chosen.middle.swapcase())
        assert_finds(stock, chosen.column, other, parts=False)


@pytest.mark.check("CTX-QRY-17", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize(
    ("sign", "value"),
    [
        pytest.param("==", True, id="true"),
        pytest.param("==", False, id="false"),
        pytest.param("!=", True, id="not true"),
    ],
)
def test_truth_values_are_compared_as_truth_values(stock, sign, value):
    """A query for true or false finds exactly those that are so, and no text that reads the same."""
    column = stock.column("flag")
    assert_finds(stock, column, Term(column.name, sign, value))


@pytest.fixture
def moment(stock):
    """A time in the middle of those there are, and its column."""
    return _middle(stock, "DateTime", "moment")


def _middle(stock, kind, role):
    column = stock.column(role)
    held = (v for e in stock.of(column.type) for v in targets(e, column.name))
    values = sorted({v["@value"] for v in held if isinstance(v, dict)})
    if len(values) < 3:
        raise Inconclusive("no_data", f"there are no three different values of the kind {kind}")
    return column, Literal(kind, values[len(values) // 2])


@pytest.mark.check("CTX-QRY-18", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-01",))
@pytest.mark.parametrize("kind", ["DateTime", "Date", "Time"])
@pytest.mark.parametrize("sign", _SIGNS)
def test_times_are_compared_as_times(stock, sign, kind, reading):
    """A query that compares a time finds those whose time compares so, whatever its time zone."""
    column, value = _middle(
        stock, kind, {"DateTime": "moment", "Date": "day", "Time": "clock"}[kind]
    )
    term = Term(column.name, sign, value)
    if kind == "DateTime":
        reading("A41", assert_finds_in_a_form(stock, column, term))
    else:
        _assert_compared_or_not(stock, column, term, reading)


def _assert_compared_or_not(stock, column, term, reading):
    """Days and times of day may stay uncompared; what has none is found by no comparison."""
    try:
        reading("A41", assert_finds_in_a_form(stock, column, term))
    except Contradiction:
        answer = stock.query(column.type, column.ids, q=term.text)
        found = [] if answer.status == 400 else ids_in(answer)
        having = [e["id"] for e in stock.of(column.type) if column.name in e]
        strange = [i for i in found if i not in having]
        assert_that(not strange, f"q={term.text} finds what has none", received=strange)
        reading("A41", "days_not_compared")


@pytest.mark.check("CTX-QRY-19", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-15",))
@pytest.mark.parametrize("sign", ["==", "!="])
@pytest.mark.parametrize("kind", ["numbers", "texts"])
def test_a_list_means_any_of_its_values(stock, kind, sign):
    """A query for one of several values finds what has one of them; with "unequal", what has none."""
    chosen = numbers(stock, 3) if kind == "numbers" else texts(stock, 3)
    wanted = chosen.values[::2][:2]
    if stock.own and kind == "texts":
        wanted = (wanted[0], _with_comma(stock, chosen.column))
    assert_finds(stock, chosen.column, Term(chosen.name, sign, wanted))


def _with_comma(stock, column):
    held = (v for e in stock.of(column.type) for v in targets(e, column.name))
    return next(v for v in held if "," in v)


@pytest.mark.check("CTX-QRY-20", clause="GS CIM 009 4.9", since="1.3.1", rests_on=("CTX-QRY-15",))
@pytest.mark.parametrize(
    ("kind", "sign"),
    [
        pytest.param("numbers", "==", id="numbers"),
        pytest.param("numbers", "!=", id="numbers outside"),
        pytest.param("texts", "==", id="texts"),
    ],
)
def test_a_range_includes_both_ends(stock, kind, sign):
    """A query for a range finds what is in it, both ends included; with "unequal", the others."""
    chosen = numbers(stock, 4) if kind == "numbers" else ordered_texts(stock, 4)
    reach = Range(chosen.values[1], chosen.values[-2])
    assert_finds(stock, chosen.column, Term(chosen.name, sign, reach))
