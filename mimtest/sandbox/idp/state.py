"""What the authorisation server keeps: its clients and keys, the tokens it gave, those taken back."""

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final
from uuid import uuid4

from mimtest.sandbox.http import Request
from mimtest.sandbox.idp.clients import CLIENTS, OFFICE_TOKEN, Client
from mimtest.sandbox.idp.jose import BadTokenError, Keys, made_keys

PREFIX: Final = "/idp"
_DAY: Final = 24 * 3600


@dataclass(slots=True)
class Idp:
    """An authorisation server. Safe to use from several threads.

    `revoked` holds the `jti` of tokens that were taken back, and such tokens as have none. `memory` is
    for what further parts of the service keep.
    """

    clients: dict[str, Client] = field(default_factory=lambda: {c.id: c for c in CLIENTS})
    revoked: set[str] = field(default_factory=set)
    memory: dict[str, Any] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @property
    def keys(self) -> Keys:
        """The keys it signs with."""
        return made_keys()

    @staticmethod
    def issuer(request: Request) -> str:
        """Its identifier, as the request reached it."""
        return f"{request.base}{PREFIX}"

    def access_token(self, request: Request, client: Client, scope: str, audience: str) -> str:
        """An access token (RFC 9068), or what the client gets instead of one."""
        now = int(time.time())
        # What ended long ago also began long ago.
        began = now if client.seconds > 0 else now + 2 * client.seconds
        claims: dict[str, Any] = {
            "iss": self.issuer(request),
            "sub": client.id,
            "preferred_username": f"service-account-{client.id}",
            "iat": began,
            "exp": began + abs(client.seconds),
            "jti": uuid4().hex,
        }
        if client.form == "id-token":
            return self.keys.sign({**claims, "aud": client.id, "auth_time": began}, alg="RS256")
        if client.form == "early":
            claims |= {"nbf": now + _DAY, "exp": now + 2 * _DAY}
        if client.form == "revoked":
            with self.lock:
                self.revoked.add(claims["jti"])
        claims |= {"aud": audience, "client_id": client.id, "scope": scope, "tenant": client.tenant}
        return self.keys.sign(claims, {"typ": "at+jwt"})

    def claims(self, request: Request, token: str) -> dict[str, Any]:
        """What a token of this server says that has not ended. Raises BadTokenError."""
        if token == OFFICE_TOKEN:
            found = self._given_by_hand(request)
        else:
            header, found = self.keys.read(token)
            if str(header.get("typ", "")).lower() not in ("at+jwt", "application/at+jwt"):
                raise BadTokenError("this is no access token")
        if found.get("iss") != self.issuer(request):
            raise BadTokenError("the token is of another issuer")
        if time.time() >= found["exp"]:
            raise BadTokenError("the token has expired")
        if time.time() < found.get("nbf", 0):
            raise BadTokenError("the token is not valid yet")
        with self.lock:
            if found["jti"] in self.revoked:
                raise BadTokenError("the token was taken back")
        return found

    def revoke(self, request: Request, token: str) -> None:
        """Take a token back, if it is one."""
        try:
            found = self.claims(request, token)
        except BadTokenError:
            return
        if token != OFFICE_TOKEN:
            with self.lock:
                self.revoked.add(found["jti"])

    def _given_by_hand(self, request: Request) -> dict[str, Any]:
        client = self.clients["clerk"]
        now = int(time.time())
        return {
            "iss": self.issuer(request),
            "sub": client.id,
            "aud": f"{request.base}/office",
            "client_id": client.id,
            "scope": client.scope,
            "tenant": client.tenant,
            "iat": now,
            "exp": now + client.seconds,
            "jti": "by-hand",
        }
