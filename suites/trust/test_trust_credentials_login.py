"""The login by wallet as applications meet it: an OpenID Provider (OpenID Connect Discovery 1.0)."""

import pytest

from mimtest.errors import NotApplicable
from mimtest.vocabulary.expect import assert_status, assert_that, json_object, member
from mimtest.vocabulary.jose import unsound_key
from mimtest.vocabulary.openid import WELL_KNOWN, unsound_address

pytestmark = pytest.mark.interface("vc-verifier")


@pytest.fixture
def service(client, interface):
    """The metadata of the service that a wallet logs people in to, and its issuer as asked."""
    path = interface.paths.get("service")
    if path is None:
        raise NotApplicable("not_offered", "the target file names no service of the verifier")
    issuer = client.url(path).rstrip("/")
    return issuer, client.get(f"{issuer}{WELL_KNOWN}", auth=False)


@pytest.mark.check(
    "TRU-VC-07", clause="OpenID Connect Discovery 1.0 4.2, 4.3; RFC 8414 3.3", level="passive"
)
def test_clients_find_the_login_by_wallet(service, client):
    """The service describes itself as an OpenID Provider does, with keys that are fit for it."""
    issuer, answer = service
    told = json_object(assert_status(answer, 200, what="the metadata"), "the metadata")
    assert_that(
        str(told.get("issuer", "")).rstrip("/") == issuer,
        "the metadata are those of another issuer",
        expected=issuer,
        received=told.get("issuer"),
    )
    for name in ("token_endpoint", "jwks_uri"):
        why = unsound_address(member(told, name, str, "the metadata"))
        assert_that(not why, f"{name} {why}", expected="an https address", received=told[name])
    keys = json_object(assert_status(client.get(told["jwks_uri"], auth=False), 200), "the keys")
    found = member(keys, "keys", list, "the keys")
    wrong = [why for key in found if (why := unsound_key(key))]
    assert_that(
        found and not wrong,
        "the keys are not fit for verifying signatures",
        expected="at least one public key, and no weak one",
        received="; ".join(wrong) or "no key",
    )
