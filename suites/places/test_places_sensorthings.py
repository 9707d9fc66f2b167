"""A SensorThings service says what it has, and has it.

OGC SensorThings API Part 1: Sensing, version 1.1 (18-088), 8.1, 8.2 and 9.2.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    fail,
    json_object,
    member,
    of_type,
    same,
)
from mimtest.vocabulary.sensorthings import ID, LINK, SELF, entities_of, entity_of, ids_of
from mimtest.vocabulary.sensorthings_model import KINDS
from mimtest.vocabulary.sensorthings_shelves import of_datastreams

pytestmark = pytest.mark.interface("sensorthings")

_VERSION_1_1 = "http://www.opengis.net/spec/iot_sensing/1.1/"
#: Properties that may be null, or left out where they are: their absence is looked at where it matters.
_MAY_BE_NULL = ("result", "metadata", "unitOfMeasurement")


@pytest.mark.check("PLA-S-01", clause="OGC 18-088 9.2.1 /req/resource-path")
def test_the_root_names_the_sets(sensing):
    """The service root lists the eight sets of entities, each with a name and an address."""
    listed = member(json_object(sensing.root), "value", list, "the service root")
    names = [member(entry, "name", str, "an entry of the root") for entry in listed]
    for entry in listed:
        member(entry, "url", str, f"the entry '{entry['name']}'")
    missing = [name for name in KINDS if name not in names]
    assert_that(not missing, "sets are missing", expected=list(KINDS), received=names)


@pytest.mark.check("PLA-S-02", clause="OGC 18-088 9.2.1", strength="should")
def test_the_root_declares_what_is_met(sensing):
    """The service root declares the requirements of version 1.1 that the service meets."""
    if not sensing.settings() and sensing.client.url().rstrip("/").endswith("/v1.0"):
        raise NotApplicable("version_not_claimed", "the service is one of version 1.0")
    settings = member(json_object(sensing.root), "serverSettings", dict, "the service root")
    listed = member(settings, "conformance", list, "'serverSettings'")
    texts = [of_type(uri, str, "an item of 'conformance'") for uri in listed]
    assert_that(
        any(uri.startswith(f"{_VERSION_1_1}req/datamodel") for uri in texts),
        "the data model of version 1.1 is not declared",
        expected=f"{_VERSION_1_1}req/datamodel",
        received=texts,
    )


@pytest.mark.check("PLA-S-03", clause="OGC 18-088 9.2.2 /req/resource-path")
def test_every_set_is_served(sensing):
    """Every set answers with a list of entities, and at least one Datastream with data is there."""
    found = {
        name: entities_of(assert_status(sensing.get(sensing.address(name), top=10), 200, what=name))
        for name in KINDS
    }
    if not (found["Things"] and found["Datastreams"] and found["Observations"]):
        raise Inconclusive("no_data", "there is no Thing, Datastream or Observation to look at")


@pytest.mark.check("PLA-S-04", clause="OGC 18-088 8.1 /req/datamodel/entity-control-information")
def test_an_entity_is_at_its_own_address(sensing, shelves):
    """An entity has an id and an address of its own, and at both of them it is found again."""
    for name, entities in shelves.stocked().items():
        one = entities[0]
        known = member(one, ID, what=f"an entity of {name}")
        link = member(one, SELF, str, f"an entity of {name}")
        address = sensing.resolve(link)
        assert_equal(entity_of(sensing.get(address), link)[ID], known, f"'{ID}' at {link}")
        if "/" not in str(known):  # whether a slash in an id is encoded is a matter of its own
            place = sensing.place(name, known)
            assert_equal(entity_of(sensing.get(place), place)[ID], known, f"'{ID}' at {place}")


@pytest.mark.check("PLA-S-05", clause="OGC 18-088 8.2 /req/datamodel (properties)")
def test_entities_have_their_properties(shelves):
    """Every entity has the properties its kind requires, with values of the right type."""
    for name, entities in shelves.stocked().items():
        kind = KINDS[name]
        for entity in entities:
            for wanted in kind.mandatory:
                value = member(entity, wanted, what=f"a {kind.name}")
                if value is None and wanted not in _MAY_BE_NULL:
                    fail(
                        f"'{wanted}' of a {kind.name} is null", expected="a value", received="null"
                    )
                if wanted in ("name", "description", "encodingType", "definition"):
                    of_type(value, str, f"'{wanted}' of a {kind.name}")
            if entity.get("properties") is not None:
                of_type(entity["properties"], dict, f"'properties' of a {kind.name}")


@pytest.mark.check("PLA-S-06", clause="OGC 18-088 8.2 /req/datamodel (relations)")
def test_entities_link_to_their_relations(sensing, shelves):
    """Every relation of an entity has a link, and the link leads to entities of the right kind."""
    for name, entities in shelves.stocked().items():
        kind = KINDS[name]
        one = next(iter(of_datastreams(entities)), entities[0])
        for relation, target in kind.relations.items():
            link = member(one, f"{relation}{LINK}", str, f"a {kind.name}")
            answer = sensing.get(sensing.resolve(link), **_few(relation in kind.to_many))
            others = (
                [entity_of(answer, link)] if relation in kind.to_one else entities_of(answer, link)
            )
            for other in others:
                wanted = KINDS[target].mandatory[0]
                member(other, wanted, what=f"what {link} leads to")


def _few(many):
    return {"top": 2} if many else {}


@pytest.mark.check("PLA-S-13", clause="OGC 18-088 9.3 /req/request-data/status-code")
@pytest.mark.parametrize("what", ["entity", "set", "property", "relation"])
def test_what_is_not_there_is_not_found(sensing, shelves, absent, what):
    """What does not exist is answered as not found; what does exist is found in the same way."""
    known = shelves.stocked("Things")["Things"][0][ID]
    place = sensing.place("Things", known)
    if sensing.get(place).status != 200:
        raise Inconclusive("control_failed", f"{place}, which exists, is not found either")
    made_up = f"Mimtest{sensing.client.run_id}"
    nowhere = 2000000011 if isinstance(known, int) else absent(str(known))
    answer = {
        "entity": lambda: sensing.get(sensing.place("Things", nowhere)),
        "set": lambda: sensing.get(sensing.client.url(f"/{made_up}")),
        "property": lambda: sensing.get(f"{place}/{made_up}"),
        "relation": lambda: sensing.get(sensing.place("Things", nowhere, "Datastreams")),
    }[what]()
    statuses = (400, 404, 410) if what in ("set", "property") else (404, 410)
    assert_status(answer, *statuses, what=f"a made-up {what}")


@pytest.mark.check("PLA-S-33", clause="MIM7 9.0 R4.1 (identifiers)", strength="should")
def test_an_entity_keeps_its_id_on_every_way(sensing, shelves):
    """Two reads give the same entities the same ids, and a Datastream has one id on three ways to it."""
    shelves.stocked("Things", "Datastreams")
    for name in ("Things", "Datastreams"):
        again = entities_of(sensing.get(sensing.address(name), top=10, fresh=True))
        kept = dict(zip(ids_of(again), again, strict=True))
        for known, entity in zip(ids_of(shelves[name]), shelves[name], strict=True):
            if known not in kept:
                place = sensing.place(name, entity[ID])
                entity_of(sensing.get(place, fresh=True), f"what was at {place}")
            elif not same(kept[known].get(SELF), entity.get(SELF)):
                fail(
                    f"{known} of {name} has another address at the second read",
                    expected=entity.get(SELF),
                    received=kept[known].get(SELF),
                )
    stream = shelves["Datastreams"][0]
    thing = entity_of(sensing.get(sensing.place("Datastreams", stream[ID], "Thing")))
    address = sensing.place("Things", thing[ID], "Datastreams")
    near = ids_of(entities_of(sensing.get(address, top=100)))
    assert_that(
        ids_of([stream])[0] in near,
        "a Datastream has another id among those of its Thing",
        expected=ids_of([stream]),
        received=near,
    )
