"""The past is queried in the body of a request as it is in an address (GS CIM 009 5.7.4, 6.24.3.1)."""

import pytest

from mimtest.vocabulary.expect import assert_problem, assert_same_set
from mimtest.vocabulary.ngsild_past import (
    assert_answered,
    evolutions_in,
    instances_in,
    normalized_in,
    ranges,
)
from mimtest.vocabulary.ngsild_query import query_by_post
from mimtest.vocabulary.ngsild_temporal import timelines_of

pytestmark = pytest.mark.interface("ngsi-ld")


def _where(past):
    return f"{past.broker.client.interface.temporal or ''}/temporal/entityOperations/query"


def _by_post(past, asked, **members):
    """The same query as `past.query`, in a body."""
    selector = {"type": past.gauge.type} | ({} if past.own else {"id": past.gauge.id})
    times = {"temporalQ": asked.params} if asked else {}
    body = {"type": "Query", "entities": [selector], **times, **members}
    return query_by_post(past.broker, body, _where(past))


def _queries(past):
    """Ranges, and further members of a query: in a body, and in an address."""
    name = past.names["number"]
    limit = sorted(e.value for e in past.numbers)[len(past.numbers) // 2]
    condition = {"q": f"{name}>={limit}"}
    found = {relation: (asked, {}, {}) for relation, asked in ranges(past.numbers).items()}
    found["attribute"] = (past.whole, {"attrs": [name]}, {"attrs": name})
    found["condition"] = (past.whole, condition, condition)
    return found


@pytest.mark.check(
    "CTX-TMP-32",
    clause="GS CIM 009 5.7.4, 6.24.3.1",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-13", "CTX-TMP-16", "CTX-TMP-27"),
)
@pytest.mark.parametrize("what", ["before", "after", "between", "attribute", "condition"])
def test_the_past_is_queried_by_post(past, what):
    """A query in a body tells of the same entities and instances as the same query in an address."""
    asked, members, params = _queries(past)[what]
    control = past.query(asked, **params)
    expected = evolutions_in(control)
    assert expected, "the query in an address finds nothing"
    answer = _by_post(past, asked, **members)
    found = evolutions_in(answer)
    assert_same_set(found, expected, "the entities")
    name = past.names["number"]
    for own, evolution in expected.items():
        events = normalized_in(evolution, name)
        past.assert_told(answer, normalized_in(found[own], name), events, f"the numbers of {own}")
        names = {n for n in timelines_of(evolution) if instances_in(evolution, n)}
        told = {n for n in timelines_of(found[own]) if instances_in(found[own], n)}
        assert_same_set(told, names, f"the attributes of {own}")


@pytest.mark.check(
    "CTX-TMP-45",
    clause="GS CIM 009 5.7.4.4, 6.24.3.1",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-32",),
)
def test_a_query_by_post_says_when(past):
    """A query for the past in a body is refused where it has no temporal query."""
    assert_answered(_by_post(past, past.whole))
    assert_problem(_by_post(past, None), status=400, kind="BadRequestData")
