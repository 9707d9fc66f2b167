"""What is wrong with how a host speaks TLS, one rule at a time, from what it answered to a few handshakes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx

from mimtest.errors import Inconclusive
from mimtest.network.handshake import Handshakes
from mimtest.network.permission import is_loopback
from mimtest.target import Interface, Target
from mimtest.vocabulary.certificates import Certificate, read_certificate, subjects, weakness

#: OpenSSL's codes for a chain that ends nowhere, and for those that say nothing of whom to believe.
_NO_ISSUER: Final = (2, 20, 21, 27)
_OF_TIME: Final = (9, 10)
_OF_STRENGTH: Final = (66, 67, 68)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong: a sentence, what was expected, and what came."""

    message: str
    expected: str
    received: str


def place_of(url: str) -> tuple[str, int]:
    """Host and port of an https address, the name as it goes over the network."""
    parts = httpx.URL(url)
    return parts.raw_host.decode("ascii").strip("[]"), parts.port or 443


def is_encrypted(url: str) -> bool:
    """Whether an address is one of https."""
    return url.lower().startswith("https://")


def further_hosts(target: Target, interface: Interface) -> dict[tuple[str, int], str]:
    """Places over https where no interface is: those an interface at this host names, and those in scope for the first."""
    tellers = target.encrypted
    here = [i for i in target.interfaces if i.origin == interface.origin]
    named = [u for i in here for u in (*i.addresses, *i.paths.values(), i.description or "")]
    if interface == tellers[0]:
        named += target.scope.hosts
    known = {place_of(i.url) for i in tellers}
    found = {place_of(u): u for u in named if is_encrypted(u)}
    return {place: url for place, url in found.items() if place not in known}


def unencrypted(target: Target) -> list[str]:
    """The addresses of interfaces that are asked over the network without TLS."""
    urls = (httpx.URL(i.url) for i in target.interfaces if not i.is_local)
    return sorted({str(u) for u in urls if u.scheme == "http" and not is_loopback(u.host)})


def leaf(found: Handshakes) -> Certificate:
    """The server's own certificate. Raises Inconclusive where none came."""
    return chain(found)[0]


def chain(found: Handshakes) -> list[Certificate]:
    """The certificates as sent. Raises Inconclusive where none came that can be read."""
    try:
        read = [read_certificate(der) for der in found.chain]
    except ValueError as error:
        raise Inconclusive("control_failed", f"a certificate cannot be read: {error}") from None
    if not read:
        raise Inconclusive("control_failed", "no handshake came as far as a certificate")
    return read


def untrusted(found: Handshakes) -> Wrong | None:
    """The chain does not lead to an authority that is believed. Time and strength are other rules'."""
    leaf(found)
    if found.verified is None:
        raise Inconclusive("control_failed", found.attempts["verified"].detail)
    if not found.verified or found.verified in (*_OF_TIME, *_OF_STRENGTH):
        return None
    top = chain(found)[-1]
    return Wrong(
        "the certificate does not lead to an authority that is believed",
        "a chain to a public authority, or to the one in the file 'ca' of the target file",
        f"{found.why or found.verified}; the last certificate sent is issued by {top.issuer_text}",
    )


def misnamed(found: Handshakes) -> Wrong | None:
    """The certificate is for other names (RFC 9525 6)."""
    own = leaf(found)
    if own.fits(found.host):
        return None
    return Wrong(
        "the certificate is not for this host",
        f"{found.host} among its alternative names",
        ", ".join((*own.names, *own.addresses)[:20]) or "no alternative name",
    )


def untimely(found: Handshakes) -> Wrong | None:
    """The certificate, or one it rests on, is not valid now (RFC 5280 4.1.2.5)."""
    own, now = leaf(found), datetime.now(UTC)
    if own.holds_at(now) and found.verified not in _OF_TIME:
        return None
    whose = "one of the certificates it rests on" if own.holds_at(now) else "the certificate"
    return Wrong(
        f"{whose} is not valid now",
        f"valid at {now:%Y-%m-%d %H:%M} UTC",
        f"its own is valid from {own.begins:%Y-%m-%d %H:%M} to {own.ends:%Y-%m-%d %H:%M}",
    )


def incomplete(found: Handshakes, *, own_authority: bool) -> Wrong | None:
    """The certificate of its issuer is neither sent nor that of an authority that is believed (RFC 8446 4.4.2)."""
    sent = chain(found)
    own, known = sent[0], subjects(found.trusted)
    if not found.verified or own.is_own_issuer or own.issuer in known:
        return None
    if own.issuer in {c.subject for c in sent[1:]}:
        return None
    if found.verified not in _NO_ISSUER or not (own.points_up or own_authority):
        raise Inconclusive(
            "control_failed", f"whether more belongs to it is not known: {found.why}"
        )
    return Wrong(
        "the certificate of the issuer is not sent; browsers that know it from elsewhere hide that",
        f"the certificate of {own.issuer_text} after the server's own",
        f"{len(sent)} certificate{'s' if len(sent) > 1 else ''}, none of them of that issuer",
    )


def weak(found: Handshakes) -> Wrong | None:
    """A key or a signature is too weak (RFC 9325 4.5)."""
    for certificate in chain(found):
        problem = weakness(certificate)
        if problem:
            return Wrong(
                f"a certificate has {problem}",
                "RSA with 2048 bits or EC with 224 at least, no signature with MD5 or SHA-1",
                f"{problem}: {certificate.subject_text}",
            )
    return None


def taken(found: Handshakes, name: str, message: str) -> Wrong | None:
    """It agreed to an offer that it is to refuse; gateways that drop what they do not know refuse by silence.

    Raises Inconclusive unless it agrees to what clients offer today.
    """
    attempt = found.attempts[name]
    if attempt.result == "agreed":
        return Wrong(message, "the offer refused", attempt.detail)
    if not found.is_open:
        if attempt.result == "silent":
            raise Inconclusive("timeout", f"{attempt.offered}: {attempt.detail}")
        raise Inconclusive("control_failed", "it agrees to nothing that clients of today offer")
    return None


def mandatory(found: Handshakes) -> Iterator[Wrong]:
    """What is wrong by the rules that nobody may leave aside; what cannot be told is left out."""
    rules: Mapping[str, Callable[[Handshakes], Wrong | None]] = {
        "chain": untrusted,
        "name": misnamed,
        "time": untimely,
        "strength": weak,
        "old": lambda f: taken(f, "old", "it agrees to a version before TLS 1.2"),
        "broken": lambda f: taken(f, "broken", "it agrees to a broken cipher suite"),
    }
    for rule in rules.values():
        wrong = rule(found)
        if wrong:
            yield wrong
