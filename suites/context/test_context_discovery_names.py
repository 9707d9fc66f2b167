"""Types and attributes come and go with entities, and are named as the @context says (GS CIM 009 5.5.7, 5.7.5)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.target import Level
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    json_array,
    json_object,
    member,
    objects,
)
from mimtest.vocabulary.ngsild import entity_in, own_id, own_name, path_of
from mimtest.vocabulary.ngsild_discovery import (
    attribute_details_in,
    count_in,
    description_in,
    listed_in,
    names_in,
    path_to,
    present_in,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


def _types(broker):
    return listed_in(broker.get("/types"), "EntityTypeList", "typeList")


@pytest.fixture(scope="session")
def make(client, broker, run_id):
    """Makes an entity of a type, with attributes, and sees that it is there."""
    if not client.level.allows(Level.WRITES):
        raise Inconclusive("no_data", "the run may not make an entity with names of its own")

    def create(type, **attributes):
        sent = {"id": own_id("Thing", run_id), "type": type, **attributes}
        with client.recorder.preparing(client.level):
            assert_status(broker.create(sent), 201, what="creating an entity")
            eventually(lambda: entity_in(broker.retrieve(sent["id"])))
        return sent

    return create


@pytest.fixture(scope="session")
def named(make, terms):
    """An entity whose type and attribute have full names, which our C1 has short ones for."""
    return make(terms.iri("MtThing"), **{terms.iri("label"): {"type": "Property", "value": "x"}})


_LISTS = (
    ("types", "EntityTypeList", "typeList"),
    ("attributes", "AttributeList", "attributeList"),
)
_DETAILS = (("types", "EntityType", "typeName"), ("attributes", "Attribute", "attributeName"))


@pytest.mark.check("CTX-DIS-09", clause="GS CIM 009 5.5.7", since="1.3.1", rests_on=("CTX-DIS-01",))
@pytest.mark.parametrize("under", ["terms", "others", "none"])
@pytest.mark.usefixtures("named")
def test_types_and_attributes_are_named_as_the_context_says(broker, terms, under, request):
    """Types and attributes have short names where the @context has them, else full ones."""
    if under != "none":
        contexts = request.getfixturevalue("contexts")
        broker = contexts.broker(getattr(contexts, under))
    pairs = [(terms.iri(n), n if under == "terms" else terms.iri(n)) for n in ("MtThing", "label")]
    for (where, kind, of), (_, name) in zip(_LISTS, pairs, strict=True):
        listed = listed_in(broker.get(f"/{where}"), kind, of)
        assert_that(name in listed, f"the {where} lack a name", expected=name, received=listed)
    for (where, kind, of), (iri, name) in zip(_DETAILS, pairs, strict=True):
        _assert_described(broker.get(f"/{where}", details="true"), kind, of, iri, name)
        _assert_described_alone(broker.get(path_to(where, name)), of, iri, name)


def _assert_described(answer, kind, of, iri, name):
    found = objects(json_array(assert_status(answer, 200)), "the details")
    ours = [d for d in found if d.get("id") == iri]
    assert_that(ours, f"no {kind} has the full name as its id", expected=iri)
    assert_equal(member(ours[0], of, str, f"the {kind}"), name, of)


def _assert_described_alone(answer, of, iri, name):
    if name == iri and answer.status in (400, 404):
        raise Inconclusive("no_data", "a full name in a path is not understood; see CTX-DIS-10")
    found = json_object(assert_status(answer, 200))
    assert_equal(member(found, "id", str), iri, "the id")
    assert_equal(member(found, of, str), name, of)


@pytest.fixture(scope="session")
def urn_named(stock, request, run_id):
    """Where the run may write, names of a type and an attribute in use that are IRIs without slashes."""
    if not stock.own:
        return None
    stems = {"types": "MtThing", "attributes": "trait"}
    names = {where: f"urn:mt:{own_name(stem, run_id)}" for where, stem in stems.items()}
    make = request.getfixturevalue("make")
    make(names["types"], **{names["attributes"]: {"type": "Property", "value": 1}})
    return names


@pytest.mark.check(
    "CTX-DIS-10", clause="GS CIM 009 6.26.2", since="1.3.1", rests_on=("CTX-DIS-03",)
)
@pytest.mark.parametrize(("where", "kind", "of"), [
    ("types", "EntityTypeInfo", "typeName"), ("attributes", "Attribute", "attributeName"),
], ids=["type", "attribute"])  # fmt: skip
def test_a_type_or_attribute_is_found_by_its_full_name(stock, urn_named, where, kind, of):
    """A type or an attribute is described under its full name as it is under its short one."""
    broker = stock.broker
    if urn_named:
        urn = urn_named[where]
        found = description_in(broker.get(path_to(where, urn)), kind, of, urn)
        assert_equal(found["id"], urn, "the id")
    present = present_in(stock)
    name = (present.types if where == "types" else present.attributes)[0]
    twin = description_in(broker.get(path_to(where, name)), kind, of, name)
    answer = broker.get(path_to(where, twin["id"]))
    if answer.status in (400, 404):
        raise Inconclusive("no_data", "something on the way may not let encoded slashes through")
    assert_equal(description_in(answer, kind, of, name)["id"], twin["id"], "the id")


@pytest.mark.check(
    "CTX-DIS-11", clause="GS CIM 009 5.7.5", level="writes", since="1.3.1", rests_on=("CTX-DIS-01",)
)
def test_a_type_comes_and_goes_with_its_entities(keeping, run_id, reading):
    """A type is listed once an entity has it, and no longer when the last one is gone."""
    sent = {"id": own_id("Thing", run_id), "type": own_name("MtThing", run_id)}
    name = sent["type"]
    assert_that(name not in _types(keeping), "a type is listed before it is there", received=name)
    assert_status(keeping.create(sent), 201)
    eventually(lambda: _assert_listed(keeping, name, there=True))
    assert_status(keeping.send("DELETE", path_of(sent["id"])), 204)
    try:
        eventually(lambda: _assert_listed(keeping, name, there=False))
    except AssertionError:
        reading("A60", "late")
    else:
        reading("A60", "at_once")


def _assert_listed(broker, name, *, there):
    listed = _types(broker)
    assert_that((name in listed) is there, "the list of types differs", received=listed)


@pytest.mark.check(
    "CTX-DIS-12", clause="GS CIM 009 5.7.10", level="writes", since="1.3.1",
    rests_on=("CTX-DIS-07",),
)  # fmt: skip
def test_an_attribute_of_two_kinds_has_both(keeping, make, run_id):
    """An attribute that is a Property here and a Relationship there is said to be of both kinds."""
    name = own_name("trait", run_id)
    for held in (
        {"type": "Property", "value": 5},
        {"type": "Relationship", "object": "urn:ngsi-ld:Room:mt-1"},
    ):
        make(own_name("MtThing", run_id), **{name: held})
    eventually(lambda: _assert_kinds(keeping, name, {"Property", "Relationship"}))


def _assert_kinds(broker, name, expected):
    info = description_in(
        broker.get(path_to("attributes", name)), "Attribute", "attributeName", name
    )
    kinds = names_in(info, "attributeTypes")
    assert_equal(sorted(kinds), sorted(expected), "the types of the attribute")


@pytest.mark.check(
    "CTX-DIS-13", clause="GS CIM 009 5.7.7", level="writes", since="1.5.1", rests_on=("CTX-DIS-03",)
)
def test_an_entity_of_two_types_counts_for_both(keeping, make, run_id):
    """An entity with two types is counted, and its attributes are described, under each of them."""
    types = [own_name("MtThing", run_id), own_name("MtOther", run_id)]
    make(types, trait={"type": "Property", "value": 5})
    for name in types:
        eventually(lambda one=name: _assert_counted(keeping, one))


def _assert_counted(broker, name):
    answer = broker.get(path_to("types", name))
    info = description_in(answer, "EntityTypeInfo", "typeName", name)
    count_in(info, "entityCount")
    member(attribute_details_in(info), "trait", dict, "the attributes of the type")
