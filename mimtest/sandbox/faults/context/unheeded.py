"""Changes of subscriptions and registrations that are kept and shown, and not heeded."""

from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import body_of
from mimtest.sandbox.faults.context.notifications_kept import looking
from mimtest.sandbox.faults.context.subscribed import Json, without
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, dump

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_NULL: Final = "urn:ngsi-ld:null"
_OK: Final = 200
_DONE: Final = 204
#: What a broker says of its notifying, and is not told.
_TOLD: Final = (
    "status", "timesSent", "timesFailed", "lastNotification", "lastSuccess", "lastFailure",
)  # fmt: skip


def unheeded(
    id_: str, kills: tuple[str, ...], doc: str, where: tuple[str, ...], *, beside: tuple[str, ...]
) -> None:
    """Register a fault: a change of one member is shown, and what it is about goes on as before.

    `where` is the path of the collection, and then of the member.
    """
    collection, *path = where

    def act(request: Request, platform: "Platform", proceed: Proceed) -> Response:
        shown: dict[str, Any] = platform.memory.setdefault(id_, {})
        own, part = id_in(request, collection), body_of(request)
        if own is None or request.method != "PATCH" or not has_member(part, path):
            return _as_said(request, proceed(request), shown, where)
        before = proceed(looking(request))
        response = proceed(request)
        if response.status == _DONE and before.status == _OK:
            shown[own] = _at(part, path)
            _ = proceed(request.with_body(dump(_back(before.json(), part, path))))
        return response

    act.__doc__ = doc
    fault(id_, kills=kills, beside=beside)(act)


def id_in(request: Request, collection: str) -> str | None:
    """The id of what a request is about, if it is about one thing in the collection."""
    start, _, own = request.path.rpartition("/")
    return own if start == collection and own else None


def has_member(part: Any, path: list[str] | tuple[str, ...]) -> bool:
    """Whether an object has such a member, or an object in it has."""
    for name in path:
        if not isinstance(part, dict) or name not in part:
            return False
        part = part[name]
    return True


def _at(value: Any, path: list[str]) -> Any:
    for name in path:
        value = value[name]
    return value


def _back(before: Json, part: Json, path: list[str]) -> Json:
    """The change that undoes one."""
    first, *rest = path
    if not rest:
        return {first: before.get(first, _NULL)}
    old = {k: v for k, v in before[first].items() if k in rest}
    kept = {k: v for k, v in part[first].items() if k not in (*rest, *_TOLD)}
    return {first: kept | old}


def _as_said(
    request: Request, response: Response, shown: dict[str, Any], where: tuple[str, ...]
) -> Response:
    collection, *path = where
    asked = request.method == "GET" and request.path.startswith(collection)
    if not asked or not shown or response.status != _OK:
        return response
    value = response.json()
    if isinstance(value, list):
        return response.with_json([_with(v, shown, path) for v in value])
    return response.with_json(_with(value, shown, path))


def _with(one: Json, shown: dict[str, Any], path: list[str]) -> Json:
    if one.get("id") not in shown:
        return one
    first, *rest = path
    said = shown[one["id"]]
    if said == _NULL:
        return without(one, *path)
    return one | {first: {**one[first], rest[0]: said} if rest else said}
