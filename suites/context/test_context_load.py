"""What a broker makes of very much at once; only where the target file asks for it with the option `load`.

GS CIM 009 5.6.1.4, 6.3.2.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_problem, assert_status, problem
from mimtest.vocabulary.ngsild import assert_holds, entity_in, own_id, path_of
from mimtest.vocabulary.ngsild_entities import instance_in
from mimtest.vocabulary.ngsild_http import alive
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_LARGE = 20_000_000
_AT_ONCE = 20
_SECONDS = 60.0


@pytest.fixture
def twin(room, run_id) -> dict[str, Any]:
    """An entity nobody has created, whose like was taken."""
    return {**room, "id": own_id("Room", run_id)}


@pytest.mark.check(
    "CTX-COM-08",
    clause="GS CIM 009 6.3.2",
    strength="should",
    level="writes",
    since="1.3.1",
    option="load",
    rests_on=("CTX-ENT-01",),
)
def test_a_very_large_body_does_no_harm(keeping, room, twin):
    """An entity of 20 MB is created, or refused; the broker answers afterwards as before."""
    large = {**twin, "label": {"type": "Property", "value": "x" * _LARGE}}
    undo = path_of(twin["id"])
    answer = keeping.client.create("/entities", undo=undo, json=large, timeout=_SECONDS)
    assert_status(answer, 201, 400, 413)
    if answer.status == 201:
        eventually(lambda: _assert_whole(keeping, twin["id"]))
    alive(keeping, room["id"])


def _assert_whole(broker, id):
    value = instance_in(entity_in(broker.retrieve(id)), "label").get("value")
    assert_equal(len(str(value)), _LARGE, "the length of the value")


@pytest.mark.check(
    "CTX-COM-30",
    clause="GS CIM 009 5.6.1.4",
    level="writes",
    since="1.3.1",
    option="load",
    rests_on=("CTX-ENT-01", "CTX-ENT-03"),
)
def test_one_of_many_creations_succeeds(keeping, twin, reading):
    """Of twenty creations of one entity at the same time one succeeds, and the others are refused."""
    drafts = [{**twin, "number": {"type": "Property", "value": n}} for n in range(_AT_ONCE)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(keeping.create, drafts))
    made = [d for d, a in zip(drafts, answers, strict=True) if a.status == 201]
    assert_equal(len(made), 1, "the number of creations that succeed")
    for answer in answers:
        if answer.status != 201:
            assert_problem(answer, status=409, kind=("AlreadyExists", "Conflict"))
            named = str(problem(answer)["type"]).endswith("Conflict")
            reading("A69", "conflict" if named else "already_exists")
    eventually(lambda: assert_holds(entity_in(keeping.retrieve(twin["id"])), made[0]))
