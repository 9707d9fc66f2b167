"""Reports of other kits: what is read in them, and what is not taken for one."""

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.vocabulary.kit_reports import kit_reports

LOG = """\
[2026-09-06T12:10:00.1] Running DSP TCK v2025.1
[2026-09-06T12:10:01.9] SUCCESSFUL: CN:01-01
[2026-09-06T12:10:02.9] FAILED: TP_C:01-02
[2026-09-06T12:10:38.2] Passed tests: 1
[2026-09-06T12:10:38.2] Failed tests: 1
"""
JUNIT = """\
<testsuites><testsuite name="kit" timestamp="2026-09-06T12:10:00">
<testcase name="a"/><testcase name="b"><failure>no</failure></testcase>
<testcase name="c"><skipped/></testcase></testsuite></testsuites>
"""
NEWMAN = {
    "collection": {"info": {"name": "TMF620-ProductCatalog-v4.1.0"}},
    "run": {
        "stats": {"assertions": {"total": 5, "failed": 1, "pending": 1}},
        "timings": {"started": 1788696600000},
        "failures": [{"error": {"test": "has an id"}}],
    },
}
MOCHA = {
    "stats": {"passes": 4, "failures": 1, "pending": 0, "start": "2026-09-06T12:10:00.000Z"},
    "results": [{"tests": [], "suites": [{"tests": [{"fullTitle": "x y", "fail": True}]}]}],
}


def only(text):
    (report,) = kit_reports(text.encode())
    return report


def test_the_log_of_the_dataspace_tck_is_read():
    report = only(LOG)
    assert (report.version, report.day) == ("2025.1", "2026-09-06")
    assert (report.passed, report.failed, report.failures) == (1, 1, ("TP_C:01-02",))
    assert not report.missing


def test_junit_is_read():
    report = only(JUNIT)
    assert (report.passed, report.failed, report.left_out) == (1, 1, 1)
    assert report.failures == ("b",)
    assert report.missing == ("the version of the kit",)


def test_newman_is_read():
    report = only(json.dumps(NEWMAN))
    assert (report.passed, report.failed, report.left_out) == (3, 1, 1)
    assert (report.version, report.day) == ("4.1.0", "2026-09-06")
    assert report.failures == ("has an id",)


def test_mocha_is_read():
    report = only(json.dumps(MOCHA))
    assert (report.passed, report.failed, report.failures) == (4, 1, ("x y",))
    assert report.day == "2026-09-06"


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
