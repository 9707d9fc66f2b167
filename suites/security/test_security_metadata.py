"""What authorisation servers publish of themselves (RFC 8414), and their keys (RFC 7517, RFC 7518)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.vocabulary.access import settled, succeeded
from mimtest.vocabulary.expect import assert_equal, assert_that, fail, json_object, member, shown
from mimtest.vocabulary.jose import can_sign, is_signed_by, read, unsound_key
from mimtest.vocabulary.oauth_asking import content_of
from mimtest.vocabulary.oauth_tokens import OAUTH, OPENID, inserted, metadata_addresses
from mimtest.vocabulary.token_ladder import as_jwt

_BOUND = ("dpop_signing_alg_values_supported", "tls_client_certificate_bound_access_tokens")

pytestmark = pytest.mark.interface("oidc", "oauth")


@pytest.fixture(scope="session")
def described(client, interface):
    """The answer in which the server says what it is, wherever that is."""
    for address in metadata_addresses(interface.url, openid=interface.kind == "oidc"):
        answer = client.get(address, auth=False)
        if succeeded(answer) and content_of(answer):
            return answer
    raise Inconclusive("no_data", f"{interface.name} gives no metadata")


@pytest.fixture(scope="session")
def published(client, described):
    """The answer with the server's public keys."""
    address = content_of(described).get("jwks_uri")
    if not isinstance(address, str):
        raise NotApplicable("not_offered", "the metadata name no jwks_uri")
    answer = settled(client.get(address, auth=False))
    assert_that(_keys_in(answer), "there is no key at the jwks_uri")
    return answer


def _keys_in(answer):
    keys = content_of(answer).get("keys")
    return [k for k in keys if isinstance(k, dict)] if isinstance(keys, list) else []


@pytest.mark.check("SEC-AS-01", clause="RFC 8414 3", strength="should", level="passive")
def test_the_server_publishes_its_metadata(client, interface):
    """The metadata are where clients look for those of an authorisation server."""
    base = interface.url.rstrip("/")
    places = (inserted(base, OAUTH), inserted(base, OPENID), f"{base}/.well-known/{OPENID}")
    statuses = {}
    for address in dict.fromkeys(places):
        answer = client.get(address, auth=False)
        statuses[address] = answer.status
        if answer.ok and "issuer" in content_of(answer):
            return
    fail(
        "there are no metadata",
        expected=f"a JSON object with issuer at {places[0]}",
        received=shown(statuses),
    )


@pytest.mark.check("SEC-AS-13", clause="RFC 8414 2, 3.3", level="passive", rests_on=("SEC-AS-01",))
def test_the_metadata_are_those_of_the_issuer(client, interface):
    """Metadata of an authorisation server name the very issuer that they were looked up for."""
    answer = settled(client.get(inserted(interface.url, OAUTH), auth=False))
    if not answer.ok:
        raise NotApplicable("not_offered", "the metadata are those of an OpenID provider only")
    body = json_object(answer, "the metadata")
    given = member(body, "issuer", str, "the metadata")
    if given != interface.url and given.rstrip("/") == interface.url.rstrip("/"):
        detail = f"the issuer is {given}, the target file has {interface.url}: write it as it is"
        raise Inconclusive("needs_review", detail)
    assert_equal(given, interface.url, "the issuer")
    member(body, "response_types_supported", list, "the metadata")
    grants = body.get("grant_types_supported", ["authorization_code", "implicit"])
    if set(grants) & {"authorization_code", "client_credentials", "refresh_token"}:
        member(body, "token_endpoint", str, "the metadata")
    if set(grants) & {"authorization_code", "implicit"}:
        member(body, "authorization_endpoint", str, "the metadata")


@pytest.mark.check(
    "SEC-AS-12", clause="RFC 9449 5.1; RFC 8705 3.3", strength="may", level="passive"
)
def test_tokens_can_be_bound_to_their_client(described):
    """The server offers tokens that are of no use to whoever finds them: by DPoP or client certificates."""
    offered = [name for name in _BOUND if content_of(described).get(name)]
    assert_that(offered, "neither is offered", expected=" or ".join(_BOUND), received="none")


@pytest.mark.check(
    "SEC-AS-14",
    clause="RFC 7517 9.2; RFC 7518 3.3",
    level="passive",
    rests_on=("TRU-ID-07",),
)
def test_published_keys_hold_nothing_private(published):
    """The published keys are public ones, of a sufficient size."""
    for jwk in _keys_in(published):
        told = unsound_key(jwk)
        if told and "kty" not in told:
            name = jwk.get("kid", "without a name")
            fail(f"the key {name} {told}", expected="a public key of 2048 bits or more")


@pytest.mark.check("SEC-AS-15", clause="RFC 9068 2.1, 4; RFC 8414 2")
def test_access_tokens_are_signed_with_a_published_key(
    mimtest_run, identities, interface, published
):
    """A JWT access token is signed with one of the server's published keys, not with a shared secret."""
    own = [i for i in mimtest_run.target.identities if i.issuer == interface.name]
    good = [i for i in own if i.rights in ("full", "read", "subject", "none")]
    found = [t for t in (as_jwt(identities.token(i)) for i in good[:1]) if t]
    if not found or "at+jwt" not in str(found[0].header.get("typ", "")).lower():
        raise NotApplicable("not_offered", "no identity has an access token as RFC 9068 has it")
    token = found[0]
    keys = _keys_in(published)
    fitting = [k for k in keys if can_sign(k, token.algorithm)]
    assert_that(
        any(is_signed_by(read(token.text), k) for k in fitting),
        "no published key verifies the access token",
        expected=f"one of {len(keys)} keys that verifies it",
        received=f"alg {token.algorithm}, kid {token.header.get('kid', 'none')}",
    )
