"""What is no entity is refused, and nothing of it is kept (GS CIM 009 4.6.2, 5.2.4, 5.5.4)."""

from typing import Any

import pytest

from mimtest.vocabulary.expect import assert_problem, assert_status, assert_that
from mimtest.vocabulary.ngsild import (
    Broker,
    assert_holds,
    attributes_of,
    entities_in,
    entity_in,
    own_id,
    own_name,
)
from mimtest.vocabulary.ngsild_entities import assert_bad_request
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_RELATIVE = "room"


@pytest.fixture
def twin(room, run_id) -> dict[str, Any]:
    """An entity nobody has created, whose like was taken: one defect is put into it."""
    return {**room, "id": own_id("Room", run_id), "type": f"{room['type']}Twin"}


@pytest.mark.check(
    "CTX-ENT-04",
    clause="GS CIM 009 5.5.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("id", None, id="no id"),
        pytest.param("id", "no uri at all", id="id is no URI"),
        pytest.param("id", _RELATIVE, id="id is relative"),
        pytest.param("id", "", id="empty id"),
        pytest.param("id", 12, id="id is a number"),
        pytest.param("type", None, id="no type"),
        pytest.param("type", 12, id="type is a number"),
        pytest.param("type", "", id="empty type"),
    ],
)
def test_an_entity_without_a_valid_id_and_type_is_refused(broker, twin, name, value, reading):
    """An entity whose id or type is missing or invalid is refused and not kept."""
    sent = {k: v for k, v in (twin | {name: value}).items() if v is not None}
    if value == _RELATIVE:
        sent["id"] = own_name(value, broker.client.run_id)
    answer = broker.create(sent)
    if value == _RELATIVE:
        reading("A59", "stored" if answer.status == 201 else "refused")
    if value == _RELATIVE and answer.status == 201:
        eventually(lambda: _assert_kept(broker, sent))
        return
    if value == 12 or sent.get("id") is None:
        assert_bad_request(answer, reading)
    else:
        assert_problem(answer, status=400, kind="BadRequestData")
    _assert_not_kept(broker, sent)


def _assert_kept(broker: Broker, sent: dict[str, Any]) -> None:
    """Something of the type is there, under the id that was sent or what it was resolved to."""
    found = entities_in(broker.query(type=sent["type"]))
    ids = [e["id"] for e in found]
    assert_that(
        len(ids) == 1 and ids[0].endswith(sent["id"]),
        "the entity was created and is not there",
        expected=sent["id"],
        received=ids,
    )


def _assert_not_kept(broker: Broker, sent: dict[str, Any]) -> None:
    if isinstance(sent.get("type"), str) and sent["type"]:
        kept = entities_in(broker.query(type=sent["type"]))
        assert_that(not kept, "the refused entity is kept", expected="nothing", received=kept)
    else:
        assert_status(broker.retrieve(sent["id"]), 404, what="retrieving the refused entity")


_POINT_OF_WORDS = {"type": "Point", "coordinates": ["east", "north"]}


@pytest.mark.check(
    "CTX-ENT-05",
    clause="GS CIM 009 5.5.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        pytest.param("label", {"type": "Property"}, id="no value"),
        pytest.param("inBuilding", {"type": "Relationship"}, id="no object"),
        pytest.param(
            "inBuilding", {"type": "Relationship", "object": "no uri at all"}, id="object is no URI"
        ),
        pytest.param(
            "location", {"type": "GeoProperty", "value": _POINT_OF_WORDS}, id="no geometry"
        ),
        pytest.param("label", {"type": "Prosperity", "value": "a room"}, id="unknown type"),
        pytest.param("label", {"type": "Property", "value": None}, id="null"),
    ],
)
def test_an_attribute_that_is_none_is_refused(broker, twin, name, attribute, reading):
    """An entity with an attribute that lacks its value, or has an invalid one, is refused."""
    sent = twin | {name: attribute}
    answer = broker.create(sent)
    if attribute.get("value", "") is None and answer.status == 201:
        reading("A08", "dropped")
        eventually(lambda: _assert_without(broker, sent, name))
        return
    assert_problem(answer, status=400, kind="BadRequestData")
    if attribute.get("value", "") is None:
        reading("A08", "refused")
    _assert_not_kept(broker, sent)


def _assert_without(broker: Broker, sent: dict[str, Any], name: str) -> None:
    """The entity is there but for that attribute."""
    entity = entity_in(broker.retrieve(sent["id"]))
    assert_holds(entity, {k: v for k, v in sent.items() if k != name})
    assert_that(
        name not in attributes_of(entity) and name not in entity,
        "null is kept as a value",
        expected=f"no '{name}'",
        received=entity.get(name, "null"),
    )


@pytest.mark.check(
    "CTX-ENT-06",
    clause="GS CIM 009 5.5.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize(
    "body", ['{"id": "urn:mt:cut", "type": ', "a room", ""], ids=["cut", "text", "empty"]
)
@pytest.mark.usefixtures("room")
def test_a_body_that_is_not_json_is_an_invalid_request(broker, body, reading):
    """A body that is not JSON is refused as an invalid request."""
    headers = {"Content-Type": "application/json"}
    answer = broker.client.post("/entities", content=body, headers=headers)
    if body:
        assert_problem(answer, status=400, kind="InvalidRequest")
    else:
        assert_bad_request(answer, reading)


@pytest.mark.check(
    "CTX-ENT-07",
    clause="GS CIM 009 4.6.2",
    strength="should",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize(
    "name",
    ["floor area", "floor<area", "floor(area", "2floors"],
    ids=["space", "less-than", "bracket", "digit first"],
)
def test_a_name_of_other_characters_is_refused(broker, twin, name):
    """An attribute whose name has other characters than names have is refused."""
    sent = twin | {name: {"type": "Property", "value": 3}}
    assert_problem(broker.create(sent), status=400, kind="BadRequestData")
    _assert_not_kept(broker, sent)


@pytest.mark.check(
    "CTX-ENT-11",
    clause="GS CIM 009 4.7",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
def test_a_collection_of_geometries_is_refused(broker, twin):
    """A geometry that is a collection of others is refused as the value of a GeoProperty."""
    value = {"type": "GeometryCollection", "geometries": [twin["location"]["value"]]}
    sent = twin | {"location": {"type": "GeoProperty", "value": value}}
    assert_problem(broker.create(sent), status=400, kind="BadRequestData")
    _assert_not_kept(broker, sent)


@pytest.mark.check(
    "CTX-ENT-13",
    clause="GS CIM 009 4.6.3",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize(
    "moment",
    ["2026-03-14", "2026-03-14T13:00:00", "yesterday"],
    ids=["date only", "no zone", "text"],
)
def test_a_time_that_is_no_datetime_is_refused(broker, twin, moment):
    """An attribute observed at something that is no DateTime is refused."""
    sent = twin | {"temperature": {**twin["temperature"], "observedAt": moment}}
    assert_problem(broker.create(sent), status=400, kind="BadRequestData")
    _assert_not_kept(broker, sent)


@pytest.mark.check(
    "CTX-ENT-15",
    clause="GS CIM 009 4.5.5",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01", "CTX-ENT-14"),
)
@pytest.mark.parametrize(
    "dataset", ["urn:ngsi-ld:Dataset:mt-roof", None], ids=["same dataset", "two defaults"]
)
def test_two_instances_of_one_dataset_are_refused(broker, twin, dataset, reading):
    """Of two instances of one dataset one is kept or none; two default ones are refused."""
    part = {"datasetId": dataset} if dataset else {}
    sent = twin | {"noise": [{"type": "Property", "value": v, **part} for v in (61, 62)]}
    answer = broker.create(sent)
    if answer.status == 201 and (dataset or not broker.holds_since("1.6.1")):
        eventually(lambda: _assert_one_left(broker, sent))
        reading("A77", "one_kept")
        return
    assert_problem(answer, status=400, kind="BadRequestData")
    _assert_not_kept(broker, sent)
    reading("A77", "refused")


def _assert_one_left(broker: Broker, sent: dict[str, Any]) -> None:
    found = attributes_of(entity_in(broker.retrieve(sent["id"]))).get("noise", [])
    values = [i.get("value") for i in found]
    alone = values in ([61], [62])
    assert_that(alone, "one dataset has several instances", expected="one", received=found)
