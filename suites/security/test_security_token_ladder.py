"""Tokens made from a good one by breaking one thing are refused (MIM6 C1, C2; RFC 7515, RFC 8725, RFC 9068 4)."""

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.session.identities import issuer_metadata
from mimtest.vocabulary.expect import fail
from mimtest.vocabulary.jose import can_sign, is_signed_by, read
from mimtest.vocabulary.token_ladder import (
    Rung,
    altered,
    bringing_a_key,
    confused,
    damaged,
    foreign,
    forged,
    pointing_to_a_key,
    unsigned,
)
from mimtest.vocabulary.token_trials import GARBAGE, said_back

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

_SERVER_ERRORS = (500, 502, 504, 505, 507, 508)


@pytest.fixture
def jwt(trials):
    """The good token, whose structure can be read."""
    found = trials.good.jwt
    if found is None:
        raise NotApplicable("not_offered", f"the token of {trials.good.name} is no signed JWT")
    return found


@pytest.fixture
def published(interface, neighbours, jwt):
    """The public key with which the good token was signed, as its issuer publishes it."""
    issuer = neighbours.get(interface.issuer or "")
    if issuer is None:
        detail = f"interfaces.{interface.name}.issuer names no interface that is ready"
        raise NotApplicable("not_offered", detail)
    address = issuer_metadata(issuer, openid=issuer.interface.kind == "oidc").get("jwks_uri")
    if not isinstance(address, str):
        raise NotApplicable("not_offered", "the issuer publishes no keys")
    document = issuer.get(address, auth=False).json()
    signed = read(jwt.text)
    for jwk in document.get("keys", []) if isinstance(document, dict) else []:
        if isinstance(jwk, dict) and can_sign(jwk, jwt.algorithm) and is_signed_by(signed, jwk):
            return jwk
    raise Inconclusive("precondition_unmet", "no published key verifies the good token")


@pytest.mark.check("SEC-TOK-07", clause="RFC 9068 4", rests_on=("SEC-TOK-01",))
def test_other_issuers_are_not_trusted(judge, jwt):
    """A token of another issuer, signed with its own key, is refused."""
    judge.assert_refused(foreign(jwt), "a token of another issuer")


@pytest.mark.check("SEC-TOK-08", clause="RFC 8725 3.1, 3.2; RFC 9068 4", rests_on=("SEC-TOK-01",))
def test_tokens_without_a_signature_are_refused(judge, jwt):
    """A token that says that it needs no signature is refused, however it spells that."""
    judge.assert_refused(unsigned(jwt), "a token that says it needs no signature")


@pytest.mark.check("SEC-TOK-09", clause="RFC 7515 5.2; RFC 9068 4", rests_on=("SEC-TOK-01",))
def test_damaged_signatures_are_refused(judge, jwt):
    """A token whose signature is damaged, empty or left out is refused."""
    judge.assert_refused(damaged(jwt), "a token with a damaged signature")


@pytest.mark.check(
    "SEC-TOK-10", clause="RFC 7515 5.2; RFC 9068 4", rests_on=("SEC-TOK-01", "SEC-TOK-09")
)
def test_altered_tokens_are_refused(judge, jwt):
    """A token that says something else than what was signed is refused."""
    judge.assert_refused(altered(jwt), "an altered token")


@pytest.mark.check(
    "SEC-TOK-11", clause="RFC 8725 3.1; RFC 9068 4", rests_on=("SEC-TOK-01", "SEC-TOK-09")
)
def test_other_keys_are_not_trusted(judge, jwt):
    """A token that somebody else signed is refused, whatever it says of its key."""
    judge.assert_refused(forged(jwt), "a token that somebody else signed")


@pytest.mark.check(
    "SEC-TOK-12", clause="RFC 7515 4.1.3; RFC 8725 3.10", rests_on=("SEC-TOK-01", "SEC-TOK-11")
)
def test_keys_that_tokens_bring_along_are_not_trusted(judge, jwt):
    """A token that brings along the key it is signed with is refused."""
    judge.assert_refused(bringing_a_key(jwt), "a token that brings its own key")


@pytest.mark.check(
    "SEC-TOK-13", clause="RFC 8725 3.10; RFC 9068 4", rests_on=("SEC-TOK-01", "SEC-TOK-11")
)
def test_keys_elsewhere_are_not_trusted(judge, jwt):
    """A token that says that its key is elsewhere is refused."""
    judge.assert_refused(pointing_to_a_key(jwt), "a token with a key from elsewhere")


@pytest.mark.check("SEC-TOK-14", clause="RFC 8725 2.1, 3.1", rests_on=("SEC-TOK-01", "SEC-TOK-09"))
def test_public_keys_are_no_shared_secrets(judge, jwt, published):
    """A token whose HMAC was made with the issuer's public key is refused."""
    try:
        rungs = list(confused(jwt, published))
    except ValueError as error:
        raise Inconclusive("precondition_unmet", str(error)) from None
    judge.assert_refused(rungs, "a public key as a shared secret")


@pytest.fixture
def bad_answers(trials, judge):
    """What came of every bad token, by what is wrong with it."""
    assert judge
    rungs = [Rung("garbage", GARBAGE)]
    jwt = trials.good.jwt
    makers = (unsigned, damaged, altered, forged, bringing_a_key, pointing_to_a_key, foreign)
    for make in makers if jwt else ():
        rungs += make(jwt)
    return {rung: trials.bearing(rung) for rung in rungs}


@pytest.mark.check("SEC-TOK-19", clause="RFC 9110 15.6")
def test_bad_tokens_do_not_break_the_server(trials, bad_answers):
    """A bad token is not answered as a failure of the server."""
    broken = [r for r, answer in bad_answers.items() if answer.status in _SERVER_ERRORS]
    if not broken:
        return
    again = trials.with_(f"Bearer {broken[0].token}")
    if again.status not in _SERVER_ERRORS:
        raise Inconclusive(
            "unstable", f"only one of two answers to '{broken[0].name}' is a failure"
        )
    fail(
        f"the server fails on a bad token ({broken[0].name}; {len(broken)} of {len(bad_answers)})",
        expected="status 401",
        received=f"status {again.status}",
    )


@pytest.mark.check("SEC-TOK-20", clause="CWE-209; OWASP API8:2023", strength="should")
def test_tokens_are_not_said_back(trials, bad_answers):
    """No answer holds the token that came with its request."""
    answers = {Rung(trials.good.name, trials.good.token): trials.granted, **bad_answers}
    for rung, answer in answers.items():
        if rung.token in ("", GARBAGE):  # it is nobody's secret
            continue
        try:
            where = said_back(answer, rung.token)
        except Contradiction:
            continue
        if where:
            fail(
                f"the token is said back in {where} ({rung.name})",
                expected="an answer without it",
                received=f"status {answer.status} with the token",
            )
