"""What makes the authorisation server an OpenID Provider: signing in, user information, registration, signing out.

Nobody has an account in the demo city, so that signing in goes as far as the login page.
"""

from html import escape
from typing import Any, Final
from urllib.parse import urlencode

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.jose import BadTokenError
from mimtest.sandbox.idp.state import Idp
from mimtest.sandbox.manners import problem

#: A client without a secret, and where it has people sent back to.
APP: Final = "city-app"
CALLBACK: Final = "/signed-in"
_ASKED: Final = ("profile", "openid")
_HASH: Final = 43


def openid_members(issuer: str) -> dict[str, Any]:
    """What the metadata say of all this."""
    return {
        "userinfo_endpoint": f"{issuer}/userinfo",
        "registration_endpoint": f"{issuer}/register",
        "end_session_endpoint": f"{issuer}/end-session",
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_modes_supported": ["query"],
        "claims_supported": ["sub"],
        "claims_parameter_supported": True,
        "acr_values_supported": ["http://eidas.europa.eu/LoA/substantial"],
        "authorization_response_iss_parameter_supported": True,
    }


def authorize(idp: Idp, request: Request) -> Response:
    """The login page, or an answer by redirect (OpenID Connect Core 3.1.2)."""
    asked, pairs = request.params, request.param_pairs
    back = f"{request.base}{CALLBACK}"
    if asked.get("client_id") != APP or asked.get("redirect_uri") != back:
        return problem(400, "no client is known that has people sent there")
    error = "invalid_request" if len(pairs) != len(asked) else _trouble(asked)
    if error is None:
        return _page("Sign in", "Nobody has an account in the demo city.")
    told = {"error": error, "state": asked.get("state"), "iss": idp.issuer(request)}
    query = urlencode({n: v for n, v in told.items() if v is not None})
    return Response(302, (("Location", f"{back}?{query}"), ("Cache-Control", "no-store")))


def _trouble(asked: dict[str, str]) -> str | None:
    """Why nobody signs in by this question."""
    if asked.get("response_type") != "code":
        return "unsupported_response_type" if "response_type" in asked else "invalid_request"
    if "openid" not in asked.get("scope", "").split():
        return "invalid_scope"
    bound = len(asked.get("code_challenge", "")) == _HASH
    if not bound or asked.get("code_challenge_method") != "S256":
        return "invalid_request"
    return "login_required" if "none" in asked.get("prompt", "").split() else None


def userinfo(idp: Idp, request: Request) -> Response:
    """Whose token it is (OpenID Connect Core 5.3)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return _refused(401, "Bearer")
    try:
        claims = idp.claims(request, token.strip())
    except BadTokenError as bad:
        return _refused(401, f'Bearer error="invalid_token", error_description="{bad}"')
    if not set(_ASKED) & set(str(claims.get("scope", "")).split()):
        return _refused(403, 'Bearer error="insufficient_scope", scope="openid"')
    return json_response({"sub": claims["sub"]}, Cache_Control="no-store")


def register(_: Idp, request: Request) -> Response:
    """Clients are made known by hand: nobody has a token for this (RFC 7591 3)."""
    given = "authorization" in request.headers
    return _refused(401, 'Bearer error="invalid_token"' if given else "Bearer")


def end_session(_idp: Idp, _request: Request) -> Response:
    """The page of somebody who has left."""
    return _page("Signed out", "You are signed out of the demo city.")


def _refused(status: int, challenge: str) -> Response:
    return problem(status, "a token is needed that is good for this").with_header(
        "WWW-Authenticate", challenge
    )


def _page(title: str, text: str) -> Response:
    body = (
        f"<!doctype html><html lang=en><title>{escape(title)}</title><p>{escape(text)}</p></html>"
    )
    fields = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("Referrer-Policy", "no-referrer"),
    )
    return Response(200, fields, body.encode())
