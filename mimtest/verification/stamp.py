"""Time stamps (RFC 3161): an authority's word that a file was there at a moment. Needs the extra `timestamp`.

A stamp is the authority's whole answer, a TimeStampResp in DER, as `openssl ts -verify -in` reads it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256, sha384, sha512
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates

from mimtest.errors import UsageError, unreadable

if TYPE_CHECKING:
    from rfc3161_client import TimeStampRequest, TimeStampResponse

#: Bytes of a stamp and of a file with certificates.
MAX_BYTES: Final = 256 * 1024
#: Digests by their object identifier (RFC 5754 section 2).
_DIGESTS: Final = {
    "2.16.840.1.101.3.4.2.1": sha256,
    "2.16.840.1.101.3.4.2.2": sha384,
    "2.16.840.1.101.3.4.2.3": sha512,
}
_GRANTED: Final = 0
_REASON: Final = re.compile(r'reason: "([^"]+)"')


class StampError(ValueError):
    """What was read is no stamp of the file, or the authority does not stand behind it; the text says why."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority said: the moment, how far it may be off, and its own name."""

    at: datetime
    within: timedelta
    authority: str


class Query(NamedTuple):
    """What is sent to an authority (RFC 3161 section 2.4.1), in DER, and what its answer is held against."""

    content: bytes
    asked: "TimeStampRequest"


def make_query(content: bytes) -> Query:
    """Ask for a stamp of the SHA-256 of `content`. Raises UsageError where the extra is not installed."""
    client = _client()
    builder = client.TimestampRequestBuilder(data=content)
    asked = builder.hash_algorithm(client.HashAlgorithm.SHA256).build()
    return Query(asked.as_bytes(), asked)


def read_answer(query: Query, answer: bytes, content: bytes) -> Stamp:
    """The stamp that answers this query. Raises StampError."""
    stamp = read_stamp(answer, content)
    if _parsed(answer).tst_info.nonce != query.asked.nonce:
        raise StampError("it answers another request: its nonce is not the one that was sent")
    return stamp


def read_stamp(raw: bytes, content: bytes) -> Stamp:
    """What a stamp says of `content`; whose it is, only `require_authority` shows.

    Raises StampError, and UsageError where the extra is not installed.
    """
    told = _parsed(raw).tst_info
    kind = told.message_imprint.hash_algorithm.dotted_string
    if kind not in _DIGESTS:
        raise StampError(f"its digest is of another kind ({kind}) than SHA-256, SHA-384 or SHA-512")
    if told.message_imprint.message != _DIGESTS[kind](content).digest():
        raise StampError("it is about another signature than this one")
    return Stamp(told.gen_time, _accuracy(told.accuracy), _signer(raw))


def require_authority(raw: bytes, content: bytes, authorities: Sequence[Certificate]) -> None:
    """Raise StampError unless one of the authorities stands behind the stamp at its own moment.

    Chain, signature, and the purpose of the certificate (RFC 3161 section 2.3) are looked at, no revocation.
    """
    client = _client()
    verifier = client.VerifierBuilder(roots=list(authorities)).build()
    try:
        verifier.verify_message(_parsed(raw), content)
    except (client.VerificationError, ValueError) as error:
        reasons = _REASON.findall(str(error))
        told = reasons[-1] if reasons else str(error).rstrip(".")
        raise StampError(f"no given authority stands behind it: {told}") from None


def load_authorities(path: Path) -> tuple[Certificate, ...]:
    """The certificates of a PEM file. Raises UsageError."""
    try:
        with path.open("rb") as file:
            return tuple(load_pem_x509_certificates(file.read(MAX_BYTES)))
    except OSError as error:
        hint = "Give the root certificate of the time-stamping authority."
        raise unreadable(path, error, hint) from None
    except ValueError:
        raise UsageError(
            f"{path}: is no certificate in PEM.",
            "Give the root certificate of the time-stamping authority.",
        ) from None


def _client() -> Any:
    try:
        import rfc3161_client  # noqa: PLC0415 - an extra that most do without
    except ImportError:
        raise UsageError(
            "Time stamps are read with rfc3161-client, which is not installed.",
            "Install it with: pip install 'mimtest[timestamp]'.",
        ) from None
    return rfc3161_client


def _parsed(raw: bytes) -> "TimeStampResponse":
    client = _client()
    try:
        found: TimeStampResponse = client.decode_timestamp_response(raw)
        status, told = found.status, "; ".join(found.status_string)
    except ValueError:
        raise StampError("it is no time stamp (RFC 3161)") from None
    if status != _GRANTED:
        raise StampError(f"the authority refused it: status {status}{f', {told}' if told else ''}")
    return found


def _accuracy(told: Any) -> timedelta:
    if told is None:
        return timedelta(0)
    return timedelta(
        seconds=told.seconds or 0, milliseconds=told.millis or 0, microseconds=told.micros or 0
    )


def _signer(raw: bytes) -> str:
    """The subject of the certificate that the stamp names as its signer's; its issuer where it brings none."""
    data = _parsed(raw).signed_data
    signers = {(s.issuer, s.serial_number): s.issuer.rfc4514_string() for s in data.signer_infos}
    for der in data.certificates:
        certificate = load_der_x509_certificate(der)
        if (certificate.issuer, certificate.serial_number) in signers:
            return certificate.subject.rfc4514_string()
    return ", ".join(f"issued by {name}" for name in signers.values())
