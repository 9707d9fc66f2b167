"""Filters of a Web Feature Service: what they select is recomputed from downloaded features.

Filter Encoding 2.0 (OGC 09-026r2) in WFS 2.0 (09-025r2), 7.9.2.5; Filter Encoding 1.1 (04-095).
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.ows import assert_refused, faults_of
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.wfs_features import read_page
from mimtest.vocabulary.wfs_filters import (
    Words,
    absent_is_out,
    judge_by,
    number_column,
    point_in_time,
    span_of_time,
    stem_of,
    telling_pair,
    text_column,
    time_column,
    window,
)
from mimtest.vocabulary.wfs_selected import assert_answered, assert_selected

pytestmark = pytest.mark.interface("wfs")

#: Types of one service are asked the same; three show a mistake of all.
MOST = 3
#: Comparisons of numbers, and the operator each needs.
NUMBERS = {
    "less": ("LessThan", lambda a, b: a < b),
    "greater": ("GreaterThan", lambda a, b: a > b),
    "less or equal": ("LessThanOrEqualTo", lambda a, b: a <= b),
    "greater or equal": ("GreaterThanOrEqualTo", lambda a, b: a >= b),
}
#: What version 1.1 calls operators.
OLD_NAMES = {
    "LessThanOrEqualTo": ("LessThanEqualTo", "LessThanOrEqualTo"),
    "GreaterThanOrEqualTo": ("GreaterThanEqualTo", "GreaterThanOrEqualTo"),
}


def _require(wfs, kind, *operators):
    """Raise NotApplicable unless the capabilities list the operators."""
    listed = wfs.capabilities.operators(kind)
    for operator in operators:
        if not listed & {operator, *OLD_NAMES.get(operator, ())}:
            raise NotApplicable("not_offered", f"the capabilities list no operator {operator}")


@pytest.mark.check("PLA-W-21", clause="OGC 09-026r2 7.7.3; OGC 09-025r2 7.9.2.5")
@pytest.mark.parametrize(
    "case", ["equal", "not equal", *NUMBERS, "between", "like", "and", "or", "not"]
)
def test_comparisons_select_what_they_say(wfs, wfs_samples, wfs_kinds, case):
    """A comparison of a property selects the features whose values fulfil it, alone and combined."""

    def ask(sample):
        content, judge = _comparison(wfs, sample, wfs_kinds(sample.kind), case)
        assert_selected(sample, judge, filter=Words(sample).whole(content))

    for_each(wfs_samples[:MOST], ask, "no property to compare")


def _comparison(wfs, sample, kinds, case):
    """A filter and what it selects."""
    words = Words(sample)
    if case in NUMBERS or case == "between":
        return _of_numbers(wfs, words, number_column(sample, kinds), case)
    column = text_column(sample, kinds)
    equal = words.compare("EqualTo", column.name, column.middle)
    is_middle = judge_by(column, lambda v: v == column.middle)
    _require(wfs, "Comparison", "EqualTo")
    if case == "equal":
        return equal, absent_is_out(column, is_middle)
    if case == "not equal":
        return _not_equal(wfs, words, column)
    if case == "like":
        return _like(wfs, words, column)
    if case == "and":
        return _and(words, kinds, column)
    return _combined(words, column, equal, case)


def _and(words, kinds, column):
    """Two conditions, each of which selects what the other does not, and that both select some."""
    pair = telling_pair(words.sample, kinds)
    if pair:
        parts = "".join(words.compare("EqualTo", name, value) for name, value in pair)
        return f"<f:And>{parts}</f:And>", lambda f: all(f.values.get(n) == v for n, v in pair)
    other = next(t for t in column.texts if t != column.middle)
    parts = words.compare("EqualTo", column.name, column.middle)
    parts += f"<f:Not>{words.compare('EqualTo', column.name, other)}</f:Not>"
    is_middle = judge_by(column, lambda v: v == column.middle)
    return f"<f:And>{parts}</f:And>", absent_is_out(column, is_middle)


def _combined(words, column, equal, case):
    if case == "not":
        return f"<f:Not>{equal}</f:Not>", judge_by(column, lambda v: v != column.middle)
    other = next(t for t in column.texts if t != column.middle)
    second = words.compare("EqualTo", column.name, other)
    judge = judge_by(column, lambda v: v in (column.middle, other))
    return f"<f:Or>{equal}{second}</f:Or>", absent_is_out(column, judge)


def _not_equal(wfs, words, column):
    _require(wfs, "Comparison", "NotEqualTo")
    content = words.compare("NotEqualTo", column.name, column.middle)
    return content, judge_by(column, lambda v: v != column.middle)


def _like(wfs, words, column):
    _require(wfs, "Comparison", "Like")
    stem = stem_of(column.middle)
    judge = judge_by(column, lambda v: v.startswith(stem) or _nearly(v, stem))
    return words.like(column.name, f"{stem}*"), absent_is_out(column, judge)


def _nearly(value, stem):
    """None for a value that a server without regard to letter case takes."""
    return None if value.lower().startswith(stem.lower()) else False


def _of_numbers(wfs, words, column, case):
    middle = column.read(column.middle)
    if case == "between":
        _require(wfs, "Comparison", "Between")
        high = max(column.texts, key=float)
        judge = judge_by(column, lambda v: middle <= v <= float(high))
        return words.between(column.name, column.middle, high), absent_is_out(column, judge)
    operator, holds = NUMBERS[case]
    _require(wfs, "Comparison", operator)
    content = words.compare(operator, column.name, column.middle)
    return content, absent_is_out(column, judge_by(column, lambda v: holds(v, middle)))


@pytest.mark.check(
    "PLA-W-36", clause="OGC 09-026r2 7.4.4, 8.3; OGC 09-025r2 7.5", strength="should"
)
def test_a_property_nobody_has_is_refused(wfs, wfs_samples, wfs_kinds, run_id):
    """A filter on a property the type does not have is answered with an exception report."""

    def ask(sample):
        _require(wfs, "Comparison", "EqualTo")
        column = text_column(sample, wfs_kinds(sample.kind))
        words = Words(sample)
        good = words.whole(words.compare("EqualTo", column.name, column.middle))
        control = wfs.features(sample.kind, count=1, filter=good)
        if control.status != 200 or faults_of(control):
            raise Inconclusive("control_failed", f"a filter on '{column.name}' is refused")
        bad = words.whole(words.compare("EqualTo", f"mimtest{run_id}", column.middle))
        answer = wfs.features(sample.kind, count=1, filter=bad)
        assert_refused(answer, what="a filter on an unknown property", statuses=wfs.error_statuses)

    for_each(wfs_samples[:MOST], ask, "no property to compare")


@pytest.mark.check("PLA-W-22", clause="OGC 09-025r2 7.9.2.5.2, Table 8; OGC 09-026r2 7.11")
@pytest.mark.parametrize("case", ["known", "unknown"])
def test_identifiers_select_features(wfs, wfs_samples, absent, case):
    """RESOURCEID selects exactly the features it names, and none for an identifier nobody has."""
    parameter = "resourceid" if wfs.is_2 else "featureid"
    if wfs.is_2:
        wfs.require_constraint("ImplementsBasicWFS", "ImplementsResourceId")

    def ask(sample):
        ids = [i for i in sample.known if "," not in i]
        if len(ids) < 2:
            raise Inconclusive("no_data", "too few features with ids")
        chosen = [ids[0], ids[-1]]
        if case == "known":
            assert_selected(sample, lambda f: f.id in chosen, **{parameter: ",".join(chosen)})
            return
        control = sample.page(**{parameter: ids[0]})
        if not control.features:
            raise Inconclusive("control_failed", f"'{ids[0]}' is not found by its id")
        answer = wfs.features(sample.kind, **{parameter: absent(ids[0])})
        if faults_of(answer):  # an id that could never be one may be refused
            assert_refused(answer, what="an unknown identifier", statuses=wfs.error_statuses)
            return
        page = read_page(answer, "an unknown identifier")
        assert_that(
            not page.features,
            "an identifier nobody has selects features",
            expected="none",
            received=[f.id for f in page.features[:3]],
        )

    for_each(wfs_samples[:MOST], ask, "too few features")


@pytest.mark.check("PLA-W-23", clause="OGC 09-026r2 7.14; ISO 19108")
@pytest.mark.parametrize("operator", ["During", "After", "Before"])
def test_relations_in_time_select_what_they_say(wfs, wfs_samples, wfs_kinds, operator):
    """During, After and Before select the features whose instants lie there."""
    wfs.require_2()
    assert wfs.capabilities.answer.ok
    _require(wfs, "Temporal", operator)

    def ask(sample):
        column = time_column(sample, wfs_kinds(sample.kind))
        start, end = window(column)
        words = Words(sample)
        moment = span_of_time(start, end) if operator == "During" else point_in_time(start)
        tests = {
            "During": lambda v: start < v < end,
            "After": lambda v: v > start,
            "Before": lambda v: v < start,
        }
        judge = absent_is_out(column, judge_by(column, tests[operator]))
        content = words.when(operator, column.name, moment)
        assert_selected(sample, judge, filter=words.whole(content))

    for_each(wfs_samples, ask, "no property of instants")


@pytest.mark.check("PLA-W-25", clause="OGC 09-025r2 7.6.1, 8.3.5.3, 11.2.3")
@pytest.mark.parametrize("case", ["all", "filtered"])
def test_questions_in_xml_are_answered(wfs, wfs_samples, wfs_kinds, case):
    """GetFeature by POST in XML gives the features that the same question by GET gives, where XML is declared."""
    listed = wfs.capabilities.operations.get("GetFeature")
    assert wfs.capabilities.answer.ok
    if not (listed and listed.post) or wfs.capabilities.constraints.get("XMLEncoding") is False:
        raise NotApplicable("not_offered", "GetFeature has no address for POST")

    def ask(sample):
        words, content, judge = Words(sample), "", _known_to(sample)
        if case == "filtered":
            column = text_column(sample, wfs_kinds(sample.kind))
            content = words.whole(words.compare("EqualTo", column.name, column.middle))
            judge = absent_is_out(column, judge_by(column, lambda v: v == column.middle))
        what = f"GetFeature for {sample.kind.name} by POST"
        assert_answered(
            sample, judge, lambda _: read_page(wfs.post(sample.kind, content), what), what
        )

    for_each(wfs_samples[:MOST], ask, "no property to compare")


def _known_to(sample):
    """Whether a feature is among those of the sample; open where more of them were not read."""
    ids = {f.id for f in sample.features}
    return lambda f: f.id in ids or (False if sample.ended else None)
