"""Entities, or attributes of them, that meet a query are removed at once (GS CIM 009 5.6.21).

Whoever names the option `purge` in the target file agrees that a purge without a filter is sent, which a
product has to refuse. Before that it is seen that a purge with a filter leaves other entities alone.
"""

from typing import Any

import pytest

from mimtest.vocabulary.expect import assert_problem, assert_same_set, assert_status
from mimtest.vocabulary.ngsild import (
    Broker,
    assert_holds,
    attributes_of,
    entity_in,
    own_id,
    own_name,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

Entity = dict[str, Any]
_ATTRIBUTES = {"label", "temperature", "inBuilding", "location"}


@pytest.fixture
def rooms(keeping, draft, run_id) -> tuple[Entity, Entity, Entity]:
    """Two entities of our own of one type, with 21.5 and 30 degrees, and one of another type."""
    warm = {**draft["temperature"], "value": 30}
    second = {**draft, "id": own_id("Room", run_id), "temperature": warm}
    third = {**draft, "id": own_id("Room", run_id), "type": own_name("MtOther", run_id)}
    for entity in (draft, second, third):
        assert_status(keeping.create(entity), 201, what="creating an entity")
        _assert_whole(keeping, entity)
    return draft, second, third


def _assert_whole(broker: Broker, entity: Entity) -> None:
    eventually(lambda: assert_holds(entity_in(broker.retrieve(entity["id"])), entity))


def _assert_gone(broker: Broker, entity: Entity) -> None:
    assert_status(broker.retrieve(entity["id"]), 404, what="retrieving a purged entity")


def _assert_with(broker: Broker, entity: Entity, names: set[str]) -> None:
    """The entity is there with these attributes alone."""
    found = entity_in(broker.retrieve(entity["id"]))
    assert_same_set(list(attributes_of(found)), names, "the attributes")
    assert_holds(found, {k: v for k, v in entity.items() if k in names | {"id", "type"}})


def _purge(broker: Broker, **params: str) -> Any:
    return broker.client.delete("/entities", params=params)


@pytest.mark.check(
    "CTX-ENT-36",
    clause="GS CIM 009 5.6.21",
    level="writes",
    since="1.9.1",
    option="purge",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize("case", ["type", "q", "keep", "drop"])
def test_a_purge_removes_what_it_selects(broker, rooms, case):
    """A purge removes the entities, or the attributes, that it selects, and nothing else."""
    cool, warm, other = rooms
    more = {"type": {}, "q": {"q": "temperature>25"}, "keep": {"keep": "label"}}
    answer = _purge(broker, type=cool["type"], **more.get(case, {"drop": "label"}))
    assert_status(answer, 204)
    if case == "type":
        eventually(lambda: _assert_gone(broker, cool))
    elif case == "q":
        _assert_whole(broker, cool)
    if case in {"type", "q"}:
        eventually(lambda: _assert_gone(broker, warm))
    else:
        left = {"label"} if case == "keep" else _ATTRIBUTES - {"label"}
        for entity in (cool, warm):
            eventually(lambda e=entity: _assert_with(broker, e, left))
    _assert_whole(broker, other)


@pytest.fixture
def spared(broker, rooms) -> Entity:
    """An entity that a purge of another type left alone: the control of a purge without a filter."""
    cool, warm, other = rooms
    assert_status(_purge(broker, type=cool["type"]), 204, what="a purge of one type")
    for entity in (cool, warm):
        eventually(lambda e=entity: _assert_gone(broker, e))
    _assert_whole(broker, other)
    return other


@pytest.mark.check(
    "CTX-ENT-37",
    clause="GS CIM 009 5.6.21.4",
    level="writes",
    since="1.9.1",
    option="purge-all",
    rests_on=("CTX-ENT-01", "CTX-ENT-36"),
)
def test_a_purge_without_a_filter_is_refused(broker, spared):
    """A purge that selects nothing is refused as bad request data and removes nothing."""
    assert_problem(_purge(broker), status=400, kind="BadRequestData")
    _assert_whole(broker, spared)
