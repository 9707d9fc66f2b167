"""Signing and verifying on small made reports: whatever is changed is found, and nothing harms the reader."""

import base64
import copy
import json
import os
import stat
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from mimtest import __version__
from mimtest.catalogue import digest
from mimtest.errors import UsageError
from mimtest.rendering.words import load
from mimtest.report import canonical, load_report, seal, write_report
from mimtest.strictjson import loads
from mimtest.verdict import RULES
from mimtest.verification import package as packages
from mimtest.verification.clocks import other_clocks
from mimtest.verification.envelope import Envelope, EnvelopeError, read_envelope
from mimtest.verification.keys import key_id, load_private, load_public, make_keys
from mimtest.verification.package import Package, PackageError, bundle, read_package
from mimtest.verification.signing import sign
from mimtest.verification.steps import STEPS, Asked, State, verify
from tests.rendering_samples import empty, rich

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()
ASKED = Asked(keys=(PUBLIC,))
#: What needs no catalogue: the others cannot be taken on a report that was made up.
SEALING = ("package", "form", "digest", "signature")

# RFC 8785 takes numbers for doubles and texts for Unicode: reports hold neither others nor floats.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xD7FF))
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
)


@given(JSON)
def test_the_canonical_form_is_that_of_rfc_8785(value):
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("make", [empty, rich])
def test_a_report_has_the_form_of_rfc_8785(make):
    report = json.loads(json.dumps(make()).replace("\\ud800", "?"))
    assert canonical(report) == rfc8785.dumps(report)


def small():
    """A report with little in it, so that each of its bytes can be changed."""
    report = copy.deepcopy(empty())
    report["assessments"] = report["declarations"] = []
    return seal(report)


@pytest.fixture
def folder(tmp_path):
    """A report with two pages, signed."""
    place = tmp_path / "out"
    place.mkdir()
    write_report(small(), place / "report.json")
    (place / "report.html").write_text("<p>page</p>", encoding="utf-8")
    (place / "note.txt").write_text("more", encoding="utf-8")
    sign(place, KEY, attached=[place / "note.txt"], bundle_at=tmp_path / "b.zip")
    return place


def states(path, asked=ASKED):
    return {s.name: s.state for s in verify(path, asked).steps}


def is_found(path):
    found = states(path)
    assert set(found) == set(STEPS)
    return State.WRONG in [found[name] for name in SEALING]


@pytest.mark.parametrize("name", ["out", "out/report.json", "b.zip"])
def test_what_was_signed_holds_as_a_folder_a_file_and_a_bundle(folder, name):
    found = states(folder.parent / name)
    assert [found[n] for n in (*SEALING, "attachments")] == [State.HOLDS] * 5


def test_flipping_any_byte_of_any_member_is_found(folder, tmp_path):
    members = dict(read_package(folder).members) | {
        packages.SIGNATURE: (folder / packages.SIGNATURE).read_bytes()
    }
    assert set(members) == {"report.json", "report.html", "note.txt", "report.intoto.json"}
    for name, content in members.items():
        place = folder / name
        for at in range(len(content)):
            # A blank becomes a break, which is the same to JSON; other bytes their neighbour.
            flipped = content[at] ^ (0x2A if content[at] == 0x20 else 0x01)
            place.write_bytes(content[:at] + bytes([flipped]) + content[at + 1 :])
            assert is_found(folder), (name, at)
        place.write_bytes(content)
    assert not is_found(folder)


def test_flipping_any_byte_of_a_bundle_is_found_or_changes_nothing_that_is_read(folder, tmp_path):
    content = (tmp_path / "b.zip").read_bytes()
    whole = read_package(tmp_path / "b.zip")
    flipped = tmp_path / "flipped.zip"
    for at in range(len(content)):
        flipped.write_bytes(content[:at] + bytes([content[at] ^ 0x01]) + content[at + 1 :])
        assert is_found(flipped) or read_package(flipped) == whole, at


@pytest.mark.parametrize("change", [
    lambda b: b + b, lambda b: b[:4] + b, lambda b: b + b"behind", lambda b: b[:-2] + b"\x03\x00abc",
])  # fmt: skip
def test_a_bundle_that_two_programs_unpack_to_two_things_is_not_opened(change, folder, tmp_path):
    content = (tmp_path / "b.zip").read_bytes()
    (tmp_path / "c.zip").write_bytes(change(content))
    assert states(tmp_path / "c.zip")["package"] is State.WRONG


def test_a_bundle_that_another_program_packed_is_opened(folder, tmp_path):
    whole = read_package(tmp_path / "b.zip")
    files = dict(whole.members) | {packages.SIGNATURE: whole.envelope}
    path = zipped(tmp_path / "c.zip", *files.items(), compression=zipfile.ZIP_STORED)
    assert read_package(path) == whole


def test_a_page_that_was_put_beside_the_report_later_is_found(folder):
    (folder / "junit.xml").write_text("<testsuites/>", encoding="utf-8")
    step = next(s for s in verify(folder, ASKED).steps if s.name == "signature")
    assert "junit.xml: is there, but was not signed" in step.notes


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "report.json")
    assert states(tmp_path)["package"] is State.WRONG
    assert states(tmp_path / "report.json")["package"] is State.WRONG


@pytest.mark.parametrize("change", [
    lambda p: p.replace(b'{"_type"', b'{"_type":"x","_type"', 1),
    lambda p: p.replace(b'"digest":{', b'"digest":{"sha512":"00",', 1),
    lambda p: p + b" ",
])  # fmt: skip
def test_a_statement_has_one_form_only_even_when_its_signer_wrote_it(change, folder):
    payload = read_envelope((folder / packages.SIGNATURE).read_bytes()).payload
    assert change(payload) != payload
    (folder / packages.SIGNATURE).write_bytes(Envelope(change(payload)).sign(KEY).as_bytes())
    assert states(folder)["signature"] is State.WRONG


def test_other_payloads_and_other_keys_under_our_name_do_not_count(folder):
    place = folder / packages.SIGNATURE
    data = json.loads(place.read_bytes())
    other = Ed25519PrivateKey.generate()
    signed = base64.b64encode(other.sign(read_envelope(place.read_bytes()).signed)).decode()
    first = data["signatures"][0]
    for changed in (
        data | {"payloadType": "application/json"},
        data | {"signatures": []},
        data | {"signatures": [first | {"sig": signed}]},
        data | {"signatures": [first | {"keyid": key_id(other.public_key())}]},
        data | {"signatures": [first, first | {"extra": 1}]},
    ):
        place.write_bytes(canonical(changed))
        assert states(folder)["signature"] is State.WRONG
    place.write_bytes(canonical(data | {"signatures": [first | {"sig": signed}, first]}))
    assert states(folder)["signature"] is State.HOLDS


def test_members_taken_away_added_or_exchanged_are_found(folder, tmp_path):
    whole = read_package(tmp_path / "b.zip")
    there = dict(whole.members)
    for changed in (
        {n: c for n, c in there.items() if n != "note.txt"},
        there | {"extra.txt": b"x"},
        there | {"note.txt": there["report.html"], "report.html": there["note.txt"]},
    ):
        (tmp_path / "c.zip").write_bytes(bundle(Package(changed, whole.envelope)))
        assert is_found(tmp_path / "c.zip")
    (tmp_path / "c.zip").write_bytes(bundle(Package(there)))
    assert states(tmp_path / "c.zip")["signature"] is State.WRONG
    assert states(tmp_path / "c.zip", Asked())["signature"] is State.UNASKED


def test_a_report_that_was_changed_and_sealed_again_is_no_longer_the_signed_one(folder):
    forged = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    forged["subject"]["version"] = "9.9"
    write_report(seal(forged), folder / "report.json")
    found = states(folder)
    assert found["digest"] is State.HOLDS
    assert found["signature"] is State.WRONG


def test_a_signature_counts_only_for_a_key_that_was_given(folder):
    other = Ed25519PrivateKey.generate()
    assert states(folder, Asked())["signature"] is State.UNASKED
    assert states(folder, Asked((other.public_key(),)))["signature"] is State.WRONG
    sign(folder, other, attached=[folder / "note.txt"])
    assert states(folder, Asked((PUBLIC, other.public_key())))["signature"] is State.HOLDS
    step = next(s for s in verify(folder, ASKED).steps if s.name == "signature")
    assert any(key_id(other.public_key()) in n and "not looked at" in n for n in step.notes)


def test_signing_twice_is_signing_once_and_something_else_is_not_signed_over(folder):
    before = (folder / "report.intoto.json").read_bytes()
    sign(folder, KEY, attached=[folder / "note.txt"])
    assert (folder / "report.intoto.json").read_bytes() == before
    with pytest.raises(UsageError, match="about other files"):
        sign(folder, KEY)


def test_what_is_attached_stands_beside_the_report_under_a_plain_name(folder, tmp_path):
    for name, content in (("away.txt", "x"), ("out/a b.txt", "x")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        with pytest.raises(UsageError, match="--attach"):
            sign(folder, KEY, attached=[tmp_path / name])
    with pytest.raises(UsageError, match="signed already"):
        sign(folder, KEY, attached=[folder / "report.html"])
    with pytest.raises(UsageError, match="cannot be read"):
        sign(folder, KEY, attached=[folder / "not-there.txt"])


def test_the_envelope_is_what_others_verify(folder):
    data = json.loads((folder / "report.intoto.json").read_bytes())
    payload = base64.b64decode(data["payload"])
    kind = data["payloadType"]
    signed = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    PUBLIC.verify(base64.b64decode(data["signatures"][0]["sig"]), signed)
    statement = json.loads(payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert {s["name"] for s in statement["subject"]} == {"report.json", "report.html", "note.txt"}
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert statement["predicate"]["canonicalSha256"] == report["digest"]["sha256"]


@given(st.binary(max_size=300))
def test_any_payload_is_signed_and_read_back(payload):
    made = Envelope(payload).sign(KEY)
    assert read_envelope(made.as_bytes()) == made
    assert made.is_signed_by(PUBLIC)


@given(st.binary(max_size=200) | JSON.map(canonical))
def test_what_is_no_envelope_is_said_to_be_none(content):
    with pytest.raises(EnvelopeError):
        read_envelope(content)


def zipped(path, *entries, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [
    ("../report.json",), ("/etc/report.json",), ("a/report.json",), ("C:report.json",), ("..",),
    ("report.json", "report.json"), ("report.json", "REPORT.JSON"), ("other.json",), (),
    tuple(f"{n}.txt" for n in range(65)),
])  # fmt: skip
def test_a_zip_file_with_other_than_plain_names_is_not_opened(names, tmp_path):
    path = zipped(tmp_path / "b.zip", *((n, b"{}") for n in names))
    if not names:
        path.write_bytes(b"PK\x05\x06nothing more")
    assert states(path)["package"] is State.WRONG
    assert set(states(path).values()) == {State.WRONG, State.OPEN}


def test_a_zip_file_that_is_too_large_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "MAX_ALL", 1000)
    path = zipped(
        tmp_path / "b.zip", ("report.json", b"0" * 5000), compression=zipfile.ZIP_DEFLATED
    )
    with pytest.raises(PackageError, match="more than 1000 bytes"):
        read_package(path)
    monkeypatch.setattr(packages, "MAX_BYTES", 100)
    (tmp_path / "report.json").write_bytes(b" " * 101)
    assert states(tmp_path)["package"] is State.WRONG


def test_nothing_there_is_a_mistake_of_the_user(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        verify(tmp_path / "nothing.zip", ASKED)


@pytest.mark.parametrize("text", [
    "", "[]", "nothing", '{"a": 1, "a": 2}', '{"a": 1.0}', '{"a": NaN}', "[" * 100_000, "\ufeff{}",
    '{"a": -0}', '{"a": 1e400}', '{"a": 9007199254740992}', '{"a": ' + "9" * 5000 + "}", '{"a": -Infinity}',
])  # fmt: skip
def test_json_that_is_no_report_stops_the_steps(text, tmp_path):
    (tmp_path / "report.json").write_text(text, encoding="utf-8")
    found = states(tmp_path)
    assert found.pop("package") is State.HOLDS
    assert found.pop("form") is State.WRONG
    assert set(found.values()) == {State.OPEN}


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '{"a": 1.0}', '{"a": 9007199254740992}'])
def test_no_command_reads_what_two_readers_take_for_two_things(text, tmp_path):
    (tmp_path / "report.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"a member is there twice|is not a whole|is larger"):
        load_report(tmp_path / "report.json")


@given(st.recursive(JSON, lambda inner: st.lists(inner, max_size=2)))
def test_whatever_has_one_reading_is_read_as_it_is(value):
    assert loads(canonical(value)) == value


def test_a_report_that_is_nested_without_end_is_no_report(tmp_path):
    report = small()
    deep = "[" * 5000 + "]" * 5000
    text = json.dumps(report | {"extensions": {"org.example.x": "HERE"}}).replace('"HERE"', deep)
    (tmp_path / "report.json").write_text(text, encoding="utf-8")
    assert states(tmp_path)["form"] is State.WRONG


def dated(text, **fields):
    """A report with an answer of that date, half an hour after noon; the run was at noon."""
    report = copy.deepcopy(rich())
    host = report["subject"]["interfaces"][0]["url"]
    report["exchanges"] = report["exchanges"][:1]
    report["exchanges"][0]["request"]["url"] = host
    report["exchanges"][0]["response"]["headers"] = [["Date", text], *fields.items()]
    return report


@pytest.mark.parametrize(("text", "fields", "found"), [
    ("Sun, 22 Nov 2026 12:00:30 GMT", {}, 0),
    ("Sun, 22 Nov 2026 11:00:30 GMT", {}, 1),
    ("Sun, 22 Nov 2026 11:00:30 GMT", {"Age": "3600"}, 0),
    ("Sun, 22 Nov 2026 11:00:30 -0100", {}, 0),
    ("yesterday", {}, 0),
    ("Sun, 22 Nov 99999 11:00:30 GMT", {}, 0),
])  # fmt: skip
def test_a_product_whose_clock_says_otherwise_is_told(text, fields, found):
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert len(other_clocks(dated(text, **fields), noon, noon + timedelta(minutes=1))) == found


def test_dates_that_cannot_be_are_found(tmp_path):
    for change in (
        lambda r: r["assessment"].update(startedAt="2999-01-01T00:00:00Z"),
        lambda r: r.update(issuedAt=f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"),
        lambda r: r["assessment"].update(endedAt="2026-02-31T00:00:00Z"),
    ):
        report = copy.deepcopy(empty())
        change(report)
        write_report(seal(report), tmp_path / "report.json")
        assert states(tmp_path)["dates"] is State.WRONG


def places(value, path=()):
    """The path of everything in a report but its whole."""
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def as_ours(report):
    """The report as this mimtest would have written it, so that it is judged again."""
    tool = {"version": __version__, "rules": RULES, "catalogue": {e: digest(e) for e in ("9.0",)}}
    return report | {"tool": report["tool"] | tool}


@settings(max_examples=150)
@given(st.data())
def test_whatever_a_report_holds_no_step_breaks(tmp_path_factory, data):
    report = as_ours(copy.deepcopy(rich()))
    *path, last = data.draw(st.sampled_from(sorted(places(report), key=str)))
    inside = report
    for key in path:
        inside = inside[key]
    others = (report["reportId"], "9.0", 10**30, -1, None, [], {}, "2026-02-31T00:00:00Z")
    inside[last] = data.draw(st.sampled_from(others) | JSON)
    folder = tmp_path_factory.mktemp("any", numbered=True)
    try:
        write_report(seal(report), folder / "report.json")
    except (LookupError, TypeError):  # it has no checks or no exchanges to count
        write_report(report, folder / "report.json")
    assert set(states(folder)) == set(STEPS)


def test_keys_are_their_owners_alone_and_never_overwritten(tmp_path):
    private, public = tmp_path / "k.pem", tmp_path / "k.pub.pem"
    name = make_keys(private, public)
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert key_id(load_private(private).public_key()) == name == key_id(load_public(public))
    before = private.read_bytes(), public.read_bytes()
    for a, b in ((private, tmp_path / "n.pem"), (tmp_path / "m.pem", public)):
        with pytest.raises(UsageError, match="never overwritten"):
            make_keys(a, b)
    assert (private.read_bytes(), public.read_bytes()) == before
    assert {p.name for p in tmp_path.iterdir()} == {"k.pem", "k.pub.pem"}


def test_a_dangling_link_is_not_written_through(tmp_path):
    (tmp_path / "k.pem").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="never overwritten"):
        make_keys(tmp_path / "k.pem", tmp_path / "k.pub.pem")
    assert not (tmp_path / "elsewhere").exists()


def test_a_key_may_have_a_passphrase(tmp_path):
    private, public = tmp_path / "k.pem", tmp_path / "k.pub.pem"
    name = make_keys(private, public, "correct horse")
    assert key_id(load_private(private, "correct horse").public_key()) == name
    for wrong in (None, "battery"):
        with pytest.raises(UsageError) as told:
            load_private(private, wrong)
        assert "battery" not in str(told.value)
        assert "horse" not in str(told.value)


def test_what_is_no_key_is_said_without_repeating_it(tmp_path):
    private, public = tmp_path / "k.pem", tmp_path / "k.pub.pem"
    make_keys(private, public)
    (tmp_path / "text").write_text("the secret text", encoding="utf-8")
    for read, path in (
        (load_private, public), (load_public, private), (load_private, tmp_path / "text"),
        (load_public, tmp_path / "text"), (load_public, tmp_path / "nothing"), (load_public, tmp_path),
    ):  # fmt: skip
        with pytest.raises(UsageError) as told:
            read(path)
        assert "secret" not in str(told.value)
        assert "BEGIN" not in str(told.value)


def test_every_step_has_its_words():
    words = load("en")
    for step in (*STEPS, "replay"):
        assert words(f"verify.{step}.shows").startswith("Shows: ")
        assert words(f"verify.{step}.not").startswith("Does not show: ")
