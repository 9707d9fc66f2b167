"""Signed texts and keys: read as the standards say, verified by the right key only."""

import base64
import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from mimtest.errors import Inconclusive
from mimtest.vocabulary import mydata
from mimtest.vocabulary.jose import (
    Signed,
    can_sign,
    certificate_key,
    certificate_names,
    decode,
    encode,
    is_signed_by,
    read,
    repeated,
    require_known,
    unsound_key,
)

KEYS = {
    "RS256": RSAKey.generate_key(2048),
    "PS256": RSAKey.generate_key(2048),
    "ES256": ECKey.generate_key("P-256"),
    "ES384": ECKey.generate_key("P-384"),
    "Ed25519": OKPKey.generate_key("Ed25519"),
}


def signed(algorithm, key=None, header=None):
    fields = {"alg": algorithm, **(header or {})}
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = 10_000
    made = jws.serialize_compact(fields, b'{"a":1}', key or KEYS[algorithm], registry=registry)
    return read(made)


SIGNED = signed("ES256")


def public(algorithm):
    return KEYS[algorithm].as_dict(private=False)


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_signature_is_verified_by_its_own_key_alone(algorithm):
    text = signed(algorithm)
    assert text.claims == {"a": 1}
    assert is_signed_by(text, public(algorithm))
    others = [k for n, k in KEYS.items() if n != algorithm]
    assert not any(is_signed_by(text, k.as_dict(private=False)) for k in others)


def test_the_use_of_a_key_does_not_keep_it_from_verifying_and_a_long_header_neither():
    text = signed("ES256", header={"x5c": ["x" * 4000]})
    assert is_signed_by(text, {**public("ES256"), "use": "sig", "key_ops": ["verify"], "kid": "a"})


def test_a_changed_text_is_signed_by_nobody():
    head, _, signature = signed("ES256").text.split(".")
    changed = read(f"{head}.{encode(b'{}')}.{signature}")
    assert not is_signed_by(changed, public("ES256"))


def test_no_shared_secret_and_no_missing_signature_verifies_anything():
    shared = OctKey.generate_key(256)
    by_secret = signed("HS256", shared)
    assert not is_signed_by(by_secret, shared.as_dict())
    assert not is_signed_by(by_secret, public("ES256"))
    unsigned, empty = encode(b'{"alg":"none"}'), encode(b"{}")
    none = read(f"{unsigned}.{empty}.")
    assert not is_signed_by(none, public("ES256"))


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b.c.d", "e30.e30", "ä.e30.", "W10.e30.", "e30=.e30."]
)
def test_what_is_no_signed_text_is_called_so(text):
    with pytest.raises(ValueError, match=r"."):
        read(text)


@given(st.binary())
def test_base64url_is_read_as_it_was_written(raw):
    assert decode(encode(raw)) == raw


@given(st.text())
def test_reading_anything_raises_nothing_else(text):
    with contextlib.suppress(ValueError):
        _ = read(text).claims


@pytest.mark.parametrize(
    ("jwk", "word"),
    [
        ({}, "kty"),
        ("key", "kty"),
        (KEYS["RS256"].as_dict(private=True), "private"),
        (KEYS["Ed25519"].as_dict(private=True), "private"),
        ({"kty": "oct", "k": "AAAA"}, "symmetric"),
        ({"kty": "RSA", "n": encode((1 << 1023).to_bytes(128)), "e": "AQAB"}, "1024"),
        ({"kty": "EC", "crv": "P-192", "x": "", "y": ""}, "P-192"),
        ({"kty": "RSA", "n": "!", "e": "AQAB"}, "modulus"),
    ],
)
def test_keys_that_are_not_fit_are_told_why(jwk, word):
    assert word in unsound_key(jwk)


def test_public_keys_are_fit_and_unknown_kinds_are_let_be():
    assert [unsound_key(k.as_dict(private=False)) for k in KEYS.values()] == [None] * len(KEYS)
    assert unsound_key({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}) is None
    assert unsound_key({"kty": "OKP", "crv": "X25519", "x": "AA"}) is None


def test_names_that_several_keys_have():
    assert list(repeated([{"kid": "a"}, {"kid": "a"}, {"kid": "b"}, {}, {}, "c"])) == ["a"]


def test_which_keys_are_for_an_algorithm():
    assert can_sign(public("ES256"), "ES256")
    assert not can_sign(public("ES256"), "ES384")
    assert not can_sign({**public("RS256"), "use": "enc"}, "RS256")
    assert not can_sign({**public("RS256"), "alg": "RS512"}, "RS256")
    assert can_sign(public("Ed25519"), "EdDSA")


def test_a_certificate_gives_its_key_and_its_names():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("a.example")]), critical=True)
        .sign(key, SHA256())
        .public_bytes(Encoding.DER)
    )
    jwk, der = certificate_key([base64.b64encode(made).decode()])
    assert is_signed_by(signed("ES256", ECKey.import_key(key)), jwk)
    assert certificate_names(der) == ("a.example",)


@pytest.mark.parametrize("x5c", [None, [], [7], ["!"], ["AAAA"]])
def test_what_is_no_certificate_is_called_so(x5c):
    with pytest.raises(ValueError, match="x5c"):
        certificate_key(x5c)


VALUES = st.one_of(st.text(max_size=8), st.integers(), st.none(), st.lists(st.text(max_size=3)))
MEMBERS = st.sampled_from(["kty", "crv", "x", "y", "n", "e", "kid", "use", "alg", "x5c"])
TYPES = st.sampled_from(["EC", "RSA", "OKP", "oct", "AKP"])


@given(st.dictionaries(MEMBERS, VALUES), TYPES)
def test_no_key_breaks_the_reader(members, kind):
    jwk = members | {"kty": kind}
    assert not is_signed_by(SIGNED, jwk)
    assert unsound_key(jwk) is None or isinstance(unsound_key(jwk), str)


def test_a_curve_of_another_country_is_strong_enough():
    assert unsound_key({"kty": "EC", "crv": "BP-256", "x": "AA", "y": "AA"}) is None
    assert unsound_key({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA", "priv": "AA"})


@pytest.mark.parametrize("algorithm", ["ESB256", "ML-DSA-44", ""])
def test_algorithms_that_cannot_be_judged_by_are_told(algorithm):
    with pytest.raises(Inconclusive):
        require_known(Signed("", {"alg": algorithm}, b"{}"))


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "none", "HS256"])
def test_known_algorithms_are_judged_by(algorithm):
    require_known(Signed("", {"alg": algorithm}, b"{}"))


@pytest.mark.parametrize("curve", [ec.BrainpoolP256R1(), ec.SECP224R1()])
def test_a_certificate_with_a_key_of_another_kind_is_not_called_wrong(curve):
    name = x509.Name([])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, serial_number=1)
    made = made.public_key(ec.generate_private_key(curve).public_key())
    made = made.not_valid_before(now).not_valid_after(now)
    der = made.sign(ec.generate_private_key(ec.SECP256R1()), SHA256()).public_bytes(Encoding.DER)
    with pytest.raises(Inconclusive):
        certificate_key([base64.b64encode(der).decode()])


def test_the_old_name_of_an_algorithm_is_no_error():
    key = OKPKey.generate_key("Ed25519")
    ticket, public = signed_by_eddsa(key), key.as_dict(private=False)
    assert is_signed_by(read(ticket), public)
    assert mydata.is_signed_by(ticket, [public])


def signed_by_eddsa(key):
    text = ".".join(encode(part) for part in (b'{"alg":"EdDSA"}', b"{}"))
    return f"{text}.{encode(key.private_key.sign(text.encode()))}"
