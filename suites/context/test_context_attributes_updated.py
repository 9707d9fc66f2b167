"""What is known about a thing is updated, each attribute as a whole.

GS CIM 009 5.6.2, 5.5.8, 6.6.3.2.
"""

import json

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    json_object,
    member,
    objects,
)
from mimtest.vocabulary.ngsild import JSON, entities_in, entity_in, ids_in, own_id, path_of
from mimtest.vocabulary.ngsild_changes import (
    assert_whole,
    assert_without,
    attrs_of,
    kept,
    seen,
    update_result,
)
from mimtest.vocabulary.ngsild_entities import NULL
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

WARMER = {"type": "Property", "value": 25}
FLOOR = {"floor": {"type": "Property", "value": 3}}


@pytest.fixture
def gauged(keeping, draft):
    """A room whose temperature has an attribute of its own."""
    draft["temperature"]["accuracy"] = {"type": "Property", "value": 0.5}
    return kept(keeping, draft)


@pytest.fixture
def neighbour(keeping, gauged):
    """Another room with the same attributes; both are found by what they have in common."""
    other = kept(keeping, gauged | {"id": own_id("Room", keeping.client.run_id)})
    eventually(lambda: _assert_found(keeping, gauged, gauged, other))
    return other


@pytest.fixture
def updated(broker, room):
    """A room one of whose attributes was updated: the control of what is refused."""
    answer = broker.send("PATCH", attrs_of(room), {"temperature": WARMER})
    assert_status(answer, 204, what="updating an attribute")
    return seen(broker, room | {"temperature": WARMER})


@pytest.fixture
def named(keeping, draft):
    """A room with a name in two languages."""
    name = {"type": "LanguageProperty", "languageMap": {"de": "Sitzungssaal", "en": "meeting room"}}
    return kept(keeping, draft | {"name": name})


@pytest.mark.check(
    "CTX-ATT-05",
    clause="GS CIM 009 5.6.2.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
@pytest.mark.parametrize("seen_by", ["retrieval", "queries"])
def test_an_updated_attribute_is_replaced_as_a_whole(request, broker, gauged, seen_by):
    """An update replaces an attribute as a whole for every reader, and leaves all other attributes."""
    if seen_by == "queries":
        _assert_found_anew(broker, gauged, request.getfixturevalue("neighbour"))
        return
    assert_status(broker.send("PATCH", attrs_of(gauged), {"temperature": WARMER}), 204)

    def is_replaced():
        entity = entity_in(broker.retrieve(gauged["id"]))
        assert_whole(entity, gauged | {"temperature": WARMER})
        assert_without(entity, "temperature", "unitCode", "observedAt", "accuracy")

    eventually(is_replaced)


def _assert_found_anew(broker, room, neighbour):
    moved = {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [9.2, 48.8]}}
    change = {"temperature": WARMER, "location": moved}
    assert_status(broker.send("PATCH", attrs_of(room), change), 204)
    seen(broker, room | change)
    eventually(lambda: _assert_found(broker, room | change, room | change))
    eventually(lambda: _assert_found(broker, room, neighbour))
    seen(broker, neighbour)


def _assert_found(broker, like, *expected):
    """A query by the values of one room finds exactly these, as they are, in any form."""
    ids = [e["id"] for e in expected]
    value, place = like["temperature"]["value"], like["location"]["value"]["coordinates"]
    near = {"georel": "near;maxDistance==1000", "geometry": "Point"}
    for condition in (
        {"q": f"temperature=={value}"},
        near | {"coordinates": json.dumps(place, separators=(",", ":"))},
    ):
        found = ids_in(broker.query(type=like["type"], **condition))
        assert_same_set(found, ids, "what a query by the present value finds")
    listed = entities_in(broker.query(type=like["type"], options="keyValues"))
    values = {e["id"]: e.get("temperature") for e in listed}
    assert_equal({n: values.get(n) for n in ids}, dict.fromkeys(ids, value), "the temperatures")


@pytest.mark.check(
    "CTX-ATT-06",
    clause="GS CIM 009 5.6.2.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
def test_an_update_tells_the_truth_about_a_new_attribute(broker, room, reading):
    """An update with a new attribute changes the known one; the new one is added, or not said to be."""
    known = {"temperature": WARMER}
    answer = assert_status(broker.send("PATCH", attrs_of(room), known | FLOOR), 204, 207)
    if answer.status == 207:
        _assert_floor_refused(answer, room, reading)
        seen(broker, room | known)
        reading("A10", "listed")
        return

    def is_added():
        entity = entity_in(broker.retrieve(room["id"]))
        added = "floor" in entity
        assert_whole(entity, room | known | (FLOOR if added else {}))
        return added

    reading("A10", "appended" if eventually(is_added) else "dropped")


def _assert_floor_refused(answer, room, reading):
    """The result is an UpdateResult, or one of a batch, and names what failed."""
    body = json_object(answer)
    if "errors" in body:
        named = [member(e, "entityId", str) for e in objects(member(body, "errors"), "'errors'")]
        assert_same_set(named, [room["id"]], "the entities in error")
        assert_that("floor" in answer.text(), "the attribute is not named", expected="floor")
        reading("A32", "batch")
        return
    result = update_result(answer)
    assert_same_set(result.updated, ["temperature"], "updated")
    assert_same_set(result.refused, list(FLOOR), "notUpdated")
    reading("A32", "full" if result.full else "short")


@pytest.mark.check(
    "CTX-ATT-07",
    clause="GS CIM 009 5.6.2.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
@pytest.mark.parametrize("defect", ["unknown", "no uri", "cut"])
def test_what_cannot_be_updated_is_refused(broker, updated, run_id, defect):
    """An update of an unknown entity, of what is no URI, or with a broken body is refused."""
    if defect == "unknown":
        nothing = path_of(own_id("Nothing", run_id))
        answer = broker.send("PATCH", f"{nothing}/attrs", {"temperature": WARMER})
        assert_problem(answer, status=404, kind="ResourceNotFound")
        assert_status(broker.get(nothing), 404)
    elif defect == "no uri":
        where = f"{path_of('no uri at all')}/attrs"
        answer = broker.send("PATCH", where, {"temperature": WARMER})
        assert_problem(answer, status=400, kind="BadRequestData")
    else:
        headers = {"Content-Type": JSON, **broker.names}
        body = '{"label": {"type": "Property", '
        answer = broker.client.patch(attrs_of(updated), content=body, headers=headers)
        assert_problem(answer, status=400, kind="InvalidRequest")
        seen(broker, updated)


@pytest.mark.check(
    "CTX-ATT-08",
    clause="GS CIM 009 5.5.8",
    strength="should",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-ATT-01",),
)
@pytest.mark.parametrize(
    ("name", "part"),
    [
        pytest.param("label", {"type": "Property", "value": NULL}, id="Property"),
        pytest.param("inBuilding", {"type": "Relationship", "object": NULL}, id="Relationship"),
        pytest.param(
            "name",
            {"type": "LanguageProperty", "languageMap": {"@none": NULL}},
            id="LanguageProperty",
        ),
    ],
)
def test_a_null_marker_removes(broker, named, reading, name, part):
    """An update with the null marker as a value removes the attribute, and no other."""
    answer = broker.send("PATCH", attrs_of(named), {name: part})
    if answer.status == 422:
        assert_problem(answer, status=422, kind="OperationNotSupported")
        seen(broker, named)
        reading("A09", "unsupported")
        return
    assert_status(answer, 204)
    seen(broker, {k: v for k, v in named.items() if k != name})
    reading("A09", "removed")
