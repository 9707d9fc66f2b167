"""The authorisation server: how it treats clients and their secrets, and what its tokens say (MIM6 C1; RFC 6749)."""

import pytest

from mimtest import clock
from mimtest.errors import Inconclusive, NotApplicable
from mimtest.session.identities import issuer_metadata
from mimtest.vocabulary.access import settled
from mimtest.vocabulary.expect import assert_that, excerpt, member
from mimtest.vocabulary.oauth_asking import Account, Issuer, content_of

pytestmark = pytest.mark.interface("oidc", "oauth")

_GOOD = ("full", "read", "subject")
_HOUR = 3600
_CLAIMS = ("iss", "exp", "aud", "sub", "client_id", "iat", "jti")


@pytest.fixture(scope="session")
def issuer(mimtest_run, interface, client):
    """The server with its metadata, and the clients of the target file."""
    own = [i for i in mimtest_run.target.identities if i.issuer == interface.name]
    held = [(i, i.client_secret) for i in own if i.client_secret]
    accounts = tuple(Account(i, mimtest_run.secrets[s.variable]) for i, s in held)
    return Issuer(client, issuer_metadata(client, openid=interface.kind == "oidc"), accounts)


@pytest.fixture(scope="session")
def granted(issuer):
    """A token of a client that may do something."""
    return issuer.granted(issuer.account(*_GOOD))


@pytest.fixture(scope="session")
def jwt(granted):
    """The token as a JSON Web Token."""
    if granted.jwt is None:
        raise NotApplicable("not_offered", "its tokens are no signed JWT")
    return granted.jwt


@pytest.mark.check("SEC-AS-04", clause="RFC 6749 3.2", strength="should")
def test_tokens_are_not_given_for_get(issuer, granted):
    """The token endpoint refuses GET, whose parameters stand in addresses."""
    answer = settled(issuer.client.get(issuer.endpoint("token"), auth=False))
    assert granted.token
    assert_that(
        400 <= answer.status < 500,
        "GET at the token endpoint is no mistake of the client",
        expected="status 404 or 405, or another 4xx",
        received=f"status {answer.status}",
    )


@pytest.mark.check("SEC-AS-05", clause="RFC 6749 5.1")
def test_a_token_comes_as_json_that_nobody_keeps(issuer):
    """A client is given a token in JSON with its type, in an answer that no cache keeps."""
    answer = settled(issuer.ask(issuer.account(*_GOOD)))
    if not answer.ok:
        told = content_of(answer).get("error", "")
        raise Inconclusive("control_failed", f"no token: status {answer.status} {told}".rstrip())
    kind = answer.media_type
    assert_that(kind == "application/json", "the token comes not as JSON", received=kind)
    body = content_of(answer)
    member(body, "access_token", str, "the answer")
    member(body, "token_type", str, "the answer")
    rules = ", ".join(answer.headers.get_list("cache-control")).lower()
    assert_that(
        "no-store" in rules,
        "an answer with a token may be kept by caches",
        expected="Cache-Control: no-store",
        received=f"Cache-Control: {rules or 'none'}",
    )


@pytest.mark.check("SEC-AS-16", clause="RFC 6749 5.1", strength="should", rests_on=("SEC-AS-05",))
def test_the_life_of_a_token_is_told(granted):
    """The answer with a token tells in how many seconds it ends."""
    assert granted.answer.ok
    seconds = granted.body.get("expires_in")
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    said = granted.body.get("expires_in", "no expires_in")
    assert_that(number and seconds > 0, "no life is told", expected="seconds", received=said)


@pytest.mark.check("SEC-AS-06", clause="RFC 6749 5.2")
def test_a_wrong_secret_gets_no_token(issuer, run_id):
    """A client with a wrong secret, shown once, is refused as a client that is not known."""
    measure = issuer.granted(issuer.account(*_GOOD))
    account = issuer.accounts[-1]
    answer = settled(issuer.ask(account, secret=f"mimtest-wrong-{run_id}"))
    body = content_of(answer)
    assert_that(
        "access_token" not in body and answer.status in (400, 401),
        "a wrong secret is not refused",
        expected="status 401 with the error invalid_client",
        received=f"status {answer.status}" + (" with a token" if "access_token" in body else ""),
    )
    assert_that(
        body.get("error") in ("invalid_client", "unauthorized_client", "access_denied"),
        "the refusal does not say that the client is not known",
        expected="error invalid_client",
        received=excerpt(answer),
    )
    assert measure.token


@pytest.mark.check("SEC-AS-07", clause="RFC 6749 3.3", rests_on=("SEC-AS-05",))
def test_scopes_beyond_the_rights_are_not_given(issuer):
    """A client that asks for more than it may is refused, or told that it is given less."""
    full, read = (issuer.granted(issuer.account(rights)) for rights in ("full", "read"))
    beyond = full.scopes - read.scopes
    if not beyond:
        raise NotApplicable("not_offered", "who may write has no scope that who may read lacks")
    wanted = " ".join(sorted(read.scopes | full.scopes))
    answer = settled(issuer.ask(issuer.account("read"), wanted))
    if not answer.ok:
        told = content_of(answer).get("error")
        assert_that(told == "invalid_scope", "the refusal has another error", received=told)
        return
    body = content_of(answer)
    given = frozenset(str(body.get("scope", wanted)).split())
    assert_that(
        not beyond & given,
        "a client is given a scope beyond its rights",
        expected="error invalid_scope, or a narrower scope that the answer names",
        received=f"scope {body.get('scope', 'not named: as asked')}",
    )


@pytest.mark.check("SEC-AS-08", clause="RFC 9068 2.1, 2.2", strength="should")
def test_access_tokens_say_what_the_profile_asks(granted, jwt):
    """A JWT access token has the type at+jwt and the claims that resources need."""
    assert granted.answer.ok
    kind = str(jwt.header.get("typ", "")).lower().removeprefix("application/")
    missing = [name for name in _CLAIMS if name not in jwt.claims]
    assert_that(
        kind == "at+jwt" and not missing,
        "the access token is not like RFC 9068 has it",
        expected=f"typ at+jwt and the claims {', '.join(_CLAIMS)}",
        received=f"typ {kind or 'none'}, without {', '.join(missing) or 'none of them missing'}",
    )


@pytest.mark.check("SEC-AS-09", clause="RFC 6750 5.3; RFC 9700 2.2.1", strength="should")
def test_access_tokens_live_an_hour_at_most(granted):
    """An access token ends within the hour."""
    claims = granted.jwt.claims if granted.jwt else {}
    began = claims.get("iat", clock.now().timestamp())
    life = claims["exp"] - began if "exp" in claims else granted.body.get("expires_in")
    if not isinstance(life, int | float):
        raise Inconclusive("no_data", "neither the token nor its answer says when it ends")
    assert granted.answer.ok
    assert_that(
        life <= _HOUR + 1,
        "an access token lives longer than an hour",
        expected=f"{_HOUR} seconds at most",
        received=f"{life:.0f} seconds",
    )


@pytest.mark.check(
    "SEC-AS-10", clause="RFC 7009 2; RFC 7662 2.2", strength="should", level="writes"
)
def test_a_revoked_token_is_no_longer_active(issuer, looked):
    """A token that its client takes back is not active any more."""
    issuer.endpoint("revocation")
    account = issuer.account(*_GOOD)
    granted, asked = issuer.introspectable(account)
    answer = settled(issuer.post("revocation", asked, account))
    if answer.status == 400 and content_of(answer).get("error") == "unsupported_token_type":
        raise NotApplicable("not_offered", "access tokens are not taken back")
    assert_that(answer.status == 200, "revocation is refused", received=f"status {answer.status}")
    after = content_of(settled(issuer.post("introspection", asked, account)))
    assert_that(
        after.get("active") is False,
        "a token that was taken back is active",
        expected="active: false",
        received=f"active: {after.get('active')}",
    )
    if granted.jwt and "exp" in granted.jwt.claims:
        left = granted.jwt.claims["exp"] - clock.now().timestamp()
        looked(f"whoever does not ask the issuer takes such a token for {left:.0f} seconds more")


@pytest.mark.check("SEC-AS-11", clause="RFC 7662 2.1")
def test_introspection_is_for_those_who_are_known(issuer):
    """Whoever does not say who he is learns nothing of a token."""
    asked = issuer.introspectable(issuer.account(*_GOOD))[1]
    answer = settled(issuer.post("introspection", asked, None))
    told = content_of(answer).get("active") is True
    assert_that(
        not told,
        "whoever asks is told about a token",
        expected="status 401",
        received=f"status {answer.status} with active: true",
    )


@pytest.mark.check("SEC-AS-17", clause="RFC 6749 5.2; RFC 9110 15.5.2", rests_on=("SEC-AS-11",))
def test_a_refusal_by_401_holds_a_challenge(issuer):
    """Where the server answers 401, it says by which scheme clients are known."""
    issuer.endpoint("introspection")
    answer = settled(issuer.post("introspection", {"token": "mimtest-no-token"}, None))
    if answer.status != 401:
        raise NotApplicable("not_offered", f"the refusal has the status {answer.status}")
    named = answer.headers.get("www-authenticate")
    assert_that(named, "the 401 holds no challenge", expected="WWW-Authenticate", received="none")
