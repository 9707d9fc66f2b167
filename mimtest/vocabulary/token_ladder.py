"""Tokens that nobody may take, each made from one good JSON Web Token by breaking one thing.

Libraries refuse to make such tokens, so they are put together here by hand (RFC 7515, RFC 7518, RFC 8725).
What is signed anew is signed with a key made for the run, which is of no use to anybody.
"""

import hashlib
import hmac
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from mimtest import clock
from mimtest.vocabulary.jose import decode, encode, read

#: Where a header may say that keys are; nothing is there, and nobody is asked.
NOWHERE: Final = "https://mimtest.invalid/keys"
_BITS: Final = 2048
_CURVES: Final = {"ES256": "SECP256R1", "ES384": "SECP384R1", "ES512": "SECP521R1"}
_DAY: Final = 24 * 3600
_LEAST_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Jwt:
    """A signed token in its three parts, read without verifying it."""

    text: str = field(repr=False)
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    @property
    def parts(self) -> tuple[str, str, str]:
        """The parts as they are in the text."""
        head, body, signature = self.text.split(".")
        return head, body, signature

    @property
    def algorithm(self) -> str:
        """What the header names."""
        return str(self.header.get("alg", ""))


@dataclass(frozen=True, slots=True)
class Rung:
    """A token that is no good, and what is wrong with it in words."""

    name: str
    token: str = field(repr=False)


def as_jwt(token: str) -> Jwt | None:
    """The token as a JWT; None for one that is something else, or encrypted."""
    if token.count(".") != _LEAST_PARTS - 1:
        return None
    try:
        signed = read(token)
        return Jwt(token, signed.header, signed.claims)
    except ValueError:
        return None


def unsigned(jwt: Jwt) -> Iterator[Rung]:
    """Tokens that say they need no signature (RFC 8725 3.1, 3.2)."""
    _, body, signature = jwt.parts
    for name in ("none", "None", "NONE", "nOnE"):
        yield Rung(f"alg {name}, no signature", f"{_part({**jwt.header, 'alg': name})}.{body}.")
    old = f"{_part({**jwt.header, 'alg': 'none'})}.{body}.{signature}"
    yield Rung("alg none, the old signature", old)


def damaged(jwt: Jwt) -> Iterator[Rung]:
    """Tokens whose signature does not fit, or is not there (RFC 7515 5.2)."""
    head, body, signature = jwt.parts
    raw = bytearray(decode(signature))
    # Not at the end: the last character of base64url may hold bits that mean nothing.
    raw[len(raw) // 2] ^= 1
    yield Rung("one bit of the signature flipped", f"{head}.{body}.{encode(bytes(raw))}")
    yield Rung("no signature", f"{head}.{body}.")
    yield Rung("two parts", f"{head}.{body}")


def altered(jwt: Jwt, widest: str = "") -> Iterator[Rung]:
    """Tokens that say something else under the old signature; `widest` is a scope to ask for."""
    head, _, signature = jwt.parts
    exp = jwt.claims.get("exp")
    later = (exp if isinstance(exp, int | float) else clock.now().timestamp()) + _DAY
    changes: dict[str, dict[str, Any]] = {
        "a later end": {"exp": int(later)},
        "another name": {"jti": "mimtest", "nonce": "mimtest"},
    }
    scopes = " ".join(s for s in (str(jwt.claims.get("scope", "")), widest, "admin") if s)
    if "scope" in jwt.claims:
        changes["a wider scope"] = {"scope": scopes}
    for name, change in changes.items():
        yield Rung(name, f"{head}.{_part({**jwt.claims, **change})}.{signature}")


def forged(jwt: Jwt) -> Iterator[Rung]:
    """Tokens that somebody else signed (RFC 8725 3.1, 3.10)."""
    other = {k: v for k, v in jwt.header.items() if k != "kid"}
    yield Rung("another key under the same name", signed_anew(jwt, jwt.header))
    yield Rung("another key without a name", signed_anew(jwt, other))
    yield Rung("another key under another name", signed_anew(jwt, {**other, "kid": "mimtest"}))


def bringing_a_key(jwt: Jwt) -> Iterator[Rung]:
    """A token that brings along the key that it is signed with (RFC 7515 4.1.3)."""
    header = {**jwt.header, "jwk": public_jwk(_usable(jwt.algorithm))}
    yield Rung("the signer's key in the header", signed_anew(jwt, header))


def pointing_to_a_key(jwt: Jwt) -> Iterator[Rung]:
    """Tokens that say where the key is that they are signed with (RFC 8725 3.10)."""
    for name in ("jku", "x5u"):
        yield Rung(f"{name} points elsewhere", signed_anew(jwt, {**jwt.header, name: NOWHERE}))


def foreign(jwt: Jwt) -> Iterator[Rung]:
    """A token that another issuer gave, with its own key (RFC 9068 4)."""
    claims = {**jwt.claims, "iss": "https://mimtest.invalid"}
    header = {k: v for k, v in jwt.header.items() if k != "kid"} | {"kid": "mimtest"}
    yield Rung("another issuer and its key", signed_anew(jwt, header, claims))


def confused(jwt: Jwt, jwk: Mapping[str, Any]) -> Iterator[Rung]:
    """Tokens with HS256, the public key taken as a secret that both sides know (RFC 8725 2.1, 3.1)."""
    body = jwt.parts[1]
    for name, secret in public_bytes(jwk):
        text = f"{_part({**jwt.header, 'alg': 'HS256'})}.{body}"
        mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        yield Rung(f"HS256 with the public key as {name}", f"{text}.{encode(mac)}")


def public_bytes(jwk: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """A public key as programs hold it. Raises ValueError for a key that cannot be read."""
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 (slow to import)
        Encoding,
        PublicFormat,
        load_pem_public_key,
    )
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import import_key  # noqa: PLC0415

    try:
        with warnings.catch_warnings(action="ignore"):  # that a key is weak is told elsewhere
            pem = bytes(import_key(dict(jwk)).as_pem(private=False))  # type: ignore[union-attr]
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        msg = "the public key cannot be read"
        raise ValueError(msg) from error
    public = load_pem_public_key(pem)
    yield "PEM", pem
    yield "PEM without its last line end", pem.rstrip(b"\n")
    yield "DER", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    number = jwk.get("n") or jwk.get("x")
    if isinstance(number, str):
        yield "its number", number.encode()


def signed_anew(
    jwt: Jwt, header: Mapping[str, Any], claims: Mapping[str, Any] | None = None
) -> str:
    """A token signed with the run's own key, by the algorithm of the good one where that can be."""
    algorithm = _usable(jwt.algorithm)
    body = jwt.parts[1] if claims is None else _part(claims)
    text = f"{_part({**header, 'alg': algorithm})}.{body}"
    return f"{text}.{encode(_signer(algorithm)(text.encode()))}"


def public_jwk(algorithm: str) -> dict[str, Any]:
    """The public half of the run's own key for an algorithm."""
    from joserfc.jwk import import_key  # noqa: PLC0415 (slow to import)

    public = _private(_usable(algorithm)).public_key()
    kind = {"E": "OKP" if algorithm == "EdDSA" else "EC"}.get(algorithm[:1], "RSA")
    return dict(import_key(_pem(public), kind).as_dict(private=False))  # type: ignore[call-overload]


def _usable(algorithm: str) -> str:
    known = algorithm in _CURVES or algorithm == "EdDSA" or algorithm[:2] in ("RS", "PS")
    return algorithm if known and algorithm[2:] in ("256", "384", "512", "DSA") else "RS256"


@cache
def _private(algorithm: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519  # noqa: PLC0415

    if algorithm in _CURVES:
        return ec.generate_private_key(getattr(ec, _CURVES[algorithm])())
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return _rsa()


@cache
def _rsa() -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    return rsa.generate_private_key(public_exponent=65537, key_size=_BITS)


def _signer(algorithm: str) -> Callable[[bytes], bytes]:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, padding, utils  # noqa: PLC0415

    private = _private(algorithm)
    if algorithm == "EdDSA":
        return lambda data: bytes(private.sign(data))
    hashed = getattr(hashes, f"SHA{algorithm[2:]}")()
    if algorithm in _CURVES:
        size = (private.curve.key_size + 7) // 8

        def sign(data: bytes) -> bytes:
            r, s = utils.decode_dss_signature(private.sign(data, ec.ECDSA(hashed)))
            return r.to_bytes(size, "big") + s.to_bytes(size, "big")

        return sign
    filled: Any = padding.PKCS1v15()
    if algorithm.startswith("PS"):
        filled = padding.PSS(padding.MGF1(hashed), hashed.digest_size)
    return lambda data: bytes(private.sign(data, filled, hashed))


def _pem(public: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    return bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _part(value: Mapping[str, Any]) -> str:
    return encode(json.dumps(value, separators=(",", ":")).encode())
