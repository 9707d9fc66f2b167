"""The past is asked for by time: which instances, and which entities, lie in a range.

GS CIM 009 4.11, 5.7.3, 5.7.4.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_same_set, assert_that
from mimtest.vocabulary.ngsild_history import TimeRange, last, moment_of
from mimtest.vocabulary.ngsild_past import (
    EVER,
    assert_refused,
    evolutions_in,
    normalized_in,
    ranges,
)

pytestmark = pytest.mark.interface("ngsi-ld")

_RANGES = {
    "late": TimeRange("after", moment_of("2025-03-05T00:00:00Z")),
    "early": TimeRange("before", moment_of("2025-03-03T12:00:00Z")),
    "middle": TimeRange(
        "between", moment_of("2025-03-04T00:00:00Z"), moment_of("2025-03-05T00:00:00Z")
    ),
}
_FOUND = {"late": {"gauge", "late"}, "early": {"gauge", "early"}, "middle": {"gauge"}}


def _retrieved(past, asked, operation="retrieve", **params):
    """The numbers of the gauge that are told, and the answer that tells them."""
    answer, evolution = past.told(operation, asked, **params)
    return answer, normalized_in(evolution, past.names["number"])


def _assert_retrieved(past, asked, expected, what, **params):
    answer, found = _retrieved(past, asked, **params)
    past.assert_told(answer, found, expected, what)


def _assert_queried(past, asked, **params):
    """A query tells of each known entity the numbers in the range, and of no other number."""
    answer = past.query(asked, attrs=past.names["number"], **params)
    evolutions = evolutions_in(answer)
    assert_that(past.own or evolutions, "no entity is found")
    for known in past.gauges():
        found = normalized_in(evolutions.get(known.id, {}), past.names["number"])
        expected = asked.of(known.events[past.names["number"]])
        past.assert_told(answer, found, expected, f"the numbers {asked.relation}")


@pytest.fixture
def told(past):
    """The past without a temporal query: there are numbers that a range can leave out."""
    answer, found = _retrieved(past, None)
    past.assert_told(answer, found, past.numbers, "the numbers")
    return past


@pytest.mark.check(
    "CTX-TMP-13",
    clause="GS CIM 009 4.11",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-11",),
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
@pytest.mark.parametrize("relation", ["before", "after", "between"])
def test_instances_before_after_and_between_moments_are_told(told, relation, operation):
    """A temporal query gives the instances that lie in its range, and no others."""
    asked = ranges(told.numbers)[relation]
    if operation == "query":
        _assert_queried(told, asked)
    else:
        _assert_retrieved(told, asked, asked.of(told.numbers), f"the numbers {relation}")


@pytest.mark.check(
    "CTX-TMP-14",
    clause="GS CIM 009 4.11",
    since="1.8.1",
    option="temporal",
    rests_on=("CTX-TMP-13",),
)
@pytest.mark.parametrize("relation", ["before", "after", "between"])
def test_a_range_has_its_first_moment_and_not_its_last(told, relation):
    """An instance at the begin of a range is in it, one at its end is not."""
    moments = sorted(e.at for e in told.numbers)
    if len(moments) < 3:
        raise Inconclusive("no_data", "there are too few observations to tell apart")
    one, other = moments[len(moments) // 4], moments[-1 - len(moments) // 4]
    asked = TimeRange(relation, one, other if relation == "between" else None)
    if relation == "before":
        asked = TimeRange(relation, other)
    _assert_retrieved(told, asked, asked.of(told.numbers), f"the numbers {relation}")


@pytest.mark.check(
    "CTX-TMP-16",
    clause="GS CIM 009 5.7.4.4",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-13",),
)
@pytest.mark.parametrize("when", ["late", "early", "middle"])
def test_entities_without_an_instance_in_the_range_are_left_out(past, when):
    """A query finds the entities that have an instance in its range, and no others."""
    roles = ("gauge", "early", "late")
    ids = {past.chronicle(r).id: r for r in roles}
    found = evolutions_in(past.query(_RANGES[when]))
    assert_same_set([ids.get(i, i) for i in found], _FOUND[when], f"the {when} entities")


@pytest.mark.check(
    "CTX-TMP-19",
    clause="GS CIM 009 5.7.3",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-13",),
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
@pytest.mark.parametrize("asked", ["two", "in a range", "of each", "more", "0", "-1", "two of it"])
def test_the_last_instances_are_told(told, asked, operation, reading):
    """With lastN the newest instances of each attribute are told, and what is no number is refused."""
    limit = None if told.own else told.settled
    if asked == "of each":
        _assert_last_of_each(told, limit, operation)
    elif asked in ("0", "-1", "two of it"):
        right, wrong = (_asking(told, operation, limit, lastN=n) for n in (1, asked))
        assert_refused(wrong, right, reading)
    elif asked == "in a range":
        _assert_last(told, 2, ranges(told.numbers)["before"], operation, reading)
    else:
        number = 2 if asked == "two" else len(told.numbers) + 5
        _assert_last(told, number, limit, operation, reading)


def _asking(past, operation, limit, **params):
    if operation == "retrieve":
        return past.retrieve(limit, **params)
    return past.query(limit or EVER, **params)


def _assert_last(past, number, limit, operation, reading):
    expected = last(limit.of(past.numbers) if limit else past.numbers, number)
    if not expected:
        raise Inconclusive("no_data", "there are too few observations to tell apart")
    answer, found = _retrieved(past, limit, operation, lastN=number)
    past.assert_told(answer, found, expected, f"the last {number} numbers")
    moments = [e.at for e in found]
    if len(moments) > 1 and moments in (sorted(moments), sorted(moments, reverse=True)):
        reading("A47", "ascending" if moments == sorted(moments) else "descending")


def _assert_last_of_each(past, limit, operation):
    answer, evolution = past.told(operation, limit, lastN=1)
    for name, events in past.gauge.events.items():
        expected = last(limit.of(events) if limit else events, 1)
        past.assert_told(answer, normalized_in(evolution, name), expected, f"the last of '{name}'")
