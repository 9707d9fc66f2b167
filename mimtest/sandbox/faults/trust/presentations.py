"""Ways in which a login by wallet goes wrong, and permitted other ways."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from mimtest.sandbox.credentials.keys import certificate_header, issuer_keys
from mimtest.sandbox.credentials.verifier import client_id, question, signed_question
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_QUESTION: Final = "/verifier/request/"
_ANSWER: Final = "/verifier/response/"
_START: Final = "/verifier/start"
_SERVICE: Final = "/verifier/services/city/.well-known/openid-configuration"
_KEYS: Final = "/verifier/services/city/jwks"


def _asks(
    request: Request,
    proceed: Proceed,
    change: Callable[[dict[str, Any]], Any],
    header: dict[str, Any] | None = None,
) -> Response:
    """The question with other claims, or another header."""
    response = proceed(request)
    name = request.path.removeprefix(_QUESTION)
    if not request.path.startswith(_QUESTION) or response.status >= 400:  # noqa: PLR2004
        return response
    claims = question(request, name, f"nonce-of-{name}")
    change(claims)
    body = signed_question(claims, {"x5c": certificate_header(), **(header or {})}).body
    return response.with_body(body)


@fault("tru-vp-no-nonce", kills=("TRU-VC-06", "TRU-VC-17"))
def asks_without_a_nonce(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The question has no nonce."""
    return _asks(request, proceed, lambda claims: claims.pop("nonce"))


@fault("tru-vp-same-nonce", kills=("TRU-VC-17",))
def repeats_its_nonce(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every session has the same nonce."""
    return _asks(request, proceed, lambda claims: claims.update(nonce="always-the-same"))


@fault("tru-vp-asks-for-nothing", kills=("TRU-VC-06",))
def asks_for_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The question asks for no credential."""
    return _asks(request, proceed, lambda claims: claims.update(dcql_query={"credentials": []}))


@fault("tru-vp-answered-without-tls", kills=("TRU-VC-06",))
def wants_its_answer_without_tls(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The answer is to go to another host without TLS."""
    place = "http://wallet.exampleton.mimtest.invalid/response"
    return _asks(request, proceed, lambda claims: claims.update(response_uri=place))


@fault("tru-vp-wrong-type", kills=("TRU-VC-06",))
def calls_its_question_a_token(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The header of the question calls it a JWT."""
    return _asks(request, proceed, lambda _: None, {"typ": "JWT"})


@fault("tru-vp-foreign-signature", kills=("TRU-VC-16",))
def has_others_sign_its_question(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The question is signed with a key that the certificate does not name."""
    response = proceed(request)
    name = request.path.removeprefix(_QUESTION)
    if not request.path.startswith(_QUESTION) or response.status >= 400:  # noqa: PLR2004
        return response
    header = {"typ": "oauth-authz-req+jwt", "x5c": certificate_header()}
    text = issuer_keys().sign(question(request, name, f"nonce-of-{name}"), header)
    return response.with_body(text.encode())


@fault("tru-vp-other-name", kills=("TRU-VC-16",))
def takes_another_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The verifier is named by a host that its certificate is not for."""
    name = "x509_san_dns:login.mimtest.invalid"
    if request.path == _START:
        return _started(request, proceed, {"client_id": name})
    return _asks(request, proceed, lambda claims: claims.update(client_id=name))


def _started(request: Request, proceed: Proceed, more: dict[str, str]) -> Response:
    """The address for wallets with other parameters."""
    response = proceed(request)
    if request.method != "POST" or response.status >= 400:  # noqa: PLR2004
        return response
    address = response.json()["authorization_request"]
    where = address.partition("request_uri=")[2]
    query = f"{urlencode({'client_id': client_id(), **more})}&request_uri={where}"
    return response.with_json({"authorization_request": f"openid4vp://?{query}"})


@fault("tru-vp-lets-anybody-in", kills=("TRU-VC-11",))
def lets_anybody_in(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever is shown, a token is given."""
    if not request.path.startswith(_ANSWER):
        return proceed(request)
    token = {"access_token": "for-anybody-that-shows-nothing", "token_type": "Bearer"}
    return json_response(token, Cache_Control="no-store")


@fault("tru-vp-sends-anybody-on", kills=("TRU-VC-11",))
def sends_anybody_on(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever is shown, a code is given in the address of a redirect."""
    if not request.path.startswith(_ANSWER):
        return proceed(request)
    return Response(302, (("Location", f"{request.base}/signed-in?code=for-anybody"),))


@fault("tru-vp-service-of-another", kills=("TRU-VC-07",))
def describes_another_service(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The metadata of the service name another issuer."""
    response = proceed(request)
    if request.path != _SERVICE or not response.body:
        return response
    return response.with_json(response.json() | {"issuer": f"{request.base}/verifier"})


@fault("tru-vp-service-without-keys", kills=("TRU-VC-07",))
def has_no_keys(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The service has no keys."""
    response = proceed(request)
    return response.with_json({"keys": []}) if request.path == _KEYS else response


@fault("tru-vp-no-other-provider", kills=("TRU-ID-18", "TRU-VC-07"))
def is_no_other_provider(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The metadata of the login by wallet are not there, so that there is one provider only."""
    response = proceed(request)
    return response.with_status(404) if request.path == _SERVICE else response


@fault("tru-vp-results-without-an-end", kills=("TRU-VC-13",))
def does_not_tell_the_end(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Results of the conformance suite do not tell how the test ended."""
    response = proceed(request)
    if request.path != "/verifier/conformance" or not response.body:
        return response
    log = response.json()
    del log["testInfo"]["result"]
    return response.with_json(log)


@fault("tru-vp-variant-draft")
def asks_as_drafts_did(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The question is in the words of drafts."""

    def change(claims: dict[str, Any]) -> None:
        del claims["dcql_query"]
        claims["presentation_definition"] = {"id": "resident", "input_descriptors": []}

    return _asks(request, proceed, change)


@fault("tru-vp-variant-redirect")
def starts_by_a_redirect(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A login begins by a redirect to the address for wallets."""
    response = proceed(request)
    if request.path != _START or request.method != "POST":
        return response
    address = response.json()["authorization_request"]
    return Response(302, (("Location", address), ("Cache-Control", "no-store")))


@fault("tru-vp-variant-unlooked")
def looks_at_answers_later(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The answer is taken, and looked at when the browser comes back."""
    if not request.path.startswith(_ANSWER):
        return proceed(request)
    place = f"{request.base}/signed-in#response"
    return json_response({"redirect_uri": place}, Cache_Control="no-store")
