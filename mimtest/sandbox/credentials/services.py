"""The services by path prefix, and the part of the target file about them."""

from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.credentials import issuer, registry, verifier
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.state import Idp
from mimtest.sandbox.manners import not_allowed, problem

#: Where the issuer's metadata are: between host and path of its identifier (OpenID4VCI 12.2.2).
METADATA: Final = "/.well-known/openid-credential-issuer"


@dataclass(frozen=True, slots=True)
class MetadataService:
    """The issuer's metadata."""

    def handle(self, request: Request) -> Response:
        """The document at the issuer's path."""
        if request.path != issuer.PREFIX:
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        return json_response(issuer.metadata(request))


def services(idp: Idp) -> dict[str, Any]:
    """The services."""
    return {
        METADATA: MetadataService(),
        issuer.PREFIX: issuer.IssuerService(idp),
        verifier.PREFIX: verifier.VerifierService(),
        registry.DID: registry.DidService(),
        registry.ISSUERS: registry.RegistryService(),
    }


_INTERFACES: Final = """
[interfaces.credentials]
kind = "vc-issuer"
url = "{base}/credentials"
issuer = "login"
paths = {{ sample = "/sample" }}

[interfaces.wallet-login]
kind = "vc-verifier"
url = "{base}/verifier"
paths = {{ start = "/start", service = "/services/city", conformance = "/conformance" }}

[interfaces.issuer-did]
kind = "did"
url = "{base}/did/did.json"
paths = {{ self-description = "{base}/participant" }}

[interfaces.trusted-issuers]
kind = "issuers-registry"
url = "{base}/issuers"
"""


def credential_interfaces(base: str) -> str:
    """The part of the demo city's target file about all this."""
    return _INTERFACES.format(base=base)
