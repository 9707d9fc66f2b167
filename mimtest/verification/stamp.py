"""Time stamps (RFC 3161): an authority's word that a file was there at a moment. Needs the extra `timestamp`.

A stamp is the authority's whole answer, a TimeStampResp in DER, as `openssl ts -verify -in` reads it.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256, sha384, sha512
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cryptography.x509 import (
    Certificate,
    InvalidVersion,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)

from mimtest.errors import UsageError, unreadable

if TYPE_CHECKING:
    from types import ModuleType

    from rfc3161_client import TimeStampRequest, TimeStampResponse
    from rfc3161_client.tsp import Accuracy, MessageImprint, SignedData

    from mimtest.verification.stamp_form import Form

#: Bytes of a stamp, and of a file with certificates, of which a list of many authorities has more.
MAX_BYTES: Final = 256 * 1024
_MAX_ROOTS: Final = 4 * 1024 * 1024
#: Digests by their object identifier (RFC 5754 section 2).
_DIGESTS: Final = {
    "2.16.840.1.101.3.4.2.1": sha256,
    "2.16.840.1.101.3.4.2.2": sha384,
    "2.16.840.1.101.3.4.2.3": sha512,
}
_GRANTED: Final = 0
#: An authority that may be off by more tells no moment; qualified ones are off by a second at most (EN 319 421).
_WIDEST: Final = timedelta(days=1)
#: What OpenSSL says in an error, the last being the closest to the cause.
_REASON: Final = re.compile(r'(?:reason|data): "(?:Verify error: ?)?([^"]+)"')
#: Before it, the library took a stamp of one authority for another's; before 1.0.3, some that nobody had signed.
_SOUND: Final = (1, 0, 6)
_NO_STAMP: Final = "it is no time stamp (RFC 3161)"
_GIVE_ROOT: Final = "Give the root certificate of the time-stamping authority, in PEM."


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
    with _sound():
        nonce = _parsed(answer).tst_info.nonce
    if nonce != query.asked.nonce:
        raise StampError("it answers another request: its nonce is not the one that was sent")
    return stamp


def read_stamp(raw: bytes, content: bytes) -> Stamp:
    """What a stamp says of `content`; whether it is true, only `require_authority` shows.

    Raises StampError, and UsageError where the extra is not installed.
    """
    if len(raw) > MAX_BYTES:
        raise StampError(f"it is larger than {MAX_BYTES} bytes")
    with _sound():
        parsed = _parsed(raw)
        told = parsed.tst_info
        _require_imprint(told.message_imprint, content)
        stamp = Stamp(told.gen_time, _accuracy(told.accuracy), _signer(parsed.signed_data))
        if flaws := _form(raw, parsed).flaws:
            raise StampError("; ".join(flaws))
        return stamp


def require_authority(
    raw: bytes, content: bytes, authorities: Sequence[Certificate]
) -> tuple[str, ...]:
    """Raise StampError unless one of the authorities stands behind the stamp at its own moment.

    Chain, signature, and the purpose of the certificate (RFC 3161 section 2.3) are looked at, no revocation.
    Returns the names of the parts of the stamp that nobody vouches for.
    """
    client = _client()
    with _sound():
        parsed = _parsed(raw)
        verifier = client.VerifierBuilder(roots=list(authorities)).build()
        try:
            verifier.verify_message(parsed, content)
        except (client.VerificationError, ValueError) as error:
            reasons = _REASON.findall(str(error))
            told = reasons[-1] if reasons else str(error).rstrip(".")
            raise StampError(f"no given authority stands behind it: {told}") from None
        return _form(raw, parsed, authorities).unsigned


def load_authorities(path: Path) -> tuple[Certificate, ...]:
    """The certificates of a PEM file, one of which is a root. Raises UsageError."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_ROOTS + 1)
        if len(content) > _MAX_ROOTS:
            raise UsageError(f"{path}: is larger than {_MAX_ROOTS} bytes.", _GIVE_ROOT)
        found = tuple(load_pem_x509_certificates(content))
    except OSError as error:
        raise unreadable(path, error, _GIVE_ROOT) from None
    except (ValueError, InvalidVersion):
        raise UsageError(f"{path}: is no certificate in PEM.", _GIVE_ROOT) from None
    if all(c.issuer != c.subject for c in found):
        raise UsageError(f"{path}: holds no root, only what others issued.", _GIVE_ROOT)
    return found


@contextmanager
def _sound() -> Iterator[None]:
    """Raise StampError for whatever a stamp that was made to harm, or broken, makes the libraries raise."""
    try:
        yield
    except (StampError, UsageError):
        raise
    except Exception:  # noqa: BLE001 - some of cryptography's errors have no base but this
        raise StampError(_NO_STAMP) from None


def _client() -> Any:
    try:
        import rfc3161_client  # noqa: PLC0415 - an extra that most do without

        installed = version("rfc3161-client")
    except ImportError:
        raise _not_installed("rfc3161-client") from None
    if tuple(map(int, re.findall(r"\d+", installed)[:3])) < _SOUND:
        raise UsageError(
            f"rfc3161-client {installed} takes stamps for sound that are not.",
            "Install a newer one with: pip install -U 'mimtest[timestamp]'.",
        )
    return rfc3161_client


def _form(raw: bytes, parsed: "TimeStampResponse", trusted: Sequence[Certificate] = ()) -> "Form":
    found: Form = _forms().examine(raw, _certificates(parsed.signed_data), trusted)
    return found


def _certificates(data: "SignedData") -> list[Certificate]:
    return [load_der_x509_certificate(c) for c in data.certificates]


def _forms() -> "ModuleType":
    try:
        from mimtest.verification import stamp_form  # noqa: PLC0415 - of the same extra
    except ImportError:
        raise _not_installed("pyasn1-modules") from None
    return stamp_form


def _not_installed(library: str) -> UsageError:
    return UsageError(
        f"Time stamps are read with {library}, which is not installed.",
        "Install it with: pip install 'mimtest[timestamp]'.",
    )


def _parsed(raw: bytes) -> "TimeStampResponse":
    found: TimeStampResponse = _client().decode_timestamp_response(_forms().in_order(raw))
    if found.status != _GRANTED:
        told = "; ".join(found.status_string)
        raise StampError(f"its status is {found.status}, not 0 (granted){told and f': {told}'}")
    return found


def _require_imprint(told: "MessageImprint", content: bytes) -> None:
    kind = told.hash_algorithm.dotted_string
    if kind not in _DIGESTS:
        raise StampError(f"its digest is of another kind ({kind}) than SHA-256, SHA-384 or SHA-512")
    if told.message != _DIGESTS[kind](content).digest():
        raise StampError("it is about another signature than this one")


def _accuracy(told: "Accuracy | None") -> timedelta:
    if told is None:
        return timedelta(0)
    found = timedelta(
        seconds=told.seconds or 0, milliseconds=told.millis or 0, microseconds=told.micros or 0
    )
    if found > _WIDEST:
        raise StampError(f"its moment may be off by {found.total_seconds():g} s, which is none")
    return found


def _signer(data: "SignedData") -> str:
    """The subject of the one certificate that is its signer's; the issuer where the stamp brings none.

    Certificates are no part of what is signed: with two of the same issuer and number, one could be anybody's.
    """
    if len(data.signer_infos) != 1:
        raise StampError(f"it has {len(data.signer_infos)} signatures, not the authority's alone")
    (info,) = data.signer_infos
    named = [
        c.subject.rfc4514_string()
        for c in _certificates(data)
        if (c.issuer, c.serial_number) == (info.issuer, info.serial_number)
    ]
    if len(named) > 1:
        raise StampError("several certificates in it are said to be its signer's")
    return named[0] if named else f"issued by {info.issuer.rfc4514_string()}"
