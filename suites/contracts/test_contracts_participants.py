"""Who takes part in a data space, and how others know (DID Core 1.0, Gaia-X, iSHARE, EBSI, DCP)."""

import re
from urllib.parse import urlsplit

import pytest

from mimtest import clock
from mimtest.errors import Inconclusive, NotApplicable
from mimtest.network.permission import is_loopback
from mimtest.vocabulary.credentials import read_credential, untimely
from mimtest.vocabulary.dids import jwk_of, keys_for, web_did
from mimtest.vocabulary.expect import assert_status, assert_that, fail, json_object, objects
from mimtest.vocabulary.jose import is_signed_by, unsound_key
from mimtest.vocabulary.participants import (
    SELF_DESCRIBED,
    credentials_in,
    gaps,
    keys_told,
    of_organization,
    services_of,
    subjects_of,
    unsound_services,
)

pytestmark = pytest.mark.interface("did")

_SIGNED = re.compile(r"\s*eyJ[\w-]*\.")


@pytest.fixture
def document(client):
    """The DID document."""
    answer = assert_status(client.get(auth=False), 200, what="the DID document")
    return json_object(answer, "the DID document")


@pytest.mark.check(
    "CTR-PAR-01", clause="DID Core 1.0 5.1.1; did:web, Read (Resolve)", level="passive"
)
def test_a_participant_is_found_by_its_identifier(client, interface):
    """At the address of the identifier is a document in JSON with that identifier."""
    answer = assert_status(client.get(auth=False), 200, what="the DID document")
    found = json_object(answer, "the DID document")
    try:
        own = web_did(interface.url)
    except ValueError as why:
        raise Inconclusive("needs_review", f"the address is not that of a did:web: {why}") from None
    given = str(found.get("id"))
    assert_that(
        given.lower() == own.lower(),
        "the document is that of another identifier",
        expected=own,
        received=given,
    )


@pytest.mark.check(
    "CTR-PAR-11",
    clause="MIM3 C5; DID Core 1.0 5.2, 5.3",
    strength="should",
    level="passive",
    rests_on=("CTR-PAR-01",),
)
def test_a_participant_names_a_key(document):
    """The document names a key by which others know the participant again."""
    assert_that(
        keys_told(document),
        "the document names no key",
        expected="one at least, in verificationMethod or in a relation such as assertionMethod",
        received=", ".join(document),
    )


@pytest.mark.check(
    "CTR-PAR-02", clause="DID Core 1.0 5.2", level="passive", rests_on=("CTR-PAR-01",)
)
def test_the_keys_of_a_participant_are_public_and_strong(document):
    """Every key of the document is public, can be read and is strong."""
    methods = objects(keys_told(document), "the methods of the document")
    if not methods:
        raise Inconclusive("no_data", "the document names no key")
    strange = []
    for method in methods:
        lost = [n for n in ("id", "type", "controller") if not method.get(n)]
        assert_that(not lost, f"a verification method has no {', '.join(lost)}")
        private = [n for n in method if n.startswith("privateKey") or n == "secretKeyJwk"]
        assert_that(not private, f"the key {method['id']} is told with {', '.join(private)}")
        if "publicKeyJwk" not in method and "publicKeyMultibase" not in method:
            strange.append(str(method["type"]))
            continue
        try:
            why = unsound_key(jwk_of(method))
        except ValueError as error:
            strange.append(str(error))
            continue
        assert_that(
            not why,
            f"the key {method['id']} is not fit for verifying signatures",
            expected="a public key: RSA of 2048 bits or more, or a curve of 256 bits or more",
            received=why,
        )
    if len(strange) == len(methods):
        raise Inconclusive("needs_review", f"mimtest does not read these keys: {strange[0][:200]}")


@pytest.mark.check(
    "CTR-PAR-03",
    clause="DID Core 1.0 5.4",
    strength="should",
    level="passive",
    rests_on=("CTR-PAR-01",),
)
def test_the_services_of_a_participant_are_found(document, interface):
    """Every service of the document has a name of its own, a type, and addresses with TLS."""
    if not services_of(document):
        raise NotApplicable("not_offered", "the document names no service")
    local = is_loopback(urlsplit(interface.url).hostname or "")
    wrong = list(unsound_services(document, local=local))
    assert_that(
        not wrong,
        "a service of the document is not told as agreed",
        expected="id, type and serviceEndpoint; a name that no other has; https",
        received="; ".join(wrong),
    )


@pytest.fixture
def described(client, interface):
    """The participant's self-description, read but not verified."""
    path = interface.paths.get("self-description")
    if path is None:
        raise NotApplicable("not_offered", "the target file names no self-description")
    text = assert_status(client.get(path), 200, what="the self-description").text()
    if not _SIGNED.match(text):
        raise Inconclusive("needs_review", "mimtest reads self-descriptions that are JWTs alone")
    return text


@pytest.mark.check(
    "CTR-PAR-04",
    clause="Gaia-X Trust Framework, participant; VC-JOSE-COSE 3",
    strength="should",
    level="passive",
    rests_on=("CTR-PAR-02",),
)
def test_a_self_description_is_the_participants_own(document, described):
    """A key of the participant signed the self-description, which names it and holds today."""
    try:
        credentials = [read_credential(text) for text in credentials_in(described)]
        late = [late for c in credentials if (late := untimely(c.claims, clock.now().timestamp()))]
    except ValueError as why:
        fail(f"the self-description is not read: {why}", expected="a credential as a JWT")
    did = document.get("id")
    keys = keys_for(document, "assertionMethod") or keys_for(document, "")
    verified = [c for c in credentials if any(is_signed_by(c.signed, key) for key in keys)]
    claimed = [c for c in credentials if c in verified or c.issuer in ("", did)]
    if not claimed:
        named = ", ".join(sorted({c.issuer for c in credentials}))[:200]
        detail = f"it is issued by {named or 'nobody'}, whose keys were not looked at"
        raise Inconclusive("unresolved_reference", detail)
    for credential in claimed:
        assert_that(
            credential in verified,
            "no key of the participant verifies its self-description",
            expected=f"a signature by a key of {did}",
            received=f"{credential.signed.algorithm}, kid {credential.signed.header.get('kid')}",
        )
        assert_that(
            credential.issuer == did,
            "the self-description names another issuer",
            expected=did,
            received=credential.issuer or "none",
        )
    assert_that(
        not late, "the self-description does not hold", expected="now", received="; ".join(late)
    )


@pytest.mark.check(
    "CTR-PAR-07",
    clause="MIM3 C5; Gaia-X Trust Framework, participant",
    strength="should",
    level="passive",
    rests_on=("CTR-PAR-04",),
)
def test_a_self_description_tells_who_it_is(described, looked):
    """The participant tells its name, its registration and its country."""
    try:
        claims = [read_credential(text).claims for text in credentials_in(described)]
    except ValueError as why:
        raise Inconclusive("precondition_unmet", f"it is not read: {why}") from None
    told = [of_organization(s) for c in claims for s in subjects_of(c)]
    all_told = {n: any(t[n] for t in told) for t in told for n in t}
    missing = gaps(all_told, *SELF_DESCRIBED)
    assert_that(
        not missing,
        f"the self-description does not tell {', '.join(missing)}",
        expected="name, registration number and country",
        received=f"{len(told)} subjects",
    )
    others = [n for n in gaps(all_told) if n not in SELF_DESCRIBED]
    if others:
        looked(f"the self-description does not tell {' and '.join(others)} either")
