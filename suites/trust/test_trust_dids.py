"""Who issues credentials: an identifier whose document names the keys (W3C DID Core 1.0, did:web)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.credentials import read_credential
from mimtest.vocabulary.dids import dangling, keys_for, methods_for, web_did
from mimtest.vocabulary.expect import assert_status, assert_that, fail, json_object
from mimtest.vocabulary.jose import is_signed_by, require_known, unsound_key

pytestmark = pytest.mark.interface("did")


@pytest.fixture
def document(client):
    """The DID document."""
    answer = assert_status(client.get(auth=False), 200, what="the DID document")
    return json_object(answer, "the DID document")


@pytest.mark.check(
    "TRU-VC-08", clause="DID Core 1.0 5.1.1, 5.2.1, 5.3.2; did:web 2", level="passive"
)
def test_an_identifier_leads_to_keys_for_signing(document, interface):
    """The document is that of its address, and names public keys that credentials are signed with."""
    try:
        own = web_did(interface.url)
    except ValueError as why:
        fail(f"the address is not that of a did:web: {why}", received=interface.url)
    assert_that(
        document.get("id") == own,
        "the document is that of another identifier",
        expected=own,
        received=document.get("id"),
    )
    lost = list(dangling(document))
    assert_that(
        not lost,
        "the document names keys that it does not have",
        expected="a verification method for every name",
        received="; ".join(lost),
    )
    methods = list(methods_for(document, "assertionMethod"))
    assert_that(methods, "no key is for signing credentials", expected="assertionMethod with a key")
    keys = keys_for(document, "assertionMethod")
    if not keys:
        raise Inconclusive("needs_review", "the keys are in a form that mimtest does not read")
    wrong = [why for key in keys if (why := unsound_key(key))]
    assert_that(
        not wrong,
        "a key for signing credentials is not fit for verifying signatures",
        expected="public keys: RSA of 2048 bits or more, or curves of 256 bits or more",
        received="; ".join(wrong),
    )


@pytest.mark.check(
    "TRU-VC-20",
    clause="DID Core 1.0 5.3.2; VCDM 2.0 5.13",
    level="passive",
    rests_on=("TRU-VC-08",),
)
def test_credentials_are_signed_with_these_keys(document, neighbours):
    """A key for assertions verifies the sample of the issuer with this identifier."""
    for other in neighbours.values():
        path = other.interface.paths.get("sample")
        if other.interface.kind != "vc-issuer" or path is None:
            continue
        try:
            sample = read_credential(assert_status(other.get(path), 200).text())
        except ValueError as why:
            detail = f"the sample is not read: {why}"
            raise Inconclusive("precondition_unmet", detail) from None
        keys = keys_for(document, "assertionMethod")
        if sample.issuer == document.get("id"):
            require_known(sample.signed)
            assert_that(
                any(is_signed_by(sample.signed, key) for key in keys),
                "no key for assertions verifies the sample",
                expected="the key of the sample in assertionMethod",
                received=sample.signed.header.get("kid"),
            )
            return
    detail = "the target file names no sample of a credential by the issuer with this identifier"
    raise NotApplicable("not_offered", detail)
