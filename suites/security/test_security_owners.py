"""Whether everybody gets their own data and nobody else's: by person, and by tenant (MIM6 C1; OWASP API1:2023).

Whose data came is told by texts that the target file says only its owner's data hold, never by the status alone.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.access import assert_kept, given_away, settled
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.operations import operations_of
from mimtest.vocabulary.owners import (
    Parties,
    assert_withheld,
    holds_record,
    item_of,
    listing_of,
    record_of,
    ways_to,
)
from mimtest.vocabulary.rest import find_api
from mimtest.vocabulary.rest_records import json_of, records_in

pytestmark = pytest.mark.interface("ngsi-ld", "sensorthings", "rest", "ogc-api-features")

_REFUSED = (400, 401, 403, 404)


@pytest.fixture(scope="session")
def listing(interface, door):
    """How data are listed, each owner's among them."""
    return listing_of(interface.kind, door)


@pytest.fixture(scope="session")
def people(askers, listing):
    """Two people, each of whom sees their own data and not the other's."""
    found = askers.owners("subject")
    if len(found) < 2:
        detail = "the target file names no two identities with rights 'subject' that own something"
        raise NotApplicable("not_offered", detail)
    one = found[0]
    other = next((a for a in found[1:] if a.tenant == one.tenant), found[1])
    return Parties(one, other, listing)


@pytest.fixture(scope="session")
def tenants(askers, listing):
    """Two identities of different tenants, each of whom sees their own data."""
    found = [a for a in askers.owners("full", "read", "subject") if a.tenant]
    one = found[0] if found else None
    other = next((a for a in found if one and a.tenant != one.tenant), None)
    if one is None or other is None:
        raise NotApplicable("not_offered", "the target file names no owners of two tenants")
    return Parties(one, other, listing)


@pytest.mark.check("SEC-AZ-09", clause="OWASP API1:2023", rests_on=("SEC-TOK-01",))
@pytest.mark.parametrize("whose", ["one", "other"])
def test_people_get_nothing_of_others(interface, people, whose):
    """Somebody who asks for what is another person's gets nothing of it."""
    asker, owner = people.of(whose)
    record = record_of(people.listing, owner, interface.kind, asker)
    own = record_of(people.listing, asker, interface.kind, owner)
    address, mine = (item_of(interface.kind, people.listing, r) for r in (record, own))
    if not holds_record(owner.ask(address), record) or not holds_record(asker.ask(mine), own):
        detail = f"{owner.name} or {asker.name} does not get what is theirs by its address"
        raise Inconclusive("control_failed", detail)
    answer = asker.ask(address)
    assert_withheld(answer, record, asker.name, address.name, owns=owner.owns)
    assert_kept(people.listed(asker), owner.owns, asker.name, people.listing.name)


@pytest.mark.check("SEC-AZ-10", clause="OWASP API1:2023; GS CIM 009 4.14", rests_on=("SEC-TOK-01",))
@pytest.mark.parametrize("named", ["own", "other", "none", "unknown"])
@pytest.mark.parametrize("whose", ["one", "other"])
def test_tenants_get_nothing_of_others(interface, tenants, run_id, whose, named):
    """Whatever tenant a request names, it gets nothing of a tenant that its token is not for."""
    asker, owner = tenants.of(whose)
    tenants.require_separate()
    tenant = {"own": asker.tenant, "other": owner.tenant, "none": None, "unknown": f"mt{run_id}"}
    answer = asker.as_in(interface.tenant_header, tenant[named]).ask(tenants.listing)
    what = f"{tenants.listing.name} in the tenant {tenant[named] or 'of none'}"
    assert_kept(answer, owner.owns, asker.name, what)
    if named == "own":
        told = tenants.uncounted(asker, owner, interface.kind)
        assert_that(
            not told, f"{asker.name} is told how much others have: {what}", received=told or ""
        )


@pytest.mark.check("SEC-AZ-11", clause="OWASP API1:2023", rests_on=("SEC-AZ-10", "SEC-TOK-01"))
@pytest.mark.parametrize("whose", ["one", "other"])
def test_no_way_leads_into_another_tenant(interface, tenants, whose):
    """Neither an identifier nor a query gives anything of a tenant that the token is not for."""
    asker, owner = tenants.of(whose)
    tenants.require_separate()
    record = record_of(tenants.listing, owner, interface.kind, asker)
    own = record_of(tenants.listing, asker, interface.kind, owner)
    seen = []
    ways = zip(*(ways_to(interface, tenants.listing, r) for r in (record, own)), strict=True)
    for way, mine in ways:
        if not holds_record(owner.ask(way), record) or not holds_record(asker.ask(mine), own):
            continue
        seen.append(way.name)
        for tenant in (asker.tenant, owner.tenant):
            answer = asker.as_in(interface.tenant_header, tenant).ask(way)
            what = f"{way.name} in the tenant {tenant}"
            assert_withheld(answer, record, asker.name, what, owns=owner.owns, way=way)
    if not seen:
        raise Inconclusive("control_failed", "no way leads the owners to their own data")


@pytest.mark.check(
    "SEC-AZ-12", clause="GS CIM 009 5.5.10", strength="should", rests_on=("SEC-TOK-01",)
)
def test_an_unknown_tenant_is_not_there(interface, tenants, run_id):
    """A tenant that nobody made holds nothing, and is not made by asking for it."""
    asker, _ = tenants.of("one")
    stranger = asker.as_in(interface.tenant_header, f"mt{run_id}nobody")
    first, again = (settled(stranger.ask(tenants.listing)) for _ in range(2))
    for answer in (first, again):
        own = bool(given_away(answer, asker.owns))
        found = records_in(json_of(answer)) if answer.ok else None
        empty = interface.kind != "ngsi-ld" and found is not None and not found[1]
        assert_that(
            answer.status in _REFUSED or own or empty,
            "a tenant that does not exist is answered as if it did",
            expected="status 404, another refusal, or the asker's own data",
            received=f"status {answer.status}",
        )
    assert_that(
        first.status == again.status,
        "a tenant that does not exist is answered otherwise when it is asked again",
        expected=f"status {first.status}",
        received=f"status {again.status}",
    )


@pytest.mark.check("SEC-AZ-13", clause="OWASP API1:2023", rests_on=("SEC-AZ-10", "SEC-TOK-01"))
@pytest.mark.parametrize("whose", ["one", "other"])
def test_other_lists_keep_tenants_apart(interface, client, tenants, run_id, whose):
    """Other lists than the one with the data give nothing of a tenant that the token is not for."""
    asker, owner = tenants.of(whose)
    tenants.require_separate()
    api = find_api(client) if interface.kind == "rest" else None
    place = client.url(tenants.listing.path).rstrip("/")
    lists = [d.operation for d in operations_of(client, api, run_id) if d.operation.reads]
    lists = [o for o in lists if client.url(o.path).rstrip("/") != place]
    held = [o for o in lists if given_away(owner.ask(o), owner.owns)]
    if not held:
        raise NotApplicable("not_offered", f"no other list shows what only {owner.name} owns")
    for operation in held:
        for tenant in (asker.tenant, owner.tenant):
            answer = asker.as_in(interface.tenant_header, tenant).ask(operation)
            what = f"{operation.name} in the tenant {tenant}"
            assert_kept(answer, owner.owns, asker.name, what)
