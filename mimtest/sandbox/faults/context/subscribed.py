"""Subscriptions on their way in, and notifications on their way out, for the faults about them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from mimtest.sandbox.faults.context.messages import API, at_path, body_of
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

SUBSCRIPTIONS: Final = f"{API}/subscriptions"
Json = dict[str, Any]
_CREATED: Final = 201
#: What subscriptions that are kept in another way may be noticed by, besides.
OTHERS: Final = (
    "CTX-NOT-*", "CTX-SUB-*", "CTX-ACC-2[12]", "CTX-TEN-06", "CTX-JSC-13", "CTX-DIST-3[12]",
)  # fmt: skip
_NULL: Final = "urn:ngsi-ld:null"


def subscribes(request: Request) -> Json | None:
    """The subscription that is to be made, if one is."""
    body = body_of(request) if (request.method, request.path) == ("POST", SUBSCRIPTIONS) else None
    return body if isinstance(body, dict) else None


def subscription_in(request: Request) -> str | None:
    """The id of the subscription that a request is about, if it is about one."""
    start, _, id_ = request.path.rpartition("/")
    return id_ if start == SUBSCRIPTIONS and id_ else None


def notified(request: Request) -> Json | None:
    """The notification that is sent, if one is."""
    body = body_of(request)
    return body if isinstance(body, dict) and body.get("type") == "Notification" else None


def retold(request: Request, change: Callable[[Json], Json], proceed: Proceed) -> Response:
    """The answer to a notification that says something else."""
    told = notified(request)
    return proceed(request if told is None else request.with_body(dump(change(told))))


def retold_entities(request: Request, change: Callable[[Json], Json], proceed: Proceed) -> Response:
    """The answer to a notification with other entities; GeoJSON stays."""

    def other(told: Json) -> Json:
        data = told.get("data")
        return {**told, "data": [change(e) for e in data]} if isinstance(data, list) else told

    return retold(request, other, proceed)


def dropped() -> Response:
    """What the platform sees of a notification that is not sent."""
    return Response(200)


def made(platform: "Platform", request: Request) -> Json:
    """The subscription that a notification is for, as the broker shows it."""
    told = notified(request) or {}
    headers = {k: v for k, v in request.headers.items() if k == "ngsild-tenant"}
    raw = f"{SUBSCRIPTIONS}/{quote(str(told.get('subscriptionId')), safe=':')}"
    answer = platform.handle(Request("GET", unquote(raw), headers=headers, raw_path=raw))
    shown = answer.json() if answer.status == 200 else {}  # noqa: PLR2004
    return shown if isinstance(shown, dict) else {}


@dataclass(frozen=True)
class _Hidden:
    """What was changed about a subscription, and is to be shown as it was sent."""

    members: Json
    added: frozenset[str]

    def shown(self, one: Json) -> Json:
        """The subscription as if nothing had been changed."""
        return {k: v for k, v in one.items() if k not in self.added} | self.members

    def patched(self, part: Json) -> "_Hidden":
        """The same after these members were changed once more."""
        kept = {k: part.get(k, v) for k, v in self.members.items() if part.get(k) != _NULL}
        return _Hidden(kept, self.added - {*part})


def _difference(sent: Json, kept: Json) -> _Hidden:
    changed = {k: v for k, v in sent.items() if kept.get(k) != v}
    return _Hidden(changed, frozenset({*kept} - {*sent}))


def otherwise(
    request: Request, platform: "Platform", proceed: Proceed, change: Callable[[Json], Json]
) -> Response:
    """The answer where valid subscriptions are kept in another way, and shown as they were sent."""
    if not request.path.startswith(SUBSCRIPTIONS):
        return proceed(request)
    body = subscribes(request)
    if body is not None and change(body) != body:
        return _made_otherwise(request, platform, proceed, change)
    hidden: dict[str, _Hidden] = platform.memory.setdefault("hidden", {})
    id_ = subscription_in(request)
    if request.method == "PATCH" and id_ in hidden:
        return _patched(request, proceed, change, hidden)
    return _as_sent(request, proceed(request), hidden)


def _made_otherwise(
    request: Request, platform: "Platform", proceed: Proceed, change: Callable[[Json], Json]
) -> Response:
    response = proceed(request)
    if response.status != _CREATED:
        return response
    body = subscribes(request) or {}
    id_ = unquote((response.header("Location") or "").rpartition("/")[2])
    given = {k: v for k, v in request.headers.items() if "content" not in k}
    gone = at_path(replace(request, method="DELETE", headers=given), f"{SUBSCRIPTIONS}/{id_}", "")
    _ = proceed(gone)
    platform.memory.setdefault("hidden", {})[id_] = _difference(body, change(body))
    return proceed(request.with_body(dump(change({**body, "id": id_}))))


def _patched(
    request: Request,
    proceed: Proceed,
    change: Callable[[Json], Json],
    hidden: dict[str, _Hidden],
) -> Response:
    part, id_ = body_of(request), subscription_in(request)
    if not isinstance(part, dict) or id_ is None:
        return proceed(request)
    response = proceed(request.with_body(dump(change(part))))
    if response.status < 300:  # noqa: PLR2004
        hidden[id_] = hidden[id_].patched(part)
    return response


def _as_sent(request: Request, response: Response, hidden: dict[str, _Hidden]) -> Response:
    if request.method != "GET" or response.status != 200 or not hidden:  # noqa: PLR2004
        return response

    def shown(one: Any) -> Any:
        known = hidden.get(one["id"]) if isinstance(one, dict) and "id" in one else None
        return one if known is None else known.shown(one)

    value = response.json()
    return response.with_json(
        [shown(v) for v in value] if isinstance(value, list) else shown(value)
    )


def without(value: Json, *path: str) -> Json:
    """The object without a member, or without one of an object in it."""
    first, *rest = path
    if first not in value:
        return value
    if not rest:
        return {k: v for k, v in value.items() if k != first}
    inner = value[first]
    return {**value, first: without(inner, *rest)} if isinstance(inner, dict) else value


def kept(
    id_: str, kills: tuple[str, ...], doc: str, change: Callable[[Json], Json], *beside: str
) -> None:
    """Register a fault: valid subscriptions are kept in another way, and shown as they were sent."""

    def act(request: Request, platform: "Platform", proceed: Proceed) -> Response:
        return otherwise(request, platform, proceed, change)

    act.__doc__ = doc
    fault(id_, kills=kills, beside=(*OTHERS, *beside))(act)


def with_notification(body: Json, **members: Any) -> Json:
    """The subscription with other members in its `notification`."""
    if not isinstance(body.get("notification"), dict):
        return body
    return body | {"notification": body["notification"] | members}
