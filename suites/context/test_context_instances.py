"""Several of one: instances of an attribute, types of an entity, scopes (GS CIM 009 4.5.5, 4.16, 4.18)."""

from typing import Any

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
    member,
    shown,
)
from mimtest.vocabulary.ngsild import (
    Broker,
    assert_holds,
    attributes_of,
    entity_in,
    own_id,
    types_of,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def twin(room, run_id) -> dict[str, Any]:
    """An entity nobody has created, whose like was taken."""
    return {**room, "id": own_id("Room", run_id)}


@pytest.mark.check(
    "CTX-ENT-14",
    clause="GS CIM 009 4.5.5",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
def test_an_attribute_has_several_instances(broker, twin):
    """Three instances of an attribute come back, each with its own dataset, the default with none."""
    datasets = (None, "urn:ngsi-ld:Dataset:mt-roof", "urn:ngsi-ld:Dataset:mt-cellar")
    noise = [
        {"type": "Property", "value": 60 + n, **({"datasetId": d} if d else {})}
        for n, d in enumerate(datasets)
    ]
    sent = twin | {"noise": noise}
    assert_status(broker.create(sent), 201)
    found = eventually(lambda: _instances(broker, sent["id"], "noise", len(datasets)))
    received = {i.get("datasetId", "@none"): i.get("value") for i in found}
    expected = {i.get("datasetId", "@none"): i["value"] for i in noise}
    assert_equal(received, expected, "the instances by dataset")


def _instances(broker: Broker, id: str, name: str, count: int) -> list[dict[str, Any]]:
    found = attributes_of(entity_in(broker.retrieve(id))).get(name, [])
    assert_that(
        len(found) == count,
        f"'{name}' is not there {count} times",
        expected=f"{count} instances",
        received=shown(found),
    )
    return found


@pytest.mark.check(
    "CTX-ENT-17",
    clause="GS CIM 009 4.16",
    level="writes",
    since="1.5.1",
    rests_on=("CTX-ENT-01",),
)
def test_an_entity_has_two_types(broker, room, twin, reading):
    """An entity with two types comes back with both, and one with a single type with that alone."""
    sent = twin | {"type": [twin["type"], f"{twin['type']}Too"]}
    assert_status(broker.create(sent), 201)
    eventually(lambda: assert_holds(entity_in(broker.retrieve(sent["id"])), sent))
    single = eventually(lambda: entity_in(broker.retrieve(room["id"])))
    assert_same_set(types_of(single), [room["type"]], "the types of an entity with one")
    reading("A15", "array" if isinstance(single["type"], list) else "text")


@pytest.mark.check(
    "CTX-ENT-18",
    clause="GS CIM 009 4.18",
    level="writes",
    since="1.5.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize("paths", [["hall"], ["hall", "hall/floor"]], ids=["text", "array"])
def test_an_entity_has_scopes(broker, twin, run_id, paths, reading):
    """One scope, given as a text, or several, given as an array, come back as the same scopes."""
    scopes = [f"/mt{run_id}/{p}" for p in paths]
    sent = twin | {"scope": scopes if len(scopes) > 1 else scopes[0]}
    assert_status(broker.create(sent), 201)
    entity = eventually(lambda: _scoped(broker, sent["id"]))
    received = entity["scope"]
    found = received if isinstance(received, list) else [received]
    assert_that(
        all(isinstance(s, str) for s in found), "a scope is no text", received=shown(received)
    )
    expected = [s.removeprefix("/") for s in scopes]
    assert_same_set([s.removeprefix("/") for s in found], expected, "the scopes")
    if len(scopes) == 1:
        reading("A15", "array" if isinstance(received, list) else "text")
    slashed = all(s.startswith("/") for s in found)
    reading("A57", "slash" if slashed else "no_slash")


def _scoped(broker: Broker, id: str) -> dict[str, Any]:
    entity = entity_in(broker.retrieve(id))
    member(entity, "scope", None, "the entity")
    return entity
