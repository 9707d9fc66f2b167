"""Entities of a SensorThings service are created, alone and along with others, and linked.

OGC SensorThings API Part 1: Sensing, version 1.1 (18-088), 10.2. Everything made here is removed.
"""

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    fail,
    member,
    same,
    shown,
)
from mimtest.vocabulary.sensorthings import ID, entities_of, ids_of, literal
from mimtest.vocabulary.sensorthings_own import (
    TIMES,
    assert_kept,
    link_to,
    planted,
)
from mimtest.vocabulary.sensorthings_times import read_instant
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("sensorthings")


def _find(own, name, sent):
    """What the service has under a name that we gave."""
    text = f"name eq {literal(sent['name'])}"
    found = entities_of(own.sensing.get(own.sensing.address(name), fresh=True, filter=text))
    return [e for e in found if e.get("name") == sent["name"]]


@pytest.mark.check(
    "PLA-S-50", clause="OGC 18-088 10.2 /req/create-update-delete/create-entity", level="writes"
)
def test_an_entity_of_each_kind_is_created(own):
    """An entity of each kind is created, its address is told, and what was sent is there."""
    made = planted(own)
    for one in (
        made.thing,
        made.location,
        made.sensor,
        made.observed_property,
        made.feature,
        made.stream,
    ):
        names = [n for n, v in one.sent.items() if not (isinstance(v, dict | list) and _links(v))]
        eventually(lambda one=one, names=names: assert_kept(own.now(one), one.sent, names))
    found = eventually(lambda: own.now(made.observation))
    assert_equal(found.get("result"), 17.25, "'result'")
    for name in ("phenomenonTime", "resultTime"):
        when = read_instant(found.get(name))
        assert_that(
            when == read_instant(TIMES[0]),
            f"'{name}' differs",
            expected=TIMES[0],
            received=found.get(name),
        )


def _links(value):
    """Whether a value that was sent refers to other entities."""
    items = value if isinstance(value, list) else [value]
    return any(isinstance(item, dict) and ID in item for item in items)


@pytest.mark.check(
    "PLA-S-36",
    clause="OGC 18-088 10.2.1 /req/create-update-delete/link-to-existing-entities",
    level="writes",
    rests_on=("PLA-S-50",),
)
def test_a_new_entity_is_linked_to_those_named(own, plant):
    """A new entity is related to the existing ones that it names by their ids."""
    for relation, other in (
        ("Thing", plant.thing),
        ("Sensor", plant.sensor),
        ("ObservedProperty", plant.observed_property),
    ):
        found = own.the(plant.stream, relation)
        assert_equal(found[ID], other.id, f"'{ID}' of the {relation}")
    located = ids_of(own.related(plant.thing, "Locations"))
    assert_that(
        shown(plant.location.id) in located,
        "the Thing has no such Location",
        expected=shown(plant.location.id),
        received=located,
    )
    assert_equal(
        own.the(plant.observation, "FeatureOfInterest")[ID], plant.feature.id, "the feature"
    )


@pytest.mark.check(
    "PLA-S-37",
    clause="OGC 18-088 10.2 (navigation links)",
    level="writes",
    rests_on=("PLA-S-50",),
)
def test_what_is_created_at_a_relation_is_related(own, plant):
    """An entity created at the relation of another is related to it without naming it."""
    at = own.sensing.place("Things", plant.thing.id, "Datastreams")
    related = {"Sensor": plant.sensor, "ObservedProperty": plant.observed_property}
    document = own.stream(**{n: link_to(m) for n, m in related.items()})
    made = own.create("Datastreams", document, at)
    found = eventually(lambda: own.the(made, "Thing"))
    assert_equal(found[ID], plant.thing.id, "the Thing of the new Datastream")


@pytest.mark.check(
    "PLA-S-27",
    clause="OGC 18-088 10.2.1 /req/create-update-delete/deep-insert",
    level="writes",
    rests_on=("PLA-S-50",),
)
def test_related_entities_are_created_along(own, plant):
    """A Thing sent with its Location, Datastream and Observation is created with all of them, linked."""
    assert_equal(own.now(plant.thing)[ID], plant.thing.id, "an entity of our own")
    observation = {"phenomenonTime": TIMES[1], "result": 3.5, "FeatureOfInterest": own.feature()}
    stream = own.stream(
        Sensor=own.sensor(),
        ObservedProperty=own.observed_property(),
        Observations=[observation],
    )
    sent = own.thing(Locations=[own.location()], Datastreams=[stream])
    thing = own.create("Things", sent)
    locations = eventually(lambda: _one(own, thing, "Locations", sent["Locations"][0]["name"]))
    own.adopt("Locations", locations)
    found = _one(own, thing, "Datastreams", stream["name"])
    own.adopt("Datastreams", found)
    for relation, name in (("Sensor", "Sensors"), ("ObservedProperty", "ObservedProperties")):
        place = own.sensing.place("Datastreams", found[ID], relation)
        other = assert_status(own.sensing.get(place, fresh=True), 200, what=relation).json()
        own.adopt(name, other)
        assert_equal(other.get("name"), stream[relation]["name"], f"the {relation}")
    place = own.sensing.place("Datastreams", found[ID], "Observations")
    observations = entities_of(
        own.sensing.get(place, fresh=True, expand="FeatureOfInterest"), place
    )
    assert_equal([o.get("result") for o in observations], [3.5], "the results")
    feature = observations[0].get("FeatureOfInterest") or {}
    own.adopt("FeaturesOfInterest", feature)
    assert_equal(feature.get("feature"), observation["FeatureOfInterest"]["feature"], "the feature")


def _one(own, made, relation, name):
    """The only entity there, which has that name."""
    found = own.related(made, relation)
    assert_equal([e.get("name") for e in found], [name], f"the names of {relation}")
    return found[0]


@pytest.mark.check(
    "PLA-S-39",
    clause="OGC 18-088 10.2.1 /req/create-update-delete/deep-insert",
    level="writes",
    rests_on=("PLA-S-27",),
)
def test_nothing_is_created_when_a_part_cannot_be(own, plant):
    """Of a Thing sent with a Datastream that lacks what it needs, nothing is created."""
    assert_equal(own.now(plant.stream)[ID], plant.stream.id, "an entity of our own")
    lacking = own.stream()
    sent = own.thing(Datastreams=[lacking])
    answer = own.post(own.sensing.address("Things"), sent)
    left = _find(own, "Things", sent)
    for entity in left:
        own.adopt("Things", entity)
    assert_status(answer, 400, 409, 422, what="a Datastream without Sensor and ObservedProperty")
    assert_that(
        not left, "the Thing was created all the same", expected="nothing", received=sent["name"]
    )


@pytest.mark.check(
    "PLA-S-28",
    clause="OGC 18-088 10.2 /req/create-update-delete/historical-location-auto-creation",
    level="writes",
    rests_on=("PLA-S-50",),
)
@pytest.mark.parametrize("way", ["new", "moved"])
def test_a_new_place_is_remembered(own, plant, way):
    """A Thing that gets a Location gets a HistoricalLocation with that Location by itself."""
    location = own.create("Locations", own.location())
    thing = own.create("Things", own.thing(Locations=[link_to(location)]))
    if way == "moved":
        location = own.create("Locations", own.location())
        change = {"Locations": [link_to(location)]}
        assert_status(own.sensing.client.patch(thing.address, json=change), 200, 204)
    eventually(lambda: _assert_remembered(own, thing, location))
    assert_equal(own.now(plant.thing)[ID], plant.thing.id, "an entity of our own")


def _assert_remembered(own, thing, location):
    """One of the Thing's HistoricalLocations has the Location."""
    past = own.related(thing, "HistoricalLocations")
    places = [own.sensing.place("HistoricalLocations", p[ID], "Locations") for p in past]
    known = [i for p in places for i in ids_of(entities_of(own.sensing.get(p, fresh=True), p))]
    assert_that(
        shown(location.id) in known,
        "no HistoricalLocation has the new Location",
        expected=shown(location.id),
        received=known,
    )


@pytest.mark.check(
    "PLA-S-30",
    clause="OGC 18-088 10.2 /req/create-update-delete/create-entity (special case 1)",
    level="writes",
    rests_on=("PLA-S-50",),
)
def test_a_feature_is_made_of_the_things_place(own, plant):
    """An Observation that names no FeatureOfInterest gets one at the Location of its Thing."""
    sent = {"phenomenonTime": TIMES[2], "result": 4.75, "Datastream": link_to(plant.stream)}
    made = own.create("Observations", sent)
    feature = eventually(lambda: own.the(made, "FeatureOfInterest"))
    place, wanted = feature.get("feature"), plant.location.sent["location"]
    given = place.get("geometry", place) if isinstance(place, dict) else place
    if not same(given, wanted):
        fail("the feature is not where the Thing is", expected=wanted, received=given)
    key = member(feature, ID, what="the feature")
    own.sensing.client.note_created(own.sensing.place("FeaturesOfInterest", key))
