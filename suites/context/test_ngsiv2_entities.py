"""Entities are created, kept as they were sent, and deleted.

FIWARE-NGSI v2 2.0, "Create Entity", "Remove Entity", "Field syntax restrictions".
"""

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_same_set, assert_status
from mimtest.vocabulary.ngsild import own_id, own_name
from mimtest.vocabulary.ngsiv2 import (
    assert_error,
    assert_holds,
    attributes_of,
    entities_in,
    entity_in,
    ids_in,
    last_segment,
    path_of,
)
from mimtest.vocabulary.ngsiv2_own import room
from mimtest.vocabulary.waiting import eventually

pytestmark = [pytest.mark.interface("ngsi-v2"), pytest.mark.usefixtures("v2_unknown")]

_VALUES = {
    "integer": 7,
    "negative": -7,
    "fraction": 0.1,
    "exponent": 1.5e10,
    "true": True,
    "null": None,
    "text": "Straße 8, größer",
    "emptytext": "",
    "long": "long " * 1000,
    "object": {"a": {"b": [1, "two", None]}},
    "emptyarray": [],
    "nested": [[1], [2, 3]],
}


@pytest.mark.check("CTX-V2-65", clause="NGSI v2 Create Entity", level="writes")
def test_an_entity_is_created(v2, run_id):
    """A new entity is answered with 201 and its address, and is there as it was sent."""
    sent = room(run_id)
    answer = assert_status(v2.create(sent), 201)
    assert_equal(last_segment(answer), sent["id"], "the end of the path in Location")
    eventually(lambda: assert_holds(entity_in(v2.retrieve(sent["id"])), sent))


@pytest.mark.check(
    "CTX-V2-66", clause="NGSI v2 Partial Representations", level="writes", rests_on=("CTX-V2-65",)
)
def test_types_that_are_left_out_follow_from_the_values(v2, run_id):
    """An entity without a type is a Thing, and an attribute has the type of its kind of value."""
    values = {"t": "text", "n": 5, "b": False, "o": {"a": 1}, "a": [1], "z": None}
    kinds = {
        "t": "Text",
        "n": "Number",
        "b": "Boolean",
        "o": "StructuredValue",
        "a": "StructuredValue",
        "z": "None",
    }
    sent = {"id": own_id("Untyped", run_id)} | {n: {"value": v} for n, v in values.items()}
    assert_status(v2.create(sent), 201)

    def look():
        entity = entity_in(v2.retrieve(sent["id"]))
        assert_equal(entity["type"], "Thing", "the type of the entity")
        held = {n: a["type"] for n, a in attributes_of(entity).items()}
        assert_equal(held, kinds, "the types of the attributes")

    eventually(look)


@pytest.mark.check(
    "CTX-V2-67",
    clause="NGSI v2 Create Entity; Error Responses",
    level="writes",
    rests_on=("CTX-V2-65",),
)
def test_an_entity_is_not_created_twice(v2, v2_room):
    """A second creation with the same id and type is refused with 422 and changes nothing."""
    other = {"id": v2_room["id"], "type": v2_room["type"], "label": {"value": "other"}}
    assert_error(v2.create(other), 422, "Unprocessable")
    assert_holds(entity_in(v2.retrieve(v2_room["id"])), v2_room)


@pytest.mark.check(
    "CTX-V2-68", clause="NGSI v2 Create Entity", level="writes", rests_on=("CTX-V2-65",)
)
def test_upsert_updates_what_is_there(v2, v2_room):
    """With upsert an entity that exists is updated, and one that does not is created."""
    changed = {"id": v2_room["id"], "type": v2_room["type"], "label": {"value": "other"}}
    assert_status(v2.create(changed, options="upsert"), 204)
    new = {**v2_room, "id": f"{v2_room['id']}-new"}
    assert_status(v2.create(new, options="upsert"), 201, 204)
    eventually(lambda: assert_holds(entity_in(v2.retrieve(v2_room["id"])), changed))
    eventually(lambda: assert_holds(entity_in(v2.retrieve(new["id"])), new))


@pytest.mark.check(
    "CTX-V2-69", clause="NGSI v2 Create Entity", level="writes", rests_on=("CTX-V2-65",)
)
def test_an_entity_is_created_from_key_values(v2, run_id):
    """With keyValues an entity is sent as values by name."""
    values = {"label": "plain", "size": 3, "tags": ["a", "b"]}
    sent = {"id": own_id("Plain", run_id), "type": own_name("MtPlain", run_id), **values}
    assert_status(v2.create(sent, options="keyValues"), 201)

    def look():
        held = attributes_of(entity_in(v2.retrieve(sent["id"])))
        assert_equal({n: a["value"] for n, a in held.items()}, values, "the values")

    eventually(look)


@pytest.mark.check(
    "CTX-V2-70",
    clause="NGSI v2 JSON Attribute Representation",
    level="writes",
    rests_on=("CTX-V2-65",),
)
@pytest.mark.parametrize("kind", list(_VALUES))
def test_a_value_is_kept(v2, run_id, kind):
    """A value of any kind of JSON comes back as it was sent."""
    sent = {
        "id": own_id("Value", run_id),
        "type": own_name("MtValue", run_id),
        "held": {"type": "Held", "value": _VALUES[kind]},
    }
    assert_status(v2.create(sent), 201)
    eventually(lambda: assert_holds(entity_in(v2.retrieve(sent["id"])), sent))


@pytest.mark.check(
    "CTX-V2-71", clause="NGSI v2 Remove Entity", level="writes", rests_on=("CTX-V2-65",)
)
def test_an_entity_is_deleted(v2, v2_room):
    """A deleted entity is not found any more, neither by its id nor by a query."""
    where = path_of(v2_room["id"])
    assert_status(v2.send("DELETE", where), 204)

    def look():
        assert_error(v2.retrieve(v2_room["id"]), 404, "NotFound")
        assert_equal(entities_in(v2.query(type=v2_room["type"])), [], "what a query finds")

    eventually(look)
    assert_error(v2.send("DELETE", where), 404, "NotFound")


_DEFECTS = {
    "no-id": lambda e: {k: v for k, v in e.items() if k != "id"},
    "id-number": lambda e: e | {"id": 7},
    "id-empty": lambda e: e | {"id": ""},
    "id-space": lambda e: e | {"id": f"{e['id']} b"},
    "id-question": lambda e: e | {"id": f"{e['id']}?b"},
    "id-slash": lambda e: e | {"id": f"{e['id']}/b"},
    "id-hash": lambda e: e | {"id": f"{e['id']}#b"},
    "id-ampersand": lambda e: e | {"id": f"{e['id']}&b"},
    "id-letter": lambda e: e | {"id": f"{e['id']}ü"},
    "id-long": lambda e: e | {"id": f"{e['id']}{'x' * 256}"},
    "type-number": lambda e: e | {"type": 7},
    "type-space": lambda e: e | {"type": f"{e['type']} b"},
    "name-space": lambda e: e | {"two words": {"value": 1}},
    "name-reserved": lambda e: e | {"geo:distance": {"value": 1}},
    "attribute-type": lambda e: e | {"label": {"type": "a b", "value": 1}},
    "attribute-text": lambda e: e | {"label": "text"},
    "metadata-name": lambda e: e | {"label": {"value": 1, "metadata": {"a b": {"value": 1}}}},
}


@pytest.mark.check(
    "CTX-V2-72", clause="NGSI v2 Field syntax restrictions", level="writes", rests_on=("CTX-V2-65",)
)
@pytest.mark.parametrize("defect", list(_DEFECTS))
def test_a_malformed_entity_is_refused(v2, run_id, defect):
    """An entity with a name or member that is not allowed is refused with 400 and not kept."""
    good = {
        "id": own_id("Good", run_id),
        "type": own_name("MtGood", run_id),
        "label": {"type": "Text", "value": "good"},
    }
    twin = good | {"id": f"{good['id']}-twin"}
    assert_status(v2.create(twin), 201, what="the same without the mistake")
    assert_error(v2.create(_DEFECTS[defect](good)), 400, "BadRequest")
    eventually(lambda: assert_same_set(ids_in(v2.query(type=good["type"])), [twin["id"]], "kept"))


@pytest.mark.check(
    "CTX-V2-73", clause="NGSI v2 Error Responses", level="writes", rests_on=("CTX-V2-65",)
)
def test_a_body_that_is_no_json_is_refused(v2, v2_room):
    """A body that cannot be read as JSON is answered with 400 and ParseError."""
    headers = {**v2.fields, "Content-Type": "application/json"}
    broken = '{"id": "mimtest-broken", "type": '
    answer = v2.client.post("/entities", content=broken, headers=headers)
    assert_error(answer, 400, "ParseError")
    assert_holds(entity_in(v2.retrieve(v2_room["id"])), v2_room)


@pytest.mark.check(
    "CTX-V2-74", clause="NGSI v2 Error Responses", level="writes", rests_on=("CTX-V2-65",)
)
def test_a_body_of_another_media_type_is_not_taken(v2, v2_room):
    """Attributes sent as something else than JSON are answered with 415 and not kept."""
    where = path_of(v2_room["id"], "attrs")
    assert_status(v2.send("POST", where, {"label": {"value": "before"}}), 204)
    headers = {**v2.fields, "Content-Type": "application/xml"}
    answer = v2.client.post(where, content='{"label": {"value": "after"}}', headers=headers)
    assert_error(answer, 415, "UnsupportedMediaType")
    held = entity_in(v2.retrieve(v2_room["id"]))
    assert_equal(attributes_of(held)["label"]["value"], "before", "the label")


@pytest.mark.check(
    "CTX-V2-75",
    clause="NGSI v2 Retrieve Entity; Error Responses",
    level="writes",
    rests_on=("CTX-V2-65",),
)
def test_an_id_of_two_types_needs_the_type(v2, v2_room, run_id):
    """An id that two entities of different types have is ambiguous, unless the type is given."""
    other = v2_room | {"type": own_name("MtOther", run_id)}
    assert_status(v2.create(other), 201)

    def look():
        for entity in (v2_room, other):
            assert_holds(entity_in(v2.retrieve(entity["id"], type=entity["type"])), entity)
        assert_error(v2.retrieve(v2_room["id"]), 409, "TooManyResults")

    eventually(look)
