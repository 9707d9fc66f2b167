"""Conditions in CQL2: what they say in text and in JSON is what their judge says."""

import json
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.sandbox.features.cql2 import read_filter
from mimtest.vocabulary import cql2, cql2_classes
from mimtest.vocabulary.geo import Box, Fence
from mimtest.vocabulary.geojson import shape_of
from mimtest.vocabulary.samples import Feature

KINDS = {
    "n": "number",
    "m": "number",
    "name": "string",
    "lamp type": "string",
    "not": "string",
    "open": "boolean",
    "when": "date-time",
    "tags": "array",
    "geometry": "geometry",
}
PLAIN = st.text(st.sampled_from("aAbBé 'x"), max_size=6)
NUMBERS = st.integers(-20, 20) | st.sampled_from([0.5, 1.25, -3.75])
START = datetime(2026, 10, 12, 6, tzinfo=UTC)
MOMENTS = st.integers(0, 5).map(lambda hours: START + timedelta(hours=hours))
PLACE = {"type": "Polygon", "coordinates": [[[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]]}


def feature(geometry=None, **properties):
    shape = shape_of(geometry)
    return Feature("1", {"geometry": geometry, "properties": properties}, shape)


def agree(condition, known):
    """The reference service says the same in both languages, wherever the judge says anything."""

    def look_up(name):
        return known.document["geometry"] if name == "geometry" else known.properties.get(name)

    sent = ((condition.text, cql2.TEXT), (json.dumps(condition.json), cql2.JSON))
    said = {read_filter(text, language, KINDS).holds(look_up) for text, language in sent}
    assert len(said) == 1
    verdict = condition.judge(known)
    assert verdict is None or said == {verdict}
    return verdict


@given(NUMBERS, NUMBERS, st.sampled_from(["<", "<=", ">", ">="]))
def test_numbers_are_ordered(value, border, op):
    verdict = agree(cql2.order("n", op, border), feature(n=value))
    if float(value).is_integer() and float(border).is_integer():
        assert verdict is not None


@given(NUMBERS, NUMBERS, NUMBERS)
def test_numbers_lie_between(value, low, high):
    agree(cql2.between("n", low, high), feature(n=value))


@given(PLAIN, PLAIN, st.booleans())
def test_texts_are_equal(value, other, unequal):
    verdict = agree(cql2.equal("name", other, unequal=unequal), feature(name=value))
    if value == other:
        assert verdict is not unequal


@given(PLAIN, st.text(st.sampled_from("aAbB é%_x"), max_size=6))
def test_texts_fit_patterns(value, pattern):
    agree(cql2.like("name", pattern), feature(name=value))


@given(PLAIN, st.lists(PLAIN, min_size=1, max_size=3))
def test_texts_are_in_lists(value, values):
    verdict = agree(cql2.among("name", values), feature(name=value))
    if value in values:
        assert verdict is True


@given(PLAIN, PLAIN)
def test_texts_are_folded(value, other):
    agree(cql2_classes.folded("name", "CASEI", other, str.casefold), feature(name=value))
    agree(cql2_classes.folded("name", "ACCENTI", other, cql2.plain), feature(name=value))


@given(
    st.lists(st.sampled_from("abc"), min_size=1),
    st.lists(st.sampled_from("abc"), min_size=1),
    st.sampled_from(["A_CONTAINS", "A_CONTAINEDBY", "A_EQUALS", "A_OVERLAPS"]),
)
def test_arrays_are_sets(value, other, function):
    assert agree(cql2_classes.in_array(function, "tags", other), feature(tags=value)) is not None


@given(MOMENTS, MOMENTS, MOMENTS)
def test_times_stand_in_relations(value, one, other):
    known = feature(when=value.isoformat().replace("+00:00", "Z"))
    start, end = sorted((one, other))
    for function in ("T_AFTER", "T_BEFORE"):
        agree_between(cql2_classes.in_time(function, "when", start, start), known, value, start)
    for function, low in product(("T_INTERSECTS", "T_DISJOINT"), (start, None)):
        agree(cql2_classes.in_time(function, "when", low, end), known)
    for op in "<>":
        agree_between(cql2_classes.before("when", start, op), known, value, start)


def agree_between(condition, known, value, border):
    """Spans include their ends: at the very border the questions that are asked never are."""
    if value != border:
        assert agree(condition, known) is not None


@given(NUMBERS, NUMBERS, NUMBERS)
def test_conditions_are_joined_as_logic_has_it(value, one, other):
    a, b, c = cql2.order("n", "<", one), cql2.order("n", ">", other), cql2.equal("n", 3)
    for joined in (a & b, a | b, ~a, ~(a & ~b), cql2.without_brackets(a, b, c)):
        agree(joined, feature(n=value))


@given(NUMBERS, NUMBERS)
def test_operands_stand_on_either_side(value, border):
    for op in ("<", "<=", ">", ">="):
        turned = cql2_classes.turned(cql2.order("n", op, border), "n", op, border)
        agree(turned, feature(n=value))
    agree(cql2_classes.less_than_other("n", "m"), feature(n=value, m=border))


@pytest.mark.parametrize("name", ["name", "lamp type", "not"])
def test_names_are_quoted_where_they_need_it(name):
    assert agree(cql2.equal(name, "it's"), feature(**{name: "it's"})) is True
    assert agree(cql2.unset(name), feature(n=1)) is True
    assert agree(cql2.unset(name), feature(**{name: "x"})) is False


def test_what_is_not_set_is_left_open():
    for condition in (cql2.equal("n", 1), ~cql2.equal("n", 1), cql2.like("name", "%")):
        assert condition.judge(feature(open=True)) is None
    assert cql2.unset("name").judge(feature(name="")) is None


def test_what_a_data_base_may_take_for_the_same_is_left_open():
    assert cql2.equal("name", "Led").judge(feature(name="LED")) is None
    assert cql2.equal("name", "cafe").judge(feature(name="café")) is None
    assert cql2.like("name", "l%").judge(feature(name="LED")) is None
    assert cql2.order("n", "<", 0.3).judge(feature(n=0.3 + 1e-9)) is None


@pytest.mark.parametrize(
    ("box", "meets", "inside"),
    [
        (Box(0, 0, 4, 4), True, True),
        (Box(2, 2, 4, 4), True, False),
        (Box(5, 5, 6, 6), False, False),
        (Box(3, 0, 4, 4), None, False),
    ],
)
def test_places_stand_in_relations(box, meets, inside):
    fence, known = Fence(box, 0.01), feature(PLACE)
    for literal in (cql2_classes.box_literal(box), cql2_classes.area_literal(box)):
        condition = cql2_classes.in_space("S_INTERSECTS", "geometry", literal, fence.selects)
        assert agree(condition, known) is meets

    def within(shape):
        return cql2_classes.inside(fence, shape)

    literal = cql2_classes.area_literal(box)
    condition = cql2_classes.in_space("S_WITHIN", "geometry", literal, within)
    assert agree(condition, known) is inside


@pytest.mark.parametrize(("x", "held"), [(2, True), (0.5, False), (3, None)])
def test_areas_hold_points(x, held):
    fence = Fence(Box(x, 2, x, 2), 0.01)

    def around(shape):
        return cql2_classes.around(fence, shape)

    literal = cql2_classes.point_literal(fence.box)
    for function in ("S_INTERSECTS", "S_CONTAINS"):
        condition = cql2_classes.in_space(function, "geometry", literal, around)
        assert agree(condition, feature(PLACE)) is held
