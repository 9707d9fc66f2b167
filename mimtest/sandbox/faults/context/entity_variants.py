"""Other accepted readings of what the standard leaves open about entities."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.contents import each_instance
from mimtest.sandbox.faults.context.creating import instances, rewritten, sent_entity
from mimtest.sandbox.faults.context.messages import (
    ENTITY,
    ERRORS,
    body_of,
    changed,
    creates,
    queries,
    retrieves,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Entity = dict[str, Any]
_DIGITS: Final = 15
_LAG: Final = timedelta(seconds=3)
_BASE: Final = "https://mimtest.example/"
_KINDS: Final = {"InvalidRequest": "BadRequestData", "BadRequestData": "InvalidRequest"}


def _shown(response: Response, change: Callable[[Any], Any]) -> Response:
    """An answer in JSON with every object in it changed."""

    def visit(value: Any) -> Any:
        if isinstance(value, list):
            return [visit(v) for v in value]
        if not isinstance(value, dict):
            return value
        return change({k: visit(v) for k, v in value.items()})

    return changed(response, visit)


def _reads(request: Request) -> bool:
    return queries(request) or retrieves(request)


def _with(name: str, change: Callable[[str], str]) -> Callable[[Entity], Entity]:
    """The change of an object that changes one text member."""
    return lambda held: (
        held | {name: change(held[name])} if isinstance(held.get(name), str) else held
    )


def _refused(detail: str) -> Response:
    kind = f"{ERRORS}BadRequestData"
    return json_response({"type": kind, "title": "Bad request data", "detail": detail}, 400)


@fault("ctx-variant-other-kind-of-bad")
def _other_kind(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """No body is bad data; a missing identifier, and a number for a text, are invalid requests."""
    response = proceed(request)
    if not creates(request) or response.status != 400:  # noqa: PLR2004
        return response
    entity = sent_entity(request)
    numbers = entity is not None and any(isinstance(entity.get(n), int) for n in ("id", "type"))
    if request.body and not numbers and not (entity is not None and "id" not in entity):
        return response
    named = response.json()["type"].rpartition("/")[2]
    return response.with_json(response.json() | {"type": f"{ERRORS}{_KINDS[named]}"})


@fault("ctx-variant-moments-in-milliseconds")
def _milliseconds(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Times of observation are given out with milliseconds."""
    response = proceed(request)

    def change(text: str) -> str:
        found = re.fullmatch(r"(.{19})(?:\.(\d{1,3})\d*)?Z", text)
        return f"{found[1]}.{found[2] or '':0<3}Z" if found else text

    return _shown(response, _with("observedAt", change)) if _reads(request) else response


@fault("ctx-variant-numbers-nearly")
def _nearly(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The last of more than fifteen digits of a number is given out wrong."""
    response = proceed(request)

    def change(held: Entity) -> Entity:
        value = held.get("value")
        if isinstance(value, float) and len(repr(value).replace(".", "")) > _DIGITS:
            return held | {"value": math.nextafter(value, math.inf)}
        if isinstance(value, int) and abs(value) > 2**53:
            return held | {"value": float(value)}
        return held

    return _shown(response, change) if _reads(request) else response


@fault("ctx-variant-null-dropped")
def _null_dropped(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute with JSON's null as its value is taken as if it were not there."""
    entity = sent_entity(request)
    if entity is None or not any(i.get("value", "") is None for i in instances(entity)):
        return proceed(request)
    kept = {
        n: h for n, h in entity.items() if not (isinstance(h, dict) and h.get("value", "") is None)
    }
    return proceed(rewritten(request, kept))


@fault("ctx-variant-rings-reversed")
def _rings_reversed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The rings of a room's polygons have the other direction when it is retrieved."""
    response = proceed(request)

    def change(held: Entity) -> Entity:
        kind, found = held.get("type"), held.get("coordinates")
        if kind == "Polygon" and isinstance(found, list):
            return held | {"coordinates": [r[::-1] for r in found]}
        if kind == "MultiPolygon" and isinstance(found, list):
            return held | {"coordinates": [[r[::-1] for r in p] for p in found]}
        return held

    ours = (
        retrieves(request)
        and ":Room:mt-" in request.path
        and "geo+json" not in str(request.headers)
    )
    return _shown(response, change) if ours else response


@fault("ctx-variant-stamps-in-seconds")
def _in_seconds(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """System stamps are given out in whole seconds."""
    response = proceed(request)
    if not _reads(request) or "sysAttrs" not in request.query:
        return response
    for name in ("createdAt", "modifiedAt"):
        response = _shown(response, _with(name, lambda text: f"{text[:19]}Z"))
    return response


def _moved(text: str, by: timedelta) -> str:
    moment = datetime.fromisoformat(text).astimezone(UTC) + by
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@fault("ctx-variant-expiry-lags")
def _lags(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """What has expired is given out for three more seconds."""
    entity = sent_entity(request)
    if entity is not None and b"expiresAt" in request.body:
        later = _with("expiresAt", lambda text: _moved(text, _LAG))
        return proceed(rewritten(request, each_instance(later)(later(entity))))
    response = proceed(request)
    sooner = _with("expiresAt", lambda text: _moved(text, -_LAG))
    return _shown(response, sooner) if _reads(request) else response


@fault("ctx-variant-scopes-without-slash")
def _without_slash(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Scopes are given out in an array, and without the slash at their beginning."""
    response = proceed(request)

    def change(held: Entity) -> Entity:
        scope = held.get("scope")
        if "id" not in held or not isinstance(scope, str | list):
            return held
        scopes = scope if isinstance(scope, list) else [scope]
        return held | {"scope": [s.removeprefix("/") for s in scopes]}

    return _shown(response, change) if _reads(request) else response


@fault("ctx-variant-relative-id-resolved")
def _relative_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A relative reference as an identifier is resolved against an address."""
    entity = sent_entity(request)
    name = entity.get("id") if entity else None
    if entity is None or not isinstance(name, str) or not re.fullmatch(r"\w+", name):
        return proceed(request)
    return proceed(rewritten(request, entity | {"id": f"{_BASE}{name}"}))


@fault("ctx-variant-empty-merge-refused")
def _empty_merge(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A merge of an empty object is refused."""
    merges = request.method == "PATCH" and ENTITY.fullmatch(request.path)
    if not merges or body_of(request) != {}:
        return proceed(request)
    return _refused("there is nothing to merge")


def _retyped(request: Request, proceed: Proceed) -> tuple[Entity, Entity] | None:
    """The old and the new entity where one of another type is to replace it."""
    new = body_of(request) if request.method == "PUT" and ENTITY.fullmatch(request.path) else None
    if not isinstance(new, dict) or not isinstance(new.get("type"), str) or not new["type"]:
        return None
    headers = {k: v for k, v in request.headers.items() if k == "link"}
    response = proceed(replace(request, method="GET", query="", body=b"", headers=headers))
    old = response.json() if response.status == 200 else None  # noqa: PLR2004
    return (old, new) if old and old["type"] != new["type"] else None


@fault("ctx-variant-type-stays")
def _type_stays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity is not replaced by one of another type."""
    return _refused("the type is another") if _retyped(request, proceed) else proceed(request)


@fault("ctx-variant-type-added")
def _type_added(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An entity that is replaced by one of another type keeps its own as well."""
    found = _retyped(request, proceed)
    if found is None:
        return proceed(request)
    old, new = found
    return proceed(rewritten(request, new | {"type": [old["type"], new["type"]]}))
