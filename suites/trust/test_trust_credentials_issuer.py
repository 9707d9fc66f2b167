"""An issuer of verifiable credentials as wallets meet it (OpenID for Verifiable Credential Issuance 1.0)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.credential_issuer import metadata_addresses, servers, wrong_members
from mimtest.vocabulary.expect import (
    assert_media_type,
    assert_status,
    assert_that,
    excerpt,
    json_object,
    member,
)
from mimtest.vocabulary.oauth_tokens import metadata_addresses as server_addresses
from mimtest.vocabulary.openid import differ_by_slash, unsound_address
from mimtest.vocabulary.openid_asking import challenges

pytestmark = pytest.mark.interface("vc-issuer")

_JSON = {"Accept": "application/json"}
_REFUSED = (400, 401, 403)


@pytest.fixture(scope="session")
def found(client, interface):
    """What is answered where the metadata belong, and where drafts had them."""
    place, old = metadata_addresses(interface.url)
    answer = client.get(place, headers=_JSON, auth=False)
    if answer.received.status == 200 or place == old:
        return answer, answer
    return answer, client.get(old, headers=_JSON, auth=False)


@pytest.fixture
def offers(found):
    """The metadata, in either place."""
    answer = next((a for a in found if a.status == 200), found[0])
    return json_object(assert_status(answer, 200, what="the metadata"), "the metadata")


@pytest.mark.check("TRU-VC-01", clause="OpenID4VCI 1.0 12.2.2, 12.2.3", level="passive")
def test_an_issuer_describes_itself(found):
    """The issuer's metadata are a JSON object where wallets look for them, or where drafts had them."""
    answer = next((a for a in found if a.status == 200), found[0])
    assert_status(answer, 200, what="the metadata")
    assert_media_type(answer, "application/json")
    json_object(answer, "the metadata")


@pytest.mark.check(
    "TRU-VC-15",
    clause="OpenID4VCI 1.0 12.2.2",
    strength="should",
    level="passive",
    rests_on=("TRU-VC-01",),
)
def test_metadata_are_in_their_final_place(found):
    """The metadata are between host and path of the issuer's identifier, not behind it."""
    place, old = found
    assert_that(
        place.status == 200,
        "the metadata are not where the final version of the standard has them",
        expected=f"200 at {place.url}",
        received=f"status {place.status}; at {old.url} status {old.status}",
    )


@pytest.mark.check(
    "TRU-VC-02", clause="OpenID4VCI 1.0 12.2.4", level="passive", rests_on=("TRU-VC-01",)
)
def test_an_issuer_says_what_wallets_need(offers, interface, looked):
    """The metadata name the issuer, its credential endpoint, and what credentials there are."""
    named = offers.get("credential_issuer")
    if differ_by_slash(named, interface.url):
        looked(f"the metadata name {named}; the target file differs by a slash at the end")
    else:
        assert_that(
            named == interface.url,
            "the metadata are those of another issuer",
            expected=interface.url,
            received=named,
        )
    wrong = list(wrong_members(offers))
    assert_that(
        not wrong,
        "the metadata do not have what wallets need",
        expected="https endpoints, and configurations with a format and what belongs to it",
        received="; ".join(wrong),
    )


@pytest.mark.check(
    "TRU-VC-03",
    clause="OpenID4VCI 1.0 12.2.4 (authorization_servers); RFC 8414 2, 3.3",
    level="passive",
    rests_on=("TRU-VC-02",),
)
def test_wallets_find_where_tokens_are(offers, client, interface):
    """Every authorisation server of the issuer describes itself, and names its token endpoint."""
    named = servers(offers, interface.url)
    assert_that(named, "no authorisation server is named", expected="a list of issuers")
    for server in named:
        told = _metadata_of(client, server)
        assert_that(
            told.get("issuer", "").rstrip("/") == server.rstrip("/"),
            "the metadata are those of another authorisation server",
            expected=server,
            received=told.get("issuer"),
        )
        endpoint = member(told, "token_endpoint", str, "the server's metadata")
        assert_that(
            not unsound_address(endpoint),
            f"the token endpoint {unsound_address(endpoint)}",
            expected="an https address",
            received=endpoint,
        )


def _metadata_of(client, server):
    """The metadata of an authorisation server, in one of the places where they may be."""
    answers = [client.get(a, auth=False) for a in server_addresses(server, openid=False)]
    given = next((a for a in answers if a.status == 200), answers[0])
    told = json_object(assert_status(given, 200, what=f"the metadata of {server}"))
    member(told, "issuer", str, "the server's metadata")
    return told


@pytest.fixture
def endpoint(offers):
    """The credential endpoint."""
    return member(offers, "credential_endpoint", str, "the metadata")


@pytest.fixture
def wallet(client, endpoint, identities, interface):
    """Ask for a credential with a body that cannot be accepted; and the same with a good token."""

    def ask(headers=None, params=None):
        return client.post(
            endpoint, json={}, headers=headers, params=params, harmless=True, auth=False
        )

    def control():
        named = identities.of(interface, "full", "read", "subject", "none")
        if named is None:
            raise Inconclusive("control_failed", "the target file names nobody with a good token")
        answer = ask(named.fields)
        if answer.status in (401, 403) or answer.status >= 500:
            detail = f"a token that should be good is answered {answer.status} {excerpt(answer)}"
            raise Inconclusive("control_failed", detail)
        return named

    return ask, control


@pytest.mark.check(
    "TRU-VC-04",
    clause="OpenID4VCI 1.0 8.3.1.1; RFC 6750 3; RFC 9449 7.1",
    level="safe",
    rests_on=("TRU-VC-02",),
)
@pytest.mark.parametrize(
    "fields", [{}, {"Authorization": "Bearer mimtest-no-token"}], ids=["no-token", "no-such-token"]
)
def test_credentials_need_a_token(wallet, fields):
    """Who has no token gets no credential, and word of how to get in."""
    ask, control = wallet
    answer = ask(fields)
    if answer.status >= 500 or answer.status in (404, 405, 429):
        detail = f"the credential endpoint answers {answer.status}"
        raise Inconclusive("control_failed", detail)
    told = answer.status == 400 and "error" in str(challenges(answer))
    assert_that(
        told or answer.status in (401, 403),
        "a request without a good token gets past the door",
        expected="status 401",
        received=f"status {answer.status}: {excerpt(answer)}",
    )
    assert_that(
        {"bearer", "dpop"} & challenges(answer).keys(),
        f"the answer {answer.status} does not say how to get in",
        expected="WWW-Authenticate: Bearer or DPoP",
        received=", ".join(answer.headers.get_list("www-authenticate")) or "no such field",
    )
    control()


@pytest.mark.check(
    "TRU-VC-14",
    clause="RFC 6750 2.3; RFC 9700 4.3.2",
    strength="should",
    level="safe",
    rests_on=("TRU-VC-04",),
)
def test_tokens_are_not_taken_from_addresses(wallet):
    """A good token in the address, where logs and caches keep it, is not taken."""
    ask, control = wallet
    named = control()
    answer = ask(params={"access_token": named.token})
    if answer.status >= 500 or answer.status == 429:
        raise Inconclusive("control_failed", f"the credential endpoint answers {answer.status}")
    anonymous = ask()
    assert_that(
        answer.status == anonymous.status and answer.status in _REFUSED,
        "a token in the address is taken",
        expected=f"status {anonymous.status}, as without a token",
        received=f"status {answer.status}",
    )


@pytest.mark.check(
    "TRU-VC-05", clause="OpenID4VCI 1.0 7.1, 7.2", level="safe", rests_on=("TRU-VC-02",)
)
def test_nonces_are_fresh_and_not_kept(offers, client):
    """Each nonce is a new one, and no cache keeps it."""
    address = offers.get("nonce_endpoint")
    if address is None:
        raise NotApplicable("not_offered", "the metadata name no nonce_endpoint")
    given = []
    for _ in range(2):
        answer = client.post(str(address), query=True, auth=False)
        assert_status(answer, 200, what="the answer with a nonce")
        given.append(member(json_object(answer, "the answer"), "c_nonce", str, "the answer"))
        kept = answer.headers.get("cache-control") or ""
        assert_that(
            "no-store" in [d.strip().lower() for d in kept.split(",")],
            "a cache may keep the nonce",
            expected="Cache-Control: no-store",
            received=kept or "no such field",
        )
    assert_that(
        given[0] != given[1],
        "the same nonce came twice",
        expected="two different nonces",
        received=given[0],
    )
