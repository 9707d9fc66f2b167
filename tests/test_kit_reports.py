"""Reports of other kits: what is read in them, and what is not taken for one."""

import hashlib
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.vocabulary.kit_reports import kit_reports

LOG = """\
[2025-09-06T12:10:00.1] Running DSP TCK v2025.1
[2025-09-06T12:10:01.9] SUCCESSFUL: CN:01-01
[2025-09-06T12:10:02.9] FAILED: TP_C:01-02
[2025-09-06T12:10:38.2] Passed tests: 1
[2025-09-06T12:10:38.2] Failed tests: 1
"""
JUNIT = """\
<testsuites><testsuite name="kit" timestamp="2025-09-06T12:10:00">
<testcase name="a"/><testcase name="b"><failure>no</failure></testcase>
<testcase name="c"><skipped/></testcase></testsuite></testsuites>
"""
NEWMAN = {
    "collection": {"info": {"name": "TMF620-ProductCatalog-v4.1.0"}},
    "run": {
        "stats": {"assertions": {"total": 5, "failed": 1, "pending": 1}},
        "timings": {"started": 1757160600000},
        "failures": [{"error": {"test": "has an id"}}],
    },
}
MOCHA = {
    "stats": {"passes": 4, "failures": 1, "pending": 0, "start": "2025-09-06T12:10:00.000Z"},
    "results": [{"tests": [], "suites": [{"tests": [{"fullTitle": "x y", "fail": True}]}]}],
}


TCK = """\

\x1b[1mRunning DSP TCK v2025.1\x1b[0m
[2025-11-06T12:10:01.912345] Started: CN:01-01: Verify the answer
[2025-11-06T12:10:02.912345] FAILED: CN:01-01

[2025-11-06T12:10:38.2] Passed tests: 4
[2025-11-06T12:10:38.2] Failed tests: 1
\x1b[31m
[2025-11-06T12:10:38.2] Failures:
[2025-11-06T12:10:38.2]
   ■ org.eclipse.dataspacetck.dsp.Test.cn_01_01

[2025-11-06T12:10:38.2]      [CN:01-01: Verify the answer]
[2025-11-06T12:10:38.2]      Expected CN:01-02 or CN:01-03
"""


def only(text):
    (report,) = kit_reports(text.encode())
    return report


def test_the_log_of_the_dataspace_tck_is_read():
    report = only(LOG)
    assert (report.version, report.day) == ("2025.1", "2025-09-06")
    assert (report.passed, report.failed, report.failures) == (1, 1, ("TP_C:01-02",))
    assert not report.missing


def test_the_log_of_the_dataspace_tck_is_read_in_colour():
    report = only(TCK)
    assert (report.version, report.day) == ("2025.1", "2025-11-06")
    assert (report.passed, report.failed, report.failures) == (4, 1, ("CN:01-01",))


def test_a_report_is_known_again_by_its_digest():
    content = LOG.encode()
    (report,) = kit_reports(content)
    assert report.digest == hashlib.sha256(content).hexdigest()
    assert report.digest[:16] in report.summary


def test_what_is_named_as_failed_counts_whatever_the_totals_say():
    text = LOG.replace("Failed tests: 1", "Failed tests: 0")
    assert only(text).failed == 1
    assert only(json.dumps({**MOCHA, "stats": {**MOCHA["stats"], "failures": 0}})).failed == 1
    assert only('<testsuite tests="2" failures="2"><testcase name="a"/></testsuite>').failed == 2


def test_requests_that_nobody_answered_count_as_failed():
    run = NEWMAN["run"]
    stats = {"assertions": {"total": 3, "failed": 0, "pending": 0}, "requests": {"failed": 1}}
    refused = {"error": {"name": "Error", "message": "connect ECONNREFUSED"}, "at": "request"}
    report = only(json.dumps({**NEWMAN, "run": {**run, "stats": stats, "failures": [refused]}}))
    assert (report.failed, report.failures) == (1, ("connect ECONNREFUSED",))


@pytest.mark.parametrize("stamp", ["2999-01-01", "2025-13-45"])
def test_a_day_that_has_not_been_is_no_day(stamp):
    assert only(LOG.replace("2025-09-06", stamp)).missing == ("the day",)


@pytest.mark.parametrize(
    "counts",
    [
        {"total": 1, "failed": 5, "pending": 0},
        {"total": True, "failed": False, "pending": 0},
        {"total": 3, "failed": -1, "pending": 0},
    ],
)
def test_numbers_that_cannot_be_are_not_believed(counts):
    run = {**NEWMAN["run"], "stats": {"assertions": counts}, "failures": []}
    with pytest.raises(ValueError, match="it is"):
        kit_reports(json.dumps({**NEWMAN, "run": run}).encode())


def test_a_zip_file_hides_nothing_behind_its_length():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(60):
            archive.writestr(f"{number}.txt", LOG)
    with pytest.raises(ValueError, match="more than 50 files"):
        kit_reports(packed.getvalue())


def test_a_zip_file_that_swells_is_not_unpacked():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b" " * (65 * 1024 * 1024))
    with pytest.raises(ValueError, match="bytes"):
        kit_reports(packed.getvalue())


def test_names_are_shown_as_one_short_line():
    name = "\x1b[2J\n" + "x" * 500
    report = only(json.dumps({**NEWMAN, "collection": {"info": {"name": name}}}))
    assert report.summary.isprintable()
    assert len(report.summary) < 300


@pytest.mark.parametrize(
    "name", ["TMF620-ProductCatalog-v4.1.0", "CTK-Product_Catalog-4.1.0", "CTK-TMF620-R4.1.0"]
)
def test_the_version_stands_in_the_name_of_the_collection(name):
    assert only(json.dumps({**NEWMAN, "collection": {"info": {"name": name}}})).version == "4.1.0"


def test_junit_is_read():
    report = only(JUNIT)
    assert (report.passed, report.failed, report.left_out) == (1, 1, 1)
    assert report.failures == ("b",)
    assert report.missing == ("the version of the kit",)


def test_newman_is_read():
    report = only(json.dumps(NEWMAN))
    assert (report.passed, report.failed, report.left_out) == (3, 1, 1)
    assert (report.version, report.day) == ("4.1.0", "2025-09-06")
    assert report.failures == ("has an id",)


def test_mocha_is_read():
    report = only(json.dumps(MOCHA))
    assert (report.passed, report.failed, report.failures) == (4, 1, ("x y",))
    assert report.day == "2025-09-06"


def test_reports_in_a_zip_file_are_read():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("log.txt", LOG)
        archive.writestr("results.json", json.dumps(NEWMAN))
        archive.writestr("readme.txt", "nothing")
    assert [r.passed for r in kit_reports(packed.getvalue())] == [1, 3]


@pytest.mark.parametrize(
    "content", [b"", b"All passed.", b"{}", b"[]", b"<html/>", b"<a", b"PK\x03\x04", b"\xff"]
)
def test_what_is_none_is_called_none(content):
    with pytest.raises(ValueError, match="it is"):
        kit_reports(content)


def test_a_run_that_was_broken_off_is_none():
    with pytest.raises(ValueError, match="it is neither"):
        kit_reports(LOG.rpartition("[")[0].encode())


@given(st.recursive(st.none() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.sampled_from(("run", "stats", "assertions", "total", "failed", "timings", "started", "passes", "failures", "results")), s)))  # fmt: skip
def test_whatever_json_comes_is_read_or_refused(value):
    try:
        reports = kit_reports(json.dumps(value).encode())
    except ValueError:
        return
    assert all(isinstance(r.summary, str) for r in reports)
