"""Ways to break how the broker says no: what a problem holds, its type, its status, methods, nothing there."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import (
    API,
    ENTITIES,
    ENTITY,
    ERRORS,
    is_on_attributes,
    queries,
    retrieves,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CORE: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
_BATCH: Final = f"{API}/entityOperations"
Problem = dict[str, Any]


def _told(response: Response, status: int, change: Callable[[Problem], Problem]) -> Response:
    """A problem of that status told otherwise; any other answer as it is."""
    if response.status != status or not response.body:
        return response
    return response.with_json(change(response.json()))


def _is_post_query(request: Request) -> bool:
    return request.method == "POST" and request.path == f"{_BATCH}/query"


def _is_one_type(request: Request) -> bool:
    return request.path.startswith(f"{API}/types/")


@fault("ctx-problem-untitled", kills=("CTX-COM-01",), beside=("SEC-*", "CTX-ACC-19"))
def _untitled(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A problem with an entity that is not there has no title."""
    response = proceed(request)
    if not retrieves(request):
        return response
    return _told(response, 404, lambda p: {k: v for k, v in p.items() if k != "title"})


@fault(
    "ctx-problem-as-page",
    kills=("CTX-COM-01", "CTX-COM-02", "CTX-COM-03", "CTX-COM-04", "CTX-COM-16"),
    beside=("CTX-DIS-*",),
)
def _as_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A type that is not there is told by a web page."""
    response = proceed(request)
    if not _is_one_type(request) or response.status != 404:  # noqa: PLR2004
        return response
    page = response.with_body(b"<!DOCTYPE html><title>Not found</title>")
    return page.with_header("Content-Type", "text/html")


@fault(
    "ctx-problem-short-type", kills=("CTX-COM-02", "CTX-COM-03"), beside=("CTX-BAT-*", "CTX-ENT-06")
)
def _short_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The type of a problem with a batch is a word, no address."""
    response = proceed(request)
    if not request.path.startswith(_BATCH) or _is_post_query(request):
        return response
    return _told(response, 400, lambda p: p | {"type": p["type"].rpartition("/")[2]})


@fault(
    "ctx-problem-blank-type",
    kills=("CTX-COM-02", "CTX-COM-03"),
    beside=("CTX-QRY-*", "CTX-REP-*", "CTX-COM-11", "CTX-COM-12", "CTX-CTX-23"),
)
def _blank_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The type of a problem with a query says nothing."""
    response = proceed(request)
    if not queries(request) or "limit" not in request.params:
        return response
    return _told(response, 400, lambda p: p | {"type": "about:blank"})


@fault("ctx-problem-type-of-another-status", kills=("CTX-COM-03",), beside=("CTX-DIS-*",))
def _another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A type that is not there is a too complex query, with 404."""
    response = proceed(request)
    if not _is_one_type(request):
        return response
    return _told(response, 404, lambda p: p | {"type": f"{ERRORS}TooComplexQuery"})


@fault(
    "ctx-problem-status-of-another-type",
    kills=("CTX-COM-03",),
    beside=("CTX-COM-04", "CTX-COM-11", "CTX-QRY-*", "CTX-REP-*"),
)
def _another_status(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query in a body that is no JSON is an invalid request, with 422."""
    response = proceed(request)
    if not _is_post_query(request) or response.status != 400:  # noqa: PLR2004
        return response
    return response.with_status(422).with_json(response.json() | {"status": 422})


@fault("ctx-problem-status-as-text", kills=("CTX-COM-04",), beside=("CTX-ACC-19",))
def _status_as_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The status in a problem with an entity that is not there is a text."""
    response = proceed(request)
    return _told(response, 404, lambda p: p | {"status": "404"}) if retrieves(request) else response


@fault("ctx-problem-another-status-inside", kills=("CTX-COM-04",))
def _status_inside(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The status in a problem with a query is that of a success."""
    response = proceed(request)
    return _told(response, 400, lambda p: p | {"status": 200}) if queries(request) else response


@fault("ctx-problem-with-context", kills=("CTX-COM-16",))
def _with_context(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A problem with a change of attributes has a @context inside."""
    response = proceed(request)
    if not is_on_attributes(request, "PATCH"):
        return response
    return _told(response, 400, lambda p: p | {"@context": _CORE})


_INSIDES: Final = {
    "trace": 'Traceback (most recent call last): File "broker.py", line 12, in handle',
    "path": "cannot read /usr/lib/broker/conf.d/main.cfg",
    "sql": "PG: SELECT id, data FROM entities WHERE id = 'x'",
}


def _showing(response: Response, status: int, inside: str) -> Response:
    return _told(response, status, lambda p: p | {"detail": _INSIDES[inside]})


@fault("ctx-problem-shows-trace", kills=("CTX-COM-26",), beside=("SEC-HTTP-14",))
def _shows_trace(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A problem with a query shows a stack trace."""
    response = proceed(request)
    return _showing(response, 400, "trace") if queries(request) else response


@fault("ctx-problem-shows-path", kills=("CTX-COM-26",), beside=("SEC-HTTP-14",))
def _shows_path(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A problem with a type that is not there shows a path of the machine."""
    response = proceed(request)
    return _showing(response, 404, "path") if _is_one_type(request) else response


@fault("ctx-problem-shows-sql", kills=("CTX-COM-26",), beside=("SEC-HTTP-14",))
def _shows_sql(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A problem with an entity that is not there shows a query to the database."""
    response = proceed(request)
    return _showing(response, 404, "sql") if retrieves(request) else response


@fault("ctx-wrong-method-done", kills=("CTX-COM-05",))
def _wrong_done(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """PUT on all entities succeeds."""
    is_put = request.method == "PUT" and request.path == ENTITIES
    return Response(204) if is_put else proceed(request)


@fault("ctx-wrong-method-crashes", kills=("CTX-COM-05",))
def _wrong_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A method that a type does not have is an internal error."""
    is_put = request.method == "PUT" and _is_one_type(request)
    error = {"type": f"{ERRORS}InternalError", "title": "No"}
    return json_response(error, 500) if is_put else proceed(request)


@fault("ctx-wrong-method-untold", kills=("CTX-COM-05", "CTX-COM-06"))
def _wrong_untold(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """405 on an entity does not say which methods there are."""
    response = proceed(request)
    told = ENTITY.fullmatch(request.path) and response.status == 405  # noqa: PLR2004
    return response.without_header("Allow") if told else response


@fault("ctx-allow-without-get", kills=("CTX-COM-06",))
def _without_get(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """405 on the types tells of OPTIONS alone."""
    response = proceed(request)
    told = request.path == f"{API}/types" and response.status == 405  # noqa: PLR2004
    return response.with_header("Allow", "OPTIONS") if told else response


@fault("ctx-allow-everything", kills=("CTX-COM-06",))
def _everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """405 on the attributes tells of every method, also of the one refused."""
    response = proceed(request)
    told = request.path == f"{API}/attributes" and response.status == 405  # noqa: PLR2004
    every = "GET, POST, PUT, PATCH, DELETE"
    return response.with_header("Allow", every) if told else response


@fault("ctx-nothing-is-there", kills=("CTX-COM-23",))
def _nothing(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A resource that is not there is given out as an empty object."""
    response = proceed(request)
    below = request.path.removeprefix(f"{API}/")
    unknown = below.startswith("nothing") and response.status == 404  # noqa: PLR2004
    return json_response({}) if unknown else response


@fault("ctx-unclaimed-crashes", kills=("CTX-COM-24",))
def _unclaimed_crashes(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An option that the broker does not have is an internal error."""
    is_temporal = request.path == f"{API}/temporal/entities"
    is_probe = is_temporal and request.params.get("timeAt") == "2026-03-14T13:00:00Z"
    error = {"type": f"{ERRORS}InternalError", "title": "No"}
    return json_response(error, 500) if is_probe else proceed(request)


@fault("ctx-unclaimed-is-bad-data", kills=("CTX-COM-24",), beside=("CTX-JSC-*", "CTX-TEN-10"))
def _unclaimed_is_bad(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An option that the broker does not have is the client's bad data."""
    is_listed = request.path == f"{API}/jsonldContexts"
    error = {"type": f"{ERRORS}BadRequestData", "title": "No"}
    return json_response(error, 400) if is_listed else proceed(request)
