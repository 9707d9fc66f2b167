"""What a request to the Web Feature Service asks for, and other requests and answers made of it."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlencode

from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response

OK: Final = 200
_OPERATION: Final = re.compile(rb"<(?:\w+:)?(Get\w+|Describe\w+|List\w+)")
_REPORT: Final = (
    '<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0">'
    '<ows:Exception exceptionCode="{code}"><ows:ExceptionText>no</ows:ExceptionText></ows:Exception>'
    "</ows:ExceptionReport>"
)


def is_wfs(request: Request) -> bool:
    """Whether it is for the Web Feature Service."""
    return request.path.rstrip("/") == "/wfs"


def given(request: Request, name: str) -> str | None:
    """A parameter by its name in any letter case; None without."""
    return next((v for n, v in request.param_pairs if n.lower() == name.lower()), None)


def asks(request: Request, *operations: str) -> bool:
    """Whether it asks the Web Feature Service for one of the operations."""
    if not is_wfs(request):
        return False
    found = _OPERATION.search(request.body)
    name = found[1].decode() if found else given(request, "request")
    return name in operations


def has(request: Request, *names: str) -> bool:
    """Whether it asks for features with one of the parameters."""
    return asks(request, "GetFeature") and any(given(request, n) is not None for n in names)


def asking(request: Request, /, **changes: str | None) -> Request:
    """The same question with parameters set, or left out for None."""
    named = {name.lower() for name in changes}
    kept = [(n, v) for n, v in request.param_pairs if n.lower() not in named]
    kept += [(n.upper(), v) for n, v in changes.items() if v is not None]
    return request.with_query(urlencode(kept, quote_via=quote))


def rewritten(response: Response, change: Callable[[str], str]) -> Response:
    """A successful answer with its text changed."""
    if response.status != OK or not response.body:
        return response
    return response.with_body(change(response.body.decode()).encode())


def replaced(response: Response, pattern: str, by: str) -> Response:
    """A successful answer with whatever fits a pattern replaced."""
    return rewritten(response, lambda text: re.sub(pattern, by, text, flags=re.DOTALL))


def forgiving(request: Request, proceed: Proceed, /, **changes: str | None) -> Response:
    """The answer to a question changed, where the question as it is gets refused."""
    response = proceed(request)
    return response if response.status == OK else proceed(asking(request, **changes))


def report(code: str, status: int = 400) -> Response:
    """An exception report."""
    body = _REPORT.format(code=code).encode()
    return Response(status, (("Content-Type", "application/xml"),), body)
