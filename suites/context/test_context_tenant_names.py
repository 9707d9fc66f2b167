"""A tenant that does not exist is not another one, and neither is one of a similar name.

GS CIM 009 5.5.10, 6.3.14. Tenants cannot be removed through the API: those a run makes stay, empty.
"""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_problem, assert_status, assert_that, member, problem
from mimtest.vocabulary.ngsild import assert_holds, entity_in, own_id, path_of
from mimtest.vocabulary.ngsild_tenants import NOT_MADE, in_tenant, own_entity, types_in
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")


@pytest.mark.check(
    "CTX-TEN-04", clause="GS CIM 009 5.5.10", strength="should", since="1.4.1", option="tenants"
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_tenant_is_told(broker, run_id, method, reading):
    """A request for a tenant that does not exist is answered that there is none."""
    assert_status(broker.get("/types"), 200, what="a request without a tenant")
    stranger = in_tenant(broker, f"mt{run_id}none")
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


@pytest.mark.check("CTX-TEN-07", clause="GS CIM 009 5.5.10", strength="should", since="1.4.1")
def test_a_tenant_is_never_ignored(broker, target, run_id):
    """A request for an unknown tenant is refused, and never answered with what others have."""
    usual = types_in(broker.get("/types"))
    if not usual:
        raise Inconclusive("no_data", "there is no entity outside of that tenant")
    answer = in_tenant(broker, f"mt{run_id}none").get("/types")
    if answer.status == 200:
        shared = sorted(usual & types_in(answer))
        assert_that(not shared, "the tenant is ignored", expected="no type", received=shared)
        return
    refusals = {404: "NonexistentTenant", 501: "NoMultiTenantSupport"}
    if "tenants" in target.options:
        assert_status(answer, 404, 400)
    else:
        assert_problem(answer, status=tuple(refusals), kind=tuple(refusals.values()))


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
    home, entity = in_tenant(broker, name), own_entity("MtName", run_id, 1)
    answer = home.create(entity)
    if answer.status == 400:
        assert_problem(answer, status=400, kind=("BadRequestData", "InvalidRequest"))
        return
    if answer.status in NOT_MADE:
        raise Inconclusive("precondition_unmet", "the broker makes no tenant by first use")
    assert_status(answer, 201, 400)
    eventually(lambda: assert_holds(entity_in(home.retrieve(entity["id"])), entity))
    assert_status(in_tenant(broker, alike).retrieve(entity["id"]), 404, 400)
