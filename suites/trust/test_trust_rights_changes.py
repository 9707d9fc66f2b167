"""The rights of persons that change something: rectification, erasure, and moving data (GDPR 16, 17, 20).

Erased is only who was made for that: a person whom the target file calls erasable.
"""

from contextlib import suppress

import pytest

from mimtest.errors import Inconclusive, Unsettled
from mimtest.vocabulary.access import settled
from mimtest.vocabulary.expect import assert_that, excerpt, shown
from mimtest.vocabulary.exports import comparable
from mimtest.vocabulary.person_rights import correct, erase
from mimtest.vocabulary.waiting import waiting_for

pytestmark = pytest.mark.interface("personal-data")

_ACCEPTED = 202
_REFUSED = (401, 403, 404)


@pytest.fixture(scope="session")
def corrected(account, client, identities, interface, run_id):
    """A text among the data of a person, changed and put back."""
    account.require("rectify", "access")
    person = identities.required(interface, "erasable", "subject")
    with client.recorder.preparing(client.level), waiting_for(interface.settles):
        found = correct(account, person, f"mimtest {run_id}")
    if found is None:
        raise Inconclusive("precondition_unmet", "no text is known that a person may change")
    return found


@pytest.fixture(scope="session")
def erased(account, client, identities, interface, request):
    """A person made for the test, erased; after whatever else is done with her."""
    account.require("erase", "access")
    person = identities.required(interface, "erasable")
    if account.offers("rectify"):
        with suppress(Unsettled, AssertionError):
            request.getfixturevalue("corrected")
    with client.recorder.preparing(client.level), waiting_for(interface.settles):
        found = erase(account, person)
    if not found.was_there:
        detail = "nothing is there of the person to erase that is known to be hers"
        raise Inconclusive("precondition_unmet", detail)
    return found


@pytest.mark.check("TRU-RIG-04", clause="GDPR 16", strength="should", level="writes")
def test_data_can_be_corrected(corrected):
    """A correction that is accepted is seen in the person's data."""
    status = settled(corrected.answer).status
    if not corrected.answer.ok or (status == _ACCEPTED and not corrected.is_seen):
        detail = (
            f"the correction of {corrected.name} is answered {status}; somebody may decide on it"
        )
        raise Inconclusive("needs_review", detail)
    settled(corrected.after)
    assert_that(
        corrected.is_seen,
        f"{corrected.name} is not what it was corrected to",
        expected=corrected.text,
        received=excerpt(corrected.after),
    )


@pytest.mark.check("TRU-RIG-05", clause="GDPR 17(1)", strength="should", level="writes")
def test_data_can_be_erased(erased):
    """After an erasure that is accepted the person's data is not given out any more."""
    status = settled(erased.answer).status
    left = erased.left
    if not erased.answer.ok:
        detail = f"the erasure is answered {status}: {excerpt(erased.answer)}"
        raise Inconclusive("needs_review", detail)
    if left and status == _ACCEPTED:
        raise Inconclusive("needs_review", "the erasure is accepted for later (202)")
    assert_that(
        not left,
        "erased data is still given out",
        expected="status 404 or 410, or no data of the person",
        received=f"status {erased.after.status} with {', '.join(left)}",
    )


@pytest.mark.check(
    "TRU-POR-04",
    clause="GDPR 20(1), 20(2)",
    strength="may",
    level="writes",
    rests_on=("TRU-POR-01",),
)
def test_data_can_be_brought_back(account, erased):
    """What a person took along can be brought to an empty account, and is the same there."""
    account.require("export", "import")
    if erased.left or erased.taken is None or erased.brought is None:
        detail = "the data could not be taken along as JSON, or not be erased first"
        raise Inconclusive("precondition_unmet", detail)
    if erased.brought.status in _REFUSED:
        raise Inconclusive("auth_refused", "an erased person may not bring data")
    assert_that(
        settled(erased.brought).ok,
        "what was exported here is not taken back",
        expected="status 200, 201, 202 or 204",
        received=f"status {erased.brought.status}: {excerpt(erased.brought)}",
    )
    if erased.again is None or erased.brought.status == _ACCEPTED:
        raise Inconclusive("needs_review", "the import is accepted for later (202)")
    before, after = (comparable(settled(a).json()) for a in (erased.taken, erased.again))
    assert_that(
        before == after,
        "what is exported after an import is not what was imported",
        expected=shown(before),
        received=shown(after),
    )
