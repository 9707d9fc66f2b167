"""Mistakes of a client are told, not passed over: an answer that ignores a question is a wrong answer.

OGC API - Features - Part 1: Core (17-069r4), 7.5 and 7.15.1. Each wrong question has a right twin.
"""

from datetime import UTC, datetime

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.openapi import free_form, parameters_of_items
from mimtest.vocabulary.samples import for_each
from mimtest.vocabulary.samples_compared import assert_refused
from mimtest.vocabulary.times import instant, read_time

pytestmark = pytest.mark.interface("ogc-api-features")

#: Collections of one service are asked the same; two show a mistake of all.
MOST = 2


@pytest.mark.check(
    "PLA-C-28", clause="OGC 17-069r4 /req/core/query-param-invalid, /req/core/fc-bbox-definition"
)
@pytest.mark.parametrize(
    "box",
    ["5.5,47.2,15.1", "west,south,east,north", "160,-50,170,160"],
    ids=["three numbers", "words", "latitude 160"],
)
def test_a_box_that_is_none_is_refused(samples, box):
    """A bbox that is no box on the globe is answered with 400."""
    twin = {"limit": 1, "bbox": "5.5,47.2,15.1,55.1"}
    for_each(
        samples[:MOST], lambda s: assert_refused(s, twin, {**twin, "bbox": box}), "no collection"
    )


@pytest.mark.check(
    "PLA-C-29", clause="OGC 17-069r4 /req/core/query-param-invalid, /req/core/fc-limit-definition"
)
@pytest.mark.parametrize("limit", ["many", "-1"], ids=["a word", "negative"])
def test_a_limit_that_is_no_number_is_refused(samples, limit):
    """A limit that is no whole number from zero is answered with 400."""
    for_each(
        samples[:MOST], lambda s: assert_refused(s, {"limit": 1}, {"limit": limit}), "no collection"
    )


@pytest.mark.check(
    "PLA-C-32", clause="OGC 17-069r4 /req/core/query-param-invalid, /req/core/fc-time-definition"
)
@pytest.mark.parametrize(
    "value", ["yesterday", "2020-13-45T00:00:00Z"], ids=["a word", "no such day"]
)
def test_a_time_that_is_none_is_refused(samples, value):
    """A datetime that is no time is answered with 400."""

    def ask(sample):
        twin = {"limit": 1, "datetime": _possible_time(sample)}
        assert_refused(sample, twin, {**twin, "datetime": value})

    for_each(samples[:MOST], ask, "no collection")


def _possible_time(sample):
    """A time within the declared extent, or any where none is declared."""
    start = read_time((sample.collection.interval or (None,))[0])
    return instant(start.start if start else datetime(2020, 12, 31, tzinfo=UTC))


@pytest.mark.check("PLA-C-33", clause="OGC 17-069r4 /req/core/query-param-unknown")
def test_a_parameter_nobody_defined_is_refused(samples, definition):
    """A query parameter the API definition does not know is answered with 400."""

    def ask(sample):
        taker = free_form(parameters_of_items(definition, sample.collection.id))
        if taker:
            raise NotApplicable(
                "not_offered", f"the API definition takes any parameter, as '{taker}'"
            )
        assert_refused(sample, {"limit": 1}, {"limit": 1, "mimtest-unknown": "1"})

    for_each(samples[:MOST], ask, "no collection")


@pytest.mark.check("PLA-C-36", clause="OGC 17-069r4 7.5.1 (Table 3); RFC 9110 15.5.5")
def test_what_is_not_there_is_not_found(service, samples, absent):
    """A feature and a collection that do not exist are answered with 404, those that do with 200."""

    def ask(sample):
        known = next(iter(sample.known), None)
        if known is None:
            raise Inconclusive("precondition_unmet", "the features have no ids of their own")
        for there, nowhere in (
            (sample.collection.item(known), sample.collection.item(absent(known))),
            (
                sample.collection.items,
                sample.collection.path("items").replace("/items", "-mimtest/items"),
            ),
        ):
            control = service.features(there)
            if control.status != 200:
                raise Inconclusive("control_failed", f"{there} got {control.status}")
            assert_status(service.features(nowhere), 404, 410, what=f"the answer at {nowhere}")

    for_each(samples[:MOST], ask, "no collection")
