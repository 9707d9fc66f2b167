"""What a time stamp says of itself where its signature does not reach, held against what the standard fixes.

OpenSSL reads none of it; a stamp in which it was changed is not the one that the authority gave.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509 import Certificate
from pyasn1.codec.der.decoder import decode
from pyasn1.codec.der.encoder import encode
from pyasn1_modules.rfc3161 import TimeStampResp
from pyasn1_modules.rfc5035 import (
    SigningCertificate,
    SigningCertificateV2,
    id_aa_signingCertificate,
    id_aa_signingCertificateV2,
)
from pyasn1_modules.rfc5652 import SignedData

_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_SHA384: Final = "2.16.840.1.101.3.4.2.2"
_SHA512: Final = "2.16.840.1.101.3.4.2.3"
#: The kinds of signature that go with a digest: ECDSA, RSA, DSA (RFC 5754 sections 2 and 3), plain ECDSA (BSI TR-03111
#: section 5.2.1.1), Ed25519 (RFC 8419 section 2.3).
_SIGNATURES: Final = {
    _SHA256: (
        "1.2.840.10045.4.3.2",
        "1.2.840.113549.1.1.11",
        "2.16.840.1.101.3.4.3.2",
        "0.4.0.127.0.7.1.1.4.1.3",
    ),
    _SHA384: ("1.2.840.10045.4.3.3", "1.2.840.113549.1.1.12", "0.4.0.127.0.7.1.1.4.1.4"),
    _SHA512: (
        "1.2.840.10045.4.3.4",
        "1.2.840.113549.1.1.13",
        "0.4.0.127.0.7.1.1.4.1.5",
        "1.3.101.112",
    ),
}
_DIGESTS: Final = {_SHA256: SHA256, _SHA384: SHA384, _SHA512: SHA512}
#: What older programs write for RSA with any digest.
_RSA: Final = "1.2.840.113549.1.1.1"
#: RSASSA-PSS, which names its digest in its parameters (RFC 4056 section 3).
_PSS: Final = "1.2.840.113549.1.1.10"


class Form(NamedTuple):
    """What contradicts the standard, and which parts are there that nobody signed."""

    flaws: tuple[str, ...]
    unsigned: tuple[str, ...]


def in_order(raw: bytes) -> bytes:
    """The same answer with its certificates in the order of a set in DER, which authorities do not keep to.

    No signature is over them as a set. Raises what pyasn1 raises for something else than a TimeStampResp.
    """
    response = _response(raw)
    if not response["timeStampToken"].isValue:
        return raw
    found = [encode(certificate) for certificate in _content(response)["certificates"]]
    return raw.replace(b"".join(found), b"".join(sorted(found))) if len(found) > 1 else raw


def examine(raw: bytes, within: Sequence[Certificate], trusted: Sequence[Certificate]) -> Form:
    """Look at a TimeStampResp with one signature and these certificates in it (RFC 3161 section 2.4.2)."""
    response = _response(raw)
    data = _content(response)
    (signer,) = data["signerInfos"]
    kinds = {choice.getName() for choice in data["certificates"]}
    flaws = (
        *_versions(data, signer, kinds),
        *_algorithm(signer),
        *_signing_certificate(signer, within),
        *_bits(data),
        *_changed(within),
    )
    parts = {
        "the text of its status": response["status"]["statusString"].isValue,
        "attributes beside its signature": signer["unsignedAttrs"].isValue,
        "lists of revoked certificates": data["crls"].isValue,
        "certificates of another kind": bool(kinds - {"certificate"}),
    }
    strangers = _strangers(within, (*within, *trusted))
    return Form(flaws, (*(part for part, there in parts.items() if there), *strangers))


def _response(raw: bytes) -> Any:
    return decode(raw, asn1Spec=TimeStampResp())[0]


def _content(response: Any) -> Any:
    return decode(response["timeStampToken"]["content"], asn1Spec=SignedData())[0]


def _versions(data: Any, signer: Any, kinds: set[str]) -> Iterator[str]:
    """The numbers follow from what is inside (RFC 5652 sections 5.1 and 5.3)."""
    by_number = signer["sid"].getName() == "issuerAndSerialNumber"
    others = "other" in kinds or any(c.getName() == "other" for c in data["crls"])
    told = {
        "its content": (data["version"], 5 if others else 4 if "v2AttrCert" in kinds else 3),
        "its signature": (signer["version"], 1 if by_number else 3),
    }
    for part, (said, fixed) in told.items():
        if said != fixed:
            yield f"{part} is of version {int(said)}, not {fixed}"


def _algorithm(signer: Any) -> Iterator[str]:
    digest = str(signer["digestAlgorithm"]["algorithm"])
    kind = str(signer["signatureAlgorithm"]["algorithm"])
    if kind not in (*_SIGNATURES.get(digest, (kind,)), _RSA, _PSS):
        yield f"its signature is of a kind ({kind}) that does not go with its digest ({digest})"


def _bits(data: Any) -> Iterator[str]:
    """Signatures by RSA and by elliptic curves are whole bytes; who verifies them does not count the bits."""
    certificates = [c["certificate"] for c in data["certificates"] if c.getName() == "certificate"]
    if any(len(c["signature"]) % 8 for c in certificates):
        yield "the signature of a certificate in it is not of whole bytes"


def _signing_certificate(signer: Any, within: Sequence[Certificate]) -> Iterator[str]:
    """What is signed names the signer's certificate by its digest (RFC 3161 section 2.4.2, RFC 5816 section 2.2.1)."""
    named = list(_digests(signer["signedAttrs"]))
    if not named:
        yield "it does not say which certificate is its signer's"
    number = signer["sid"]["issuerAndSerialNumber"]["serialNumber"]
    signers = [c for c in within if c.serial_number == number]
    for digest, by in named:
        if signers and by and digest not in {c.fingerprint(by()) for c in signers}:
            yield "its signer's certificate is not the one that it names"


def _digests(attributes: Any) -> Iterator[tuple[bytes, Callable[[], HashAlgorithm] | None]]:
    """The digest of the first certificate that each attribute names, and by what it was made."""
    for attribute in attributes:
        kind, values = attribute["attrType"], attribute["attrValues"]
        if kind == id_aa_signingCertificate:
            yield (
                bytes(decode(values[0], asn1Spec=SigningCertificate())[0]["certs"][0]["certHash"]),
                SHA1,
            )
        elif kind == id_aa_signingCertificateV2:
            named = decode(values[0], asn1Spec=SigningCertificateV2())[0]["certs"][0]
            made_by = _DIGESTS.get(str(named["hashAlgorithm"]["algorithm"]))
            yield bytes(named["certHash"]), made_by


def _changed(within: Sequence[Certificate]) -> Iterator[str]:
    """A certificate whose issuer is there, too, is signed by it."""
    for certificate in within:
        found = {_issued(certificate, by) for by in within if by.subject == certificate.issuer}
        if found == {False}:
            yield f"the certificate of {certificate.subject.rfc4514_string()} in it was changed"


def _strangers(within: Sequence[Certificate], known: Sequence[Certificate]) -> Iterator[str]:
    for certificate in within:
        if not any(_issued(certificate, by) for by in known if by.subject == certificate.issuer):
            yield f"the certificate of {certificate.subject.rfc4514_string()}"


def _issued(certificate: Certificate, by: Certificate) -> bool | None:
    """Whether the one signed the other; None for signatures of a kind that cannot be looked at."""
    try:
        certificate.verify_directly_issued_by(by)
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError, TypeError):
        return None
    return True
