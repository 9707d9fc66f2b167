"""A connector in front of personal data: what it tells of itself, and whom it gives data (MIM4 connectivity, May 2021)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.access import assert_denied
from mimtest.vocabulary.expect import assert_status, assert_that, json_object, member
from mimtest.vocabulary.mydata import (
    CONNECTOR_MEMBERS,
    CONNECTOR_PATH,
    assert_public_key,
    assert_texts,
    assert_uuid4,
    parts_of,
    stranger_ticket,
)
from mimtest.vocabulary.mydata_asking import assert_api_guide

pytestmark = pytest.mark.interface("mydata-connector")


@pytest.fixture(scope="session")
def described(client):
    """What the connector tells everybody."""
    answer = assert_status(client.get(CONNECTOR_PATH, auth=False), 200, what="the description")
    return json_object(answer, "the connector's description")


@pytest.fixture(scope="session")
def data(interface):
    """Where the connector is asked for a person's data."""
    where = interface.paths.get("data") or interface.protected
    if where is None:
        raise NotApplicable("not_offered", "the target file has no paths.data for the connector")
    return where


@pytest.fixture(scope="session")
def service(identities, interface):
    """A service with a request ticket that a permission goes with."""
    return identities.required(interface, "read", "full")


@pytest.fixture(scope="session")
def opened(client, data, service):
    """The data that the valid ticket opens: without them a refusal shows nothing."""
    answer = client.get(data, headers=service.fields, auth=False)
    if not (answer.ok and answer.body.strip()):
        detail = f"a valid ticket is answered {answer.status}, so that refusals show nothing"
        raise Inconclusive("control_failed", detail)
    return answer


@pytest.fixture(scope="session")
def bad_fields(client, data, service, identities, interface):
    """What requests carry that are to be refused."""
    return {
        "no-ticket": dict,
        "unknown-issuer": lambda: service.bearing(_of_a_stranger(client, service, data)),
        "expired": lambda: identities.required(interface, "expired").fields,
    }


@pytest.mark.check("TRU-MYD-04", clause="MIM4 connectivity (May 2021) 5.8", level="passive")
def test_connector_describes_itself(client):
    """The connector's description is a JSON object with its version 4 UUID, names and addresses."""
    answer = assert_status(client.get(CONNECTOR_PATH, auth=False), 200, what="the description")
    found = json_object(answer, "the description")
    assert_texts(found, CONNECTOR_MEMBERS, "the description")
    assert_uuid4(found["connector_uuid"], "connector_uuid")


@pytest.mark.check("TRU-MYD-07", clause="MIM4 connectivity (May 2021) 5.3.2, RFC 7519 4.1.4")
@pytest.mark.parametrize("case", ["no-ticket", "unknown-issuer", "expired"])
def test_bad_tickets_open_nothing(client, data, opened, bad_fields, case):
    """A request without a ticket, with one of an unknown operator or with one that has ended is refused."""
    assert opened.ok
    answer = client.get(data, headers=bad_fields[case](), auth=False)
    assert_denied(answer, f"a request ({case.replace('-', ' ')})", f"GET {data}")


@pytest.mark.check("TRU-MYD-16", clause="MIM4 connectivity (May 2021) 5.8", level="passive")
def test_connector_key_is_public(described):
    """A connector's key, where it has one, is a public JSON Web Key with kid."""
    if "connector_key" not in described:
        raise NotApplicable("not_offered", "the connector tells no key")
    assert_public_key(member(described, "connector_key", dict, "the description"), "connector_key")


@pytest.mark.check("TRU-MYD-17", clause="MIM4 connectivity (May 2021) 5.2, 5.4")
def test_without_permission_a_ticket_opens_nothing(client, data, opened, identities, interface):
    """A sound ticket of a service that the person has not permitted is refused."""
    assert opened.ok
    other = identities.required(interface, "none")
    answer = client.get(data, headers=other.fields, auth=False)
    assert_denied(answer, "a service without permission", f"GET {data}")


@pytest.mark.check("TRU-MYD-18", clause="MIM4 connectivity (May 2021) 5.3")
def test_tickets_are_for_the_connector(client, data, service, opened):
    """The audience of a ticket that opens data is an address of the connector."""
    assert opened.ok
    _, claims = parts_of(service.token)
    audience = member(claims, "aud", None, "the ticket")
    named = audience if isinstance(audience, list) else [audience]
    known = (client.interface.url, client.url(data))
    assert_that(
        any(isinstance(a, str) and _is_at(a, known) for a in named),
        "the ticket is not for this connector",
        expected=f"aud = {known[1]}",
        received=f"aud = {', '.join(map(str, named))}",
    )


@pytest.mark.check("TRU-MYD-19", clause="MIM4 connectivity (May 2021) 5.8", strength="should")
def test_connector_has_an_api_guide(client, described):
    """The address of the connector's guide leads to an OpenAPI description, or to a page that shows one."""
    assert_api_guide(client, member(described, "api_guide", str, "the description"))


def _of_a_stranger(client, service, data):
    """A ticket like the valid one, of an operator that nobody knows."""
    _, claims = parts_of(service.token)
    token = stranger_ticket(claims.get("aud", client.url(data)), str(claims.get("sub", "")))
    client.recorder.redactor.learn("ticket of a stranger", token)
    return token


def _is_at(audience, known):
    """Whether an audience is one of the addresses, or begins or continues one."""
    plain = audience.rstrip("/")
    return any(plain == k.rstrip("/") or plain.startswith(f"{k.rstrip('/')}/") for k in known)
