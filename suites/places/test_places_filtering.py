"""Conditions on properties: what comes is compared with what the downloaded features say.

OGC API - Features - Part 3: Filtering (19-079r2), clause 9, and CQL2 (21-065r2), clauses 6 and 7. It is
optional: each rule is looked at where its conformance class is declared.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary import cql2
from mimtest.vocabulary import cql2_questions as questions
from mimtest.vocabulary import cql2_questions_placed as placed
from mimtest.vocabulary.cql2_asking import MOST_ASKED, assert_answered, plain_texts
from mimtest.vocabulary.feature_schemas import require

pytestmark = pytest.mark.interface("ogc-api-features")

BASIC = "basic-cql2"
ADVANCED = "advanced-comparison-operators"
NO_NUMBERS = "no queryable is a number that differs"
NO_TEXTS = "no queryable is a text that differs"
NO_TIMES = "no queryable is a time that differs"


@pytest.mark.check(
    "PLA-F-05",
    clause="OGC 19-079r2 /req/features-filter/response; 21-065r2 /req/basic-cql2/binary-comparison-predicate",
)
@pytest.mark.parametrize("op", ["<", "<=", ">", ">="])
def test_numbers_are_ordered(filterables, op):
    """A filter for numbers less or greater than one selects exactly the features with such a number."""
    assert_answered(filterables, questions.ordered(op), NO_NUMBERS, BASIC)


@pytest.mark.check("PLA-F-16", clause="OGC 21-065r2 /req/basic-cql2/binary-comparison-predicate")
@pytest.mark.parametrize("kind", ["equal", "other"])
def test_numbers_are_equal_or_not(filterables, kind):
    """A filter for one number, or for all others, selects exactly those features."""
    asked = questions.equal_numbers(unequal=kind == "other")
    assert_answered(filterables, asked, NO_NUMBERS, BASIC)


@pytest.mark.check("PLA-F-06", clause="OGC 21-065r2 /req/basic-cql2/binary-comparison-predicate")
@pytest.mark.parametrize("kind", ["equal", "other"])
def test_texts_are_equal_or_not(filterables, kind):
    """A filter for one text, or for all others, selects exactly those features."""
    asked = questions.equal_texts(unequal=kind == "other")
    assert_answered(filterables, asked, NO_TEXTS, BASIC)


@pytest.mark.check("PLA-F-17", clause="OGC 21-065r2 /req/basic-cql2/binary-comparison-predicate")
def test_truth_values_are_compared(filterables):
    """A filter for a truth value selects exactly the features that have it."""
    nothing = "no queryable is a truth value that differs"
    assert_answered(filterables, questions.booleans, nothing, BASIC)


@pytest.mark.check("PLA-F-07", clause="OGC 21-065r2 /req/basic-cql2/binary-comparison-predicate")
@pytest.mark.parametrize("op", ["<", ">"])
def test_times_are_ordered(filterables, op):
    """A filter for times before or after a moment selects exactly the features of those times."""
    assert_answered(filterables, placed.compared_times(op), NO_TIMES, BASIC)


@pytest.mark.check("PLA-F-18", clause="OGC 21-065r2 /req/basic-cql2/cql2-filter")
@pytest.mark.parametrize("kind", ["and", "or", "not", "precedence"])
def test_conditions_are_joined(filterables, kind):
    """Conditions joined by AND, OR and NOT select what logic says, AND before OR."""
    asked = {
        "and": questions.together(lambda a, b: a & b),
        "or": questions.together(lambda a, b: a | b),
        "not": questions.together(lambda a, b: ~(a | b)),
        "precedence": questions.closely,
    }[kind]
    nothing = "no two conditions tell some features from others"
    assert_answered(filterables, asked, nothing, BASIC)


@pytest.mark.check("PLA-F-19", clause="OGC 21-065r2 /req/basic-cql2/null-predicate")
def test_what_is_not_set_is_null(filterables):
    """IS NULL selects the features in which a property is not set, and its negation the others."""
    require([*filterables[0].classes], "cql2", BASIC)
    found = [(f, c) for f in filterables for c in f.columns("text", "number", "boolean", "time")]
    if not found:
        raise Inconclusive("no_data", "no queryable is a property of the features")
    for filterable, column in sorted(found, key=lambda pair: pair[1].is_whole)[:MOST_ASKED]:
        missing = cql2.unset(column.name)
        filterable.assert_holds(missing)
        filterable.assert_holds(~missing)


@pytest.mark.check(
    "PLA-F-20", clause="OGC 21-065r2 /req/advanced-comparison-operators/like-predicate"
)
@pytest.mark.parametrize("kind", ["beginning", "end", "middle", "one character"])
def test_texts_fit_patterns(filterables, kind):
    """LIKE selects exactly the features whose text fits, `%` for any text and `_` for one character."""
    make = {
        "beginning": lambda v: f"{v[: max(1, len(v) // 2)]}%",
        "end": lambda v: f"%{v[len(v) // 2 :]}",
        "middle": lambda v: f"%{v[1:-1]}%",
        "one character": lambda v: f"{v[:1]}_{v[2:]}",
    }[kind]
    assert_answered(filterables, questions.patterns(make), NO_TEXTS, ADVANCED)


@pytest.mark.check(
    "PLA-F-21", clause="OGC 21-065r2 /req/advanced-comparison-operators/in-predicate"
)
@pytest.mark.parametrize("kind", ["in", "not in"])
def test_values_are_in_lists(filterables, kind):
    """IN selects exactly the features whose value is in a list, NOT the others."""
    asked = questions.lists if kind == "in" else lambda f: (~c for c in questions.lists(f))
    assert_answered(filterables, asked, NO_TEXTS, ADVANCED)


@pytest.mark.check(
    "PLA-F-22", clause="OGC 21-065r2 /req/advanced-comparison-operators/between-predicate"
)
def test_numbers_lie_between_others(filterables):
    """BETWEEN selects exactly the features with a number between two others, both included."""
    assert_answered(filterables, questions.ranges, NO_NUMBERS, ADVANCED)


@pytest.mark.check(
    "PLA-F-23", clause="OGC 21-065r2 /req/case-insensitive-comparison/casei-function"
)
def test_case_is_folded_on_demand(filterables):
    """CASEI on both sides selects the features whose text differs in case alone."""
    assert_answered(filterables, questions.folded_case, NO_TEXTS, "case-insensitive-comparison")


@pytest.mark.check(
    "PLA-F-24", clause="OGC 21-065r2 /req/accent-insensitive-comparison/accenti-function"
)
def test_accents_are_folded_on_demand(filterables):
    """ACCENTI on both sides selects the features whose text differs in accents alone."""
    nothing = "no text of a queryable has accents"
    needed = "accent-insensitive-comparison"
    assert_answered(filterables, questions.folded_accents, nothing, needed)


@pytest.mark.check("PLA-F-25", clause="OGC 21-065r2 /req/temporal-functions/temporal-functions")
@pytest.mark.parametrize("function", ["T_AFTER", "T_BEFORE", "T_INTERSECTS", "T_DISJOINT"])
def test_times_stand_in_relations(filterables, function):
    """A temporal function selects exactly the features whose time stands in that relation."""
    assert_answered(filterables, placed.related_times(function), NO_TIMES, "temporal-functions")


@pytest.mark.check("PLA-F-26", clause="OGC 21-065r2 /req/array-functions/array-predicates")
@pytest.mark.parametrize("function", ["A_CONTAINS", "A_OVERLAPS", "A_EQUALS", "A_CONTAINEDBY"])
def test_arrays_stand_in_relations(filterables, function):
    """An array function selects exactly the features whose array stands in that relation."""
    nothing = "no queryable is an array of texts that differs"
    assert_answered(filterables, questions.arrays(function), nothing, "array-functions")


@pytest.mark.check("PLA-F-27", clause="OGC 21-065r2 /req/property-property/withdraw-permissions")
@pytest.mark.parametrize("kind", ["value first", "two properties"])
def test_operands_stand_on_either_side(filterables, kind):
    """A value before a property, and two properties of one feature, are compared alike."""
    asked = questions.turned if kind == "value first" else questions.two_properties
    nothing = "no two queryables are numbers" if kind == "two properties" else NO_NUMBERS
    assert_answered(filterables, asked, nothing, "property-property")


@pytest.mark.check("PLA-F-28", clause="OGC 21-065r2 /req/cql2-text/escaping")
def test_a_quotation_mark_is_part_of_a_text(filterables):
    """A doubled quotation mark in a text is read as one: the filter is taken and selects by it."""
    asked = 0
    for filterable in filterables:
        require([*filterable.classes], "cql2", "cql2-text")
        for column in filterable.columns("text")[:1]:
            odd = f"{plain_texts(column)[0] if plain_texts(column) else 'a'}' OR 'a'='a"
            filterable.assert_holds(cql2.equal(column.name, odd), cql2.TEXT)
            asked += 1
        if asked == MOST_ASKED:
            return
    if not asked:
        raise Inconclusive("no_data", NO_TEXTS)
