"""Permitted ways to differ in what all operations have in common."""

from typing import TYPE_CHECKING, Final

from mimtest.sandbox.faults.context.messages import API, ERRORS, creates, queries, repeats
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_MARK: Final = b"\xef\xbb\xbf"
_LONG: Final = 4000
_TWICE: Final = 2


def _invalid(status: int = 400) -> Response:
    error = {"type": f"{ERRORS}InvalidRequest", "title": "Invalid request", "detail": "no"}
    return json_response(error, status)


@fault("ctx-variant-parameter-bad-data")
def _parameter_bad_data(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A parameter that an operation does not have is bad request data."""
    response = proceed(request)
    if response.status != 400 or b"there is no parameter" not in response.body:  # noqa: PLR2004
        return response
    return response.with_json(response.json() | {"type": f"{ERRORS}BadRequestData"})


@fault("ctx-variant-problem-without-status")
def _without_status(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Problems do not say the status of the answer, nor any detail."""
    response = proceed(request)
    if not request.path.startswith(API) or response.status < 400 or not response.body:  # noqa: PLR2004
        return response
    told = response.json()
    return response.with_json({k: v for k, v in told.items() if k not in ("status", "detail")})


@fault("ctx-variant-no-byte-order-mark")
def _no_mark(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body with a byte order mark is an invalid request."""
    return _invalid() if request.body.startswith(_MARK) else proceed(request)


@fault("ctx-variant-no-body-with-delete")
def _no_body(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """DELETE with a body is an invalid request."""
    is_delete = request.method == "DELETE" and request.path.startswith(API)
    return _invalid() if is_delete and request.body else proceed(request)


@fault("ctx-variant-long-address-refused")
def _long_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An address of several kilobytes is too long, which a gateway says without a body."""
    return Response(414) if len(request.query) > _LONG else proceed(request)


@fault("ctx-variant-doubled-member-refused")
def _doubled_refused(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A body in which a member stands twice is an invalid request."""
    return _invalid() if creates(request) and repeats(request) else proceed(request)


@fault("ctx-variant-links-in-one-line")
def _in_one_line(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The links of an answer stand in one header line."""
    response = proceed(request)
    links = [v for k, v in response.headers if k.lower() == "link"]
    if not queries(request) or len(links) < _TWICE:
        return response
    return response.with_header("Link", ", ".join(links))


@fault("ctx-variant-unsupported")
def _unsupported(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What the broker does not have at all is an operation that is not supported."""
    response = proceed(request)
    parts = ("/temporal/entities", "/subscriptions", "/csourceRegistrations", "/jsonldContexts")
    if request.path not in [f"{API}{p}" for p in parts] or response.status != 404:  # noqa: PLR2004
        return response
    error = {"type": f"{ERRORS}OperationNotSupported", "title": "Not supported", "detail": "no"}
    return json_response(error, 422)


@fault("ctx-variant-charset-named")
def _charset_named(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Answers say that they are in UTF-8."""
    response = proceed(request)
    kind = response.header("Content-Type")
    if not request.path.startswith(API) or kind is None:
        return response
    return response.with_header("Content-Type", f'{kind}; charset="UTF-8"')
