"""Ways in which credentials, their status, and who vouches for their issuers go wrong, and permitted other ways."""

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.credentials.issuer import claims_of_sample, signed_list, status_claims
from mimtest.sandbox.credentials.keys import issuer_keys, verifier_keys
from mimtest.sandbox.credentials.registry import did_of
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.trust.changing import changed
from mimtest.sandbox.http import Request, Response, json_response
from mimtest.sandbox.idp.jose import Keys, encode

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_SAMPLE: Final = "/credentials/sample"
_DAY: Final = 86400


def _sample(
    request: Request,
    proceed: Proceed,
    change: Callable[[dict[str, Any]], None],
    typ: str = "dc+sd-jwt",
    keys: Keys | None = None,
) -> Response:
    """The sample with other claims, signed by the issuer or by other keys."""
    response = proceed(request)
    if request.path != _SAMPLE or not response.body:
        return response
    claims = claims_of_sample(request)
    change(claims)
    kid = f"{did_of(request)}#{issuer_keys().all[0].kid}"
    _, _, disclosed = response.body.partition(b"~")
    signed = (keys or issuer_keys()).sign(claims, {"typ": typ, "kid": kid})
    return response.with_body(signed.encode() + b"~" + disclosed)


@fault("tru-vc-foreign-signature", kills=("TRU-VC-09", "TRU-VC-20"))
def has_others_sign(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The sample is signed with a key that is not the issuer's."""
    return _sample(request, proceed, lambda _: None, keys=verifier_keys())


@fault("tru-vc-expired", kills=("TRU-VC-09",))
def gives_expired_credentials(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The sample expired yesterday."""
    return _sample(request, proceed, lambda claims: claims.update(exp=claims["iat"] - _DAY))


@fault("tru-vc-not-yet", kills=("TRU-VC-09",))
def gives_credentials_too_early(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The sample holds from next week."""
    return _sample(request, proceed, lambda claims: claims.update(nbf=claims["exp"] - _DAY))


@fault("tru-vc-foreign-disclosure", kills=("TRU-VC-09",))
def discloses_what_nobody_signed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Something is disclosed that nobody signed."""
    response = proceed(request)
    if request.path != _SAMPLE or not response.body:
        return response
    more = encode(json.dumps(["c2FsdHNhbHRzYWx0", "mayor", True]).encode())
    return response.with_body(response.body + more.encode() + b"~")


@fault("tru-vc-wrong-type", kills=("TRU-VC-10",))
def calls_credentials_tokens(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The header of the sample calls it a JWT."""
    return _sample(request, proceed, lambda _: None, typ="JWT")


@fault("tru-vc-nameless-sample", kills=("TRU-VC-10",))
def names_no_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The sample does not say what it is."""
    return _sample(request, proceed, lambda claims: claims.pop("vct"))


@fault("tru-vc-variant-no-holder")
def binds_credentials_to_nobody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The sample does not name the key of its holder."""
    return _sample(request, proceed, lambda claims: claims.pop("cnf"))


@fault("tru-vc-revoked", kills=("TRU-VC-19",))
def revokes_the_sample(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list calls the sample revoked."""
    if request.path != "/credentials/status/1":
        return proceed(request)
    response = proceed(request)
    body = signed_list(request, status_claims(request, b"\x80\x02")).body
    return response.with_body(body) if response.body else response


@fault("tru-vc-foreign-list", kills=("TRU-VC-19",))
def has_others_sign_the_list(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The status list is signed with a key that is not the issuer's."""
    response = proceed(request)
    if request.path != "/credentials/status/1" or not response.body:
        return response
    header = {"typ": "statuslist+jwt", "kid": f"{did_of(request)}#key-1"}
    return response.with_body(verifier_keys().sign(status_claims(request), header).encode())


def _document(
    request: Request, proceed: Proceed, change: Callable[[dict[str, Any]], None]
) -> Response:
    return changed(request, proceed, "/did/did.json", change)


@fault("tru-vc-other-did", kills=("TRU-VC-08",))
def is_another_identifier(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The document is that of another identifier."""
    other = {"id": "did:web:other.mimtest.invalid"}
    return _document(request, proceed, lambda content: content.update(other))


@fault("tru-vc-no-key-for-assertions", kills=("TRU-VC-08", "TRU-VC-09", "TRU-VC-19", "TRU-VC-20"))
def has_no_key_for_assertions(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The issuer's key is for logging in, not for assertions."""

    def change(content: dict[str, Any]) -> None:
        content["authentication"] = content.pop("assertionMethod")

    return _document(request, proceed, change)


@fault("tru-vc-private-key", kills=("TRU-VC-08",))
def publishes_its_private_key(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The document has the private half of the key."""
    half = {"d": "Y29tcGxldGVseSBpbnZlbnRlZCBudW1iZXI"}
    return _document(
        request,
        proceed,
        lambda content: content["verificationMethod"][0]["publicKeyJwk"].update(half),
    )


@fault("tru-vc-lost-key", kills=("TRU-VC-08",))
def names_a_key_that_is_not_there(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The document names a second key that it does not have."""
    return _document(request, proceed, lambda content: content["assertionMethod"].append("#key-2"))


@fault("tru-vc-trusts-anybody", kills=("TRU-VC-12",))
def trusts_anybody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The registry has an entry for whomever one asks."""
    kind, _slash, did = request.path.removeprefix("/issuers/").partition("/")
    if kind != "issuers" or not did or not request.path.startswith("/issuers/"):
        return proceed(request)
    named = did_of(request) if did == did_of(request).replace("%", "%25") else did
    return json_response({"did": named, "attributes": [], "hasAttributes": False})


@fault("tru-vc-not-trusted", kills=("TRU-VC-18",))
def does_not_trust_the_issuer(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The registry trusts another issuer, and not that of the sample."""
    if not request.path.startswith("/issuers/issuers"):
        return proceed(request)
    other = "did:web:other.mimtest.invalid:issuer"
    if request.path.endswith(other):
        return json_response({"did": other, "attributes": [], "hasAttributes": False})
    if request.path == "/issuers/issuers":
        items = [{"did": other, "href": f"{request.base}{request.path}/{other}"}]
        return json_response({"items": items, "total": 1, "pageSize": 50})
    return proceed(replace(request, path="/issuers/issuers/x", raw_path="/issuers/issuers/x"))


@fault("tru-vc-variant-answer")
def gives_the_sample_as_an_answer(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The sample comes as the answer of a credential endpoint."""
    response = proceed(request)
    if request.path != _SAMPLE or not response.body:
        return response
    return json_response({"credentials": [{"credential": response.body.decode()}]})


@fault("tru-vc-variant-longer-statuses")
def has_longer_statuses(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list has two bits for each credential."""
    response = proceed(request)
    if request.path != "/credentials/status/1" or not response.body:
        return response
    claims = status_claims(request)
    lst = encode(zlib.compress(b"\x03\x3f\x00\x01", 9))
    claims["status_list"] = {"bits": 2, "lst": lst}
    return response.with_body(signed_list(request, claims).body)
