"""Many entities are changed where a source is registered for some of them (GS CIM 009 5.6.7 to 5.6.10, 5.6.20)."""

from dataclasses import dataclass
from typing import Any

import pytest

from mimtest.vocabulary.expect import assert_equal, assert_same_set, assert_status, assert_that
from mimtest.vocabulary.ngsild import own_name
from mimtest.vocabulary.ngsild_answering import refusal, results
from mimtest.vocabulary.ngsild_batch import assert_partly, batch, created_ids, ids_of
from mimtest.vocabulary.ngsild_changes import assert_whole
from mimtest.vocabulary.ngsild_registrations import about
from mimtest.vocabulary.ngsild_spread import (
    OUTSIDE,
    assert_here,
    changes_at,
    number,
    put_here,
    spreading,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@dataclass(frozen=True)
class Way:
    """An operation on many: its path and name, the single ones it is made of, whether it is for new entities."""

    path: str
    operation: str
    singly: tuple[str, ...]
    for_new: bool = False


WAYS = {
    "create": Way("create", "createBatch", ("createEntity",), for_new=True),
    "upsert": Way("upsert", "upsertBatch", ("createEntity", "replaceEntity"), for_new=True),
    "update": Way("update", "updateBatch", ("updateEntity", "appendAttrs")),
    "delete": Way("delete", "deleteBatch", ("deleteEntity",)),
    "merge": Way("merge", "mergeBatch", ("mergeEntity",)),
}


@dataclass(frozen=True)
class Many:
    """Entities, all but the last of them registered at a source, that are changed together."""

    broker: Any
    source: Any
    way: Way
    singly: bool
    entities: list[dict[str, Any]]

    @property
    def away(self):
        """The entities that are registered."""
        return self.entities[:-1]

    def send(self):
        """The operation, for all of the entities."""
        is_removal = self.way.path == "delete"
        body = ids_of(self.entities) if is_removal else self.entities
        return batch(self.broker, self.way.path, body, new=self.entities)

    def hold(self):
        """Where the operation is for entities that are there, put them where they belong."""
        if not self.way.for_new:
            old = [{**e, OUTSIDE: number(0)} for e in self.entities]
            self.source.hold(*old[:-1])
            put_here(self.broker, old[-1])


@pytest.fixture
def make(keeping, hosting, receiver, run_id):
    """Registers sources of ours, while the check lasts."""
    with spreading(keeping, hosting, receiver, run_id) as made:
        yield made


@pytest.fixture(params=["at-once", "singly"])
def rounds(make, request, way, keeping, run_id):
    """Two times some entities, of which all but one are registered at a source, that offers one way."""
    singly = request.param == "singly"
    kind = own_name("MtSpread", run_id)
    sets = [[make.draft(kind) for _ in range(3)] for _ in range(2)]
    infos = [about(kind, id=e["id"]) for entities in sets for e in entities[:-1]]
    information = [{"entities": [i["entities"][0] for i in infos]}]
    offered = way.singly if singly else (way.operation,)
    source, _ = make.register(information, "redirect", offered)
    make.settle(source, id=sets[0][0]["id"])
    found = [Many(keeping, source, way, singly, entities) for entities in sets]
    for many in found:
        many.hold()
    return found


@pytest.mark.check(
    "CTX-DIST-17",
    clause="GS CIM 009 5.6.7 to 5.6.10, 5.6.20",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-DIST-14"),
)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_batch_is_divided(rounds):
    """Of many entities a source gets its own, at once or one by one as it offers, and the results are joined."""
    fine, broken = rounds
    answer = fine.send()
    if fine.way.for_new:
        listed = created_ids(fine.broker, answer)
        assert_same_set(listed, ids_of(fine.entities), "the identifiers of what was created")
    else:
        assert_status(answer, 204)
    _assert_sent(fine)
    _assert_done(fine)
    failing = broken.entities[0]["id"]
    broken.source.behave(lambda asked: _refused(asked, failing, ids_of(broken.away)))
    done = ids_of(broken.entities[1:])
    assert_partly(broken.send(), success=done, failed=[failing])


def _refused(asked, failing, ids):
    """What a source answers that refuses one entity."""
    no = refusal(403, "OperationNotSupported", "this one is not changed")
    if isinstance(asked.body, list):
        return results([i for i in ids if i != failing], {failing: no})
    return no if failing in (asked.target, _id_in(asked)) else None


def _id_in(asked):
    return asked.body.get("id") if isinstance(asked.body, dict) else None


def _assert_sent(many):
    """The source was asked for its entities, by operations that it offers, and for no other."""
    sent = changes_at(many.source)
    offered = many.way.singly if many.singly else (many.way.operation,)
    for asked in sent:
        assert_that(
            asked.operation in offered,
            "the source was asked for what it does not offer",
            expected=" or ".join(offered),
            received=str(asked),
        )
    if many.singly:
        ids = {a.target or str(_id_in(a)) for a in sent}
    else:
        assert_equal(len(sent), 1, "the number of requests to the source")
        items = sent[0].body if isinstance(sent[0].body, list) else []
        ids = [str(i.get("id") if isinstance(i, dict) else i) for i in items]
    assert_same_set(ids, ids_of(many.away), "the entities the source was asked to change")


def _assert_done(many):
    """The source has its entities as they are now, the broker itself the other one."""
    gone = many.way.path == "delete"
    for entity in many.away:
        held = many.source.entity(entity["id"])
        assert_equal(held is None, gone, f"whether {entity['id']} is missing at the source")
        if held is not None:
            assert_whole(held, entity)
        eventually(lambda e=entity: assert_here(many.broker, e["id"], None))
    own = many.entities[-1]
    eventually(lambda: assert_here(many.broker, own["id"], None if gone else own))
