"""Who is given the credentials of a participant (Decentralized Claims Protocol 1.0)."""

import pytest

from mimtest.errors import Inconclusive
from mimtest.vocabulary.access import settled
from mimtest.vocabulary.expect import assert_that

pytestmark = pytest.mark.interface("dcp")


@pytest.mark.check("CTR-PAR-09", clause="DCP 1.0 5.1, 5.4", level="safe")
@pytest.mark.parametrize("token", [None, "mimtest.is.none"], ids=["none", "garbage"])
def test_credentials_are_shown_to_nobody_unknown(client, token, run_id):
    """A question for presentations without a token, or with something that is none, is refused."""
    question = {
        "@context": ["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],
        "type": "PresentationQueryMessage",
        "scope": ["org.eclipse.dspace.dcp.vc.type:MembershipCredential:read"],
    }
    elsewhere = client.post(f"/no-such-path-{run_id}", json=question, harmless=True, auth=False)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = settled(
        client.post(
            "/presentations/query", json=question, headers=headers, harmless=True, auth=False
        )
    )
    if answer.status == elsewhere.status in (404, 405):
        detail = f"/presentations/query is answered {answer.status}, as what is not there"
        raise Inconclusive("control_failed", detail)
    assert_that(
        400 <= answer.status < 500,
        "whoever has no good token is not refused",
        expected="status 401 or 403",
        received=f"status {answer.status}",
    )
