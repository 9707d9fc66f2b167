"""Every broken token is refused by a strict reader, the good one is taken, and only one thing is broken."""

import hashlib
import hmac
import json
import time

import pytest
from joserfc import jwt as jose
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from mimtest.vocabulary.jose import decode, is_signed_by, read
from mimtest.vocabulary.token_ladder import (
    altered,
    as_jwt,
    bringing_a_key,
    confused,
    damaged,
    foreign,
    forged,
    pointing_to_a_key,
    public_bytes,
    public_jwk,
    unsigned,
)

# EdDSA has two names of its own since RFC 9864; servers keep the old one.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
KEYS = {
    "RS256": RSAKey.generate_key(2048),
    "PS384": RSAKey.generate_key(2048),
    "ES256": ECKey.generate_key("P-256"),
    "ES512": ECKey.generate_key("P-521"),
    "EdDSA": OKPKey.generate_key("Ed25519"),
}
CLAIMS = {
    "iss": "https://idp.example",
    "sub": "anna",
    "scope": "read",
    "exp": int(time.time()) + 600,
}


def good(algorithm):
    header = {"alg": algorithm, "typ": "at+jwt", "kid": "k1"}
    return as_jwt(jose.encode(header, CLAIMS, KEYS[algorithm], algorithms=[algorithm]))


def public(algorithm):
    return KEYS[algorithm].as_dict(private=False)


def every(token, algorithm):
    makers = (unsigned, damaged, altered, forged, bringing_a_key, pointing_to_a_key, foreign)
    rungs = [r for make in makers for r in make(token)]
    return rungs + list(confused(token, public(algorithm)))


@pytest.mark.parametrize("algorithm", KEYS)
def test_no_rung_is_taken_by_a_strict_reader(algorithm):
    token = good(algorithm)
    assert is_signed_by(read(token.text), public(algorithm))
    rungs = every(token, algorithm)
    assert len(rungs) >= 20
    for rung in rungs:
        with pytest.raises((JoseError, ValueError)):
            jose.decode(rung.token, import_key(public(algorithm)), algorithms=[algorithm])


@pytest.mark.parametrize("algorithm", KEYS)
def test_what_is_signed_anew_is_signed_well(algorithm):
    token = good(algorithm)
    own = public_jwk(algorithm)
    for make in (forged, pointing_to_a_key, foreign):
        for rung in make(token):
            assert is_signed_by(read(rung.token), own), rung.name
    for rung in bringing_a_key(token):
        assert read(rung.token).header["jwk"] == own


def test_rungs_have_names_of_their_own():
    rungs = every(good("ES256"), "ES256")
    assert len({r.name for r in rungs}) == len(rungs)
    assert len({r.token for r in rungs}) == len(rungs)


def test_confused_tokens_fit_their_secret():
    token = good("RS256")
    held = dict(public_bytes(public("RS256")))
    assert held["PEM"].startswith(b"-----BEGIN PUBLIC KEY-----")
    for rung in confused(token, public("RS256")):
        secret = held[rung.name.removeprefix("HS256 with the public key as ")]
        text, _, mac = rung.token.rpartition(".")
        assert decode(mac) == hmac.new(secret, text.encode(), hashlib.sha256).digest()


def test_altered_tokens_keep_the_signature():
    token = good("ES256")
    for rung in altered(token, "write"):
        assert rung.token.split(".")[2] == token.parts[2]
        assert json.loads(decode(rung.token.split(".")[1])) != CLAIMS


@pytest.mark.parametrize("text", ["", "opaque", "a.b.c", "a.b.c.d.e", "e30.e30", "W10.e30.AA"])
def test_what_is_no_signed_token_is_none(text):
    assert as_jwt(text) is None


def test_an_unreadable_key_is_a_value_error():
    with pytest.raises(ValueError, match="cannot be read"):
        list(public_bytes({"kty": "RSA", "n": "?"}))


def test_algorithms_we_do_not_know_are_replaced():
    token = as_jwt(f"{_base64url(json.dumps({'alg': 'X9'}).encode())}.e30.AAAA")
    assert all(read(r.token).algorithm == "RS256" for r in forged(token))


def _base64url(raw):
    from mimtest.vocabulary.jose import encode

    return encode(raw)
