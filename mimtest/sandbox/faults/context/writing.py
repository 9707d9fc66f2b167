"""What a request to change entities asks for, and other requests made of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from mimtest.sandbox.faults.context.messages import API, ERRORS, body_of
from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response, dump, json_response

BATCHES: Final = f"{API}/entityOperations"
#: How many segments the path of an entity has.
_SEGMENTS: Final = 5
NULL: Final = "urn:ngsi-ld:null"
OK: Final = 200
CREATED: Final = 201
DONE: Final = 204
PARTLY: Final = 207
WRONG: Final = 400
MISSING: Final = 404


def is_batch(request: Request, *operations: str) -> bool:
    """Whether one of these batch operations is asked for."""
    return request.method == "POST" and request.path in {f"{BATCHES}/{o}" for o in operations}


def items_of(request: Request) -> list[Any]:
    """The items of a batch; none when it is no array."""
    body = body_of(request)
    return body if isinstance(body, list) else []


def members_of(request: Request) -> dict[str, Any]:
    """The members of the object that was sent; none when it is no object."""
    body = body_of(request)
    return body if isinstance(body, dict) else {}


def says(request: Request, text: str) -> bool:
    """Whether a text stands anywhere in the body."""
    return text.encode() in request.body


def sending(request: Request, value: Any) -> Request:
    """The same request with another JSON body."""
    return request.with_body(dump(value))


def without(members: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """An object without some members."""
    return {k: v for k, v in members.items() if k not in names}


def aimed(request: Request, path: str, method: str | None = None, query: str = "") -> Request:
    """The same body sent to another path."""
    raw = quote(path, safe="/:")
    return replace(request, method=method or request.method, path=path, raw_path=raw, query=query)


def as_batch(request: Request, operation: str, query: str = "") -> Request:
    """The same items for another batch operation."""
    return aimed(request, f"{BATCHES}/{operation}", query=query)


def entity_at(request: Request, proceed: Proceed) -> dict[str, Any]:
    """The entity a request is about as it is now, in its names; nothing when there is none."""
    path = "/".join(request.path.split("/")[:_SEGMENTS])
    kept = {k: v for k, v in request.headers.items() if k in ("link", "ngsild-tenant")}
    answer = proceed(replace(aimed(request, path, "GET"), headers=kept, body=b""))
    found: dict[str, Any] = answer.json() if answer.status == OK else {}
    return found


def refusal(kind: str, status: int = WRONG) -> Response:
    """A problem of that type."""
    problem = {"type": f"{ERRORS}{kind}", "title": kind, "detail": "It cannot be done."}
    return json_response(problem, status)


def partial(response: Response, change: Callable[[Any], Any]) -> Response:
    """An answer that something was done in part, with another body."""
    return response.with_json(change(response.json())) if response.status == PARTLY else response
