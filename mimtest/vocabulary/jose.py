"""Signed texts and keys as a client reads them (RFC 7515, RFC 7517, RFC 7518, RFC 7519).

Signatures are verified by joserfc, which is loaded when the first one is.
"""

import base64
import binascii
import hashlib
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Inconclusive

#: Members that hold what only the owner of a key may know, by its type (RFC 7518 6, RFC 8037 2).
_PRIVATE: Final = ("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")
#: Curves whose names tell less than they have bits; and what all others have at least.
_STRONG_CURVES: Final = ("Ed25519", "Ed448", "X25519", "X448")
_CURVE_BITS: Final = 256
_RSA_BITS: Final = 2048
#: Algorithms whose signatures only the owner of a private key can make.
ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "Ed448"),
)
#: What anybody who verifies could have signed as well (RFC 7518 3.2, 3.6).
_NO_PROOF: Final = ("none", "HS256", "HS384", "HS512")
_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Signed:
    """A JWS in its compact form: the text, its header, and its payload as bytes."""

    text: str
    header: Mapping[str, Any]
    payload: bytes

    @property
    def algorithm(self) -> str:
        """The algorithm that the header names."""
        return str(self.header.get("alg", ""))

    @property
    def claims(self) -> dict[str, Any]:
        """The payload as a JSON object. Raises ValueError for anything else."""
        return _object(self.payload, "the payload")


def read(text: str) -> Signed:
    """Read a signed text without verifying it. Raises ValueError."""
    parts = text.strip().split(".")
    if len(parts) != _PARTS:
        msg = "it is not three parts with dots between them"
        raise ValueError(msg)
    return Signed(text.strip(), _object(decode(parts[0]), "the header"), decode(parts[1]))


def decode(text: str) -> bytes:
    """The bytes of base64url without padding. Raises ValueError."""
    msg = "a part is not base64url without padding"
    if "=" in text:
        raise ValueError(msg)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(msg) from error


def encode(raw: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _object(raw: bytes, what: str) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        msg = f"{what} is not JSON"
        raise ValueError(msg) from error
    if not isinstance(value, dict):
        msg = f"{what} is not an object"
        raise ValueError(msg)  # noqa: TRY004 (one kind of error for one kind of text)
    return value


def require_known(signed: Signed) -> None:
    """Raise Inconclusive for an algorithm that mimtest cannot judge by."""
    if signed.algorithm not in (*ALGORITHMS, *_NO_PROOF):
        detail = f"mimtest does not verify {signed.algorithm[:80] or 'a text without alg'}"
        raise Inconclusive("needs_review", detail)


def is_signed_by(signed: Signed, jwk: Mapping[str, Any]) -> bool:
    """Whether the public key verifies the signature; false for a key that cannot be used so."""
    from joserfc import jws  # noqa: PLC0415 (slow to import)
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import import_key  # noqa: PLC0415

    if signed.algorithm not in ALGORITHMS or jwk.get("kty") == "oct":
        return False
    public = {k: v for k, v in jwk.items() if k not in (*_PRIVATE, "use", "key_ops", "alg")}
    registry = jws.JWSRegistry(algorithms=[signed.algorithm], strict_check_header=False)
    registry.max_header_length = registry.max_payload_length = len(signed.text)
    try:
        with warnings.catch_warnings(action="ignore"):  # that a key is weak is told elsewhere
            jws.deserialize_compact(signed.text, import_key(public), registry=registry)
    except (JoseError, ValueError, TypeError, KeyError):
        return False
    return True


def certificate_key(x5c: object) -> tuple[dict[str, Any], bytes]:
    """The public key of the first certificate of `x5c` as a JWK, and that certificate (RFC 7515 4.1.6).

    Raises ValueError for what is no certificate, and Inconclusive for a key of a kind that mimtest does not read.
    """
    from cryptography import x509  # noqa: PLC0415 (slow to import)
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ec import (  # noqa: PLC0415
        EllipticCurvePublicKey,
    )
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        PublicFormat,
    )
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import ECKey, OKPKey, RSAKey  # noqa: PLC0415

    if not (isinstance(x5c, list) and x5c and isinstance(x5c[0], str)):
        msg = "x5c is not a list of certificates"
        raise ValueError(msg)
    try:
        der = base64.b64decode(x5c[0], validate=True)
        key = x509.load_der_x509_certificate(der).public_key()
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        if isinstance(key, RSAPublicKey):
            return dict(RSAKey.import_key(pem).as_dict(private=False)), der
        kind = ECKey if isinstance(key, EllipticCurvePublicKey) else OKPKey
        return dict(kind.import_key(pem).as_dict(private=False)), der
    except (JoseError, KeyError, UnsupportedAlgorithm) as error:
        detail = f"mimtest does not read the key of the certificate: {error}"
        raise Inconclusive("needs_review", detail) from error
    except (binascii.Error, ValueError, TypeError) as error:
        msg = "x5c holds no certificate that can be read"
        raise ValueError(msg) from error


def certificate_names(der: bytes) -> tuple[str, ...]:
    """The host names a certificate is for."""
    from cryptography import x509  # noqa: PLC0415 (slow to import)

    certificate = x509.load_der_x509_certificate(der)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(names.value.get_values_for_type(x509.DNSName))


def hash_of(raw: bytes) -> str:
    """SHA-256 as base64url."""
    return encode(hashlib.sha256(raw).digest())


def unsound_key(jwk: Any) -> str | None:
    """Why a key has no place in a set of public keys, or None (RFC 7517 4, RFC 7518 3.3, 6)."""
    if not isinstance(jwk, dict) or not isinstance(jwk.get("kty"), str):
        return "has no kty"
    if jwk["kty"] == "oct":
        return "is a symmetric key, which nobody else may know"
    told = [name for name in _PRIVATE if name in jwk]
    if told:
        return f"tells what is private: {', '.join(told)}"
    return _weakness(jwk)


def _weakness(jwk: Mapping[str, Any]) -> str | None:
    match jwk["kty"]:
        case "RSA":
            try:
                bits = int.from_bytes(decode(str(jwk.get("n", "")))).bit_length()
            except ValueError:
                return "has no readable modulus"
            return None if bits >= _RSA_BITS else f"is RSA with {bits} bits"
        case "EC" | "OKP":
            curve = str(jwk.get("crv"))
            bits = next(map(int, re.findall(r"\d{2,4}", curve)), 0)
            sound = curve in _STRONG_CURVES or bits >= _CURVE_BITS
            return None if sound else f"is on the curve {curve}"
    return None


def repeated(jwks: list[Any]) -> Iterator[str]:
    """The names that several keys of a set have (RFC 7517 4.5)."""
    names = [k.get("kid") for k in jwks if isinstance(k, dict) and "kid" in k]
    yield from sorted({str(n) for n in names if names.count(n) > 1})


def can_sign(jwk: Mapping[str, Any], algorithm: str) -> bool:
    """Whether the key is one for signatures with the algorithm (RFC 7518 3.1)."""
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithm) != algorithm:
        return False
    kinds = {"RS": ("RSA", None), "PS": ("RSA", None), "Ed": ("OKP", None)}
    curves = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "ES256K": "secp256k1"}
    kind, curve = kinds.get(algorithm[:2], ("EC", curves.get(algorithm)))
    return jwk.get("kty") == kind and curve in (None, jwk.get("crv"))
