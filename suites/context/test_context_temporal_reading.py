"""Histories are retrieved as they were provided (GS CIM 009 5.7.3, 6.3.11)."""

from dataclasses import replace

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_problem, assert_status, assert_that
from mimtest.vocabulary.ngsild import own_id, types_of
from mimtest.vocabulary.ngsild_entities import stamps_in
from mimtest.vocabulary.ngsild_past import evolutions_in, normalized_in
from mimtest.vocabulary.ngsild_temporal import evolution_in, history_of, timelines_of

pytestmark = pytest.mark.interface("ngsi-ld")

NO_URI = "no uri at all"


@pytest.fixture
def chronicles(past):
    """What is known of the past: what we provided, or what a query tells of a sampled entity."""
    if past.own:
        return past.gauges()
    told = evolutions_in(assert_status(past.query(past.whole), 200)).get(past.gauge.id, {})
    events = {name: normalized_in(told, name) for name in past.gauge.events}
    return [replace(past.gauge, events=events)]


@pytest.mark.check(
    "CTX-TMP-11",
    clause="GS CIM 009 4.5.7, 5.7.3.4",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-01",),
)
def test_a_history_is_retrieved(past, chronicles, reading):
    """The history of an entity has the instances of each attribute with the times of observation."""
    for chronicle in chronicles:
        answer = history_of(past.broker, chronicle.id)
        evolution = evolution_in(answer)
        assert_equal(evolution.get("id"), chronicle.id, "the id")
        told = types_of({"type": evolution.get("type", "")})
        assert_that(
            chronicle.type in told, "the type differs", expected=chronicle.type, received=told
        )
        for name, events in chronicle.events.items():
            past.assert_told(answer, normalized_in(evolution, name), events, f"'{name}'")
            if len(events) == 1:
                reading("A49", "array" if isinstance(evolution[name], list) else "bare")


@pytest.fixture
def retrieved(past):
    """A history that can be retrieved: the control of what is refused."""
    assert_status(past.retrieve(), 200, 206, what="retrieving a known history")
    return past


@pytest.mark.check(
    "CTX-TMP-12",
    clause="GS CIM 009 5.7.3.4",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-11",),
)
@pytest.mark.parametrize("whose", ["unknown", "invalid"])
def test_an_unknown_history_is_not_found(retrieved, run_id, whose):
    """The history of an entity that is not known is not found, that of an invalid id refused."""
    if whose == "unknown":
        answer = history_of(retrieved.broker, own_id("Nothing", run_id))
        assert_problem(answer, status=404, kind="ResourceNotFound")
    else:
        answer = history_of(retrieved.broker, NO_URI)
        assert_problem(answer, status=400, kind="BadRequestData")


@pytest.mark.check(
    "CTX-TMP-36",
    clause="GS CIM 009 6.3.11",
    since="1.3.1",
    option="temporal",
    rests_on=("CTX-TMP-11",),
)
@pytest.mark.parametrize("asked", [True, False], ids=["sysAttrs", "plain"])
def test_instances_have_stamps_where_asked_for(past, asked, reading):
    """Each instance tells when it was created and changed where system attributes are asked for."""
    options = {"options": "sysAttrs"} if asked else {}
    evolution = evolution_in(past.retrieve(**options))
    name = next(iter(past.gauge.events))
    timeline = timelines_of(evolution).get(name, [])
    assert_that(timeline, f"'{name}' is missing", expected="its instances", received="none")
    for instance in timeline:
        if asked:
            stamps_in(instance, f"an instance of '{name}'")
            reading("A79", "from_creation" if "modifiedAt" in instance else "once_changed")
        else:
            told = sorted({"createdAt", "modifiedAt"} & set(instance))
            assert_that(not told, "stamps nobody asked for", expected="none", received=told)
