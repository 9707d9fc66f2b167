"""Refusals: what a request gets that cannot be answered, as problem details (RFC 9457)."""

from http import HTTPStatus

from mimtest.sandbox.http import Response
from mimtest.sandbox.manners import problem


class RefusedError(Exception):
    """A request is refused with this status; `detail` says why, `headers` are added to the answer."""

    def __init__(self, status: HTTPStatus, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


class BadParameterError(RefusedError):
    """400: a query parameter is unknown or has a value that is not allowed (17-069r4, 7.4)."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, f"parameter {name!r}: {why}")


class NothingHereError(RefusedError):
    """404: there is no such resource."""

    def __init__(self, what: str) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, f"there is no {what}")


def answer(error: RefusedError) -> Response:
    """The answer to a refused request."""
    response = problem(error.status, error.detail)
    for name, value in error.headers.items():
        response = response.with_header(name, value)
    return response
