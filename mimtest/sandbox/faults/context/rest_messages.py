"""What a request to the plain HTTP interface asks for, and answers made of its answers."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, urlencode

from mimtest.sandbox.http import Request, Response

REST: Final = "/open"
OK: Final = 200


def is_below(request: Request, path: str = "") -> bool:
    """Whether it is for the interface, at this place or below."""
    return request.path.startswith(f"{REST}{path}")


def lists(request: Request) -> bool:
    """Whether records are listed."""
    return is_below(request, "/collections/") and request.path.endswith("/items")


def reads_one(request: Request) -> bool:
    """Whether one record is asked for."""
    return is_below(request, "/collections/") and "/items/" in request.path


def defines(request: Request) -> bool:
    """Whether the description is asked for."""
    return request.path == f"{REST}/openapi.json"


def with_body(response: Response, change: Callable[[Any], Any]) -> Response:
    """A successful answer with another body."""
    return response.with_json(change(response.json())) if response.status == OK else response


def without(request: Request, *names: str) -> Request:
    """The same request without some parameters."""
    kept = {k: v for k, v in request.params.items() if k not in names}
    return (
        request.with_query(urlencode(kept, quote_via=quote)) if kept != request.params else request
    )


def with_paths(document: dict[str, Any], change: Callable[[str, Any], Any]) -> dict[str, Any]:
    """The description with every path changed."""
    return document | {"paths": {p: change(p, n) for p, n in document["paths"].items()}}
