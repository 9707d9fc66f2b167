"""What a request for the past asks for, and other such requests and answers made of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from mimtest.sandbox.faults.context.messages import API, with_params, without_params
from mimtest.sandbox.http import Request, Response

EVOLUTIONS: Final = f"{API}/temporal/entities"
_RANGE: Final = ("timerel", "timeAt", "endTimeAt")
_OK: Final = 200


def retrieves_past(request: Request) -> bool:
    """Whether the evolution of one entity is asked for."""
    path = request.path
    return request.method == "GET" and path.startswith(f"{EVOLUTIONS}/") and path.count("/") == 5  # noqa: PLR2004


def queries_past(request: Request) -> bool:
    """Whether evolutions are asked for by a query."""
    return request.method == "GET" and request.path == EVOLUTIONS


def asks_past(request: Request) -> bool:
    """Whether evolutions are asked for at all."""
    return queries_past(request) or retrieves_past(request)


def asked_with(request: Request, **params: str) -> Request:
    """The same request with other values of some parameters."""
    return with_params(request, lambda p: p | params)


def swapped(request: Request, name: str, other: dict[str, str]) -> Request:
    """The same request for the past with another value of a parameter that has one of these."""
    value = request.params.get(name)
    fits = asks_past(request) and value in other
    return asked_with(request, **{name: other[str(value)]}) if fits else request


def of_all_time(request: Request) -> Request:
    """The same request without its range; a query has one that spans everything."""
    if retrieves_past(request):
        return without_params(request, *_RANGE)
    ever = {"timerel": "after", "timeAt": "0001-01-01T00:00:00Z"}
    return asked_with(without_params(request, "endTimeAt"), **ever)


def of_one(request: Request, id: str) -> Request:
    """A query as a request for one evolution, with the same attributes in the same form."""
    path = f"{EVOLUTIONS}/{id}"
    asked = with_params(
        request, lambda p: {k: v for k, v in p.items() if k in ("attrs", "options")}
    )
    return replace(asked, path=path, raw_path=quote(path, safe="/:"))


def later(moment: str) -> str:
    """A moment a millisecond later."""
    at = datetime.fromisoformat(moment) + timedelta(milliseconds=1)
    return at.isoformat().replace("+00:00", "Z")


def told(response: Response, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
    """A successful answer with every evolution in it changed."""
    if response.status != _OK:
        return response
    body = response.json()
    if isinstance(body, list):
        return response.with_json([change(e) for e in body])
    return response.with_json(change(body))


def each_attribute(
    response: Response, change: Callable[[str, Any], Any], *, but: tuple[str, ...] = ("scope",)
) -> Response:
    """A successful answer with every attribute of every evolution changed."""
    kept = ("id", "type", "@context", "createdAt", "modifiedAt", "deletedAt", *but)
    return told(
        response,
        lambda evolution: {n: v if n in kept else change(n, v) for n, v in evolution.items()},
    )
