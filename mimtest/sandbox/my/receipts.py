"""Receipts of consents: signed, so that a resident can show what was agreed (RFC 7515)."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

_BYTES: Final = 32
_KID: Final = "receipts-1"


def encoded(value: bytes) -> str:
    """Base64url without padding (RFC 7515 section 2)."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Signer:
    """A key of this process."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def sign(self, value: Any) -> str:
        """A value as a signed text, in the compact serialisation."""
        head = {"alg": "ES256", "typ": "consent-receipt+jwt", "kid": _KID}
        parts = [encoded(json.dumps(p, separators=(",", ":")).encode()) for p in (head, value)]
        signed = self.key.sign(".".join(parts).encode(), ec.ECDSA(hashes.SHA256()))
        numbers = decode_dss_signature(signed)
        return ".".join([*parts, encoded(b"".join(n.to_bytes(_BYTES, "big") for n in numbers))])

    def published(self) -> dict[str, Any]:
        """The public key (RFC 7517)."""
        point = self.key.public_key().public_numbers()
        place = {"x": point.x, "y": point.y}
        key = {n: encoded(v.to_bytes(_BYTES, "big")) for n, v in place.items()}
        kind = {"kty": "EC", "crv": "P-256", "kid": _KID, "use": "sig", "alg": "ES256"}
        return {"keys": [{**kind, **key}]}
