"""Entities and attributes that are kept for a time only (GS CIM 009 4.22)."""

import time
from datetime import timedelta
from typing import Any

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_status, assert_that, member
from mimtest.vocabulary.jsonld import same_literal
from mimtest.vocabulary.ngsild import Broker, assert_holds, attributes_of, entity_in, own_id
from mimtest.vocabulary.ngsild_entities import instance_in, stamped, stamps_in
from mimtest.vocabulary.waiting import eventually, patience

pytestmark = pytest.mark.interface("ngsi-ld")

_SHORTEST = 3.0
_AT_ONCE = 2.0
_LONGEST_LAG = 60.0
_PAUSE = 0.2
_TO_READ = 1.0
Entity = dict[str, Any]


@pytest.fixture
def life() -> float:
    """How many seconds something lives, so that it can be seen before it goes."""
    return max(_SHORTEST, patience.get() + _TO_READ)


@pytest.fixture
def moment(broker, room, life) -> str:
    """The end of such a life on the broker's clock, which the creation of an entity shows."""
    now = stamps_in(stamped(broker, room["id"]), "the entity").created
    return (now + timedelta(seconds=life)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.check(
    "CTX-ENT-38",
    clause="GS CIM 009 4.22",
    level="writes",
    since="1.9.1",
    option="expiry",
    rests_on=("CTX-ENT-01",),
)
def test_what_expires_goes_and_all_else_stays(broker, room, moment, life, reading):
    """An entity, and an attribute of another, show when they expire and then go; all else stays."""
    ends, run_id = time.monotonic() + life, broker.client.run_id
    brief = {**room, "id": own_id("Room", run_id), "expiresAt": moment}
    partly = {**room, "id": own_id("Room", run_id)}
    partly["label"] = {**room["label"], "expiresAt": moment}
    for entity in (brief, partly):
        assert_status(broker.create(entity), 201)
    _assert_ends(_seen(broker, brief, ends), moment, "the entity")
    _assert_ends(instance_in(_seen(broker, partly, ends), "label"), moment, "the attribute")
    while not _is_over(broker, brief, partly):
        if time.monotonic() > ends + _LONGEST_LAG:
            raise Inconclusive("timeout", f"what expired is there after {_LONGEST_LAG:.0f} s")
        time.sleep(_PAUSE)
    reading("A52", "at_once" if time.monotonic() < ends + _AT_ONCE else "later")
    lasting = {k: v for k, v in partly.items() if k != "label"}
    assert_holds(entity_in(broker.retrieve(partly["id"])), lasting)
    assert_holds(entity_in(broker.retrieve(room["id"])), room)


def _seen(broker: Broker, entity: Entity, ends: float) -> Entity:
    """The entity with its label, unless it took so long to be seen that its time was over."""
    try:
        return eventually(lambda: _labelled(broker, entity))
    except AssertionError:
        if time.monotonic() > ends:
            raise Inconclusive("timeout", "what expires was not seen before its time") from None
        raise


def _labelled(broker: Broker, entity: Entity) -> Entity:
    found = stamped(broker, entity["id"])
    instance_in(found, "label")
    return found


def _assert_ends(element: Entity, moment: str, what: str) -> None:
    received = member(element, "expiresAt", str, what)
    equal = same_literal(received, moment)
    assert_that(equal, f"when {what} expires differs", expected=moment, received=received)


def _is_over(broker: Broker, brief: Entity, partly: Entity) -> bool:
    """Whether the entity is gone, and the attribute of the other one."""
    gone = assert_status(broker.retrieve(brief["id"]), 200, 404).status == 404
    return gone and "label" not in attributes_of(entity_in(broker.retrieve(partly["id"])))
