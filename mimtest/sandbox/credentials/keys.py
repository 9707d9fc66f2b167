"""The keys of the issuer and of the verifier, and the verifier's certificate; made once in a process."""

import base64
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from mimtest.sandbox.idp.jose import Key, Keys, encode
from mimtest.sandbox.once import once


def _made(kid: str) -> Key:
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 (slow to import)

    return Key(kid, "ES256", ec.generate_private_key(ec.SECP256R1()))


@once
def issuer_keys() -> Keys:
    """The key that credentials and status lists are signed with."""
    return Keys((_made("key-1"),))


@once
def verifier_keys() -> Keys:
    """The key that questions to wallets are signed with."""
    return Keys((_made("asking"),))


@once
def holder() -> dict[str, str]:
    """The public key of the person that the sample is about."""
    return {k: v for k, v in _made("holder").public.items() if k in ("kty", "crv", "x", "y")}


@once
def certificate() -> bytes:
    """The verifier's certificate, which it signed itself."""
    return self_signed(verifier_keys().all[0].private, "Exampleton wallet login")


def self_signed(key: Any, common_name: str) -> bytes:
    """A certificate in DER that its own key signed."""
    from cryptography import x509  # noqa: PLC0415 (slow to import)
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.DER)


def certificate_header() -> list[str]:
    """The certificate as the header of a signed text has it (RFC 7515 4.1.6)."""
    return [base64.b64encode(certificate()).decode()]


def certificate_hash() -> str:
    """What names the verifier: the hash of its certificate."""
    return encode(sha256(certificate()).digest())
