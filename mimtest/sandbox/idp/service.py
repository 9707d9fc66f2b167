"""The paths of the authorisation server, and the well-known ones outside of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.metadata import oauth_metadata, oidc_metadata, resource_metadata
from mimtest.sandbox.idp.openid import authorize, end_session, register, userinfo
from mimtest.sandbox.idp.state import PREFIX, Idp
from mimtest.sandbox.idp.tokens import introspect, revoke, token
from mimtest.sandbox.manners import not_allowed, problem

Act = Callable[[Idp, Request], Response]
#: Where RFC 8414 and RFC 9728 have the metadata of an issuer and of a resource with a path.
OAUTH_METADATA: Final = "/.well-known/oauth-authorization-server"
RESOURCE_METADATA: Final = "/.well-known/oauth-protected-resource"


def _document(make: Callable[[Idp, Request], Any]) -> Act:
    return lambda idp, request: json_response(make(idp, request))


def _keys(idp: Idp, _: Request) -> Response:
    return json_response(idp.keys.document, media_type="application/jwk-set+json")


def _landing(idp: Idp, request: Request) -> Response:
    where = f"{idp.issuer(request)}/.well-known/openid-configuration"
    return json_response({"title": "Exampleton login", "configuration": where})


#: The methods of a path and what answers them.
ROUTES: Final[dict[str, tuple[tuple[str, ...], Act]]] = {
    "": (("GET",), _landing),
    "/.well-known/openid-configuration": (("GET",), _document(oidc_metadata)),
    "/jwks": (("GET",), _keys),
    "/token": (("POST",), token),
    "/introspect": (("POST",), introspect),
    "/revoke": (("POST",), revoke),
    "/authorize": (("GET", "POST"), authorize),
    "/userinfo": (("GET", "POST"), userinfo),
    "/register": (("POST",), register),
    "/end-session": (("GET", "POST"), end_session),
}


@dataclass(frozen=True, slots=True)
class IdpService:
    """The authorisation server below its prefix."""

    idp: Idp

    def handle(self, request: Request) -> Response:
        """The answer to a request below the prefix."""
        found = ROUTES.get(request.path.rstrip("/") if request.path == "/" else request.path)
        if found is None:
            return problem(404, "there is nothing here")
        methods, act = found
        return act(self.idp, request) if request.method in methods else not_allowed(*methods)


@dataclass(frozen=True, slots=True)
class WellKnown:
    """One document at a well-known path with `path` behind it."""

    idp: Idp
    path: str
    make: Callable[[Idp, Request], Any]

    def handle(self, request: Request) -> Response:
        """The document; nothing else."""
        if request.path != self.path:
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        return json_response(self.make(self.idp, request))


def services(idp: Idp) -> dict[str, Any]:
    """The authorisation server and the metadata, by path prefix."""
    return {
        PREFIX: IdpService(idp),
        OAUTH_METADATA: WellKnown(idp, PREFIX, oauth_metadata),
        RESOURCE_METADATA: WellKnown(idp, "/office", resource_metadata),
    }
