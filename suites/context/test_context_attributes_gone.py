"""Attributes are removed, or give way to others.

GS CIM 009 5.6.5, 5.6.19, 6.7.3.2, 6.7.3.3.
"""

import pytest

from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
)
from mimtest.vocabulary.ngsild import entity_in, own_id, path_of
from mimtest.vocabulary.ngsild_changes import (
    assert_whole,
    assert_without,
    kept,
    scopes_of,
    seen,
)
from mimtest.vocabulary.ngsild_entities import instance_in, let_pass, stamped, stamps_in
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

WARMER = {"type": "Property", "value": 25}
SECOND = "urn:ngsi-ld:Dataset:mt-second"
THIRD = "urn:ngsi-ld:Dataset:mt-third"


def _without(entity, name):
    return {k: v for k, v in entity.items() if k != name}


@pytest.fixture
def bared(broker, room):
    """A room one of whose attributes was deleted: the control of what is not found."""
    answer = broker.send("DELETE", path_of(room["id"], "temperature"))
    assert_status(answer, 204, what="deleting an attribute")
    return seen(broker, _without(room, "temperature"))


@pytest.fixture
def threefold(keeping, draft):
    """A room with three instances of one attribute."""
    more = [{"type": "Property", "value": n, "datasetId": d} for n, d in ((19, SECOND), (7, THIRD))]
    return kept(keeping, draft | {"temperature": [draft["temperature"], *more]})


@pytest.fixture
def scoped(keeping, draft):
    """A room with a scope."""
    entity = kept(keeping, draft | {"scope": "/town/hall"})
    eventually(lambda: _assert_scopes(keeping, entity, ["/town/hall"]))
    return entity


def _assert_scopes(broker, entity, expected):
    found = entity_in(broker.retrieve(entity["id"]))
    assert_whole(found, entity)
    assert_same_set(scopes_of(found), expected, "the scopes")


@pytest.fixture
def gauged(keeping, draft):
    """A room whose temperature has an attribute of its own."""
    draft["temperature"]["accuracy"] = {"type": "Property", "value": 0.5}
    return kept(keeping, draft)


@pytest.fixture
def created_at(broker, gauged, reading):
    """When the temperature was created, a moment that cannot come again."""
    moment = _creation(stamped(broker, gauged["id"]))
    let_pass(moment)
    reading("A50", "fractions" if moment.microsecond else "seconds")
    return moment


def _creation(entity):
    return stamps_in(instance_in(entity, "temperature"), "the attribute").created


@pytest.fixture
def replaced(broker, room):
    """A room one of whose attributes was replaced: the control of what is refused."""
    answer = broker.send("PUT", path_of(room["id"], "temperature"), WARMER)
    assert_status(answer, 204, what="replacing an attribute")
    return seen(broker, room | {"temperature": WARMER})


@pytest.mark.check(
    "CTX-ATT-14",
    clause="GS CIM 009 5.6.5.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
def test_a_deleted_attribute_is_gone(broker, room):
    """A deleted attribute is gone, and the rest of the entity stays."""
    assert_status(broker.send("DELETE", path_of(room["id"], "temperature")), 204)
    seen(broker, _without(room, "temperature"))


@pytest.mark.check(
    "CTX-ATT-15",
    clause="GS CIM 009 5.6.5.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
@pytest.mark.parametrize("unknown", ["attribute", "entity"])
def test_what_is_not_there_is_not_deleted(broker, bared, run_id, unknown):
    """Deleting an attribute that is not there, or of an unknown entity, is answered with 404."""
    id_ = bared["id"] if unknown == "attribute" else own_id("Nothing", run_id)
    answer = broker.send("DELETE", path_of(id_, "temperature"))
    assert_problem(answer, status=404, kind="ResourceNotFound")
    seen(broker, bared)


@pytest.mark.check(
    "CTX-ATT-16",
    clause="GS CIM 009 5.6.5.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
@pytest.mark.parametrize(
    ("query", "left"),
    [
        pytest.param(f"?datasetId={SECOND}", (0, 2), id="one dataset"),
        pytest.param("", (1, 2), id="default"),
        pytest.param("?deleteAll=true", (), id="all"),
    ],
)
def test_the_instances_meant_are_deleted(broker, threefold, query, left):
    """Deleting removes the default instance, that of a dataset, or all, as asked, and no other."""
    where = f"{path_of(threefold['id'], 'temperature')}{query}"
    assert_status(broker.send("DELETE", where), 204)
    rest = [threefold["temperature"][n] for n in left]
    others = _without(threefold, "temperature")
    seen(broker, others | {"temperature": rest} if rest else others)


@pytest.mark.check(
    "CTX-ATT-17",
    clause="GS CIM 009 5.6.5.4",
    level="writes",
    since="1.9.1",
    rests_on=("CTX-ATT-01",),
)
def test_a_scope_is_deleted_as_an_attribute(broker, scoped):
    """Deleting the scope leaves the entity without one, and with all its attributes."""
    assert_status(broker.send("DELETE", path_of(scoped["id"], "scope")), 204)
    eventually(lambda: _assert_scopes(broker, scoped, []))


@pytest.mark.check(
    "CTX-ATT-18",
    clause="GS CIM 009 5.6.19.4",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-ATT-01",),
)
def test_a_replaced_attribute_keeps_its_age_alone(broker, gauged, created_at):
    """Replacing an attribute leaves nothing of the old one but when it was created."""
    assert_status(broker.send("PUT", path_of(gauged["id"], "temperature"), WARMER), 204)

    def is_replaced():
        entity = stamped(broker, gauged["id"])
        assert_whole(entity, gauged | {"temperature": WARMER})
        assert_without(entity, "temperature", "unitCode", "observedAt", "accuracy")
        found = _creation(entity)
        assert_equal(found.isoformat(), created_at.isoformat(), "createdAt of the attribute")

    eventually(is_replaced)


@pytest.mark.check(
    "CTX-ATT-19",
    clause="GS CIM 009 5.6.19.4",
    level="writes",
    since="1.6.1",
    rests_on=("CTX-ATT-01",),
)
@pytest.mark.parametrize("defect", ["attribute", "entity", "dataset", "no uri"])
def test_what_is_not_there_is_not_replaced(broker, replaced, run_id, defect):
    """Replacing an attribute, instance or entity that is not there is refused and creates nothing."""
    ids = {"entity": own_id("Nothing", run_id), "no uri": "no uri at all"}
    name = "floor" if defect == "attribute" else "temperature"
    part = WARMER | {"value": 31} | ({"datasetId": SECOND} if defect == "dataset" else {})
    where = path_of(ids.get(defect, replaced["id"]), name)
    answer = broker.send("PUT", where, part)
    if defect == "no uri":
        assert_problem(answer, status=400, kind="BadRequestData")
    else:
        assert_problem(answer, status=404, kind="ResourceNotFound")
    seen(broker, replaced)
    if defect == "entity":
        assert_status(broker.retrieve(ids["entity"]), 404)
