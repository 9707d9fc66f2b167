"""Ways to speak TLS badly, one at a time, and sound ways that differ from the stand's."""

import ssl
from dataclasses import replace
from typing import Any

from mimtest.sandbox.faults.registry import stand_fault
from mimtest.sandbox.stand import Stand
from mimtest.sandbox.stand.hello import Offer

_SSL3, _TLS1_0, _TLS1_1, _TLS1_2 = 0x0300, 0x0301, 0x0302, 0x0303
_OLD = (_TLS1_0, _TLS1_1)
#: TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
_GOOD = 0xC02B


def _certificate(stand: Stand, **facts: Any) -> Stand:
    return replace(stand, certificate=replace(stand.certificate, **facts))


def _agreeing(stand: Stand, version: int, *suites: int) -> Stand:
    """The stand that agrees to that version with the first of these suites that is offered, where nothing better is."""

    def agrees(offer: Offer) -> tuple[int, int] | None:
        suite = None if offer.has(_GOOD) else offer.has(*suites)
        return (version, suite) if suite is not None and offer.version >= version else None

    return replace(stand, agrees=agrees)


@stand_fault("tls-unknown-authority", kills=("SEC-TLS-01",))
def is_vouched_for_by_a_stranger(stand: Stand) -> Stand:
    """The certificate is of an authority that nobody named."""
    return _certificate(stand, signed_by="stranger")


@stand_fault("tls-self-signed", kills=("SEC-TLS-01",))
def vouches_for_itself(stand: Stand) -> Stand:
    """The certificate is signed with its own key."""
    return _certificate(stand, signed_by="itself")


@stand_fault("tls-wrong-name", kills=("SEC-TLS-02",))
def shows_another_name(stand: Stand) -> Stand:
    """The certificate is for another host."""
    return _certificate(stand, names=("town.example",))


@stand_fault("tls-name-in-subject-only", kills=("SEC-TLS-02",))
def names_itself_where_nobody_looks(stand: Stand) -> Stand:
    """The address stands as a host name, not as an address."""
    return _certificate(stand, names=("localhost",))


@stand_fault("tls-expired", kills=("SEC-TLS-03",))
def has_ended(stand: Stand) -> Stand:
    """The certificate ended yesterday."""
    return _certificate(stand, left=-1)


@stand_fault("tls-not-yet-valid", kills=("SEC-TLS-03",))
def has_not_begun(stand: Stand) -> Stand:
    """The certificate begins tomorrow."""
    return _certificate(stand, left=91)


@stand_fault("tls-ends-soon", kills=("SEC-TLS-04",))
def ends_soon(stand: Stand) -> Stand:
    """The certificate of ninety days ends in four."""
    return _certificate(stand, left=4)


@stand_fault("tls-incomplete-chain", kills=("SEC-TLS-01", "SEC-TLS-05"))
def sends_its_own_certificate_only(stand: Stand) -> Stand:
    """The certificate of the issuer is not sent."""
    return _certificate(stand, whole_chain=False)


@stand_fault("tls-no-1-3", kills=("SEC-TLS-06",))
def speaks_no_tls_1_3(stand: Stand) -> Stand:
    """TLS 1.2 is the newest version."""
    return replace(stand, newest=ssl.TLSVersion.TLSv1_2)


@stand_fault("tls-1-0", kills=("SEC-TLS-07",))
def agrees_to_tls_1_0(stand: Stand) -> Stand:
    """TLS 1.0 is agreed to."""
    return replace(stand, agrees=lambda o: (_TLS1_0, 0xC013) if o.version in _OLD else None)


@stand_fault("tls-1-1", kills=("SEC-TLS-07",))
def agrees_to_tls_1_1(stand: Stand) -> Stand:
    """TLS 1.1 is agreed to, TLS 1.0 is not."""

    def agrees(offer: Offer) -> tuple[int, int] | None:
        return (_TLS1_1, 0xC013) if offer.version == _TLS1_1 else None

    return replace(stand, agrees=agrees)


@stand_fault("tls-ssl-3", kills=("SEC-TLS-08",))
def agrees_to_ssl_3(stand: Stand) -> Stand:
    """SSL 3.0 is agreed to."""

    def agrees(offer: Offer) -> tuple[int, int] | None:
        return (_SSL3, 0x0035) if offer.version == _SSL3 else None

    return replace(stand, agrees=agrees)


@stand_fault("tls-null", kills=("SEC-TLS-09",))
def agrees_to_no_encryption(stand: Stand) -> Stand:
    """A suite without encryption is agreed to."""
    return _agreeing(stand, _TLS1_2, 0xC010, 0x003B)


@stand_fault("tls-export", kills=("SEC-TLS-09",))
def agrees_to_forty_bits(stand: Stand) -> Stand:
    """A suite with a key of 40 bits is agreed to."""
    return _agreeing(stand, _TLS1_2, 0x0008)


@stand_fault("tls-rc4", kills=("SEC-TLS-09",))
def agrees_to_rc4(stand: Stand) -> Stand:
    """A suite with RC4 is agreed to."""
    return _agreeing(stand, _TLS1_2, 0xC011)


@stand_fault("tls-anonymous", kills=("SEC-TLS-09",))
def agrees_to_be_anybody(stand: Stand) -> Stand:
    """A suite without a certificate is agreed to."""
    return _agreeing(stand, _TLS1_2, 0xC019, 0x00A7)


@stand_fault("tls-static-rsa", kills=("SEC-TLS-10",))
def agrees_without_forward_secrecy(stand: Stand) -> Stand:
    """A suite whose key is that of the certificate is agreed to."""
    return _agreeing(stand, _TLS1_2, 0x009C)


@stand_fault("tls-3des", kills=("SEC-TLS-10",))
def agrees_to_3des(stand: Stand) -> Stand:
    """A suite with 3DES is agreed to."""
    return _agreeing(stand, _TLS1_2, 0xC012)


@stand_fault("tls-short-rsa", kills=("SEC-TLS-11",))
def has_a_short_rsa_key(stand: Stand) -> Stand:
    """The key of the certificate is RSA with 1024 bits."""
    return _certificate(stand, key="RSA 1024")


@stand_fault("tls-sha-1", kills=("SEC-TLS-11",))
def is_signed_with_sha_1(stand: Stand) -> Stand:
    """The certificate is signed with SHA-1."""
    return _certificate(stand, digest="SHA-1")


@stand_fault("tls-long-lived", kills=("SEC-TLS-12",))
def lasts_for_years(stand: Stand) -> Stand:
    """The certificate is for three years."""
    return _certificate(stand, lasts=1100, left=600)


@stand_fault("tls-block-ciphers-only", kills=("SEC-TLS-06", "SEC-TLS-13"))
def speaks_in_blocks_only(stand: Stand) -> Stand:
    """Only suites that encrypt first and authenticate apart are agreed to."""
    older = replace(stand, newest=ssl.TLSVersion.TLSv1_2)
    return replace(older, ciphers="ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")


@stand_fault("tls-side-expired", kills=("SEC-TLS-14",))
def lets_the_side_end(stand: Stand) -> Stand:
    """The certificate of the second port has ended."""
    return replace(stand, side=replace(stand.side, left=-1))


@stand_fault("tls-side-wrong-name", kills=("SEC-TLS-14",))
def names_the_side_otherwise(stand: Stand) -> Stand:
    """The certificate of the second port is for another host."""
    return replace(stand, side=replace(stand.side, names=("town.example",)))


@stand_fault("tls-vault-open", kills=("SEC-TLS-15",))
def asks_nobody_for_a_certificate(stand: Stand) -> Stand:
    """The vault asks nobody for a certificate."""
    return replace(stand, vault=ssl.CERT_NONE)


@stand_fault("tls-vault-ajar", kills=("SEC-TLS-15",))
def lets_in_without_a_certificate(stand: Stand) -> Stand:
    """The vault asks for a certificate, and does without."""
    return replace(stand, vault=ssl.CERT_OPTIONAL)


@stand_fault("tls-variant-vault-refuses-in-http")
def refuses_after_the_handshake(stand: Stand) -> Stand:
    """The vault shakes hands with everybody, and refuses in HTTP."""
    return replace(stand, vault=ssl.CERT_OPTIONAL, bars=True)


@stand_fault("tls-variant-1-3-only")
def speaks_tls_1_3_only(stand: Stand) -> Stand:
    """TLS 1.3 is the only version."""
    return replace(stand, oldest=ssl.TLSVersion.TLSv1_3)


@stand_fault("tls-variant-rsa")
def has_an_rsa_key(stand: Stand) -> Stand:
    """The key of the certificate is RSA with 2048 bits."""
    return _certificate(stand, key="RSA 2048")


@stand_fault("tls-variant-six-days")
def renews_every_few_days(stand: Stand) -> Stand:
    """The certificate is for six days, of which two are left."""
    return _certificate(stand, lasts=6, left=2)


@stand_fault("tls-variant-hangs-up")
def hangs_up_on_old_clients(stand: Stand) -> Stand:
    """Old versions are not answered with an alert: the connection ends."""
    return replace(stand, hangs_up=True)


@stand_fault("tls-variant-blocks-too")
def speaks_in_blocks_as_well(stand: Stand) -> Stand:
    """Suites that encrypt first and authenticate apart are agreed to beside others."""
    return replace(
        stand, ciphers=f"{stand.ciphers.removesuffix(':@SECLEVEL=0')}:ECDHE+AES:@SECLEVEL=0"
    )
