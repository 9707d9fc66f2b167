"""A broker says which types and attributes it has (GS CIM 009 5.7.5 to 5.7.11).

Of data that is not ours, only what the broker itself holds is asked for: what registered sources have
may be missing.
"""

import pytest

from mimtest.vocabulary.expect import assert_problem, assert_that, member
from mimtest.vocabulary.ngsild import own_name
from mimtest.vocabulary.ngsild_discovery import (
    assert_covers,
    attribute_details_in,
    count_in,
    described_at,
    described_in,
    listed_in,
    names_in,
    path_to,
    plainly_named,
    present_in,
)

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def present(stock):
    """Entities that are there for certain."""
    found = present_in(stock)
    assert_that(found.types and found.attributes, "nothing is there", expected="entities")
    return found


@pytest.fixture
def nothing(run_id):
    """A name that nothing has."""
    return own_name("MtNothing", run_id)


def _types(stock, **options):
    return listed_in(stock.broker.get("/types", **options), "EntityTypeList", "typeList")


def _attributes(stock):
    return listed_in(stock.broker.get("/attributes"), "AttributeList", "attributeList")


def _type(stock, name):
    return described_at(stock.broker, "types", "EntityTypeInfo", "typeName", name)


def _attribute(stock, name):
    return described_at(stock.broker, "attributes", "Attribute", "attributeName", name)


@pytest.mark.check("CTX-DIS-01", clause="GS CIM 009 5.7.5", since="1.3.1", rests_on=("CTX-ENT-21",))
def test_the_types_of_entities_are_listed(stock, present, nothing):
    """The list of types has the types of the entities that are there, and no type nothing has."""
    types = _types(stock)
    assert_covers(types, present.types, "types", all_of_it=False)
    assert_that(nothing not in types, "a type is listed that nothing has", received=nothing)


@pytest.mark.check("CTX-DIS-02", clause="GS CIM 009 5.7.6", since="1.3.1", rests_on=("CTX-DIS-01",))
def test_types_are_listed_with_their_attributes(stock, present, nothing):
    """Asked for details, the list of types says which attributes entities of each type have."""
    found = described_in(stock.broker.get("/types", details="true"), "EntityType", "typeName")
    assert_that(nothing not in found, "a type is listed that nothing has", received=nothing)
    for name in present.types:
        names = names_in(member(found, name, dict, "the list of types"), "attributeNames")
        some = present.of(name)
        assert_covers(names, some.attributes, f"attributes of {name}", all_of_it=present.own)


@pytest.mark.check("CTX-DIS-03", clause="GS CIM 009 5.7.7", since="1.3.1", rests_on=("CTX-DIS-01",))
def test_a_type_is_described(stock, present, reading):
    """A type says how many entities have it, and of which kinds their attributes are."""
    for name in plainly_named(present.types):
        info, some = _type(stock, name), present.of(name)
        count = count_in(info, "entityCount")
        if present.own:
            reading("A60", "exact" if count == len(some.entities) else "estimate")
        details = attribute_details_in(info)
        assert_covers(details, some.attributes, f"attributes of {name}", all_of_it=present.own)
        for attribute in some.attributes:
            kinds = names_in(details[attribute], "attributeTypes")
            known, what = some.kinds(attribute), f"types of '{attribute}'"
            assert_covers(kinds, known, what, all_of_it=present.own)


@pytest.mark.check(
    "CTX-DIS-04", clause="GS CIM 009 6.26.3.1", since="1.3.1", rests_on=("CTX-DIS-03",)
)
@pytest.mark.usefixtures("typed")
def test_a_type_nothing_has_is_not_found(stock, nothing):
    """Asked for a type that no entity has, the broker answers that it is not there."""
    answer = stock.broker.get(path_to("types", nothing))
    assert_problem(answer, status=404, kind="ResourceNotFound")


@pytest.fixture
def typed(stock, present):
    """A type that is described: the control of what is not found."""
    return _type(stock, plainly_named(present.types)[0])


@pytest.mark.check("CTX-DIS-05", clause="GS CIM 009 5.7.8", since="1.3.1", rests_on=("CTX-DIS-01",))
def test_the_attributes_of_entities_are_listed(stock, present, nothing):
    """The list of attributes has those of the entities that are there, and none that nothing has."""
    attributes = _attributes(stock)
    assert_covers(attributes, present.attributes, "attributes", all_of_it=False)
    assert_that(nothing not in attributes, "an attribute is listed that nothing has")


@pytest.mark.check("CTX-DIS-06", clause="GS CIM 009 5.7.9", since="1.3.1", rests_on=("CTX-DIS-05",))
def test_attributes_are_listed_with_their_types(stock, present, nothing):
    """Asked for details, the list of attributes says which types of entities have each of them."""
    answer = stock.broker.get("/attributes", details="true")
    found = described_in(answer, "Attribute", "attributeName")
    assert_that(nothing not in found, "an attribute is listed that nothing has")
    for name in present.attributes:
        types = names_in(member(found, name, dict, "the list of attributes"), "typeNames")
        _assert_types(types, present, name)


def _assert_types(types, present, name):
    alone = present.own and name != "location"
    assert_covers(types, present.having(name).types, f"types with '{name}'", all_of_it=alone)


@pytest.mark.check(
    "CTX-DIS-07", clause="GS CIM 009 5.7.10", since="1.3.1", rests_on=("CTX-DIS-05",)
)
def test_an_attribute_is_described(stock, present, reading):
    """An attribute says how often it is there, of which kinds, and which types of entities have it."""
    for name in _described(present):
        info, some = _attribute(stock, name), present.having(name)
        count = count_in(info, "attributeCount")
        if present.own:
            _note_count(count, len(some.entities), len(some.instances(name)), reading)
        kinds = names_in(info, "attributeTypes")
        assert_covers(kinds, some.kinds(name), f"types of '{name}'", all_of_it=present.own)
        _assert_types(names_in(info, "typeNames"), present, name)


_MOST = 12


def _described(present):
    """Attributes whose description is asked for: of our own all, else the first ones."""
    if present.own:
        return [n for n in present.attributes if n != "location"]
    return plainly_named(present.attributes)[:_MOST]


def _note_count(count, entities, instances, reading):
    if entities != instances and count in (entities, instances):
        reading("A60", "entities" if count == entities else "instances")
    else:
        reading("A60", "exact" if count == entities else "estimate")


@pytest.mark.check(
    "CTX-DIS-08", clause="GS CIM 009 6.28.3.1", since="1.3.1", rests_on=("CTX-DIS-07",)
)
@pytest.mark.usefixtures("attributed")
def test_an_attribute_nothing_has_is_not_found(stock, nothing):
    """Asked for an attribute that no entity has, the broker answers that it is not there."""
    answer = stock.broker.get(path_to("attributes", nothing))
    assert_problem(answer, status=404, kind="ResourceNotFound")


@pytest.fixture
def attributed(stock, present):
    """An attribute that is described: the control of what is not found."""
    return _attribute(stock, plainly_named(present.attributes)[0])


@pytest.mark.check(
    "CTX-DIS-14", clause="GS CIM 009 6.3.18", strength="may", since="1.6.1",
    rests_on=("CTX-DIS-01",),
)  # fmt: skip
def test_the_types_a_broker_holds_itself_are_listed(stock, present):
    """Asked for what it holds itself, a broker lists the types of those entities."""
    assert_covers(_types(stock, local="true"), present.types, "types", all_of_it=False)
