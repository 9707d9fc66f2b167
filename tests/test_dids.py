"""Decentralized identifiers: their addresses and keys, with the examples of the methods' own documents."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.vocabulary.dids import (
    dangling,
    jwk_of,
    jwk_of_multibase,
    keys_for,
    methods_for,
    own_document,
    web_address,
    web_did,
)
from mimtest.vocabulary.jose import encode

ED25519 = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
P256 = "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
SECP256K1 = "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:example.com:user:alice", "https://example.com/user/alice/did.json"),
        ("did:web:example.com%3A3000:user", "https://example.com:3000/user/did.json"),
    ],
)
def test_did_web_and_its_address(did, address):
    assert web_address(did) == address
    assert web_did(address) == did


def test_a_stand_on_this_machine_needs_no_tls():
    assert web_did("http://127.0.0.1:80/did.json/did/did.json").startswith(
        "did:web:127.0.0.1%3A80:"
    )


@pytest.mark.parametrize("address", ["http://a.example/did.json", "https://a.example/did", "x"])
def test_addresses_that_no_did_web_has(address):
    with pytest.raises(ValueError, match=r"did\.json"):
        web_did(address)


@pytest.mark.parametrize("did", ["did:ebsi:z25", "did:web:", "did:web:a%2Fb", ""])
def test_what_is_no_did_web_has_no_address(did):
    with pytest.raises(ValueError, match="did:web"):
        web_address(did)


@pytest.mark.parametrize(
    ("did", "kind"), [(ED25519, "Ed25519"), (P256, "P-256"), (SECP256K1, "secp256k1")]
)
def test_did_key_holds_its_key(did, kind):
    document = own_document(did)
    methods = list(methods_for(document, "assertionMethod"))
    assert [jwk_of(m)["crv"] for m in methods] == [kind]
    assert not list(dangling(document))


def test_the_key_of_an_example_is_the_one_it_stands_for():
    # The did:key method's own test vector for P-256.
    jwk = jwk_of_multibase(P256.removeprefix("did:key:"))
    assert jwk["x"] == "fyNYMN0976ci7xqiSdag3buk-ZCwgXU4kz9XNkBlNUI"
    assert jwk["y"] == "hW2ojTNfH7Jbi8--CJUo3OCbH3y5n91g-IMA9MLMbTU"


def test_did_jwk_holds_its_key():
    key = b'{"kty":"OKP","crv":"Ed25519","x":"AA"}'
    document = own_document(f"did:jwk:{encode(key)}")
    assert jwk_of(document["verificationMethod"][0])["crv"] == "Ed25519"


def test_other_methods_hold_none():
    assert own_document("did:web:a.example") is None


@given(st.text())
def test_reading_anything_raises_nothing_else(text):
    for did in (f"did:key:{text}", f"did:key:z{text}", f"did:jwk:{text}"):
        with contextlib.suppress(ValueError):
            own_document(did)


DOCUMENT = {
    "id": "did:web:a.example",
    "verificationMethod": [{"id": "#one", "n": 1}, {"id": "did:web:a.example#two", "n": 2}, 7],
    "assertionMethod": ["did:web:a.example#one", "#two", {"id": "#three", "n": 3}, "#four"],
    "authentication": ["did:web:b.example#five"],
}


def test_methods_are_embedded_or_named_in_full_or_in_short():
    assert [m["n"] for m in methods_for(DOCUMENT, "assertionMethod")] == [1, 2, 3]
    assert list(methods_for(DOCUMENT, "keyAgreement")) == []


def test_names_of_what_is_not_there_are_found():
    assert list(dangling(DOCUMENT)) == ["assertionMethod: #four"]


def test_a_method_without_a_key_is_called_so():
    with pytest.raises(ValueError, match="no key"):
        jwk_of({"id": "#one", "publicKeyPem": "…"})


def test_keys_that_cannot_be_read_are_left_out():
    key = {"kty": "OKP", "crv": "Ed25519", "x": "AA"}
    document = {
        "id": "did:web:a.example",
        "verificationMethod": [
            {"id": "#one", "publicKeyJwk": key},
            {"id": "#two", "publicKeyPem": "…"},
            {"id": "#three", "publicKeyMultibase": "zzz"},
            7,
        ],
        "assertionMethod": ["#one", "#two"],
    }
    assert keys_for(document, "assertionMethod") == [key]
    assert keys_for(document, "") == [key]
    assert keys_for(document, "authentication") == []
