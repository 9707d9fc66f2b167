"""Reading what an interface with personal data says: records, notices, exports, and how its parts are asked."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.sandbox.my.consents import Consent, kept_from_before, record
from mimtest.sandbox.my.definition import definition
from mimtest.sandbox.my.receipts import Signer
from mimtest.target import Identity, Interface
from mimtest.vocabulary import consent_records as consents
from mimtest.vocabulary import jose
from mimtest.vocabulary.consent_events import events_of
from mimtest.vocabulary.consenting import reduced
from mimtest.vocabulary.exports import comparable
from mimtest.vocabulary.loose_names import local_name, values_of
from mimtest.vocabulary.personal_data import Account

_BASE = "https://my.example"


def consent(*events, data=("name",)):
    made = Consent("urn:p:1", "library-card", tuple(data))
    made.events.extend(events)
    return record(made, _BASE)


GIVEN = ("ConsentGiven", "2026-01-01T10:00:00Z")
WITHDRAWN = ("ConsentWithdrawn", "2026-01-02T10:00:00Z")


def test_a_record_of_the_sandbox_says_everything():
    assert consents.missing(consent(GIVEN)) == []
    assert consents.is_iso(consent(GIVEN))


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (("dpv:hasIdentifier", "@id"), "an identifier"),
        (("dct:conformsTo",), "the version of its schema"),
        (("dpv:hasDataSubject",), "the person"),
        (("dpv:hasNotice",), "the notice"),
    ],
)
def test_what_a_record_leaves_out_is_named(names, what):
    told = {n: v for n, v in consent(GIVEN).items() if n not in names}
    assert consents.missing(told) == [what]


def test_a_receipt_of_kantara_is_known_and_is_no_consent_that_holds():
    told = record(kept_from_before("urn:p:1")[1], _BASE)
    assert consents.is_receipt(told)
    assert not consents.is_iso(told)
    assert consents.missing_in_receipt(told) == []
    assert not consents.is_in_force(told)
    assert consents.missing_in_receipt({**told, "policyUrl": ""}) == ["policyUrl"]


@pytest.mark.parametrize(
    ("events", "holds"),
    [
        ((GIVEN,), True),
        ((GIVEN, WITHDRAWN), False),
        ((WITHDRAWN, GIVEN), False),
        ((("ConsentRefused", "2026-01-01T10:00:00Z"),), False),
        ((WITHDRAWN, ("RenewedConsentGiven", "2026-03-02T10:00:00Z")), True),
        ((("ConsentExpired", "2026-05-01T10:00:00Z"), GIVEN), False),
        ((("ConsentInvalidated", "2026-05-01T10:00:00Z"), GIVEN), False),
    ],
)
def test_the_last_event_by_time_counts(events, holds):
    assert consents.is_in_force(consent(*events)) is holds


@pytest.mark.parametrize(
    ("told", "holds"),
    [
        ({"id": "1", "status": "active"}, True),
        ({"id": "1", "status": "inactive"}, False),
        ({"id": "1", "state": "invalid"}, False),
        ({"id": "1", "status": "REVOKED"}, False),
        (
            {"id": "1", "events": [{"event_state": "given", "event_time": "2026-01-01T00:00:00Z"}]},
            True,
        ),
        ({"id": "1", "status": "not_given"}, False),
        ({"id": "1", "status": "NOT_GRANTED"}, False),
        ({"id": "1", "status": "rejected"}, False),
        ({"id": "1", "optIn": True, "state": "signed"}, True),
        ({"id": "1", "optIn": False, "state": "signed"}, False),
        ({"id": "1", "grantedAt": "2026-01-01T00:00:00Z", "revokedAt": None}, True),
        ({"id": "1", "grantedAt": "2026-01-01 00:00", "withdrawn_at": "2026-01-02 00:00"}, False),
        (
            {"id": "1", "grantedAt": "2026-01-01T00:00:00Z", "revokedAt": "2026-01-02T00:00:00Z"},
            False,
        ),
        ({"id": "1", "status": "expired", "granted_at": "2026-01-01T00:00:00Z"}, False),
        ({"id": "1", "status": "given", "period": {"type": "validityPeriod"}}, True),
    ],
)
def test_other_words_for_the_state(told, holds):
    assert consents.is_in_force(told) is holds


def test_a_record_without_a_state_decides_nothing():
    with pytest.raises(Inconclusive):
        consents.is_in_force({"id": "1", "purpose": "library"})


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ([{"id": "1"}], 1),
        ({"records": [{"id": "1"}, {"id": "2"}]}, 2),
        ({"@id": "x", "@graph": [{"@id": "1"}]}, 1),
        ({"consents": []}, 0),
        ({"id": "1", "purpose": "x"}, 1),
        ({"id": "1", "data": ["name", "email"]}, 1),
        ({"id": "1", "status": "given", "data": [{"name": "email"}, {"name": "phone"}]}, 1),
        ({"consentRecords": [], "pagination": {"total": 0}}, 0),
        ({"consentRecords": [{"id": "1"}, {"id": "2"}], "pagination": {"total": 2}}, 2),
        ({"_embedded": {"consents": [{"id": "1"}]}, "_links": {}}, 1),
        ({"data": [{"id": "1"}, {"id": "2"}], "included": [{"id": "3"}]}, 2),
        ({"content": [], "totalElements": 0}, 0),
        ({"resourceType": "Bundle", "id": "b", "entry": [{"resource": {"id": "1"}}]}, 1),
        ({"myConsentsOfToday": [{"id": "1"}, {"id": "2"}], "count": 2}, 2),
        ({}, 0),
        ([], 0),
    ],
)
def test_records_are_found(value, count):
    assert len(consents.records_in(value)) == count


def test_an_object_of_unknown_words_is_no_record():
    with pytest.raises(Inconclusive):
        consents.records_in({"welcome": "Ada", "total": 3})


def test_the_own_words_of_the_standard_are_an_identifier_and_a_person():
    told = {"record_identifier": "r1", "PII_principal_identifier": "p1"}
    assert consents.identifier_of(told) == "r1"
    assert "the person" not in consents.missing(told)


def test_both_events_are_told_by_members():
    told = {"status": "withdrawn", "grantedAt": 1767225600, "withdrawnAt": "2026-01-02 10:00:00"}
    assert {e.holds for e in events_of(told)} == {True, False}


@pytest.mark.parametrize("value", ["text", 1, ["a"]])
def test_what_holds_no_records_is_told(value):
    with pytest.raises(Contradiction):
        consents.records_in(value)


def test_a_receipt_is_signed_by_its_key_alone():
    signer, other = Signer(), Signer()
    told = {"receipt": signer.sign({"a": 1}), "name": "eyJ.is.none"}
    (text,) = consents.signed_texts(told)
    assert jose.is_signed_by(jose.read(text), signer.published()["keys"][0])
    assert not jose.is_signed_by(jose.read(text), other.published()["keys"][0])


@given(
    st.recursive(
        st.text() | st.none() | st.integers(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_whatever_is_said_can_be_read(value):
    consents.events_of(value)
    consents.signed_texts(value)
    values_of(value, "name")
    assert comparable(comparable(value)) == comparable(value)


def test_names_are_compared_without_prefix():
    assert (
        local_name("dpv:hasPurpose")
        == local_name("https://w3id.org/dpv#hasPurpose")
        == "haspurpose"
    )
    assert local_name("record_id") == local_name("recordId") == "recordid"
    assert values_of({"a": [{"schema:email": "x"}]}, "email") == ["x"]


def test_a_consent_is_reduced_to_the_first_of_several():
    body = {"purpose": "x", "data": ["email", "phone"]}
    assert reduced(body) == ({"purpose": "x", "data": ["email"]}, ["email"], ["phone"])
    assert reduced({"data": ["email"]}) is None
    assert reduced(None) is None


@dataclass
class Asking:
    identity: Identity
    fields: dict


class Standing:
    """A client that only knows addresses."""

    def __init__(self, **paths):
        self.interface = Interface("me", "personal-data", _BASE, paths=paths)

    def url(self, path=""):
        return path if path.startswith("http") else f"{_BASE}{path}"


HER = Asking(Identity("a", owns=("urn:p:1", "x@y.example")), {})


def test_an_address_takes_person_and_record():
    account = Account(Standing(data="/data/{subject}", withdraw="/c/{id}"), None)
    assert account.where("data", HER) == "/data/urn%3Ap%3A1"
    assert account.where("withdraw", HER, "a b") == "/c/a%20b"
    with pytest.raises(Inconclusive):
        account.where("data", Asking(Identity("b"), {}))
    with pytest.raises(NotApplicable):
        account.where("grant")


def test_the_description_says_how_a_part_is_asked():
    paths = {
        "grant": "/consents",
        "withdraw": "/consents/{nr}/withdrawal",
        "erase": "/me",
        "export": "/other",
    }
    account = Account(Standing(**paths), definition(_BASE))
    grant = account.way("grant")
    assert (grant.method, grant.body["data"], grant.needs) == ("POST", ["email", "phone"], 2)
    assert (account.way("withdraw").method, account.way("withdraw").needs) == ("POST", 0)
    assert account.way("erase").method == "DELETE"
    assert account.way("export").method == "GET"
    assert account.described("withdraw")
    assert not account.described("export")


def test_without_a_description_the_usual_way_is_taken():
    account = Account(Standing(grant="/consents", rectify="/me"), None)
    assert (account.way("grant").method, account.way("grant").needs) == ("POST", None)
    assert account.way("rectify").method == "PATCH"
    at_record = Account(Standing(withdraw="/consents/{id}"), None)
    assert at_record.way("withdraw").method == "DELETE"
