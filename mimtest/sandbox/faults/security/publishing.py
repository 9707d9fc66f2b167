"""Ways to publish wrong things of the login and of the office, one at a time."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_OPENID: Final = "/idp/.well-known/openid-configuration"
_OAUTH: Final = "/.well-known/oauth-authorization-server/idp"
_RESOURCE: Final = "/.well-known/oauth-protected-resource/office"
_OK: Final = 200


def _changed(response: Response, change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> Response:
    """The answer with a changed body, where it is one that worked."""
    worked = response.status == _OK and response.body
    return response.with_json(change(response.json())) if worked else response


@fault("sec-as-no-metadata", kills=("SEC-AS-01",), beside=("TRU-ID-*", "TRU-VC-03"))
def publishes_no_metadata(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """There are no metadata of an authorisation server, and those of OpenID name no issuer."""
    if request.path == _OAUTH:
        return problem(404, "there is nothing here")
    response = proceed(request)
    if request.path != _OPENID:
        return response
    return _changed(response, lambda body: {k: v for k, v in body.items() if k != "issuer"})


@fault("sec-as-other-issuer", kills=("SEC-AS-13",))
def names_another_issuer(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The metadata of the authorisation server name an issuer inside."""
    response = proceed(request)
    if request.path != _OAUTH:
        return response
    return _changed(response, lambda body: body | {"issuer": "http://keycloak.internal:8080"})


@fault("sec-as-resource-without-issuer", kills=("SEC-AS-02",))
def names_no_issuer(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The metadata of the office name another authorisation server."""
    response = proceed(request)
    if request.path != _RESOURCE:
        return response
    other = ["https://login.mimtest.invalid"]
    return _changed(response, lambda body: body | {"authorization_servers": other})


@fault("sec-as-no-resource-metadata", kills=("SEC-AS-02",))
def publishes_nothing_of_the_resource(
    request: Request, _: "Platform", proceed: Proceed
) -> Response:
    """There are no metadata of the office."""
    gone = request.path == _RESOURCE
    return problem(404, "there is nothing here") if gone else proceed(request)


@fault("sec-as-no-pointer", kills=("SEC-AS-03",))
def leads_nowhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The challenge of the office does not lead to its metadata."""
    response = proceed(request)
    challenge = response.header("WWW-Authenticate") or ""
    if not request.path.startswith("/office/") or "resource_metadata" not in challenge:
        return response
    kept = [p for p in challenge.split(", ") if not p.startswith("resource_metadata")]
    return response.with_header("WWW-Authenticate", ", ".join(kept))


@fault("sec-as-unbound", kills=("SEC-AS-12",), beside=("TRU-SOL-15",))
def binds_no_tokens(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Neither DPoP nor client certificates are offered."""
    response = proceed(request)
    if request.path not in (_OPENID, _OAUTH):
        return response
    return _changed(response, lambda body: {k: v for k, v in body.items() if "dpop" not in k})


@fault("sec-as-private-key", kills=("SEC-AS-14",), beside=("TRU-ID-*",))
def publishes_a_private_key(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The published keys hold the private half of one."""
    response = proceed(request)
    if request.path != "/idp/jwks":
        return response
    return _changed(response, lambda body: {"keys": [k | {"d": "c2VjcmV0"} for k in body["keys"]]})


@fault("sec-as-other-keys", kills=("SEC-AS-15",), beside=("TRU-ID-*",))
def publishes_other_keys(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The key that access tokens are signed with is not published."""
    response = proceed(request)
    if request.path != "/idp/jwks":
        return response
    return _changed(response, lambda body: {"keys": [k for k in body["keys"] if k["kty"] == "RSA"]})


@fault("sec-as-variant-only-openid")
def publishes_as_openid_provider_only(
    request: Request, _: "Platform", proceed: Proceed
) -> Response:
    """There are metadata of an OpenID provider only."""
    gone = request.path == _OAUTH
    return problem(404, "there is nothing here") if gone else proceed(request)
