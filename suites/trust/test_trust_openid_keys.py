"""How an OpenID provider signs, and what it lets clients do that is known to be unsafe.

Read from its metadata and its keys; nobody logs in.
"""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_status, assert_that, json_object, member, of_type
from mimtest.vocabulary.jose import repeated, unsound_key
from mimtest.vocabulary.openid import (
    grant_types,
    id_tokens_by_redirect,
    is_implicit_only,
    texts,
    tokens_by_redirect,
)

pytestmark = pytest.mark.interface("oidc")


@pytest.fixture
def keys_answer(metadata, client):
    """What is answered where the provider's keys are."""
    return client.get(member(metadata, "jwks_uri", str, "the metadata"), auth=False)


@pytest.fixture
def keys(keys_answer):
    """The provider's keys."""
    found = json_object(assert_status(keys_answer, 200, what="the keys"), "the keys")
    return member(found, "keys", list, "the keys")


@pytest.mark.check(
    "TRU-ID-06",
    clause="OpenID Connect Core 1.0 2; RFC 8725 3.2",
    strength="should",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_identity_tokens_are_signed(metadata):
    """No identity token that a browser carries comes without a signature."""
    algorithms = texts(metadata, "id_token_signing_alg_values_supported")
    assert_that(algorithms, "no algorithm is named", expected="an algorithm", received="none named")
    carried = id_tokens_by_redirect(metadata)
    assert_that(
        "none" not in (a.lower() for a in algorithms) or not carried,
        "identity tokens without a signature are offered, and browsers carry identity tokens",
        expected="no 'none' in id_token_signing_alg_values_supported",
        received=f"{', '.join(algorithms)}; response types {', '.join(carried)}",
    )


@pytest.mark.check(
    "TRU-ID-07",
    clause="OpenID Connect Discovery 1.0 3 (jwks_uri); RFC 7517 5; RFC 7518 3.3, 6.2.1",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_keys_are_public_and_strong(keys_answer):
    """The provider's keys are there, tell nothing that is private, and are not weak."""
    content = json_object(assert_status(keys_answer, 200, what="the keys"), "the keys")
    found = of_type(member(content, "keys", None, "the keys"), list, "'keys'")
    assert_that(found, "there is no key", expected="at least one key", received="[]")
    wrong = [f"the key {_name(key)} {why}" for key in found if (why := unsound_key(key))]
    assert_that(
        not wrong,
        "keys of the provider are not fit for verifying signatures",
        expected="public keys: RSA of 2048 bits or more, or curves of 256 bits or more",
        received="; ".join(wrong),
    )


@pytest.mark.check(
    "TRU-ID-21",
    clause="RFC 7517 4.5; OpenID Connect Core 1.0 10.1; OpenID Connect Discovery 1.0 3",
    strength="should",
    level="passive",
    rests_on=("TRU-ID-07",),
)
def test_keys_can_be_told_apart(keys):
    """Of several keys each has a name of its own, and says what it is used for where they differ."""
    given = [k for k in keys if isinstance(k, dict)]
    assert_that(given, "there is no key", expected="at least one key", received="[]")
    nameless = [k for k in given if not k.get("kid")]
    assert_that(
        len(given) == 1 or not nameless,
        f"{len(nameless)} of {len(given)} keys have no kid",
        expected="a kid for each",
        received=[k.get("kid") for k in given],
    )
    twice = list(repeated(keys))
    assert_that(
        not twice,
        "several keys have the same name",
        expected="a kid of its own for each key",
        received=", ".join(twice),
    )
    uses = [k.get("use") for k in given]
    assert_that(
        "enc" not in uses or None not in uses,
        "keys for encryption stand beside keys that do not say what they are for",
        expected="use in every key",
        received=uses,
    )


@pytest.mark.check(
    "TRU-ID-08",
    clause="RFC 9700 2.1.1; RFC 7636 4.2, 7.2",
    strength="should",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_codes_are_bound_to_the_client_that_asked(metadata):
    """Clients are told that codes can be bound to them by a hash (PKCE, S256), and not in the clear."""
    if is_implicit_only(metadata):
        raise NotApplicable("not_offered", "no response type gives a code")
    methods = texts(metadata, "code_challenge_methods_supported")
    assert_that(
        "S256" in methods and "plain" not in methods,
        "the ways to bind a code are not the safe ones",
        expected="S256 and not plain in code_challenge_methods_supported",
        received=", ".join(methods) or "no such member",
    )


@pytest.mark.check(
    "TRU-ID-09",
    clause="RFC 9700 2.4",
    strength="should",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_clients_do_not_see_passwords(metadata):
    """People do not give their passwords to clients: there is no password grant."""
    grants = grant_types(metadata)
    assert_that(
        "password" not in grants,
        "the password grant is offered",
        expected="no 'password' in grant_types_supported",
        received=", ".join(grants),
    )


@pytest.mark.check(
    "TRU-ID-10",
    clause="RFC 9700 2.1.2",
    strength="should",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_access_tokens_do_not_travel_in_addresses(metadata):
    """No response type puts an access token into the address of a redirect."""
    offered = tokens_by_redirect(metadata)
    assert_that(
        not offered,
        "access tokens come in the address of a redirect",
        expected="no response type with 'token'",
        received="; ".join(offered),
    )


@pytest.mark.check(
    "TRU-ID-11",
    clause="RFC 9207 2.3, 3; RFC 9700 4.4.2",
    strength="should",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_answers_of_the_provider_name_it(metadata):
    """Answers by redirect name their issuer, so that clients of several providers are not misled."""
    value = metadata.get("authorization_response_iss_parameter_supported")
    assert_that(
        value is True,
        "answers by redirect do not name the provider",
        expected="authorization_response_iss_parameter_supported: true",
        received=value if value is not None else "no such member",
    )


def _name(key):
    """A key as the report names it."""
    return (key.get("kid") if isinstance(key, dict) else None) or "without a name"
