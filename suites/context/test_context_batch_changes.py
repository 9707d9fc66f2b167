"""Many things change or go at once, each for itself.

GS CIM 009 5.6.9, 5.6.10, 5.6.20, 5.5.11.4, 5.5.11.5.
"""

import pytest

from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.ngsild import entity_in, own_id
from mimtest.vocabulary.ngsild_batch import assert_partly, batch, ids_of
from mimtest.vocabulary.ngsild_changes import assert_whole, assert_without, kept, seen
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

WARMER = {"temperature": {"type": "Property", "value": 25}}
FLOOR = {"floor": {"type": "Property", "value": 3}}


@pytest.fixture
def rooms(keeping, draft, run_id):
    """Two entities of our own, with an object as a value."""
    address = {"address": {"type": "Property", "value": {"street": "Markt", "number": 1}}}
    ids = [own_id("Room", run_id) for _ in range(2)]
    return [kept(keeping, draft | {"id": id_} | address) for id_ in ids]


def _part(entity, *parts):
    part = {"id": entity["id"], "type": entity["type"]}
    for more in parts:
        part |= more
    return part


def _stranger(entity, run_id):
    """An entity like that, which nobody has created."""
    return _part(entity, WARMER) | {"id": own_id("Nothing", run_id)}


def _assert_gone(broker, id_):
    eventually(lambda: assert_status(broker.retrieve(id_), 404))


@pytest.mark.check(
    "CTX-BAT-11",
    clause="GS CIM 009 5.6.9.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_known_entities_are_updated(broker, rooms):
    """A batch update replaces or adds the attributes it names in each entity, and leaves the others."""
    parts = [_part(room, WARMER, FLOOR) for room in rooms]
    assert_status(batch(broker, "update", parts), 204)
    for room in rooms:
        eventually(lambda r=room: _assert_updated(broker, r | WARMER | FLOOR))


def _assert_updated(broker, sent):
    entity = entity_in(broker.retrieve(sent["id"]))
    assert_whole(entity, sent)
    assert_without(entity, "temperature", "unitCode", "observedAt")


@pytest.mark.check(
    "CTX-BAT-12",
    clause="GS CIM 009 5.6.9.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_a_batch_update_leaves_what_is_there(broker, rooms, reading):
    """A batch update without overwriting adds what is new and leaves what is there."""
    parts = [_part(room, WARMER, FLOOR) for room in rooms]
    answer = assert_status(batch(broker, "update", parts, options="noOverwrite"), 204, 207)
    for room in rooms:
        seen(broker, room | FLOOR)
    reading("A18", "done" if answer.status == 204 else "listed")


@pytest.mark.check(
    "CTX-BAT-13",
    clause="GS CIM 009 5.6.9.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_a_batch_update_names_what_is_unknown(broker, rooms, run_id):
    """A batch update of a known and an unknown entity updates the one and names the other."""
    known, nothing = rooms[0], _stranger(rooms[0], run_id)
    answer = batch(broker, "update", [nothing, _part(known, WARMER)], new=[nothing])
    _assert_one_missing(answer, known, nothing)
    seen(broker, known | WARMER)
    assert_status(broker.retrieve(nothing["id"]), 404)


def _assert_one_missing(answer, known, nothing):
    success, failed = [known["id"]], [nothing["id"]]
    assert_partly(answer, success=success, failed=failed, kind="ResourceNotFound")


@pytest.mark.check(
    "CTX-BAT-14",
    clause="GS CIM 009 5.6.10.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_known_entities_are_deleted(broker, rooms, room):
    """A batch deletion removes the entities whose identifiers it lists, and no other."""
    assert_status(batch(broker, "delete", ids_of(rooms)), 204)
    for gone in rooms:
        _assert_gone(broker, gone["id"])
    seen(broker, room)


@pytest.mark.check(
    "CTX-BAT-15",
    clause="GS CIM 009 5.6.10.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_a_batch_deletion_names_what_is_unknown(broker, rooms, run_id):
    """A batch deletion of a known and an unknown entity removes the one and names the other."""
    known, nothing = rooms[0], _stranger(rooms[0], run_id)
    answer = batch(broker, "delete", ids_of([nothing, known]))
    _assert_one_missing(answer, known, nothing)
    _assert_gone(broker, known["id"])


@pytest.mark.check(
    "CTX-BAT-16",
    clause="GS CIM 009 5.5.11.4",
    level="writes",
    since="1.5.1",
    rests_on=("CTX-BAT-01",),
)
def test_what_is_deleted_cannot_be_deleted_again(broker, rooms, reading):
    """An identifier that stands twice in a batch deletion is removed once and missing the other time."""
    known = rooms[0]
    answer = assert_status(batch(broker, "delete", [known["id"]] * 2), 207, 204)
    if answer.status == 207:
        _assert_one_missing(answer, known, known)
    reading("A17", "itemised" if answer.status == 207 else "deduplicated")
    _assert_gone(broker, known["id"])


@pytest.mark.check(
    "CTX-BAT-17",
    clause="GS CIM 009 5.6.20.4",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-BAT-01",),
)
def test_parts_are_merged_into_known_entities(broker, rooms):
    """A batch merge changes what it names at every depth of each entity, and leaves the rest."""
    address = {"address": {"type": "Property", "value": {"number": 7}}}
    parts = [_part(room, WARMER, FLOOR, address) for room in rooms]
    assert_status(batch(broker, "merge", parts), 204)
    for room in rooms:
        temperature = room["temperature"] | WARMER["temperature"]
        moved = {"type": "Property", "value": {"street": "Markt", "number": 7}}
        seen(broker, room | FLOOR | {"temperature": temperature, "address": moved})


@pytest.mark.check(
    "CTX-BAT-18",
    clause="GS CIM 009 5.6.20.4",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-BAT-01",),
)
def test_a_batch_merge_names_what_is_unknown(broker, rooms, run_id):
    """A batch merge with a known and an unknown entity changes the one and names the other."""
    known, nothing = rooms[0], _stranger(rooms[0], run_id)
    answer = batch(broker, "merge", [nothing, _part(known, FLOOR)], new=[nothing])
    _assert_one_missing(answer, known, nothing)
    seen(broker, known | FLOOR)
    assert_status(broker.retrieve(nothing["id"]), 404)


@pytest.mark.check(
    "CTX-BAT-19",
    clause="GS CIM 009 5.5.11.5",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-BAT-01",),
)
def test_parts_are_merged_in_their_order(broker, rooms):
    """Of two parts for one entity in a batch merge both count, the second where they differ."""
    room = rooms[0]
    first = {"temperature": {"type": "Property", "value": 40, "unitCode": "FAH"}}
    parts = [_part(room, first, FLOOR), _part(room, WARMER)]
    assert_status(batch(broker, "merge", parts), 204)
    temperature = room["temperature"] | first["temperature"] | WARMER["temperature"]
    seen(broker, room | FLOOR | {"temperature": temperature})
