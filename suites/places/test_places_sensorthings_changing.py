"""Entities of a SensorThings service are changed and deleted, and mistakes in them refused.

OGC SensorThings API Part 1: Sensing, version 1.1 (18-088), 10 and 13.2. Everything made here is removed.
"""

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    json_array,
    shown,
)
from mimtest.vocabulary.sensorthings import ID
from mimtest.vocabulary.sensorthings_own import (
    TIMES,
    assert_kept,
    link_to,
    planted,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("sensorthings")

_GONE = (404, 410)


_LACKING = {
    "Thing without name": ("Things", "name"),
    "Location without place": ("Locations", "location"),
    "Datastream without unit": ("Datastreams", "unitOfMeasurement"),
    "Datastream without Thing": ("Datastreams", "Thing"),
    "Observation without result": ("Observations", "result"),
}


@pytest.mark.check(
    "PLA-S-29",
    clause="OGC 18-088 8.2, 10.2 /req/create-update-delete/create-entity",
    level="writes",
    rests_on=("PLA-S-50",),
)
@pytest.mark.parametrize("case", _LACKING)
def test_what_lacks_something_is_refused(own, plant, case):
    """An entity without a property or relation it needs is refused; with it, it was created."""
    name, member = _LACKING[case]
    whole = {
        "Things": plant.thing,
        "Locations": plant.location,
        "Datastreams": plant.stream,
        "Observations": plant.observation,
    }[name]
    assert_equal(own.now(whole)[ID], whole.id, "the complete twin")
    document = {k: v for k, v in whole.sent.items() if k != member}
    if "name" in document:
        document["name"] = own.name("lacking")
    answer = own.post(own.sensing.address(name), document)
    own.remember(name, answer)
    assert_status(answer, 400, 409, 422, what=case)


@pytest.mark.check(
    "PLA-S-34",
    clause="OGC 18-088 10.3 /req/create-update-delete/update-entity",
    level="writes",
    rests_on=("PLA-S-50",),
)
def test_a_change_leaves_the_rest_alone(own):
    """A PATCH changes the properties it has and no other, and keeps the id."""
    thing = own.create("Things", own.thing())
    change = {"description": "changed by mimtest"}
    answer = own.sensing.client.patch(thing.address, json=change)
    assert_status(answer, 200, 204, what="PATCH")

    def look():
        found = own.now(thing)
        assert_equal(found[ID], thing.id, f"'{ID}'")
        assert_kept(found, thing.sent | change, ("name", "description", "properties"))

    eventually(look)


@pytest.mark.check(
    "PLA-S-51",
    clause="OGC 18-088 10.3 /req/create-update-delete/update-entity",
    level="writes",
    rests_on=("PLA-S-50",),
)
def test_what_is_not_there_is_not_changed(own, plant, absent):
    """A PATCH of an entity that does not exist fails; of one that exists it is followed."""
    change = {"description": "changed by mimtest"}
    assert_status(own.sensing.client.patch(plant.sensor.address, json=change), 200, 204)
    known = plant.sensor.id
    nowhere = 2000000011 if isinstance(known, int) else absent(str(known))
    place = own.sensing.place("Sensors", nowhere)
    answer = own.sensing.client.patch(place, json=change)
    assert_status(answer, *_GONE, 400, what="PATCH of nothing")


@pytest.mark.check(
    "PLA-S-35",
    clause="OGC 18-088 10.4 /req/create-update-delete/delete-entity",
    level="writes",
    rests_on=("PLA-S-50",),
)
@pytest.mark.parametrize("what", ["Thing", "Sensor", "ObservedProperty", "Datastream", "feature"])
def test_what_depends_on_it_goes_as_well(own, what):
    """A deleted entity is gone, and with it what cannot be without it: Datastreams and Observations."""
    made = planted(own)
    one, dependents = {
        "Thing": (made.thing, (made.stream, made.observation)),
        "Sensor": (made.sensor, (made.stream, made.observation)),
        "ObservedProperty": (made.observed_property, (made.stream, made.observation)),
        "Datastream": (made.stream, (made.observation,)),
        "feature": (made.feature, (made.observation,)),
    }[what]
    assert_status(own.sensing.client.delete(one.address), 200, 204, what="DELETE")

    def look():
        for gone in (one, *dependents):
            answer = own.sensing.get(gone.address, fresh=True)
            assert_status(answer, *_GONE, what=f"{gone.set}({shown(gone.id)}) afterwards")

    eventually(look)


@pytest.mark.check(
    "PLA-S-52",
    clause="OGC 18-088 10.4 /req/create-update-delete/delete-entity",
    level="writes",
    rests_on=("PLA-S-50",),
)
def test_what_is_gone_cannot_be_deleted(own):
    """A second DELETE of the same entity is answered as not found."""
    thing = own.create("Things", own.thing())
    client = own.sensing.client
    assert_status(client.delete(thing.address), 200, 204, what="the first DELETE")
    eventually(lambda: assert_status(own.sensing.get(thing.address, fresh=True), *_GONE))
    assert_status(client.delete(thing.address), *_GONE, what="the second DELETE")


@pytest.mark.check(
    "PLA-S-38",
    clause="OGC 18-088 13.2 /req/data-array/data-array",
    level="writes",
    rests_on=("PLA-S-50",),
)
def test_observations_are_created_by_the_row(own, plant):
    """Observations sent as a data array are created one by one, and for each its address is told."""
    own.sensing.require("data-array")
    rows = [[TIMES[3], 31.5, plant.feature.id], [TIMES[4], 32.5, plant.feature.id]]
    group = {
        "Datastream": link_to(plant.stream),
        "components": ["phenomenonTime", "result", "FeatureOfInterest/id"],
        "dataArray@iot.count": len(rows),
        "dataArray": rows,
    }
    answer = own.post(own.sensing.client.url("/CreateObservations"), [group])
    listed = json_array(assert_status(answer, 201), "the answer")
    links = [link for link in listed if isinstance(link, str) and link != "error"]
    for link in links:
        own.note("Observations", link)
    assert_equal(len(links), len(rows), "the number of addresses")
    results = [
        eventually(lambda link=link: own.sensing.get(answer.resolve(link), fresh=True).json())
        for link in links
    ]
    assert_equal([r.get("result") for r in results], [31.5, 32.5], "the results")
