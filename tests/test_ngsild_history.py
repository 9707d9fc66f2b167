"""What the tester computes of the past: time relations, the last instances, values over periods."""

import json
import statistics
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive
from mimtest.sandbox.ngsild.aggregation import read_aggregation
from mimtest.sandbox.ngsild.model import Attribute
from mimtest.vocabulary.ngsild_history import (
    Event,
    TimeRange,
    assert_events,
    last,
    moment_of,
    moment_text,
)
from mimtest.vocabulary.ngsild_past import normalized_in, ranges, simplified_in
from mimtest.vocabulary.ngsild_periods import (
    METHODS,
    Row,
    aggregates,
    assert_aggregated,
    assert_periods,
    assert_value,
    assert_whole,
    rows_in,
)

START = datetime(2025, 3, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOMENT = st.integers(0, 3 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
VALUE = st.one_of(st.integers(-50, 50), st.floats(-50, 50).map(lambda x: round(x, 3)))
EVENTS = st.lists(
    st.builds(Event, MOMENT, VALUE), min_size=1, max_size=12, unique_by=lambda e: e.at
)


# Ranges


@given(EVENTS, MOMENT)
def test_what_was_before_a_moment_was_not_after_it(events, at):
    before, after = TimeRange("before", at).of(events), TimeRange("after", at).of(events)
    assert not {e.at for e in before} & {e.at for e in after}
    assert len(before) + len(after) == len(events)


@given(EVENTS, MOMENT, MOMENT)
def test_what_was_between_moments_was_after_the_one_and_before_the_other(events, one, other):
    between = TimeRange("between", one, other).of(events)
    assert between == TimeRange("before", other).of(TimeRange("after", one).of(events))


@given(MOMENT)
def test_the_begin_of_a_range_is_in_it_and_its_end_is_not(at):
    assert TimeRange("after", at).holds(at)
    assert not TimeRange("before", at).holds(at)
    assert TimeRange("between", at, at + HOUR).holds(at)
    assert not TimeRange("between", at - HOUR, at).holds(at)


@given(EVENTS)
def test_ranges_tell_events_apart_and_touch_none(events):
    try:
        found = ranges(events)
    except Inconclusive:
        assert len(events) < 3
        return
    for asked in found.values():
        assert 0 < len(asked.of(events)) < len(events)
        assert not {asked.at, asked.end} & {e.at for e in events}
        assert asked.params["timerel"] == asked.relation


@given(st.datetimes(timezones=st.just(UTC)).map(lambda d: d.replace(microsecond=0)))
def test_a_moment_is_the_one_its_text_says(moment):
    assert moment_of(moment_text(moment)) == moment


# Events


@given(EVENTS, st.randoms())
def test_events_are_the_expected_ones_in_any_order(events, random):
    shuffled = random.sample(events, len(events))
    assert_events(shuffled, events, "it")


@given(EVENTS, st.integers(0))
def test_a_missing_surplus_or_other_event_is_noticed(events, index):
    chosen = events[index % len(events)]
    less = [e for e in events if e is not chosen]
    for found in (less, [*events, chosen], [*less, Event(chosen.at, "other")]):
        with pytest.raises(Contradiction):
            assert_events(found, events, "it")


def test_a_moment_may_be_told_to_milliseconds():
    event = Event(START, 1)
    assert_events([Event(START + timedelta(milliseconds=1), 1.0)], [event], "it")
    with pytest.raises(Contradiction):
        assert_events([Event(START + timedelta(milliseconds=2), 1)], [event], "it")
    with pytest.raises(Contradiction):
        assert_events([Event(START, True)], [event], "it")


@given(EVENTS, st.integers(1, 15))
def test_the_last_events_are_the_newest(events, number):
    found = last(events, number)
    assert len(found) == min(number, len(events))
    rest = [e for e in events if e not in found]
    assert all(r.at < f.at for r in rest for f in found)


# Values over periods

NUMBERS = st.lists(VALUE, min_size=1, max_size=9)


@given(NUMBERS)
def test_methods_are_those_of_statistics(values):
    expected = {
        "totalCount": [len(values)],
        "distinctCount": [len(set(values))],
        "sum": [sum(values)],
        "avg": [statistics.fmean(values)],
        "min": [min(values)],
        "max": [max(values)],
        "sumsq": [sum(v**2 for v in values)],
        "stddev": [statistics.pstdev(values)],
    }
    if len(values) > 1:
        expected["stddev"].append(statistics.stdev(values))
    assert set(expected) == set(METHODS)
    for method, results in expected.items():
        assert aggregates(method, values) == pytest.approx(results)


@given(EVENTS, st.sampled_from(list(METHODS)), st.sampled_from(["PT1H", "PT45M", "P1D"]))
def test_what_the_reference_broker_aggregates_is_right(events, method, period):
    """Two programs that share nothing come to the same."""
    length = {"PT1H": HOUR, "PT45M": timedelta(minutes=45), "P1D": timedelta(days=1)}[period]
    asked = TimeRange("between", START, START + timedelta(days=4))
    rows = broker_rows(events, method, asked, period)
    assert_periods(rows, length, asked, method)
    assert_aggregated(rows, events, method, method)
    whole = broker_rows(events, method, asked, "PT0S")
    assert_whole(whole, events, method, method)


def broker_rows(events, method, asked, period):
    aggregation = read_aggregation({"aggrMethods": method, "aggrPeriodDuration": period})
    timed = [(e.at, Attribute("Property", e.value)) for e in sorted(events, key=lambda e: e.at)]
    found = aggregation.of(timed, asked.at, asked.end)[method]
    return rows_in(json.loads(json.dumps(found)), method)


@given(EVENTS, st.sampled_from(list(METHODS)), st.integers(0))
def test_a_wrong_or_missing_row_is_noticed(events, method, index):
    asked = TimeRange("between", START, START + timedelta(days=4))
    rows = broker_rows(events, method, asked, "PT1H")
    chosen = rows[index % len(rows)]
    others = [r for r in rows if r is not chosen]
    wrong = Row(chosen.value + 1, chosen.start, chosen.end)
    for found in (others, [*others, wrong]):
        with pytest.raises(Contradiction):
            assert_aggregated(found, events, method, method)


def row(value, start, end):
    return Row(value, START + start * HOUR, START + end * HOUR)


ASKED = TimeRange("between", START, START + 4 * HOUR)


@pytest.mark.parametrize(
    "rows",
    [
        [row(1, 0, 1), row(1, 1, 2)],
        [row(1, 0, 1), row(1, 3, 4)],
        [row(1, 3.5, 4), row(1, 2.5, 3.5)],
        [row(1, 0, 0.25), row(1, 0.25, 1.25)],
        [row(1, 1, 2 - 1 / 3600), row(1, 2, 3 - 1 / 3600)],
        [],
    ],
)
def test_periods_have_their_length_but_for_the_ends_of_the_range(rows):
    assert_periods(rows, HOUR, ASKED, "it")


@pytest.mark.parametrize(
    "rows",
    [
        [row(1, 0, 2)],
        [row(1, 1, 1.5)],
        [row(1, 0, 1), row(1, 0.5, 1.5)],
        [row(1, 3, 5)],
    ],
)
def test_other_periods_are_noticed(rows):
    with pytest.raises(Contradiction):
        assert_periods(rows, HOUR, ASKED, "it")


@pytest.mark.parametrize(
    ("value", "held", "method"),
    [
        (None, [], "sum"),
        (0, [], "totalCount"),
        (None, [4], "stddev"),
        (0, [4], "stddev"),
        (2**0.5, [1, 3], "stddev"),
        (1, [1, 3], "stddev"),
        (2.0000001, [1, 3], "avg"),
    ],
)
def test_accepted_values(value, held, method):
    assert_value(value, held, method, "it")


@pytest.mark.parametrize(
    ("value", "held", "method"),
    [
        (1, [], "sum"),
        (None, [4], "sum"),
        ("4", [4], "sum"),
        (True, [4], "totalCount"),
        (10**400, [4], "max"),
        (2, [1, 3], "stddev"),
        (2.001, [1, 3], "avg"),
    ],
)
def test_other_values_are_noticed(value, held, method):
    with pytest.raises(Contradiction):
        assert_value(value, held, method, "it")


@pytest.mark.parametrize(
    "rows", [[], [row(3, 1, 2), row(3, 2, 3)], [row(3, 1, 2)], [row(3, 0, 2)], [row(4, 1, 3)]]
)
def test_a_whole_is_one_period_of_all_instances(rows):
    events = [Event(START + HOUR, 1), Event(START + 3 * HOUR, 2)]
    assert_whole([row(3, 1, 3)], events, "sum", "it")
    assert_whole([row(3, 0, 4)], events, "sum", "it")
    with pytest.raises(Contradiction):
        assert_whole(rows, events, "sum", "it")


# What a target sends

HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "value", "values", "observedAt", "object"]), inner, max_size=4
        )
    ),
)


@given(HOSTILE)
def test_whatever_is_sent_raises_nothing_but_contradictions(sent):
    readers = (
        lambda: normalized_in({"a": sent}, "a"),
        lambda: simplified_in({"a": sent}, "a", "Property"),
        lambda: rows_in(sent, "it"),
    )
    for read in readers:
        try:
            found = read()
        except Contradiction:
            continue
        assert isinstance(found, list)
