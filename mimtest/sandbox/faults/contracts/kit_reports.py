"""Ways in which reports of other kits tell too little, and other forms that they have."""

from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.trust.changing import changed
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_REPORT: Final = "/tmf-api/conformance"
_LOG: Final = """\
[2025-10-06T12:10:00.1] Running DSP TCK v2025.1
[2025-10-06T12:10:01.1] Started: CN:01-01: invented
[2025-10-06T12:10:01.9] SUCCESSFUL: CN:01-01
[2025-10-06T12:10:38.2] Passed tests: 1
[2025-10-06T12:10:38.2] Failed tests: {failed}
"""
_JUNIT: Final = """\
<testsuite name="invented" timestamp="2025-10-06T12:10:00">
<properties><property name="tck.version" value="invented"/></properties>
<testcase name="one"/></testsuite>
"""


def _replaced(request: Request, proceed: Proceed, text: str) -> Response:
    """The report as another text."""
    response = proceed(request)
    if request.path != _REPORT:
        return response
    return response.with_header("Content-Type", "text/plain").with_body(text.encode())


@fault("ctr-evi-no-day", kills=("CTR-EVI-01",))
def says_not_when(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The report of another kit does not say when it ran."""
    return changed(request, proceed, _REPORT, lambda content: content["run"].pop("timings"))


@fault("ctr-evi-unreadable", kills=("CTR-EVI-01",))
def writes_in_words(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The report of another kit is a sentence."""
    return _replaced(request, proceed, "All tests passed, honestly.")


@fault("ctr-evi-failures", kills=("CTR-DSP-25",))
def tells_of_failures(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The report of another kit tells of a test that failed."""
    return _replaced(request, proceed, _LOG.format(failed=1))


@fault("ctr-evi-day-to-come", kills=("CTR-EVI-01",))
def ran_tomorrow(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The report of another kit tells of a day that is yet to come."""
    return _replaced(request, proceed, _LOG.format(failed=0).replace("2025-", "2999-"))


@fault("ctr-evi-totals-without-failures", kills=("CTR-DSP-25",))
def leaves_failures_out_of_totals(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The totals of the report leave out a test that failed."""
    failed = _LOG.format(failed=0).replace("SUCCESSFUL:", "FAILED:")
    return _replaced(request, proceed, failed)


@fault("ctr-evi-unanswered", kills=("CTR-DSP-25",))
def counts_only_what_was_answered(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The kit counts no failed assertion, and a request that nobody answered."""
    refused = {"error": {"name": "Error", "message": "connect ECONNREFUSED"}, "at": "request"}
    return changed(
        request, proceed, _REPORT, lambda content: content["run"].update(failures=[refused])
    )


@fault("ctr-evi-variant-log")
def brings_a_log(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The report is the log of the Dataspace TCK."""
    return _replaced(request, proceed, _LOG.format(failed=0))


@fault("ctr-evi-variant-junit")
def brings_junit(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The report is JUnit XML."""
    return _replaced(request, proceed, _JUNIT)
