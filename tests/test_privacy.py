"""What of a report may be shown: detectors, levels, counts, and a page that can be published."""

import copy
import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.personal_data import CLASSES, find, mask
from mimtest.privacy import DEFAULT, EXCERPT, FIELD, LEVELS, counted, redact
from mimtest.rendering import RENDERERS
from mimtest.rendering.shown import shown, whole_digest
from mimtest.rendering.words import load
from mimtest.report import load_report, require_report, seal, write_report
from tests.conftest import mimtest
from tests.rendering_samples import ALL, rich

PERSONAL = {
    "mail": "anna.schmidt+tram@post.example.org",
    "phone": "+49 30 5550100",
    "iban": "DE89 3704 0044 0532 0130 00",
    "plate": "M-AB 1234",
    "person": '"familyName": "Schmidt"',
}


def kinds(text):
    return [f.kind for f in find(text)]


@pytest.mark.parametrize(("text", "kind"), [
    *((text, kind) for kind, text in PERSONAL.items()),
    ("owner=anna%40post.example.org&x=1", "mail"),
    ('{"owner":"anna@post.example.org"}', "mail"),
    ("phone=%2B493055501001", "phone"),
    ("<a href='tel:030-5550100'>", "phone"),
    ('"telephone": "030 5550100"', "phone"),
    ('{"mobile_number":{"type":"Property","value":"0171 5550100"}}', "phone"),
    ("GB29NWBK60161331926819", "iban"),
    ('"vehiclePlateIdentifier": {"type": "Property", "value": "3456ABC"}', "plate"),
    ('"licensePlate":"AB-123-CD"', "plate"),
    ("anna@münchen.example", "mail"),
    ("0049 171 5550100", "phone"),
    ('"telephone": 49305550100', "phone"),
    ('"birthNumber":{"type":"Property","value":"850101/1234"}', "person"),
    ("SK3112000000198742637541", "iban"),
])  # fmt: skip
def test_what_has_the_form_of_personal_data_is_found(text, kind):
    assert kinds(text) == [kind]
    masked, found = mask(f"before {text} after")
    assert found == {kind: 1}
    assert f"\u2039{kind}\u203a" in masked
    assert kinds(masked) == []


@pytest.mark.parametrize("text", [
    "urn:ngsi-ld:Room:1",
    "2026-11-20T08:16:40+01:00",
    "2026-11-20T08:16:40.123456+0100",
    "application/ld+json",
    "[11.5754, 48.1374, +519.25]",
    "+48.5774+009.8282/",
    '"Datastreams(1)@iot.navigationLink":"x"',
    '"Datastream@iot.navigationLink":"x"',
    "GS CIM 009 5.6.1.4, RFC 8446, DE89 3704 0044 0532 0130 01",
    "CTX-ENT-04 SEC-AZ-12",
    "sha256:" + "1234567890" * 6,
    "https://broker.example/ngsi-ld/v1/entities?limit=1000",
    '"phone": "unknown"',
    '"mobile": "12 of 30"',
    '"name": "Old Town Hall"',
    "urn:ngsi-ld:Streetlight:exampleton:lamp-0012345678",
    "0012345678",
    "XX3112000000198742637541",
    "DE8937040044053201300",
    "@context",
])  # fmt: skip
def test_what_only_looks_like_it_is_left_alone(text):
    assert kinds(text) == []


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_and_nothing_overlaps(text):
    found = find(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    masked, _ = mask(text)
    again, _ = mask(masked)
    assert mask(again)[0] == again


@given(st.sampled_from(CLASSES), st.text(alphabet=" ,;\n<>{}", max_size=20))
def test_it_is_found_wherever_it_stands(kind, around):
    masked, found = mask(around + PERSONAL[kind] + around)
    assert found[kind] == 1
    assert PERSONAL[kind] not in masked


def leaky():
    """A report into whose every kept text a product has put personal data."""
    report = rich()
    said = " ".join(PERSONAL.values())
    for exchange in report["exchanges"]:
        exchange["request"]["url"] += "&owner=anna.schmidt%40post.example.org"
        for message in (exchange["request"], exchange["response"] or {"headers": []}):
            message["headers"].append(["Link", f"<mailto:{PERSONAL['mail']}>"])
            message["body"] = f'{{"said": "{said}"}}'
        if exchange["error"]:
            exchange["error"]["message"] = said
    for check in report["checks"]:
        check["expected"] = check["expected"] and said
        check["received"] = check["received"] and said
        check["looked"] = [f"1 of 9: {said}"]
        if check["reason"]:
            check["reason"]["message"] = said
    return seal(report)


@pytest.mark.parametrize("gap", range(len("anna.schmidt@post.example.org")))
def test_what_the_end_of_an_excerpt_cuts_in_two_is_not_shown(gap):
    """Where much was masked before, an excerpt has room left: for nothing that nobody looked at."""
    report = rich()
    many = "somebody.with.a.long.name@post.example.org " * 30
    body = many + "x" * (EXCERPT + 128 - len(many) - gap - 1) + " anna.schmidt@post.example.org"
    message = {**report["exchanges"][0]["request"], "body": body}
    report["exchanges"][0] |= {"request": message}
    report["checks"] = []
    assert "anna" not in redact(report)["exchanges"][0]["request"]["body"]


@pytest.mark.parametrize("level", ["excerpt", "ids"])
@pytest.mark.parametrize(
    "form", [f for f in RENDERERS if f not in ("json", "terminal")] + ["json", "terminal"]
)
def test_nothing_that_is_rendered_tells_who(level, form):
    text = RENDERERS[form](redact(leaky(), level))
    for one in (*PERSONAL.values(), "anna.schmidt", "Schmidt"):
        assert one not in text
        assert one.replace("@", "%40") not in text


@pytest.mark.parametrize("name", [n for n in ALL if n != "big"])
@pytest.mark.parametrize("level", LEVELS)
def test_a_redacted_report_is_a_report_with_the_same_verdicts(name, level):
    report = ALL[name]()
    before = copy.deepcopy(report)
    made = seal(redact(report, level))
    assert report == before
    require_report(made)
    for key in ("assessments", "gate", "findings", "declarations", "subject", "scope", "notices"):
        assert made.get(key) == report.get(key)
    assert [(c["id"], c["outcome"], c["exchanges"]) for c in made["checks"]] == [
        (c["id"], c["outcome"], c["exchanges"]) for c in report["checks"]
    ]
    assert [x["id"] for x in made["exchanges"]] == [x["id"] for x in report["exchanges"]]


def test_what_was_masked_is_counted_by_class_and_names_the_whole_report():
    report = leaky()
    note = redact(report)["extensions"][FIELD]
    assert (note["level"], note["of"]) == (DEFAULT, report["digest"]["sha256"])
    assert set(note["found"]) == set(CLASSES)
    assert all(note["found"].values())
    assert all(counted(report)["extensions"][FIELD]["found"].values())
    assert "of" not in counted(report)["extensions"][FIELD]


def test_redacting_again_takes_nothing_back():
    once = redact(leaky(), "excerpt")
    assert redact(once, "excerpt") == once
    assert redact(once, "none") == once
    bare = redact(once, "ids")
    assert redact(bare, "excerpt") == bare
    assert bare["extensions"][FIELD]["of"] == once["extensions"][FIELD]["of"]
    assert bare["extensions"][FIELD]["found"]["mail"] >= once["extensions"][FIELD]["found"]["mail"]


def test_an_excerpt_keeps_what_shows_a_failure_and_drops_what_nobody_needs():
    report = rich()
    failed = next(c for c in report["checks"] if c["outcome"] == "failed")["exchanges"][0]
    passed = next(c for c in report["checks"] if c["outcome"] == "passed")["exchanges"][0]
    by_id = {x["id"]: x for x in report["exchanges"]}
    by_id[failed]["response"]["body"] = "x" * (EXCERPT - 5) + PERSONAL["mail"] + "y" * 5000
    shown_as = {x["id"]: x for x in redact(seal(report))["exchanges"]}
    answer = shown_as[failed]["response"]
    assert len(answer["body"]) <= EXCERPT
    assert answer["truncated"]
    assert "anna" not in answer["body"]
    assert shown_as[passed]["response"]["body"] is None
    assert shown_as[passed]["response"]["headers"]


def test_at_ids_nothing_of_a_message_is_left_but_method_path_and_status():
    for exchange in redact(rich(), "ids")["exchanges"]:
        request, response = exchange["request"], exchange["response"]
        assert (request["headers"], request["body"]) == ([], None)
        assert "?" not in request["url"]
        assert response is None or (response["headers"], response["body"]) == ([], None)


def test_the_page_says_what_is_shown_whoever_wrote_the_note():
    words = load("en")
    assert shown(rich(), words) == [words("privacy.none")]
    said = " ".join(shown(redact(leaky()), words))
    assert "mail addresses: " in said
    for note in (7, [], {"level": "x"}, {"level": "ids", "found": 3, "of": {}}, {"of": "<b>"}):
        report = rich() | {"extensions": {FIELD: note}}
        assert shown(report, words)
        assert whole_digest(report) == ""
        assert RENDERERS["html"](report)


@pytest.fixture
def folder(tmp_path):
    write_report(leaky(), tmp_path / "report.json")
    return tmp_path


def test_a_page_is_publishable_unless_the_whole_is_asked_for(folder):
    page = mimtest("report", ".", "--as", "html", cwd=folder)
    assert PERSONAL["mail"] not in page.out
    assert load_report(folder / "report.json")["digest"]["sha256"] in page.out
    page = mimtest("report", ".", "--as", "html", "--redact", "none", cwd=folder)
    assert PERSONAL["mail"] in page.out
    assert load("en")("privacy.none") in page.out


def test_the_json_is_whole_unless_less_is_asked_for(folder):
    whole = mimtest("report", ".", "--as", "json", cwd=folder)
    assert json.loads(whole.out) == load_report(folder / "report.json")
    ended = mimtest("report", ".", "--as", "json", "--redact", "ids", "-o", "less.json", cwd=folder)
    assert ended.code == 0, ended.err
    less = load_report(folder / "less.json")
    assert less["digest"] != json.loads(whole.out)["digest"]
    page = mimtest("report", "less.json", "--as", "summary", cwd=folder)
    assert json.loads(whole.out)["digest"]["sha256"] in page.out
    assert less["digest"]["sha256"] in page.out


def test_a_site_is_publishable_as_a_whole(folder):
    ended = mimtest("site", "report.json", "-o", "site", cwd=folder)
    assert ended.code == 0, ended.err
    text = "".join(p.read_text(encoding="utf-8") for p in (folder / "site").rglob("*.*"))
    assert not re.search("|".join(map(re.escape, PERSONAL.values())), text)
    (kept,) = (folder / "site").rglob("report.json")
    require_report(load_report(kept))
