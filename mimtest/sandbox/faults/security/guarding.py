"""Ways to guard data badly before any token is read, and to answer bad tokens badly; permitted ways to refuse."""

from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.idp.clients import OFFICE_TOKEN
from mimtest.sandbox.manners import problem

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_PREFIX: Final = "/office/"
_ITEMS: Final = "/office/collections/permits/items"
_CHALLENGE: Final = "WWW-Authenticate"


def _is_office(request: Request) -> bool:
    return request.path.startswith(_PREFIX) and request.method != "OPTIONS"


def _shown(request: Request) -> tuple[str, str]:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    return scheme, text.strip()


def _has_none(request: Request) -> bool:
    return _is_office(request) and not request.headers.get("authorization")


def _is_made_up(request: Request) -> bool:
    scheme, text = _shown(request)
    made_up = "." not in text and text != OFFICE_TOKEN
    return _is_office(request) and scheme.lower() == "bearer" and made_up


def _let_in(request: Request) -> Request:
    return request.with_header("authorization", f"Bearer {OFFICE_TOKEN}")


def _for(request: Request, *, given: bool) -> bool:
    return _is_office(request) and bool(request.headers.get("authorization")) is given


@fault("sec-tok-good-refused", kills=("SEC-TOK-00",))
def refuses_good_tokens(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every token with a structure is refused: what is expected of its claims never holds."""
    signed = _is_office(request) and "." in _shown(request)[1]
    return proceed(request.with_header("authorization", "Bearer none") if signed else request)


@fault("sec-tok-open", kills=("SEC-TOK-01",), beside=("SEC-AZ-*", "SEC-DEF-*"))
def serves_whoever_has_no_token(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Permits are listed for whoever has no token."""
    opened = _has_none(request) and request.path == _ITEMS and request.method in ("GET", "HEAD")
    return proceed(_let_in(request) if opened else request)


@fault("sec-tok-bare-403", kills=("SEC-TOK-02",), beside=("SEC-LOG-01",))
def refuses_with_a_bare_403(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever has no token is answered 403 without a challenge."""
    response = proceed(request)
    if not _has_none(request) or response.status != 401:  # noqa: PLR2004
        return response
    return response.with_status(403).without_header(_CHALLENGE)


@fault("sec-tok-error-for-nothing", kills=("SEC-TOK-03",))
def calls_nothing_an_error(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The challenge to whoever shows no token holds an error code."""
    response = proceed(request)
    if not _has_none(request) or response.status != 401:  # noqa: PLR2004
        return response
    told = (response.header(_CHALLENGE) or "").replace(
        "Bearer ", 'Bearer error="invalid_request", ', 1
    )
    return response.with_header(_CHALLENGE, told)


@fault("sec-tok-garbage", kills=("SEC-TOK-04",), beside=("SEC-TOK-24",))
def takes_what_anybody_makes_up(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Any text is taken as a token."""
    taken = _is_made_up(request) and bool(_shown(request)[1])
    return proceed(_let_in(request) if taken else request)


@fault("sec-tok-empty", kills=("SEC-TOK-04",))
def takes_the_scheme_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The scheme without a token is enough."""
    taken = _is_office(request) and _shown(request) == ("Bearer", "")
    return proceed(_let_in(request) if taken else request)


@fault("sec-tok-no-error", kills=("SEC-TOK-24",))
def does_not_name_the_error(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The challenge for a bad token does not say that it is bad."""
    response = proceed(request)
    if not _is_made_up(request) or response.status != 401:  # noqa: PLR2004
        return response
    return response.with_header(_CHALLENGE, 'Bearer realm="office"')


@fault("sec-tok-in-address", kills=("SEC-TOK-16",))
def takes_tokens_in_the_address(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A token in the query of the address is taken."""
    token = request.params.get("access_token")
    if token is None or not _is_office(request):
        return proceed(request)
    kept = [p for p in request.query.split("&") if not p.startswith("access_token=")]
    return proceed(
        request.with_query("&".join(kept)).with_header("authorization", f"Bearer {token}")
    )


@fault("sec-tok-any-scheme", kills=("SEC-TOK-17",))
def takes_any_scheme(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Credentials of a scheme that nobody knows are enough."""
    other = _is_office(request) and _shown(request)[0].lower() not in ("", "bearer", "basic")
    return proceed(_let_in(request) if other else request)


@fault("sec-tok-any-user", kills=("SEC-TOK-17",))
def takes_any_user(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Any name and password are enough."""
    basic = _is_office(request) and _shown(request)[0].lower() == "basic"
    return proceed(_let_in(request) if basic else request)


@fault("sec-tok-letter-case", kills=("SEC-TOK-18",))
def wants_a_capital_letter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The name of the scheme is known in one spelling only."""
    other = _is_office(request) and _shown(request)[0] == "bearer"
    return proceed(request.with_header("authorization", "Bearer none") if other else request)


@fault("sec-tok-crash", kills=("SEC-TOK-19",))
def fails_on_bad_tokens(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A token that cannot be read is answered 500."""
    response = proceed(request)
    bad = _for(request, given=True) and response.status == 401  # noqa: PLR2004
    return problem(500, "the token could not be read") if bad else response


@fault("sec-tok-said-back", kills=("SEC-TOK-20",))
def says_tokens_back(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The refusal of a token says the token."""
    response = proceed(request)
    if not _for(request, given=True) or response.status != 401:  # noqa: PLR2004
        return response
    detail = f"the token {_shown(request)[1]} is not valid"
    return response.with_json({"title": "Unauthorized", "status": 401, "detail": detail})


@fault("sec-tok-no-challenge", kills=("SEC-TOK-21", "SEC-TOK-02"), beside=("SEC-TOK-24", "SEC-AS-03"))  # fmt: skip
def refuses_without_a_challenge(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """401 comes without a challenge."""
    response = proceed(request)
    return response.without_header(_CHALLENGE) if _is_office(request) else response


@fault("sec-tok-variant-404")
def denies_that_there_is_anything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whoever shows a bad token is told that nothing is there."""
    response = proceed(request)
    bad = _for(request, given=True) and not _is_made_up(request) and response.status == 401  # noqa: PLR2004
    return problem(404, "there is nothing here") if bad else response


@fault("sec-tok-variant-400")
def calls_bad_tokens_bad_requests(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A bad token that has a structure is answered 400 with invalid_request."""
    response = proceed(request)
    bad = _is_office(request) and "." in _shown(request)[1] and response.status == 401  # noqa: PLR2004
    if not bad:
        return response
    refusal = problem(400, "the token cannot be read")
    return refusal.with_header(_CHALLENGE, 'Bearer error="invalid_request"')


@fault("sec-tok-variant-two-challenges")
def offers_two_schemes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The challenge is two: DPoP in a field of its own, and bearer in lower case."""
    response = proceed(request)
    challenge = response.header(_CHALLENGE)
    if challenge is None or not _is_office(request):
        return response
    lower = challenge.replace("Bearer", "bearer", 1)
    told = (*response.without_header(_CHALLENGE).headers, (_CHALLENGE, 'DPoP algs="ES256"'), (_CHALLENGE, lower))  # fmt: skip
    return Response(response.status, told, response.body)


@fault("sec-tok-variant-refused-scope")
def forbids_bad_tokens(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A token that was good somewhere else or at another time is answered 403."""
    response = proceed(request)
    signed = _is_office(request) and "." in _shown(request)[1] and response.status == 401  # noqa: PLR2004
    return response.with_status(403) if signed else response
