"""JUnit, CSV, Markdown, JSON and the terminal: the same facts, and nothing of a product is obeyed."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from mimtest.rendering import RENDERERS
from mimtest.rendering.csv import safe
from mimtest.rendering.markdown import code, said
from mimtest.rendering.terminal import lines
from mimtest.rendering.words import FAMILIES, load
from tests.rendering_samples import ALL, ATTACK, FORMULA, big, empty, hostile, rich

WORDS = load("en")


def junit(report):
    return ET.fromstring(RENDERERS["junit"](report))


def property_of(case, name):
    found = case.find(f"properties/property[@name='mimtest.{name}']")
    return None if found is None else found.get("value")


def table(report):
    return list(csv.DictReader(io.StringIO(RENDERERS["csv"](report), newline="")))


# -- JUnit


@pytest.mark.parametrize("name", ALL)
def test_junit_has_a_case_per_check_with_its_outcome(name):
    report = ALL[name]()
    cases = junit(report).findall("testsuite/testcase")
    seen = Counter(property_of(c, "outcome") for c in cases) - Counter([None])
    assert seen == Counter(c["outcome"] for c in report["checks"])
    names = [(c.get("classname"), c.get("name")) for c in cases]
    assert len(names) == len(set(names))


ELEMENTS = {
    "passed": set(), "failed": {"failure"}, "inconclusive": {"error"}, "not_run": {"error"},
    "error": {"error"}, "not_applicable": {"skipped"},
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_junit_never_writes_what_is_open_as_a_pass_or_a_skip(name):
    for case in junit(ALL[name]()).findall("testsuite/testcase"):
        outcome = property_of(case, "outcome")
        found = {e.tag for e in case} - {"properties"}
        advice = outcome == "failed" and property_of(case, "strength") != "must"
        assert found == ({"skipped"} if advice else ELEMENTS[outcome or "error"])
        for element in case:
            if element.tag != "properties":
                assert element.get("message", "").strip()
                assert (element.text or "").strip()


def test_junit_failure_without_words_is_still_a_failure():
    report = rich()
    bare = next(c for c in report["checks"] if c["outcome"] == "failed")
    bare |= {"reason": None, "expected": None, "received": None, "title": "", "clause": ""}
    assert junit(report).get("failures") == "1"


def test_junit_a_recommendation_is_a_failure_where_a_required_item_hangs_on_it():
    report = rich()
    row = next(q for q in report["assessments"][0]["requirements"] if q["id"] == "9.0/MIM2/R2.1")
    row |= {"required": True, "requiredBy": "profile tender"}
    assert junit(report).get("failures") == "2"


@pytest.mark.parametrize("name", ALL)
def test_junit_totals_add_up(name):
    root = junit(ALL[name]())
    cases = root.findall("testsuite/testcase")
    assert int(root.get("tests")) == len(cases)
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(root.get(key)) == sum(c.find(tag) is not None for c in cases)
    for element in root.iter():
        if element.get("time") is not None:
            assert re.fullmatch(r"\d+\.\d{3}", element.get("time"))


def test_junit_of_an_empty_run_is_an_error():
    root = junit(empty())
    assert (root.get("tests"), root.get("errors")) == ("1", "1")


def test_junit_cases_of_one_name_are_told_apart():
    report = rich()
    report["checks"].append(dict(report["checks"][0]))
    names = [c.get("name") for c in junit(report).findall("testsuite/testcase")]
    assert len(names) == len(set(names))


def test_junit_holds_no_character_xml_forbids():
    text = RENDERERS["junit"](hostile())
    assert not re.search("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b]", text)
    assert "<script" not in text


# -- CSV


@pytest.mark.parametrize("name", ALL)
def test_csv_has_a_row_per_requirement_and_edition(name):
    report = ALL[name]()
    rows = table(report)
    expected = [q for a in report["assessments"] for q in a["requirements"]]
    assert [(r["requirement"], r["verdict"], r["basis"]) for r in rows] == [
        (q["id"], q["verdict"], q["basis"]) for q in expected
    ]


def test_csv_names_the_checks_by_outcome():
    (row,) = [r for r in table(rich()) if r["requirement"] == "9.0/MIM1/R1.1"]
    assert (row["Failed"], row["Passed"]) == ("CTX-ENT-03", "CTX-ENT-04")
    assert row["mechanisms"] == "ngsi-ld: not_met"


def test_csv_ends_its_lines_as_rfc_4180_says():
    text = RENDERERS["csv"](rich())
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize("name", ALL)
def test_csv_has_no_cell_a_spreadsheet_computes(name):
    for row in csv.reader(io.StringIO(RENDERERS["csv"](ALL[name]()), newline="")):
        for cell in row:
            assert not re.match(r"\s*[=+\-@\t\r]", cell)
            assert not re.search(r"[;\t]\s*[=+\-@]", cell)
            assert cell == "" or cell.isprintable()


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\uff1d1", "a;=1", FORMULA]
)
def test_a_formula_becomes_text(text):
    assert not re.search(r"(?:^|;)\s*[=+\-@\uff1d]", safe(text))


# -- Markdown


def test_markdown_of_a_product_is_not_markdown():
    text = RENDERERS["md"](hostile())
    own = re.sub(r"<code>(?:[^\W_]|[ ]|&#\d+;)*</code>", "", text)
    for raw in (
        "<",
        "`",
        "@",
        "[",
        "](",
        "::",
        "javascript",
        "https",
        "$(",
        "\x1b",
        "\x00",
        "\u202e",
        "evil",
    ):
        assert raw not in own
    assert "<script" not in text


def test_markdown_rows_keep_their_columns():
    rows = [r for r in RENDERERS["md"](hostile()).splitlines() if r.startswith("|")]
    assert len(rows) > 8
    assert {r.count("|") for r in rows} == {8}


@pytest.mark.parametrize(
    "text", [ATTACK, "a_b", "x@y", "#1", "- a", "1. a", "www.evil.example", "a: b", "*a*", " a"]
)
def test_markdown_writes_foreign_signs_as_references(text):
    assert re.fullmatch(r"<code>(?:[^\W_]|[ ]|&#\d+;)*</code>", said(text))


def test_markdown_leaves_a_plain_sentence_alone():
    assert said("An own model, not a re-used one.") == "An own model, not a re-used one."
    assert code("") == ""


def test_markdown_stays_below_one_mebibyte():
    report = big(checks=17000, exchanges=10)
    for check in report["checks"]:
        check["reason"] = {"code": "contradicted", "message": ATTACK}
    text = RENDERERS["md"](report)
    assert len(text.encode()) <= 1024 * 1024
    assert "Only in report.json" in text


# -- terminal


@pytest.mark.parametrize("name", ALL)
def test_terminal_lines_hold_no_control(name):
    for row in lines(ALL[name]()):
        assert row == "" or row.isprintable() or "\N{NO-BREAK SPACE}" in row
        assert not row.lstrip().startswith(("::", "##[", "##vso["))
        assert not re.search(r"##\[|##vso\[|::[a-z]+::", row)


def test_terminal_colours_only_when_asked():
    assert "\x1b" not in "".join(lines(rich()))
    coloured = lines(rich(), color=True)
    assert re.sub(r"\x1b\[\d+m", "", "\n".join(coloured)) == "\n".join(lines(rich()))
    assert len(coloured) == len(lines(rich()))


def test_terminal_tells_the_sentence_the_failure_and_the_cause_once():
    rows = lines(rich())
    text = "\n".join(rows)
    assert rows[2] == "✗ 1 of 14 required items is not met."
    for part in (
        "CTX-ENT-03",
        "GS CIM 009 5.6.1.4",
        "status 409 and a problem",
        "status 201",
        "curl -sSi",
    ):
        assert part in text
    assert text.count("There was no data to look at.") == 1
    assert text.index("Failed: 2") < text.index("Without an answer")
    assert rows[-1] == "Gate: fail (1)"


# -- all of them


TEXTS = ("html", "md", "terminal")


@pytest.mark.parametrize("form", TEXTS)
def test_every_verdict_and_outcome_is_a_word(form):
    text = RENDERERS[form](rich())
    for family in ("verdict", "outcome"):
        for state in FAMILIES[family]:
            assert WORDS.of(family, state) in text


def test_every_verdict_and_outcome_is_in_the_machine_forms():
    rows = table(rich())
    assert {r["result"] for r in rows} == {WORDS.of("verdict", v) for v in FAMILIES["verdict"]}
    assert {WORDS.of("outcome", o) for o in FAMILIES["outcome"]} <= set(rows[0])
    seen = {property_of(c, "outcome") for c in junit(rich()).findall("testsuite/testcase")}
    assert seen == set(FAMILIES["outcome"])


@pytest.mark.parametrize("name", ALL)
def test_all_forms_count_the_same(name):
    report = ALL[name]()
    verdicts = Counter(r["verdict"] for r in table(report))
    outcomes = Counter(c["outcome"] for c in report["checks"])
    for form in ("md", "terminal"):
        text = re.sub(r"\s+", " ", RENDERERS[form](report))
        for family, found in (("verdict", verdicts), ("outcome", outcomes)):
            for state, number in found.items():
                assert f"{WORDS.of(family, state)}: {number}" in text


@pytest.mark.parametrize("name", ALL)
def test_json_reads_back_as_the_same_report(name):
    report = ALL[name]()
    text = RENDERERS["json"](report)
    assert json.loads(text) == report
    assert not re.search("[\x1b\u202e\u200b]", text)
