"""Ways to break what maps and snapshots find and how long they last."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.maps import HEADER
from mimtest.sandbox.faults.context.messages import (
    API,
    body_of,
    queries,
    resent,
    without,
    without_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_MAPS: Final = f"{API}/entityMaps"
_HISTORIES: Final = f"{API}/temporal/entities"
_HEADER: Final = "ngsild-snapshot"
_OK: Final = 200
_DONE: Final = 204
_LATE: Final = timedelta(seconds=3)
_NEAR: Final = timedelta(seconds=30)


@fault("ctx-map-without-its-filter", kills=("CTX-MAP-02",))
def _without_filter(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A map has what the selector of its query finds, whatever the filter is."""
    return proceed(without_params(request, "q") if request.path == _MAPS else request)


@fault("ctx-map-by-post-without-its-filter", kills=("CTX-MAP-02",))
def _without_filter_by_post(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A map of a query in a body has what the selector finds, whatever the filter is."""
    made = request.method == "POST" and request.path == _MAPS
    return proceed(resent(request, lambda b: without(b, "q")) if made else request)


@fault("ctx-map-gone-before-its-end", kills=("CTX-MAP-05",), beside=("CTX-MAP-*",))
def _gone_early(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A map whose end was moved near is gone at once."""
    body = body_of(request) if request.method == "PATCH" else None
    end = body.get("expiresAt") if isinstance(body, dict) else None
    response = proceed(request)
    near = isinstance(end, str) and datetime.fromisoformat(end) - datetime.now(UTC) < _NEAR
    if request.path.startswith(f"{_MAPS}/") and response.status == _DONE and near:
        proceed(replace(request, method="DELETE", body=b""))
    return response


@fault("ctx-map-never-ends", kills=("CTX-MAP-09",))
def _never_ends(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A query by a map whose end has come goes by it all the same."""
    ends: dict[str, datetime] = platform.memory.setdefault("ends of maps", {})
    body = body_of(request) if request.method == "PATCH" else None
    if isinstance(body, dict) and request.path.startswith(f"{_MAPS}/"):
        ends[unquote(request.path.rpartition("/")[2])] = datetime.fromisoformat(body["expiresAt"])
    named = request.headers.get(HEADER.lower())
    end = ends.get(unquote(named or "").rpartition("/")[2])
    if named is None or not queries(request) or end is None or end > datetime.now(UTC):
        return proceed(request)
    return proceed(with_headers(request, ngsild_entitymap=None)).with_header(HEADER, named)


@fault("ctx-variant-map-shown-after-its-end")
def _shown_late(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A map is shown for some seconds after its end, but no query goes by it any more."""
    response = proceed(request)
    if not request.path.startswith(f"{_MAPS}/") or request.method not in ("GET", "DELETE"):
        return response
    if request.method == "GET" and response.status == _OK:
        platform.memory[request.path] = response
    last: Response | None = platform.memory.get(request.path)
    if request.method == "DELETE":
        platform.memory.pop(request.path, None)
    if last is None or request.method == "DELETE" or response.status == _OK:
        return response
    end = datetime.fromisoformat(last.json()["expiresAt"])
    return last if timedelta() < datetime.now(UTC) - end < _LATE else response


@fault("ctx-snapshot-of-the-past-moves", kills=("CTX-MAP-18",))
def _past_moves(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is asked of the past in a snapshot is answered from outside of it."""
    asked = request.method == "GET" and request.path.startswith(_HISTORIES)
    outside = asked and _HEADER in request.headers
    return proceed(with_headers(request, ngsild_snapshot=None) if outside else request)
