"""What belongs to one tenant is nothing to another (GS CIM 009 4.14, 5.5.10, 6.3.14).

Tenants cannot be removed through the API: those a run makes stay behind, empty.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.target import Level
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_problem,
    assert_same_set,
    assert_status,
    assert_that,
    json_object,
    member,
    problem,
)
from mimtest.vocabulary.ngsild import (
    Broker,
    assert_holds,
    entity_in,
    eventually,
    ids_in,
    own_id,
    own_name,
    path_of,
)

pytestmark = pytest.mark.interface("ngsi-ld")

_HEADER = "NGSILD-Tenant"


def _in(broker, tenant):
    """The broker for that tenant; None is the one of the target file, or the default one."""
    return broker if tenant is None else Broker(broker.client, {**broker.names, _HEADER: tenant})


def _entity(kind, run_id, value):
    number = {"type": "Property", "value": value}
    return {"id": own_id("Tenant", run_id), "type": kind, "temp": number}


def _created(broker, entity):
    """Create an entity; a tenant that only its owner can make leaves the check without an answer."""
    answer = broker.create(entity)
    if answer.status in (403, 404):
        detail = "the broker makes no tenant by first use; name two in the interface's 'tenants'"
        raise Inconclusive("precondition_unmet", detail)
    assert_status(answer, 201, what="creating an entity in a tenant")
    eventually(lambda: assert_holds(entity_in(broker.retrieve(entity["id"])), entity))


@pytest.fixture(scope="module")
def tenants(interface, run_id):
    """Two names: those of the target file, else new ones; neither is the one of every request."""
    named = [t for t in interface.tenants if t != interface.headers.get(_HEADER)]
    return tuple(named[:2]) if len(named) > 1 else (f"mt{run_id}a", f"mt{run_id}b")


@pytest.fixture(scope="module")
def homes(broker, tenants, run_id):
    """The broker for each of two tenants that exist; each has an entity of its own."""
    found = [_in(broker, name) for name in tenants]
    with broker.client.recorder.preparing(broker.client.level):
        for home in found:
            _created(home, _entity(own_name("MtHome", run_id), run_id, 1))
    return found


@pytest.fixture
def held(homes, run_id):
    """An entity in the first tenant, the only one of its type."""
    entity = _entity(own_name("MtHeld", run_id), run_id, 21.5)
    _created(homes[0], entity)
    return entity


@pytest.mark.check(
    "CTX-TEN-01", clause="GS CIM 009 5.5.10", level="writes", since="1.4.1", option="tenants"
)
def test_tenants_have_identifiers_of_their_own(broker, homes, run_id):
    """The same identifier names three entities: one by default, and one in each of two tenants."""
    first = _entity(own_name("MtSame", run_id), run_id, 1)
    places = (broker, *homes)
    entities = [{**first, "temp": {"type": "Property", "value": n}} for n in range(len(places))]
    for place, entity in zip(places, entities, strict=True):
        assert_status(place.create(entity), 201)
    for place, entity in zip(places, entities, strict=True):
        eventually(lambda p=place, e=entity: assert_holds(entity_in(p.retrieve(e["id"])), e))


@pytest.mark.check(
    "CTX-TEN-02", clause="GS CIM 009 4.14", level="writes", since="1.4.1", option="tenants"
)
@pytest.mark.parametrize("way", ["retrieve", "query", "types"])
def test_tenants_do_not_see_each_other(broker, homes, held, way):
    """What one tenant has is found by that tenant, and neither by another nor by default."""
    own, other = homes
    others = (other, broker)
    if way == "retrieve":
        assert_holds(entity_in(own.retrieve(held["id"])), held)
        for stranger in others:
            assert_status(stranger.retrieve(held["id"]), 404)
    elif way == "query":
        eventually(lambda: assert_same_set(ids_in(own.query(type=held["type"])), [held["id"]], "A"))
        for stranger in others:
            found = ids_in(stranger.query(type=held["type"]))
            assert_that(not found, "another tenant's entity", expected="nothing", received=found)
    else:
        eventually(lambda: assert_that(_has_type(own, held["type"]), "the type is not listed"))
        for stranger in others:
            leaked = _has_type(stranger, held["type"])
            assert_that(not leaked, "another tenant's type is listed", received=held["type"])


def _has_type(broker, name):
    listed = json_object(assert_status(broker.get("/types"), 200))
    types = member(listed, "typeList", list)
    return any(isinstance(t, str) and t.endswith(name) for t in types)


@pytest.mark.check("CTX-TEN-03", clause="GS CIM 009 6.3.14", since="1.4.1", option="tenants")
def test_an_answer_says_its_tenant(request, broker, interface, tenants):
    """An answer to a request for a tenant names that tenant."""
    if broker.client.level.allows(Level.WRITES):
        request.getfixturevalue("homes")
    elif len(interface.tenants) < len(tenants):
        raise Inconclusive("no_data", "the interface's 'tenants' names none to read from")
    for name in tenants:
        answer = assert_status(_in(broker, name).get("/types"), 200)
        assert_equal(answer.headers.get(_HEADER), name, f"the header {_HEADER}")


@pytest.mark.check(
    "CTX-TEN-04", clause="GS CIM 009 5.5.10", strength="should", since="1.4.1", option="tenants"
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_tenant_is_told(broker, run_id, method, reading):
    """A request for a tenant that does not exist is answered that there is none."""
    assert_status(broker.get("/types"), 200, what="a request without a tenant")
    stranger = _in(broker, f"mt{run_id}none")
    where = path_of(own_id("Nothing", run_id))
    if method == "GET":
        answer = stranger.get("/types")
    elif method == "PATCH":
        body = {"temp": {"type": "Property", "value": 1}}
        options = {"json": body, "headers": stranger.names, "harmless": True}
        answer = broker.client.patch(f"{where}/attrs", **options)
    else:
        answer = broker.client.delete(where, headers=stranger.names, harmless=True)
    assert_status(answer, 404)
    kind = member(problem(answer), "type", str, "the problem").rpartition("/")[2]
    assert_that("tenant" in kind.lower(), "not the tenant is missing", received=kind)
    reading("A36", "standard" if kind == "NonexistentTenant" else "other_name")


@pytest.mark.check(
    "CTX-TEN-05", clause="GS CIM 009 5.5.10", level="writes", since="1.4.1", option="tenants"
)
@pytest.mark.parametrize("change", ["update", "delete"])
def test_changes_stay_in_their_tenant(homes, held, change):
    """What is changed or deleted in one tenant is as before in another."""
    own, other = homes
    twin = {**held, "temp": {"type": "Property", "value": 99}}
    _created(other, twin)
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


@pytest.mark.check("CTX-TEN-07", clause="GS CIM 009 5.5.10", strength="should", since="1.4.1")
def test_tenants_are_refused_where_there_are_none(broker, target, run_id):
    """A broker without tenants says so when it is asked for one, instead of not heeding it."""
    if "tenants" in target.options:
        raise NotApplicable("option_claimed", "the option 'tenants' is claimed")
    assert_status(broker.get("/types"), 200, what="a request without a tenant")
    answer = _in(broker, f"mt{run_id}none").get("/types")
    assert_problem(answer, status=(501, 404), kind=("NoMultiTenantSupport", "NonexistentTenant"))


@pytest.mark.check(
    "CTX-TEN-08", clause="GS CIM 009 5.5.10", level="writes", since="1.4.1", option="tenants"
)
@pytest.mark.parametrize("way", ["create", "delete"])
def test_batches_stay_in_their_tenant(homes, held, run_id, way):
    """A batch for one tenant creates there alone, and deletes nothing of another's."""
    own, other = homes
    if way == "create":
        sent = _entity(held["type"], run_id, 5)
        answer = own.client.create(
            "/entityOperations/create", undo=path_of(sent["id"]), json=[sent], headers=own.names
        )
        assert_status(answer, 201)
        eventually(lambda: assert_holds(entity_in(own.retrieve(sent["id"])), sent))
        assert_status(other.retrieve(sent["id"]), 404)
    else:
        answer = other.send("POST", "/entityOperations/delete", [held["id"]])
        assert_status(answer, 207, 400, 404)
        assert_holds(entity_in(own.retrieve(held["id"])), held)


@pytest.mark.check(
    "CTX-TEN-09",
    clause="GS CIM 009 6.3.14",
    level="writes",
    strength="should",
    since="1.4.1",
    option="tenants",
)
@pytest.mark.parametrize("kind", ["capitals", "long", "signs"])
def test_tenants_are_not_mixed_up(broker, run_id, kind):
    """Two tenants whose names differ in capitals, at their end or in a sign are two, or refused."""
    name, alike = {
        "capitals": (f"mT{run_id}X", f"mt{run_id}x"),
        "long": (f"mt{run_id}".ljust(50, "l"), f"mt{run_id}".ljust(49, "l")),
        "signs": (f"mt-{run_id}.x", f"mt_{run_id}_x"),
    }[kind]
    home, entity = _in(broker, name), _entity(own_name("MtName", run_id), run_id, 1)
    answer = home.create(entity)
    if answer.status == 400:
        assert_problem(answer, status=400, kind=("BadRequestData", "InvalidRequest"))
        return
    if answer.status in (403, 404):
        raise Inconclusive("precondition_unmet", "the broker makes no tenant by first use")
    assert_status(answer, 201, 400)
    eventually(lambda: assert_holds(entity_in(home.retrieve(entity["id"])), entity))
    assert_status(_in(broker, alike).retrieve(entity["id"]), 404, 400)
