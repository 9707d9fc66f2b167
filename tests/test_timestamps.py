"""Time stamps by OpenSSL's authority: what they say holds, and nothing else is taken for one."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyasn1.codec.der.decoder import decode
from pyasn1.codec.der.encoder import encode
from pyasn1.type.univ import Null, OctetString
from pyasn1_modules.rfc3161 import TimeStampResp
from pyasn1_modules.rfc5035 import id_aa_signingCertificateV2
from pyasn1_modules.rfc5280 import AlgorithmIdentifier
from pyasn1_modules.rfc5652 import Attribute, SignedData

from mimtest.errors import UsageError
from mimtest.report import seal, write_report
from mimtest.verification.envelope import read_envelope
from mimtest.verification.package import SIGNATURE, STAMP, read_package
from mimtest.verification.signing import sign
from mimtest.verification.stamp import (
    StampError,
    load_authorities,
    make_query,
    read_answer,
    read_stamp,
    require_authority,
)
from mimtest.verification.steps import Asked, State, verify
from tests.conftest import mimtest
from tests.test_verification import small
from tests.timestamp_server import Authority, served

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa") / "right")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa") / "other")


@pytest.fixture
def folder(tmp_path):
    """A report with its key."""
    place = tmp_path / "out"
    place.mkdir()
    write_report(small(), place / "report.json")
    assert mimtest("keygen", "-o", "k.pem", cwd=tmp_path).code == 0
    return place


def stamped_by(authority):
    def ask(content):
        query = make_query(content)
        answer = authority.stamp(query.content)
        read_answer(query, answer, content)
        return answer

    return ask


def step(path, *authorities, now=None):
    trusted = tuple(c for a in authorities for c in load_authorities(a.root))
    asked = Asked(authorities=trusted, **({"now": now} if now else {}))
    return next(s for s in verify(path, asked).steps if s.name == "stamp")


def test_the_commands_from_signature_to_stamp(folder, authority, other):
    with served(authority.stamp) as (url, queries):
        signed = mimtest(
            "sign", "out", "--key", "k.pem", "--timestamp", url, "--tsa", authority.root,
            "--bundle", "b.zip", cwd=folder.parent,
        )  # fmt: skip
    assert signed.code == 0, signed.err
    assert "Time stamp: " in signed.out
    assert len(queries) == 1
    # The authority learns a digest and nothing of the report.
    assert len(queries[0]) < 100
    for name in ("out", "b.zip"):
        checked = ("verify", name, "--key", "k.pub.pem", "--tsa")
        right = mimtest(*checked, authority.root, cwd=folder.parent)
        assert "✓ Time stamp: holds" in right.out
        assert "CN=Test stamps" in right.out
        wrong = mimtest(*checked, other.root, cwd=folder.parent)
        assert wrong.code == 1
        assert "✗ Time stamp: WRONG" in wrong.out
        assert "no given authority stands behind it" in wrong.out
    unasked = mimtest("verify", "b.zip", "--key", "k.pub.pem", cwd=folder.parent)
    assert "--tsa" in unasked.out


def test_others_verify_the_stamp(folder, authority):
    sign(folder, KEY, stamped_by=stamped_by(authority))
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", folder / SIGNATURE, "-in", folder / STAMP,
         "-CAfile", authority.root],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in done.stdout + done.stderr


def test_a_stamp_that_another_program_got_is_taken_along(folder, authority, tmp_path):
    sign(folder, KEY)
    query = tmp_path / "q.tsq"
    subprocess.run(
        ["openssl", "ts", "-query", "-data", folder / SIGNATURE, "-sha512", "-cert", "-out", query],
        check=True, capture_output=True,
    )  # fmt: skip
    (folder / STAMP).write_bytes(authority.stamp(query.read_bytes()))
    sign(folder, KEY, bundle_at=tmp_path / "b.zip")
    assert step(tmp_path / "b.zip", authority).state is State.HOLDS


def test_the_stamp_says_when(folder, authority):
    before = datetime.now(UTC)
    sign(folder, KEY, stamped_by=stamped_by(authority))
    package = read_package(folder)
    told = read_stamp(package.stamp, package.envelope)
    assert before - timedelta(seconds=2) <= told.at <= datetime.now(UTC)
    assert told.within == timedelta(seconds=1)
    assert told.authority == "CN=Test stamps"


@pytest.mark.parametrize("by_rsa", [False, True])
def test_flipping_any_byte_of_a_stamp_is_found(by_rsa, tmp_path):
    authority = Authority(tmp_path / "tsa", by_rsa=by_rsa)
    raw = authority.stamp(make_query(b"signed").content)
    trusted = load_authorities(authority.root)
    assert not is_found(raw, b"signed", trusted)
    for at in range(len(raw)):
        flipped = raw[:at] + bytes([raw[at] ^ 0x01]) + raw[at + 1 :]
        assert is_found(flipped, b"signed", trusted), at


def is_found(raw, content, trusted):
    """Whether a stamp is refused, or a part of it is said to be nobody's."""
    try:
        read_stamp(raw, content)
        return bool(require_authority(raw, content, trusted))
    except StampError:
        return True


def changed(raw, change):
    """An answer with something in it changed, as DER."""
    response = decode(raw, asn1Spec=TimeStampResp())[0]
    token = response["timeStampToken"]
    data = decode(token["content"], asn1Spec=SignedData())[0]
    change(response, data)
    token["content"] = encode(data)
    return encode(response)


def with_text(response, _):
    response["status"]["statusString"].append("Operation Okay")


def with_attribute(_, data):
    attribute = Attribute()
    attribute["attrType"] = "1.2.3.4"
    attribute["attrValues"].append(encode(Null("")))
    data["signerInfos"][0]["unsignedAttrs"].append(attribute)


def test_a_stamp_without_certificates_is_read(authority, tmp_path):
    (tmp_path / "data").write_bytes(b"signed")
    query = tmp_path / "q.tsq"
    subprocess.run(
        ["openssl", "ts", "-query", "-data", tmp_path / "data", "-sha256", "-out", query],
        check=True, capture_output=True,
    )  # fmt: skip
    raw = authority.stamp(query.read_bytes())
    assert read_stamp(raw, b"signed").authority == "issued by CN=Test root"


def without_its_certificate(_, data):
    """As if nothing that is signed said which certificate is the signer's."""
    attributes = data["signerInfos"][0]["signedAttrs"]
    for attribute in attributes:
        if attribute["attrType"] == id_aa_signingCertificateV2:
            attribute["attrType"] = "1.2.3.4"


def test_a_stamp_says_which_certificate_signed_it(authority):
    raw = changed(authority.stamp(make_query(b"signed").content), without_its_certificate)
    with pytest.raises(StampError, match="does not say which certificate"):
        read_stamp(raw, b"signed")


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512"])
def test_the_signers_certificate_is_named_by_any_digest(digest, tmp_path):
    authority = Authority(tmp_path / "tsa")
    settings = authority.folder / "tsa.cnf"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("_alg = sha256", f"_alg = {digest}"), encoding="utf-8")
    assert read_stamp(authority.stamp(make_query(b"signed").content), b"signed")


@pytest.mark.parametrize(
    ("change", "part"),
    [(with_text, "the text of its status"), (with_attribute, "attributes beside its signature")],
)
def test_what_nobody_signed_in_a_stamp_is_told(change, part, folder, authority):
    sign(folder, KEY, stamped_by=lambda c: changed(stamped_by(authority)(c), change))
    found = step(folder, authority)
    assert found.state is State.HOLDS
    assert f"does not vouch for {part}" in found.notes[1]


def test_a_certificate_in_a_stamp_that_no_known_one_issued_is_told(other, tmp_path):
    authority = Authority(tmp_path / "tsa")
    authority.bring_along(other.signer)
    raw = authority.stamp(make_query(b"signed").content)
    read_stamp(raw, b"signed")
    told = require_authority(raw, b"signed", load_authorities(authority.root))
    assert told == ("the certificate of CN=Test stamps",)


def of_version(part, number):
    def change(_, data):
        (data if part == "data" else data["signerInfos"][0])["version"] = number

    return change


def by(name, parameters=None):
    def change(_, data):
        kind = AlgorithmIdentifier()
        kind["algorithm"] = name
        if parameters is not None:
            kind["parameters"] = encode(parameters)
        data["signerInfos"][0]["signatureAlgorithm"] = kind

    return change


@pytest.mark.parametrize(("change", "said"), [
    (of_version("data", 1), "its content is of version 1, not 3"),
    (of_version("data", 4), "its content is of version 4, not 3"),
    (of_version("signer", 3), "its signature is of version 3, not 1"),
    (by("1.2.840.113549.1.1.12", Null("")), "does not go with its digest"),
    (by("1.2.840.113549.1.1.1", OctetString(b"")), "no time stamp"),
    (by("1.2.840.113549.1.1.11", Null("")), None),
    (by("1.2.840.113549.1.1.1", Null("")), None),
    (by("1.2.840.113549.1.1.1"), None),
])  # fmt: skip
def test_the_numbers_and_names_in_a_stamp_are_those_of_the_standard(change, said, tmp_path):
    authority = Authority(tmp_path / "tsa", by_rsa=True)
    raw = changed(authority.stamp(make_query(b"signed").content), change)
    if said is None:
        read_stamp(raw, b"signed")
        assert require_authority(raw, b"signed", load_authorities(authority.root)) == ()
    else:
        with pytest.raises(StampError, match=said):
            read_stamp(raw, b"signed")


def test_a_stamp_of_another_signature_is_wrong(folder, authority):
    sign(folder, KEY, stamped_by=stamped_by(authority))
    envelope = read_envelope((folder / SIGNATURE).read_bytes())
    second = envelope.sign(Ed25519PrivateKey.generate())
    (folder / SIGNATURE).write_bytes(second.as_bytes())
    assert step(folder, authority).state is step(folder).state is State.WRONG


def test_a_stamp_without_a_signature_and_a_missing_one_are_wrong(folder, authority):
    assert step(folder).state is State.UNASKED
    assert step(folder, authority).state is State.WRONG
    (folder / STAMP).write_bytes(authority.stamp(make_query(b"anything").content))
    assert step(folder).notes == (f"{STAMP}: stamps a signature that is not there",)


@pytest.mark.parametrize(("days", "said"), [(-1, "in the future"), (1, None)])
def test_a_stamp_lies_before_now(days, said, folder, authority):
    sign(folder, KEY, stamped_by=stamped_by(authority))
    found = step(folder, authority, now=datetime.now(UTC) + timedelta(days=days))
    assert (said in found.notes[0]) if said else found.state is State.HOLDS


def test_a_stamp_that_is_older_than_the_report_is_wrong(folder, authority):
    later = small()
    later["issuedAt"] = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    write_report(seal(later), folder / "report.json")
    sign(folder, KEY, stamped_by=stamped_by(authority))
    found = step(folder, authority)
    assert found.state is State.WRONG
    assert "before there was a report" in found.notes[0]


@pytest.mark.parametrize("raw", [b"", b"text", b"0\x03\x02\x01\x00", b"0\x80" * 40])
def test_what_is_no_stamp_is_said_to_be_none(raw, folder):
    sign(folder, KEY)
    (folder / STAMP).write_bytes(raw)
    assert step(folder).notes[0].startswith(f"{STAMP}: ")
    assert step(folder).state is State.WRONG


def refused(query):
    """PKIStatusInfo with status rejection (2) and no token."""
    return bytes.fromhex("30053003020102")


def test_an_authority_that_gives_no_stamp_leaves_nothing_signed(folder, authority, other):
    def replayed(query):
        return authority.stamp(make_query(b"something else").content)

    cases = (
        (served(refused), "its status is 2, not 0"),
        (served(lambda _: b"<html>"), "no time stamp"),
        (served(authority.stamp, kind="text/html"), "text/html"),
        (served(authority.stamp, status=503), "503"),
        (served(lambda _: b"0" * 300_000), "more than"),
        (served(replayed), "about another signature"),
        (served(other.stamp), "no given authority"),
    )
    for server, said in cases:
        with server as (url, _):
            ended = mimtest(
                "sign", "out", "--key", "k.pem", "--timestamp", url, "--tsa", authority.root,
                cwd=folder.parent,
            )  # fmt: skip
        assert ended.code == 2, said
        assert said in ended.err
        assert "Nothing was signed" in ended.err
        assert not (folder / SIGNATURE).exists()


def test_an_answer_to_another_request_is_not_taken(authority):
    with pytest.raises(StampError, match="nonce"):
        read_answer(make_query(b"x"), authority.stamp(make_query(b"x").content), b"x")


@pytest.mark.parametrize(("arguments", "said"), [
    (["--timestamp", "ftp://tsa.example"], "--timestamp: is no http or https address"),
    (["--timestamp", "https://"], "--timestamp: is no http or https address"),
    (["--timestamp", "https://me:hidden@tsa.example"], "--timestamp: has a name and a password"),
    (["--timestamp", "http://127.0.0.1:9"], "gave no answer"),
    (["--tsa", "k.pem"], "--tsa: there is no time stamp"),
    (["--timestamp", "http://127.0.0.1:9", "--tsa", "k.pem"], "k.pem: is no certificate in PEM"),
    (["--timestamp", "http://127.0.0.1:9", "--tsa", "none.pem"], "none.pem: cannot be read"),
])  # fmt: skip
def test_what_is_asked_for_wrongly_is_said_in_one_line(arguments, said, folder):
    ended = mimtest("sign", "out", "--key", "k.pem", *arguments, cwd=folder.parent)
    assert ended.code == 2
    assert said in ended.err
    assert "hidden" not in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert not (folder / SIGNATURE).exists()


def test_a_stamp_is_neither_lost_nor_made_worthless_unasked(folder, authority):
    sign(folder, KEY, stamped_by=stamped_by(authority))
    first = (folder / STAMP).read_bytes()
    second = Ed25519PrivateKey.generate()
    for key, ask in ((KEY, stamped_by(authority)), (second, None)):
        with pytest.raises(UsageError) as ended:
            sign(folder, key, stamped_by=ask)
        assert str(folder / STAMP) in str(ended.value)
        assert (folder / STAMP).read_bytes() == first
    sign(folder, second, stamped_by=stamped_by(authority))
    assert (folder / STAMP).read_bytes() != first
    assert step(folder, authority).state is State.HOLDS


def test_without_the_extra_a_stamp_is_left_open_and_none_is_asked_for(
    folder, authority, monkeypatch
):
    sign(folder, KEY, stamped_by=stamped_by(authority))
    monkeypatch.setitem(__import__("sys").modules, "rfc3161_client", None)
    found = step(folder)
    assert found.state is State.OPEN
    assert "pip install 'mimtest[timestamp]'" in found.notes[0]
