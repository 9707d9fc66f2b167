"""Other accepted readings of the contents of entities: arrays, moments, datasets, identifiers."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from mimtest.sandbox.faults.context.contents import each_instance
from mimtest.sandbox.faults.context.creating import rewritten, sent_entity
from mimtest.sandbox.faults.context.messages import (
    ENTITY,
    ERRORS,
    body_of,
    changed,
    is_on_attribute,
    queries,
    retrieves,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Entity = dict[str, Any]
_HALF: Final = timedelta(microseconds=500)


def _as_expanded(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _as_expanded(v) for k, v in value.items()}
    if not isinstance(value, list):
        return value
    parts = [_as_expanded(v) for v in value]
    flat = [x for p in parts for x in (p if isinstance(p, list) else [p])]
    return flat[0] if len(flat) == 1 else flat


@fault("ctx-variant-arrays-as-json-ld-leaves-them")
def _arrays(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of values, the only item of an array is given out alone, and arrays in arrays as one."""
    response = proceed(request)

    def change(item: Entity) -> Entity:
        ours = item.get("type") == "Property" and "value" in item
        return item | {"value": _as_expanded(item["value"])} if ours else item

    return changed(response, each_instance(change)) if retrieves(request) else response


@fault("ctx-variant-moments-rounded")
def _rounded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Times of observation are given out rounded to milliseconds."""
    response = proceed(request)

    def change(item: Entity) -> Entity:
        at = item.get("observedAt")
        if not isinstance(at, str):
            return item
        moment = datetime.fromisoformat(at).astimezone(UTC) + _HALF
        text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return item | {"observedAt": text}

    visit = each_instance(change)
    if queries(request):
        return changed(response, lambda f: [visit(e) for e in f] if isinstance(f, list) else f)
    return changed(response, visit) if retrieves(request) else response


@fault("ctx-variant-last-of-a-dataset")
def _last(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of two instances of one dataset in a new entity the last is kept."""
    entity = sent_entity(request)
    if entity is None:
        return proceed(request)
    kept = {n: _last_of_each(h) if isinstance(h, list) else h for n, h in entity.items()}
    return proceed(request if kept == entity else rewritten(request, kept))


def _last_of_each(held: list[Any]) -> list[Any]:
    named = [i.get("datasetId") if isinstance(i, dict) else None for i in held]
    return [i for n, i in enumerate(held) if named[n] is None or named[n] not in named[n + 1 :]]


@fault("ctx-variant-id-of-the-address")
def _addressed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The id in a replacement's body is not looked at."""
    found = ENTITY.fullmatch(request.path)
    new = body_of(request) if request.method == "PUT" and found else None
    if found is None or not isinstance(new, dict) or "id" not in new:
        return proceed(request)
    return proceed(rewritten(request, new | {"id": unquote(found[1])}))


@fault("ctx-variant-other-type-is-invalid-request")
def _other_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute's part of another type is called an invalid request."""
    response = proceed(request)
    part = body_of(request) if is_on_attribute(request, "PATCH") else None
    if response.status != 400 or not isinstance(part, dict) or "object" not in part:  # noqa: PLR2004
        return response
    return response.with_json(response.json() | {"type": f"{ERRORS}InvalidRequest"})
