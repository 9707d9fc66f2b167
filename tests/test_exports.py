"""The forms for other tools: valid by their rules, all with the report's own counts, nothing of a product obeyed."""

import json
import os
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld

from mimtest.rendering import RENDERERS
from mimtest.rendering.catalogues import forbidden
from mimtest.rendering.foreign import FORMS, losses
from mimtest.rendering.github import message_value, property_value
from mimtest.rendering.places import Places
from mimtest.rendering.sarif import escaped
from mimtest.rendering.words import FAMILIES
from tests.conftest import mimtest
from tests.rendering_samples import (
    ALL,
    ATTACK,
    REASONS,
    _check,
    _exchange,
    _requirement,
    big,
    clean,
    edition,
    empty,
    finish,
    hostile,
    rich,
)

#: A folder with the originals (gitb_tr.xsd, gitb_core.xsd, ctrf.schema.json, sarif.json), which are not ours to ship.
FORMATS = Path(os.environ.get("MIMTEST_FORMATS") or Path(__file__).parent / "formats")
XSD = xmlschema.XMLSchema(str(FORMATS / "gitb_tr.xsd"))
TR = "{http://www.gitb.com/tr/v1/}"
TAG = "{http://www.gitb.com/core/v1/}tag"
COUNTED = sorted(set(FORMS) - {"badge", "shields", "github"})
TARGET = '# ours\n[product]\nname = "x"\n[interfaces.context]\n\n  [interfaces."map"] # second\n'
EARL = "http://www.w3.org/ns/earl#"


def schema(name):
    path = FORMATS / f"{name}.schema.json"
    path = path if path.is_file() else FORMATS / f"{name}.json"
    rules = json.loads(path.read_text(encoding="utf-8"))
    judge = jsonschema.validators.validator_for(rules)
    return judge(rules, format_checker=judge.FORMAT_CHECKER)


JSON_SCHEMAS = {name: schema(name) for name in ("ctrf", "sarif")}


@st.composite
def reports(draw):
    """Any mixture of outcomes and verdicts, with any texts, in one or two editions."""
    words = st.text(max_size=12) | st.sampled_from([ATTACK, "a: b, c % ::warning::x", "{0} [a](b)"])
    checks = [
        _check((f"CTX-A-{draw(st.integers(1, 9)):02}", draw(st.sampled_from(["context", "places"])), strength, "safe", draw(words), outcome, draw(words) or "t"), n)
        | {"reason": {"code": REASONS[outcome][0], "message": draw(words)} if outcome in REASONS else None, "interface": draw(st.none() | st.sampled_from(["context", "map", ATTACK]))}
        for n, (outcome, strength) in enumerate(draw(st.lists(st.tuples(st.sampled_from(FAMILIES["outcome"]), st.sampled_from(["must", "should", "may"])), max_size=12)), 1)
    ]  # fmt: skip
    ids = [c["id"] for c in checks]
    judged = []
    for name in draw(st.sampled_from([["9.0"], ["9.0", "2024"]])):
        rows = [
            _requirement((draw(st.sampled_from(["MIM0", "MIM1"])), f"R{n}.1", draw(st.sampled_from(["SHALL", "SHOULD"])), draw(st.booleans()), verdict, draw(words) or "s", draw(st.lists(st.sampled_from(ids), max_size=2)) if ids else []), name)
            for n, verdict in enumerate(draw(st.lists(st.sampled_from(FAMILIES["verdict"]), max_size=9)), 1)
        ]  # fmt: skip
        judged.append(edition(name, f"MIMs Plus {name}", ["MIM0", "MIM1"], rows))
    return finish(checks, [_exchange(1, None)], judged)


def truth(report):
    """The report's own counts: outcomes of checks, verdicts of requirements."""
    return (
        Counter(c["outcome"] for c in report["checks"]),
        Counter(r["verdict"] for a in report["assessments"] for r in a["requirements"]),
    )


def of_ctrf(text):
    results = json.loads(text)["results"]
    for status in ("passed", "failed", "skipped", "pending", "other"):
        assert results["summary"][status] == sum(t["status"] == status for t in results["tests"])
    assert results["summary"]["tests"] == len(results["tests"])
    return (
        Counter(t["rawStatus"] for t in results["tests"]),
        Counter(v["verdict"] for v in results["extra"]["verdicts"]),
    )


def of_sarif(text):
    (run,) = json.loads(text)["runs"]
    told = [*run["results"], *run["invocations"][0]["toolExecutionNotifications"]]
    taxa = [t for taxonomy in run["taxonomies"] for t in taxonomy["taxa"]]
    return (
        Counter(r["properties"]["outcome"] for r in told),
        Counter(t["properties"]["verdict"] for t in taxa),
    )


def of_earl(text):
    results = [n["earl:result"] for n in json.loads(text)["@graph"] if "earl:result" in n]
    return tuple(
        Counter(r[f"mimtest:{k}"] for r in results if f"mimtest:{k}" in r)
        for k in ("outcome", "verdict")
    )


def of_gitb(text):
    found = {True: Counter(), False: Counter()}
    for statement in ET.fromstring(text).iter(f"{TR}statement"):
        cases = list(statement.find(f"{TR}testOverview").iter(f"{TR}testCase"))
        found[statement.get("id") == "checks"].update(c.find(f".//{TAG}").text for c in cases)
        tally = [int(e.text) for e in statement.find(f"{TR}summary")[1:]]
        assert sum(tally) == len(cases)
        refs = {c.get("ref") for c in cases}
        assert refs == {c.get("id") for c in statement.iter(f"{TR}testCase") if c.get("id")}
    return found[True], found[False]


def of_in_toto(text):
    predicate = json.loads(text)["predicate"]
    told = predicate["mimtest_summary"]
    counts = Counter(told["checks"])
    assert len(predicate["passedTests"]) == counts["passed"]
    assert len(predicate["failedTests"]) + len(predicate["warnedTests"]) == counts["failed"]
    names = [*predicate["passedTests"], *predicate["failedTests"], *predicate["warnedTests"]]
    assert len(set(names)) == len(names)
    return +counts, +Counter(told["requirements"])


READ = {"ctrf": of_ctrf, "sarif": of_sarif, "earl": of_earl, "gitb": of_gitb, "in-toto": of_in_toto}


def require_valid(form, text):
    """By the rules of the form itself."""
    if form in JSON_SCHEMAS:
        JSON_SCHEMAS[form].validate(json.loads(text))
    elif form == "gitb":
        XSD.validate(text)
    elif form == "earl":
        require_earl(text)
    elif form == "in-toto":
        require_statement(json.loads(text))


def no_network(url, options):
    raise AssertionError(url)


def require_earl(text):
    """After expansion every assertion has what EARL asks for, and leads to nodes of the right class."""
    nodes = jsonld.expand(json.loads(text), {"documentLoader": no_network})
    kinds = {n["@id"]: set(n["@type"]) for n in nodes}
    wanted = {
        "assertedBy": {"Assertor"},
        "subject": {"TestSubject"},
        "test": {"TestCase", "TestRequirement"},
    }
    for node in nodes:
        if f"{EARL}Assertion" not in node["@type"]:
            continue
        for name, classes in wanted.items():
            (leads,) = node[EARL + name]
            assert kinds[leads["@id"]] & {EARL + c for c in classes}
        (result,) = node[f"{EARL}result"]
        outcome = result[f"{EARL}outcome"][0]["@id"].removeprefix(EARL)
        assert outcome in {"passed", "failed", "cantTell", "inapplicable", "untested"}
        assert result["@type"] == [f"{EARL}TestResult"]
        assert node[f"{EARL}mode"] == [{"@id": f"{EARL}automatic"}]


def require_statement(statement):
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    predicate = statement["predicate"]
    assert predicate["result"] in {"PASSED", "WARNED", "FAILED"}
    for resource in (*statement["subject"], *predicate["configuration"]):
        assert re.fullmatch(r"[0-9a-f]{64}", resource["digest"]["sha256"])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(report=reports())
def test_every_form_is_valid_and_counts_as_the_report_does(report):
    expected = truth(report)
    for form in COUNTED:
        text = RENDERERS[form](report)
        require_valid(form, text)
        assert READ[form](text) == expected, form


@pytest.mark.parametrize("form", COUNTED)
@pytest.mark.parametrize("name", ALL)
def test_the_samples_too_and_no_form_promises_anything(name, form):
    report = ALL[name]()
    text = RENDERERS[form](report)
    require_valid(form, text)
    assert READ[form](text) == truth(report)
    if name == "rich":
        assert {*READ[form](text)[0]} == {*FAMILIES["outcome"]}
        assert {*READ[form](text)[1]} == {*FAMILIES["verdict"]}
        assert forbidden(text) == []


@pytest.mark.parametrize("form", FORMS)
def test_every_form_carries_whose_test_it_was_and_that_it_proves_nothing(form):
    text = RENDERERS[form](rich())
    assert re.search("self-test|own test", text)
    if form not in ("badge", "shields"):
        assert "It is not a certificate." in text
    if form in COUNTED:
        assert rich()["digest"]["sha256"] in text


@pytest.mark.parametrize("form", FORMS)
def test_nothing_hostile_reaches_a_reader(form):
    text = RENDERERS[form](hostile())
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\u200b\ud800-\udfff]", text)
    body = re.sub(r"(?m)^::(error|warning|notice) ", "", text) if form == "github" else text
    assert not re.search(r"::error|##\[|(?m:^::)", body)
    assert "<script" not in text or form not in ("gitb", "badge")


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_what_shows_nothing_is_never_a_pass(word):
    report = rich() | {"language": "en"}
    for check in report["checks"]:
        check |= {"outcome": "inconclusive", "reason": {"code": "no_data", "message": word}}
    assert {t["status"] for t in json.loads(RENDERERS["ctrf"](report))["results"]["tests"]} == {"other"}  # fmt: skip
    assert json.loads(RENDERERS["in-toto"](report))["predicate"]["passedTests"] == []


@pytest.mark.parametrize(
    ("sample", "result"), [(rich, "FAILED"), (empty, "FAILED"), (clean, "PASSED")]
)
def test_in_toto_passes_only_what_is_met(sample, result):
    assert json.loads(RENDERERS["in-toto"](sample()))["predicate"]["result"] == result


def test_in_toto_goes_by_verdicts_and_by_a_gate_that_passes():
    for change, sample in (({"result": "pass", "exitCode": 0}, rich), ({"result": "error", "exitCode": 4}, clean)):  # fmt: skip
        report = sample()
        report["gate"] |= change
        assert json.loads(RENDERERS["in-toto"](report))["predicate"]["result"] == "FAILED"


def test_in_toto_warns_of_what_failed_beside_the_required():
    report = clean()
    failed = next(c for c in rich()["checks"] if c["id"] == "MOD-EXT-01")
    statement = json.loads(RENDERERS["in-toto"](report | {"checks": [*report["checks"], failed]}))
    assert statement["predicate"]["result"] == "WARNED"
    assert statement["predicate"]["warnedTests"] == ["MOD-EXT-01 [context]"]


# -- what is lost


@pytest.mark.parametrize("form", FORMS)
def test_what_is_lost_is_said(form):
    said = losses(rich(), form)
    assert said
    assert all(s and "{" not in s for s in said)
    assert losses(rich(), "json") == []


def test_words_that_stand_for_several_codes_are_told_with_their_numbers():
    assert "'UNDEFINED' stands for: inconclusive 2, equivalence_claimed 1, declared_only 1, not_tested 3, not_applicable 1" in losses(rich(), "gitb")  # fmt: skip
    assert not [s for s in losses(clean(), "gitb") if "UNDEFINED" in s]


# -- places


def test_places_are_the_lines_of_the_target_file():
    places = Places.of("a b/mimtest.toml", TARGET)
    assert places.lines == {"context": 4, "map": 6}
    (run,) = json.loads(RENDERERS["sarif"](rich(), places=places))["runs"]
    found = {
        r["ruleId"]: r["locations"][0]["physicalLocation"] for r in run["results"] if r["locations"]
    }
    assert found["PLA-FEA-01"]["region"] == {"startLine": 6}
    assert found["CTX-ENT-03"] == {
        "artifactLocation": {"uri": "a%20b/mimtest.toml"},
        "region": {"startLine": 4},
    }
    assert Places.of("x", "").line("context") == 1
    assert "locations" not in RENDERERS["sarif"](rich())


def test_sarif_messages_hold_no_link_and_no_placeholder():
    assert escaped("[a](b) {0} \\") == "\\[a\\](b) {{0}} \\\\"


# -- annotations


@settings(max_examples=300)
@given(st.text() | st.sampled_from([ATTACK, "%0A::error::x", "a:b,c%"]))
def test_no_text_leaves_its_place_in_a_command(text):
    value, message = property_value(text), message_value(text)
    assert not set(value) & set(":,\r\n")
    assert not set(message) & set("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
    for written in (value, message):
        assert re.fullmatch(r"(?s)(?:[^%]|%25|%3A|%2C|%0A|%0D)*", written)
        assert "##[" not in written
    assert len(f"::error title={value}::{message}".splitlines()) == 1


def test_annotations_are_of_the_target_file_and_end_with_the_gate():
    places = Places.of("mimtest.toml", TARGET)
    rows = RENDERERS["github"](rich(), places=places).splitlines()
    assert rows[0].startswith("::error title=CTX-ENT-03,file=mimtest.toml,line=4::An identifier")
    assert [r for r in rows if r.startswith("::warning title=MOD-EXT-01")]
    assert rows[-1].startswith("::notice title=")
    assert "1 of 14 required items is not met." in rows[-1]


def test_more_than_a_step_shows_is_told_by_number():
    report = big(checks=340, exchanges=10)
    rows = RENDERERS["github"](report).splitlines()
    errors = [r for r in rows if r.startswith("::error ")]
    assert len(errors) == 10
    assert errors[-1] == "::error title=mimtest::More of these, only in the report: 11."
    assert len([r for r in rows if r.startswith("::warning ")]) <= 10


# -- badge


def test_the_badge_says_whose_test_the_counts_and_the_month():
    text = RENDERERS["badge"](rich())
    root = ET.fromstring(text)
    name = "MIMs 9.0, 2024 self-test: required 14: met 8, not met 1, open 5 (2026-11)"
    assert root.get("aria-label") == name
    assert root.get("role") == "img"
    assert [e.text for e in root if e.tag.endswith("title")] == [name]
    assert not re.search(r"<script|href|on\w+=|<style|url\(", RENDERERS["badge"](hostile()))
    data = json.loads(RENDERERS["shields"](rich()))
    assert (data["schemaVersion"], f"{data['label']}: {data['message']}") == (1, name)
    assert set(data) == {"schemaVersion", "label", "message", "color", "isError", "cacheSeconds"}


@pytest.mark.parametrize("party", ["first", "second", "third", "unknown"])
def test_the_badge_of_another_tester_says_so_and_no_colour_alone_tells(party):
    report = clean()
    report["assessment"] |= {"party": party}
    data = json.loads(RENDERERS["shields"](report))
    assert ("self-test" in data["label"]) == (party == "first")
    assert re.search(r"met \d+, not met 0, open 0", data["message"])
    assert forbidden(f"{data['label']} {data['message']}") == []


# -- the command


@pytest.fixture
def written(tmp_path):
    (tmp_path / "report.json").write_text(RENDERERS["json"](rich()))
    (tmp_path / "t.toml").write_text(TARGET)
    return tmp_path


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_command_writes_the_form_and_says_what_is_lost(written, form):
    ended = mimtest("report", "report.json", "--as", form, "-o", "out", cwd=written)
    assert ended.code == 0, ended.err
    assert (written / "out").read_text() == RENDERERS[form](rich())
    lost = ended.err.splitlines()
    assert lost == [f"mimtest: {form}: {s}" for s in losses(rich(), form)]


def test_the_command_points_at_the_target_file(written):
    ended = mimtest("report", "report.json", "--as", "github", "--target", "t.toml", cwd=written)
    assert "file=t.toml,line=4" in ended.out
    for form, name, said in (("ctrf", "t.toml", "points at no lines"), ("sarif", "no.toml", "cannot be read")):  # fmt: skip
        refused = mimtest("report", "report.json", "--as", form, "--target", name, cwd=written)
        assert refused.code == 2
        assert said in refused.err
        assert len(refused.err.splitlines()) == 1
