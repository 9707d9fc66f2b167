"""One attribute is corrected in part: what is named changes, the rest stays.

GS CIM 009 5.6.4, 6.7.3.1.
"""

import pytest

from mimtest.vocabulary.expect import assert_problem, assert_same_set, assert_status
from mimtest.vocabulary.ngsild import entity_in, own_id, path_of
from mimtest.vocabulary.ngsild_changes import kept, scopes_of, seen
from mimtest.vocabulary.ngsild_entities import assert_bad_request
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

WARMER = {"type": "Property", "value": 25}
SECOND = "urn:ngsi-ld:Dataset:mt-second"
THIRD = "urn:ngsi-ld:Dataset:mt-third"


@pytest.fixture
def gauged(keeping, draft):
    """A room whose temperature has an attribute of its own."""
    draft["temperature"]["accuracy"] = {"type": "Property", "value": 0.5}
    return kept(keeping, draft)


@pytest.fixture
def corrected(broker, room):
    """A room one of whose attributes was corrected: the control of what is refused."""
    return _corrected(broker, room)


@pytest.fixture
def scoped(keeping, draft):
    """A room with a scope, one of whose attributes was corrected."""
    entity = _corrected(keeping, kept(keeping, draft | {"scope": "/town/hall"}))
    eventually(lambda: _assert_scope(keeping, entity))
    return entity


def _corrected(broker, entity):
    answer = broker.send("PATCH", path_of(entity["id"], "temperature"), WARMER)
    assert_status(answer, 204, what="a partial update of an attribute")
    return seen(broker, entity | {"temperature": entity["temperature"] | WARMER})


def _assert_scope(broker, entity):
    found = scopes_of(entity_in(broker.retrieve(entity["id"])))
    assert_same_set(found, [entity["scope"]], "the scopes")


@pytest.fixture
def twofold(keeping, draft):
    """A room with two instances of one attribute."""
    second = {"type": "Property", "value": 19, "unitCode": "CEL", "datasetId": SECOND}
    return kept(keeping, draft | {"temperature": [draft["temperature"], second]})


@pytest.mark.check(
    "CTX-ATT-09",
    clause="GS CIM 009 5.6.4.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
def test_a_partial_update_keeps_what_it_does_not_name(broker, gauged):
    """A partial update of an attribute changes its value and keeps its other members."""
    assert_status(broker.send("PATCH", path_of(gauged["id"], "temperature"), WARMER), 204)
    seen(broker, gauged | {"temperature": gauged["temperature"] | WARMER})


@pytest.mark.check(
    "CTX-ATT-10",
    clause="GS CIM 009 5.6.4.4",
    level="writes",
    since="1.5.1",
    rests_on=("CTX-ATT-01",),
)
def test_a_partial_update_does_not_change_the_type(broker, corrected, reading):
    """A partial update by an attribute of another type is refused and changes nothing."""
    other = {"type": "Relationship", "object": "urn:ngsi-ld:Thermometer:mt-one"}
    answer = broker.send("PATCH", path_of(corrected["id"], "temperature"), other)
    assert_bad_request(answer, reading)
    seen(broker, corrected)


@pytest.mark.check(
    "CTX-ATT-11",
    clause="GS CIM 009 5.6.4.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
@pytest.mark.parametrize("unknown", ["attribute", "entity"])
def test_what_is_not_there_is_not_corrected(broker, corrected, run_id, unknown):
    """A partial update of an attribute or entity that is not there is answered with 404."""
    if unknown == "attribute":
        answer = broker.send("PATCH", path_of(corrected["id"], "floor"), WARMER)
    else:
        nothing = own_id("Nothing", run_id)
        answer = broker.send("PATCH", path_of(nothing, "temperature"), WARMER)
        assert_status(broker.retrieve(nothing), 404)
    assert_problem(answer, status=404, kind="ResourceNotFound")
    seen(broker, corrected)


@pytest.mark.check(
    "CTX-ATT-12",
    clause="GS CIM 009 5.6.4.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ATT-01",),
)
@pytest.mark.parametrize("dataset", ["known", "unknown"])
def test_one_instance_is_corrected(broker, twofold, dataset):
    """A partial update changes the instance whose datasetId it names, and no other."""
    where = path_of(twofold["id"], "temperature")
    assert_status(broker.send("PATCH", where, WARMER | {"datasetId": SECOND}), 204)
    first, second = twofold["temperature"]
    new = twofold | {"temperature": [first, second | WARMER]}
    seen(broker, new)
    if dataset == "unknown":
        answer = broker.send("PATCH", where, {"type": "Property", "value": 31, "datasetId": THIRD})
        assert_problem(answer, status=404, kind="ResourceNotFound")
        seen(broker, new)


@pytest.mark.check(
    "CTX-ATT-13",
    clause="GS CIM 009 5.6.4.4",
    level="writes",
    since="1.5.1",
    rests_on=("CTX-ATT-01",),
)
def test_a_scope_is_not_corrected_as_an_attribute(broker, scoped):
    """A partial update of the scope is refused, and the scope stays."""
    answer = broker.send("PATCH", path_of(scoped["id"], "scope"), WARMER)
    assert_problem(answer, status=400, kind="BadRequestData")
    eventually(lambda: _assert_scope(broker, scoped))
