"""A sample of an issuer's credentials as a verifier looks at it (RFC 9901, SD-JWT VC, VCDM 2.0)."""

import re

import pytest

from mimtest import clock
from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.credentials import read_credential, status_of, untimely
from mimtest.vocabulary.dids import keys_for, own_document, place_of
from mimtest.vocabulary.expect import assert_status, assert_that, fail, json_object
from mimtest.vocabulary.jose import certificate_key, is_signed_by, read, require_known
from mimtest.vocabulary.oauth_tokens import inserted

pytestmark = pytest.mark.interface("vc-issuer")

_CERTIFICATE = "its certificate"
#: How a signed text begins: with an object in base64url, and a dot.
_SIGNED = re.compile(r"\s*eyJ[\w-]*\.")
_LIST = {"Accept": "application/statuslist+jwt"}
_TYPES = ("dc+sd-jwt", "vc+sd-jwt")


@pytest.fixture(scope="session")
def sampled(client, interface):
    """The answer that holds the sample."""
    path = interface.paths.get("sample")
    if path is None:
        raise NotApplicable("not_offered", "the target file names no sample of a credential")
    return client.get(path)


@pytest.fixture
def sample(sampled):
    """The sample, read but not verified."""
    return _read(sampled)


def _read(answer):
    assert_status(answer, 200, what="the sample")
    try:
        return read_credential(answer.text())
    except ValueError as why:
        if not _SIGNED.match(answer.text()):
            detail = f"mimtest reads credentials that are JWTs alone: {why}"
            raise Inconclusive("needs_review", detail) from None
        fail(f"the sample is not read: {why}", expected="an SD-JWT VC or a JWT VC")


@pytest.fixture(scope="session")
def keys_of(client, target):
    """The public keys of the issuer of something signed, and where they are from."""

    def find(signed, issuer):
        require_known(signed)
        if "x5c" in signed.header:
            return [certificate_key(signed.header["x5c"])[0]], _CERTIFICATE
        if issuer.startswith("did:"):
            return _by_did(issuer, client, target), issuer
        if issuer.startswith(("https://", "http://")):
            return _by_address(issuer, client), issuer
        raise Inconclusive(
            "unresolved_reference", f"mimtest cannot tell the keys of '{issuer[:80]}'"
        )

    return find


def _by_did(did, client, target):
    document = own_document(did)
    if document is None and not did.startswith("did:web:"):
        raise Inconclusive("unresolved_reference", f"mimtest cannot resolve {did[:80]}")
    if document is None:
        named = (i.url for i in target.interfaces if i.kind == "did")
        answer = client.get(place_of(did, named), auth=False)
        assert_status(answer, 200, what="the DID document")
        document = json_object(answer, "the DID document")
    return keys_for(document, "assertionMethod")


def _by_address(issuer, client):
    answer = client.get(inserted(issuer, "jwt-vc-issuer"), auth=False)
    if answer.status == 404:
        detail = f"{issuer[:80]} does not say where its keys are"
        raise Inconclusive("unresolved_reference", detail)
    told = json_object(assert_status(answer, 200, what="the issuer's keys"), "the issuer's keys")
    if "jwks_uri" in told:
        told = {"jwks": json_object(client.get(str(told["jwks_uri"]), auth=False), "the keys")}
    found = told.get("jwks")
    keys = found.get("keys") if isinstance(found, dict) else None
    return [k for k in keys if isinstance(k, dict)] if isinstance(keys, list) else []


@pytest.mark.check(
    "TRU-VC-09",
    clause="RFC 9901 7.1; VC-JOSE-COSE 3; VCDM 2.0 4.9",
    strength="should",
    level="passive",
)
def test_a_credential_is_signed_and_holds_now(sampled, keys_of, looked):
    """The issuer's key verifies the sample, all that is disclosed was signed, and it holds today."""
    sample = _read(sampled)
    try:
        keys, place = keys_of(sample.signed, sample.issuer)
        late = untimely(sample.claims, clock.now().timestamp())
    except ValueError as why:
        fail(f"the sample is not verified: {why}", expected="a key and times that can be read")
    assert_that(
        any(is_signed_by(sample.signed, key) for key in keys),
        "no key of the issuer verifies the sample",
        expected=f"a signature by a key of {place}",
        received=f"{sample.signed.algorithm}, kid {sample.signed.header.get('kid')}",
    )
    if place == _CERTIFICATE:
        looked(
            "the key is that of the sample's certificate; who vouches for that was not looked at"
        )
    assert_that(not late, "the sample does not hold", expected="a time around now", received=late)


@pytest.mark.check(
    "TRU-VC-18",
    clause="EBSI Trusted Issuers Registry API v4",
    strength="should",
    level="passive",
    rests_on=("TRU-VC-09",),
)
def test_the_issuer_is_trusted(sample, neighbours):
    """The registry that the target file names has the issuer of the sample."""
    assert_that(sample.issuer, "the sample names no issuer", expected="iss or issuer")
    registries = [n for n in neighbours.values() if n.interface.kind == "issuers-registry"]
    if not registries or not sample.issuer.startswith("did:"):
        raise NotApplicable("not_offered", "no registry is named, or the issuer has no DID")
    answer = registries[0].get(f"/issuers/{_escaped(sample.issuer)}", auth=False)
    assert_that(
        answer.status != 404,
        "the registry does not have the issuer of the sample",
        expected=f"an entry for {sample.issuer}",
        received=f"status {answer.status}",
    )
    assert_status(answer, 200, what="the issuer's entry")


def _escaped(did):
    """A DID as one segment of a path: what is escaped in it is escaped once more."""
    return did.replace("%", "%25")


@pytest.mark.check(
    "TRU-VC-19",
    clause="Token Status List 5, 8.3; Bitstring Status List 1.0 3.2",
    strength="should",
    level="passive",
    rests_on=("TRU-VC-09",),
)
def test_a_credential_is_not_revoked(sample, keys_of, client):
    """The status list that the sample names is signed by its issuer and calls it valid."""
    try:
        status = status_of(sample.claims)
        if status is None:
            raise NotApplicable("not_offered", "the sample names no status list")
        answer = client.get(status.uri, auth=False, headers=_LIST if status.token else None)
        assert_status(answer, 200, what="the status list")
        if not _SIGNED.match(answer.text()):
            raise Inconclusive("needs_review", "mimtest reads status lists that are JWTs alone")
        listed = read(answer.text())
        issuer = str(listed.claims.get("iss") or sample.issuer)
        keys, place = keys_of(listed, issuer)
        value = status.value(listed.claims)
    except ValueError as why:
        fail(f"the status is not read: {why}", expected="a place in a signed list")
    assert_that(
        any(is_signed_by(listed, key) for key in keys),
        "no key of the issuer verifies the status list",
        expected=f"a signature by a key of {place}",
        received=f"{listed.algorithm}, kid {listed.header.get('kid')}",
    )
    assert_that(
        value == 0,
        "the list does not call the sample valid",
        expected="status 0",
        received=f"status {value} at place {status.index}",
    )


@pytest.mark.check(
    "TRU-VC-10",
    clause="SD-JWT VC 3.2.1, 3.2.2; RFC 9901 4.1",
    strength="should",
    level="passive",
)
def test_a_credential_says_what_it_is(sample, looked):
    """A selective credential is called one, names its type, and leaves the holder a choice."""
    if not sample.selective:
        raise NotApplicable("not_offered", "the sample is not an SD-JWT")
    kind = sample.signed.header.get("typ")
    assert_that(kind in _TYPES, "the type in the header differs", expected=_TYPES[0], received=kind)
    assert_that(
        sample.claims.get("vct"),
        "the sample does not name its type",
        expected="vct",
        received=", ".join(sample.claims),
    )
    if not sample.claims.get("cnf"):
        looked("the sample names no key of a holder (cnf): whoever has it can show it")
    assert_that(
        sample.disclosures,
        "the holder cannot choose what to show",
        expected="claims that are disclosed one by one",
        received="no disclosure",
    )
