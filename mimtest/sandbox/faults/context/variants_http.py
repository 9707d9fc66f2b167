"""Permitted ways to differ in what HTTP leaves open: methods, media types, headers, slashes, pages."""

from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.messages import (
    API,
    ERRORS,
    queries,
    with_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_CONTEXT: Final = (
    "<https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld>; "
    'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
)
_QUERY: Final = f"{API}/entityOperations/query"
_LARGEST: Final = 100
_HARD_LIMIT: Final = 1000


def _is_problem(request: Request, response: Response) -> bool:
    return request.path.startswith(API) and response.status >= 400  # noqa: PLR2004


def _as_problem(response: Response, status: int, kind: str) -> Response:
    """The problem under another status."""
    told = response.json() | {"type": f"{ERRORS}{kind}", "status": status}
    return response.without_header("Allow").with_status(status).with_json(told)


def _reads_entities(request: Request) -> bool:
    return queries(request) or (request.method == "POST" and request.path == _QUERY)


@fault("ctx-variant-wrong-method-not-found")
def _method_not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A method that a resource does not have is answered with 404."""
    response = proceed(request)
    if not _is_problem(request, response) or response.status != 405:  # noqa: PLR2004
        return response
    return _as_problem(response, 404, "ResourceNotFound")


@fault("ctx-variant-wrong-method-bad-request")
def _method_bad_request(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A method that a resource does not have is answered with 400."""
    response = proceed(request)
    if not _is_problem(request, response) or response.status != 405:  # noqa: PLR2004
        return response
    return _as_problem(response, 400, "InvalidRequest")


@fault("ctx-variant-no-content-type-bad-request")
def _no_content_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body without a media type is a bad request, not one of a wrong media type."""
    response = proceed(request)
    is_told = "content-type" in request.headers
    if is_told or not _is_problem(request, response) or response.status != 415:  # noqa: PLR2004
        return response
    return _as_problem(response, 400, "InvalidRequest")


@fault("ctx-variant-bare-http-errors")
def _bare_errors(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Errors of HTTP itself (405, 411, 415) have no body."""
    response = proceed(request)
    if not _is_problem(request, response) or response.status not in (405, 411, 415):
        return response
    return response.without_header("Content-Type").with_body(b"")


@fault("ctx-variant-length-required")
def _length_required(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body in chunks, whose length is not told, is refused with 411."""
    is_chunked = "transfer-encoding" in request.headers and "content-length" not in request.headers
    if not request.path.startswith(API) or not is_chunked:
        return proceed(request)
    return Response(411)


@fault("ctx-variant-no-head")
def _no_head(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """HEAD and OPTIONS are not among the methods."""
    if not request.path.startswith(API) or request.method not in ("HEAD", "OPTIONS"):
        return proceed(request)
    return Response(405, (("Allow", "GET, POST, PUT, PATCH, DELETE"),))


@fault("ctx-variant-problem-json")
def _problem_json(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Problems have a media type of their own (RFC 9457)."""
    response = proceed(request)
    if not _is_problem(request, response) or response.header("Content-Type") is None:
        return response
    return response.with_header("Content-Type", "application/problem+json")


@fault("ctx-variant-slash-redirects")
def _slash_redirects(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An address with a slash at its end is redirected to the one without."""
    path = request.raw_path or request.path
    if not path.startswith(f"{API}/") or not path.endswith("/"):
        return proceed(request)
    query = f"?{request.query}" if request.query else ""
    return Response(308, (("Location", f"{path.rstrip('/')}{query}"),))


@fault("ctx-variant-context-everywhere")
def _context_everywhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Problems and answers without a body link to a context too."""
    response = proceed(request)
    if not request.path.startswith(API) or response.header("Link") is not None:
        return response
    if response.status not in (201, 204) and response.status < 400:  # noqa: PLR2004
        return response
    return response.with_header("Link", _CONTEXT)


@fault("ctx-variant-empty-has-length")
def _empty_has_length(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers without content say that their length is 0, as proxies do."""
    response = proceed(request)
    if not request.path.startswith(API) or response.status != 204:  # noqa: PLR2004
        return response
    return response.with_header("Content-Length", "0")


@fault("ctx-variant-limit-cut")
def _limit_cut(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page has at most a hundred entities, however many are asked for."""
    limit = request.params.get("limit", "")
    if not _reads_entities(request) or not limit.isdecimal() or int(limit) <= _LARGEST:
        return proceed(request)
    return proceed(with_params(request, lambda p: p | {"limit": str(_LARGEST)}))


@fault("ctx-variant-limit-bad-data")
def _limit_bad_data(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page larger than any the broker gives is bad request data."""
    response = proceed(request)
    limit = request.params.get("limit", "")
    if not _reads_entities(request) or not limit.isdecimal() or int(limit) <= _HARD_LIMIT:
        return response
    return _as_problem(response, 400, "BadRequestData")


@fault("ctx-variant-last-beyond-the-end")
def _last_beyond(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A page beyond the last entity holds the last entity."""
    response = proceed(request)
    offset, limit = (request.params.get(k, "") for k in ("offset", "limit"))
    if not _reads_entities(request) or offset in ("", "0") or limit == "0":
        return response
    if response.status != 200 or response.json() != []:  # noqa: PLR2004
        return response
    counting = with_params(request, lambda p: p | {"count": "true", "limit": "1", "offset": "0"})
    total = int(proceed(counting).header("NGSILD-Results-Count") or 0)
    if total == 0:
        return response
    return proceed(with_params(request, lambda p: p | {"offset": str(total - 1)}))
