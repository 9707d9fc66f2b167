"""Which issuers of credentials are trusted (EBSI Trusted Issuers Registry API v4)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.expect import assert_status, assert_that, json_object, member, objects

pytestmark = pytest.mark.interface("issuers-registry")


@pytest.mark.check(
    "TRU-VC-12",
    clause="EBSI Trusted Issuers Registry API v4; RFC 9110 15.5.5",
    strength="should",
    level="passive",
)
def test_a_registry_tells_whom_it_trusts(client):
    """An issuer on the registry's list is found, and one that is not on it is not."""
    listed = json_object(assert_status(client.get("/issuers"), 200, what="the list"), "the list")
    items = objects(member(listed, "items", list, "the list"), "the list")
    if not items:
        raise Inconclusive("no_data", "the registry trusts nobody")
    known = member(items[0], "did", str, "an issuer of the list")
    entry = assert_status(client.get(_path(known)), 200, what="the entry of a listed issuer")
    assert_that(
        member(json_object(entry, "the entry"), "did", str, "the entry") == known,
        "the entry is that of another issuer",
        expected=known,
        received=entry.json().get("did"),
    )
    stranger = known[:-4] + ("1111" if known[-4:] != "1111" else "2222")
    answer = client.get(_path(stranger))
    if answer.status == 400 and not known.startswith("did:web:"):
        detail = f"{stranger} is answered 400: it may be no identifier of its method"
        raise Inconclusive("needs_review", detail)
    assert_that(
        answer.status in (404, 410),
        "an issuer that nobody registered is not called unknown",
        expected="status 404",
        received=f"status {answer.status}",
    )


def _path(did):
    """Where the entry of an issuer is."""
    return f"/issuers/{did.replace('%', '%25')}"
