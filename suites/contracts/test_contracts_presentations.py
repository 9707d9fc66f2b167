"""Who is given the credentials of a participant (Decentralized Claims Protocol 1.0)."""

import json

import pytest

from mimtest import clock
from mimtest.errors import Inconclusive
from mimtest.vocabulary.access import settled, succeeded
from mimtest.vocabulary.expect import assert_that, json_object
from mimtest.vocabulary.jose import encode

pytestmark = pytest.mark.interface("dcp")

_NOBODY = "did:web:nobody.mimtest.invalid"
_ANSWER = "PresentationResponseMessage"
_QUESTION = {
    "@context": ["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],
    "type": "PresentationQueryMessage",
    "scope": ["org.eclipse.dspace.dcp.vc.type:MembershipCredential"],
}


@pytest.fixture
def fields(request, interface):
    """What a stranger shows for a token: nothing, a text, or a token that nobody signed."""
    now = int(clock.now().timestamp())
    claims = {"iss": _NOBODY, "sub": _NOBODY, "aud": interface.url, "iat": now, "exp": now + 300}
    parts = [encode(json.dumps(part).encode()) for part in ({"alg": "none"}, claims)]
    shown = {"none": "", "garbage": "mimtest.is.none", "unsigned": f"{'.'.join(parts)}."}
    token = shown[request.param]
    return {"Authorization": f"Bearer {token}"} if token else {}


@pytest.mark.check(
    "CTR-PAR-09", clause="DCP 1.0 5.3.1, 5.4: Resolution API", strength="should", level="safe"
)
@pytest.mark.parametrize("fields", ["none", "garbage", "unsigned"], indirect=True)
def test_credentials_are_shown_to_nobody_unknown(client, fields, run_id):
    """A question for presentations without a good token is refused, or answered with no presentation."""
    path = "/presentations/query"
    asked = {"json": _QUESTION, "harmless": True, "auth": False}
    elsewhere = client.post(f"/no-such-path-{run_id}", **asked)
    answer = settled(client.post(path, headers=fields, **asked))
    if answer.status in (404, 405) and answer.status == elsewhere.status:
        detail = f"{path} is answered {answer.status}, as what is not there"
        raise Inconclusive("control_failed", detail)
    if succeeded(answer):
        body = json_object(answer, "the answer")
        told = body.get("presentation")
        if "presentation" not in body and body.get("type") != _ANSWER:
            raise Inconclusive("control_failed", f"what comes is no {_ANSWER}")
        assert_that(
            told in ([], None),
            "whoever has no good token is given presentations",
            expected="status 401 or 403, or no presentation",
            received=f"status {answer.status}",
        )
        return
    if answer.status not in (401, 403):
        detail = f"it is answered {answer.status}, which may be for the question, not for who asks"
        raise Inconclusive("control_failed", detail)
