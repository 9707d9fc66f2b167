"""What belongs to one tenant is nothing to another (GS CIM 009 4.14, 5.5.10, 6.3.14).

Tenants cannot be removed through the API: those a run makes stay behind, empty.
"""

from dataclasses import replace

import pytest

from mimtest.errors import Inconclusive
from mimtest.target import Level
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
)
from mimtest.vocabulary.ngsild import assert_holds, entity_in, ids_in, path_of
from mimtest.vocabulary.ngsild_paging import count_of
from mimtest.vocabulary.ngsild_query import query_by_post
from mimtest.vocabulary.ngsild_silence import assert_unheard, silence
from mimtest.vocabulary.ngsild_subjects import Subject
from mimtest.vocabulary.ngsild_tenants import (
    HEADER,
    in_tenant,
    names_for,
    own_entity,
    put,
    types_in,
)
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.fixture(scope="module")
def tenants(interface, run_id):
    """The names of two tenants."""
    return names_for(interface, run_id)


@pytest.fixture(scope="module")
def homes(broker, tenants, run_id):
    """The broker for each of two tenants that exist; each has an entity of its own."""
    found = [in_tenant(broker, name) for name in tenants]
    with broker.client.recorder.preparing(broker.client.level):
        for home in found:
            put(home, own_entity("MtHome", run_id, 1))
    return found


@pytest.fixture
def held(homes, run_id):
    """An entity in the first tenant, the only one of its type."""
    entity = own_entity("MtHeld", run_id, 21.5)
    put(homes[0], entity)
    return entity


@pytest.mark.check(
    "CTX-TEN-01",
    clause="GS CIM 009 5.5.10",
    level="writes",
    since="1.4.1",
    option="tenants",
    rests_on=("CTX-ENT-01",),
)
def test_tenants_have_identifiers_of_their_own(broker, homes, run_id):
    """The same identifier names three entities: one by default, and one in each of two tenants."""
    first = own_entity("MtSame", run_id, 1)
    places = (broker, *homes)
    entities = [{**first, "temp": {"type": "Property", "value": n}} for n in range(len(places))]
    for place, entity in zip(places, entities, strict=True):
        assert_status(place.create(entity), 201)
    for place, entity in zip(places, entities, strict=True):
        eventually(lambda p=place, e=entity: assert_holds(entity_in(p.retrieve(e["id"])), e))


@pytest.fixture
def plain(broker, run_id):
    """An entity of the default tenant, the only one of its type."""
    entity = own_entity("MtPlain", run_id, 20.5)
    put(broker, entity)
    return entity


def _by_post(broker, entity):
    body = {"type": "Query", "entities": [{"type": entity["type"]}]}
    return entity["id"] in ids_in(query_by_post(broker, body))


def _by_details(broker, entity):
    answer = broker.get(f"/types/{entity['type']}")
    return assert_status(answer, 200, 404).status == 200


_MORE_WAYS = {
    "filter": lambda b, e: e["id"] in ids_in(b.query(type=e["type"], q="temp")),
    "post": _by_post,
    "count": lambda b, e: count_of(b.query(type=e["type"], count=True, limit=1)) != 0,
    "details": _by_details,
}


@pytest.mark.check(
    "CTX-TEN-02",
    clause="GS CIM 009 4.14",
    level="writes",
    since="1.4.1",
    option="tenants",
    rests_on=("CTX-TEN-01",),
)
@pytest.mark.parametrize("way", ["retrieve", "query", "types", *_MORE_WAYS])
def test_tenants_do_not_see_each_other(request, broker, homes, held, way):
    """What one tenant has is found by that tenant, and neither by another nor by default."""
    own, other = homes
    if way in _MORE_WAYS:
        sees, plain = _MORE_WAYS[way], request.getfixturevalue("plain")
        for home, entity, strangers in ((own, held, (other, broker)), (broker, plain, homes)):
            eventually(lambda h=home, e=entity: assert_that(sees(h, e), f"not seen by {way}"))
            leaked = [e for e in strangers if sees(e, entity)]
            assert_that(not leaked, f"seen by another tenant by {way}", received=entity["id"])
        return
    others = (other, broker)
    if way == "retrieve":
        assert_holds(entity_in(own.retrieve(held["id"])), held)
        for stranger in others:
            assert_status(stranger.retrieve(held["id"]), 404)
    elif way == "query":
        eventually(lambda: assert_same_set(ids_in(own.query(type=held["type"])), [held["id"]], "A"))
        for stranger in others:
            found = ids_in(stranger.query(type=held["type"]))
            assert_that(held["id"] not in found, "another tenant's entity", received=found)
    else:
        eventually(lambda: assert_that(_has_type(own, held["type"]), "the type is not listed"))
        for stranger in others:
            leaked = _has_type(stranger, held["type"])
            assert_that(not leaked, "another tenant's type is listed", received=held["type"])


def _has_type(broker, name):
    return any(t.endswith(name) for t in types_in(broker.get("/types")))


@pytest.mark.check("CTX-TEN-03", clause="GS CIM 009 6.3.14", since="1.4.1", option="tenants")
def test_an_answer_says_its_tenant(request, broker, interface, tenants):
    """An answer to a request for a tenant names that tenant."""
    if broker.client.level.allows(Level.WRITES):
        request.getfixturevalue("homes")
    elif len(interface.tenants) < len(tenants):
        raise Inconclusive("no_data", "the interface's 'tenants' names none to read from")
    for name in tenants:
        answer = assert_status(in_tenant(broker, name).get("/types"), 200)
        assert_equal(answer.headers.get(HEADER), name, f"the header {HEADER}")


@pytest.mark.check(
    "CTX-TEN-05",
    clause="GS CIM 009 5.5.10",
    level="writes",
    since="1.4.1",
    option="tenants",
    rests_on=("CTX-TEN-01",),
)
@pytest.mark.parametrize("change", ["update", "delete"])
def test_changes_stay_in_their_tenant(homes, held, change):
    """What is changed or deleted in one tenant is as before in another."""
    own, other = homes
    twin = {**held, "temp": {"type": "Property", "value": 99}}
    put(other, twin)
    where = path_of(held["id"])
    if change == "update":
        value = {"type": "Property", "value": 7}
        assert_status(own.send("PATCH", f"{where}/attrs", {"temp": value}), 204)
        changed = {**held, "temp": value}
        eventually(lambda: assert_holds(entity_in(own.retrieve(held["id"])), changed))
    else:
        assert_status(own.send("DELETE", where), 204)
        eventually(lambda: assert_status(own.retrieve(held["id"]), 404))
    assert_holds(entity_in(other.retrieve(held["id"])), twin)


@pytest.mark.check(
    "CTX-TEN-08",
    clause="GS CIM 009 5.5.10",
    level="writes",
    since="1.4.1",
    option="tenants",
    rests_on=("CTX-TEN-01",),
)
@pytest.mark.parametrize("way", ["create", "upsert", "delete"])
def test_batches_stay_in_their_tenant(homes, held, way):
    """A batch for one tenant creates there alone, and deletes nothing of another's."""
    own, other = homes
    if way != "delete":
        sent = {**held, "id": f"{held['id']}-more"}
        answer = own.client.create(
            f"/entityOperations/{way}", undo=path_of(sent["id"]), json=[sent], headers=own.names
        )
        assert_status(answer, 201)
        eventually(lambda: assert_holds(entity_in(own.retrieve(sent["id"])), sent))
        assert_status(other.retrieve(sent["id"]), 404)
    else:
        _ = other.send("POST", "/entityOperations/delete", [held["id"]])
        assert_holds(entity_in(own.retrieve(held["id"])), held)


@pytest.fixture
def twin(homes, held):
    """An entity of the second tenant with the identifier of one of the first."""
    entity = {**held, "temp": {"type": "Property", "value": 99}}
    put(homes[1], entity)
    return entity


@pytest.mark.check(
    "CTX-TEN-06",
    clause="GS CIM 009 6.3.14",
    level="writes",
    since="1.4.1",
    option="tenants",
    rests_on=("CTX-TEN-01", "CTX-TEN-05", "CTX-NOT-01"),
)
def test_notifications_stay_in_their_tenant(notifying, homes, tenants, held, twin):
    """A subscription in a tenant is notified of that tenant's changes alone, and by its name."""
    own, other = homes
    subject, stranger = Subject(own, held), Subject(other, twin)
    watch = replace(notifying, broker=own).watch(subject)
    control = replace(notifying, broker=other).watch(stranger)
    value = subject.change()
    asked = watch.hear(subject.has("temp", value), "the notification in a tenant")
    named = asked.headers.get(HEADER.lower())
    assert_equal(named, tenants[0], f"the header {HEADER} of the notification")
    quiet = silence(watch, "to another tenant", subject)
    stranger.change()
    assert_unheard([quiet], control, stranger.now)
