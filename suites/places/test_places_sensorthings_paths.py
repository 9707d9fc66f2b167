"""Paths of a SensorThings service lead to properties, bare values and related entities.

OGC SensorThings API Part 1: Sensing, version 1.1 (18-088), 9.2.4 to 9.2.8; data arrays: 13.
"""

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    json_object,
    member,
    objects,
    of_type,
    same,
    shown,
)
from mimtest.vocabulary.sensorthings import ID, SELF, entities_of, entity_of, ids_of
from mimtest.vocabulary.sensorthings_sample import assert_selected_by_id, take
from mimtest.vocabulary.sensorthings_shelves import of_datastreams
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("sensorthings")

_MQTT = ("receive-updates-via-mqtt", "create-observations-via-mqtt")
_SCHEMES = ("mqtt://", "mqtts://", "tcp://", "ssl://", "ws://", "wss://")


@pytest.fixture
def stream(shelves):
    """A Datastream."""
    if not shelves["Datastreams"]:
        raise Inconclusive("no_data", "there is no Datastream")
    return shelves["Datastreams"][0]


@pytest.mark.check("PLA-S-11", clause="OGC 18-088 9.2.4, 9.2.5")
@pytest.mark.parametrize("way", ["property", "value"])
def test_a_property_has_an_address(sensing, stream, way):
    """A property alone is an object with that one member, and its bare value is the text."""
    place = sensing.place("Datastreams", stream[ID], "name")
    if way == "property":
        found = json_object(assert_status(sensing.get(place), 200, what="a property"))
        own = {k: v for k, v in found.items() if not k.startswith("@")}
        assert_equal(own, {"name": stream["name"]}, "the property")
    else:
        answer = assert_status(sensing.get(f"{place}/$value"), 200, what="a bare value")
        assert_equal(answer.text(), stream["name"], "the bare value")


@pytest.mark.check("PLA-S-12", clause="OGC 18-088 9.2.6, 9.2.8")
def test_paths_go_through_relations(sensing, shelves):
    """A path through several relations leads to the same entities as each step alone."""
    observations = of_datastreams(shelves["Observations"])
    if not observations:
        raise Inconclusive("no_data", "there is no Observation")
    observation = observations[0][ID]
    stream = entity_of(sensing.get(sensing.place("Observations", observation, "Datastream")))
    thing = entity_of(sensing.get(sensing.place("Datastreams", stream[ID], "Thing")))
    through = sensing.place("Observations", observation, "Datastream", "Thing")
    assert_equal(entity_of(sensing.get(through), through)[ID], thing[ID], f"'{ID}' at {through}")
    deep = sensing.place("Observations", observation, "Datastream", "Thing", "Datastreams")
    direct = sensing.place("Things", thing[ID], "Datastreams")
    at_rest(lambda: _assert_same_entities(sensing, deep, direct, stream[ID]))


def _assert_same_entities(sensing, deep, direct, known):
    """Two addresses list the same entities; of too many of them one that is known is among both."""
    listed, alone = (take(sensing, place, "Datastreams") for place in (deep, direct))
    listed.again()
    alone.again()
    if listed.whole and alone.whole:
        ids = [sorted(ids_of(sample.entities)) for sample in (listed, alone)]
        assert_equal(ids[0], ids[1], f"the Datastreams at {deep}")
        return
    for sample in (alone, listed):
        try:
            assert_selected_by_id(sample, "id", known, lambda e: same(e[ID], known))
        except Contradiction as wrong:
            if sample is listed:
                raise
            raise Inconclusive("control_failed", wrong.message) from wrong


@pytest.mark.check("PLA-S-43", clause="OGC 18-088 9.2.7")
def test_links_alone_are_given(sensing, stream):
    """The addresses alone of related entities are those of the entities."""
    thing = entity_of(sensing.get(sensing.place("Datastreams", stream[ID], "Thing")))
    place = sensing.place("Things", thing[ID], "Datastreams")
    known = [e.get(SELF) for e in entities_of(sensing.get(place, top=100))]
    answer = assert_status(sensing.get(f"{place}/$ref"), 200, what="addresses alone")
    listed = objects(member(json_object(answer), "value", list, "the addresses"), "'value'")
    links = [member(item, SELF, str, "an address") for item in listed]
    surplus = [k for item in listed for k in item if not k.startswith("@")]
    assert_that(not surplus, "more than addresses", expected=SELF, received=surplus[:5])
    wrong = set(links) - set(known) if len(links) <= len(known) else set(known) - set(links)
    assert_that(links and not wrong, "other addresses", expected=known[:5], received=links[:5])


@pytest.mark.check("PLA-S-31", clause="OGC 18-088 13.1 /req/data-array/data-array")
def test_observations_come_as_an_array(sensing, stream):
    """Observations asked for as a data array are those that come as entities, a row for each."""
    sensing.require("data-array")
    place = sensing.place("Datastreams", stream[ID], "Observations")
    listed = entities_of(sensing.get(place, top=10))
    known = dict(zip(ids_of(listed), listed, strict=True))
    if not known:
        raise Inconclusive("no_data", "the Datastream has no Observations")
    groups = entities_of(sensing.get(place, top=10, resultFormat="dataArray"))
    rows = [row for group in groups for row in _rows(group)]
    assert_that(rows, "no row came", expected=f"{len(known)} rows", received=shown(groups))
    for row in rows:
        other = known.get(shown(row.get("id", row.get(ID))))
        if other is not None and "result" in row and not same(row["result"], other.get("result")):
            assert_equal(row["result"], other.get("result"), f"the result of {shown(other[ID])}")
    met = [r for r in rows if shown(r.get("id", r.get(ID))) in known]
    assert_that(met, "other Observations came", expected=list(known)[:3], received=rows[:1])


def _rows(group):
    """The rows of a group by the names of their components."""
    names = [
        of_type(n, str, "a component") for n in member(group, "components", list, "a data array")
    ]
    listed = member(group, "dataArray", list, "a data array")
    if "dataArray@iot.count" in group:
        assert_equal(group["dataArray@iot.count"], len(listed), "the number of rows")
    for row in listed:
        of_type(row, list, "a row")
        assert_equal(len(row), len(names), "the number of values in a row")
    return [dict(zip(names, row, strict=True)) for row in listed]


@pytest.mark.check("PLA-S-32", clause="OGC 18-088 9.2.1, 14", strength="may")
def test_a_declared_broker_is_named(sensing):
    """Where updates or creation over MQTT are declared, the service root names where."""
    declared = [uri for uri in sensing.declared() if any(name in uri for name in _MQTT)]
    if not declared:
        raise NotApplicable("class_not_declared", "the service does not declare MQTT")
    for uri in declared:
        setting = member(dict(sensing.settings()), uri, dict, "'serverSettings'")
        listed = member(setting, "endpoints", list, f"'{uri}'")
        named = [e for e in listed if isinstance(e, str) and e.lower().startswith(_SCHEMES)]
        assert_that(
            named, "no address of a broker", expected="mqtt://… or wss://…", received=listed
        )
