"""Ways to break the connector: what these faults share."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.dsp.parts import NEW, PREFIX
from mimtest.sandbox.faults.registry import Act, Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Change = Callable[[Any], object]
BASE = f"{PREFIX}/{NEW}"
CATALOGUE = f"{BASE}/catalog/request"
DATASET = f"{BASE}/catalog/datasets/"
VERSIONS = f"{PREFIX}/.well-known/dspace-version"
NEGOTIATIONS = f"{BASE}/negotiations/"
REQUESTS = f"{BASE}/negotiations/request"
OFFERS = "urn:exampleton:offer:"
TRANSFERS = f"{BASE}/transfers/"


def at(
    path: str, id: str, *kills: str, end: str = "", method: str = "", beside: tuple[str, ...] = ()
) -> Callable[[Act], Act]:
    """Register an act for requests whose path begins and ends like that."""

    def register(act: Act) -> Act:
        def here(request: Request, platform: "Platform", proceed: Proceed) -> Response:
            fits = request.path.startswith(path) and request.path.endswith(end)
            if not fits or method not in ("", request.method):
                return proceed(request)
            return act(request, platform, proceed)

        here.__doc__ = act.__doc__
        return fault(id, kills=kills, beside=beside)(here)

    return register


def of_json(
    path: str,
    id: str,
    *kills: str,
    status: int = 200,
    end: str = "",
    method: str = "",
    beside: tuple[str, ...] = (),
) -> Callable[[Change], Change]:
    """Register a function that changes the JSON of answers with a status in place, or returns another."""

    def register(change: Change) -> Change:
        def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
            response = proceed(request)
            if response.status != status or not response.body:
                return response
            value = response.json()
            other = change(value)
            return response.with_json(value if other is None else other)

        act.__doc__ = change.__doc__
        at(path, id, *kills, end=end, method=method, beside=beside)(act)
        return change

    return register


def sent(
    end: str, id: str, *kills: str, beside: tuple[str, ...] = ()
) -> Callable[[Change], Change]:
    """Register a function that changes what the provider sends to addresses with that end."""

    def register(change: Change) -> Change:
        def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
            if "/partner/" not in request.raw_path or not request.raw_path.endswith(end):
                return proceed(request)
            value = Response(200, (), request.body).json()
            if "dspace:consumerPid" in value:
                return proceed(request)
            change(value)
            return proceed(request.with_body(Response(200).with_json(value).body))

        act.__doc__ = change.__doc__
        fault(id, kills=kills, beside=beside, outgoing=True)(act)
        return change

    return register


def with_known_offer(request: Request) -> Request:
    """The request with an offer of the catalogue in place of one that is not."""
    try:
        asked = json.loads(request.body)
        known = asked["offer"]["@id"].startswith(OFFERS)
    except (ValueError, KeyError, TypeError, AttributeError):
        return request
    if known:
        return request
    name = asked["offer"]["target"].rpartition(":")[2]
    asked["offer"]["@id"] = f"{OFFERS}{name}"
    return request.with_body(json.dumps(asked).encode())
