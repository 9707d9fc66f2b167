"""Ways in which an OpenID provider answers its clients wrongly, and permitted other ways."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_STRANGER: Final = "mimtest.invalid"


@fault("tru-id-open-redirect", kills=("TRU-ID-12",))
def sends_people_anywhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """People are sent with an error to whatever address the question names."""
    back = request.params.get("redirect_uri", "")
    if request.path != "/idp/authorize" or _STRANGER not in back:
        return proceed(request)
    return Response(302, (("Location", f"{back}?error=invalid_request"),))


@fault("tru-id-open-form", kills=("TRU-ID-12",))
def posts_people_anywhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A form that sends itself leads to whatever address the question names."""
    back = request.params.get("redirect_uri", "")
    if request.path != "/idp/authorize" or _STRANGER not in back:
        return proceed(request)
    page = f'<form method="post" action="{back}"><input name="error"></form>'.encode()
    return Response(200, (("Content-Type", "text/html"), ("Cache-Control", "no-store")), page)


@fault("tru-id-address-looked-at-after-login", kills=("TRU-ID-12",))
def looks_at_addresses_too_late(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A strange address gets the page to log in, and an error where nobody is logged in."""
    asked = request.params
    back = asked.get("redirect_uri", "")
    if request.path != "/idp/authorize" or _STRANGER not in back:
        return proceed(request)
    if asked.get("prompt") == "none":
        return Response(302, (("Location", f"{back}?error=login_required"),))
    page = b"<!DOCTYPE html><html><title>Sign in</title></html>"
    return Response(200, (("Content-Type", "text/html"), ("Cache-Control", "no-store")), page)


@fault("tru-id-variant-strangers-get-a-page")
def shows_strangers_a_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The page of an error about a strange address comes with 200."""
    if request.path != "/idp/authorize" or _STRANGER not in request.params.get("redirect_uri", ""):
        return proceed(request)
    page = b"<!DOCTYPE html><html><title>Unknown address</title></html>"
    return Response(200, (("Content-Type", "text/html"), ("Cache-Control", "no-store")), page)


@fault("tru-id-no-challenge-needed", kills=("TRU-ID-13",))
def takes_questions_without_a_challenge(
    request: Request, _: "Platform", proceed: Proceed
) -> Response:
    """A question without a challenge is taken as far as the login."""
    asked = request.params
    if request.path != "/idp/authorize" or "code_challenge" in asked:
        return proceed(request)
    sound = asked | {"code_challenge": "x" * 43, "code_challenge_method": "S256"}
    return proceed(request.with_query(urlencode(sound)))


@fault("tru-id-error-without-code", kills=("TRU-ID-14", "SEC-AS-06", "SEC-AS-07"))
def refuses_without_a_code(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The token endpoint tells errors in words of its own."""
    response = proceed(request)
    if request.path != "/idp/token" or response.status < 400:  # noqa: PLR2004
        return response
    return response.with_json({"message": "no"})


@fault("tru-id-token-for-anybody", kills=("TRU-ID-14",))
def gives_anybody_a_token(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A client that nobody knows gets a token."""
    if request.path != "/idp/token" or b"client_id=mimtest-" not in request.body:
        return proceed(request)
    return json_response({"access_token": "for-anybody-that-asks", "token_type": "Bearer"})


def _userinfo(request: Request) -> bool:
    return request.path == "/idp/userinfo"


@fault("tru-id-open-userinfo", kills=("TRU-ID-15",))
def tells_anybody_of_people(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who has no token is told of somebody."""
    if not _userinfo(request) or "authorization" in request.headers:
        return proceed(request)
    return json_response({"sub": "somebody"})


@fault("tru-id-any-token", kills=("TRU-ID-15",))
def takes_any_token(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whatever is called a token is taken for one."""
    if not _userinfo(request) or "authorization" not in request.headers:
        return proceed(request)
    return json_response({"sub": "somebody"})


@fault("tru-id-no-challenge", kills=("TRU-ID-15", "TRU-ID-22"))
def refuses_in_silence(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A refusal does not say how to get in."""
    response = proceed(request)
    return response.without_header("WWW-Authenticate") if _userinfo(request) else response


@fault("tru-id-token-not-called-invalid", kills=("TRU-ID-22",))
def does_not_call_tokens_invalid(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A refusal does not say that the token is no good."""
    response = proceed(request)
    return response.with_header("WWW-Authenticate", "Bearer") if _userinfo(request) else response


@fault("tru-id-open-registration", kills=("TRU-ID-16",))
def registers_anybody(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A request to register a client is read without leave."""
    if request.path != "/idp/register":
        return proceed(request)
    return json_response({"error": "invalid_redirect_uri"}, 400, Cache_Control="no-store")


@fault("tru-id-lost-logout", kills=("TRU-ID-19",))
def has_no_page_for_leaving(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """There is nothing at the address for ending a session."""
    lost = request.path == "/idp/end-session"
    return proceed(
        replace(request, path="/idp/nothing", raw_path="/idp/nothing") if lost else request
    )


@fault("tru-id-variant-several-challenges")
def offers_several_ways_in(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A refusal offers DPoP first, and Bearer in lower case in a field of its own."""
    response = proceed(request)
    challenge = response.header("WWW-Authenticate")
    if not _userinfo(request) or challenge is None:
        return response
    fields = response.without_header("WWW-Authenticate").headers
    ways = ('DPoP algs="ES256"', challenge.replace("Bearer", "bearer"))
    return replace(response, headers=(*fields, *(("WWW-Authenticate", w) for w in ways)))


@fault("tru-id-variant-login-elsewhere")
def has_its_login_elsewhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever asks is sent to the provider's own login, with the question behind it."""
    asked = request.params
    if request.path != "/idp/authorize" or asked.get("prompt") == "none":
        return proceed(request)
    return Response(302, (("Location", f"/idp/login?{urlencode({'next': request.query})}"),))
