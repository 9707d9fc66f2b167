"""What a server's certificate says of itself: whose it is, for how long, and how strong (RFC 5280, RFC 9525)."""

import ipaddress
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography import x509

#: The least number of bits (RFC 9325 4.5).
_LEAST: Final = {"RSA": 2048, "DSA": 2048, "EC": 224}
_WEAK_HASHES: Final = ("md5", "sha1")
#: How long certificates of public authorities may last, by when they were issued (CA/Browser Forum, 6.3.2), in days.
_LONGEST: Final = (
    (datetime(2029, 3, 15, tzinfo=UTC), 47),
    (datetime(2027, 3, 15, tzinfo=UTC), 100),
    (datetime(2026, 3, 15, tzinfo=UTC), 200),
    (datetime(2020, 9, 1, tzinfo=UTC), 398),
    (datetime(2018, 3, 1, tzinfo=UTC), 825),
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The facts of one certificate.

    `names` and `addresses` are those it is for; `points_up` says that it names an address where the certificate of
    its issuer is.
    """

    subject: bytes
    issuer: bytes
    subject_text: str
    issuer_text: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    begins: datetime
    ends: datetime
    key: str
    bits: int
    hash: str
    points_up: bool

    @property
    def is_own_issuer(self) -> bool:
        """Whether it names itself as its issuer."""
        return self.subject == self.issuer

    def fits(self, host: str) -> bool:
        """Whether it is for that host: an address, or a name, of which the first part may be `*`."""
        try:
            wanted = ipaddress.ip_address(host)
        except ValueError:
            name = host.lower().rstrip(".")
            return any(_matches(n.lower().rstrip("."), name) for n in self.names)
        return any(ipaddress.ip_address(a) == wanted for a in self.addresses)

    def holds_at(self, moment: datetime) -> bool:
        """Whether it is valid at that time."""
        return self.begins <= moment <= self.ends

    @property
    def lasts(self) -> timedelta:
        """How long it is valid in all."""
        return self.ends - self.begins

    @property
    def longest(self) -> timedelta | None:
        """How long it may last if a public authority issued it; None before there was a limit."""
        days = next((d for since, d in _LONGEST if self.begins >= since), None)
        return timedelta(days=days) if days else None


def _matches(pattern: str, name: str) -> bool:
    """RFC 9525 6.3: `*` stands for one whole first part of a name."""
    head, _, rest = pattern.partition(".")
    if head != "*":
        return pattern == name
    return "." in rest and name.partition(".")[2] == rest and bool(name.partition(".")[0])


def weakness(certificate: Certificate) -> str | None:
    """What is too weak about it; None when nothing is. Who signs for himself proves nothing by the hash."""
    least = _LEAST.get(certificate.key)
    if least and certificate.bits < least:
        return f"a key of {certificate.key} with {certificate.bits} bits"
    if certificate.hash in _WEAK_HASHES and not certificate.is_own_issuer:
        return f"a signature with {certificate.hash.upper().replace('SHA1', 'SHA-1')}"
    return None


def is_ending(certificate: Certificate, now: datetime) -> bool:
    """Whether a tenth of its time or less is left or, of one that lasts over 50 days, five days or less."""
    left = certificate.ends - now
    short = left <= timedelta(days=5) and certificate.lasts > timedelta(days=50)
    return short or left <= certificate.lasts / 10


def read_certificate(der: bytes) -> Certificate:
    """Its facts. Raises ValueError for what is no certificate."""
    read = _loaded(der)
    names, addresses = _alternatives(read)
    key, bits = _key(read)
    return Certificate(
        subject=read.subject.public_bytes(),
        issuer=read.issuer.public_bytes(),
        subject_text=read.subject.rfc4514_string(),
        issuer_text=read.issuer.rfc4514_string(),
        names=names,
        addresses=addresses,
        begins=read.not_valid_before_utc,
        ends=read.not_valid_after_utc,
        key=key,
        bits=bits,
        hash=_hash(read),
        points_up=_points_up(read),
    )


def subjects(certificates: tuple[bytes, ...]) -> frozenset[bytes]:
    """Whose certificates these are; what cannot be read is left out."""
    found = set()
    for der in certificates:
        try:
            found.add(_loaded(der).subject.public_bytes())
        except ValueError:
            continue
    return frozenset(found)


def _loaded(der: bytes) -> "x509.Certificate":
    from cryptography import x509  # noqa: PLC0415 (takes its time)

    with warnings.catch_warnings():  # of old roots whose serial number is none
        warnings.simplefilter("ignore")
        return x509.load_der_x509_certificate(der)


def _alternatives(read: "x509.Certificate") -> tuple[tuple[str, ...], tuple[str, ...]]:
    from cryptography import x509  # noqa: PLC0415

    try:
        named = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return (), ()
    addresses = named.get_values_for_type(x509.IPAddress)
    return tuple(named.get_values_for_type(x509.DNSName)), tuple(str(a) for a in addresses)


def _key(read: "x509.Certificate") -> tuple[str, int]:
    """The family and the size of the key; families without sizes have 0."""
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa  # noqa: PLC0415

    key = read.public_key()
    families = {rsa.RSAPublicKey: "RSA", ec.EllipticCurvePublicKey: "EC", dsa.DSAPublicKey: "DSA"}
    for kind, name in families.items():
        if isinstance(key, kind):
            return name, int(getattr(key, "key_size", 0))
    return type(key).__name__.removesuffix("PublicKey").lstrip("_"), 0


def _hash(read: "x509.Certificate") -> str:
    """The hash of its signature; that of a signature without a hash of its own is empty."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415

    try:
        used = read.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return ""
    return used.name if used else ""


def _points_up(read: "x509.Certificate") -> bool:
    from cryptography import x509  # noqa: PLC0415

    try:
        told = read.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return False
    return any(d.access_method == x509.oid.AuthorityInformationAccessOID.CA_ISSUERS for d in told)
