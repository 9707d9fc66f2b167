"""What the OpenID Foundation's conformance suite found, as the supplier brings it along.

It is read and told, and takes the place of no check.
"""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.conformance_export import records, summary
from mimtest.vocabulary.expect import assert_status, assert_that, fail

pytestmark = pytest.mark.interface("oidc", "vc-issuer", "vc-verifier")


@pytest.mark.check(
    "TRU-VC-13",
    clause="OpenID Foundation conformance suite, exported logs",
    strength="may",
    level="passive",
)
def test_results_of_the_openid_foundation_are_told(client, interface, looked):
    """An export of the conformance suite says what was tested when, by which version, and how it ended."""
    path = interface.paths.get("conformance")
    if path is None:
        raise NotApplicable("not_offered", "the target file names no exported results")
    answer = assert_status(client.get(path), 200, what="the export")
    try:
        found = records(answer.body)
    except ValueError as why:
        fail(f"the export is not read: {why}", expected="JSON, or a zip file with JSON in it")
    assert_that(found, "the export holds no test", expected="logs with testInfo")
    lacking = {name for record in found for name in record.missing}
    assert_that(
        not lacking,
        f"tests of the export do not tell {', '.join(sorted(lacking))}",
        expected="testName, planId, version, started and result of each test",
        received=next((r.name or "a test without a name" for r in found if r.missing), None),
    )
    looked(f"imported, not run by mimtest: {summary(found)}")
