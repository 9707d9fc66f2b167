"""Stamps of somebody who wants to have signed earlier, or to bring the one down who verifies."""

import random
import re
import time
import zipfile
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID

from mimtest.errors import UsageError
from mimtest.network import timestamping
from mimtest.verification import stamp
from mimtest.verification.package import SIGNATURE, STAMP, PackageError, read_package
from mimtest.verification.signing import sign
from mimtest.verification.stamp import (
    MAX_BYTES,
    StampError,
    load_authorities,
    make_query,
    read_stamp,
    require_authority,
)
from mimtest.verification.steps import State
from tests.conftest import mimtest
from tests.test_timestamps import KEY, authority, folder, other, pytestmark, stamped_by, step
from tests.timestamp_server import Authority, served

__all__ = ["authority", "folder", "other", "pytestmark"]

CONTENT = b"what was signed"
TIME = re.compile(rb"\x18\x0f\d{14}Z")


def stamp_of(authority):
    return authority.stamp(make_query(CONTENT).content)


def moved(raw, moment):
    """A stamp whose moment somebody wrote anew."""
    return TIME.sub(b"\x18\x0f" + moment, raw)


def refusal(raw, *authorities):
    """What is said against a stamp by whoever trusts these authorities."""
    trusted = [c for a in authorities for c in load_authorities(a.root)]
    try:
        read_stamp(raw, CONTENT)
        require_authority(raw, CONTENT, trusted)
    except StampError as error:
        return str(error)
    return ""


def test_a_moment_that_was_written_anew_is_not_the_authoritys(authority):
    assert "signature" in refusal(moved(stamp_of(authority), _day(0)), authority)
    assert "not yet valid" in refusal(moved(stamp_of(authority), b"20200101000000Z"), authority)


def _day(hour):
    return f"{datetime.now(UTC):%Y%m%d}{hour:02}0000Z".encode()


def test_an_authority_of_ones_own_is_nobody(folder, authority, other):
    sign(folder, KEY, stamped_by=stamped_by(other))
    assert step(folder, authority).state is State.WRONG
    # The names are the same: both have a "Test root".
    assert "signature failure" in refusal(stamp_of(other), authority)


@pytest.mark.parametrize(("days", "said"), [((-5, -1), "expired"), ((1, 5), "not yet valid")])
def test_a_certificate_is_good_at_the_moment_of_the_stamp(days, said, tmp_path):
    authority = Authority(tmp_path / "tsa", days=days)
    assert said in refusal(stamp_of(authority), authority)


@pytest.mark.parametrize(
    "purpose", [ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.OCSP_SIGNING]
)
def test_a_certificate_for_another_purpose_stamps_nothing(purpose, authority):
    raw = authority.with_purpose(stamp_of(authority), purpose)
    with pytest.raises(StampError, match="purpose"):
        require_authority(raw, CONTENT, load_authorities(authority.root))
    assert refusal(raw) == "its signer's certificate is not the one that it names"


def test_a_stamp_has_one_signature(authority, other, folder):
    raw = authority.signed_again(stamp_of(authority), other)
    assert "it has 2 signatures" in refusal(raw)
    assert "it has 2 signatures" in refusal(raw, authority, other)


def test_nobody_puts_another_name_on_a_stamp(tmp_path):
    authority = Authority(tmp_path / "tsa")
    authority.name_falsely("National Institute of Time")
    raw = stamp_of(authority)
    # The certificates are no part of what is signed: the authority stands behind this one.
    require_authority(raw, CONTENT, load_authorities(authority.root))
    assert "several certificates" in refusal(raw)


def test_what_nobody_has_looked_at_is_not_said_to_be_so(folder, authority):
    sign(folder, KEY, stamped_by=stamped_by(authority))
    found = step(folder)
    assert found.state is State.UNASKED
    assert "which anybody can write" in found.notes[0]
    assert "--tsa" in found.notes[1]


@pytest.mark.parametrize("moment", [b"99991231235959Z", b"00010101000000Z"])
def test_a_moment_at_the_end_of_time_is_only_wrong(moment, folder, authority):
    sign(folder, KEY, stamped_by=stamped_by(authority))
    raw = (folder / STAMP).read_bytes()
    (folder / STAMP).write_bytes(moved(raw, moment))
    assert step(folder).state is State.WRONG
    assert step(folder, authority).state is State.WRONG


def test_an_authority_that_may_be_off_by_years_tells_no_moment(tmp_path):
    authority = Authority(tmp_path / "tsa")
    settings = authority.folder / "tsa.cnf"
    text = settings.read_text(encoding="utf-8")
    for seconds in ("315360000", "9" * 30):
        settings.write_text(text.replace("secs:1", f"secs:{seconds}"), encoding="utf-8")
        assert refusal(stamp_of(authority)), seconds


def test_nothing_but_its_own_error_comes_of_a_stamp_that_was_changed(authority):
    raw, trusted = stamp_of(authority), load_authorities(authority.root)
    drawn = random.Random(1)
    for _ in range(1500):
        changed = bytearray(raw)
        for at in (drawn.randrange(len(raw)) for _ in range(drawn.choice((1, 1, 3)))):
            changed[at : at + drawn.choice((0, 1, 1, 1, 2))] = drawn.randbytes(1)
        for look in (
            lambda c: read_stamp(c, CONTENT),
            lambda c: require_authority(c, CONTENT, trusted),
        ):
            try:
                look(bytes(changed))
            except StampError:
                continue


@pytest.mark.parametrize("raw", [
    b"0\x80" * (MAX_BYTES // 2),
    b"\x30\x83\x03\xff\xf0" * 50_000,
    b"\x30\x84\xff\xff\xff\xff",
    b"\x30\x82\x00\x08\x30\x03\x02\x01\x00\x30\x00",
    bytes(MAX_BYTES),
    bytes(MAX_BYTES + 1),
], ids=range(6))  # fmt: skip
def test_deep_and_large_ones_are_no_stamps(raw):
    assert refusal(raw)


def test_a_stamp_is_no_larger_in_a_bundle_than_in_a_folder(folder, authority, tmp_path):
    sign(folder, KEY, stamped_by=stamped_by(authority), bundle_at=tmp_path / "b.zip")
    for name, most in ((STAMP, 256 * 1024), (SIGNATURE, 1024 * 1024)):
        large = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(tmp_path / "b.zip") as sound, zipfile.ZipFile(large, "w") as archive:
            for entry in sound.infolist():
                content = bytes(most + 1) if entry.filename == name else sound.read(entry)
                archive.writestr(entry, content)
        with pytest.raises(PackageError, match=f"{name} is larger than"):
            read_package(large)


def test_what_is_no_stamp_of_the_signature_is_not_taken_along(folder, authority, tmp_path):
    sign(folder, KEY)
    for content, said in (
        (b"<html>Name and password, please</html>", "no time stamp"),
        (stamp_of(authority), "about another signature"),
    ):
        (folder / STAMP).write_bytes(content)
        with pytest.raises(UsageError, match=said):
            sign(folder, KEY, bundle_at=tmp_path / "b.zip")
        assert not (tmp_path / "b.zip").exists()


def test_a_stale_stamp_is_not_taken_along_under_another_signature(folder, authority):
    sign(folder, KEY, stamped_by=stamped_by(authority))
    (folder / SIGNATURE).unlink()
    with pytest.raises(UsageError, match="stamps the signature as it was before"):
        sign(folder, Ed25519PrivateKey.generate())


def test_a_library_that_is_known_to_be_deceived_is_not_asked(folder, authority, monkeypatch):
    sign(folder, KEY, stamped_by=stamped_by(authority))
    for installed, state in (("1.0.5", State.OPEN), ("1.0.10", State.HOLDS), ("2.0", State.HOLDS)):
        monkeypatch.setattr(stamp, "version", lambda _, installed=installed: installed)
        assert step(folder, authority).state is state


def test_only_roots_are_given(tmp_path, authority):
    with pytest.raises(UsageError, match="holds no root"):
        load_authorities(authority.folder / "signer.pem")
    large = tmp_path / "large.pem"
    large.write_bytes(authority.root.read_bytes() + b"\n" * 5_000_000)
    with pytest.raises(UsageError, match="is larger than"):
        load_authorities(large)
    many = tmp_path / "many.pem"
    many.write_bytes(authority.root.read_bytes() * 600)
    assert len(load_authorities(many)) == 600


def test_what_an_authority_says_does_no_harm_on_the_terminal(folder):
    said = b"\x1b[2Jyes\r\nmimtest: signed"
    text = b"\x0c" + bytes([len(said)]) + said
    strings = b"\x30" + bytes([len(text)]) + text
    status = b"\x02\x01\x02" + strings
    info = b"\x30" + bytes([len(status)]) + status
    answer = b"\x30" + bytes([len(info)]) + info
    with served(lambda _: answer) as (url, _):
        ended = mimtest("sign", "out", "--key", "k.pem", "--timestamp", url, cwd=folder.parent)
    assert ended.code == 2
    assert "its status is 2, not 0 (granted)" in ended.err
    assert "\x1b" not in ended.err
    assert len(ended.err.strip().splitlines()) == 1


def test_an_authority_that_sends_one_elsewhere_is_not_followed(authority):
    with served(authority.stamp) as (elsewhere, queries):
        moved_there = served(lambda _: b"", status=307, headers={"Location": elsewhere})
        with moved_there as (url, _), pytest.raises(OSError, match="307"):
            timestamping.ask(url, b"query")
    assert queries == []


class _Dripping(BaseHTTPRequestHandler):
    def do_POST(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n"
        self.wfile.write(head if self.path == "/head" else head + b"\r\n")
        try:
            while True:
                self.wfile.write(b"X-A: b\r\n" if self.path == "/head" else b"0")
                time.sleep(0.05)
        except OSError:
            self.close_connection = True

    def log_message(self, *_):
        """Quiet."""


@pytest.mark.parametrize("part", ["head", "body"])
def test_an_authority_that_drips_is_left(part, monkeypatch):
    monkeypatch.setattr(timestamping, "_SECONDS", 0.5)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Dripping) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(OSError, match="no whole answer within"):
            timestamping.ask(f"http://127.0.0.1:{server.server_port}/{part}", b"query")
        server.shutdown()
