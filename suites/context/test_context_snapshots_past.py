"""Snapshots of what queries over time find (GS CIM 009 5.2.41, 5.5.15, 5.16.1)."""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_same_set, assert_status
from mimtest.vocabulary.ngsild import own_id, own_name
from mimtest.vocabulary.ngsild_past import evolutions_in
from mimtest.vocabulary.ngsild_snapshots import draft, finished, inside, take
from mimtest.vocabulary.ngsild_temporal import (
    assert_history,
    evolution_in,
    histories_of,
    history_of,
    provided,
    seen,
    series,
    temporal_path,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_EARLY = [(f"2026-03-14T{h:02}:00:00Z", h) for h in (8, 9, 10)]
_LATER = [("2026-03-15T08:00:00Z", 80)]
_EVER = {"timerel": "after", "timeAt": "2020-01-01T00:00:00Z"}


@pytest.fixture
def history(target, keeping, run_id):
    """A history of our own, where histories are claimed as well."""
    if "temporal" not in target.options:
        raise NotApplicable("condition_not_claimed", "the target file does not claim temporal")
    kind = own_name("MtFrozenPast", run_id)
    sent = {"id": own_id("FrozenPast", run_id), "type": kind, "temp": series(_EARLY)}
    return provided(keeping, sent)


@pytest.fixture
def frozen(keeping, history):
    """The broker for what a snapshot of the history holds."""
    query = {"type": "Query", "entities": [{"type": history["type"]}], "temporalQ": _EVER}
    body = draft(keeping, snapshotTemporalQueries=[query])
    sent = {k: v for k, v in body.items() if k != "snapshotQueries"}
    assert_status(take(keeping, sent), 201, what="taking a snapshot of a history")
    status = finished(keeping, sent["id"])["snapshotStatus"]
    assert_equal(status, "success", "the status of a snapshot")
    return inside(keeping, sent["id"])


@pytest.mark.check(
    "CTX-MAP-18",
    clause="GS CIM 009 5.5.15, 5.16.1.4",
    level="writes",
    since="1.9.1",
    option="snapshots",
    rests_on=("CTX-MAP-14", "CTX-TMP-01"),
)
def test_a_snapshot_of_the_past_stays_as_it_was(keeping, history, frozen):
    """What is added to a history after a snapshot was taken is not seen in it, but everywhere else."""
    assert_history(evolution_in(history_of(frozen, history["id"])), history)
    where = f"{temporal_path(keeping.client, history['id'])}/attrs"
    answer = keeping.send("POST", where, {"temp": series(_LATER)})
    assert_status(answer, 204, what="adding an instance")
    seen(keeping, history | {"temp": series([*_EARLY, *_LATER])})
    assert_history(evolution_in(history_of(frozen, history["id"])), history)
    found = evolutions_in(histories_of(frozen, type=history["type"], **_EVER))
    assert_same_set(found, [history["id"]], "the histories in the snapshot")
    assert_status(keeping.send("DELETE", temporal_path(keeping.client, history["id"])), 204)
    eventually(lambda: assert_status(history_of(keeping, history["id"]), 404))
    assert_history(evolution_in(history_of(frozen, history["id"])), history)
