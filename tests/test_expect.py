"""The words of the checks: each holds, and each says what was expected and what came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Contradiction
from mimtest.vocabulary import expect

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_a_value_is_the_same_as_itself(value):
    assert expect.same(value, value)


@given(JSON, JSON)
def test_sameness_works_both_ways(one, other):
    assert expect.same(one, other) == expect.same(other, one)
    if expect.same(one, other):
        assert one == other


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ([1], [True], False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([], {}, False),
        ([[]], [{}], False),
        (None, False, False),
        ("1", 1, False),
    ],
)
def test_numbers_compare_by_value_and_true_is_no_number(one, other, equal):
    assert expect.same(one, other) is equal


def test_deep_values_are_compared_without_end_of_the_stack():
    deep, other = 1, 2
    for _ in range(5000):
        deep, other = [deep], [other]
    assert expect.same(deep, deep)
    assert not expect.same(deep, other)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: expect.of_type(True, int, "it"), "it is not a whole number"),
        (lambda: expect.of_type("1", float, "it"), "it is not a number"),
        (lambda: expect.member([], "a"), "the body is not an object"),
        (lambda: expect.member({"b": 1}, "a"), "the body has no member 'a'"),
        (lambda: expect.member({"a": 1}, "a", str), "'a' of the body is not a string"),
        (lambda: expect.objects([1], "the list"), "an item of the list is not an object"),
        (lambda: expect.assert_equal(2, 3, "the count"), "the count differs"),
        (lambda: expect.assert_same_set(["a", "a", "c"], ["a", "b"], "ids"), 'missing ["b"]'),
        (lambda: expect.assert_that(0, "no"), "no"),
    ],
)
def test_what_does_not_hold_is_said(act, words):
    with pytest.raises(Contradiction) as caught:
        act()
    assert words in str(caught.value)


def test_what_holds_is_given_back():
    assert expect.of_type(1, float, "it") == 1
    assert expect.member({"a": [1]}, "a", list) == [1]
    assert expect.objects([{}], "it") == [{}]
    expect.assert_same_set(["b", "a"], ["a", "b"], "ids")
    expect.assert_equal(1, 1.0, "it")
