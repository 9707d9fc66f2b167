"""The trust suite against a real server: what it says of oidc-provider has to be true."""

import pytest

from tests.oidc_server import TARGET, is_installed, oidc_provider
from tests.real_servers import checks_of, having

pytestmark = pytest.mark.skipif(
    not is_installed(), reason="oidc-provider is not there (npm), see tests/oidc_server.py"
)

#: Where oidc-provider does not do what is asked, and why that is so.
DEVIATIONS = {
    "TRU-ID-17": "Pairwise identifiers and the claims parameter are off unless they are turned on.",
}
#: What its settings make of it when they are careless.
CARELESS = {
    "TRU-ID-10": "The response type 'code token' puts access tokens into addresses.",
    "TRU-ID-13": "A client without a secret needs no challenge.",
    "TRU-ID-16": "Everybody may register clients.",
}
#: What does not apply to it as it is served here.
NOT_OFFERED = {
    "TRU-ID-18": "It is the only provider of the target file.",
    "TRU-ID-20": "It names no levels of assurance.",
    "TRU-VC-13": "There is no export of the conformance suite beside it.",
}


@pytest.mark.parametrize(("how", "wrong"), [((), {}), (("careless",), CARELESS)])
def test_just_what_is_wrong_with_it_fails(how, wrong, tmp_path):
    expected = DEVIATIONS | wrong
    with oidc_provider(*how) as issuer:
        rows = checks_of(tmp_path, TARGET.format(issuer=issuer), "trust")
    assert having(rows, "failed") == set(expected)
    assert having(rows, "not_applicable") == set(NOT_OFFERED)
    assert having(rows, "passed") == rows.keys() - expected.keys() - NOT_OFFERED.keys()
