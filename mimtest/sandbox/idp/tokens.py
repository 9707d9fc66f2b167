"""The token endpoint and its companions (RFC 6749, RFC 7009, RFC 7662)."""

import base64
import binascii
import hmac
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.clients import Client
from mimtest.sandbox.idp.jose import BadTokenError
from mimtest.sandbox.idp.state import Idp

_FORM: Final = "application/x-www-form-urlencoded"
_SPENT: Final = 1


class RefusedError(Exception):
    """A refusal of the token endpoint: an error code (RFC 6749 section 5.2) and what it is about."""

    def __init__(self, code: str, detail: str, status: int = 400) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status

    @property
    def response(self) -> Response:
        """The refusal as an answer."""
        body = {"error": self.code, "error_description": str(self)}
        response = secret_response(body, self.status)
        if self.status == 401:  # noqa: PLR2004
            response = response.with_header("WWW-Authenticate", 'Basic realm="idp"')
        return response


def secret_response(value: Any, status: int = 200) -> Response:
    """An answer that nobody may keep."""
    return json_response(value, status, Cache_Control="no-store", Pragma="no-cache")


def form_of(request: Request) -> dict[str, str]:
    """The parameters of the body. Raises RefusedError for a parameter that comes twice."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise RefusedError("invalid_request", f"the body is {_FORM}")
    pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    found = dict(pairs)
    if len([n for n, _ in pairs if n != "resource"]) != len(found.keys() - {"resource"}):
        raise RefusedError("invalid_request", "a parameter comes twice")
    return found


def authenticated(idp: Idp, request: Request, form: dict[str, str]) -> Client:
    """The client that shows its secret, in the header or in the body. Raises RefusedError."""
    name, secret = _shown(request, form)
    client = idp.clients.get(name)
    right = client.secret if client else "no such client"
    if client is None or not hmac.compare_digest(secret.encode(), right.encode()):
        raise RefusedError("invalid_client", "the client is not known", 401)
    return client


def _shown(request: Request, form: dict[str, str]) -> tuple[str, str]:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def token(idp: Idp, request: Request) -> Response:
    """A token for a client that asks for itself, or for somebody by a code."""
    try:
        form = form_of(request)
        grant = form.get("grant_type", "")
        act = idp.memory.get("grants", {}).get(grant)
        client = authenticated(idp, request, form)
        if act is not None:
            answer: Response = act(idp, request, form, client)
            return answer
        return _credentials(idp, request, form, client)
    except RefusedError as refusal:
        return refusal.response


def _credentials(idp: Idp, request: Request, form: dict[str, str], client: Client) -> Response:
    grant = form.get("grant_type")
    if grant != "client_credentials":
        code = "unsupported_grant_type" if grant else "invalid_request"
        raise RefusedError(code, "the grant type is not known")
    scope = form.get("scope") or client.scope
    if not set(scope.split()) <= set(client.scope.split()):
        raise RefusedError("invalid_scope", "the scope goes beyond what the client may")
    office = f"{request.base}/office"
    allowed = client.audiences or (office,)
    audience = form.get("resource", allowed[0])
    if audience not in allowed:
        raise RefusedError("invalid_target", "there is no such resource for the client")
    return secret_response(
        {
            "access_token": idp.access_token(request, client, scope, audience),
            "token_type": "Bearer",
            "expires_in": max(client.seconds, _SPENT),
            "scope": scope,
        }
    )


def _needed(form: dict[str, str], name: str) -> str:
    if name not in form:
        raise RefusedError("invalid_request", f"there is no {name}")
    return form[name]


def introspect(idp: Idp, request: Request) -> Response:
    """Whether a token is good, for clients only."""
    try:
        form = form_of(request)
        authenticated(idp, request, {})
        shown = _needed(form, "token")
    except RefusedError as refusal:
        return refusal.response
    try:
        found = idp.claims(request, shown)
    except BadTokenError:
        return secret_response({"active": False})
    return secret_response({"active": True, "token_type": "Bearer", **found})


def revoke(idp: Idp, request: Request) -> Response:
    """Take a token back; whatever is no token is answered alike."""
    try:
        form = form_of(request)
        authenticated(idp, request, form)
        shown = _needed(form, "token")
    except RefusedError as refusal:
        return refusal.response
    idp.revoke(request, shown)
    return Response(200, (("Cache-Control", "no-store"),))
