"""An entity is replaced as a whole: what is new takes the place of all that was (GS CIM 009 5.6.18)."""

from typing import Any

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
)
from mimtest.vocabulary.ngsild import (
    Broker,
    assert_holds,
    attributes_of,
    entity_in,
    own_id,
    path_of,
    types_of,
)
from mimtest.vocabulary.ngsild_entities import NULL, Note, let_pass, stamped, stamps_in
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_FLOOR = {"type": "Property", "value": 3}


@pytest.mark.check(
    "CTX-ENT-29",
    clause="GS CIM 009 5.6.18",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-ENT-01",),
)
def test_replacing_an_entity_leaves_nothing_of_the_old_one(broker, room, reading):
    """Replacing an entity puts new attributes in the place of the old ones; when it began stays."""
    before = stamps_in(eventually(lambda: stamped(broker, room["id"])), "the entity")
    reading("A50", "fractions" if before.modified.microsecond else "seconds")
    let_pass(before.modified)
    new = {k: room[k] for k in ("id", "type")} | {"floor": _FLOOR}
    assert_status(broker.send("PUT", path_of(room["id"]), new), 204)
    entity = eventually(lambda: _replaced(broker, new))
    after = stamps_in(entity, "the entity")
    assert_equal(str(after.created), str(before.created), "when the entity was created")
    assert_that(
        after.modified > before.modified,
        "the entity was not modified",
        expected=f"after {before.modified}",
        received=str(after.modified),
    )


def _replaced(broker: Broker, new: dict[str, Any]) -> dict[str, Any]:
    entity = stamped(broker, new["id"])
    assert_holds(entity, new)
    assert_same_set(list(attributes_of(entity)), ["floor"], "the attributes")
    return entity


@pytest.fixture
def replaced(broker, room):
    """An entity of our own after a replacement: the control of those that are refused."""
    new = {k: room[k] for k in ("id", "type")} | {"floor": _FLOOR, "label": room["label"]}
    answer = broker.send("PUT", path_of(room["id"]), new)
    assert_status(answer, 204, what="replacing an entity")
    eventually(lambda: _assert_as(broker, new))
    return new


def _assert_as(broker: Broker, sent: dict[str, Any]) -> None:
    entity = entity_in(broker.retrieve(sent["id"]))
    assert_holds(entity, sent)
    assert_same_set(list(attributes_of(entity)), ["floor", "label"], "the attributes")


@pytest.mark.check(
    "CTX-ENT-30",
    clause="GS CIM 009 5.6.18.4",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-ENT-01", "CTX-ENT-29"),
)
@pytest.mark.parametrize("case", ["unknown id", "null", "other id", "type is empty", "other type"])
def test_a_wrong_replacement_changes_nothing(broker, replaced, case, run_id, reading):
    """A replacement of what is not there, or by what is no entity, is refused and changes nothing."""
    new = replaced | {"floor": {"type": "Property", "value": 4}}
    other = own_id("Room", run_id)
    if case == "other type":
        _assert_other_type(broker, replaced, reading)
    elif case == "other id":
        _assert_other_id(broker, replaced, new, other, reading)
    elif case == "unknown id":
        broker.client.note_created(path_of(other))
        answer = broker.send("PUT", path_of(other), new | {"id": other})
        assert_problem(answer, status=404, kind="ResourceNotFound")
        assert_status(broker.retrieve(other), 404, what="retrieving what was not replaced")
    else:
        null = {"floor": {"type": "Property", "value": NULL}}
        defect = null if case == "null" else {"type": ""}
        answer = broker.send("PUT", path_of(replaced["id"]), new | defect)
        assert_problem(answer, status=400, kind="BadRequestData")
        eventually(lambda: _assert_as(broker, replaced))


def _assert_other_id(
    broker: Broker, old: dict[str, Any], new: dict[str, Any], other: str, reading: Note
) -> None:
    """A replacement by an entity of another id: no clause says that it is refused."""
    broker.client.note_created(path_of(other))
    answer = broker.send("PUT", path_of(old["id"]), new | {"id": other})
    if answer.status == 400:
        assert_problem(answer, status=400, kind="BadRequestData")
    else:
        assert_status(answer, 204)
    left = old if answer.status == 400 else new
    eventually(lambda: _assert_as(broker, left))
    assert_status(broker.retrieve(other), 404, what="retrieving by the id in the body")
    reading("A78", "refused" if left is old else "ignored")


def _assert_other_type(broker: Broker, old: dict[str, Any], reading: Note) -> None:
    """A replacement by an entity of another type: whether it may have one is open."""
    new = old | {"type": f"{old['type']}Other", "floor": {"type": "Property", "value": 4}}
    answer = broker.send("PUT", path_of(old["id"]), new)
    if answer.status == 400:
        assert_problem(answer, status=400, kind="BadRequestData")
        eventually(lambda: _assert_as(broker, old))
        reading("A68", "refused")
        return
    assert_status(answer, 204)
    types = eventually(lambda: _types_with(broker, new))
    known = types <= {old["type"], new["type"]}
    assert_that(known, "a type that nobody gave", expected=new["type"], received=sorted(types))
    reading("A68", "added" if old["type"] in types else "replaced")


def _types_with(broker: Broker, new: dict[str, Any]) -> frozenset[str]:
    """The types of the entity, once it has the new values and the new type."""
    entity = entity_in(broker.retrieve(new["id"]))
    types = types_of(entity)
    assert_holds(entity | {"type": new["type"]}, new)
    assert_that(new["type"] in types, "the type is missing", expected=new["type"], received=types)
    return types
