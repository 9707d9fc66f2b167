"""Ways to organise access badly: formats, descriptions, hints, currency, and who may read and write."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.messages import (
    API,
    ENTITY,
    changed,
    queries,
    retrieves,
    with_params,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_MADE_UP: Final = "application/x-mimtest"
_DEFINITION: Final = f"{API}/openapi.json"
_UNAUTHORISED: Final = 401
_TIMES: Final = ("timerel", "timeAt", "endTimeAt")
_EVER: Final = {"timerel": "after", "timeAt": "0001-01-01T00:00:00Z"}
_WRITES: Final = ("POST", "PUT", "PATCH", "DELETE")


def _is_of_city(request: Request) -> bool:
    """Whether it is about what the city has, not about what a check has made."""
    return retrieves(request) and "exampleton" in request.path


def _described(request: Request, proceed: Proceed, **parts: Any) -> Response:
    """The answer; of the description these parts are others, or left out where they are None."""
    response = proceed(request)
    if request.path != _DEFINITION:
        return response
    return changed(response, lambda d: {k: v for k, v in (d | parts).items() if v is not None})


@fault("ctx-made-up-format", kills=("CTX-ACC-01",))
def _made_up(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """JSON is labelled as the made-up format that was asked for."""
    if not queries(request) or request.headers.get("accept") != _MADE_UP:
        return proceed(request)
    response = proceed(with_headers(request, accept="application/json"))
    return response.with_header("Content-Type", _MADE_UP)


@fault("ctx-vary-without-accept", kills=("CTX-ACC-02",))
def _no_vary(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Vary does not say that the answer depends on the format asked for."""
    response = proceed(request)
    return response.with_header("Vary", "Link, NGSILD-Tenant") if queries(request) else response


@fault("ctx-plain-get-refused", kills=("CTX-ACC-03",))
def _plain_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What the city has is not given to who neither names a format nor links to a @context."""
    plain = "link" not in request.headers and request.headers.get("accept") == "*/*"
    if not _is_of_city(request) or not plain:
        return proceed(request)
    return proceed(replace(request, path=f"{API}/nowhere", raw_path=f"{API}/nowhere"))


@fault("ctx-describes-another-address", kills=("CTX-ACC-04",))
def _another_address(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The description names a server at another path."""
    return _described(request, proceed, servers=[{"url": "/orion/v2"}])


@fault("ctx-description-without-title", kills=("CTX-ACC-04",))
def _without_title(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The description says neither its title nor its version."""
    return _described(request, proceed, info=None)


@fault("ctx-describes-what-is-not-there", kills=("CTX-ACC-05",))
def _not_there(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The description offers something to read that is not there."""
    response = proceed(request)
    if request.path != _DEFINITION:
        return response

    def add(document: dict[str, Any]) -> dict[str, Any]:
        return document | {"paths": {"/reports": document["paths"]["/types"], **document["paths"]}}

    return changed(response, add)


@fault("ctx-example-of-nothing", kills=("CTX-ACC-16",))
def _example_of_nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The example of an identifier in the description is none that anything has."""
    response = proceed(request)
    if request.path != _DEFINITION:
        return response
    text = re.sub(rb'"example":"urn:[^"]*"', b'"example":"urn:ngsi-ld:Nothing:1"', response.body)
    return response.with_body(text)


@fault("ctx-other-errors-for-buildings", kills=("CTX-ACC-07",))
def _other_errors(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Errors in queries for buildings have another member than other errors."""
    response = proceed(request)
    if not queries(request) or request.params.get("type") != "Building" or response.status < 400:  # noqa: PLR2004
        return response
    return response.with_json(response.json() | {"code": "E-17"})


@fault("ctx-stopped-years-ago", kills=("CTX-ACC-12",))
def _stopped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The newest data of the city are years old."""
    response = proceed(request)
    params = request.params
    looks = params.get("options") == "sysAttrs" and "exampleton" in params.get("id", "")
    looks |= params.get("limit") == "1" and ".observedAt>=" in params.get("q", "")
    if not queries(request) or not looks:
        return response
    return response.with_body(re.sub(rb'(edAt":")20\d\d', rb"\g<1>2015", response.body))


@fault("ctx-past-of-any-time", kills=("CTX-ACC-13",))
def _any_time(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for the past gives all of it, whatever interval is asked for."""
    temporal = request.path == f"{API}/temporal/entities"
    if not temporal or "exampleton" not in request.params.get("id", ""):
        return proceed(request)
    return proceed(with_params(without_params(request, *_TIMES), lambda p: p | _EVER))


@fault("ctx-area-left-out", kills=("CTX-ACC-14",))
def _area_left_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter of the city's data by an area is left out."""
    params = request.params
    within = params.get("georel") == "within" and "exampleton" in params.get("id", "")
    places = ("georel", "geometry", "coordinates", "geoproperty")
    left_out = queries(request) and within
    return proceed(without_params(request, *places) if left_out else request)


@fault("ctx-next-update-soon", kills=("CTX-ACC-15",))
def _soon(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The next update is said to be 'soon'."""
    response = proceed(request)
    return response.with_header("X-Next-Update", "soon") if queries(request) else response


@fault("ctx-next-update-over", kills=("CTX-ACC-15",))
def _over(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The next update is said to have been years ago."""
    response = proceed(request)
    moment = "2015-06-01T00:00:00Z"
    return response.with_header("X-Next-Update", moment) if queries(request) else response


@fault("ctx-conditions-ignored", kills=("CTX-ACC-17", "CTX-ACC-25"))
def _conditions(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who has an entity as it is gets it again."""
    if not retrieves(request):
        return proceed(request)
    headers = {k: v for k, v in request.headers.items() if k != "if-none-match"}
    return proceed(replace(request, headers=headers))


@fault("ctx-never-modified", kills=("CTX-ACC-17", "CTX-ACC-25"))
def _never_modified(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks whether an entity has changed is told that it has not."""
    asks = retrieves(request) and "if-none-match" in request.headers
    return Response(304) if asks else proceed(request)


@fault("ctx-budget-in-words", kills=("CTX-ACC-18",))
def _in_words(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """How much more may be asked is said in words."""
    response = proceed(request)
    return response.with_header("RateLimit", "plenty") if queries(request) else response


@fault("ctx-not-acceptable-as-page", kills=("CTX-ACC-19",))
def _as_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who asks for a format there is not is told so in a web page."""
    response = proceed(request)
    if not retrieves(request) or response.status != 406:  # noqa: PLR2004
        return response
    page = response.with_header("Content-Type", "text/html")
    return page.with_body(b"<!doctype html><h1>Not acceptable</h1>")


@fault("ctx-health-empty", kills=("CTX-ACC-20",))
def _health_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The health document tells nothing."""
    response = proceed(request)
    return response.with_json({}) if request.path == "/health" else response


@fault("ctx-token-not-asked", kills=("CTX-ACC-23",), beside=("CTX-ACC-24",))
def _not_asked(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Who says nothing of himself is let in; wrong credentials are refused."""
    if platform.token is None or "authorization" in request.headers:
        return proceed(request)
    return proceed(_let_in(request, platform.token))


@fault("ctx-any-token-taken", kills=("CTX-ACC-23",))
def _any_token(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Any token lets its bearer read."""
    read = request.method == "GET" and "authorization" in request.headers
    if platform.token is None or not read:
        return proceed(request)
    return proceed(_let_in(request, platform.token))


@fault("ctx-no-challenge", kills=("CTX-ACC-23",), beside=("CTX-ACC-24",))
def _no_challenge(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Who is turned away is not told how to be let in."""
    return proceed(request).without_header("WWW-Authenticate")


@fault("ctx-refused-with-data", kills=("CTX-ACC-23",))
def _with_data(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The refusal to read an entity holds the entity."""
    response = proceed(request)
    if platform.token is None or response.status != _UNAUTHORISED or not retrieves(request):
        return response
    return response.with_body(proceed(_let_in(request, platform.token)).body)


@fault("ctx-strangers-write", kills=("CTX-ACC-24",))
def _strangers_write(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Only reading needs a token."""
    if platform.token is None or request.method not in _WRITES:
        return proceed(request)
    return proceed(_let_in(request, platform.token))


@fault("ctx-stranger-deletes-all-the-same", kills=("CTX-ACC-24",))
def _all_the_same(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A stranger's deletion is refused, and done."""
    response = proceed(request)
    deletes = request.method == "DELETE" and ENTITY.fullmatch(request.path)
    if platform.token is not None and deletes and response.status == _UNAUTHORISED:
        proceed(_let_in(request, platform.token))
    return response


def _let_in(request: Request, token: str) -> Request:
    return with_headers(request, authorization=f"Bearer {token}")
