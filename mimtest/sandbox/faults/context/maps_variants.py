"""Permitted ways to differ in entity maps."""

import json
import re
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from mimtest.sandbox.faults.context.maps import PAST_MAPS, refusal, remade
from mimtest.sandbox.faults.context.messages import API, queries
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_HEADER: Final = "NGSILD-EntityMap"
_MAPS: Final = re.compile(rf"{API}/(temporal/)?entityMaps(/.+)?")
_NONE: Final = "@none"
_LATE: Final = 0.12
_OK: Final = 200
_CREATED: Final = 201
_NOT_FOUND: Final = 404


def _shown(request: Request, proceed: Proceed, mark: Any) -> Response:
    """The answer with a map whose own entities are marked otherwise."""
    response = proceed(request)
    known = _MAPS.fullmatch(request.path) and response.status in (_OK, _CREATED)
    if not known or request.method not in ("GET", "POST"):
        return response
    body = json.loads(response.body)
    return response.with_json({**body, "entityMap": mark(body["entityMap"])})


@fault("ctx-variant-map-has-a-key-for-own")
def _key(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A map has its own entities under one key."""

    def mark(held: dict[str, list[str]]) -> dict[str, list[str]]:
        own = [i for i, found in held.items() if _NONE in found]
        others = {i: [r for r in found if r != _NONE] for i, found in held.items()}
        return {_NONE: own, **{i: found for i, found in others.items() if found}}

    return _shown(request, proceed, mark)


@fault("ctx-variant-map-marks-no-own")
def _empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A map has no registration for its own entities."""
    return _shown(
        request,
        proceed,
        lambda held: {i: [r for r in found if r != _NONE] for i, found in held.items()},
    )


@fault("ctx-variant-map-at-a-url")
def _at_a_url(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of a map is an absolute one."""
    response = proceed(request)
    told = response.header(_HEADER)
    return response if told is None else response.with_header(_HEADER, f"{request.base}{told}")


@fault("ctx-variant-map-by-its-id")
def _by_its_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of a map is its id."""
    response = proceed(request)
    told = response.header(_HEADER)
    return response if told is None else response.with_header(_HEADER, told.rpartition("/")[2])


@fault("ctx-variant-mapped-query-is-200")
def _is_200(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query that makes a map is answered like any other."""
    response = proceed(request)
    made = queries(request) and response.status == _CREATED
    return response.with_status(_OK) if made else response


@fault("ctx-variant-map-seen-later")
def _seen_later(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A map is found at its address 120 ms after it was made."""
    made: dict[str, float] = platform.memory.setdefault("maps made", {})
    name = unquote(request.path.rpartition("/")[2])
    if request.method == "GET" and time.monotonic() - made.get(name, 0.0) < _LATE:
        return refusal("ResourceNotFound", _NOT_FOUND)
    response = proceed(request)
    told = response.header(_HEADER)
    if told:
        made.setdefault(unquote(told.rpartition("/")[2]), time.monotonic())
    return response


@fault("ctx-variant-map-of-what-was-changed")
def _of_what_was_changed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """By the time of its modification nothing is found that was never modified (A79)."""
    response = proceed(request)
    by_change = b"modifiedAt" in request.body or "modifiedAt" in request.query
    if request.path != PAST_MAPS or not by_change:
        return response
    return remade(response, lambda b: {**b, "entityMap": {}})
