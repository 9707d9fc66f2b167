"""Ways in which issuers of credentials mislead wallets, and permitted other ways."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.credentials.issuer import metadata
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.trust.changing import changed
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_METADATA: Final = "/.well-known/openid-credential-issuer/credentials"
_OLD: Final = "/credentials/.well-known/openid-credential-issuer"


@fault("tru-vc-metadata-as-text", kills=("TRU-VC-01",))
def calls_metadata_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The issuer's metadata are called plain text."""
    response = proceed(request)
    return (
        response.with_header("Content-Type", "text/plain")
        if request.path == _METADATA
        else response
    )


@fault("tru-vc-metadata-at-the-end", kills=("TRU-VC-15",))
def describes_itself_where_drafts_did(
    request: Request, _: "Platform", proceed: Proceed
) -> Response:
    """The metadata are behind the issuer's identifier, as in drafts."""
    if request.path == _METADATA:
        return proceed(replace(request, path="/nothing"))
    return json_response(metadata(request)) if request.path == _OLD else proceed(request)


@fault("tru-vc-other-issuer", kills=("TRU-VC-02",))
def names_another_issuer(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The metadata name another issuer."""
    other = {"credential_issuer": "https://other.mimtest.invalid/credentials"}
    return changed(request, proceed, _METADATA, lambda content: content.update(other))


@fault("tru-vc-no-type", kills=("TRU-VC-02",))
def names_no_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A configuration of credentials does not name their type."""

    def change(content: dict[str, Any]) -> None:
        del content["credential_configurations_supported"]["resident"]["vct"]

    return changed(request, proceed, _METADATA, change)


@fault("tru-vc-nothing-offered", kills=("TRU-VC-02",))
def offers_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The metadata name no credential."""
    none: dict[str, Any] = {"credential_configurations_supported": {}}
    return changed(request, proceed, _METADATA, lambda content: content.update(none))


@fault("tru-vc-lost-server", kills=("TRU-VC-03",))
def names_a_server_that_is_not_there(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The authorisation server that the metadata name is not there."""
    lost = {"authorization_servers": [f"{request.base}/idp/nowhere"]}
    return changed(request, proceed, _METADATA, lambda content: content.update(lost))


def _at_endpoint(request: Request) -> bool:
    return request.path == "/credentials/credential"


@fault("tru-vc-open-endpoint", kills=("TRU-VC-04",))
def asks_for_no_token(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A request for a credential is read without a token."""
    if not _at_endpoint(request) or "authorization" in request.headers:
        return proceed(request)
    return json_response({"error": "invalid_credential_request"}, 400, Cache_Control="no-store")


@fault("tru-vc-variant-asked-wrongly")
def calls_it_a_wrong_request(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A request without a token is called a wrong one (400), with word of how to get in."""
    response = proceed(request)
    if not _at_endpoint(request) or "authorization" in request.headers:
        return response
    return response.with_status(400).with_header(
        "WWW-Authenticate", 'Bearer error="invalid_request"'
    )


@fault("tru-vc-any-token", kills=("TRU-VC-04",))
def takes_any_token(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever is called a token is taken for one."""
    if not _at_endpoint(request) or "authorization" not in request.headers:
        return proceed(request)
    return json_response({"error": "invalid_credential_request"}, 400, Cache_Control="no-store")


@fault("tru-vc-no-challenge", kills=("TRU-VC-04",))
def refuses_in_silence(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A refusal does not say how to get in."""
    response = proceed(request)
    return response.without_header("WWW-Authenticate") if _at_endpoint(request) else response


@fault("tru-vc-token-in-address", kills=("TRU-VC-14",))
def takes_tokens_from_addresses(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A token in the address is taken."""
    token = request.params.get("access_token")
    if not _at_endpoint(request) or token is None:
        return proceed(request)
    return proceed(request.with_header("authorization", f"Bearer {token}"))


@fault("tru-vc-nonce-kept", kills=("TRU-VC-05",))
def lets_nonces_be_kept(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Caches may keep nonces."""
    response = proceed(request)
    if request.path != "/credentials/nonce":
        return response
    return response.with_header("Cache-Control", "private, max-age=60")


@fault("tru-vc-same-nonce", kills=("TRU-VC-05",))
def repeats_nonces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The nonce is always the same."""
    same = {"c_nonce": "always-the-same"}
    return changed(request, proceed, "/credentials/nonce", lambda content: content.update(same))


@fault("tru-vc-variant-own-server")
def is_its_own_authorisation_server(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No authorisation server is named: the issuer is its own."""
    if request.path == "/.well-known/oauth-authorization-server/credentials":
        issuer = f"{request.base}/credentials"
        return json_response({"issuer": issuer, "token_endpoint": f"{issuer}/token"})
    return changed(
        request, proceed, _METADATA, lambda content: content.pop("authorization_servers")
    )


@fault("tru-vc-variant-dpop")
def wants_proof_of_possession(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A refusal asks for DPoP instead of Bearer."""
    response = proceed(request)
    challenge = response.header("WWW-Authenticate")
    if not _at_endpoint(request) or challenge is None:
        return response
    return response.with_header("WWW-Authenticate", challenge.replace("Bearer", "DPoP"))


@fault("tru-vc-variant-no-nonce")
def has_no_nonces(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The issuer has no nonce endpoint."""
    return changed(request, proceed, _METADATA, lambda content: content.pop("nonce_endpoint"))
