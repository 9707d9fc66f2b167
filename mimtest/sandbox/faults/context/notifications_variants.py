"""Permitted ways to notify: late, twice, apart, at once, and with the context elsewhere."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from threading import Timer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode
from uuid import uuid4

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.messages import ENTITIES, at_path
from mimtest.sandbox.faults.context.subscribed import (
    SUBSCRIPTIONS,
    Json,
    dropped,
    made,
    notified,
    retold,
    subscribes,
    subscription_in,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump
from mimtest.sandbox.sending import Unsent, request_to

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_LATE: Final = 0.3
_CREATED: Final = 201
_OK: Final = 200


def _is_paced(platform: "Platform", request: Request) -> bool:
    """Whether the subscription says how often, or after which time, its receiver may be asked."""
    known = made(platform, request)
    endpoint = known.get("notification", {}).get("endpoint", {})
    return "throttling" in known or bool({"timeout", "cooldown"} & {*endpoint})


def _own_id() -> str:
    return f"urn:ngsi-ld:Notification:{uuid4()}"


@fault("ctx-variant-notified-late", outgoing=True)
def _late(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notifications come a third of a second late."""
    if notified(request):
        time.sleep(_LATE)
    return proceed(request)


@fault("ctx-variant-notified-again", outgoing=True)
def _again(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Every notification is delivered twice, as when an answer was lost."""
    first = proceed(request)
    return proceed(request) if notified(request) and not _is_paced(platform, request) else first


@fault("ctx-variant-notified-twice", outgoing=True)
def _twice(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Every change is notified twice, as when several attributes are looked at one by one."""
    told, first = notified(request), proceed(request)
    if told and _is_paced(platform, request):
        return first
    return proceed(request.with_body(dump(told | {"id": _own_id()}))) if told else first


@fault("ctx-variant-notified-apart", outgoing=True)
def _apart(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Each entity comes in a notification of its own."""
    told = notified(request)
    data = told.get("data") if told else None
    if not told or not isinstance(data, list) or not data or _joins(platform, request):
        return proceed(request)
    each = [told | {"id": _own_id(), "data": [entity]} for entity in data]
    return [proceed(request.with_body(dump(one))) for one in each][-1]


def _joins(platform: "Platform", request: Request) -> bool:
    """Whether linked entities are to come along."""
    return "join" in made(platform, request).get("notification", {})


@fault("ctx-variant-context-in-entities", outgoing=True)
def _context_in_entities(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """In JSON-LD, and in GeoJSON, every entity or feature has the context."""

    def change(told: Json) -> Json:
        context = {"@context": told.get("@context")}
        if context["@context"] is None or not isinstance(told["data"], list):
            return told
        return {k: v for k, v in told.items() if k != "@context"} | {
            "data": [entity | context for entity in told["data"]]
        }

    return retold(request, change, proceed)


@fault("ctx-variant-notified-with-links", outgoing=True)
def _links(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notifications have a charset, further links, and a link to the context beside one inside."""
    if not notified(request):
        return proceed(request)
    kind = f"{request.headers['content-type']}; charset=utf-8"
    core = '<https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld>; type=x; rel="{}"'
    link = request.headers.get("link", core.format("http://www.w3.org/ns/json-ld#context"))
    told = f'<https://broker.example/help>; rel="help", {link}'
    return proceed(with_headers(request, content_type=kind, link=told))


@fault("ctx-variant-throttled-dropped", outgoing=True)
def _throttled(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """What changes while a subscription is throttled is not told of later."""
    if notified(request) is None or "throttling" not in made(platform, request):
        return proceed(request)
    counts: dict[Any, int] = platform.memory.setdefault("throttled", {})
    about = (notified(request) or {}).get("subscriptionId")
    counts[about] = counts.get(about, 0) + 1
    return dropped() if counts[about] == 2 else proceed(request)  # noqa: PLR2004


@fault("ctx-variant-notified-at-first")
def at_first(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Who subscribes is first notified of the entities that there are."""
    response = proceed(request)
    body = subscribes(request)
    if body is None or response.status != _CREATED or "timeInterval" in body:
        return response
    found = [e for s in body.get("entities", ()) for e in _found(request, s, body, proceed)]
    if found and body.get("isActive", True):
        own = body.get("id", (response.header("Location") or "").rpartition("/")[2])
        told = {"id": _own_id(), "type": "Notification", "subscriptionId": own}
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        _send(platform, body["notification"]["endpoint"], told | {"notifiedAt": now, "data": found})
    return response


def _found(request: Request, selector: Json, body: Json, proceed: Proceed) -> list[Json]:
    """The entities that a selector of a subscription means, and that meet its conditions."""
    place = body.get("geoQ") or {}
    if place:
        place = place | {"coordinates": dump(place["coordinates"]).decode()}
    conditions = {k: body[k] for k in ("q", "scopeQ") if k in body}
    query = urlencode(selector | conditions | place, quote_via=quote)
    given = {k: v for k, v in request.headers.items() if "content" not in k}
    asked = replace(request, method="GET", headers=given | {"accept": "application/json"})
    answer = proceed(replace(at_path(asked, ENTITIES, ""), query=query))
    return answer.json() if answer.status == _OK else []


def _send(platform: "Platform", endpoint: Json, told: Json) -> None:
    try:
        headers = {"Content-Type": "application/json"}
        _ = platform.send(request_to("POST", endpoint["uri"], headers, dump(told)))
    except Unsent:
        return


@fault("ctx-variant-subscriptions-count-later")
def _later(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A subscription begins to count a third of a second after it is made."""
    waiting: dict[str, Timer] = platform.memory.setdefault("waiting", {})
    body, id_ = subscribes(request), subscription_in(request)
    if id_ in waiting and request.method == "PATCH":
        _begin(waiting, id_)
    if body is None or not body.get("isActive", True) or "id" not in body:
        response = proceed(request)
        return _as_if_active(request, response, waiting)
    response = proceed(request.with_body(dump(body | {"isActive": False})))
    if response.status == _CREATED:
        own = body["id"]

        def begin() -> None:
            waiting.pop(own, None)
            _ = proceed(_activating(request, own))

        waiting[own] = Timer(_LATE, begin)
        waiting[own].daemon = True
        waiting[own].start()
    return response


def _activating(request: Request, own: str) -> Request:
    body = '{"isActive": true}'
    kept = {k: v for k, v in request.headers.items() if k not in ("link", "accept")}
    given = kept | {"content-type": "application/json", "content-length": str(len(body))}
    return replace(at_path(request, f"{SUBSCRIPTIONS}/{own}", body), method="PATCH", headers=given)


def _begin(waiting: dict[str, Timer], id_: str) -> None:
    timer = waiting.pop(id_)
    timer.cancel()
    timer.function()


def _as_if_active(request: Request, response: Response, waiting: dict[str, Timer]) -> Response:
    about = request.path.startswith(SUBSCRIPTIONS) and request.method == "GET"
    if not about or response.status != _OK or not waiting:
        return response

    def shown(one: Any) -> Any:
        if not isinstance(one, dict) or one.get("id") not in waiting:
            return one
        return {k: v for k, v in one.items() if k != "isActive"} | {"status": "active"}

    value = response.json()
    return response.with_json(
        [shown(v) for v in value] if isinstance(value, list) else shown(value)
    )
