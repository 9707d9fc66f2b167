"""The tenant that is asked at a source is that of its registration, not that of the client (GS CIM 009 4.14, 5.2.9)."""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that
from mimtest.vocabulary.ngsild import entity_in
from mimtest.vocabulary.ngsild_federation import is_about
from mimtest.vocabulary.ngsild_spread import OUTSIDE, number, spreading
from mimtest.vocabulary.ngsild_tenants import HEADER, in_tenant, own_entity, put

pytestmark = pytest.mark.interface("ngsi-ld")

#: By case: whether the client is in a tenant, and whether the registration names one.
CASES = {
    "none": (False, False),
    "registered": (False, True),
    "own": (True, False),
    "own-and-registered": (True, True),
}


@pytest.fixture(scope="module")
def home(target, interface, keeping, run_id):
    """The broker for a tenant that exists, which is not the one of every request."""
    if not target.claims_token("option:tenants"):
        raise NotApplicable("condition_not_claimed", "the target file does not claim tenants")
    named = [t for t in interface.tenants if t != interface.headers.get(HEADER)]
    found = in_tenant(keeping, named[0] if named else f"mt{run_id}s")
    with keeping.client.recorder.preparing(keeping.client.level):
        put(found, own_entity("MtHome", run_id, 1))
    return found


@pytest.fixture
def client_side(keeping, home, case):
    """The broker as the client sees it, in a tenant or not."""
    return home if CASES[case][0] else keeping


@pytest.fixture
def spread(client_side, hosting, receiver, run_id, case):
    """An entity that only a source has, perhaps in a tenant of the source's."""
    more = {"tenant": f"mt{run_id}there"} if CASES[case][1] else {}
    with spreading(client_side, hosting, receiver, run_id) as make:
        found = make("redirect", ["updateEntity"], **more)
        found.source.hold(found.entity)
        yield found


@pytest.mark.check(
    "CTX-DIST-25",
    clause="GS CIM 009 4.14, 5.2.9",
    level="writes",
    since="1.6.1",
    option="distributed",
    rests_on=("CTX-DIST-01", "CTX-TEN-01"),
)
@pytest.mark.parametrize("case", CASES)
def test_the_tenant_of_the_registration_is_asked(spread, case, run_id):
    """What is sent to a source has the tenant of its registration, and none where that names none."""
    expected = f"mt{run_id}there" if CASES[case][1] else None
    entity = entity_in(spread.broker.retrieve(spread.id))
    assert_equal(entity["id"], spread.id, "the entity read at the source")
    assert_status(spread.send("PATCH", "/attrs", {OUTSIDE: number(9)}), 204)
    sent = [a for a in spread.source.asked() if is_about(a, spread.entity)]
    assert_that(len(sent) > 1, "the source was not asked to read and to change", expected="both")
    for asked in sent:
        assert_equal(asked.tenant, expected, f"the tenant of '{asked.method}' to the source")
