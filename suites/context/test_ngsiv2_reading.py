"""Entities and their parts are read by HTTP GET, as JSON.

FIWARE-NGSI v2 2.0, "Entities", "Attributes", "Attribute Value".
"""

import json

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_media_type,
    assert_status,
    assert_that,
    json_object,
)
from mimtest.vocabulary.ngsild import own_name
from mimtest.vocabulary.ngsiv2 import (
    TEXT,
    assert_error,
    assert_normalized,
    attributes_of,
    entities_in,
    entity_in,
    names_of,
    path_of,
    total_in,
)
from mimtest.vocabulary.waiting import at_rest

pytestmark = pytest.mark.interface("ngsi-v2")

_LOOKED_UP = 5
_MOST_VALUES = 8
_SEVERAL = 409


@pytest.mark.check("CTX-V2-07", clause="NGSI v2 JSON Entity Representation")
@pytest.mark.usefixtures("v2_unknown")
def test_entities_are_listed_as_json(v2, v2_samples):
    """A list of entities is JSON: each has id, type, and attributes with value, type and metadata."""
    held = 0
    for sample in v2_samples:
        found = entities_in(v2.query(type=sample.type))
        assert_that(found, f"no {sample.type} is found any more", expected="entities")
        held += sum(len(attributes_of(e)) for e in found)
    if not held:
        raise Inconclusive("no_data", "none of the entities has an attribute")


@pytest.mark.check("CTX-V2-08", clause="NGSI v2 List Entities", rests_on=("CTX-V2-07",))
@pytest.mark.usefixtures("v2_unknown")
def test_a_type_selects_its_entities(v2, v2_samples, run_id):
    """A type selects its entities, several types those of each, and an unknown type none."""
    names = [s.type for s in v2_samples]
    assert_equal(entities_in(v2.query(type=own_name("MtNone", run_id))), [], "an unknown type")
    at_rest(lambda: _assert_parted(v2, names))


def _assert_parted(v2, names):
    totals = []
    for name in names:
        answer = v2.query(type=name, options="count")
        others = sorted({e["type"] for e in entities_in(answer)} - {name})
        assert_that(not others, "other types are found", expected=name, received=others)
        totals.append(total_in(answer))
    together = v2.query(type=",".join(names), limit=1, options="count")
    assert_equal(total_in(together), sum(totals), f"the number of {','.join(names)}")


@pytest.mark.check("CTX-V2-09", clause="NGSI v2 Retrieve Entity", rests_on=("CTX-V2-07",))
@pytest.mark.usefixtures("v2_unknown")
def test_an_entity_is_retrieved_by_its_id(v2, v2_samples, rng):
    """An identifier leads to its entity, which is the one that is listed."""
    for sample in v2_samples:
        entities = sample.entities
        for listed in rng.sample(entities, min(_LOOKED_UP, len(entities))):
            at_rest(lambda e=listed: _assert_same(v2, e["id"], e["type"]))


def _assert_same(v2, own, kind):
    answer = v2.retrieve(own, type=kind)
    if answer.status == _SEVERAL:  # the same id and type in another service path
        raise Inconclusive("no_data", f"several entities are {kind} {own}")
    entity = entity_in(answer)
    (listed, *others) = entities_in(v2.query(id=own, type=kind)) or [{}]
    assert_equal([entity["id"], entity["type"]], [own, kind], "the id and the type")
    assert_that(not others, "an id selects several entities", expected="one")
    assert_equal(attributes_of(entity), attributes_of(listed), "the attributes")


@pytest.mark.check("CTX-V2-10", clause="NGSI v2 Retrieve Entity; Error Responses")
def test_an_unknown_id_is_not_found(v2, v2_known, run_id):
    """An identifier that nothing has is answered with 404."""
    unknown = f"{v2_known['id'][:100]}:mt-{run_id}"
    assert_error(v2.retrieve(unknown), 404, "NotFound")


@pytest.mark.check(
    "CTX-V2-11", clause="NGSI v2 Retrieve Entity Attributes", rests_on=("CTX-V2-07",)
)
@pytest.mark.usefixtures("v2_unknown")
def test_the_attributes_come_without_the_entity(v2, v2_known):
    """The attributes of an entity are those it has, without its id and type."""
    at_rest(lambda: _assert_attributes(v2, v2_known))


def _assert_attributes(v2, known):
    entity = entity_in(v2.retrieve(known["id"], type=known["type"]))
    answer = v2.get(path_of(known["id"], "attrs"), type=known["type"])
    body = json_object(assert_status(answer, 200))
    assert_that("id" not in body and "type" not in body, "id or type is among the attributes")
    assert_equal(body, attributes_of(entity), "the attributes")


@pytest.mark.check("CTX-V2-12", clause="NGSI v2 Get attribute data", rests_on=("CTX-V2-07",))
@pytest.mark.usefixtures("v2_unknown")
def test_an_attribute_is_retrieved(v2, v2_known, run_id):
    """An attribute is retrieved with value, type and metadata, and one that is not there is not."""
    names = names_of(v2_known)
    if not names:
        raise Inconclusive("no_data", "the entity has no attribute")
    where = {"type": v2_known["type"]}

    def compare():
        entity = entity_in(v2.retrieve(v2_known["id"], **where))
        found = assert_status(v2.get(path_of(v2_known["id"], "attrs", names[0]), **where), 200)
        held = assert_normalized(json_object(found), names[0])
        assert_equal(held, entity.get(names[0]), f"the attribute '{names[0]}'")

    at_rest(compare)
    unknown = path_of(v2_known["id"], "attrs", own_name("none", run_id))
    assert_error(v2.get(unknown, **where), 404, "NotFound")


@pytest.mark.check("CTX-V2-13", clause="NGSI v2 Get Attribute Value", rests_on=("CTX-V2-07",))
@pytest.mark.usefixtures("v2_unknown")
def test_a_value_is_retrieved_by_itself(v2, v2_known):
    """A value is retrieved by itself: an object as JSON, anything else as text."""
    held = attributes_of(v2_known)
    names = sorted(held, key=lambda n: not isinstance(held[n]["value"], dict | list))[:_MOST_VALUES]
    if not names:
        raise Inconclusive("no_data", "the entity has no attribute")
    for name in names:
        at_rest(lambda n=name: _assert_value(v2, v2_known, n))


def _assert_value(v2, known, name):
    where = path_of(known["id"], "attrs", name)
    data = json_object(assert_status(v2.get(where, type=known["type"]), 200))
    value = data.get("value")
    answer = v2.get(f"{where}/value", accept=f"application/json, {TEXT}", type=known["type"])
    assert_media_type(
        assert_status(answer, 200),
        "application/json" if isinstance(value, dict | list) else TEXT,
    )
    text = answer.text().strip()
    if isinstance(value, str):
        assert_that(
            text in (json.dumps(value, ensure_ascii=False), f'"{value}"'),
            "the text differs",
            received=text,
        )
    else:
        assert_equal(answer.json(), value, f"the value of '{name}'")
