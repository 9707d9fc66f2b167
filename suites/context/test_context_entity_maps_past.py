"""Entity maps of queries over time (GS CIM 009 5.14.5)."""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_problem, assert_same_set
from mimtest.vocabulary.ngsild_maps import (
    COLLECTION,
    assert_told,
    by_query,
    made,
    own_entities,
    seen,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_TIMES = {"timerel": "after", "timeAt": "2000-01-01T00:00:00Z", "timeproperty": "createdAt"}


@pytest.fixture
def past(target, keeping):
    """A type whose entities have a history that the broker has written down."""
    for option in ("temporal", "temporal-recording"):
        if option not in target.options:
            message = f"claims.options does not name '{option}'"
            raise NotApplicable("condition_not_claimed", message)
    return own_entities(keeping, 2)


@pytest.mark.check(
    "CTX-MAP-10",
    clause="GS CIM 009 5.14.5",
    level="writes",
    since="1.9.1",
    option="entity-maps",
    rests_on=("CTX-MAP-02", "CTX-TMP-01"),
)
@pytest.mark.parametrize("method", ["get", "post", "timeless"])
def test_a_map_is_made_of_a_query_over_time(keeping, past, method):
    """A query over time makes a map of the entities it finds; without a time it is refused."""
    kind, ids = past
    base = keeping.client.interface.temporal or ""
    path = f"{base}/temporal{COLLECTION}"

    def ask():
        if method == "post":
            answer = by_query(keeping, kind, path, temporalQ=_TIMES)
        else:
            answer = keeping.get(path, type=kind, **_TIMES)
        found = made(keeping, answer, base)
        _ = assert_told(answer)
        assert_same_set(found.ids, ids, "the entities of the map")
        return found

    _ = made(keeping, by_query(keeping, kind))
    found = eventually(ask)
    if method == "timeless":
        answer = keeping.get(path, type=kind)
        assert_problem(answer, status=400, kind="BadRequestData")
        return
    seen(keeping, found.place, ids)
    early = {**_TIMES, "timerel": "before"}
    none = made(keeping, keeping.get(path, type=kind, **early), base)
    assert_equal(none.ids, [], "the entities before there were any")
