"""Who has no token, or shows something that is none, gets no restricted data (MIM6 C1; RFC 6750, RFC 9110 11)."""

import base64
import re

import pytest

from mimtest import clock
from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.access import given_away, is_denied, settled, succeeded
from mimtest.vocabulary.expect import assert_that, fail
from mimtest.vocabulary.token_trials import GARBAGE

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

_SCHEMES = re.compile(r"(?:^|,)\s*(bearer|dpop)(?=\s|,|$)", re.IGNORECASE)
_ERROR = re.compile(r"""\berror\s*=\s*(?:"([^"]*)"|([\w.-]+))""", re.IGNORECASE)
_LONGEST = 3600
#: What an address is answered that is not there: a mistake in the target file rather than a refusal.
_NOT_THERE = (404, 405, 410)


@pytest.fixture
def bearer(trials):
    """The good token."""
    if not trials.good.token:
        raise NotApplicable("not_offered", f"{trials.good.name} is known by no bearer token")
    return trials.good.token


@pytest.fixture
def refused(trials, judge, bearer):
    """The answer to whoever has no token, where that is a refusal."""
    assert bearer
    answer = settled(trials.stranger)
    if answer.ok:
        detail = "whoever has no token is answered, if without the restricted data"
        raise NotApplicable("not_offered", detail)
    assert judge
    return answer


@pytest.mark.check("SEC-TOK-00", clause="RFC 6750 2.1; RFC 9068 4", strength="may")
def test_a_good_token_gets_the_data(trials, nowhere):
    """A token of the issuer gets the restricted data, so that refusals of other tokens tell something."""
    answer = settled(trials.granted)
    if answer.status in _NOT_THERE:
        detail = f"{trials.door.name} is answered {answer.status}: is it the right address?"
        raise Inconclusive("precondition_unmet", detail)
    end = trials.good.jwt.claims.get("exp") if trials.good.jwt else None
    if isinstance(end, int | float) and end <= clock.now().timestamp():
        detail = f"the token of {trials.good.name} has ended"
        raise Inconclusive("precondition_unmet", detail)
    assert_that(
        answer.ok,
        f"the token of {trials.good.name} does not get {trials.door.name}",
        expected="a status 2xx with data",
        received=f"status {answer.status}",
    )
    assert_that(trials.texts(nowhere), "the answer holds no data")


@pytest.mark.check(
    "SEC-TOK-01", clause="MIMs Plus 9.0 MIM6 R1.1; RFC 6750 3", rests_on=("SEC-TOK-00",)
)
def test_restricted_data_needs_a_token(interface, trials, nowhere):
    """Whoever has no token gets none of the restricted data."""
    if not succeeded(trials.granted):
        raise Inconclusive("control_failed", f"{trials.good.name} does not get the data either")
    answer = settled(trials.stranger)
    told = given_away(answer, trials.texts(nowhere)) if answer.ok else []
    if told and not (interface.protected or trials.good.owns):
        detail = f"{trials.door.name} is open; what is restricted goes in 'protected'"
        raise Inconclusive("needs_review", detail)
    assert_that(
        not told,
        f"{trials.door.name} gives restricted data to whoever has no token",
        expected="status 401, or an answer without the restricted data",
        received=f"status {answer.status} with {', '.join(told[:3])}",
    )


@pytest.mark.check(
    "SEC-TOK-02", clause="RFC 6750 3", strength="should", rests_on=("SEC-TOK-01", "SEC-TOK-21")
)
def test_who_has_no_token_is_told_which_is_needed(refused):
    """The refusal of whoever has no token is 401 with a challenge for tokens."""
    named = ", ".join(refused.headers.get_list("www-authenticate"))
    assert_that(
        refused.status == 401 and _SCHEMES.search(named),
        "the refusal does not say that a token is needed",
        expected="status 401 with WWW-Authenticate: Bearer or DPoP",
        received=f"status {refused.status} with WWW-Authenticate: {named or 'none'}",
    )


@pytest.mark.check(
    "SEC-TOK-03", clause="RFC 6750 3.1", strength="may", rests_on=("SEC-TOK-01", "SEC-TOK-21")
)
def test_who_shows_nothing_is_not_told_an_error(refused):
    """The challenge to whoever shows no token holds no error code."""
    named = ", ".join(refused.headers.get_list("www-authenticate"))
    if not named:
        raise Inconclusive("precondition_unmet", "there is no challenge")
    told = _ERROR.search(named)
    assert_that(not told, "it holds an error code", received=told and (told[1] or told[2]))


@pytest.mark.check("SEC-TOK-04", clause="RFC 6750 3.1; RFC 9068 4", rests_on=("SEC-TOK-01",))
def test_what_is_no_token_is_refused(interface, trials, judge):
    """A made-up text, the scheme without a token, and a made-up key get no data."""
    tried = {
        "a made-up text": trials.attempt("garbage", f"Bearer {GARBAGE}"),
        "the scheme alone": trials.attempt("no text", "Bearer"),
    }
    if interface.auth and interface.auth.header:
        tried["a made-up key"] = trials.with_(GARBAGE, name=interface.auth.header)
    judge.assert_none(tried, "what is no token")


@pytest.mark.check(
    "SEC-TOK-24", clause="RFC 6750 3.1", strength="should", rests_on=("SEC-TOK-04", "SEC-TOK-21")
)
def test_a_bad_token_is_named_as_such(trials, judge, refused):
    """The refusal of a made-up token is 401 with the error invalid_token."""
    assert refused.status
    answer = trials.attempt("garbage", f"Bearer {GARBAGE}")
    if judge.is_taken(answer):
        raise Inconclusive("precondition_unmet", "a made-up text is taken as a token")
    named = ", ".join(answer.headers.get_list("www-authenticate"))
    codes = [a or b for a, b in _ERROR.findall(named)]
    assert_that(
        answer.status == 401 and "invalid_token" in codes,
        "the refusal does not say that the token is bad",
        expected='status 401 with error="invalid_token" in WWW-Authenticate',
        received=f"status {answer.status} with WWW-Authenticate: {named or 'none'}",
    )


@pytest.mark.check("SEC-TOK-16", clause="RFC 6750 2.3; RFC 9700 4.3.2", strength="should")
def test_tokens_in_addresses_are_not_taken(trials, judge):
    """A good token in the address, where logs keep it, is not taken."""
    jwt = trials.good.jwt
    left = jwt.claims.get("exp", 0) - clock.now().timestamp() if jwt else _LONGEST
    if not trials.good.minted or left > _LONGEST:
        detail = "the token is not one that was made for this run and ends within the hour"
        raise NotApplicable("not_offered", detail)
    answer = trials.with_(None, {"access_token": trials.good.token})
    if judge.is_taken(answer):
        fail(
            "a token in the query of the address is taken",
            expected="status 400 or 401: tokens are sent in the Authorization field",
            received=f"status {answer.status} with the restricted data",
        )


@pytest.mark.check("SEC-TOK-17", clause="RFC 9110 11.6.2; MIMs Plus 9.0 MIM6 R1.1")
def test_other_credentials_get_nothing(trials, judge, run_id):
    """A user nobody knows, and a scheme that does not exist, get no data."""
    nobody = base64.b64encode(f"mimtest-{run_id}:{run_id}".encode()).decode()
    judge.assert_none(
        {
            "Basic with a made-up user": trials.attempt("basic", f"Basic {nobody}"),
            "a scheme that does not exist": trials.attempt("scheme", f"Mimtest {GARBAGE}"),
        },
        "what is no credential",
    )


@pytest.mark.check("SEC-TOK-18", clause="RFC 9110 11.1", strength="may")
def test_the_scheme_is_known_in_any_case(trials, judge, bearer):
    """The name of the scheme is taken in lower case."""
    answer = trials.attempt("bearer in lower case", f"bearer {bearer}")
    assert_that(
        judge.is_taken(answer),
        "the good token is refused after 'bearer' in lower case",
        expected="as after 'Bearer'",
        received=f"status {answer.status}",
    )


@pytest.mark.check("SEC-TOK-21", clause="RFC 9110 15.5.2, 11.6.1")
def test_a_401_holds_a_challenge(trials, judge):
    """Every 401 holds a WWW-Authenticate field that says how to do better."""
    assert judge
    answers = {
        "whoever has no token": trials.stranger,
        "a made-up token": trials.attempt("garbage", f"Bearer {GARBAGE}"),
    }
    seen = {who: answer for who, answer in answers.items() if settled(answer).status == 401}
    if not seen:
        assert all(is_denied(a) or a.ok for a in answers.values())
        raise NotApplicable("not_offered", "refusals have another status than 401")
    for who, answer in seen.items():
        named = answer.headers.get("www-authenticate") or ""
        assert_that(
            named.strip(),
            f"the 401 for {who} holds no challenge",
            expected="WWW-Authenticate with at least one challenge",
            received="none",
        )
