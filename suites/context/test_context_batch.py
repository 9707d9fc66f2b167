"""Many things are created at once, and a result tells them apart.

GS CIM 009 5.6.7, 5.2.16, 5.5.11.1, 6.14.3.1.
"""

import pytest

from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    member,
)
from mimtest.vocabulary.ngsild import JSON, own_id
from mimtest.vocabulary.ngsild_batch import (
    assert_ids,
    assert_partly,
    batch,
    batch_result,
    created_ids,
    ids_of,
)
from mimtest.vocabulary.ngsild_changes import seen

pytestmark = pytest.mark.interface("ngsi-ld")

OTHER_LABEL = {"label": {"type": "Property", "value": "another room"}}


@pytest.fixture
def drafts(keeping, draft, run_id):
    """Three entities that nobody has created yet, seen not to be there."""
    entities = [draft | {"id": own_id("Room", run_id)} for _ in range(3)]
    for entity in entities:
        assert_status(keeping.retrieve(entity["id"]), 404, what="retrieving an unknown entity")
    return entities


@pytest.fixture
def batched(broker, drafts):
    """An entity that was created in a batch: the control of what is refused."""
    answer = batch(broker, "create", drafts[:1], new=drafts[:1])
    assert_status(answer, 200, 201, what="creating a batch of one entity")
    return seen(broker, drafts[0])


@pytest.mark.check(
    "CTX-BAT-01",
    clause="GS CIM 009 5.6.7.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-ENT-01",),
)
def test_a_batch_is_created(broker, drafts, reading):
    """A batch of new entities is created, and the answer lists their identifiers."""
    answer = batch(broker, "create", drafts, new=drafts)
    assert_same_set(created_ids(broker, answer), ids_of(drafts), "the entities created")
    if answer.status == 200:
        reading("A17", "result_object")
    for entity in drafts:
        seen(broker, entity)


@pytest.mark.check(
    "CTX-BAT-02",
    clause="GS CIM 009 5.6.7.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_a_batch_says_what_was_created_and_what_was_not(broker, room, drafts):
    """A batch of two new entities and a known one creates the new ones and names the other."""
    new = drafts[:2]
    answer = batch(broker, "create", [new[0], room | OTHER_LABEL, new[1]], new=new)
    failed = [room["id"]]
    assert_partly(answer, success=ids_of(new), failed=failed, kind="AlreadyExists")
    for entity in (*new, room):
        seen(broker, entity)


@pytest.mark.check(
    "CTX-BAT-03",
    clause="GS CIM 009 5.6.7.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
@pytest.mark.usefixtures("batched")
def test_a_wrong_item_does_not_spoil_a_batch_unseen(broker, drafts, reading):
    """Of a batch with an entity without a type the rest is created, or nothing is."""
    right, wrong = drafts[1], {k: v for k, v in drafts[2].items() if k != "type"}
    answer = assert_status(batch(broker, "create", [right, wrong], new=drafts[1:]), 207, 400)
    if answer.status == 207:
        assert_partly(answer, success=[right["id"]], failed=[wrong["id"]])
        seen(broker, right)
    else:
        assert_problem(answer, status=400, kind="BadRequestData")
        assert_status(broker.retrieve(right["id"]), 404)
    assert_status(broker.retrieve(wrong["id"]), 404)
    reading("A17", "itemised" if answer.status == 207 else "refused")


@pytest.mark.check(
    "CTX-BAT-05",
    clause="GS CIM 009 5.5.11.1",
    level="writes",
    since="1.5.1",
    rests_on=("CTX-BAT-01",),
)
def test_an_identifier_is_not_given_twice_in_a_batch(broker, drafts):
    """Of two entities with one identifier in a batch the first is created, the second is an error."""
    first = drafts[0]
    answer = batch(broker, "create", [first, first | OTHER_LABEL], new=[first])
    assert_partly(answer, success=[first["id"]], failed=[first["id"]], kind="AlreadyExists")
    seen(broker, first)


@pytest.mark.check(
    "CTX-BAT-22",
    clause="GS CIM 009 5.2.16",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_the_result_of_a_batch_can_be_read(broker, room, drafts):
    """The result of a batch is JSON with identifiers, and for each error a type and a title."""
    answer = batch(broker, "create", [drafts[0], room], new=drafts[:1])
    result = batch_result(answer)
    assert_media_type(answer, JSON)
    assert_ids(result.success, "'success'")
    assert_ids([id_ for id_, _ in result.errors], "the entities in error")
    assert_that(result.success, "nothing is done", expected="one identifier", received="none")
    assert_that(result.errors, "nothing is in error", expected="one error", received="none")
    for _, error in result.errors:
        assert_ids([member(error, "type", str, "the error")], "the type of an error")
        member(error, "title", str, "the error")


@pytest.mark.check(
    "CTX-BAT-23",
    clause="GS CIM 009 5.6.7.5",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
def test_a_batch_that_fails_as_a_whole_says_so(broker, room, batched, reading):
    """A batch of known entities creates nothing, changes nothing, and is no success."""
    known = (room, batched)
    answer = batch(broker, "create", [entity | OTHER_LABEL for entity in known])
    assert_status(answer, 207, 400)
    if answer.status == 207:
        assert_partly(answer, success=[], failed=ids_of(known))
    else:
        assert_problem(answer, status=400, kind="BadRequestData")
    for entity in known:
        seen(broker, entity)
    reading("A17", "itemised" if answer.status == 207 else "refused")
