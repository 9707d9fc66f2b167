"""The only source that has something fails (GS CIM 009 6.3.17)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.network.incoming import DROPPED, Reply
from mimtest.vocabulary.expect import assert_status, assert_that
from mimtest.vocabulary.ngsild import entity_in
from mimtest.vocabulary.ngsild_changes import assert_whole
from mimtest.vocabulary.ngsild_federation import WARNING, warnings_in
from mimtest.vocabulary.ngsild_spread import OUTSIDE, number, spreading
from mimtest.vocabulary.ngsild_spread_results import assert_partly
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

#: What a source may take, in milliseconds, and what it takes, in seconds.
PATIENCE = 400
LATE = 3.0
EXPECTED = {"missing": (404,), "refused": (502,), "late": (504,), "unreachable": (502, 504)}


@pytest.fixture
def make(keeping, hosting, receiver, run_id):
    """Makes entities of which a source of ours has a part, while the check lasts."""
    with spreading(keeping, hosting, receiver, run_id) as made:
        yield made


@pytest.fixture
def spread(make, mode, trouble):
    """An entity that only a source has, which was read and changed there, and is in trouble from now on."""
    found = make(mode, ["updateEntity"], management={"timeout": PATIENCE})
    held = {k: v for k, v in found.entity.items() if k in ("id", "type", OUTSIDE)}
    found.source.hold(held)
    eventually(lambda: assert_whole(entity_in(found.broker.retrieve(found.id)), held))
    assert_status(found.send("PATCH", "/attrs", {OUTSIDE: number(9)}), 204, what="a change")
    if trouble == "missing":
        found.source.forget()
    elif trouble == "refused":
        found.source.refuse(403)
    elif trouble == "late":
        found.source.slow(LATE)
    else:
        found.source.behave(Reply(DROPPED))
    return found


@pytest.mark.check(
    "CTX-DIST-19",
    clause="GS CIM 009 6.3.17",
    level="writes",
    since="1.8.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-DIST-16"),
)
@pytest.mark.parametrize("trouble", EXPECTED)
@pytest.mark.parametrize(("mode", "way"), [("redirect", "read"), ("exclusive", "change")])
def test_the_failure_of_the_only_source_is_told(spread, trouble, way, reading):
    """Where all is at one source, which lacks it, refuses, is late or silent, the answer says so."""
    if way == "read":
        answer = spread.broker.retrieve(spread.id)
    else:
        answer = spread.send("PATCH", "/attrs", {OUTSIDE: number(10)})
    if way == "change" and answer.status == 207:
        assert_partly(answer, spread.id, (OUTSIDE,))
        return
    if trouble == "late" and answer.ok:
        detail = f"the broker waits longer than the {PATIENCE} ms of the registration"
        raise Inconclusive("precondition_unmet", detail)
    missed = EXPECTED[trouble]
    if way == "change" or trouble == "missing":
        assert_status(answer, *missed)
        return
    assert_status(answer, *missed, 404)
    reading("D01", "not_found" if answer.status == 404 else "failed")
    if answer.status == 404 and spread.broker.holds_since("1.9.1"):
        what = "nothing is said of the source that failed"
        assert_that(warnings_in(answer), what, expected=WARNING, received="404 without one")
