"""Results of other tools as evidence: read, shown as theirs, deciding nothing; hostile files change nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.rendering import RENDERERS
from mimtest.rendering.foreign import outcomes, verdicts
from mimtest.report import judge_again
from mimtest.session.evidence import examine
from mimtest.vocabulary.instruments import LARGEST, kit_report
from mimtest.vocabulary.kit_run import KitReport
from tests.rendering_samples import ATTACK, rich, seal
from tests.test_evidence import run_of

ROBOT = """<?xml version="1.0" encoding="UTF-8"?>
<robot generator="Robot 6.1.1 (Python 3.11.2 on linux)" generated="20261103 14:02:11.120" rpa="false" schemaversion="4">
<suite id="s1" name="NGSI-LD TP" source="/tests"><suite id="s1-s1" name="CommonBehaviours">
<test id="t1" name="043_01 Create"><kw name="Request"><status status="FAIL"/></kw><status status="PASS"/></test>
<test id="t2" name="043_02 Query"><kw name="Check"><status status="PASS"/></kw><status status="FAIL">409 != 201</status></test>
<test id="t3" name="044_01 Merge"><status status="SKIP"/></test>
</suite></suite><statistics><total><stat pass="1" fail="1" skip="1">All Tests</stat></total></statistics></robot>"""
TESTNG = """<testng-results skipped="1" failed="1" total="3" passed="1"><reporter-output/>
<suite name="ogcapi-features-1.0-1.9" duration-ms="9" started-at="2026-11-02T08:00:00Z" finished-at="2026-11-02T08:01:00Z"><test name="Core">
<class name="org.opengis.LandingPage"><test-method is-config="true" status="PASS" signature="init()[pri:0]" name="init"/>
<test-method status="PASS" signature="landingPage()[pri:0]" name="landingPage"/><test-method status="FAIL" name="conformance"/>
<test-method status="SKIP" signature="collections()" name="collections"/></class></test></suite></testng-results>"""
EARL = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:earl="http://www.w3.org/ns/earl#"
 xmlns:cite="http://cite.opengeospatial.org/" xmlns:dct="http://purl.org/dc/terms/">
<cite:TestRun><dct:title>wfs20-1.25</dct:title><dct:created>2026-11-01T10:00:00Z</dct:created><cite:testsPassed>1</cite:testsPassed></cite:TestRun>
<earl:Assertion rdf:ID="a1"><earl:test><earl:TestCase rdf:about="urn:one"/></earl:test><earl:result><earl:TestResult><earl:outcome rdf:resource="http://www.w3.org/ns/earl#passed"/></earl:TestResult></earl:result></earl:Assertion>
<earl:Assertion><earl:test rdf:resource="urn:two"/><earl:result rdf:resource="#r2"/></earl:Assertion>
<earl:TestResult rdf:about="#r2"><earl:outcome><earl:Fail rdf:about="http://www.w3.org/ns/earl#failed"/></earl:outcome></earl:TestResult>
<earl:Assertion><earl:result><earl:TestResult><earl:outcome rdf:resource="http://www.w3.org/ns/earl#untested"/></earl:TestResult></earl:result></earl:Assertion>
<earl:Assertion><earl:test rdf:resource="urn:three"/><earl:result rdf:nodeID="A0"/></earl:Assertion>
<earl:TestResult rdf:nodeID="A0"><earl:outcome rdf:resource="http://cite.opengeospatial.org/Inherited_Failure"/></earl:TestResult>
</rdf:RDF>"""
JUNIT = """<testsuites><testsuite name="DSP TCK" timestamp="2026-11-04T09:00:00"><properties><property name="tck.version" value="1.0.0"/></properties>
<testcase name="CN:01-01"/><testcase name="CN:01-02"><failure message="x"/></testcase><testcase name="TP:01-01"><skipped/></testcase></testsuite></testsuites>"""
TCK = """[2026-11-05T09:00:00] Running DSP TCK v1.0.0-RC4
[2026-11-05T09:00:01] SUCCESSFUL: CN:01-01
[2026-11-05T09:00:02] FAILED: CN_C:01-02
[2026-11-05T09:00:02] ABORTED: TP:01-01
Passed tests: 1
Failed tests: 1"""
FILES = {
    "robot": (ROBOT, KitReport("NGSI-LD TP (Robot Framework)", "6.1.1", "2026-11-03", 1, 1, 1, ("043_02 Query",))),
    "testng": (TESTNG, KitReport("ogcapi-features-1.0-1.9 (TestNG)", "1.9", "2026-11-02", 1, 1, 1, ("conformance",))),
    "earl": (EARL, KitReport("wfs20-1.25 (OGC TEAM Engine, EARL)", "1.25", "2026-11-01", 1, 2, 1, ("urn:two", "urn:three"))),
    "junit": (JUNIT, KitReport("DSP TCK (JUnit)", "1.0.0", "2026-11-04", 1, 1, 1, ("CN:01-02",))),
    "tck": (TCK, KitReport("Dataspace TCK", "1.0.0-RC4", "2026-11-05", 1, 1, 1, ("CN_C:01-02",))),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_each_tools_file_is_read(name):
    text, expected = FILES[name]
    assert kit_report(text.encode()) == expected
    assert kit_report(b"\xef\xbb\xbf" + text.encode()) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"<html><body>PASS</body></html>",
        b"<robot",
        b'<!DOCTYPE r [<!ENTITY a "b">]><robot generator="&a;"/>',
        b'<!DOCTYPE robot SYSTEM "file:///etc/passwd"><robot/>',
        b"<a>" * 100_000,
        b"Passed tests: 3\nFailed tests: 0",
        b"Running DSP TCK v1\nPassed tests: 3",
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
        ROBOT.encode() + b" " * LARGEST,
    ],
    ids=range(11),
)
def test_any_other_file_is_no_result(content):
    told = kit_report(content)
    assert told is None or (told.passed, told.failed, told.left_out) == (0, 0, 0)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: f"<robot><test>{t}</test></robot>".encode("utf-8", "replace")))  # fmt: skip
def test_no_file_breaks_the_reading(content):
    kit_report(content)


@given(st.lists(st.sampled_from(["PASS", "FAIL", "SKIP", "NOT RUN", "", "pass"])))
def test_only_a_pass_counts_as_passed(ends):
    tests = "".join(f'<test name="t"><status status="{e}"/></test>' for e in ends)
    told = kit_report(f"<robot>{tests}</robot>".encode())
    assert (told.passed, told.failed) == (ends.count("PASS"), ends.count("FAIL"))
    assert told.passed + told.failed + told.left_out == len(ends)


def test_it_stands_beside_the_document_with_its_digest_and_without_secrets(tmp_path, monkeypatch):
    (tmp_path / "output.xml").write_text(ROBOT)
    (tmp_path / "policy.pdf").write_text("%PDF")
    run = run_of("http://127.0.0.1:9", tmp_path, {"locator": "output.xml"}, {"locator": "policy.pdf"})  # fmt: skip
    ((results, policy),) = examine(run)
    assert results["state"] == "present"
    assert results["found"].startswith("sha256:")
    assert results["instrument"] == {
        "name": "NGSI-LD TP (Robot Framework)",
        "version": "6.1.1",
        "day": "2026-11-03",
        "passed": 1,
        "failed": 1,
        "leftOut": 1,
        "failures": ["043_02 Query"],
    }
    assert "instrument" not in policy


def shown(name="ETSI suite"):
    report = rich()
    told = {"name": name, "version": None, "day": "2026-11-03", "passed": 41, "failed": 7, "leftOut": 3, "failures": []}  # fmt: skip
    report["declarations"][0]["evidence"] = [{"locator": "output.xml", "state": "present", "found": "sha256:" + "d" * 64, "instrument": told}]  # fmt: skip
    return seal(report)


@pytest.mark.parametrize("form", ["html", "csv"])
def test_a_page_shows_it_as_another_tools(form):
    text = RENDERERS[form](shown())
    assert "did not see and does not count" in text.replace("\n", " ")
    for part in ("ETSI suite, version not stated, 2026-11-03", "passed: 41, failed: 7, left out: 3", "d" * 64):  # fmt: skip
        assert part in text
    assert (
        "<script" not in RENDERERS[form](shown(ATTACK)).replace("&lt;script", "") or form == "csv"
    )


def test_it_is_in_no_count_and_decides_no_verdict():
    assert outcomes(shown()) == outcomes(rich())
    assert verdicts(shown()) == verdicts(rich())
    report = shown()
    again, _ = judge_again(report, today=date(2026, 11, 21))
    report["declarations"][0]["evidence"][0].pop("instrument")
    without, _ = judge_again(report, today=date(2026, 11, 21))
    assert again["assessments"] == without["assessments"]
    assert again["gate"] == without["gate"]
