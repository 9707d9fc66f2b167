"""The login by wallet (OpenID for Verifiable Presentations 1.0): a question, and what becomes of the answer."""

import json
import time
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any, Final
from urllib.parse import parse_qsl, quote

from mimtest.sandbox.credentials.issuer import TYPE
from mimtest.sandbox.credentials.keys import certificate_hash, certificate_header, verifier_keys
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem

PREFIX: Final = "/verifier"
#: The service that takes part in the login, as an OpenID Provider.
SERVICE: Final = "/services/city"
_MINUTES: Final = 300
_MOST: Final = 200


@dataclass(slots=True)
class VerifierService:
    """The verifier below its prefix, with its sessions by name."""

    sessions: dict[str, str] = field(default_factory=dict)

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix."""
        path = request.path.rstrip("/")
        reading = {
            "": {"title": "Exampleton wallet login"},
            f"{SERVICE}/.well-known/openid-configuration": service_metadata(request),
            f"{SERVICE}/jwks": verifier_keys().document,
            "/conformance": conformance(request),
        }
        if path in reading:
            return json_response(reading[path]) if request.method == "GET" else not_allowed("GET")
        if path == "/start":
            return self._start(request) if request.method == "POST" else not_allowed("POST")
        kind, _, name = path.strip("/").partition("/")
        if name in self.sessions and kind == "request":
            return self._question(request, name) if request.method == "GET" else not_allowed("GET")
        if name in self.sessions and kind == "response":
            return _taken(request) if request.method == "POST" else not_allowed("POST")
        return problem(404, "there is nothing here")

    def _start(self, request: Request) -> Response:
        while len(self.sessions) >= _MOST:
            self.sessions.pop(next(iter(self.sessions)))
        name = token_urlsafe(12)
        self.sessions[name] = token_urlsafe(24)
        where = quote(f"{request.base}{PREFIX}/request/{name}", safe="")
        address = f"openid4vp://?client_id={quote(client_id(), safe='')}&request_uri={where}"
        return json_response({"authorization_request": address}, Cache_Control="no-store")

    def _question(self, request: Request, name: str) -> Response:
        claims = question(request, name, self.sessions[name])
        return signed_question(claims, {"x5c": certificate_header()})


def client_id() -> str:
    """What names the verifier (OpenID4VP 5.9.3)."""
    return f"x509_hash:{certificate_hash()}"


def question(request: Request, name: str, nonce: str) -> dict[str, Any]:
    """What a wallet is asked (OpenID4VP 5)."""
    wanted = {
        "id": "resident",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [TYPE]},
        "claims": [{"path": ["over_18"]}],
    }
    now = int(time.time())
    return {
        "iss": client_id(),
        "aud": "https://self-issued.me/v2",
        "iat": now,
        "exp": now + _MINUTES,
        "client_id": client_id(),
        "response_type": "vp_token",
        "response_mode": "direct_post",
        "response_uri": f"{request.base}{PREFIX}/response/{name}",
        "nonce": nonce,
        "state": name,
        "dcql_query": {"credentials": [wanted]},
        "client_metadata": {
            "vp_formats_supported": {"dc+sd-jwt": {"sd-jwt_alg_values": ["ES256"]}}
        },
    }


def signed_question(claims: dict[str, Any], header: dict[str, Any]) -> Response:
    """The question as a wallet gets it."""
    text = verifier_keys().sign(claims, {"typ": "oauth-authz-req+jwt", **header})
    kind = "application/oauth-authz-req+jwt"
    fields = (("Content-Type", kind), ("Cache-Control", "no-store"))
    return Response(200, fields, text.encode())


def _taken(request: Request) -> Response:
    """Nobody of the demo city has a wallet, so that every answer is refused with the reason."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    try:
        shown = json.loads(form["vp_token"])
    except (KeyError, ValueError):
        shown = None
    told = "it holds no presentation that was asked for"
    detail = told if isinstance(shown, dict) else "vp_token is not there, or not an object"
    body = {"error": "invalid_request", "error_description": detail}
    return json_response(body, 400, Cache_Control="no-store")


def conformance(request: Request) -> dict[str, Any]:
    """A log as the OpenID Foundation's conformance suite exports it; invented, and says so."""
    return {
        "exportedAt": "2026-10-14T09:00:00Z",
        "exportedFrom": request.base,
        "exportedVersion": "invented",
        "testInfo": {
            "testId": "exampleton1",
            "testName": "invented-happy-flow",
            "planId": "invented-plan",
            "started": "2026-10-14T08:55:00Z",
            "version": "invented",
            "status": "FINISHED",
            "result": "PASSED",
        },
        "results": [],
    }


def service_metadata(request: Request) -> dict[str, Any]:
    """The metadata of the service, by which clients log people in."""
    issuer = f"{request.base}{PREFIX}{SERVICE}"
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "scopes_supported": ["openid"],
        "code_challenge_methods_supported": ["S256"],
    }
