"""How an OpenID provider answers clients that ask wrongly.

No account is touched: nobody logs in, and no password is tried.
"""

import pytest

from mimtest.errors import Contradiction, Inconclusive, NotApplicable
from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_status,
    assert_that,
    excerpt,
    json_object,
    member,
)
from mimtest.vocabulary.openid import is_implicit_only
from mimtest.vocabulary.openid_asking import (
    NEEDS_LOGIN,
    NOBODY,
    leads_to,
    question,
    returned,
)
from mimtest.vocabulary.web_addresses import address_parts

pytestmark = pytest.mark.interface("oidc")

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
#: Errors of who looks at the client that is to be registered (RFC 7591 3.2.2).
_ABOUT_CLIENTS = (
    "invalid_redirect_uri", "invalid_client_metadata", "invalid_software_statement",
    "unapproved_software_statement",
)  # fmt: skip
#: What shows that the answer is not about the question.
_NOTHING = (404, 405, 410, 429, 500, 501, 502, 503, 504)


@pytest.fixture(scope="session")
def registered(interface, target):
    """A client of the provider, with the address that people are sent back to; a public one first."""
    clients = [i for i in target.identities if i.client_id and i.issuer == interface.name]
    clients.sort(key=lambda i: i.client_secret is not None)
    back = interface.paths.get("callback")
    if not clients or not back:
        detail = "the target file names no client of the provider, or no callback of it"
        raise NotApplicable("not_offered", detail)
    return clients[0], back


@pytest.fixture
def authorise(metadata, client):
    """Ask the authorisation endpoint without cookies."""
    address = member(metadata, "authorization_endpoint", str, "the metadata")

    def ask(**parameters):
        return client.get(address, params=parameters, auth=False)

    return ask


@pytest.mark.check(
    "TRU-ID-12",
    clause="RFC 6749 3.1.2.4, 4.1.2.1; RFC 9700 2.1",
    level="safe",
    rests_on=("TRU-ID-03",),
)
def test_codes_do_not_go_to_strangers(authorise, registered, client, run_id):
    """Nobody is sent to an address that the client did not register."""
    named, path = registered
    back = client.url(path)

    def ask(address, **more):
        return authorise(**question(named.client_id, address, f"mimtest-{run_id}", **more))

    answer = ask(NOBODY)
    if answer.status in _NOTHING:
        detail = f"the authorisation endpoint answers {answer.status}"
        raise Inconclusive("control_failed", detail)
    _assert_not_sent(answer)
    right = ask(back)
    if not (right.ok or 300 <= right.status < 400):
        detail = f"the registered address is refused, too: {right.status} {excerpt(right)}"
        raise Inconclusive("control_failed", detail)
    if answer.status >= 400:
        return
    # Many look at the address after the login only; who may not show one answers at once.
    _assert_not_sent(ask(NOBODY, prompt="none"))
    if _page_of(answer) == _page_of(right) and returned(ask(back, prompt="none"), back) is None:
        detail = "a strange address is answered as a registered one is: with a page to log in"
        raise Inconclusive("control_failed", detail)


def _assert_not_sent(answer):
    assert_that(
        not leads_to(answer, NOBODY),
        "people are sent to an address that the client did not register",
        expected="an error page of the provider, or its own login",
        received=answer.location or excerpt(answer),
    )


def _page_of(answer):
    """Where an answer leads, without what is particular to one question."""
    return answer.status, address_parts(answer.location or "")._replace(
        query="", fragment=""
    ).geturl()


@pytest.mark.check(
    "TRU-ID-13",
    clause="RFC 7636 4.4.1; RFC 9700 2.1.1",
    strength="should",
    level="safe",
    rests_on=("TRU-ID-08",),
)
def test_public_clients_bind_their_codes(authorise, registered, metadata, client, run_id):
    """A client without a secret gets no code that it has not bound to itself (PKCE)."""
    named, path = registered
    if named.client_secret is not None or is_implicit_only(metadata):
        raise NotApplicable("not_offered", "the target file names no client without a secret")
    back = client.url(path)
    answers = {}
    for what, more in {
        "sound": {},
        "a method that nobody has": {"code_challenge_method": "mimtest"},
        "no challenge": {"code_challenge": None, "code_challenge_method": None},
    }.items():
        asked = question(named.client_id, back, f"mimtest-{run_id}", prompt="none", **more)
        answers[what] = returned(authorise(**asked), back)
    _require_validation_before_login(answers, metadata)
    unbound = answers["no challenge"]
    assert_that(
        unbound is None or unbound.error not in NEEDS_LOGIN,
        "a question without a challenge is taken as far as the login",
        expected="error=invalid_request",
        received=f"error={unbound.error}" if unbound else "",
    )


def _require_validation_before_login(answers, metadata):
    """A sound question gets as far as the login, and one with an unknown method does not."""
    sound, strange = answers["sound"], answers["a method that nobody has"]
    if sound is None or sound.error not in NEEDS_LOGIN:
        told = sound.error if sound else "no redirect to the client"
        raise Inconclusive("control_failed", f"a sound question does not reach the login: {told}")
    knows = "code_challenge_methods_supported" in metadata
    if knows and strange is not None and strange.error in NEEDS_LOGIN:
        detail = "the provider looks at challenges only after the login"
        raise Inconclusive("control_failed", detail)


@pytest.mark.check(
    "TRU-ID-14", clause="RFC 6749 5.2", level="safe", rests_on=("TRU-ID-01", "TRU-ID-03")
)
def test_unknown_clients_get_no_token(metadata, client, run_id):
    """A client that nobody knows gets an error in the form of the standard, and no token."""
    if is_implicit_only(metadata) and "token_endpoint" not in metadata:
        raise NotApplicable("not_offered", "the provider has no token endpoint")
    answer = client.post(
        member(metadata, "token_endpoint", str, "the metadata"),
        content=f"grant_type=client_credentials&client_id=mimtest-{run_id}",
        headers=_FORM,
        harmless=True,
        auth=False,
    )
    assert_that(
        not answer.ok,
        "a client that nobody knows is answered as if it were known",
        expected="status 400 or 401",
        received=f"status {answer.status}",
    )
    assert_status(answer, 400, 401, what="the answer to an unknown client")
    assert_media_type(answer, "application/json")
    member(json_object(answer, "the error"), "error", str, "the error")


@pytest.mark.check(
    "TRU-ID-16",
    clause="RFC 7591 3, 5",
    strength="should",
    level="safe",
    rests_on=("TRU-ID-01",),
)
def test_not_everybody_registers_clients(metadata, client, interface):
    """Registering a client needs leave: a request without a token is not even read."""
    address = metadata.get("registration_endpoint")
    if address is None or interface.variant == "solid-oidc":
        detail = "clients do not register themselves, or the variant wants it open to all"
        raise NotApplicable("not_offered", detail)
    # Nothing comes of it: addresses have to be a list (RFC 7591 2).
    answer = client.post(str(address), json={"redirect_uris": 0}, harmless=True, auth=False)
    if answer.status in _NOTHING and answer.status != 404:
        raise Inconclusive("control_failed", f"the registration endpoint answers {answer.status}")
    if answer.status == 400 and _told(answer, "error") not in _ABOUT_CLIENTS:
        detail = f"the body may be refused before its sender is: {excerpt(answer)}"
        raise Inconclusive("needs_review", detail)
    assert_that(
        answer.status in (401, 403, 404),
        "everybody may register clients",
        expected="status 401 or 403",
        received=f"status {answer.status}: {excerpt(answer)}",
    )


@pytest.mark.check(
    "TRU-ID-18",
    clause="MIM4 2022 capability 3; OpenID Connect Discovery 1.0 4",
    strength="should",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_people_choose_who_vouches_for_them(metadata, interface, neighbours):
    """Besides this provider there is another, or a wallet's, that works."""
    others = {
        n.interface.url: n
        for n in neighbours.values()
        if n.interface.kind == "oidc" or n.interface.paths.get("service")
    }
    if not others:
        raise NotApplicable("not_offered", "the target file names one provider only")
    wrong = []
    for other in others.values():
        base = other.interface.paths.get("service", "")
        answer = other.get(f"{base.rstrip('/')}/.well-known/openid-configuration", auth=False)
        issuer = _told(answer, "issuer") if answer.status == 200 else None
        if issuer and issuer not in (metadata.get("issuer"), interface.url):
            return
        wrong.append(f"{other.interface.name}: {issuer or f'status {answer.status}'}")
    assert_that(
        not wrong,
        "no other provider works",
        expected="metadata of another issuer",
        received="; ".join(wrong),
    )


def _told(answer, name):
    """A member of the object in an answer, if there is one."""
    try:
        body = answer.json()
    except Contradiction:
        return None
    return body.get(name) if isinstance(body, dict) else None
