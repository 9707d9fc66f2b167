"""Queries find exactly what they say.

What they find is compared with an answer computed here, over entities whose values are known because
they are our own (GS CIM 009 4.9, 4.10).
"""

import json
import operator

import pytest

from mimtest.vocabulary.expect import assert_same_set
from mimtest.vocabulary.ngsild import eventually, ids_in

pytestmark = pytest.mark.interface("ngsi-ld")

_MEANING = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@pytest.mark.check("CTX-QRY-15", clause="GS CIM 009 4.9", level="writes", since="1.3.1")
@pytest.mark.parametrize("sign", ["==", "!=", ">", ">=", "<", "<="])
def test_numbers_are_compared_as_numbers(broker, sensors, sign):
    """A query that compares a number finds exactly the entities whose number compares so."""
    expected = [
        s["id"]
        for s in sensors
        if "temperature" in s and _MEANING[sign](s["temperature"]["value"], 10)
    ]

    def ask():
        found = ids_in(broker.query(type=sensors[0]["type"], q=f"temperature{sign}10", limit=20))
        assert_same_set(found, expected, f"the entities with temperature {sign} 10")

    eventually(ask)


@pytest.mark.check("CTX-QRY-39", clause="GS CIM 009 4.10", level="writes", since="1.3.1")
@pytest.mark.parametrize("relation", ["within", "disjoint"])
def test_places_inside_and_outside_an_area_are_told_apart(broker, sensors, relation):
    """A query by area finds exactly the entities that are inside, or that are outside."""
    west, east, south, north = 7.915, 7.955, 51.59, 51.61
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    inside = [s["id"] for s in sensors if west < s["location"]["value"]["coordinates"][0] < east]
    outside = [s["id"] for s in sensors if s["id"] not in inside]
    expected = inside if relation == "within" else outside

    def ask():
        answer = broker.query(
            type=sensors[0]["type"],
            georel=relation,
            geometry="Polygon",
            coordinates=json.dumps([ring], separators=(",", ":")),
            limit=20,
        )
        assert_same_set(ids_in(answer), expected, f"the entities {relation} the area")

    eventually(ask)
