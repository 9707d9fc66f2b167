"""Ways to break entity maps and the identity of a source, and permitted ways to differ."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import (
    API,
    ERRORS,
    body_of,
    changed,
    done,
    with_params,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

HEADER: Final = "NGSILD-EntityMap"
_MAPS: Final = f"{API}/entityMaps"
PAST_MAPS: Final = f"{API}/temporal/entityMaps"
_MAP: Final = re.compile(rf"{_MAPS}/.+")
_IDENTITY: Final = f"{API}/info/sourceIdentity"
#: So many stay, so that the rest can be cleaned up in time.
_STAY: Final = 2
_OK: Final = 200
_CREATED: Final = 201
_REFUSED: Final = 400
_NOT_FOUND: Final = 404


def makes(request: Request) -> bool:
    """Whether a map is to be made of a query."""
    return request.path == _MAPS and request.method in ("GET", "POST")


def _is_on_map(request: Request, method: str) -> bool:
    return request.method == method and _MAP.fullmatch(request.path) is not None


def refusal(kind: str, status: int) -> Response:
    """An answer that is an error."""
    return json_response({"type": f"{ERRORS}{kind}", "title": "No", "detail": "no"}, status)


def remade(response: Response, change: Callable[[Any], Any]) -> Response:
    """A map just made, otherwise."""
    return response.with_json(change(response.json())) if response.status == _CREATED else response


@fault("ctx-source-without-alias", kills=("CTX-MAP-01",), beside=("CTX-DIST-2[12]",))
def _without_alias(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source has no alias."""
    return _identity(request, proceed, lambda b: {**b, "contextSourceAlias": ""})


@fault("ctx-source-of-another-type", kills=("CTX-MAP-01",))
def _of_another_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A source calls itself something else."""
    return _identity(request, proceed, lambda b: {**b, "type": "ContextSource"})


@fault("ctx-source-uptime-in-seconds", kills=("CTX-MAP-01",))
def _in_seconds(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """For how long a source has been there is told in seconds."""
    return _identity(request, proceed, lambda b: {**b, "contextSourceUptime": "3600"})


@fault("ctx-source-stands-still", kills=("CTX-MAP-01",))
def _stands_still(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """It is always the same time at a source."""
    then = "2026-03-14T13:00:00Z"
    return _identity(request, proceed, lambda b: {**b, "contextSourceTimeAt": then})


@fault("ctx-source-renamed-each-time", kills=("CTX-MAP-01",), beside=("CTX-DIST-2[12]",))
def _renamed(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A source has a new alias whenever it is asked."""
    if request.path != _IDENTITY:
        return proceed(request)
    number = platform.memory["aliases"] = platform.memory.get("aliases", 0) + 1
    return _identity(request, proceed, lambda b: {**b, "contextSourceAlias": f"city-{number}"})


def _identity(request: Request, proceed: Proceed, change: Callable[[Any], Any]) -> Response:
    response = proceed(request)
    return changed(response, change) if request.path == _IDENTITY else response


@fault("ctx-map-by-get-lacks-one", kills=("CTX-MAP-02",))
def _lacks_one(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A map that is made by GET lacks an entity."""
    response = proceed(request)
    made = makes(request) and request.method == "GET"
    return remade(response, lambda b: {**b, "entityMap": _fewer(b)}) if made else response


def _fewer(body: Any) -> dict[str, Any]:
    return dict(list(body["entityMap"].items())[1:])


@fault("ctx-map-by-post-without-address", kills=("CTX-MAP-02",))
def _without_address(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Nobody is told where a map made by POST is."""
    response = proceed(request)
    made = makes(request) and request.method == "POST"
    return response.without_header(HEADER) if made else response


@fault("ctx-map-of-everything", kills=("CTX-MAP-03",))
def _of_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A map is made of a query that selects nothing."""
    wide = makes(request) and not request.query and body_of(request) in (None, {"type": "Query"})
    return proceed(with_params(request, lambda p: p | {"local": "true"}) if wide else request)


@fault("ctx-unknown-map-is-empty", kills=("CTX-MAP-04", "CTX-MAP-06"))
def _unknown_is_empty(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A map that is not there is an empty one."""
    response = proceed(request)
    if not _is_on_map(request, "GET") or response.status != _NOT_FOUND:
        return response
    end = {"expiresAt": "2099-01-01T00:00:00Z", "entityMap": {}, "linkedMaps": {}}
    return json_response({"id": request.path.rpartition("/")[2], "type": "EntityMap", **end})


@fault("ctx-map-without-uri-not-found", kills=("CTX-MAP-04",))
def _without_uri(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What is no URI is looked for among the maps."""
    response = proceed(request)
    odd = _is_on_map(request, "GET") and response.status == _REFUSED
    return refusal("ResourceNotFound", _NOT_FOUND) if odd else response


@fault(
    "ctx-map-shown-in-part",
    kills=("CTX-MAP-02", "CTX-MAP-04", "CTX-MAP-05", "CTX-MAP-06", "CTX-MAP-07", "CTX-MAP-09"),
    beside=("CTX-MAP-10",),
)
def _in_part(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A map is shown without one of its entities."""
    response = proceed(request)
    if not _is_on_map(request, "GET"):
        return response
    return changed(response, lambda b: {**b, "entityMap": _fewer(b)})


@fault("ctx-end-of-map-stays", kills=("CTX-MAP-05",))
def _end_stays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Moving the end of a map is answered well and does nothing."""
    response = proceed(_looking(request) if _is_on_map(request, "PATCH") else request)
    moved = _is_on_map(request, "PATCH") and response.status == _OK
    return done() if moved else response


def _looking(request: Request) -> Request:
    kept = {k: v for k, v in request.headers.items() if not k.startswith("content")}
    return Request("GET", request.path, "", kept, b"", request.base, request.raw_path)


@fault("ctx-unknown-map-moved", kills=("CTX-MAP-05",))
def _unknown_moved(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The end of a map that is not there is moved."""
    response = proceed(request)
    unknown = _is_on_map(request, "PATCH") and response.status == _NOT_FOUND
    return done() if unknown else response


@fault("ctx-map-overwritten", kills=("CTX-MAP-05",))
def _overwritten(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The entities of a map are what somebody says they are."""
    body = body_of(request) if _is_on_map(request, "PATCH") else None
    if isinstance(body, dict) and "entityMap" in body:
        platform.memory[request.path] = body["entityMap"]
    response = proceed(request)
    if not _is_on_map(request, "GET") or request.path not in platform.memory:
        return response
    return changed(response, lambda b: {**b, "entityMap": platform.memory[request.path]})


@fault("ctx-maps-stay", kills=("CTX-MAP-06", "CTX-MAP-09"))
def _stay(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """The first attempts to delete a map are answered well and do nothing."""
    if not _is_on_map(request, "DELETE"):
        return proceed(request)
    tried: set[str] = platform.memory.setdefault("maps tried", set())
    stays = request.path not in tried and len(tried) < _STAY
    tried.add(request.path)
    return done() if stays else proceed(request)


@fault("ctx-map-deleted-twice", kills=("CTX-MAP-06",))
def _twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A map that is not there can be deleted."""
    response = proceed(request)
    gone = _is_on_map(request, "DELETE") and response.status == _NOT_FOUND
    return done() if gone else response
