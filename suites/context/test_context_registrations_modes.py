"""How a source takes part: modes, operations, and what they exclude (GS CIM 009 4.3.6, 4.20, 5.9.2)."""

import pytest

from mimtest.vocabulary.expect import assert_problem, assert_status, excerpt, fail
from mimtest.vocabulary.ngsild import assert_holds, entity_in, own_id, own_name
from mimtest.vocabulary.ngsild_http import kind_of
from mimtest.vocabulary.ngsild_registrations import (
    about,
    assert_registered,
    registration_in,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def kind(run_id):
    """A type of entities that nobody else has."""
    return own_name("MtSource", run_id)


@pytest.fixture
def drawn(registry, kind, run_id):
    """Makes registrations, each about one attribute of one entity of the type."""

    def draw(id=None, **more):
        entity = id or own_id("Sensor", run_id)
        return registry.draft(run_id, about(kind, "temperature", id=entity), **more)

    return draw


@pytest.fixture
def held(keeping, kind, run_id):
    """An entity in the broker itself that has the attribute."""
    entity = {
        "id": own_id("Sensor", run_id),
        "type": kind,
        "temperature": {"type": "Property", "value": 21.5},
    }
    assert_status(keeping.create(entity), 201, what="creating an entity")
    eventually(lambda: assert_holds(entity_in(keeping.retrieve(entity["id"])), entity))
    return entity


#: What a registration may say of its part; the last two are no words of the standard.
_PARTS = {
    "inclusive": {"mode": "inclusive"},
    "exclusive": {"mode": "exclusive"},
    "redirect": {"mode": "redirect"},
    "auxiliary": {"mode": "auxiliary", "operations": ["retrieveOps"]},
    "group": {"operations": ["retrieveOps"]},
    "operation": {"operations": ["retrieveEntity", "createEntity"]},
    "unknown-mode": {"mode": "mimtest"},
    "unknown-operation": {"operations": ["mimtest"]},
}


@pytest.mark.check(
    "CTX-REG-06",
    clause="GS CIM 009 5.2.9",
    level="writes",
    since="1.6.1",
    option="registry",
    rests_on=("CTX-REG-01",),
)
@pytest.mark.parametrize("part", _PARTS)
def test_a_source_says_how_it_takes_part(registry, drawn, part):
    """A registration says its mode and operations, which are kept; an unknown mode is refused."""
    sent = drawn(**_PARTS[part])
    if part == "unknown-mode":
        assert_status(registry.create(drawn(mode="inclusive")), 201, what="a known mode")
        assert_problem(registry.create(sent), status=400, kind="BadRequestData")
        assert_status(registry.retrieve(sent["id"]), 404)
        return
    answer = registry.create(sent)
    if part == "unknown-operation" and answer.status == 400:
        assert_problem(answer, status=400, kind="BadRequestData")
        return
    assert_status(answer, 201)
    eventually(lambda: assert_registered(registration_in(registry.retrieve(sent["id"])), sent))


@pytest.mark.check(
    "CTX-REG-07",
    clause="GS CIM 009 4.3.6.3",
    level="writes",
    since="1.6.1",
    option="registry",
    rests_on=("CTX-REG-06",),
)
@pytest.mark.parametrize("lacking", ["id", "id-but-pattern", "attributes"])
def test_an_exclusive_source_has_attributes_of_one_entity(registry, drawn, kind, lacking, reading):
    """An exclusive registration is about attributes of one entity; any other is refused."""
    run_id = registry.client.run_id
    id_ = own_id("Sensor", run_id)
    assert_status(registry.create(drawn(id_, mode="exclusive")), 201)
    information = {
        "id": about(kind, "pressure"),
        "id-but-pattern": about(kind, "pressure", idPattern=f"{id_}.*"),
        "attributes": about(kind, id=own_id("Sensor", run_id)),
    }
    sent = registry.draft(run_id, information[lacking], mode="exclusive")
    answer = registry.create(sent)
    if answer.ok and not registry.broker.holds_since("1.9.1"):
        reading("A28", "lenient")
        return
    assert_problem(answer, status=400, kind="BadRequestData")
    assert_status(registry.retrieve(sent["id"]), 404)
    reading("A28", "strict")


def _assert_conflict(registry, sent, reading):
    """Registering that is refused as a conflict with what there is."""
    answer = assert_status(registry.create(sent), 409)
    kind = kind_of(answer, reading)
    if kind == "AlreadyExists":
        reading("A69", "already_exists")
    elif kind != "Conflict":
        fail("a conflict has another error type", expected="Conflict", received=excerpt(answer))
    assert_status(registry.retrieve(sent["id"]), 404)


@pytest.mark.check(
    "CTX-REG-08",
    clause="GS CIM 009 5.9.2.4",
    level="writes",
    since="1.9.1",
    option="registry",
    rests_on=("CTX-REG-06", "CTX-ENT-01"),
)
@pytest.mark.parametrize("there", ["exclusive", "redirect", "entity"])
def test_what_is_exclusive_is_nowhere_else(registry, drawn, held, there, reading):
    """An exclusive registration of what is registered elsewhere, or held locally, is refused."""
    id_ = held["id"] if there == "entity" else own_id("Sensor", registry.client.run_id)
    if there != "entity":
        assert_status(registry.create(drawn(id_, mode=there)), 201)
    assert_status(registry.create(drawn(mode="exclusive")), 201, what="one of another entity")
    _assert_conflict(registry, drawn(id_, mode="exclusive"), reading)


@pytest.mark.check(
    "CTX-REG-09",
    clause="GS CIM 009 5.9.2.4",
    level="writes",
    since="1.9.1",
    option="registry",
    rests_on=("CTX-REG-06", "CTX-ENT-01"),
)
def test_what_the_broker_holds_is_not_redirected(registry, drawn, held, reading):
    """A redirect registration of an entity that the broker itself holds is refused."""
    assert_status(registry.create(drawn(mode="redirect")), 201, what="one of another entity")
    _assert_conflict(registry, drawn(held["id"], mode="redirect"), reading)


@pytest.mark.check(
    "CTX-REG-10",
    clause="GS CIM 009 5.9.2.4",
    level="writes",
    since="1.9.1",
    option="registry",
    rests_on=("CTX-REG-06",),
)
@pytest.mark.parametrize(
    "operations", [["updateOps"], ["retrieveEntity", "createEntity"]], ids=["group", "one"]
)
def test_an_auxiliary_source_is_only_read(registry, drawn, operations):
    """An auxiliary registration offers to be read; one that offers to be written is refused."""
    for allowed in (["retrieveOps"], ["retrieveEntity"], ["queryEntity"]):
        assert_status(registry.create(drawn(mode="auxiliary", operations=allowed)), 201)
    sent = drawn(mode="auxiliary", operations=operations)
    assert_problem(registry.create(sent), status=400, kind="BadRequestData")
    assert_status(registry.retrieve(sent["id"]), 404)
