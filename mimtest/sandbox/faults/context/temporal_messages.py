"""What a request about history asks for, and other answers made of its answer."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from mimtest.sandbox.faults.context.messages import API, ERRORS
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

HISTORIES: Final = f"{API}/temporal/entities"
OK: Final = 200
CREATED: Final = 201
DONE: Final = 204
PARTIAL: Final = 206
WRONG: Final = 400
UNKNOWN: Final = 404
_HISTORY: Final = re.compile(rf"{HISTORIES}/([^/]+)")
_ATTRIBUTES: Final = re.compile(rf"{HISTORIES}/([^/]+)/attrs")
_TIMELINE: Final = re.compile(rf"{HISTORIES}/([^/]+)/attrs/([^/]+)")
_INSTANCE: Final = re.compile(rf"{HISTORIES}/([^/]+)/attrs/([^/]+)/([^/]+)")
_OWN: Final = ("id", "type", "scope", "createdAt", "modifiedAt", "deletedAt", "@context")
Evolution = dict[str, Any]
Timeline = list[dict[str, Any]]


def provides(request: Request) -> bool:
    """Whether a history is provided."""
    return request.method == "POST" and request.path == HISTORIES


def retrieves_history(request: Request) -> bool:
    """Whether one history is asked for."""
    return request.method == "GET" and _HISTORY.fullmatch(request.path) is not None


def queries_histories(request: Request) -> bool:
    """Whether histories are asked for by a query."""
    return request.method == "GET" and request.path == HISTORIES


def is_on_history(request: Request, method: str) -> bool:
    """Whether it is of that method, on one history."""
    return request.method == method and _HISTORY.fullmatch(request.path) is not None


def adds_instances(request: Request) -> bool:
    """Whether instances are added to a history."""
    return request.method == "POST" and _ATTRIBUTES.fullmatch(request.path) is not None


def deletes_timeline(request: Request) -> bool:
    """Whether the history of an attribute is deleted."""
    return request.method == "DELETE" and _TIMELINE.fullmatch(request.path) is not None


def is_on_instance(request: Request, method: str) -> bool:
    """Whether it is of that method, on one instance."""
    return request.method == method and _INSTANCE.fullmatch(request.path) is not None


def elsewhere(request: Request, method: str, path: str, body: bytes = b"") -> Request:
    """Another request of the same client."""
    raw = quote(path, safe="/:")
    return replace(request, method=method, path=path, raw_path=raw, query="", body=body)


def timelines_of(evolution: Evolution) -> dict[str, Timeline]:
    """The normalized timelines of an evolution."""
    return {
        n: t
        for n, t in evolution.items()
        if n not in _OWN and isinstance(t, list) and all(isinstance(i, dict) for i in t)
    }


def with_timelines(
    evolution: Evolution, change: Callable[[Timeline], Timeline | None]
) -> Evolution:
    """The evolution with other timelines; without those that become None."""
    made = {n: change(t) for n, t in timelines_of(evolution).items()}
    left = {n: v for n, v in evolution.items() if n not in made}
    return left | {n: t for n, t in made.items() if t is not None}


def retold(response: Response, change: Callable[[Evolution], Evolution]) -> Response:
    """An answer with histories, each of which is told otherwise."""
    if response.status not in (OK, PARTIAL):
        return response
    body = response.json()
    made = [change(e) for e in body] if isinstance(body, list) else change(body)
    return response.with_json(made)


def tells_histories(request: Request) -> bool:
    """Whether the answer has histories."""
    return retrieves_history(request) or queries_histories(request)


def as_unknown(response: Response) -> Response:
    """404 in place of another refusal."""
    error = {"type": f"{ERRORS}ResourceNotFound", "title": "Not found"}
    return json_response(error, UNKNOWN) if response.status == WRONG else response


def first_time(platform: "Platform", what: str) -> bool:
    """Whether it is asked for the first time; so that clean-up and controls are not hit as well."""
    asked = what in platform.memory
    platform.memory[what] = True
    return not asked
