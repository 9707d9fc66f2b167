"""Entities are removed by a query where sources may have some of them (GS CIM 009 5.6.21)."""

from dataclasses import dataclass
from typing import Any

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    json_object,
    member,
)
from mimtest.vocabulary.ngsild import own_name
from mimtest.vocabulary.ngsild_registrations import about
from mimtest.vocabulary.ngsild_source import assert_not_asked
from mimtest.vocabulary.ngsild_spread import (
    OUTSIDE,
    assert_here,
    changes_at,
    number,
    put_here,
    spreading,
)
from mimtest.vocabulary.ngsild_spread_results import assert_conflict
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@dataclass(frozen=True)
class Stocked:
    """Entities of one type at a source, and at the broker: of each pair the first is to be removed."""

    broker: Any
    source: Any
    kind: str
    there: list[dict[str, Any]]
    here: list[dict[str, Any]]

    def purge(self):
        """Remove what has a high level."""
        params = {"type": self.kind, "q": f"{OUTSIDE}>5"}
        return self.broker.client.delete("/entities", params=params)

    def assert_purged(self):
        """Of each pair the first is gone and the other one is there."""
        for there, here in zip(self.there, self.here, strict=True):
            is_left = there is self.there[1]
            held = self.source.entity(there["id"])
            assert_equal(held is not None, is_left, f"whether the source still has {there['id']}")
            left = here if is_left else None
            eventually(lambda e=here, kept=left: assert_here(self.broker, e["id"], kept))


@pytest.fixture
def make(target, keeping, hosting, receiver, run_id):
    """Registers sources of ours, while the check lasts, at a broker that purges."""
    if not target.claims_token("option:purge"):
        raise NotApplicable("condition_not_claimed", "the target file does not claim purge")
    with spreading(keeping, hosting, receiver, run_id) as made:
        yield made


def _stocked(make):
    """Entities at a source that offers purges, and at the broker."""
    kind = own_name("MtSpread", make.run_id)
    entities = [{**make.draft(kind), OUTSIDE: number(level)} for level in (9, 1, 9, 1)]
    source, _ = make.register([about(kind)], "inclusive", ["purgeEntity"])
    make.settle(source, type=kind)
    source.hold(*entities[:2])
    for entity in entities[2:]:
        put_here(make.broker, entity)
    return Stocked(make.broker, source, kind, entities[:2], entities[2:])


@pytest.fixture(params=["offered", "not-offered"])
def purging(make, request):
    """Entities at a source that offers purges; or one at a source that only offers to be read.

    In the second case entities at a source that offers it were purged before.
    """
    twin = _stocked(make)
    if request.param == "offered":
        return twin
    assert_status(twin.purge(), 204, what="a purge at a source that offers it")
    found = make("redirect", [])
    found.hold()
    return found


@pytest.mark.check(
    "CTX-DIST-35",
    clause="GS CIM 009 5.6.21.4",
    level="writes",
    since="1.9.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-ENT-36"),
)
def test_a_purge_goes_to_the_sources(purging, reading):
    """A purge removes what it selects at sources too; a source that has all and offers none is a conflict."""
    if isinstance(purging, Stocked):
        assert_status(purging.purge(), 204)
        sent = changes_at(purging.source)
        assert_equal([s.operation for s in sent], ["purgeEntity"], "what the source was asked")
        assert_equal(sorted(sent[0].types), [purging.kind], "the types the source was to purge")
        purging.assert_purged()
        return
    where = {"type": purging.entity["type"], "q": f"{OUTSIDE}>5"}
    answer = purging.broker.client.delete("/entities", params=where)
    assert_not_asked(purging.changes(), "for what it does not offer")
    purging.assert_outside(purging.entity)
    if answer.status == 207:
        told = member(json_object(answer), "errors", list)
        assert_that(told, "the result names nothing that failed", expected="an entry")
    else:
        assert_conflict(answer, reading, lenient=False)
