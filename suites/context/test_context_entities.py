"""An entity is the digital counterpart of something in the city.

These checks follow one from creation to removal (GS CIM 009 5.6.1, 5.6.6, 5.6.7, 5.6.18).
"""

from urllib.parse import unquote

import pytest

from mimtest.vocabulary.expect import (
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    json_object,
    member,
    objects,
)
from mimtest.vocabulary.ngsild import (
    assert_holds,
    attributes_of,
    entities_in,
    entity_in,
    eventually,
    own_id,
    path_of,
)

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.mark.check("CTX-ENT-01", clause="GS CIM 009 5.6.1", level="writes", since="1.3.1")
def test_an_entity_is_created(broker, draft):
    """A new entity is created, named by the Location header, and kept with all that was sent."""
    answer = assert_status(broker.create(draft), 201)
    named = unquote((answer.headers.get("location") or "").rstrip("/").rpartition("/")[2])
    assert_that(
        named == draft["id"],
        "Location does not name the entity",
        expected=f"…/entities/{draft['id']}",
        received=answer.headers.get("location") or "no Location",
    )
    eventually(lambda: assert_holds(entity_in(broker.retrieve(draft["id"])), draft))


@pytest.mark.check("CTX-ENT-03", clause="GS CIM 009 5.6.1.4", level="writes", since="1.3.1")
def test_an_identifier_is_not_given_twice(broker, room):
    """A second creation under the same identifier is refused and changes nothing."""
    again = room | {"label": {"type": "Property", "value": "another room"}}
    assert_problem(broker.create(again), status=409, kind="AlreadyExists")
    assert_holds(entity_in(broker.retrieve(room["id"])), room)


@pytest.mark.check("CTX-ENT-04", clause="GS CIM 009 5.5.4", level="writes", since="1.3.1")
@pytest.mark.parametrize(
    ("name", "value", "kinds"),
    [
        pytest.param("id", None, ("BadRequestData", "InvalidRequest"), id="no id"),
        pytest.param("id", "no uri at all", ("BadRequestData",), id="id is no URI"),
        pytest.param("id", 12, ("BadRequestData", "InvalidRequest"), id="id is a number"),
        pytest.param("type", None, ("BadRequestData",), id="no type"),
    ],
)
def test_an_entity_without_a_valid_id_and_type_is_refused(broker, room, name, value, kinds):
    """An entity whose id or type is missing or invalid is refused and not kept."""
    twin = {**room, "id": own_id("Room", broker.client.run_id), "type": f"{room['type']}Twin"}
    defect = {k: v for k, v in (twin | {name: value}).items() if v is not None}
    assert_problem(broker.create(defect), status=400, kind=kinds)
    if "type" in defect:
        kept = entities_in(broker.query(type=twin["type"]))
        assert_that(not kept, "the refused entity is kept", expected="nothing", received=kept)
    else:
        assert_status(broker.retrieve(twin["id"]), 404)


@pytest.mark.check("CTX-ENT-06", clause="GS CIM 009 5.5.4", level="writes", since="1.3.1")
@pytest.mark.parametrize("body", ['{"id": "urn:mt:cut", "type": ', "a room"], ids=["cut", "text"])
@pytest.mark.usefixtures("room")
def test_a_body_that_is_not_json_is_an_invalid_request(broker, body):
    """A body that is not JSON is refused as an invalid request."""
    headers = {"Content-Type": "application/json"}
    answer = broker.client.post("/entities", content=body, headers=headers)
    assert_problem(answer, status=400, kind="InvalidRequest")


@pytest.mark.check("CTX-ENT-27", clause="GS CIM 009 5.6.6.4", level="writes", since="1.3.1")
def test_a_deleted_entity_is_gone(broker, room):
    """A deleted entity is no longer there, neither to read nor to delete."""
    path = path_of(room["id"])
    assert_status(broker.send("DELETE", path), 204)
    eventually(lambda: assert_status(broker.get(path), 404))
    assert_problem(broker.send("DELETE", path), status=404, kind="ResourceNotFound")


@pytest.mark.check("CTX-ENT-29", clause="GS CIM 009 5.6.18", level="writes", since="1.6.1")
def test_replacing_an_entity_leaves_nothing_of_the_old_one(broker, room):
    """Replacing an entity puts the new attributes in the place of all the old ones."""
    new = {k: room[k] for k in ("id", "type")} | {"floor": {"type": "Property", "value": 3}}
    assert_status(broker.send("PUT", path_of(room["id"]), new), 204)

    def is_replaced():
        entity = entity_in(broker.retrieve(room["id"]))
        assert_holds(entity, new)
        assert_same_set(list(attributes_of(entity)), ["floor"], "the attributes")

    eventually(is_replaced)


@pytest.mark.check("CTX-BAT-02", clause="GS CIM 009 5.6.7.4", level="writes", since="1.3.1")
def test_a_batch_says_what_was_created_and_what_was_not(broker, room, run_id):
    """A batch of two new entities and a known one creates the new ones and names the other."""
    new = [{**room, "id": own_id("Room", run_id)} for _ in range(2)]
    broker.client.note_created(path_of(new[1]["id"]))
    again = room | {"label": {"type": "Property", "value": "another room"}}
    answer = broker.client.create(
        "/entityOperations/create", undo=path_of(new[0]["id"]), json=[new[0], again, new[1]]
    )
    result = json_object(assert_status(answer, 207))
    assert_same_set(_texts(member(result, "success", list)), [e["id"] for e in new], "success")
    errors = objects(member(result, "errors", list), "errors")
    failed = [member(e, "entityId", str, "an error") for e in errors]
    assert_same_set(failed, [room["id"]], "the entities in error")
    for entity in (*new, room):
        eventually(lambda sent=entity: assert_holds(entity_in(broker.retrieve(sent["id"])), sent))


def _texts(values):
    assert_that(all(isinstance(v, str) for v in values), "not all are strings", received=values)
    return values
