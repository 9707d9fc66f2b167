"""Tokens that were good elsewhere, or at another time, are refused (MIM6 C1; RFC 6750, RFC 7519, RFC 9068 4).

Which these are the target file says: an identity whose rights are the reason why nobody may take its token.
"""

import time

import pytest

from mimtest import clock
from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.token_ladder import as_jwt
from mimtest.vocabulary.token_trials import audiences, other_flaw

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
def named(identities, interface):
    """The token of the identity with these rights; `wanted` says why one has to be named."""

    def token(rights, wanted=None):
        who = identities.of(interface, rights)
        if who:
            return who.token
        detail = f"the target file names no identity with rights '{rights}' for {interface.name}"
        if wanted:
            raise Inconclusive("precondition_unmet", f"{detail}: {wanted}")
        raise NotApplicable("not_offered", detail)

    return token


@pytest.fixture
def assert_refused(trials, judge):
    """A token gets no data, and that tells something: only one thing is wrong with it."""

    def assert_that_it_is(rights, token, what, but=""):
        answer = trials.attempt(rights, f"Bearer {token}")
        judge.assert_none({rights: answer}, what)
        flaw = other_flaw(token, trials.good.token, but=but)
        if flaw:
            detail = f"the token with rights '{rights}' is refused, but its {flaw} is wrong, too"
            raise Inconclusive("precondition_unmet", detail)

    return assert_that_it_is


@pytest.mark.check(
    "SEC-TOK-05", clause="RFC 9068 4; RFC 7519 4.1.4; RFC 6750 3.1", rests_on=("SEC-TOK-01",)
)
def test_expired_tokens_are_refused(trials, judge, interface, named, assert_refused):
    """A token that has ended is refused."""
    good = trials.good.jwt
    if not trials.good.token:
        raise NotApplicable("not_offered", f"{trials.good.name} is known by no bearer token")
    ends = interface.issuer or (good and "exp" in good.claims)
    token = named("expired", "the good one ends, too" if ends else None)
    jwt = as_jwt(token)
    end = jwt.claims.get("exp") if jwt else clock.now().timestamp() - _LEEWAY - 1
    if not isinstance(end, int | float):
        detail = "the token that is said to be expired names no end"
        raise Inconclusive("precondition_unmet", detail)
    left = end - clock.now().timestamp()
    if left > _PATIENCE:
        detail = f"the token that is said to be expired ends in {left:.0f} seconds"
        raise Inconclusive("precondition_unmet", detail)
    if left > 0:
        time.sleep(left + 1)
    if left > -_LEEWAY and judge.is_taken(trials.attempt("expired", f"Bearer {token}")):
        detail = "it is taken, but ended only just now: clocks may differ by some minutes"
        raise Inconclusive("needs_review", detail)
    assert_refused("expired", token, "a token that has ended", but="end")


@pytest.mark.check("SEC-TOK-06", clause="RFC 9068 4; RFC 9700 2.3", rests_on=("SEC-TOK-01",))
def test_tokens_for_others_are_refused(trials, judge, interface, named, assert_refused):
    """A token of the same issuer that is for another audience is refused."""
    good = trials.good.jwt
    meant = audiences(good.claims) if good else []
    if interface.audience is None and not meant:
        raise NotApplicable("not_offered", f"interfaces.{interface.name}.audience is not named")
    token = named("other-audience", "the good one is for an audience")
    jwt = as_jwt(token)
    listed = audiences(jwt.claims) if jwt else ["?"]
    if interface.audience in listed or set(meant) & set(listed) or not listed:
        detail = f"the token that is said to be for others names {listed or 'no audience'}"
        raise Inconclusive("precondition_unmet", detail)
    if interface.audience is None and judge.is_taken(
        trials.attempt("other-audience", f"Bearer {token}")
    ):
        detail = "it is taken; the target file does not say for which audience tokens are, here"
        raise Inconclusive("needs_review", detail)
    assert_refused("other-audience", token, "a token for others", but="audience")


@pytest.mark.check(
    "SEC-TOK-15", clause="RFC 9068 2.1, 5; RFC 8725 3.11", strength="should", rests_on=("SEC-TOK-01",)
)  # fmt: skip
def test_id_tokens_are_no_access_tokens(named, assert_refused):
    """An ID token, which tells a client who somebody is, is not taken as an access token."""
    assert_refused("id-token", named("id-token"), "an ID token", but="audience")


@pytest.mark.check("SEC-TOK-22", clause="RFC 7519 4.1.5; RFC 9068 4", rests_on=("SEC-TOK-01",))
@pytest.mark.parametrize("rights", ["not-yet-valid", "other-issuer", "other-key"])
def test_tokens_of_another_time_or_hand_are_refused(named, assert_refused, rights):
    """A token that is not valid yet, or that somebody else gave or signed, is refused."""
    token = named(rights)
    jwt = as_jwt(token)
    begins = jwt.claims.get("nbf") if jwt else None
    early = isinstance(begins, int | float) and begins > clock.now().timestamp() + _LEEWAY
    if rights == "not-yet-valid" and jwt and not early:
        detail = f"the token that is said to be not valid yet begins at {begins or 'no time'}"
        raise Inconclusive("precondition_unmet", detail)
    but = {"not-yet-valid": "beginning", "other-issuer": "issuer"}.get(rights, "")
    assert_refused(rights, token, "a token that the target file calls bad", but=but)


@pytest.mark.check(
    "SEC-TOK-23", clause="RFC 7009 2; RFC 6749 1.5", strength="should", rests_on=("SEC-TOK-01",)
)
@pytest.mark.parametrize("rights", ["revoked", "refresh-token"])
def test_tokens_for_nothing_here_are_refused(named, assert_refused, rights):
    """A token that was taken back, or one that is for the issuer only, is refused."""
    but = "audience" if rights == "refresh-token" else ""
    assert_refused(rights, named(rights), "a token that the target file calls bad", but=but)
