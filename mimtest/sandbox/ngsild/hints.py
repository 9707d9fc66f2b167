"""What answers tell beside the standard: when data change next, and how much may be asked."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from mimtest.sandbox.http import Request, Response

_BUDGET: Final = (
    ("RateLimit-Policy", '"default";q=6000;w=60'),
    ("RateLimit", '"default";r=5999;t=60'),
)


def hinted(request: Request, response: Response) -> Response:
    """The answer, with hints where it is what somebody read."""
    if request.method != "GET" or response.status != HTTPStatus.OK:
        return response
    for name, value in (("X-Next-Update", _next_hour()), *_BUDGET):
        response = response.with_header(name, value)
    return response


def _next_hour() -> str:
    due = datetime.now(UTC).replace(minute=0, second=0) + timedelta(hours=1)
    return due.strftime("%Y-%m-%dT%H:%M:%SZ")
