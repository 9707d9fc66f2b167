"""Times of features: what reads as one, what spans have in common, what is asked for."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.vocabulary.times import (
    ALWAYS,
    Span,
    instant,
    questions,
    read_time,
    readings,
)

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
ZONES = timedelta(hours=14)
NOON = datetime(2026, 10, 13, 12, tzinfo=UTC)
MOMENT = st.integers(-(2**31), 2**32).map(lambda s: datetime(1970, 1, 1, tzinfo=UTC) + s * SECOND)
OFFSET = st.integers(-14 * 60 + 1, 14 * 60 - 1).map(lambda m: timezone(timedelta(minutes=m)))
END = st.none() | MOMENT
SPAN = st.tuples(END, END, st.sampled_from([timedelta(0), timedelta(seconds=1), ZONES])).map(
    lambda t: Span(*sorted(t[:2]), t[2]) if None not in t[:2] else Span(*t)
)


# Reading


@given(MOMENT, OFFSET)
def test_an_instant_is_the_same_in_every_zone(moment, zone):
    assert read_time(moment.astimezone(zone).isoformat()) == Span(moment, moment)
    assert read_time(instant(moment)) == Span(moment, moment)


@pytest.mark.parametrize(
    ("text", "start", "slack"),
    [
        ("2026-10-13T12:00:00Z", NOON, 0),
        ("2026-10-13t12:00:00z", NOON, 0),
        ("2026-10-13 14:00:00+02:00", NOON, 0),
        ("2026-10-13T14:00:00+0200", NOON, 0),
        ("2026-10-13T12:00:00.75Z", NOON, 1),
        ("2026-10-13T12:00:00.123456789Z", NOON, 1),
    ],
)
def test_the_forms_of_an_instant(text, start, slack):
    assert read_time(text) == Span(start, start, timedelta(seconds=slack))


def test_a_time_without_zone_may_be_in_any():
    assert read_time("2026-10-13T12:00:00") == Span(NOON, NOON, ZONES)


def test_a_date_is_its_whole_day_in_any_zone():
    start = NOON.replace(hour=0)
    assert read_time("2026-10-13") == Span(start, start + DAY, ZONES)


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        True,
        [],
        "",
        "2026",
        "2026-10",
        "2026-13-01",
        "2026-02-30",
        "13.10.2026",
        "2026-10-13T25:00:00Z",
        "2026-10-13T12:00Z",
        "2026-10-13T12:00:00+99:00",
        "2026-10-13T12:00:00Z ",
        "20261013T120000Z",
        "٢٠٢٦-10-13",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "9999-12-31",
    ],
)
def test_what_is_no_time_or_beyond_all_years(value):
    assert read_time(value) is None


# Spans


@given(SPAN, SPAN)
def test_spans_meet_each_other_or_neither(one, other):
    assert one.meets(other) is other.meets(one)


@given(SPAN)
def test_every_span_meets_itself_and_always(span):
    assert span.meets(span) is not False
    assert ALWAYS.meets(span) is True


@given(SPAN, SPAN)
def test_slack_leaves_open_and_never_turns_round(one, other):
    exact = Span(one.start, one.end).meets(Span(other.start, other.end))
    assert exact is not None
    assert one.meets(other) in (exact, None)


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        (NOON, NOON, True),
        (NOON - DAY, NOON, True),
        (NOON, NOON + DAY, True),
        (None, NOON, True),
        (NOON, None, True),
        (None, None, True),
        (NOON + DAY, None, False),
        (None, NOON - DAY, False),
        (NOON - DAY, NOON - timedelta(seconds=1), False),
    ],
)
def test_the_ends_of_a_span_belong_to_it(start, end, wanted):
    assert Span(start, end).meets(Span(NOON, NOON)) is wanted


def test_a_date_may_have_begun_elsewhere():
    day = read_time("2026-10-13")
    assert day.meets(Span(NOON, NOON)) is None
    assert day.meets(Span(NOON + 3 * DAY, None)) is False
    assert day.meets(Span(NOON - 3 * DAY, NOON + 3 * DAY)) is True


# Readings


def names(properties):
    return [r.names for r in readings(properties)]


def test_every_property_that_is_a_time_is_tried_and_pairs_that_fit():
    rows = {
        "a": {"from": "2026-10-01", "to": "2026-10-05", "name": "x", "note": "2026-10-01"},
        "b": {"from": "2026-10-03", "to": "2026-10-07", "name": "2026-10-01", "note": "?"},
    }
    assert names(rows) == [("from",), ("to",), ("from", "to")]


def test_a_property_is_a_time_where_it_is_not_null():
    rows = {"a": {"seen": None}, "b": {"seen": "2026-10-01T00:00:00Z"}, "c": {}}
    (reading,) = readings(rows)
    assert reading.spans["a"] is ALWAYS
    assert reading.spans["c"] is ALWAYS
    assert reading.bounds == (datetime(2026, 10, 1, tzinfo=UTC),) * 2


def test_not_too_many_properties_are_tried():
    rows = {"a": {f"t{n}": "2026-10-01T00:00:00Z" for n in range(9)}}
    assert len({n for names_ in names(rows) for n in names_}) == 5


@pytest.mark.parametrize("rows", [{}, {"a": {}}, {"a": {"x": 1}}, {"a": {"x": None}}])
def test_without_times_there_is_no_reading(rows):
    assert readings(rows) == []


def test_the_bounds_are_the_first_start_and_the_last_end():
    rows = {
        "a": {"from": "2026-10-01T00:00:00Z", "to": "2026-10-09T00:00:00Z"},
        "b": {"from": "2026-09-01T00:00:00Z", "to": "2026-09-02T00:00:00Z"},
        "c": {"from": "2026-09-05T00:00:00Z", "to": None},
    }
    by_name = {r.names: r for r in readings(rows)}
    assert by_name[("from",)].bounds == (
        datetime(2026, 9, 1, tzinfo=UTC),
        datetime(2026, 10, 1, tzinfo=UTC),
    )
    assert by_name[("from", "to")].bounds is None
    assert ("to", "from") not in by_name


# Questions


@given(st.lists(MOMENT, min_size=3, max_size=3).map(sorted))
def test_a_question_says_the_span_it_stands_for(moments):
    for value, span in questions(*moments):
        start, slash, end = value.partition("/")
        ends = (start, end) if slash else (value, value)
        read = [None if e in ("", "..") else read_time(e).start for e in ends]
        assert read == [span.start, span.end]


def test_every_kind_of_question_is_asked():
    asked = [value for value, _ in questions(NOON - DAY, NOON, NOON + DAY)]
    assert asked == [
        "2026-10-13T12:00:00Z",
        "2026-10-13T14:00:00+02:00",
        "2026-10-12T12:00:00Z/2026-10-13T12:00:00Z",
        "2026-10-13T12:00:00Z/2026-10-14T12:00:00Z",
        "../2026-10-13T12:00:00Z",
        "2026-10-13T12:00:00Z/..",
        "/2026-10-13T12:00:00Z",
        "2026-10-13T12:00:00Z/",
    ]


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "9999-12-31T23:59:59Z"),
        (NOON.astimezone(timezone(timedelta(hours=-5))), "2026-10-13T12:00:00Z"),
        (NOON.replace(microsecond=999_999), "2026-10-13T12:00:00Z"),
    ],
)
def test_an_instant_has_four_digits_of_year_and_whole_seconds(moment, text):
    assert instant(moment) == text


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_time_can_be_asked_for(year):
    end = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert all(value for value, _ in questions(end, end, end))
