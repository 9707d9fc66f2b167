"""Entities come with those they are related to (option `linked-entities`, GS CIM 009 4.5.23, 4.9)."""

import pytest

from mimtest.vocabulary.expect import (
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    member,
)
from mimtest.vocabulary.ngsild import (
    assert_holds,
    entities_in,
    entity_in,
    ids_in,
    own_id,
    own_name,
    short_named,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def places(keeping, run_id):
    """Two desks in two rooms of a house, by what they are; one thing a desk is related to is nowhere."""
    house = _entity("House", run_id, {"label": "town hall"})
    rooms = [_entity("Room", run_id, {"warmth": 20 + n}, inHouse=house) for n in (1, 2)]
    desks = [_entity("Desk", run_id, {"label": f"desk {n}"}, inRoom=rooms[n]) for n in (0, 1)]
    desks[1]["type"] = desks[0]["type"]
    gone = own_id("Person", run_id)
    desks[0]["usedBy"] = {"type": "Relationship", "object": gone, "objectType": "MtPerson"}
    made = [house, *rooms, *desks]
    for entity in made:
        assert_status(keeping.create(entity), 201, what="creating an entity")
    for entity in made:
        eventually(lambda e=entity: assert_holds(entity_in(keeping.retrieve(e["id"])), _plain(e)))
    return {"house": house, "room": rooms[0], "desk": desks[0], "other": desks[1]}


def _entity(stem, run_id, values, **links):
    properties = {k: {"type": "Property", "value": v} for k, v in values.items()}
    relations = {
        k: {"type": "Relationship", "object": e["id"], "objectType": e["type"]}
        for k, e in links.items()
    }
    known = {"id": own_id(stem, run_id), "type": own_name(f"Mt{stem}", run_id)}
    return known | properties | relations


def _plain(entity):
    """An entity without the types of its targets, which may come under another name."""
    return {
        k: {m: w for m, w in v.items() if m != "objectType"} if isinstance(v, dict) else v
        for k, v in entity.items()
    }


@pytest.mark.check(
    "CTX-QRY-62",
    clause="GS CIM 009 4.5.23",
    level="writes",
    since="1.8.1",
    option="linked-entities",
    rests_on=("CTX-QRY-01",),
)
@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("form", ["flat", "inline"])
def test_related_entities_come_along(broker, places, form, level):
    """Related entities come along as deep as asked for, beside the entity or inside of it."""
    desk = places["desk"]
    asked = {"type": desk["type"], "id": desk["id"]}
    assert_same_set(ids_in(broker.query(**asked)), [desk["id"]], "what is found without a join")
    found = entities_in(broker.query(**asked, join=form, joinLevel=level))
    chain = [places["room"], places["house"]][:level]
    if form == "flat":
        _assert_beside(found, [desk, *chain])
    else:
        _assert_inside(found, desk, chain)


def _assert_beside(found, expected):
    assert_same_set([e["id"] for e in found], [e["id"] for e in expected], "the entities")
    held = {e["id"]: e for e in found}
    for entity in expected:
        assert_holds(held[entity["id"]], _plain(entity))


def _assert_inside(found, desk, chain):
    assert_same_set([e["id"] for e in found], [desk["id"]], "the entities")
    (held,) = found
    assert_holds(held, _plain(desk))
    gone = member(held, "usedBy", None, "the entity")
    assert_that(not _linked(gone), "an entity that does not exist is inside", received=gone)
    for name, entity in zip(("inRoom", "inHouse"), chain, strict=False):
        inner = _linked(member(held, name, None, "the entity"))
        assert_that(inner, f"'{name}' has no entity inside", expected=entity["id"], received=held)
        held = short_named(inner)
        assert_holds(held, _plain(entity))
    deeper = [n for n in ("inRoom", "inHouse") if _linked(held.get(n))]
    assert_that(not deeper, "entities deeper than asked for", received=deeper)


def _linked(instance):
    """The entity inside a relationship, if there is one."""
    alone = instance[0] if isinstance(instance, list) and len(instance) == 1 else instance
    inner = alone.get("entity") if isinstance(alone, dict) else None
    inner = inner[0] if isinstance(inner, list) and len(inner) == 1 else inner
    return inner if _is_entity(inner) else None


def _is_entity(value):
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        return False
    types = value.get("type")
    listed = types if isinstance(types, list) else [types]
    return bool(listed) and all(isinstance(t, str) for t in listed)


@pytest.mark.check(
    "CTX-QRY-63",
    clause="GS CIM 009 5.7.2.4",
    level="writes",
    since="1.8.1",
    option="linked-entities",
    rests_on=("CTX-QRY-62",),
)
@pytest.mark.parametrize("join", ["joined", "alone"])
def test_entities_are_found_by_what_they_are_related_to(broker, places, join):
    """A filter on a related entity finds those related to it, and is refused without a join."""
    desk, warmth = places["desk"], places["room"]["warmth"]["value"]
    asked = {"type": desk["type"], "q": f"inRoom{{warmth}}=={warmth}"}
    found = [e["id"] for e in entities_in(broker.query(**asked, join="inline", joinLevel=1))]
    assert_same_set(found, [desk["id"]], "the desks in a room of that warmth")
    if join == "alone":
        assert_problem(broker.query(**asked), status=400, kind="BadRequestData")
