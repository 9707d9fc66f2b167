"""A batch is an array of things, each in its own or in the linked @context.

GS CIM 009 5.6.7 to 5.6.10, 5.6.20, 5.5.4, 6.3.5.
"""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_problem, assert_same_set, assert_status
from mimtest.vocabulary.ngsild import JSON, JSON_LD, own_id
from mimtest.vocabulary.ngsild_batch import assert_partly, batch, created_ids, ids_of
from mimtest.vocabulary.ngsild_changes import seen
from mimtest.vocabulary.ngsild_entities import assert_bad_request

pytestmark = pytest.mark.interface("ngsi-ld")

COOL = {"type": "Property", "value": 17}
OTHER_LABEL = {"label": {"type": "Property", "value": "another room"}}
OPERATIONS = ("create", "upsert", "update", "merge", "delete")


def _with_ids(draft, run_id, count):
    return [draft | {"id": own_id("Room", run_id)} for _ in range(count)]


@pytest.fixture
def pair(keeping, draft, run_id, operation):
    """Two entities, which are there unless the operation creates them; the first was operated on."""
    if operation == "merge" and not keeping.holds_since("1.6.1"):
        raise NotApplicable("version_not_claimed", "entities are merged from 1.6.1 on")
    entities = _with_ids(draft, run_id, 2)
    if operation != "create":
        answer = batch(keeping, "create", entities, new=entities)
        assert_status(answer, 200, 201, what="creating a batch of entities")
        for entity in entities:
            seen(keeping, entity)
    first = [entities[0]]
    body = ids_of(first) if operation == "delete" else first
    answer = batch(keeping, operation, body, new=first if operation == "create" else ())
    assert_status(answer, 200, 201, 204, what=f"a batch {operation} of one entity")
    return entities


@pytest.mark.check(
    "CTX-BAT-04",
    clause="GS CIM 009 5.6.7.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("defect", ["empty", "null", "no array", "cut"])
def test_a_batch_that_is_no_array_of_things_is_refused(broker, pair, operation, defect, reading):
    """A batch that is empty, has a null, is no array or no JSON is refused and changes nothing."""
    second = pair[1]
    item = second["id"] if operation == "delete" else second | OTHER_LABEL
    if defect == "null" and operation == "merge":
        _assert_null_changes_all_or_nothing(broker, item, second, reading)
        return
    answer = _with_defect(broker, operation, item, second, defect)
    if defect == "cut":
        assert_problem(answer, status=400, kind="InvalidRequest")
    elif defect == "no array" or operation == "merge":
        assert_bad_request(answer, reading)
    else:
        assert_problem(answer, status=400, kind="BadRequestData")
    _assert_untouched(broker, operation, second)


def _with_defect(broker, operation, item, second, defect):
    new = [second] if operation == "create" else []
    if defect == "cut":
        headers = {"Content-Type": JSON, **broker.names}
        where = f"/entityOperations/{operation}"
        return broker.client.post(where, content='[{"id": "urn:mt:cut", ', headers=headers)
    whole = item if isinstance(item, dict) else {"id": item}
    body = {"empty": [], "null": [item, None], "no array": whole}[defect]
    return batch(broker, operation, body, new=new)


def _assert_untouched(broker, operation, second):
    if operation == "create":
        assert_status(broker.retrieve(second["id"]), 404)
    else:
        seen(broker, second)


def _assert_null_changes_all_or_nothing(broker, item, second, reading):
    """The clause of this operation is silent about a null: it is refused, or not seen."""
    answer = batch(broker, "merge", [item, None])
    if answer.status == 204:
        seen(broker, second | OTHER_LABEL)
    else:
        assert_bad_request(answer, reading)
        seen(broker, second)
    reading("A08", "dropped" if answer.status == 204 else "refused")


@pytest.fixture
def drafts(keeping, draft, run_id):
    """Two entities that nobody has created yet, seen not to be there."""
    entities = _with_ids(draft, run_id, 2)
    for entity in entities:
        assert_status(keeping.retrieve(entity["id"]), 404, what="retrieving an unknown entity")
    return entities


@pytest.fixture
def json_ld_taken(keeping, draft, run_id, terms):
    """A JSON-LD batch of one entity was taken: the control of what is refused."""
    entity = _with_ids(draft, run_id, 1)[0] | {"@context": {"temp": terms.iri("temp")}}
    answer = batch(keeping, "create", [entity], new=[entity], content_type=JSON_LD)
    assert_status(answer, 200, 201, what="creating a JSON-LD batch of one entity")


@pytest.mark.check(
    "CTX-BAT-20",
    clause="GS CIM 009 6.3.5",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
@pytest.mark.parametrize("contexts_of", ["each", "one"])
@pytest.mark.usefixtures("json_ld_taken")
def test_each_item_has_its_own_context(broker, drafts, terms, contexts_of, reading):
    """Names of an item in a JSON-LD batch mean what its own @context says; one without has an error."""
    first = drafts[0] | {"temp": COOL, "@context": {"temp": terms.iri("temp")}}
    second = drafts[1] | {"temp": COOL, "@context": {"temp": terms.other_iri("temp")}}
    if contexts_of == "one":
        del second["@context"]
    answer = batch(broker, "create", [first, second], new=drafts, content_type=JSON_LD)
    meant = drafts[0] | {terms.iri("temp"): COOL}
    if contexts_of == "one":
        _assert_second_refused(broker, answer, (meant, drafts[1]), reading)
        return
    assert_same_set(created_ids(broker, answer), ids_of(drafts), "the entities created")
    seen(broker, meant)
    seen(broker, drafts[1] | {terms.other_iri("temp"): COOL})


def _assert_second_refused(broker, answer, entities, reading):
    """The first is created and the second an error, or nothing is created."""
    first, second = entities
    assert_status(answer, 207, 400)
    if answer.status == 207:
        assert_partly(answer, success=[first["id"]], failed=[second["id"]])
        seen(broker, first)
    else:
        assert_problem(answer, status=400, kind="BadRequestData")
        assert_status(broker.retrieve(first["id"]), 404)
    assert_status(broker.retrieve(second["id"]), 404)
    reading("A17", "itemised" if answer.status == 207 else "refused")


@pytest.fixture
def naming(request, broker, where):
    """The broker under a linked @context of ours; or, for one inside, seen to take a batch."""
    if where == "linked":
        contexts = request.getfixturevalue("contexts")
        return contexts.broker(contexts.terms)
    entities = _with_ids(request.getfixturevalue("draft"), broker.client.run_id, 1)
    answer = batch(broker, "create", entities, new=entities)
    assert_status(answer, 200, 201, what="creating a batch of one entity")
    return broker


@pytest.mark.check(
    "CTX-BAT-21",
    clause="GS CIM 009 6.3.5",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-BAT-01",),
)
@pytest.mark.parametrize("where", ["linked", "inside"])
def test_a_json_batch_has_its_context_in_the_link(broker, naming, drafts, terms, reading):
    """Names in a JSON batch mean what the linked @context says; an item with one inside is an error."""
    if naming is broker:
        inside = {"temp": COOL, "@context": {"temp": terms.iri("temp")}}
        answer = batch(broker, "create", [drafts[0], drafts[1] | inside], new=drafts)
        _assert_second_refused(broker, answer, drafts, reading)
        return
    answer = batch(naming, "create", [d | {"temp": COOL} for d in drafts], new=drafts)
    assert_same_set(created_ids(broker, answer), ids_of(drafts), "the entities created")
    for entity in drafts:
        seen(broker, _as_linked(entity, terms))


def _as_linked(entity, terms):
    """The entity without the link: those of its names that the linked @context has are full."""
    named = {terms.iri(n) if n == "label" else n: v for n, v in entity.items()}
    return named | {terms.iri("temp"): COOL}
