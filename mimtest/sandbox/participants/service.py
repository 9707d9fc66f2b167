"""A self-description (Gaia-X), the capabilities of an iSHARE party, and a credential service (DCP 1.0)."""

import base64
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from mimtest.sandbox.credentials.keys import issuer_keys
from mimtest.sandbox.credentials.registry import did_of
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.jose import Keys, made_keys
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.once import once

DESCRIPTION: Final = "/participant"
ISHARE: Final = "/ishare"
CLAIMS: Final = "/dcp"
_EORI: Final = "EU.EORI.DE0000000000000"
_HALF_A_MINUTE: Final = 30


def services() -> dict[str, Any]:
    """The services by path prefix."""
    return {
        DESCRIPTION: DescriptionService(),
        ISHARE: IshareService(),
        CLAIMS: CredentialService(),
    }


def self_description(request: Request) -> dict[str, Any]:
    """The claims of the town's self-description."""
    did = did_of(request)
    now = datetime.now(UTC)
    address = {"type": "gx:Address", "gx:countryCode": "DE", "gx:locality": "Exampleton"}
    number = {"type": "gx:VatID", "gx:vatID": "DE000000000"}
    subject = {
        "id": f"{did}#participant",
        "type": "gx:LegalPerson",
        "gx:legalName": "Town of Exampleton",
        "gx:registrationNumber": number,
        "gx:headquartersAddress": address,
        "gx:legalAddress": address,
    }
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/gaia-x/development#"],
        "type": ["VerifiableCredential"],
        "issuer": did,
        "validFrom": f"{now - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
        "validUntil": f"{now + timedelta(days=90):%Y-%m-%dT%H:%M:%SZ}",
        "credentialSubject": subject,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class DescriptionService:
    """The self-description as a signed credential."""

    def handle(self, request: Request) -> Response:
        """The credential; at the prefix only."""
        if request.path:
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        kid = f"{did_of(request)}#{issuer_keys().all[0].kid}"
        text = issuer_keys().sign(self_description(request), {"typ": "vc+jwt", "kid": kid})
        return Response(200, (("Content-Type", "application/vc+jwt"),), text.encode())


def capabilities(request: Request) -> dict[str, Any]:
    """What the town's party tells everybody."""
    now = int(time.time())
    feature = {
        "id": "1",
        "feature": "Capabilities",
        "description": "What this party can",
        "url": f"{request.base}{ISHARE}/capabilities",
    }
    versions = [{"version": "2.1", "supported_features": [{"public": [feature]}]}]
    return {
        "iss": _EORI,
        "sub": _EORI,
        "iat": now,
        "exp": now + _HALF_A_MINUTE,
        "jti": str(uuid4()),
        "capabilities_info": {
            "party_id": _EORI,
            "ishare_roles": [{"role": "Service Provider"}],
            "supported_versions": versions,
        },
    }


def signed_capabilities(claims: dict[str, Any], alg: str = "RS256") -> str:
    """The capabilities, signed by the party."""
    header = {"typ": "JWT", "x5c": [base64.b64encode(certificate()).decode()]}
    return _keys().sign(claims, header, alg)


@dataclass(frozen=True, slots=True)
class IshareService:
    """The capabilities."""

    def handle(self, request: Request) -> Response:
        """The token; `/capabilities`, and a word at the prefix."""
        found = {
            "": lambda: {"title": "Exampleton in iSHARE"},
            "/capabilities": lambda: {
                "capabilities_token": signed_capabilities(capabilities(request))
            },
        }
        if request.path not in found:
            return problem(404, "there is nothing here")
        return (
            json_response(found[request.path]()) if request.method == "GET" else not_allowed("GET")
        )


@dataclass(frozen=True, slots=True)
class CredentialService:
    """Where the town's credentials are asked for: nobody of the demo city has a token for that."""

    def handle(self, request: Request) -> Response:
        """A refusal; `/presentations/query`, and a word at the prefix."""
        if request.path == "" and request.method == "GET":
            return json_response({"title": "Credentials of Exampleton"})
        if request.path != "/presentations/query":
            return not_allowed("GET") if request.path == "" else problem(404, "there is nothing here")  # fmt: skip
        if request.method != "POST":
            return not_allowed("POST")
        refusal = problem(401, "a self-issued token of somebody trusted is needed")
        return refusal.with_header("WWW-Authenticate", 'Bearer realm="credentials"')


def _keys() -> Keys:
    """The party's key, which is the one that the login signs with by RSA."""
    return made_keys()


@once
def certificate() -> bytes:
    """The certificate of the party, which signed it itself."""
    from cryptography import x509  # noqa: PLC0415 (slow to import)
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    key: Any = next(k for k in _keys().all if k.alg == "RS256").private
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Exampleton")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.DER)
