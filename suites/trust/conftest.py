"""What the checks of the trust suite start from."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.network.client import Answer, Client
from mimtest.session.identities import Identities, Presented
from mimtest.target import Interface
from mimtest.vocabulary.expect import assert_status, json_object
from mimtest.vocabulary.openid import WELL_KNOWN
from mimtest.vocabulary.personal_data import Account, account_of


@pytest.fixture(scope="session")
def discovery(client: Client) -> Answer:
    """What the OpenID provider answers where its metadata belongs (OpenID Connect Discovery 1.0 4)."""
    return client.get(WELL_KNOWN)


@pytest.fixture
def metadata(discovery: Answer) -> dict[str, object]:
    """The metadata of the OpenID provider."""
    return json_object(assert_status(discovery, 200, what="the metadata"), "the metadata")


@pytest.fixture(scope="session")
def nowhere(client: Client, run_id: str) -> Answer:
    """The answer for a path that is not there; a server that finds it shows nothing."""
    answer = client.get(f"/no-such-path-{run_id}")
    if answer.ok:
        detail = f"a path that is not there is answered {answer.status}, as if it were"
        raise Inconclusive("control_failed", detail)
    return answer


@pytest.fixture(scope="session")
def account(client: Client) -> Account:
    """The interface that keeps personal data, with its description."""
    return account_of(client)


@pytest.fixture(scope="session")
def persons(identities: Identities, interface: Interface) -> tuple[Presented, ...]:
    """The persons of the target file whose data is there, one at least."""
    first = identities.required(interface, "subject")
    others = identities.all(interface, "subject")[1:]
    return (first, *(identities.presented(i, interface) for i in others))


@pytest.fixture
def person(persons):
    """A person whose own data is there; those without owned texts cannot be told from others."""
    found = next((p for p in persons if p.identity.owns), None)
    if found is None:
        detail = "no person of the target file has texts that only her data holds (owns)"
        raise Inconclusive("precondition_unmet", detail)
    return found
