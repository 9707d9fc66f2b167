"""Signed texts (RFC 7515, RFC 7517, RFC 7519) made and read by the sandbox: ES256 and RS256 only."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from mimtest.sandbox.once import once

_EC: Final = "ES256"
_RSA: Final = "RS256"
_BYTES: Final = 32
_PARTS: Final = 3


class BadTokenError(Exception):
    """A text that is no valid token, in words for its bearer."""


def encode(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of a base64url text. Raises BadTokenError."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadTokenError("the token is not base64url") from None
    if encode(data) != text:
        raise BadTokenError("the token is not base64url")
    return data


@dataclass(frozen=True, slots=True)
class Key:
    """A key pair and the algorithm it is for."""

    kid: str
    alg: str
    private: Any

    def sign(self, data: bytes) -> bytes:
        """The signature as RFC 7518 has it."""
        from cryptography.hazmat.primitives.asymmetric import ec, padding, utils  # noqa: PLC0415
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

        if self.alg == _RSA:
            return cast("bytes", self.private.sign(data, padding.PKCS1v15(), SHA256()))
        r, s = utils.decode_dss_signature(self.private.sign(data, ec.ECDSA(SHA256())))
        return r.to_bytes(_BYTES) + s.to_bytes(_BYTES)

    def holds(self, signature: bytes, data: bytes) -> bool:
        """Whether the signature is this key's over the data."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ec, padding, utils  # noqa: PLC0415
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

        public = self.private.public_key()
        try:
            if self.alg == _RSA:
                public.verify(signature, data, padding.PKCS1v15(), SHA256())
                return True
            if len(signature) != 2 * _BYTES:
                return False
            r, s = (int.from_bytes(half) for half in (signature[:_BYTES], signature[_BYTES:]))
            public.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True

    @property
    def public(self) -> dict[str, str]:
        """The public half as a JSON Web Key."""
        numbers = self.private.public_key().public_numbers()
        named = {"kid": self.kid, "alg": self.alg, "use": "sig"}
        if self.alg == _RSA:
            size = (numbers.n.bit_length() + 7) // 8
            return named | {"kty": "RSA", "n": encode(numbers.n.to_bytes(size)), "e": "AQAB"}
        x, y = (encode(n.to_bytes(_BYTES)) for n in (numbers.x, numbers.y))
        return named | {"kty": "EC", "crv": "P-256", "x": x, "y": y}


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of an issuer, the first of an algorithm for signing."""

    all: tuple[Key, ...]

    @property
    def document(self) -> dict[str, Any]:
        """The JSON Web Key Set."""
        return {"keys": [key.public for key in self.all]}

    def sign(
        self,
        claims: Mapping[str, Any],
        header: Mapping[str, Any] | None = None,
        alg: str = _EC,
    ) -> str:
        """A compact signed text of the claims."""
        key = next(k for k in self.all if k.alg == alg)
        named = {"alg": key.alg, "kid": key.kid, **(header or {})}
        text = f"{encode(json.dumps(named).encode())}.{encode(json.dumps(claims).encode())}"
        return f"{text}.{encode(key.sign(text.encode()))}"

    def read(self, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of a text that one of the keys signed. Raises BadTokenError."""
        parts = text.split(".")
        if len(parts) != _PARTS:
            raise BadTokenError("the token has not three parts")
        header, claims = _object(parts[0]), _object(parts[1])
        known = [k for k in self.all if (k.kid, k.alg) == (header.get("kid"), header.get("alg"))]
        if not known or "crit" in header:
            raise BadTokenError("no known key signed the token")
        if not known[0].holds(decode(parts[2]), f"{parts[0]}.{parts[1]}".encode()):
            raise BadTokenError("the signature does not fit")
        return header, claims


@once
def made_keys() -> Keys:
    """Keys made once in a process."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415

    curve = ec.generate_private_key(ec.SECP256R1())
    modulus = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return Keys((Key("city-ec", _EC, curve), Key("city-rsa", _RSA, modulus)))


def _object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(decode(part))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadTokenError("a part of the token is no object")
    return value
