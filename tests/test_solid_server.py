"""The trust suite against a real server: what it says of the Community Solid Server 7 has to be true."""

import httpx
import pytest

from tests.real_servers import checks_of, having
from tests.solid_server import PEOPLE, TARGET, is_installed, solid_server, token_of

pytestmark = pytest.mark.skipif(
    not is_installed(),
    reason="the Community Solid Server is not there (npm), see tests/solid_server.py",
)

#: Where the server does not do what is asked, and why that is so.
DEVIATIONS = {
    "TRU-SOL-11": "A media type that it cannot make is answered 501 instead of 406.",
    "TRU-SOL-14": "The answer to OPTIONS has no links (Solid Protocol 4.1 wants them there, too).",
}
#: The same for Web Access Control, its usual configuration.
WAC = {"TRU-SOL-08": "As it comes, everybody may write to the host's root and rule it."}
#: What does not apply, or cannot be said, where it keeps to Access Control Policy.
ACP = {
    "TRU-SOL-04": "WAC-Allow is a header field of Web Access Control.",
    "TRU-SOL-08": "Without WAC-Allow nothing tells what everybody may do.",
    "TRU-SOL-10": "Grants are written in the language of Web Access Control.",
}


@pytest.mark.parametrize(
    ("configuration", "failed", "open_"), [("default", WAC, {}), ("file-acp", {}, ACP)]
)
def test_just_the_known_deviations_fail_and_the_rest_passes(
    tmp_path, monkeypatch, configuration, failed, open_
):
    with solid_server(tmp_path, configuration) as base:
        for person in PEOPLE:
            monkeypatch.setenv(f"MIMTEST_REAL_POD_{person.upper()}", token_of(base, person))
        fields = {"Authorization": f"Bearer {token_of(base, 'alice')}"}
        diary = f"{base}/alice/diary/march.txt"
        made = httpx.put(diary, headers=fields | {"Content-Type": "text/plain"}, content="rain")
        assert made.status_code == httpx.codes.CREATED
        rows = checks_of(tmp_path, TARGET.format(base=base), "trust")
    assert having(rows, "failed") == DEVIATIONS.keys() | failed.keys()
    assert having(rows, "passed") == rows.keys() - DEVIATIONS.keys() - failed.keys() - open_.keys()
