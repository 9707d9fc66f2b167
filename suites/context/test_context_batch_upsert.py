"""Many things are created or replaced at once, whichever is due.

GS CIM 009 5.6.8, 5.5.11.2, 6.15.3.1.
"""

import pytest

from mimtest.vocabulary.expect import assert_same_set, assert_status
from mimtest.vocabulary.ngsild import entity_in, ids_in, own_id, own_name, pages
from mimtest.vocabulary.ngsild_batch import batch, created_ids, ids_of
from mimtest.vocabulary.ngsild_changes import assert_whole, assert_without, kept, seen
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

WARMER = {"temperature": {"type": "Property", "value": 25}}
FLOOR = {"floor": {"type": "Property", "value": 3}}
_MANY = 100
_PAGE = 50


@pytest.fixture
def drafts(keeping, draft, run_id):
    """Two entities that nobody has created yet, seen not to be there."""
    entities = [draft | {"id": own_id("Room", run_id)} for _ in range(2)]
    for entity in entities:
        assert_status(keeping.retrieve(entity["id"]), 404, what="retrieving an unknown entity")
    return entities


@pytest.fixture
def rooms(keeping, room, run_id):
    """Two entities of our own."""
    return [room, kept(keeping, room | {"id": own_id("Room", run_id)})]


def _bare(entity):
    """The id and type of an entity, and another temperature."""
    return {"id": entity["id"], "type": entity["type"]} | WARMER


def _assert_known_taken(broker, answer, known, reading):
    """204, as nothing is new; or 201 listing all that was taken."""
    if assert_status(answer, 204, 201).status == 201:
        assert_same_set(created_ids(broker, answer), ids_of(known), "the entities listed")
        reading("A17", "all_ids")


@pytest.mark.check(
    "CTX-BAT-06",
    clause="GS CIM 009 5.6.8.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_new_entities_are_created_by_an_upsert(broker, drafts):
    """An upsert of new entities creates them and lists their identifiers."""
    answer = batch(broker, "upsert", drafts, new=drafts)
    assert_same_set(created_ids(broker, answer), ids_of(drafts), "the entities created")
    for entity in drafts:
        seen(broker, entity)


@pytest.mark.check(
    "CTX-BAT-07",
    clause="GS CIM 009 5.6.8.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_known_entities_are_replaced_by_an_upsert(broker, rooms, reading):
    """An upsert of known entities replaces them, and nothing of the old ones is left."""
    new = [_bare(r) for r in rooms]
    answer = batch(broker, "upsert", new)
    _assert_known_taken(broker, answer, new, reading)
    for entity in new:
        _assert_replaced(broker, entity)


def _assert_replaced(broker, sent):
    def is_replaced():
        entity = entity_in(broker.retrieve(sent["id"]))
        assert_whole(entity, sent)
        assert_without(entity, "temperature", "unitCode", "observedAt")

    eventually(is_replaced)


@pytest.mark.check(
    "CTX-BAT-08",
    clause="GS CIM 009 5.6.8.5",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_an_upsert_tells_new_from_known(broker, room, drafts, reading):
    """An upsert of a known and two new entities replaces the one, creates the others, and lists these."""
    again = _bare(room)
    answer = batch(broker, "upsert", [drafts[0], again, drafts[1]], new=drafts)
    listed, new = created_ids(broker, answer), ids_of(drafts)
    everything = len(listed) > len(new)
    expected = [*new, again["id"]] if everything else new
    assert_same_set(listed, expected, "the entities listed")
    reading("A17", "all_ids" if everything else "created_ids")
    for entity in drafts:
        seen(broker, entity)
    _assert_replaced(broker, again)


@pytest.mark.check(
    "CTX-BAT-09",
    clause="GS CIM 009 5.6.8.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_known_entities_are_updated_by_an_upsert(broker, rooms, reading):
    """An upsert in the mode update replaces or adds the attributes it names, and leaves the others."""
    parts = [_bare(r) | FLOOR for r in rooms]
    answer = batch(broker, "upsert", parts, options="update")
    _assert_known_taken(broker, answer, parts, reading)
    for room in rooms:
        _assert_replaced(broker, room | WARMER | FLOOR)


@pytest.mark.check(
    "CTX-BAT-10",
    clause="GS CIM 009 5.5.11.2",
    level="writes",
    since="1.5.1",
    rests_on=("CTX-BAT-01",),
)
@pytest.mark.parametrize("mode", ["replace", "update"])
def test_the_last_of_two_wins_in_an_upsert(broker, drafts, mode):
    """Of one new entity that stands twice in an upsert the second replaces or updates the first."""
    first, last = drafts[0], _bare(drafts[0])
    options = "update" if mode == "update" else None
    answer = batch(broker, "upsert", [first, last], new=[first], options=options)
    assert_same_set(set(created_ids(broker, answer)), [first["id"]], "the entities created")
    _assert_replaced(broker, first | last if mode == "update" else last)


@pytest.mark.check(
    "CTX-BAT-24",
    clause="GS CIM 009 5.6.8.4",
    strength="should",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_a_hundred_entities_are_taken_at_once(broker, keeping, run_id, reading):
    """An upsert of a hundred new entities creates all of them."""
    name = own_name("MtMany", run_id)
    many = [
        {"id": own_id("Many", run_id), "type": name, "n": {"type": "Property", "value": n}}
        for n in range(_MANY)
    ]
    answer = batch(keeping, "upsert", many, new=many)
    if answer.status == 413:
        assert_same_set(ids_in(broker.query(type=name)), [], "the entities of a refused batch")
        reading("A17", "too_large")
        return
    assert_same_set(created_ids(broker, answer), ids_of(many), "the entities created")
    eventually(lambda: _assert_all(broker, name, many))


def _assert_all(broker, name, sent):
    found = pages(broker, most=_MANY, type=name, limit=_PAGE)
    assert_same_set([e["id"] for page in found for e in page], ids_of(sent), "the entities kept")
