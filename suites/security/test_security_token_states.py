"""Tokens that were good elsewhere, or at another time, are refused (MIM6 C1; RFC 6750, RFC 7519, RFC 9068 4).

Which these are the target file says: an identity whose rights are the reason why nobody may take its token.
"""

import time

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.token_ladder import as_jwt

pytestmark = pytest.mark.interface(
    "ngsi-ld",
    "ngsi-v2",
    "sensorthings",
    "rest",
    "ogc-api-features",
    "wfs",
    "wms",
    "wmts",
    "ogc-api-tiles",
    "ogc-api-maps",
    "ogc-api-processes",
    "sparql",
    "dcat",
    "dsp",
    "tmforum",
)

#: Seconds that clocks may differ by (RFC 7519 4.1.4: no more than a few minutes), and that are waited for an end.
_LEEWAY = 300
_PATIENCE = 60


@pytest.fixture
def claims(identities, interface, request):
    """The claims of the token that is asked with; None for one that cannot be read."""
    jwt = as_jwt(identities.required(interface, request.param).token)
    return jwt.claims if jwt else None


@pytest.fixture
def attempted(trials, identities, interface):
    """What comes of the token of the identity with these rights."""

    def attempt(rights):
        who = identities.required(interface, rights)
        return trials.attempt(rights, f"Bearer {who.token}")

    return attempt


@pytest.mark.check(
    "SEC-TOK-05", clause="RFC 9068 4; RFC 7519 4.1.4; RFC 6750 3.1", rests_on=("SEC-TOK-01",)
)
@pytest.mark.parametrize("claims", ["expired"], indirect=True)
def test_expired_tokens_are_refused(judge, attempted, claims):
    """A token that has ended is refused."""
    end = (claims or {}).get("exp")
    left = end - time.time() if isinstance(end, int | float) else -_LEEWAY - 1
    if left > _PATIENCE:
        detail = f"the token that is said to be expired ends in {left:.0f} seconds"
        raise Inconclusive("precondition_unmet", detail)
    if left > 0:
        time.sleep(left + 1)
    answer = attempted("expired")
    taken = judge.is_taken(answer)
    if taken and left > -_LEEWAY:
        detail = "it is taken, but ended only just now: clocks may differ by some minutes"
        raise Inconclusive("needs_review", detail)
    if taken:
        fail(
            "a token that has ended is taken",
            expected="status 401",
            received=f"status {answer.status} with the restricted data",
        )


@pytest.mark.check("SEC-TOK-06", clause="RFC 9068 4; RFC 9700 2.3", rests_on=("SEC-TOK-01",))
@pytest.mark.parametrize("claims", ["other-audience"], indirect=True)
def test_tokens_for_others_are_refused(judge, attempted, interface, claims):
    """A token of the same issuer that is for another audience is refused."""
    if interface.audience is None:
        raise NotApplicable("not_offered", f"interfaces.{interface.name}.audience is not named")
    named = (claims or {}).get("aud", [])
    listed = named if isinstance(named, list) else [named]
    if claims is not None and (interface.audience in listed or not listed):
        detail = f"the token that is said to be for others names {named or 'no audience'}"
        raise Inconclusive("precondition_unmet", detail)
    judge.assert_none(
        {"its audience is another": attempted("other-audience")}, "a token for others"
    )


@pytest.mark.check(
    "SEC-TOK-15", clause="RFC 9068 2.1, 5; RFC 8725 3.11", strength="should", rests_on=("SEC-TOK-01",)
)  # fmt: skip
def test_id_tokens_are_no_access_tokens(judge, attempted):
    """An ID token, which tells a client who somebody is, is not taken as an access token."""
    judge.assert_none({"it is for its client": attempted("id-token")}, "an ID token")


@pytest.mark.check("SEC-TOK-22", clause="RFC 7519 4.1.5; RFC 9068 4", rests_on=("SEC-TOK-01",))
@pytest.mark.parametrize("rights", ["not-yet-valid", "other-issuer", "other-key"])
def test_tokens_of_another_time_or_hand_are_refused(judge, attempted, rights):
    """A token that is not valid yet, or that somebody else gave or signed, is refused."""
    judge.assert_none({rights: attempted(rights)}, "a token that the target file calls bad")


@pytest.mark.check(
    "SEC-TOK-23", clause="RFC 7009 2; RFC 6749 1.5", strength="should", rests_on=("SEC-TOK-01",)
)
@pytest.mark.parametrize("rights", ["revoked", "refresh-token"])
def test_tokens_for_nothing_here_are_refused(judge, attempted, rights):
    """A token that was taken back, or one that is for the issuer only, is refused."""
    judge.assert_none({rights: attempted(rights)}, "a token that the target file calls bad")
