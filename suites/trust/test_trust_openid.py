"""What an OpenID provider says of itself (OpenID Connect Discovery 1.0).

A city that takes identities from a provider configures itself from these metadata.
"""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_media_type, assert_status, assert_that, json_object
from mimtest.vocabulary.openid import (
    REQUIRED,
    addresses,
    differ_by_slash,
    is_implicit_only,
    is_same_issuer,
    malformed,
    texts,
    unsound_address,
)
from mimtest.vocabulary.web_addresses import address_parts

pytestmark = pytest.mark.interface("oidc")

#: Words for levels of assurance that do not begin as addresses do (RFC 6711 registry, eIDAS).
_LEVELS = ("urn:", "http://", "https://", "phr", "phrh", "loa", "aal", "ial")


@pytest.mark.check("TRU-ID-01", clause="OpenID Connect Discovery 1.0 4.1, 4.2", level="passive")
def test_a_provider_describes_itself(discovery):
    """The provider's metadata are a JSON object where clients look for them."""
    assert_status(discovery, 200, what="the metadata")
    assert_media_type(discovery, "application/json")
    assert_that(
        json_object(discovery, "the metadata"),
        "the metadata are empty",
        expected="claims about the provider",
        received="{}",
    )


@pytest.mark.check(
    "TRU-ID-02",
    clause="OpenID Connect Discovery 1.0 4.3, 7.2",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_a_provider_says_who_it_is(metadata, interface, looked):
    """The issuer of the metadata is the issuer that was asked, character by character."""
    published = metadata.get("issuer")
    if differ_by_slash(published, interface.url):
        looked(f"the metadata name {published}; the target file differs by a slash at the end")
        return
    assert_that(
        is_same_issuer(published, interface.url),
        "the metadata are those of another issuer",
        expected=interface.url,
        received=published,
    )


@pytest.mark.check(
    "TRU-ID-03",
    clause="OpenID Connect Discovery 1.0 3; RFC 8414 3.2",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_a_provider_says_what_clients_need(metadata):
    """The metadata have what every provider names, and lists where lists belong."""
    needed = REQUIRED if is_implicit_only(metadata) else (*REQUIRED, "token_endpoint")
    missing = [name for name in needed if not metadata.get(name)]
    assert_that(
        not missing,
        f"the metadata do not name {', '.join(missing)}",
        expected=", ".join(needed),
        received=", ".join(metadata) or "no member",
    )
    wrong = list(malformed(metadata))
    assert_that(
        not wrong,
        f"members of the metadata are no lists of texts with something in them: {', '.join(wrong)}",
        expected="lists of texts; a member without values is left out",
        received={name: metadata[name] for name in wrong},
    )


@pytest.mark.check(
    "TRU-ID-04",
    clause="OpenID Connect Discovery 1.0 3; RFC 8414 2",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_a_provider_is_reached_over_https(metadata):
    """Every address of the provider itself is https and has no fragment."""
    found = [(n, v, unsound_address(v)) for n, v in addresses(metadata)]
    assert_that(found, "the metadata name no address", expected="an issuer and endpoints")
    wrong = [f"{name} {why}: {value}" for name, value, why in found if why]
    assert_that(
        not wrong,
        "addresses of the provider are not such that clients can trust them",
        expected="https addresses without a fragment",
        received="; ".join(wrong),
    )


@pytest.mark.check(
    "TRU-ID-05",
    clause="OpenID Connect Discovery 1.0 3",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_a_provider_signs_as_every_client_can_verify(metadata, interface):
    """RS256 is among the algorithms of identity tokens."""
    if (interface.variant or "oidc") != "oidc":
        detail = f"the variant {interface.variant} has algorithms of its own"
        raise NotApplicable("not_offered", detail)
    named = texts(metadata, "id_token_signing_alg_values_supported")
    assert_that(
        "RS256" in named,
        "the algorithm that every client knows is missing",
        expected="RS256 in id_token_signing_alg_values_supported",
        received=", ".join(named) or "no algorithm",
    )


@pytest.mark.check(
    "TRU-ID-17",
    clause="OpenID Connect Core 1.0 5.5, 8",
    strength="may",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_a_provider_gives_away_no_more_than_asked(metadata):
    """People have another identifier at each client, or clients can ask for single claims."""
    pairwise = "pairwise" in texts(metadata, "subject_types_supported")
    assert_that(
        pairwise or metadata.get("claims_parameter_supported") is True,
        "neither identifiers by client nor questions for single claims are offered",
        expected="pairwise in subject_types_supported, or claims_parameter_supported true",
        received=", ".join(texts(metadata, "subject_types_supported")) or "no subject type",
    )


@pytest.mark.check(
    "TRU-ID-19",
    clause="OpenID Connect RP-Initiated Logout 1.0 2, 2.1",
    strength="may",
    level="safe",
    rests_on=("TRU-ID-01",),
)
def test_people_can_end_their_session(metadata, client):
    """A provider that names an address for ending a session answers there."""
    address = metadata.get("end_session_endpoint")
    if address is None:
        raise NotApplicable("not_offered", "the metadata name no end_session_endpoint")
    answer = client.get(str(address), auth=False)
    assert_that(
        answer.status not in (404, 405, 410, 501),
        "there is nothing at the address for ending a session",
        expected="a page, a redirect, or a refusal that says what is missing",
        received=f"status {answer.status}",
    )


@pytest.mark.check(
    "TRU-ID-20",
    clause="OpenID Connect Core 1.0 2 (acr); RFC 6711",
    strength="may",
    level="passive",
    rests_on=("TRU-ID-01",),
)
def test_levels_of_assurance_have_known_names(metadata):
    """The levels of assurance that a provider names are addresses or registered names."""
    named = texts(metadata, "acr_values_supported")
    if not named:
        raise NotApplicable("not_offered", "the metadata name no acr_values_supported")
    own = [v for v in named if not (address_parts(v).scheme or v.lower().startswith(_LEVELS))]
    assert_that(
        len(own) < len(named),
        "every level of assurance has a name that nobody else knows",
        expected="an address such as http://eidas.europa.eu/LoA/substantial, or a registered name",
        received=", ".join(own),
    )
