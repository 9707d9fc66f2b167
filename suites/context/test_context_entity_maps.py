"""Entity maps: made of queries, looked at, moved in time, deleted (GS CIM 009 5.14), and who a source is (5.15).

A map keeps nothing but names and ends by itself; but it is made, so the level is that of writing.
"""

import time
from datetime import timedelta

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    json_object,
    member,
)
from mimtest.vocabulary.jsonld import instant, is_uri
from mimtest.vocabulary.ngsild import own_id
from mimtest.vocabulary.ngsild_maps import (
    COLLECTION,
    DURATION,
    assert_told,
    by_query,
    made,
    map_in,
    place_of,
    seen,
)
from mimtest.vocabulary.ngsild_pace import moment_in
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_NO_SOURCE = "urn:ngsi-ld:ContextSourceRegistration:mt-none"
_SECOND = timedelta(seconds=1)
#: Seconds until a map ends, until it may be gone at the latest, and what counts as at once.
_LIFE, _LONGEST_LAG, _AT_ONCE = 1.5, 60.0, 2.0
_PAUSE = 0.1


@pytest.fixture
def fresh(own):
    """Another map of the same entities, for a check that changes or deletes it."""
    found = made(own.broker, by_query(own.broker, own.type))
    eventually(lambda: assert_status(own.broker.get(found.place), 200, what="a map"))
    return found


@pytest.fixture
def stranger(own, run_id):
    """The path of a map that is not there."""
    return place_of(f"{own.map.address.rpartition('/')[0]}/{own_id('EntityMap', run_id)}")


@pytest.mark.check(
    "CTX-MAP-01", clause="GS CIM 009 5.15.1, 5.2.40", since="1.9.1", option="source-identity"
)
def test_a_source_says_who_it_is(broker):
    """A source tells its name, for how long it has been there and what time it is."""
    first = json_object(assert_status(broker.get("/info/sourceIdentity"), 200))
    own = member(first, "id", str)
    assert_that(is_uri(own), "the id is no URI", expected="a URI", received=own)
    assert_equal(member(first, "type", str), "ContextSourceIdentity", "the type")
    alias = member(first, "contextSourceAlias", str)
    assert_that(alias.strip(), "the alias is empty", expected="a name", received=alias)
    uptime = member(first, "contextSourceUptime", str)
    lasts = DURATION.fullmatch(uptime)
    assert_that(lasts, "the uptime is no duration", expected="ISO 8601", received=uptime)
    before = instant(member(first, "contextSourceTimeAt", str))
    assert_that(before, "the time is no DateTime", received=first["contextSourceTimeAt"])

    def later():
        second = json_object(assert_status(broker.get("/info/sourceIdentity"), 200))
        now = instant(member(second, "contextSourceTimeAt", str))
        assert_that(now and now > before, "the time stands still", received=str(now))
        return second

    again = eventually(later)
    assert_equal(again.get("contextSourceAlias"), alias, "the alias, asked for again")
    assert_equal(again.get("id"), own, "the id, asked for again")


@pytest.mark.check(
    "CTX-MAP-02",
    clause="GS CIM 009 5.14.4",
    level="writes",
    since="1.9.1",
    option="entity-maps",
    rests_on=("CTX-ENT-01",),
)
@pytest.mark.parametrize("method", ["get", "post", "get-filtered", "post-filtered"])
def test_a_map_is_made_of_a_query(own, method, reading):
    """A query makes a map of the entities it finds, which is at the address that is told."""
    broker = own.broker
    way, _, filtered = method.partition("-")

    def ask(**more):
        if way == "post":
            return by_query(broker, own.type, **more)
        return broker.get(COLLECTION, type=own.type, **more)

    if filtered:
        for q, ids in (("temp<=20", own.ids), ("temp>20", ())):
            found = made(broker, ask(q=q))
            assert_same_set(found.ids, ids, f"the entities of the map with {q}")
        return
    answer = ask()
    found = made(broker, answer)
    _ = assert_told(answer)
    assert_same_set(found.ids, own.ids, "the entities of the map")
    reading("A70", found.marking)
    there = seen(broker, found.place, own.ids)
    assert_equal(there.body["id"], found.body["id"], "the id of the map at that address")


@pytest.mark.check(
    "CTX-MAP-03",
    clause="GS CIM 009 5.14.4",
    level="writes",
    since="1.9.1",
    option="entity-maps",
    rests_on=("CTX-MAP-02",),
)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.usefixtures("own")
def test_no_map_is_made_of_everything(keeping, method):
    """A query that selects nothing is refused as too wide."""
    if method == "get":
        answer = keeping.get(COLLECTION)
    else:
        headers = {**keeping.names, "Content-Type": "application/json"}
        answer = keeping.client.post(COLLECTION, json={"type": "Query"}, headers=headers)
    assert_problem(answer, status=400, kind="BadRequestData")


@pytest.mark.check(
    "CTX-MAP-04",
    clause="GS CIM 009 5.14.1",
    level="writes",
    since="1.9.1",
    option="entity-maps",
    rests_on=("CTX-MAP-02",),
)
@pytest.mark.parametrize("case", ["known", "unknown", "no-uri"])
def test_a_map_is_retrieved(own, stranger, case):
    """A map is found by its id; an unknown one is not, and what is no URI is no id."""
    there = seen(own.broker, own.map.place, own.ids)
    if case == "known":
        assert_equal(there.body["id"], own.map.body["id"], "the id")
    elif case == "unknown":
        answer = own.broker.get(stranger)
        assert_problem(answer, status=404, kind="ResourceNotFound")
    else:
        answer = own.broker.get(f"{COLLECTION}/mt-no-uri")
        assert_problem(answer, status=400, kind="BadRequestData")


@pytest.mark.check(
    "CTX-MAP-05",
    clause="GS CIM 009 5.14.2, 5.5.14",
    level="writes",
    since="1.9.1",
    option="entity-maps",
    rests_on=("CTX-MAP-04",),
)
@pytest.mark.parametrize("case", ["end", "unknown", "read-only", "near"])
def test_only_the_end_of_a_map_moves(own, fresh, stranger, case, reading):
    """The end of a map is moved, and comes then; what else is sent of it changes nothing; no other map is touched."""
    broker = own.broker
    if case == "near":
        _assert_ends(broker, fresh, reading)
        return
    sooner = fresh.end - 2 * _SECOND
    end = {"type": "EntityMap", "expiresAt": sooner.strftime("%Y-%m-%dT%H:%M:%SZ")}
    if case == "unknown":
        assert_status(broker.send("PATCH", fresh.place, end), 204, what="moving the end of a map")
        answer = broker.send("PATCH", stranger, end)
        assert_problem(answer, status=404, kind="ResourceNotFound")
        return
    more = {"entityMap": {"urn:ngsi-ld:Mapped:mt-none": [_NO_SOURCE]}} if case != "end" else {}
    assert_status(broker.send("PATCH", fresh.place, end | more), 204)

    def look():
        after = map_in(broker.get(fresh.place), 200)
        assert_same_set(after.ids, own.ids, "the entities of the map")
        near = abs(after.end - instant(end["expiresAt"])) <= _SECOND or case != "end"
        assert_that(near, "the end differs", expected=end["expiresAt"], received=str(after.end))

    eventually(look)


def _assert_ends(broker, fresh, reading):
    """A map whose end was moved near is there until then, and not afterwards."""
    moment, ends = moment_in(_LIFE, broker.get(fresh.place))
    near = {"type": "EntityMap", "expiresAt": moment}
    assert_status(broker.send("PATCH", fresh.place, near), 204)
    if time.monotonic() < ends - _LIFE / 2:
        shown = map_in(
            assert_status(broker.get(fresh.place), 200, what="a map before its end"), 200
        )
        if shown.end > instant(moment) + _SECOND:
            raise Inconclusive("precondition_unmet", f"the end moved to {moment} is at {shown.end}")
    while assert_status(broker.get(fresh.place), 200, 404).status != 404:
        if time.monotonic() > ends + _LONGEST_LAG:
            raise Inconclusive("timeout", f"a map is there {_LONGEST_LAG:.0f} s after its end")
        time.sleep(_PAUSE)
    reading("A52", "at_once" if time.monotonic() < ends + _AT_ONCE else "later")


@pytest.mark.check(
    "CTX-MAP-06",
    clause="GS CIM 009 5.14.3",
    level="writes",
    since="1.9.1",
    option="entity-maps",
    rests_on=("CTX-MAP-04",),
)
def test_a_map_is_deleted(own, fresh):
    """A map is deleted once, and is not found afterwards; others stay."""
    broker = own.broker
    assert_status(broker.send("DELETE", fresh.place), 204)
    eventually(lambda: assert_problem(broker.get(fresh.place), status=404, kind="ResourceNotFound"))
    assert_problem(broker.send("DELETE", fresh.place), status=404, kind="ResourceNotFound")
    seen(broker, own.map.place, own.ids)
