"""Ways to break which changes are told of: by operation, by trigger, by what they were before."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.messages import ENTITY, WAYS, body_of
from mimtest.sandbox.faults.context.subscribed import (
    OTHERS,
    Json,
    dropped,
    kept,
    notified,
    retold_entities,
    with_notification,
    without,
)
from mimtest.sandbox.faults.registry import Act, Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_PREVIOUS: Final = re.compile("previous[A-Z].*")


def _changed_ids(request: Request, way: str) -> list[str]:
    """The entities a request changes in that way."""
    method, pattern = WAYS[way]
    found = re.fullmatch(pattern, request.path)
    if request.method != method or not found:
        return []
    if found.groups():
        return [found[1]]
    body = body_of(request)
    listed = body if isinstance(body, list) else []
    return [str(e.get("id")) if isinstance(e, dict) else str(e) for e in listed]


def _is_about(request: Request, ids: set[str]) -> bool:
    """Whether a notification tells of one of these entities."""
    data = (notified(request) or {}).get("data")
    return isinstance(data, list) and any(e.get("id") in ids for e in data)


def _unheard(way: str, spared: int = 0) -> Act:
    """What is changed in that way is not notified, but so many entities at the beginning of a batch."""

    def act(request: Request, platform: "Platform", proceed: Proceed) -> Response:
        if notified(request) is not None:
            return dropped() if _is_about(request, _memory(platform)) else proceed(request)
        ids = _changed_ids(request, way)[spared:]
        if ids:
            _memory(platform).update(ids)
        return proceed(request)

    act.__doc__ = f"What is changed by '{way}' is not notified."
    if spared:
        act.__doc__ = f"Of a '{way}' only the first entity is notified."
    return act


def _memory(platform: "Platform") -> set[str]:
    found: set[str] = platform.memory.setdefault("unheard", set())
    return found


_NOTICED: Final = {
    "batch-update": ("CTX-NOT-18", "CTX-NOT-19"),
    "batch-upsert": ("CTX-NOT-18", "CTX-NOT-02"),
    "batch-create": ("CTX-NOT-02",),
    "batch-delete": ("CTX-NOT-20",),
}
for _way in WAYS:
    fault(
        f"ctx-not-{_way}-unheard",
        kills=_NOTICED.get(_way, ("CTX-NOT-18",)),
        beside=OTHERS,
        outgoing=True,
        incoming=True,
    )(_unheard(_way))
fault(
    "ctx-not-first-of-a-batch-alone",
    kills=("CTX-NOT-19",),
    outgoing=True,
    incoming=True,
)(_unheard("batch-update", 1))


@fault("ctx-not-same-value-ends-it", kills=("CTX-NOT-26",), outgoing=True, incoming=True)
def _same_value_ends_it(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """An entity that is given the value it has is not notified any more."""
    if notified(request) is not None:
        return dropped() if _is_about(request, _memory(platform)) else proceed(request)
    id_ = repeated(request, platform)
    if id_:
        _memory(platform).add(id_)
    return proceed(request)


def repeated(request: Request, platform: "Platform") -> str:
    """The entity whose attributes are given what they were given last; empty where none is."""
    found = re.fullmatch(f"{ENTITY.pattern}/attrs", request.path)
    if request.method != "PATCH" or not found:
        return ""
    last: dict[str, Any] = platform.memory.setdefault("last", {})
    known, last[found[1]] = last.get(found[1]), body_of(request)
    return found[1] if known == last[found[1]] else ""


def _entities(id_: str, kills: tuple[str, ...], doc: str, change: Callable[[Json], Json]) -> None:
    def act(request: Request, _: "Platform", proceed: Proceed) -> Response:
        return retold_entities(request, change, proceed)

    act.__doc__ = doc
    fault(id_, kills=kills, beside=("CTX-JSC-13",), outgoing=True)(act)


def _without_null(entity: Json) -> Json:
    return {n: v for n, v in entity.items() if not (isinstance(v, dict) and _is_null(v))}


def _is_null(attribute: Json) -> bool:
    return "urn:ngsi-ld:null" in attribute.values()


def _each_attribute(change: Callable[[Json], Json]) -> Callable[[Json], Json]:
    def changed(entity: Json) -> Json:
        return {n: change(v) if isinstance(v, dict) else v for n, v in entity.items()}

    return changed


def _without_previous(attribute: Json) -> Json:
    return {k: v for k, v in attribute.items() if not _PREVIOUS.fullmatch(k)}


def _previous_as_new(attribute: Json) -> Json:
    new = {
        "previousValue": "value",
        "previousObject": "object",
        "previousLanguageMap": "languageMap",
    }
    return {k: attribute.get(new[k]) if k in new else v for k, v in attribute.items()}


_entities(
    "ctx-not-deletion-undated",
    ("CTX-NOT-20", "CTX-NOT-21"),
    "A deleted entity is told of without a date of its deletion.",
    lambda e: without(e, "deletedAt"),
)
_entities(
    "ctx-not-deleted-attribute-left-out",
    ("CTX-NOT-20",),
    "An attribute that is deleted is left out of the notification of it.",
    _without_null,
)
_entities(
    "ctx-not-previous-lost",
    ("CTX-NOT-22",),
    "Notifications do not show how a changed attribute was before.",
    _each_attribute(_without_previous),
)
_entities(
    "ctx-not-previous-is-new",
    ("CTX-NOT-22",),
    "As what an attribute was before its new value is shown.",
    _each_attribute(_previous_as_new),
)


_ALL: Final = [
    f"{what}{done}"
    for what in ("entity", "attribute")
    for done in ("Created", "Updated", "Deleted")
]


def _triggers(body: Json, change: Callable[[list[str]], list[str]]) -> Json:
    known = body.get("notificationTrigger")
    return body | {"notificationTrigger": change(known)} if isinstance(known, list) else body


kept(
    "ctx-not-deletions-always-told",
    ("CTX-NOT-20",),
    "Without triggers deletions are notified as well.",
    lambda b: {"notificationTrigger": _ALL, **b},
)
kept(
    "ctx-not-triggers-ignored",
    ("CTX-NOT-20", "CTX-NOT-21"),
    "Whatever triggers are named, those without a name are taken.",
    lambda b: without(b, "notificationTrigger"),
)
kept(
    "ctx-not-every-trigger",
    ("CTX-NOT-21",),
    "Whatever triggers are named, all of them are taken.",
    lambda b: _triggers(b, lambda _: _ALL),
)
kept(
    "ctx-not-updates-of-attributes-alone",
    ("CTX-NOT-21",),
    "The trigger entityUpdated is taken for updates of attributes alone.",
    lambda b: _triggers(
        b, lambda t: ["attributeUpdated" if x == "entityUpdated" else x for x in t]
    ),
)
kept(
    "ctx-not-previous-always",
    ("CTX-NOT-22",),
    "How a changed attribute was before is shown to all.",
    lambda b: (
        with_notification(b, showChanges=True)
        if (b.get("notification") or {}).get("format", "normalized") == "normalized"
        else b
    ),
)
