"""Agreements in a market place with TM Forum Open APIs (TMF651)."""

import pytest

from mimtest.errors import Contradiction, NotApplicable
from mimtest.vocabulary.expect import assert_that, shown
from mimtest.vocabulary.tmforum import (
    assert_refused,
    assert_withheld,
    error_of,
    known_records,
    lacking,
    part_of,
    settled_write,
    some,
    untyped,
)

pytestmark = pytest.mark.interface("tmforum")

_AGREEMENTS = "/agreement"
_NEEDED = ("name", "agreementType", "engagedParty", "agreementItem")


@pytest.fixture(scope="session")
def agreements(client):
    """Where agreements are."""
    return part_of(client, "agreement")


@pytest.mark.check(
    "CTR-TMF-21",
    clause="MIM3 C5; TMF651 agreement",
    strength="should",
    level="passive",
)
def test_agreements_are_shown_to_nobody_unknown(agreements, interface):
    """Whoever has no credentials is refused, or is given none of the agreements that are there."""
    assert_withheld(agreements, interface, _AGREEMENTS, "agreements")


@pytest.mark.check(
    "CTR-TMF-12", clause="TMF651 v4 agreement: required members, minItems", level="passive"
)
def test_an_agreement_says_who_agreed_to_what(agreements):
    """An agreement has a name and a type, and says who agreed, and to what."""
    items = some(known_records(agreements, _AGREEMENTS, limit="10"), "agreements")
    for item in items:
        missing = lacking(item, *_NEEDED)
        assert_that(
            not missing,
            f"agreement {item.get('id')} has no {', '.join(missing)}",
            expected=", ".join(_NEEDED),
            received=", ".join(item),
        )
        for name in ("engagedParty", "agreementItem"):
            value = item[name]
            assert_that(
                isinstance(value, list) and all(isinstance(v, dict) and v for v in value),
                f"'{name}' of agreement {item.get('id')} is no list of objects",
                expected="a list of objects",
                received=shown(value),
            )


@pytest.mark.check(
    "CTR-TMF-13", clause="TMF651 Agreement_Create; TMF630 part 1, errors", level="writes"
)
def test_an_agreement_about_nothing_is_refused(agreements):
    """An agreement without parties and terms is refused with an error."""
    body = agreements.typed("Agreement")
    answer = settled_write(agreements.refuse_nothing(_AGREEMENTS, body))
    assert_refused(answer)
    error_of(answer)


@pytest.mark.check(
    "CTR-TMF-22",
    clause="TMF630 v5, polymorphism; TMF651 v5 agreement",
    strength="may",
    level="passive",
)
def test_every_part_of_an_agreement_names_its_type(agreements):
    """In version 5 an agreement and what stands in it name their types."""
    if not agreements.newer:
        raise NotApplicable("version_not_claimed", "it is a rule of version 5")
    items = some(known_records(agreements, _AGREEMENTS, limit="10"), "agreements")
    for item in items:
        places = [p for p in untyped(item) if p.count(".") < 1]
        if places:
            raise Contradiction(
                f"parts of agreement {item.get('id')} do not name their type",
                expected="@type in each",
                received=", ".join(places),
            )
