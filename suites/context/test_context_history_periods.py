"""Values of the past over periods of time: the aggregated representation (GS CIM 009 4.5.19)."""

from datetime import timedelta

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import assert_that, member, shown
from mimtest.vocabulary.ngsild_history import TimeRange, moment_text
from mimtest.vocabulary.ngsild_past import (
    assert_answered,
    assert_refused,
    day_of,
    instances_in,
    normalized_in,
)
from mimtest.vocabulary.ngsild_periods import (
    METHODS,
    aggregates,
    assert_aggregated,
    assert_periods,
    assert_whole,
    rows_in,
)
from mimtest.vocabulary.ngsild_temporal import evolution_in

pytestmark = pytest.mark.interface("ngsi-ld")

_HOUR = timedelta(hours=1)


@pytest.fixture
def busiest(past):
    """A range of whole hours with numbers, seen to be told without aggregation."""
    start = min(e.at for e in past.numbers).replace(minute=0, second=0, microsecond=0)
    asked = TimeRange("between", start, min(start + 4 * _HOUR, past.settled.end))
    if not asked.of(past.numbers):
        raise Inconclusive("no_data", "there are too few observations to tell apart")
    answer = past.retrieve(asked)
    found = normalized_in(evolution_in(answer), past.names["number"])
    past.assert_told(answer, found, asked.of(past.numbers), "the numbers")
    return asked


def _rows(past, operation, asked, method, **params):
    """The aggregated numbers of the gauge in a range."""
    name = past.names["number"]
    params |= {"options": "aggregatedValues", "aggrMethods": method, "attrs": name}
    _, evolution = past.told(operation, asked, **params)
    found = instances_in(evolution, name)
    assert_that(len(found) == 1, f"'{name}' is not there once", expected="1", received=shown(found))
    return rows_in(member(found[0], method, list, f"'{name}'"), method)


@pytest.mark.check(
    "CTX-TMP-24",
    clause="GS CIM 009 4.5.19",
    since="1.4.1",
    option="temporal",
    rests_on=("CTX-TMP-22",),
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
@pytest.mark.parametrize("method", list(METHODS))
def test_values_are_aggregated_over_periods(past, busiest, method, operation, reading):
    """Each period has the value that the method makes of the instances in it."""
    events = busiest.of(past.numbers)
    rows = _rows(past, operation, busiest, method, aggrPeriodDuration="PT1H")
    assert_periods(rows, _HOUR, busiest, method)
    assert_aggregated(rows, events, method, method)
    _note(rows, events, method, reading)


def _note(rows, events, method, reading):
    """Which accepted readings the rows show."""
    held = [(r, [e.value for e in events if r.covers(e.at)]) for r in rows]
    reading("A102", "told" if any(not values for _, values in held) else "left_out")
    spreads = [
        (r, aggregates(method, values)) for r, values in held if method == "stddev" and values
    ]
    for row, (population, *sample) in spreads:
        if sample and abs(sample[0] - population) > abs(population) / 1000:
            near = abs(row.value - population) < abs(row.value - sample[0])
            reading("A101", "population" if near else "sample")


@pytest.mark.check(
    "CTX-TMP-25",
    clause="GS CIM 009 4.5.19",
    since="1.4.1",
    option="temporal",
    rests_on=("CTX-TMP-24",),
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
@pytest.mark.parametrize("period", ["PT0S", "P1D", "none"])
def test_periods_are_as_long_as_asked_for(past, busiest, period, operation):
    """A period is a day where so asked; one of no length, or none, spans the whole range."""
    if period == "P1D":
        start = day_of(busiest.at)
        asked = TimeRange("between", start, min(start + timedelta(days=3), past.settled.end))
        rows = _rows(past, operation, asked, "sum", aggrPeriodDuration=period)
        assert_periods(rows, timedelta(days=1), asked, period)
        assert_aggregated(rows, asked.of(past.numbers), "sum", period)
    else:
        params = {} if period == "none" else {"aggrPeriodDuration": period}
        rows = _rows(past, operation, busiest, "sum", **params)
        assert_whole(rows, busiest.of(past.numbers), "sum", "the whole range")


@pytest.mark.check(
    "CTX-TMP-26",
    clause="GS CIM 009 4.5.19",
    since="1.4.1",
    option="temporal",
    rests_on=("CTX-TMP-24",),
)
@pytest.mark.parametrize("defect", ["unknown method", "no duration", "no method", "unfit"])
def test_a_wrong_aggregation_is_refused(past, busiest, defect, reading):
    """Unknown methods, a wrong duration, and no method at all are refused; texts have no sum."""
    right = {"options": "aggregatedValues", "aggrMethods": "max", "attrs": past.names["number"]}
    wrong = {
        "unknown method": right | {"aggrMethods": "median"},
        "no duration": right | {"aggrPeriodDuration": "an hour"},
        "no method": {k: v for k, v in right.items() if k != "aggrMethods"},
    }
    if defect in wrong:
        control = past.retrieve(busiest, **right)
        assert_refused(past.retrieve(busiest, **wrong[defect]), control, reading)
    else:
        _assert_without_a_sum(past, right | {"attrs": past.name("text")}, reading)


def _assert_without_a_sum(past, asked, reading):
    assert_answered(past.retrieve(past.whole, **asked))
    answer = past.retrieve(past.whole, **asked | {"aggrMethods": "sum"})
    if answer.status == 400:
        assert_refused(answer, past.retrieve(past.whole, **asked), reading)
        reading("A100", "refused")
        return
    for found in instances_in(evolution_in(answer), asked["attrs"]):
        for row in rows_in(found.get("sum", []), "the sum of texts"):
            if row.value not in (None, "", 0):
                when = moment_text(row.start)
                msg = f"there is a sum of texts at {when}"
                raise Contradiction(msg, expected="none", received=shown(row.value))
    reading("A100", "left_out")
