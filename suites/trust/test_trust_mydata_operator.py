"""An operator of personal data: what it tells of itself, and what it says of tickets (MIM4 connectivity, May 2021)."""

import json

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.failures import OutOfScope
from mimtest.vocabulary.access import settled
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    json_object,
    member,
    objects,
    shown,
)
from mimtest.vocabulary.mydata import (
    CONNECTOR_PATH,
    OPERATOR_MEMBERS,
    OPERATOR_PATH,
    TICKET_TEXTS,
    TICKET_TIMES,
    address,
    assert_public_key,
    assert_texts,
    assert_uuid4,
    introspection_address,
    is_signed_by,
    keys_in,
    parts_of,
    same_uuid,
    shared_connectors,
)
from mimtest.vocabulary.mydata_asking import assert_api_guide, introspected, ways_of_asking
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("mydata-operator")

_NO_ENDPOINT = (404, 405, 410, 501)


@pytest.fixture(scope="session")
def described(client):
    """What the operator tells everybody."""
    answer = assert_status(client.get(OPERATOR_PATH, auth=False), 200, what="the description")
    return json_object(answer, "the operator's description")


@pytest.fixture(scope="session")
def endpoint(client, described):
    """Where the operator is asked about tickets."""
    return introspection_address(described, client.interface.url)


@pytest.fixture(scope="session")
def ticket(identities, interface):
    """A request ticket that a permission goes with."""
    return identities.required(interface, "read", "full").token


@pytest.fixture(scope="session")
def way(client, endpoint, ticket):
    """How this operator takes tickets; the specification leaves it open."""
    for asking in ways_of_asking():
        if introspected(client, endpoint, asking, ticket).get("active") is True:
            return asking
    detail = "no usual way to ask about the valid ticket is answered with active = true"
    raise Inconclusive("control_failed", detail)


@pytest.fixture(scope="session")
def trail(client, identities, interface):
    """Asks for the operator's trail of what was asked with the bearer's tickets."""
    where = interface.paths.get("log")
    if where is None:
        raise NotApplicable("not_offered", "the target file has no paths.log for the operator")
    fields = identities.required(interface, "read", "full").fields
    return lambda: client.get(where, headers=fields, auth=False)


@pytest.mark.check("TRU-MYD-01", clause="MIM4 connectivity (May 2021) 5.7", level="passive")
def test_operator_describes_itself(client):
    """The operator's description is a JSON object with its identifier, names, addresses and key."""
    answer = assert_status(client.get(OPERATOR_PATH, auth=False), 200, what="the description")
    found = json_object(answer, "the description")
    assert_texts(found, OPERATOR_MEMBERS, "the description")
    member(found, "operator_key", dict, "the description")


@pytest.mark.check(
    "TRU-MYD-02",
    clause="MIM4 connectivity (May 2021) 5.1.1, 5.7",
    level="passive",
    rests_on=("TRU-MYD-01",),
)
def test_operator_has_a_uuid_and_a_public_key(described):
    """The operator's identifier is a version 4 UUID, its key a public JSON Web Key with kid."""
    identifier = member(described, "operator_uuid", None, "the description")
    assert_uuid4(identifier, "operator_uuid")
    key = member(described, "operator_key", dict, "the description")
    assert_public_key(key, "operator_key")


@pytest.mark.check("TRU-MYD-03", clause="MIM4 connectivity (May 2021) 5.4")
@pytest.mark.parametrize("case", ["made-up", "changed"])
def test_worthless_tickets_are_not_active(client, endpoint, way, ticket, case):
    """A made-up ticket, and a valid one whose signature was changed, are not called active."""
    middle = ticket.rfind(".") + len(ticket[ticket.rfind(".") :]) // 2
    swapped = "A" if ticket[middle] != "A" else "B"
    changed = f"{ticket[:middle]}{swapped}{ticket[middle + 1 :]}"
    client.recorder.redactor.learn("changed ticket", changed)
    answer = introspected(client, endpoint, way, "mimtest-none" if case == "made-up" else changed)
    assert_that(
        answer.get("active") is not True,
        "a worthless ticket is called active",
        expected="active = false, or a refusal",
        received=shown({"active": answer.get("active")}),
    )


@pytest.mark.check(
    "TRU-MYD-08", clause="MIM4 connectivity (May 2021) 5.3", rests_on=("TRU-MYD-02",)
)
def test_tickets_have_the_claims(client, ticket):
    """A request ticket is a JWT that the operator's key signed, with issuer, subject, audience, times and identifier."""
    answer = assert_status(client.get(OPERATOR_PATH, auth=False), 200, what="the description")
    described = json_object(answer, "the description")
    header, claims = parts_of(ticket)
    assert_that(header.get("alg") not in (None, "none"), "the ticket is not signed")
    assert_texts(claims, TICKET_TEXTS, "the ticket")
    for name in TICKET_TIMES:
        member(claims, name, float, "the ticket")
    assert_that(claims["exp"] > claims["iat"], "the ticket ends before it begins")
    member(claims, "aud", None, "the ticket")
    assert_that(
        same_uuid(claims["iss"], described.get("operator_uuid")),
        "the ticket's issuer is not the operator",
        expected=f"iss = {described.get('operator_uuid')}",
        received=shown(claims["iss"]),
    )
    assert_that(
        is_signed_by(ticket, keys_in(described)),
        "operator_key does not verify the ticket",
        expected="a signature of the operator's key",
        received=f"alg = {header.get('alg')}, kid = {header.get('kid')}",
    )


@pytest.mark.check("TRU-MYD-09", clause="MIM4 connectivity (May 2021) 5.7", strength="should")
def test_operator_has_an_api_guide(client, described):
    """The address of the operator's guide leads to an OpenAPI description, or to a page that shows one."""
    assert_api_guide(client, member(described, "api_guide", str, "the description"))


@pytest.mark.check("TRU-MYD-10", clause="MIM4 connectivity (May 2021) 5.4")
def test_introspection_tells_what_connectors_need(client, endpoint, way, ticket):
    """The answer about a valid ticket has a trail identifier and the person's identifiers, each with its type."""
    answer = introspected(client, endpoint, way, ticket)
    member(answer, "reason", None, "the answer")
    assert_that(
        member(answer, "access_item_uuid", str, "the answer"),
        "an active ticket has no entry in the trail",
        expected="the identifier of an entry",
        received='""',
    )
    listed = objects(member(answer, "identifiers", list, "the answer"), "'identifiers'")
    assert_that(listed, "no identifier of a person may be used", expected="one or more")
    for item in listed:
        assert_texts(item, ("id", "id_type"), "an identifier")


@pytest.mark.check("TRU-MYD-11", clause="MIM4 connectivity (May 2021) 5.1.1", level="passive")
def test_the_base_address_hosts_the_description(client, described):
    """The description is below operator_base_url."""
    named = member(described, "operator_base_url", str, "the description")
    base = address(named, client.interface.url).rstrip("/")
    answer = client.get(f"{base}{OPERATOR_PATH}", auth=False)
    found = json_object(assert_status(answer, 200, what="the description there"))
    assert_equal(found.get("operator_uuid"), described.get("operator_uuid"), "operator_uuid there")


@pytest.mark.check("TRU-MYD-12", clause="MIM4 connectivity (May 2021) 5.9", level="passive")
def test_shared_connectors_are_listed_by_address(client, described):
    """Each connector that the operator shares is listed with an address, where it describes itself."""
    if not described.get("shared_connectors"):
        raise NotApplicable("not_offered", "the operator lists no shared connectors")
    listed = [
        member(entry, "connector_base_url", str, "a shared connector")
        for entry in shared_connectors(described)
    ]
    assert_that(listed, "no connector is named", expected="connector_base_url of each")
    for named in listed:
        base = address(named, client.interface.url).rstrip("/")
        try:
            answer = client.get(f"{base}{CONNECTOR_PATH}", auth=False)
        except OutOfScope:
            continue
        json_object(assert_status(answer, 200, what=f"the description of {named}"))


@pytest.mark.check("TRU-MYD-14", clause="MIM4 connectivity (May 2021) 5.7")
def test_the_introspection_address_leads_somewhere(client, endpoint, run_id):
    """Something takes requests at the introspection address, a relative one appended to the base address."""
    beside = f"{endpoint.rstrip('/')}-{run_id}"
    nobody = settled(client.post(beside, content="", auth=False, harmless=True))
    if nobody.status not in _NO_ENDPOINT:
        detail = f"an address that is none is answered {nobody.status}, as if it were"
        raise Inconclusive("control_failed", detail)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    content = {"content": "token=mimtest-none", "headers": headers}
    answer = settled(client.post(endpoint, auth=False, query=True, **content))
    assert_that(
        answer.status not in _NO_ENDPOINT,
        "nothing takes requests at the introspection address",
        expected="an endpoint that takes POST",
        received=f"status {answer.status} at {endpoint}",
    )


@pytest.mark.check(
    "TRU-MYD-15", clause="MIM4 connectivity (May 2021) 5.6.1", rests_on=("TRU-MYD-10",)
)
def test_introspection_leaves_a_trace(client, trail, endpoint, way, ticket):
    """The trail holds the entry that an introspection was answered with."""
    answer = introspected(client, endpoint, way, ticket)
    entry = member(answer, "access_item_uuid", str, "the answer about the ticket")
    assert_that(entry, "an active ticket has no entry in the trail", expected="an identifier")

    def is_there():
        found = assert_status(trail(), 200, what="the trail")
        told = json.dumps(found.json())
        assert_that(entry in told, "the trail does not hold the entry", expected=entry)

    eventually(is_there)
