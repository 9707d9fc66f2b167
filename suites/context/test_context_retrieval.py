"""Data that is there can be read: by identifier, by type, in part, and in other representations.

These checks read what the broker holds and write nothing (GS CIM 009 5.7.1, 5.7.2, 4.5.4, 4.5.16).
"""

import json

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_that,
    same,
)
from mimtest.vocabulary.ngsild import (
    attributes_of,
    entities_in,
    entity_in,
    own_id,
    own_name,
    types_of,
)
from mimtest.vocabulary.ngsild_sample import plain_names, require_one
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.mark.check("CTX-ENT-21", clause="GS CIM 009 5.7.1", since="1.3.1")
@pytest.mark.usefixtures("unknown")
def test_an_entity_is_retrieved_by_its_identifier(reader, samples):
    """An entity found by a query is retrieved by its identifier, the same in types and attributes."""
    for sample in samples:
        at_rest(lambda one=sample: _assert_retrieved(reader, one.type, one.ids[0]))


def _assert_retrieved(reader, kind, name):
    listed = entities_in(reader.query(type=kind, id=name))
    assert_same_set([e["id"] for e in listed], [name], "the queried entity")
    entity = entity_in(reader.retrieve(name))
    assert_equal(entity["id"], name, "the id")
    assert_same_set(types_of(entity), types_of(listed[0]), "the types")
    assert_same_set(list(attributes_of(entity)), list(attributes_of(listed[0])), "the attributes")
    again = entities_in(reader.query(type=kind, id=name))
    assert_same_set([e["id"] for e in again], [name], "the entity queried again")
    before, after, held = (_instances_of(e) for e in (listed[0], again[0], entity))
    for attribute, instances in before.items():
        if same(after.get(attribute), instances):  # what changes meanwhile is live data
            assert_equal(held[attribute], instances, f"the attribute '{attribute}'")


def _instances_of(entity):
    """The instances of each attribute, in an order of our own: theirs is free (4.5.5)."""
    listed = attributes_of(entity).items()
    return {n: sorted(v, key=lambda i: json.dumps(i, sort_keys=True)) for n, v in listed}


@pytest.mark.check(
    "CTX-ENT-22", clause="GS CIM 009 5.7.1.4", since="1.3.1", rests_on=("CTX-ENT-21",)
)
@pytest.mark.usefixtures("known")
def test_an_unknown_identifier_is_not_found(reader, run_id):
    """Retrieving an entity that does not exist is answered with 404 and a problem that says so."""
    answer = reader.retrieve(own_id("Nothing", run_id))
    assert_problem(answer, status=404, kind="ResourceNotFound")


@pytest.mark.check(
    "CTX-ENT-23", clause="GS CIM 009 5.7.1.4", since="1.3.1", rests_on=("CTX-ENT-21",)
)
@pytest.mark.usefixtures("known")
def test_an_identifier_that_is_no_uri_is_refused(reader):
    """Retrieving by something that is no URI is refused as bad request data."""
    answer = reader.retrieve("no uri at all")
    if answer.status == 404 and not reader.holds_since("1.6.1"):
        assert_problem(answer, status=404, kind="ResourceNotFound")
    else:
        assert_problem(answer, status=400, kind="BadRequestData")


@pytest.mark.check("CTX-ENT-24", clause="GS CIM 009 5.7.1", since="1.3.1", rests_on=("CTX-ENT-21",))
def test_only_the_attributes_asked_for_are_retrieved(reader, samples):
    """Retrieving one attribute of an entity by its name gives that attribute and no other."""
    found = ((e, plain_names(e)) for s in samples for e in s.entities)
    entity, names = require_one(
        ((e, n) for e, n in found if n and len(attributes_of(e)) > 1), "entity with two attributes"
    )
    part = entity_in(reader.retrieve(entity["id"], attrs=names[0]))
    assert_equal(part["id"], entity["id"], "the id")
    assert_same_set(list(attributes_of(part)), names[:1], "the attributes")


@pytest.fixture
def part(reader, samples):
    """An entity and the name of an attribute, seen to be retrieved by that name."""
    found = ((e, plain_names(e)) for s in samples for e in s.entities)
    entity, names = require_one(((e, n) for e, n in found if n), "entity with an attribute")
    shown = entity_in(reader.retrieve(entity["id"], attrs=names[0]))
    assert_same_set(list(attributes_of(shown)), names[:1], "the attributes")
    return entity["id"]


@pytest.mark.check(
    "CTX-ENT-25",
    clause="GS CIM 009 5.7.1.4",
    since="1.3.1",
    rests_on=("CTX-ENT-21", "CTX-ENT-24"),
)
def test_an_entity_without_the_attribute_is_not_found(reader, part, run_id):
    """Retrieving an entity by an attribute that it does not have is answered with not found."""
    answer = reader.retrieve(part, attrs=own_name("nothing", run_id))
    if answer.status == 200 and not reader.holds_since("1.4.1"):
        assert_that(not attributes_of(entity_in(answer)), "another attribute", expected="none")
    else:
        assert_problem(answer, status=404, kind="ResourceNotFound")


@pytest.mark.check(
    "CTX-ENT-26",
    clause="GS CIM 009 5.7.1.4",
    strength="should",
    since="1.9.1",
    rests_on=("CTX-ENT-21",),
)
def test_an_entity_of_another_type_is_not_found(reader, samples, run_id):
    """Retrieving an entity together with its type gives it, with another type it is not found."""
    sample = samples[0]
    found = entity_in(reader.retrieve(sample.ids[0], type=sample.type))
    assert_equal(found["id"], sample.ids[0], "the id")
    answer = reader.retrieve(sample.ids[0], type=own_name("MtNothing", run_id))
    assert_problem(answer, status=404, kind="ResourceNotFound")
