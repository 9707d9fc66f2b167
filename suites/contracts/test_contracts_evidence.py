"""What other test kits found, as the supplier brings it along.

It is read and told as theirs, and takes the place of no check.
"""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_status, assert_that, fail
from mimtest.vocabulary.kit_reports import kit_reports

pytestmark = pytest.mark.interface("dsp", "tmforum")


@pytest.fixture
def brought(client, interface):
    """The runs that the report of the other kit tells of."""

    def read():
        __tracebackhide__ = True
        path = interface.paths.get("conformance")
        if path is None:
            raise NotApplicable("not_offered", "the target file names no report of another kit")
        answer = assert_status(client.get(path), 200, what="the report")
        return kit_reports(answer.body)

    return read


@pytest.mark.check(
    "CTR-EVI-01",
    clause="reports of the Dataspace TCK and of the TM Forum's conformance test kits",
    strength="may",
    level="passive",
)
def test_a_report_says_what_ran_and_when(brought, looked):
    """A report of another kit can be read and believed, and tells its version, its day, and how its tests ended."""
    try:
        reports = brought()
    except ValueError as why:
        fail(f"the report is not read: {why}", expected="a log, JUnit XML or JSON")
    for report in reports:
        assert_that(
            not report.missing,
            f"the report does not tell {' and '.join(report.missing)}",
            expected="version and day of the run",
            received=report.summary,
        )
        ran = report.passed + report.failed
        assert_that(ran, "no test of the report ran", expected="tests", received=report.summary)
        looked(f"imported, not run by mimtest: {report.summary}")


@pytest.mark.check(
    "CTR-DSP-25",
    clause="Dataspace TCK; TM Forum conformance test kits",
    strength="may",
    level="passive",
    rests_on=("CTR-EVI-01",),
)
def test_a_report_tells_of_no_failure(brought, looked):
    """No test that the report of the other kit tells of failed."""
    try:
        reports = brought()
    except ValueError as why:
        raise Inconclusive("precondition_unmet", f"the report is not read: {why}") from None
    if not any(report.passed + report.failed for report in reports):
        raise Inconclusive("no_data", "no test of the report ran")
    for report in reports:
        looked(f"imported, not run by mimtest: {report.summary}")
        assert_that(
            not report.failed,
            "tests of the other kit failed, by its own report",
            expected="no failed test",
            received=report.summary,
        )
