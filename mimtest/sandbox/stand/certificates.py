"""Certificates of the stand: an authority, one below it that signs, and what they sign."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_ROOT: Final = "mimtest stand authority"
_SIGNING: Final = "mimtest stand signing authority"
_ISSUER_AT: Final = "http://authority.mimtest.invalid/signing.cer"
#: The last arcs of sha256WithRSAEncryption and sha1WithRSAEncryption: OIDs that differ in one byte (RFC 8017 A.2.4).
_SHA256_RSA: Final = bytes.fromhex("06092a864886f70d01010b")
_SHA1_RSA: Final = bytes.fromhex("06092a864886f70d010105")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the certificate of the stand is to be like; `left` is how much of its time is left, in days."""

    names: tuple[str, ...] = ("127.0.0.1", "::1", "localhost")
    left: float = 60
    lasts: float = 90
    key: Literal["EC 256", "EC 192", "RSA 1024", "RSA 2048"] = "EC 256"
    digest: Literal["SHA-256", "SHA-1"] = "SHA-256"
    signed_by: Literal["authority", "itself", "stranger"] = "authority"
    whole_chain: bool = True
    of_client: bool = False


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate and the key that signs with it."""

    certificate: x509.Certificate
    key: Key


@cache
def authority(who: str = "", kind: str = "EC 256") -> tuple[Signer, Signer]:
    """A root and the authority below it that signs; one pair for a process, and others for other names."""
    key, below = make_key(kind), make_key(kind)
    root_name, name = _name(f"{who}{_ROOT}"), _name(f"{who}{_SIGNING}")
    root = _builder(root_name, root_name, key, timedelta(days=3650), timedelta(days=3600))
    made = _as_authority(root, key).sign(key, hashes.SHA256())
    signing = _builder(name, root_name, below, timedelta(days=1825), timedelta(days=1800))
    signed = _as_authority(signing, key).sign(key, hashes.SHA256())
    return Signer(made, key), Signer(signed, below)


def authority_pem(kind: str = "EC 256") -> bytes:
    """The root that a client is to believe."""
    return _pem(authority("", kind)[0].certificate)


def chain_pem(wanted: Wanted) -> bytes:
    """Key, certificate and what else the stand sends, as one PEM file."""
    key = make_key(wanted.key)
    who = "another " if wanted.signed_by == "stranger" else ""
    _, signer = authority(who, authority_kind(wanted))
    certificate = _leaf(wanted, key, signer)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    more = wanted.whole_chain and wanted.signed_by != "itself"
    return private + certificate + (_pem(signer.certificate) if more else b"")


@cache
def client_pem() -> bytes:
    """Key, certificate and the one above it of a client that the stand knows; the same for a process."""
    return chain_pem(Wanted(names=("mimtest",), of_client=True))


def authority_kind(wanted: Wanted) -> str:
    """The kind of key the authority has: only RSA signs with SHA-1 here."""
    return "RSA 2048" if wanted.digest == "SHA-1" else "EC 256"


def make_key(kind: str) -> Key:
    """A fresh key."""
    family, _, bits = kind.partition(" ")
    if family == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=int(bits))
    return ec.generate_private_key(ec.SECP192R1() if bits == "192" else ec.SECP256R1())


def _leaf(wanted: Wanted, key: Key, signer: Signer) -> bytes:
    subject = _name(wanted.names[0])
    alone = wanted.signed_by == "itself"
    issuer = subject if alone else signer.certificate.subject
    lasts, left = timedelta(days=wanted.lasts), timedelta(days=wanted.left)
    signing = key if alone else signer.key
    builder = (
        _builder(subject, issuer, key, lasts, left)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([_alternative(n) for n in wanted.names]), critical=False
        )
        .add_extension(x509.ExtendedKeyUsage([_use(wanted)]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
        .add_extension(x509.AuthorityInformationAccess([_issuer_at()]), critical=False)
    )
    made = builder.sign(signing, hashes.SHA256())
    if wanted.digest == "SHA-1" and isinstance(signing, rsa.RSAPrivateKey):
        return _pem_of(_signed_with_sha1(made, signing))
    return _pem(made)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, lasts: timedelta, left: timedelta
) -> x509.CertificateBuilder:
    end = datetime.now(UTC) + left
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - lasts)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _as_authority(builder: x509.CertificateBuilder, above: Key) -> x509.CertificateBuilder:
    usage = dict.fromkeys(
        (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
            *("key_agreement", "encipher_only", "decipher_only"),
        ),
        False,
    )
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False
        )
    )


def _signed_with_sha1(certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> bytes:
    """The same certificate (DER) signed with SHA-1, which no library does any more."""
    content = certificate.tbs_certificate_bytes.replace(_SHA256_RSA, _SHA1_RSA)
    signature = key.sign(content, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 (weak on purpose)
    algorithm = _der(0x30, _SHA1_RSA + b"\x05\x00")
    return _der(0x30, content + algorithm + _der(0x03, b"\x00" + signature))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    short = size < 0x80  # noqa: PLR2004 (one byte of length, X.690 8.1.3)
    count = (size.bit_length() + 7) // 8
    length = bytes([size]) if short else bytes([0x80 | count]) + size.to_bytes(count, "big")
    return bytes([tag]) + length + content


def _use(wanted: Wanted) -> x509.ObjectIdentifier:
    uses = x509.oid.ExtendedKeyUsageOID
    return uses.CLIENT_AUTH if wanted.of_client else uses.SERVER_AUTH


def _issuer_at() -> x509.AccessDescription:
    method = x509.oid.AuthorityInformationAccessOID.CA_ISSUERS
    return x509.AccessDescription(method, x509.UniformResourceIdentifier(_ISSUER_AT))


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, common)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _pem_of(der: bytes) -> bytes:
    return _pem(x509.load_der_x509_certificate(der))
