"""The issuer of credentials (OpenID for Verifiable Credential Issuance 1.0), its sample and its status list.

A credential proves that somebody lives in Exampleton: an SD-JWT VC (RFC 9901) bound to its holder's key.
"""

import json
import time
import zlib
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final

from mimtest.sandbox.credentials.keys import holder, issuer_keys
from mimtest.sandbox.credentials.registry import did_of
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.jose import BadTokenError, encode
from mimtest.sandbox.idp.state import Idp
from mimtest.sandbox.manners import not_allowed, problem

PREFIX: Final = "/credentials"
#: The credential's type, and the name of its configuration.
TYPE: Final = "urn:exampleton:credential:resident:1"
CONFIGURATION: Final = "resident"
_PLACE: Final = 7
_DAY: Final = 86400


def metadata(request: Request) -> dict[str, Any]:
    """What the issuer says of itself (OpenID4VCI 12.2.4)."""
    base = f"{request.base}{PREFIX}"
    return {
        "credential_issuer": base,
        "authorization_servers": [f"{request.base}/idp"],
        "credential_endpoint": f"{base}/credential",
        "nonce_endpoint": f"{base}/nonce",
        "credential_configurations_supported": {
            CONFIGURATION: {
                "format": "dc+sd-jwt",
                "vct": TYPE,
                "cryptographic_binding_methods_supported": ["jwk"],
                "credential_signing_alg_values_supported": ["ES256"],
                "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
            }
        },
    }


@dataclass(slots=True)
class IssuerService:
    """The issuer below its prefix. Nonces are good once."""

    idp: Idp
    nonces: set[str] = field(default_factory=set)

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix."""
        reading = {"": self._landing, "/sample": _sample, "/status/1": _status_list}
        writing = {"/nonce": self._nonce, "/credential": self._credential}
        path = request.path.rstrip("/")
        if path in reading:
            return reading[path](request) if request.method == "GET" else not_allowed("GET")
        if path in writing:
            return writing[path](request) if request.method == "POST" else not_allowed("POST")
        return problem(404, "there is nothing here")

    def _landing(self, request: Request) -> Response:
        return json_response({"title": "Credentials of Exampleton", "issuer": did_of(request)})

    def _nonce(self, _: Request) -> Response:
        nonce = token_urlsafe(24)
        self.nonces.add(nonce)
        return json_response({"c_nonce": nonce}, Cache_Control="no-store")

    def _credential(self, request: Request) -> Response:
        """Nobody of the demo city has a wallet, so that every request ends with what is wrong."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return _challenge("Bearer")
        try:
            self.idp.claims(request, token.strip())
        except BadTokenError:
            return _challenge('Bearer error="invalid_token"')
        return json_response({"error": self._trouble(request)}, 400, Cache_Control="no-store")

    def _trouble(self, request: Request) -> str:
        """The error of OpenID4VCI 8.3.1.2 for a request."""
        try:
            asked = json.loads(request.body)
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            return "invalid_credential_request"
        named = asked.get("credential_configuration_id")
        if named is None:
            return "invalid_credential_request"
        return "invalid_proof" if named == CONFIGURATION else "unknown_credential_configuration"


def _challenge(way: str) -> Response:
    refusal = problem(401, "a token for this issuer is needed")
    return refusal.with_header("WWW-Authenticate", way)


def _sample(request: Request) -> Response:
    """A credential of an invented person, all of it disclosed."""
    text = "~".join((signed_sample(request), *_disclosures(), ""))
    return Response(200, (("Content-Type", "application/dc+sd-jwt"),), text.encode())


def _disclosures() -> tuple[str, ...]:
    parts = (["sXDlBfDUg9kq0bBn", "given_name", "Ada"], ["5Pf0vVqYrHmO3xTu", "over_18", True])
    return tuple(encode(json.dumps(p).encode()) for p in parts)


def claims_of_sample(request: Request) -> dict[str, Any]:
    """What the sample says before anything is disclosed."""
    now = int(time.time())
    where = {"uri": f"{request.base}{PREFIX}/status/1", "idx": _PLACE}
    return {
        "iss": did_of(request),
        "vct": TYPE,
        "iat": now - _DAY,
        "exp": now + 30 * _DAY,
        "cnf": {"jwk": holder()},
        "status": {"status_list": where},
        "_sd_alg": "sha-256",
        "_sd": [encode(sha256(d.encode()).digest()) for d in _disclosures()],
    }


def signed_sample(request: Request) -> str:
    """The sample as it is signed."""
    kid = f"{did_of(request)}#{issuer_keys().all[0].kid}"
    return issuer_keys().sign(claims_of_sample(request), {"typ": "dc+sd-jwt", "kid": kid})


def status_claims(request: Request, revoked: bytes = b"\x00\x02") -> dict[str, Any]:
    """A list of sixteen credentials, of which the tenth is revoked (Token Status List 5.1)."""
    now = int(time.time())
    held = {"bits": 1, "lst": encode(zlib.compress(revoked, 9))}
    where = f"{request.base}{PREFIX}/status/1"
    return {
        "iss": did_of(request),
        "sub": where,
        "iat": now,
        "exp": now + _DAY,
        "status_list": held,
    }


def signed_list(request: Request, claims: dict[str, Any]) -> Response:
    """A status list as it is served."""
    kid = f"{did_of(request)}#{issuer_keys().all[0].kid}"
    text = issuer_keys().sign(claims, {"typ": "statuslist+jwt", "kid": kid})
    return Response(200, (("Content-Type", "application/statuslist+jwt"),), text.encode())


def _status_list(request: Request) -> Response:
    return signed_list(request, status_claims(request))
