"""Records of what people agreed to (ISO/IEC TS 27560, Kantara Consent Receipt, RFC 7515)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.session.identities import issuer_metadata
from mimtest.session.opening import open_for
from mimtest.vocabulary import jose
from mimtest.vocabulary.access import assert_kept, given_away, settled, succeeded
from mimtest.vocabulary.consent_records import (
    identifier_of,
    is_iso,
    is_receipt,
    missing,
    missing_in_receipt,
    records_in,
    signed_texts,
)
from mimtest.vocabulary.expect import assert_status, assert_that, fail, member, objects
from mimtest.vocabulary.rest_records import json_of

pytestmark = pytest.mark.interface("personal-data")

_NOTHING = 204
_ITEM = ("@id", "self", "href", "url")


@pytest.fixture
def listed(account, persons, nowhere):
    """The answer with the records of the first person who has any, else of the first person."""
    assert not nowhere.ok
    account.require("records")
    answers = [(p, settled(account.read("records", p))) for p in persons]
    found = [(p, a) for p, a in answers if succeeded(a) and _records(a)]
    chosen = (found or answers)[0]
    if chosen[1].received.status == _NOTHING:
        raise Inconclusive("no_data", "no person of the target file has agreed to anything yet")
    return chosen


def _records(answer):
    try:
        return records_in(json_of(answer))
    except AssertionError:
        return []


@pytest.fixture
def records(listed):
    """The records of a person."""
    found = records_in(assert_status(listed[1], 200, what="the records").json())
    if not found:
        raise Inconclusive("no_data", "no person of the target file has agreed to anything yet")
    return found


@pytest.mark.check("TRU-CON-04", clause="GDPR 7(1); ISO/IEC TS 27560 6", level="passive")
def test_a_person_sees_her_records(listed):
    """A person gets the records of her consents as JSON."""
    found = records_in(assert_status(listed[1], 200, what="the records").json())
    if not found:
        raise Inconclusive("no_data", "no person of the target file has agreed to anything yet")


@pytest.mark.check(
    "TRU-CON-05",
    clause="ISO/IEC TS 27560:2023 6; W3C DPV profile dpv-27560",
    level="passive",
    rests_on=("TRU-CON-04",),
)
def test_records_have_their_fields(records, listed):
    """A record that names ISO/IEC TS 27560 as its schema says what that requires."""
    judged = [r for r in records if is_iso(r)]
    if not judged:
        raise NotApplicable("not_offered", "no record names ISO/IEC TS 27560 as its schema")
    for record in judged:
        lacking = missing(record)
        assert_that(
            listed[1].ok and not lacking,
            f"the record {identifier_of(record) or ''} does not say {', '.join(lacking)}",
            expected=", ".join(lacking),
            received=", ".join(list(record)[:20]),
        )


@pytest.mark.check(
    "TRU-CON-06",
    clause="Kantara Consent Receipt Specification 1.1, 4",
    strength="should",
    level="passive",
    rests_on=("TRU-CON-04",),
)
def test_receipts_have_their_fields(records, listed):
    """A receipt of Kantara's version 1.1 has the fields that it requires."""
    judged = [r for r in records if is_receipt(r)]
    if not judged:
        raise NotApplicable("not_offered", "no record is a receipt of Kantara's version 1.1")
    for receipt in judged:
        lacking = missing_in_receipt(receipt)
        assert_that(
            listed[1].ok and not lacking,
            f"the receipt does not have {', '.join(lacking)}",
            expected=", ".join(lacking),
            received=", ".join(list(receipt)[:20]),
        )


@pytest.fixture
def keys(account, interface, target, mimtest_run):
    """The published keys: of the interface, else of the issuer it names."""
    if account.offers("keys"):
        answer = account.client.get(account.where("keys"), auth=False)
        return objects(member(assert_status(answer, 200).json(), "keys", list), "the keys")
    issuer = target.interface(interface.issuer)
    if issuer is None:
        detail = "the target file names neither keys nor an issuer, so that nothing can be verified"
        raise Inconclusive("precondition_unmet", detail)
    with open_for(mimtest_run, issuer) as client:
        metadata = issuer_metadata(client, openid=issuer.kind == "oidc")
        answer = client.get(member(metadata, "jwks_uri", str), auth=False)
        return objects(member(assert_status(answer, 200).json(), "keys", list), "the keys")


@pytest.fixture
def receipts(records):
    """The signed receipts in the records."""
    found = [t for r in records for t in signed_texts(r)]
    if not found:
        raise NotApplicable("not_offered", "no record holds a signed receipt")
    return found


def _read(text):
    """A signed receipt, not verified."""
    try:
        signed = jose.read(text)
    except ValueError as why:
        fail(f"a receipt is no signed text: {why}", expected="a JWS", received=text[:80])
    jose.require_known(signed)
    return signed


@pytest.mark.check(
    "TRU-CON-07",
    clause="RFC 7515 5.2",
    strength="should",
    level="passive",
    rests_on=("TRU-CON-04",),
)
def test_signatures_are_valid(receipts, keys, listed):
    """The signature of a receipt is verified by a published key."""
    assert listed[1].ok
    for text in receipts:
        signed = _read(text)
        kid = signed.header.get("kid")
        fitting = [k for k in keys if kid is None or k.get("kid") == kid]
        if not fitting:
            detail = f"no published key has the name {kid}: a person or a wallet may have signed"
            raise Inconclusive("unresolved_reference", detail)
        assert_that(
            any(jose.is_signed_by(signed, key) for key in fitting),
            "no published key verifies the signature of a receipt",
            expected=f"a signature {signed.algorithm} of the key {kid or 'published'}",
            received=f"{len(fitting)} keys of that name, none of which made it",
        )


@pytest.fixture
def owner(account, persons):
    """A person with records, what they are known by, and where each is."""
    account.require("records")
    if len(persons) < 2:
        raise NotApplicable("not_offered", "the target file names one person only")
    for person in persons:
        answer = account.read("records", person)
        found = _records(answer) if succeeded(answer) else []
        marks = (*person.identity.owns, *(i for r in found if (i := identifier_of(r))))
        seen = given_away(answer, marks)
        if seen:
            places = [_place(account, r) for r in found]
            return person, seen, [p for p in places if p]
    raise Inconclusive(
        "no_data", "no person of the target file has records that tell whose they are"
    )


def _place(account, record):
    """The address of a record: its own, else its identifier below the list."""
    home = account.client.interface.origin
    own = next((record[n] for n in _ITEM if str(record.get(n)).startswith(f"{home}/")), None)
    if own:
        return own
    name = identifier_of(record)
    return f"{account.client.interface.paths['records'].rstrip('/')}/{name}" if name else None


@pytest.mark.check(
    "TRU-CON-14", clause="GDPR 32; OWASP API1:2023", level="passive", rests_on=("TRU-CON-04",)
)
def test_records_are_for_their_person(account, persons, owner):
    """Another person, and nobody, gets nothing of a person's records, in the list or one by one."""
    person, marks, places = owner
    other = next(p for p in persons if p is not person)
    for who, asking in (("another person", other), ("somebody without a token", None)):
        answer = account.read("records", asking, of=person)
        assert_kept(answer, marks, who, "the list of records")
        for place in places[:2]:
            mine = account.client.get(place, headers=dict(person.fields), auth=False)
            known = given_away(mine, marks) if succeeded(mine) else []
            if known:
                fields = dict(asking.fields) if asking else {}
                theirs = account.client.get(place, headers=fields, auth=False)
                assert_kept(theirs, known, who, "one record")
    account.require_known("records", other)
