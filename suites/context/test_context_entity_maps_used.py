"""Queries that make an entity map, or go by one (GS CIM 009 5.5.9.3, 5.5.14, 6.4.3.2)."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
    member,
)
from mimtest.vocabulary.jsonld import instant
from mimtest.vocabulary.ngsild import ids_in, next_page, own_id, path_of
from mimtest.vocabulary.ngsild_answering import told as answering
from mimtest.vocabulary.ngsild_federation import QUERIES, federation
from mimtest.vocabulary.ngsild_maps import (
    HEADER,
    assert_told,
    at_page,
    by_query,
    made,
    map_in,
    mapped,
    mapped_query,
    own_entity,
    place_of,
    seen,
)
from mimtest.vocabulary.ngsild_pace import moment_in
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_MOST_PAGES = 10
#: Seconds until a map ends, and by how much clocks and what they write may be apart.
_LIFE, _SLACK = 1.5, timedelta(seconds=2)


@pytest.fixture
def many(keeping):
    """More entities of another type, for a check that deletes one and adds one."""
    return mapped(keeping, 5)


def _ids(answer):
    """The entities of an answer, with or without a new map."""
    assert_status(answer, 200, 201)
    entities = answer.json()
    assert_that(isinstance(entities, list), "the answer is no array", received=answer.text()[:200])
    return [str(e.get("id")) for e in entities if isinstance(e, dict)]


@pytest.mark.check(
    "CTX-MAP-07",
    clause="GS CIM 009 5.5.14, 6.4.3.2",
    level="writes",
    since="1.9.1",
    option="entity-maps",
    rests_on=("CTX-MAP-04",),
)
@pytest.mark.parametrize("case", ["asked", "not-asked", "again"])
def test_a_query_tells_its_map(own, case):
    """A query that asks for its map tells where it is, one that goes by it as well, and others do not."""
    broker = own.broker
    plain = broker.query(type=own.type)
    assert_same_set(ids_in(plain), own.ids, "the entities")
    if case == "not-asked":
        told = plain.headers.get(HEADER)
        assert_that(told is None, f"a header {HEADER} nobody asked for", received=told)
        return
    answer = mapped_query(broker, type=own.type)
    assert_same_set(_ids(answer), own.ids, "the entities")
    told = assert_told(answer)
    seen(broker, place_of(told), own.ids)
    if case == "again":
        again = mapped_query(broker, told, type=own.type)
        assert_same_set(_ids(again), own.ids, "the entities by the map")
        same = again.headers.get(HEADER)
        assert_that(
            same and place_of(same) == place_of(told), "another map", expected=told, received=same
        )


@pytest.mark.check(
    "CTX-MAP-08",
    clause="GS CIM 009 5.5.9.3",
    level="writes",
    since="1.9.1",
    option="entity-maps",
    rests_on=("CTX-MAP-07",),
)
def test_pages_go_by_a_map(many):
    """Pages of a query that goes by a map have what it found at first, less what is gone meanwhile."""
    broker = many.broker
    answer = mapped_query(broker, type=many.type, limit=2)
    had = _ids(answer)
    address = assert_told(answer)
    gone = next((i for i in many.ids if i not in had), None)
    assert_that(gone, "the first page has all", expected="2 entities", received=had)
    assert_status(broker.send("DELETE", path_of(gone)), 204, what="deleting an entity")
    eventually(lambda: assert_status(broker.retrieve(gone), 404))
    new = own_entity(broker, many.type)
    now = {*many.ids, new} - {gone}
    eventually(lambda: assert_same_set(ids_in(broker.query(type=many.type)), now, "without a map"))
    for _ in range(_MOST_PAGES):
        following = next_page(answer)
        if following is None:
            break
        answer = at_page(broker, following, address)
        had += _ids(answer)
    assert_same_set(had, set(many.ids) - {gone}, f"all pages, {new} being new")


@pytest.mark.check(
    "CTX-MAP-09",
    clause="GS CIM 009 5.5.14",
    level="writes",
    since="1.9.1",
    option="entity-maps",
    rests_on=("CTX-MAP-07",),
)
@pytest.mark.parametrize("case", ["unknown", "deleted", "ended"])
def test_a_map_that_is_gone_is_made_anew(own, run_id, case):
    """A query that goes by a map which is not there, or has ended, finds everything, and tells of a new map."""
    broker = own.broker
    if case in {"deleted", "ended"}:
        old = made(broker, by_query(broker, own.type))
        seen(broker, old.place, own.ids)
        address = old.address
    if case == "deleted":
        assert_status(broker.send("DELETE", old.place), 204, what="deleting a map")
    elif case == "ended":
        _await_end(broker, old)
    else:
        start = own.map.address.rpartition("/")
        address = f"{start[0]}{start[1]}{own_id('EntityMap', run_id)}"

    def look():
        answer = mapped_query(broker, address, type=own.type)
        assert_same_set(_ids(answer), own.ids, "the entities")
        told = assert_told(answer)
        new = place_of(told) != place_of(address)
        assert_that(new, "it tells of the map that is gone", expected="another", received=told)
        return told

    seen(broker, place_of(eventually(look)), own.ids)


def _await_end(broker, old):
    """Move the end of a map near, and wait for it; whether it comes where nobody asks is another check's."""
    moment, ends = moment_in(_LIFE, broker.get(old.place))
    near = {"type": "EntityMap", "expiresAt": moment}
    assert_status(broker.send("PATCH", old.place, near), 204, what="moving the end of a map")
    answer = broker.get(old.place)
    told = map_in(answer, 200).end if answer.status == 200 else instant(moment)
    if told > instant(moment) + _SLACK:
        raise Inconclusive("precondition_unmet", f"the end moved to {moment} is at {told}")
    time.sleep(max(0.0, ends - time.monotonic()) + _SLACK.total_seconds())


@pytest.fixture
def sources(target, keeping, hosting, receiver, run_id):
    """Makes sources of ours that are registered while the check lasts."""
    if "distributed" not in target.options:
        message = "claims.options does not name 'distributed'"
        raise NotApplicable("condition_not_claimed", message)
    with federation(keeping, hosting, receiver, run_id) as made:
        yield made


@pytest.mark.check(
    "CTX-MAP-11",
    clause="GS CIM 009 5.14.4",
    level="writes",
    since="1.9.1",
    option="entity-maps",
    rests_on=("CTX-MAP-02", "CTX-DIST-01"),
)
def test_a_map_has_those_of_sources(own, sources, run_id):
    """A source that makes maps is asked for one, which is linked; its entities are in the map as well."""
    remote, theirs = own_id("Mapped", run_id), own_id("EntityMap", run_id)
    source = sources.source()
    source.behave(lambda asked: _map_of(asked, theirs, remote))
    operations = (*QUERIES, "createEntityMapQueryEntity")
    sent = sources.register(source, {"entities": [{"type": own.type}]}, operations=operations)

    def look():
        found = made(own.broker, by_query(own.broker, own.type))
        assert_same_set(found.ids, [*own.ids, remote], "the entities of the map")
        linked = member(found.body, "linkedMaps", dict, "the map")
        assert_equal(linked.get(sent["id"]), theirs, "the map that is linked for the registration")
        held = found.body["entityMap"].get(remote)
        has = held == sent["id"] or (isinstance(held, list) and sent["id"] in held)
        assert_that(has, "the registration is missing", expected=sent["id"], received=held)

    sources.sees(look)
    kinds = [a.types for a in source.asked() if a.parts[-1:] == ("entityMaps",)]
    assert_that(kinds, "the source was not asked for a map", expected="a request", received="none")


def _map_of(asked, id, entity):
    """What a source answers that has one entity and makes a map of it."""
    if asked.parts[-1:] != ("entityMaps",):
        return None
    body = {
        "id": id,
        "type": "EntityMap",
        "expiresAt": "2099-01-01T00:00:00Z",
        "entityMap": {entity: ["@none"]},
        "linkedMaps": {},
    }
    reply = answering(asked, body, ((HEADER, f"/ngsi-ld/v1/entityMaps/{id}"),))
    return replace(reply, status=201)
