"""Who the issuer is (did:web), and the registry of issuers that the city trusts (EBSI Trusted Issuers Registry v4)."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from mimtest.sandbox.credentials.keys import issuer_keys
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.manners import not_allowed, problem

DID: Final = "/did"
ISSUERS: Final = "/issuers"
_CONTEXT: Final = "https://www.w3.org/ns/did/v1"


def did_of(request: Request) -> str:
    """The issuer's identifier, as the request reached it."""
    host = request.base.partition("://")[2]
    return f"did:web:{quote(host, safe='')}:{DID.strip('/')}"


def document(request: Request) -> dict[str, Any]:
    """The issuer's DID document."""
    did = did_of(request)
    key = issuer_keys().all[0]
    public = {k: v for k, v in key.public.items() if k != "use"}
    method = {
        "id": f"{did}#{key.kid}",
        "type": "JsonWebKey",
        "controller": did,
        "publicKeyJwk": public,
    }
    return {
        "@context": [_CONTEXT],
        "id": did,
        "verificationMethod": [method],
        "assertionMethod": [method["id"]],
        "service": [
            {
                "id": f"{did}#credentials",
                "type": "CredentialService",
                "serviceEndpoint": f"{request.base}/dcp",
            }
        ],
    }


@dataclass(frozen=True, slots=True)
class DidService:
    """The document of the issuer's identifier."""

    def handle(self, request: Request) -> Response:
        """The document; `/did.json` only."""
        if request.path != "/did.json":
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        return json_response(document(request), media_type="application/did+json")


@dataclass(frozen=True, slots=True)
class RegistryService:
    """The issuers that the city trusts."""

    def handle(self, request: Request) -> Response:
        """The list, and its entries."""
        did = did_of(request)
        here = f"{request.base}{ISSUERS}/issuers"
        items = [{"did": did, "href": f"{here}/{quote(did, safe=':')}"}]
        segments = [unquote(s) for s in (request.raw_path or request.path).strip("/").split("/")]
        found: dict[str, Any] | None = None
        if segments == ["issuers"]:
            found = {"self": here, "items": items, "total": len(items), "pageSize": 50}
        elif segments == ["issuers", did]:
            found = {"did": did, "attributes": [], "hasAttributes": False}
        elif segments == [""]:
            found = {"title": "Issuers that Exampleton trusts", "issuers": here}
        if found is None:
            return problem(404, "there is no such issuer")
        return json_response(found) if request.method == "GET" else not_allowed("GET")
