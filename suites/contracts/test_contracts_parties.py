"""Who takes part in a market place with TM Forum Open APIs (TMF632), and what is told of whom."""

import pytest

from mimtest.vocabulary.expect import assert_that, shown
from mimtest.vocabulary.participants import gaps, identifying, of_organization
from mimtest.vocabulary.tmforum import assert_withheld, part_of, some

pytestmark = pytest.mark.interface("tmforum")

_ORGANIZATIONS = "/organization"
_PERSONS = "/individual"
_IDENTIFIED = ("externalReference", "organizationIdentification")
_DESCRIBED = ("name", "registration", "country", "contact")


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
            identifying(item)
            or any(isinstance(item.get(n), list) and item[n] for n in _IDENTIFIED),
            f"organization {item.get('id')} has no identifier that others know it by",
            expected=f"{' or '.join(_IDENTIFIED)}, or a partyCharacteristic that is one",
            received=", ".join(item),
        )


@pytest.mark.check(
    "CTR-TMF-15",
    clause="GDPR 32; TMF632 individual",
    strength="should",
    level="passive",
)
def test_persons_are_shown_to_nobody_unknown(party, interface):
    """Whoever has no credentials is given no person, not even an invented one."""
    assert_withheld(party, interface, _PERSONS, "persons")


@pytest.mark.check(
    "CTR-PAR-10",
    clause="MIM3 C5; TMF632 organization",
    strength="should",
    level="passive",
    rests_on=("CTR-TMF-14",),
)
def test_organizations_are_described(organizations, looked):
    """An organization tells its name, its registration, its country and how to reach it."""
    for item in organizations:
        told = of_organization(item)
        missing = gaps(told, *_DESCRIBED)
        assert_that(
            not missing,
            f"organization {item.get('id')} does not tell {', '.join(missing)}",
            expected="name, registration, country and contact",
            received=shown(list(item)),
        )
        if not told["role"]:
            looked(f"organization {item.get('id')} does not tell its part in the market either")
