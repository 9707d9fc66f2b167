"""What a broker takes, it keeps; what it may not take, it refuses: tried on generated entities.

The examples are legal but unusual, or wrong in one place (GS CIM 009 4.6, 5.5.4). The run's seed decides which.
"""

import pytest

from mimtest.vocabulary.expect import assert_status, member, shown
from mimtest.vocabulary.generating import for_all
from mimtest.vocabulary.jsonld import is_uri
from mimtest.vocabulary.ngsild import assert_holds, entity_in, own_id, own_name, path_of
from mimtest.vocabulary.ngsild_entities import assert_property_value, instance_in
from mimtest.vocabulary.ngsild_generated import defects, id_tails, moments, texts, values
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture
def kept(keeping, run_id, reading):
    """Judges an entity by creating it, reading it again and taking it away."""
    kind = own_name("MtGenerated", run_id)

    def judge(attributes, tail=""):
        sent = {"id": own_id("Generated", run_id) + tail, "type": kind, **attributes}
        assert_status(keeping.create(sent), 201, what="creating a generated entity")
        _assert_kept(eventually(lambda: entity_in(keeping.retrieve(sent["id"]))), sent, reading)
        assert_status(keeping.send("DELETE", path_of(sent["id"])), 204, what="deleting it")

    return judge


def _assert_kept(entity, sent, reading):
    """Everything is as it was sent, numbers to the precision that every broker can keep."""
    given = sent["held"]
    assert_holds(entity, {**sent, "held": {n: v for n, v in given.items() if n != "value"}})
    received = member(instance_in(entity, "held"), "value", None, "'held'")
    assert_property_value(received, given["value"], "the value", reading)


@pytest.mark.check(
    "CTX-GEN-01", clause="GS CIM 009 4.6.3", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
def test_generated_values_come_back(kept, seed):
    """Values of any JSON kind, deep, empty, large or in any script, come back as they were sent."""
    for_all(values, lambda v: kept({"held": {"type": "Property", "value": v}}), seed=seed)


@pytest.mark.check(
    "CTX-GEN-02", clause="GS CIM 009 4.6.1", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
def test_generated_texts_come_back(kept, seed):
    """Texts in any script, with signs and composed letters, come back letter by letter."""
    for_all(texts, lambda v: kept({"held": {"type": "Property", "value": v}}), seed=seed)


@pytest.mark.check(
    "CTX-GEN-03", clause="GS CIM 009 5.2.4", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
def test_generated_identifiers_name_their_entity(kept, seed):
    """Legal but unusual identifiers are taken, found again and removed."""
    held = {"held": {"type": "Property", "value": 1}}
    for_all(id_tails, lambda tail: kept(held, f":{tail}"), seed=seed)


@pytest.mark.check(
    "CTX-GEN-04", clause="GS CIM 009 4.6.3", level="writes", since="1.5.1", rests_on=("CTX-ENT-01",)
)
def test_generated_moments_come_back(kept, seed):
    """Moments of observation, with no or up to six digits after the second, come back as the same instant."""
    observed = {"type": "Property", "value": 1}
    for_all(moments, lambda at: kept({"held": {**observed, "observedAt": at}}), seed=seed)


@pytest.mark.check(
    "CTX-GEN-05", clause="GS CIM 009 5.5.4", level="writes", since="1.3.1", rests_on=("CTX-ENT-01",)
)
def test_generated_defects_are_refused(broker, room, run_id, seed):
    """Entities that are wrong in one place are refused as the client's mistake, and nothing of them is kept."""

    def judge(defect):
        sent = {**room, "id": own_id("Generated", run_id), **defect}
        answer = broker.create(sent)
        assert_status(answer, 400, 422, what=f"creating an entity with {shown(defect)}")
        if is_uri(sent["id"]):
            assert_status(broker.retrieve(sent["id"]), 404, what="retrieving what was refused")

    for_all(defects, judge, seed=seed)
