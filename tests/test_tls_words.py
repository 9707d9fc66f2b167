"""The first words of TLS as bytes, and what certificates say."""

import contextlib
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.network.cipher_suites import AUTHENTICATING, BROKEN, NAMES, OLD, STATIC, suite_name
from mimtest.network.hello import (
    TLS1_1,
    TLS1_2,
    Alert,
    Chosen,
    NotTlsError,
    client_hello,
    read_answer,
)
from mimtest.sandbox.stand.certificates import Wanted, chain_pem
from mimtest.sandbox.stand.hello import read_offer, server_hello
from mimtest.vocabulary.certificates import (
    is_ending,
    read_certificate,
    subjects,
    weakness,
)

_VERSIONS = st.sampled_from((0x0300, 0x0301, TLS1_1, TLS1_2))
_SUITES = st.lists(st.integers(0, 0xFFFE), min_size=1, max_size=80)
_HOSTS = st.sampled_from(("town.example", "127.0.0.1", "::1", "xn--strae-oqa.example"))


def reader(content, size=10**6):
    """Reads as a socket does: at most so many bytes at once, nothing at the end."""
    left = bytearray(content)

    def read(wanted):
        part = bytes(left[: min(wanted, size)])
        del left[: len(part)]
        return part

    return read


@given(_VERSIONS, _SUITES, _HOSTS)
def test_a_hello_says_what_is_offered(version, suites, host):
    offer = read_offer(client_hello(version, suites, host))
    assert offer is not None
    assert offer.version == version
    assert offer.suites[:-1] == tuple(suites)


@given(_VERSIONS, st.integers(0, 0xFFFF), st.integers(1, 100))
def test_a_choice_is_read_however_it_comes(version, suite, size):
    answer = read_answer(reader(server_hello(version, suite), size))
    assert answer == Chosen(version, suite)


@given(st.binary(max_size=300), st.booleans())
def test_whatever_comes_is_told_apart(content, is_record):
    head = b"\x16\x03\x03" + len(content).to_bytes(2, "big") if is_record else b""
    try:
        answer = read_answer(reader(head + content))
    except NotTlsError:
        return
    assert answer is None or isinstance(answer, Alert | Chosen)


@given(_VERSIONS, st.integers(0, 0xFFFF), st.data())
def test_a_choice_that_is_cut_is_none(version, suite, data):
    whole = server_hello(version, suite)
    part = whole[: data.draw(st.integers(0, len(whole) - 2))]
    with contextlib.suppress(NotTlsError):
        assert not isinstance(read_answer(reader(part)), Chosen)


def test_a_warning_is_no_refusal():
    warning = b"\x15\x03\x03\x00\x02\x01\x70"
    assert read_answer(reader(warning + server_hello(TLS1_2, 0xC02F))) == Chosen(TLS1_2, 0xC02F)
    assert read_answer(reader(b"\x15\x03\x03\x00\x02\x02\x46")) == Alert(70)
    assert Alert(70).name == "protocol_version"
    assert read_answer(reader(b"\x15\x03\x03\x00\x02\x01\x00")) == Alert(0)
    assert read_answer(reader(b"")) is None


@pytest.mark.parametrize(
    ("oldest", "offered", "suites", "chosen"),
    [
        (ssl.TLSVersion.TLSv1, TLS1_1, OLD, TLS1_1),
        (ssl.TLSVersion.TLSv1_2, TLS1_2, AUTHENTICATING, TLS1_2),
        (ssl.TLSVersion.TLSv1_2, TLS1_2, BROKEN, TLS1_2),
        (ssl.TLSVersion.TLSv1_2, TLS1_2, STATIC, TLS1_2),
        (ssl.TLSVersion.TLSv1_2, TLS1_1, OLD, None),
        (ssl.TLSVersion.TLSv1_3, TLS1_2, AUTHENTICATING, None),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_real_library_understands_the_hello(tmp_path, oldest, offered, suites, chosen):
    path = tmp_path / "server.pem"
    path.write_bytes(chain_pem(Wanted(key="RSA 2048")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = oldest
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    context.load_cert_chain(path)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    incoming.write(client_hello(offered, suites, "town.example"))
    link = context.wrap_bio(incoming, outgoing, server_side=True)
    with pytest.raises(ssl.SSLError):
        link.do_handshake()
    answer = read_answer(reader(outgoing.read()))
    if chosen is None:
        assert isinstance(answer, Alert)
    else:
        assert isinstance(answer, Chosen)
        assert (answer.version, answer.suite in suites) == (chosen, True)


def test_every_suite_is_in_one_group_and_has_a_name():
    groups = (BROKEN, STATIC, AUTHENTICATING)
    assert sum(map(len, groups)) == len(set().union(*groups))
    assert suite_name(0xC02F) == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    assert suite_name(0x9999) == "suite 0x9999"
    assert set(OLD) <= set(NAMES)
    assert not set(OLD) & set(AUTHENTICATING)


def certificate(**facts):
    pem = chain_pem(Wanted(**facts)).decode()
    first = pem.index("-----BEGIN CERTIFICATE")
    return read_certificate(ssl.PEM_cert_to_DER_cert(pem[first : pem.index("-----END CERT") + 26]))


@pytest.mark.parametrize(
    ("names", "host", "fits"),
    [
        (("town.example",), "town.example", True),
        (("Town.Example",), "town.example.", True),
        (("town.example",), "www.town.example", False),
        (("*.town.example",), "www.town.example", True),
        (("*.town.example",), "town.example", False),
        (("*.town.example",), "a.b.town.example", False),
        (("*.example",), "town.example", False),
        (("w*.town.example",), "www.town.example", False),
        (("127.0.0.1",), "127.0.0.1", True),
        (("127.0.0.1",), "127.0.0.2", False),
        (("::1",), "0:0:0:0:0:0:0:1", True),
        (("town.example",), "127.0.0.1", False),
    ],
)
def test_a_certificate_is_for_its_names_alone(names, host, fits):
    assert certificate(names=names).fits(host) == fits


def test_facts_of_a_certificate():
    own = certificate()
    assert (own.key, own.bits, own.hash, own.points_up) == ("EC", 256, "sha256", True)
    assert own.lasts == timedelta(days=90)
    assert not own.is_own_issuer
    assert certificate(signed_by="itself").is_own_issuer
    assert own.holds_at(datetime.now(UTC))
    assert not own.holds_at(own.ends + timedelta(seconds=1))
    with pytest.raises(ValueError, match="asn1"):
        read_certificate(b"nothing")
    assert subjects((b"nothing",)) == frozenset()


def test_weak_keys_and_signatures():
    assert weakness(certificate()) is None
    assert weakness(certificate(key="RSA 2048")) is None
    assert weakness(certificate(key="RSA 1024")) == "a key of RSA with 1024 bits"
    assert weakness(certificate(key="EC 192")) == "a key of EC with 192 bits"
    assert weakness(certificate(digest="SHA-1")) == "a signature with SHA-1"
    assert weakness(replace(certificate(), hash="md5")) == "a signature with MD5"


@pytest.mark.parametrize(
    ("lasts", "left", "ending"),
    [
        (90, 60, False),
        (90, 9.5, False),
        (90, 8, True),
        (398, 41, False),
        (6, 2, False),
        (6, 0.5, True),
    ],
)
def test_the_end_is_near(lasts, left, ending):
    assert is_ending(certificate(lasts=lasts, left=left), datetime.now(UTC)) == ending


@pytest.mark.parametrize(
    ("begins", "days"),
    [("2015-01-01", None), ("2019-01-01", 825), ("2021-01-01", 398), ("2026-04-01", 200), ("2030-01-01", 47)],
)  # fmt: skip
def test_how_long_public_certificates_may_last(begins, days):
    own = replace(certificate(), begins=datetime.fromisoformat(begins).replace(tzinfo=UTC))
    assert own.longest == (timedelta(days=days) if days else None)
