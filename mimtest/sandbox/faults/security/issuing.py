"""Ways to issue tokens carelessly, one at a time, and permitted ways that differ from the sandbox's."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.clients import CLIENTS, FULL
from mimtest.sandbox.idp.jose import decode, made_keys

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_TOKEN: Final = "/idp/token"  # noqa: S105 (a path)
_OK: Final = 200
_UNKNOWN: Final = 401


def _as_client(request: Request, name: str) -> Request:
    """The request as if this client sent it."""
    secret = next(c.secret for c in CLIENTS if c.id == name)
    pair = base64.b64encode(f"{name}:{secret}".encode()).decode()
    return request.with_header("authorization", f"Basic {pair}")


def _client(request: Request) -> tuple[str, str]:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme != "Basic":
        return "", ""
    name, _, secret = base64.b64decode(text).decode().partition(":")
    return name, secret


def _changed(response: Response, change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> Response:
    """The answer with a changed body, where it is one that worked."""
    worked = response.status == _OK and response.body
    return response.with_json(change(response.json())) if worked else response


def _claimed(response: Response, change: Callable[[dict[str, Any]], None]) -> Response:
    """The answer with an access token that says something else, signed again."""
    body = response.json()
    header, claims = (json.loads(decode(p)) for p in body["access_token"].split(".")[:2])
    change(claims)
    token = made_keys().sign(claims, {"typ": header["typ"]})
    return response.with_json(body | {"access_token": token})


@fault("sec-as-get", kills=("SEC-AS-04",))
def takes_get_for_tokens(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The token endpoint answers GET with 200."""
    asked = request.path == _TOKEN and request.method == "GET"
    return json_response({"error": "invalid_request"}) if asked else proceed(request)


@fault("sec-as-kept", kills=("SEC-AS-05",))
def lets_tokens_be_kept(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The answer with a token may be kept by caches."""
    response = proceed(request)
    if request.path != _TOKEN or response.status != _OK:
        return response
    return response.with_header("Cache-Control", "max-age=60")


@fault("sec-as-no-type", kills=("SEC-AS-05",))
def tells_no_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The answer with a token does not tell its type."""
    response = proceed(request)
    if request.path != _TOKEN:
        return response
    return _changed(response, lambda body: {k: v for k, v in body.items() if k != "token_type"})


@fault("sec-as-no-life", kills=("SEC-AS-16",))
def tells_no_life(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The answer with a token does not tell when it ends."""
    response = proceed(request)
    if request.path != _TOKEN:
        return response
    return _changed(response, lambda body: {k: v for k, v in body.items() if k != "expires_in"})


@fault("sec-as-any-secret", kills=("SEC-AS-06",), beside=("TRU-ID-*",))
def takes_any_secret(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The name of a client is enough for a token."""
    name = _client(request)[0]
    known = request.path == _TOKEN and name in {c.id for c in CLIENTS}
    return proceed(_as_client(request, name) if known else request)


@fault("sec-as-other-error", kills=("SEC-AS-06",), beside=("TRU-ID-*",))
def names_another_error(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A client that is not known is told of another error."""
    response = proceed(request)
    if request.path != _TOKEN or response.status != _UNKNOWN:
        return response
    return response.with_json({"error": "server_error"})


@fault("sec-as-any-scope", kills=("SEC-AS-07",))
def gives_any_scope(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A client is given whatever scope it asks for."""
    asked = dict(parse_qsl(request.body.decode("latin-1"))) if request.path == _TOKEN else {}
    more = _client(request)[0] == "reader" and asked.get("scope", "") == FULL
    return proceed(_as_client(request, "clerk") if more else request)


@fault("sec-as-narrowed-silently", kills=("SEC-AS-07",))
def narrows_without_a_word(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A client that asks for more than it may is given less, and not told."""
    if request.path != _TOKEN or b"scope=" not in request.body:
        return proceed(request)
    kept = b"&".join(p for p in request.body.split(b"&") if not p.startswith(b"scope="))
    response = proceed(request.with_body(kept))
    return _changed(response, lambda body: {k: v for k, v in body.items() if k != "scope"})


@fault("sec-as-no-iat", kills=("SEC-AS-08",))
def leaves_claims_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Access tokens do not say when they were issued."""
    response = proceed(request)
    if request.path != _TOKEN or response.status != _OK or _client(request)[0] == "badge":
        return response
    return _claimed(response, lambda claims: claims.__delitem__("iat"))


@fault("sec-as-long-life", kills=("SEC-AS-09",))
def issues_tokens_for_a_day(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Access tokens live for a day."""
    response = proceed(request)
    if request.path != _TOKEN or response.status != _OK or _client(request)[0] != "clerk":
        return response
    return _claimed(response, lambda claims: claims.update(exp=claims["iat"] + 24 * 3600))


@fault("sec-as-revokes-nothing", kills=("SEC-AS-10",), beside=("TRU-ID-*",))
def revokes_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Revocation is answered 200 and does nothing."""
    return Response(200) if request.path == "/idp/revoke" else proceed(request)


@fault("sec-as-open-introspection", kills=("SEC-AS-11",))
def tells_everybody_about_tokens(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Introspection wants nobody's name."""
    anyone = request.path == "/idp/introspect" and "authorization" not in request.headers
    return proceed(_as_client(request, "clerk") if anyone else request)


@fault("sec-as-no-challenge", kills=("SEC-AS-17",))
def refuses_clients_without_a_challenge(
    request: Request, _: "Platform", proceed: Proceed
) -> Response:
    """The 401 for a client that is not known holds no challenge."""
    response = proceed(request)
    asked = request.path == "/idp/introspect"
    return response.without_header("WWW-Authenticate") if asked else response


@fault("sec-as-variant-400")
def calls_unknown_clients_bad_requests(
    request: Request, _: "Platform", proceed: Proceed
) -> Response:
    """A client that is not known is answered 400 with invalid_client."""
    response = proceed(request)
    told = request.path in (_TOKEN, "/idp/introspect") and response.status == _UNKNOWN
    return response.with_status(400).without_header("WWW-Authenticate") if told else response


@fault("sec-as-variant-narrowed")
def narrows_scopes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A client that asks for more than it may is given less, and told so."""
    if request.path != _TOKEN or b"scope=" not in request.body:
        return proceed(request)
    kept = b"&".join(p for p in request.body.split(b"&") if not p.startswith(b"scope="))
    return proceed(request.with_body(kept))


@fault("sec-as-variant-inactive")
def tells_strangers_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Introspection answers whoever is not known that no token is active."""
    anyone = request.path == "/idp/introspect" and "authorization" not in request.headers
    return json_response({"active": False}, Cache_Control="no-store") if anyone else proceed(request)  # fmt: skip
