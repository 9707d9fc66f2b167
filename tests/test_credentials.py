"""Verifiable credentials: what is disclosed, when they hold, and where their status is."""

import contextlib
import gzip
import hashlib
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.vocabulary.credentials import Status, disclosed, read_credential, status_of, untimely
from mimtest.vocabulary.jose import encode


def disclosure(*parts):
    return encode(json.dumps(parts).encode())


def digest(text, algorithm="sha256"):
    return encode(hashlib.new(algorithm, text.encode()).digest())


NAME = disclosure("salt-one", "given_name", "Ada")
STREET = disclosure("salt-two", "street", "Mill Lane")
NUMBER = disclosure("salt-five", 7, True)
NATION = disclosure("salt-three", "FR")
ADDRESS = disclosure("salt-four", "address", {"_sd": [digest(STREET)], "country": "XX"})
CLAIMS = {
    "iss": "https://a.example",
    "_sd_alg": "sha-256",
    "_sd": [digest(NAME), digest(ADDRESS), "decoy"],
    "nationalities": [{"...": digest(NATION)}, {"...": "another"}, "DE"],
}


def test_what_is_disclosed_stands_in_its_place():
    found = disclosed(CLAIMS, (NAME, ADDRESS, STREET, NATION))
    assert found == {
        "iss": "https://a.example",
        "given_name": "Ada",
        "address": {"country": "XX", "street": "Mill Lane"},
        "nationalities": ["FR", "DE"],
    }


def test_what_is_not_disclosed_is_not_there():
    assert disclosed(CLAIMS, ()) == {"iss": "https://a.example", "nationalities": ["DE"]}


def test_other_hashes_are_known():
    claims = {"_sd_alg": "sha-512", "_sd": [digest(NAME, "sha512")]}
    assert disclosed(claims, (NAME,)) == {"given_name": "Ada"}


@pytest.mark.parametrize(
    ("claims", "disclosures", "word"),
    [
        (CLAIMS, (disclosure("salt", "mayor", True),), "no digest"),
        (CLAIMS, (STREET,), "no digest"),
        (CLAIMS, (NAME, NAME), "twice"),
        ({"_sd": [digest(NAME)], "a": {"_sd": [digest(NAME)]}}, (NAME,), "two places"),
        ({"_sd": [digest(NAME)], "given_name": "Eve"}, (NAME,), "cannot stand"),
        ({"_sd": [digest(NATION)]}, (NATION,), "cannot stand"),
        ({"a": [{"...": digest(NAME)}]}, (NAME,), "array"),
        ({"_sd_alg": "md5"}, (), "md5"),
        ({"_sd": "decoy"}, (), "list of digests"),
        ({"_sd": [digest(NUMBER)]}, (NUMBER,), "cannot stand"),
        (CLAIMS, ("!",), "base64url"),
        (CLAIMS, (encode(b"[1]"),), "two or three"),
    ],
)
def test_what_nobody_signed_is_not_let_in(claims, disclosures, word):
    with pytest.raises(ValueError, match=word):
        disclosed(claims, disclosures)


def jwt(claims, header=None):
    fields = header or {"alg": "ES256"}
    return ".".join(
        (encode(json.dumps(fields).encode()), encode(json.dumps(claims).encode()), "AA")
    )


def test_credentials_are_read_in_each_form():
    selective = read_credential(f"{jwt(CLAIMS)}~{NAME}~")
    assert selective.selective
    assert selective.claims["given_name"] == "Ada"
    assert selective.disclosures == (NAME,)
    wrapped = read_credential(
        json.dumps({"credentials": [{"credential": jwt({"iss": "did:a:b"})}]})
    )
    assert wrapped.issuer == "did:a:b"
    older = read_credential(jwt({"iss": "did:a:b", "vc": {"credentialSubject": {}}}))
    assert not older.selective
    assert "credentialSubject" in older.claims
    newer = read_credential(jwt({"issuer": {"id": "did:a:c"}}))
    assert newer.issuer == "did:a:c"


def test_a_key_binding_at_the_end_is_no_disclosure():
    assert read_credential(f"{jwt(CLAIMS)}~{NAME}~{jwt({'nonce': 'x'})}").disclosures == (NAME,)


@pytest.mark.parametrize("text", ["", "{}", "{", '"a"', '{"credential": {"proof": {}}}', "a~b~"])
def test_what_is_no_credential_is_called_so(text):
    with pytest.raises(ValueError, match=r"."):
        read_credential(text)


@given(st.text())
def test_reading_anything_raises_nothing_else(text):
    with contextlib.suppress(ValueError):
        read_credential(text)


@pytest.mark.parametrize(
    ("claims", "late"),
    [
        ({}, False),
        ({"exp": 1000, "nbf": 0}, False),
        ({"exp": 0}, True),
        ({"nbf": 2000}, True),
        ({"exp": 450}, False),
        ({"exp": -1e20}, True),
        ({"exp": 1e20}, False),
        ({"validUntil": "1970-01-01T00:00:01Z"}, True),
        ({"validFrom": "1970-01-01T00:00:01Z", "validUntil": "2070-01-01T00:00:01Z"}, False),
        ({"issuanceDate": "2070-01-01T00:00:01Z"}, True),
    ],
)
def test_when_credentials_hold(claims, late):
    assert bool(untimely(claims, 500.0)) is late


def test_times_that_cannot_be_read_are_called_so():
    with pytest.raises(ValueError, match="tomorrow"):
        untimely({"validUntil": "tomorrow"}, 0)


def test_statuses_of_each_width_are_found():
    # Token Status List 4.1: the bytes 0xB9 0xA3 with one bit, 0xC9 0x44 0xF9 with two.
    one = {"status_list": {"bits": 1, "lst": encode(zlib.compress(b"\xb9\xa3"))}}
    bits = [Status("", i, token=True).value(one) for i in range(16)]
    assert bits == [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    two = {"status_list": {"bits": 2, "lst": encode(zlib.compress(b"\xc9\x44\xf9"))}}
    pairs = [Status("", i, token=True).value(two) for i in range(12)]
    assert pairs == [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]


def test_bitstrings_are_read_from_the_left():
    packed = "u" + encode(gzip.compress(b"\x40" + b"\0" * 15))
    credential = {"credentialSubject": {"encodedList": packed}}
    assert [Status("", i, token=False).value(credential) for i in range(4)] == [0, 1, 0, 0]
    assert Status("", 1, token=False).value({"vc": credential}) == 1


@pytest.mark.parametrize("token", [True, False])
@pytest.mark.parametrize("claims", [{}, {"status_list": {"bits": 3, "lst": "eJwDAAAAAAE"}}])
def test_lists_that_are_none_are_called_so(claims, token):
    with pytest.raises(ValueError, match="list"):
        Status("", 5, token=token).value(claims)


def test_where_the_status_is():
    assert status_of({}) is None
    token = {"status": {"status_list": {"uri": "https://a.example/1", "idx": 7}}}
    assert status_of(token) == Status("https://a.example/1", 7, token=True)
    entry = {"statusListCredential": "https://a.example/2", "statusListIndex": "9"}
    assert status_of({"credentialStatus": [entry]}) == Status("https://a.example/2", 9, token=False)
    with pytest.raises(ValueError, match="address and place"):
        status_of({"status": {"status_list": {"uri": "https://a.example/1"}}})
