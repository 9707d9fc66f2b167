"""Whom an OpenID provider tells of people (OpenID Connect Core 1.0 5.3)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.openid_asking import challenges

pytestmark = pytest.mark.interface("oidc")

_NO_TOKEN = {"Authorization": "Bearer mimtest-no-token"}


@pytest.fixture
def userinfo(metadata, client):
    """Ask for what the provider tells of a person, with some header fields."""
    address = metadata.get("userinfo_endpoint")
    if address is None:
        raise NotApplicable("not_offered", "the metadata name no userinfo_endpoint")

    def ask(**fields):
        return client.get(str(address), headers=fields, auth=False)

    return ask


@pytest.mark.check(
    "TRU-ID-15",
    clause="OpenID Connect Core 1.0 5.3.3; RFC 6750 3",
    level="safe",
    rests_on=("TRU-ID-01",),
)
@pytest.mark.parametrize("fields", [{}, _NO_TOKEN], ids=["no-token", "no-such-token"])
def test_personal_data_need_a_token(userinfo, fields):
    """What a provider tells of people is refused without a token, with word of how to get in."""
    answer = userinfo(**fields)
    assert_that(
        not answer.ok,
        "personal data are given away without a token",
        expected="status 401",
        received=f"status {answer.status}",
    )
    if answer.status not in (400, 401, 403):
        raise Inconclusive("control_failed", f"the answer is {answer.status}, which refuses nobody")
    offered = challenges(answer)
    assert_that(
        {"bearer", "dpop"} & offered.keys(),
        f"the answer {answer.status} does not say how to get in",
        expected="WWW-Authenticate: Bearer",
        received=", ".join(answer.headers.get_list("www-authenticate")) or "no such field",
    )


@pytest.mark.check(
    "TRU-ID-22",
    clause="RFC 6750 3, 3.1",
    strength="should",
    level="safe",
    rests_on=("TRU-ID-15",),
)
def test_clients_learn_that_their_token_is_no_good(userinfo):
    """A token that nobody gave out is answered 401 and called invalid."""
    answer = userinfo(**_NO_TOKEN)
    if answer.status not in (400, 401, 403):
        raise Inconclusive("control_failed", f"the answer is {answer.status}")
    told = {way.get("error") for way in challenges(answer).values()} - {None}
    assert_that(
        answer.status == 401 and "invalid_token" in told,
        "the answer does not say that the token is the trouble",
        expected='401 with error="invalid_token"',
        received=f"{answer.status} with {', '.join(sorted(told)) or 'no error'}",
    )
