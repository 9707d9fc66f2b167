"""What the authorisation server says of itself (RFC 8414, OpenID Connect Discovery), and the office (RFC 9728)."""

from typing import Any

from mimtest.sandbox.http import Request
from mimtest.sandbox.idp.clients import READ, WRITE
from mimtest.sandbox.idp.openid import openid_members
from mimtest.sandbox.idp.state import Idp


def oauth_metadata(idp: Idp, request: Request) -> dict[str, Any]:
    """The metadata of the authorisation server."""
    issuer = idp.issuer(request)
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "introspection_endpoint": f"{issuer}/introspect",
        "revocation_endpoint": f"{issuer}/revoke",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile", "webid", READ, WRITE],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "dpop_signing_alg_values_supported": ["ES256"],
    }


def oidc_metadata(idp: Idp, request: Request) -> dict[str, Any]:
    """The metadata of the OpenID Provider."""
    return oauth_metadata(idp, request) | openid_members(idp.issuer(request))


def resource_metadata(idp: Idp, request: Request) -> dict[str, Any]:
    """The metadata of the office, a protected resource."""
    return {
        "resource": f"{request.base}/office",
        "authorization_servers": [idp.issuer(request)],
        "scopes_supported": [READ, WRITE],
        "bearer_methods_supported": ["header"],
    }
