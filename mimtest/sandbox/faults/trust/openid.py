"""Ways in which the metadata and keys of an OpenID provider mislead its clients, and permitted other ways."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.trust.changing import changed
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_METADATA: Final = "/idp/.well-known/openid-configuration"
_KEYS: Final = "/idp/jwks"


def _with(request: Request, proceed: Proceed, **members: Any) -> Response:
    """The metadata with some members replaced; None leaves one out."""

    def change(content: dict[str, Any]) -> None:
        content.update(members)
        for name in [n for n, v in members.items() if v is None]:
            del content[name]

    return changed(request, proceed, _METADATA, change)


@fault("tru-id-metadata-as-text", kills=("TRU-ID-01",))
def calls_metadata_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The metadata are called plain text."""
    response = proceed(request)
    return (
        response.with_header("Content-Type", "text/plain")
        if request.path == _METADATA
        else response
    )


@fault("tru-id-other-issuer", kills=("TRU-ID-02",))
def names_another_issuer(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The metadata name an issuer in capital letters."""
    return _with(request, proceed, issuer=f"{request.base}/IDP")


@fault("tru-id-no-keys-address", kills=("TRU-ID-03",))
def names_no_keys(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The metadata do not name the address of the keys."""
    return _with(request, proceed, jwks_uri=None)


@fault("tru-id-list-as-text", kills=("TRU-ID-03",), beside=("TRU-SOL-09",))
def writes_a_list_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The scopes are one text with spaces instead of a list."""
    return _with(request, proceed, scopes_supported="openid profile")


@fault("tru-id-plain-endpoint", kills=("TRU-ID-04",))
def offers_an_endpoint_without_tls(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address for revoking tokens is http on another host."""
    address = "http://login.exampleton.mimtest.invalid/revoke"
    return _with(request, proceed, revocation_endpoint=address)


@fault("tru-id-endpoint-with-fragment", kills=("TRU-ID-04",))
def gives_an_endpoint_a_fragment(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of the introspection has a fragment."""
    address = f"{request.base}/idp/introspect#here"
    return _with(request, proceed, introspection_endpoint=address)


@fault("tru-id-no-rs256", kills=("TRU-ID-05",))
def signs_with_other_algorithms(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Identity tokens are signed with ES256 only."""
    return _with(request, proceed, id_token_signing_alg_values_supported=["ES256"])


@fault("tru-id-unsigned", kills=("TRU-ID-06", "TRU-ID-10"))
def offers_unsigned_tokens(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Identity tokens without a signature are offered, and browsers carry them with access tokens."""
    return _with(
        request,
        proceed,
        id_token_signing_alg_values_supported=["RS256", "none"],
        response_types_supported=["code", "id_token token"],
    )


def _keys(request: Request, proceed: Proceed, act: Callable[[list[Any]], None]) -> Response:
    return changed(request, proceed, _KEYS, lambda content: act(content["keys"]))


@fault("tru-id-private-key", kills=("TRU-ID-07", "SEC-AS-14"))
def publishes_a_private_key(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One of the published keys has its private half."""
    return _keys(
        request, proceed, lambda keys: keys[0].update(d="Y29tcGxldGVseSBpbnZlbnRlZCBudW1iZXI")
    )


@fault("tru-id-shared-secret", kills=("TRU-ID-07", "SEC-AS-14"))
def publishes_a_shared_secret(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A key that signs and verifies alike is among the published ones."""
    shared = {"kty": "oct", "kid": "shared", "use": "sig", "k": "aW52ZW50ZWQgYW5kIG9mIG5vIHVzZQ"}
    return _keys(request, proceed, lambda keys: keys.append(shared))


@fault("tru-id-short-key", kills=("TRU-ID-07", "SEC-AS-14"))
def publishes_a_short_key(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An RSA key of 1024 bits is among the published ones."""
    short = {"kty": "RSA", "kid": "old", "use": "sig", "alg": "RS256", "e": "AQAB", "n": "w" * 171}
    return _keys(request, proceed, lambda keys: keys.append(short))


@fault("tru-id-same-names", kills=("TRU-ID-21",))
def gives_keys_one_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Two keys have the same name."""
    return _keys(request, proceed, lambda keys: keys[1].update(kid=keys[0]["kid"]))


@fault("tru-id-nameless-keys", kills=("TRU-ID-21",))
def gives_keys_no_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """One of two keys has no name."""
    return _keys(request, proceed, lambda keys: keys[1].pop("kid"))


@fault("tru-id-plain-challenge", kills=("TRU-ID-08",))
def offers_plain_challenges(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Codes may be bound in the clear."""
    return _with(request, proceed, code_challenge_methods_supported=["S256", "plain"])


@fault("tru-id-password-grant", kills=("TRU-ID-09",))
def offers_the_password_grant(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Clients may ask people for their passwords."""
    grants = ["authorization_code", "client_credentials", "password"]
    return _with(request, proceed, grant_types_supported=grants)


@fault("tru-id-token-in-address", kills=("TRU-ID-10",))
def offers_tokens_in_addresses(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Access tokens may come in the address of a redirect."""
    return _with(request, proceed, response_types_supported=["code", "token"])


@fault("tru-id-no-iss", kills=("TRU-ID-11",))
def does_not_name_itself(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers by redirect do not say who gives them."""
    return _with(request, proceed, authorization_response_iss_parameter_supported=None)


@fault("tru-id-no-choice-of-claims", kills=("TRU-ID-17",))
def tells_more_than_asked(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Clients cannot ask for single claims."""
    return _with(request, proceed, claims_parameter_supported=False)


@fault("tru-id-own-levels", kills=("TRU-ID-20",))
def names_its_own_levels(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Levels of assurance have names of the provider's own."""
    return _with(request, proceed, acr_values_supported=["gold", "silver"])


@fault("tru-id-variant-trailing-slash")
def ends_with_a_slash(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The issuer has a slash at the end, which the target file has not."""
    return _with(request, proceed, issuer=f"{request.base}/idp/")


@fault("tru-id-variant-implicit-by-default")
def does_not_name_grants(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The kinds of grant are not named, so that the usual ones are meant."""
    return _with(request, proceed, grant_types_supported=None)


@fault("tru-id-variant-none-for-codes")
def offers_unsigned_tokens_by_code(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Identity tokens without a signature are offered, where no browser carries them."""
    return _with(request, proceed, id_token_signing_alg_values_supported=["RS256", "none"])
