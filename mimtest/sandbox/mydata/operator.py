"""The operator: request tickets for services, permissions of people, and a trail of what was asked."""

import base64
import binascii
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.jose import BadTokenError
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.mydata.clients import CLIENTS, Client
from mimtest.sandbox.mydata.guide import operator_guide
from mimtest.sandbox.mydata.parties import (
    CONNECTOR,
    DATA,
    OPERATOR,
    OPERATOR_ID,
    PERSON,
    SUBJECT,
    keys_of,
    operator_description,
)


def read_ticket(text: str) -> dict[str, Any]:
    """What a valid ticket of this operator says. Raises BadTokenError."""
    _, claims = keys_of("operator").read(text)
    if claims.get("iss") != OPERATOR_ID or time.time() >= claims["exp"]:
        raise BadTokenError("the ticket is not of this operator, or has ended")
    return claims


def oauth_metadata(request: Request) -> dict[str, Any]:
    """Where services get tickets, as RFC 8414 tells it."""
    issuer = f"{request.base}{OPERATOR}"
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }


@dataclass(slots=True)
class Operator:
    """The operator. Safe to use from several threads."""

    log: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix."""
        documents = {
            "": _landing,
            "/.well-known/mydataoperator-config": operator_description,
            "/.well-known/openid-configuration": oauth_metadata,
            "/.well-known/oauth-authorization-server": oauth_metadata,
            "/jwks": lambda _: keys_of("operator").document,
            "/openapi.json": operator_guide,
        }
        acts = {"/token": self._token, "/introspect": self._asked}
        path = request.path.rstrip("/")
        if path in documents:
            return json_response(documents[path](request)) if _gets(request) else not_allowed("GET")
        if path in acts:
            return acts[path](request) if request.method == "POST" else not_allowed("POST")
        if path == "/log":
            return self._trail(request) if _gets(request) else not_allowed("GET")
        return problem(404, "there is nothing here")

    def introspect(self, text: str) -> dict[str, Any]:
        """Whether a ticket lets its bearer have data, and whose (5.4); the answer is written down (5.6.1)."""
        try:
            claims = read_ticket(text)
        except BadTokenError as error:
            return {
                "active": False,
                "reason": str(error),
                "access_item_uuid": "",
                "identifiers": [],
            }
        entry = str(uuid4())
        active = CLIENTS[claims["client_id"]].permitted
        reason = "permitted" if active else "the person has given no permission"
        with self.lock:
            self.log[entry] = {
                "access_item_uuid": entry,
                "time": int(time.time()),
                "client": claims["client_id"],
                "active": active,
                "source_status": None,
            }
        shown, people = (entry, [PERSON]) if active else ("", [])
        answer = {"active": active, "reason": reason}
        return {**answer, "access_item_uuid": shown, "identifiers": people}

    def update(self, entry: str, status: int) -> None:
        """What came of a request that was let through (5.6.1)."""
        with self.lock:
            self.log[entry]["source_status"] = status

    def _asked(self, request: Request) -> Response:
        return json_response(self.introspect(_fields(request).get("token", "")))

    def _token(self, request: Request) -> Response:
        given = _fields(request)
        client = _client(request, given)
        if client is None:
            refused = json_response({"error": "invalid_client"}, 401, Cache_Control="no-store")
            return refused.with_header("WWW-Authenticate", 'Basic realm="operator"')
        if given.get("grant_type") != "client_credentials":
            known = "unsupported_grant_type" if "grant_type" in given else "invalid_request"
            return json_response({"error": known}, 400, Cache_Control="no-store")
        audience = given.get("resource", f"{request.base}{CONNECTOR}{DATA}")
        granted = {
            "access_token": _ticket(client, audience),
            "token_type": "Bearer",
            "expires_in": max(client.seconds, 0),
        }
        return json_response(granted, Cache_Control="no-store")

    def _trail(self, request: Request) -> Response:
        scheme, _, ticket = request.headers.get("authorization", "").partition(" ")
        try:
            claims = read_ticket(ticket if scheme.lower() == "bearer" else "")
        except BadTokenError:
            challenge = 'Bearer realm="operator"'
            return problem(401, "a ticket is needed").with_header("WWW-Authenticate", challenge)
        with self.lock:
            own = [e for e in self.log.values() if e["client"] == claims["client_id"]]
        return json_response({"entries": own})


def _ticket(client: Client, audience: str) -> str:
    """A request ticket (5.3)."""
    now = int(time.time())
    began = now if client.seconds > 0 else now + 2 * client.seconds
    claims = {
        "iss": OPERATOR_ID,
        "sub": SUBJECT,
        "aud": audience,
        "iat": began,
        "exp": began + abs(client.seconds),
        "jti": str(uuid4()),
        "client_id": client.id,
    }
    return keys_of("operator").sign(claims)


def _landing(request: Request) -> dict[str, Any]:
    base = f"{request.base}{OPERATOR}"
    where = f"{base}/.well-known/mydataoperator-config"
    return {"title": "Exampleton personal data", "configuration": where}


def _gets(request: Request) -> bool:
    return request.method == "GET"


def _fields(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", errors="replace")))


def _client(request: Request, given: Mapping[str, str]) -> Client | None:
    """Whoever shows the secret of a client, in the header or the body."""
    name, secret = given.get("client_id", ""), given.get("client_secret", "")
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
    found = CLIENTS.get(name)
    right = found and hmac.compare_digest(found.secret.encode(), secret.encode())
    return found if right else None
