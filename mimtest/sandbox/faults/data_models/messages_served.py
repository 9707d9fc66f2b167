"""The entities of a type as NGSI v2, the map service and the plain interface of the platform give them."""

from collections.abc import Callable
from typing import Any, Final

from mimtest.sandbox.faults.data_models.messages import Change
from mimtest.sandbox.faults.registry import Proceed
from mimtest.sandbox.http import Request, Response

V2: Final = "/v2/entities"
MAP: Final = "/ogc/collections"
PLAIN: Final = "/open/collections"
_OK: Final = 200


def listed_v2(name: str, request: Request, proceed: Proceed, change: Change) -> Response:
    """The entities of a list of that type, one page of it, changed."""
    asked = request.path == V2 and request.params.get("type") == name
    plain = request.params.keys() == {"type", "limit", "options"}
    return _changed(request, proceed, lambda body: _each(body, change), when=asked and plain)


def features(
    collection: str, request: Request, proceed: Proceed, change: Change, *, alone: bool = False
) -> Response:
    """The properties of the features of a collection, changed: in lists, and with `alone` also one by one."""
    start = f"{MAP}/{collection}/items"
    asked = request.path == start and not request.params.keys() - {"limit"}
    one = alone and request.path.startswith(f"{start}/")

    def each(body: Any) -> None:
        found = body.get("features", [body])
        _each([f["properties"] for f in found if "properties" in f], change)

    return _changed(request, proceed, each, when=asked or one)


def records(collection: str, request: Request, proceed: Proceed, change: Change) -> Response:
    """The records of a list without filters, changed where they come in JSON."""
    asked = request.path == f"{PLAIN}/{collection}/items" and not request.params
    return _changed(request, proceed, lambda body: _each(body["items"], change), when=asked)


def table(
    collection: str, request: Request, proceed: Proceed, change: Callable[[str], str]
) -> Response:
    """The table of a list, changed."""
    response = proceed(request)
    kind = response.header("Content-Type") or ""
    asked = request.path == f"{PLAIN}/{collection}/items"
    if not asked or response.status != _OK or not kind.startswith("text/csv"):
        return response
    return response.with_body(change(response.body.decode()).encode())


def _changed(
    request: Request, proceed: Proceed, change: Callable[[Any], None], *, when: bool
) -> Response:
    response = proceed(request)
    kind = response.header("Content-Type") or ""
    if not when or request.method != "GET" or response.status != _OK or "json" not in kind:
        return response
    body = response.json()
    change(body)
    return response.with_json(body)


def _each(body: Any, change: Change) -> None:
    for item in body if isinstance(body, list) else ():
        change(item)
