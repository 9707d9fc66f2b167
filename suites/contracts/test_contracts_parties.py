"""Who takes part in a market place with TM Forum Open APIs (TMF632), and what is told of whom."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.access import settled
from mimtest.vocabulary.expect import assert_that, shown
from mimtest.vocabulary.participants import gaps, of_organization
from mimtest.vocabulary.tmforum import listed, part_of, some

pytestmark = pytest.mark.interface("tmforum")

_ORGANIZATIONS = "/organization"
_PERSONS = "/individual"
_IDENTIFIED = ("externalReference", "organizationIdentification", "partyCharacteristic")
_DENIED = (401, 403, 404)


@pytest.fixture(scope="session")
def party(client):
    """Where parties are."""
    return part_of(client, "party")


@pytest.fixture
def organizations(party):
    """Some organizations."""
    return some(party.items(_ORGANIZATIONS, limit="10"), "organizations")


@pytest.mark.check(
    "CTR-TMF-14",
    clause="TMF632 organization; MIM3 C5",
    strength="should",
    level="passive",
)
def test_an_organization_can_be_told_from_others(organizations):
    """An organization has a name, and an identifier that others gave it, such as a DID or a VAT number."""
    for item in organizations:
        name = item.get("tradingName") or item.get("name")
        assert_that(
            isinstance(name, str) and name,
            f"organization {item.get('id')} has no name",
            expected="tradingName or name",
            received=", ".join(item),
        )
        assert_that(
            any(isinstance(item.get(n), list) and item[n] for n in _IDENTIFIED),
            f"organization {item.get('id')} has no identifier that others know it by",
            expected=f"one of {', '.join(_IDENTIFIED)}",
            received=", ".join(item),
        )


@pytest.mark.check(
    "CTR-TMF-15",
    clause="GDPR 32; TMF632 individual",
    strength="should",
    level="passive",
)
def test_persons_are_shown_to_nobody_unknown(party, interface):
    """Whoever has no credentials is given no person."""
    answer = settled(party.ask(_PERSONS, auth=False))
    if answer.status in _DENIED:
        if not interface.auth:
            detail = "nobody is known who is given what /individual has"
            raise Inconclusive("control_failed", detail)
        listed(party.ask(_PERSONS), "GET /individual with credentials")
        return
    persons = listed(answer, "GET /individual without credentials")
    assert_that(
        not persons,
        "persons are shown to whoever has no credentials; whether they are invented is for people to say",
        expected="status 401 or 403, or an empty list",
        received=f"{len(persons)} persons",
    )
    if not (interface.auth and party.items(_PERSONS)):
        raise Inconclusive("no_data", "there is no person that could be shown")


@pytest.mark.check(
    "CTR-PAR-10",
    clause="MIM3 C5; TMF632 organization",
    strength="should",
    level="passive",
    rests_on=("CTR-TMF-14",),
)
def test_organizations_are_described(organizations):
    """An organization tells its name, its registration, its country, how to reach it and its part."""
    for item in organizations:
        missing = gaps(of_organization(item))
        assert_that(
            not missing,
            f"organization {item.get('id')} does not tell {', '.join(missing)}",
            expected="name, registration, country, contact and role",
            received=shown(list(item)),
        )
