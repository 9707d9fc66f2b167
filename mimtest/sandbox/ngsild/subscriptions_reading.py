"""Subscriptions (5.2.12): from JSON to what is watched and how it is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from mimtest.sandbox.ngsild.contexts import Context
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.forms import Form, read_languages
from mimtest.sandbox.ngsild.linked import Join, read_join
from mimtest.sandbox.ngsild.negotiation import GEO_JSON, JSON, LD_JSON
from mimtest.sandbox.ngsild.notifying_changes import DEFAULT_TRIGGERS, TRIGGERS
from mimtest.sandbox.ngsild.notifying_mqtt import require_publishable
from mimtest.sandbox.ngsild.projection import Projection, listed, read_names, read_projection
from mimtest.sandbox.ngsild.selection import Selection, read_selection
from mimtest.sandbox.ngsild.syntax import instant, is_uri
from mimtest.sandbox.ngsild.terms import Terms

_FORMS: Final = {
    "normalized": "normalized",
    "concise": "concise",
    "simplified": "simplified",
    "keyValues": "simplified",
}
_ACCEPTED: Final = (JSON, LD_JSON, GEO_JSON)
#: What the broker says of a notification, and clients do not (5.2.14.2).
_TOLD: Final = frozenset(
    ("status", "timesSent", "timesFailed", "lastNotification", "lastFailure", "lastSuccess")
)
_NOTIFICATION: Final = frozenset((
    "attributes", "pick", "omit", "sysAttrs", "format", "showChanges", "join", "joinLevel",
    "containedBy", "endpoint",
))  # fmt: skip
_MEMBERS: Final = frozenset((
    "id", "type", "subscriptionName", "description", "entities", "notificationTrigger",
    "watchedAttributes", "timeInterval", "q", "geoQ", "csf", "isActive", "notification",
    "expiresAt", "throttling", "temporalQ", "scopeQ", "lang", "datasetId", "splitEntities",
    "localOnly", "jsonldContext", "expandValues", "jsonKeys",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where notifications go. Times are seconds."""

    uri: str
    accept: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    notifier: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None
    cooldown: float = 0.0


@dataclass(frozen=True, slots=True)
class Showing:
    """How a notification shows entities."""

    form: Form
    projection: Projection
    join: Join
    changes: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription that can be acted upon. `document` has its members in the names of `context`.

    `told` is the context of its notifications, `base` where the platform is.
    """

    id: str
    document: Mapping[str, Any]
    context: Context
    told: Context
    base: str
    selection: Selection
    watched: frozenset[str] | None
    triggers: frozenset[str]
    endpoint: Endpoint
    showing: Showing
    expires: datetime | None
    throttling: float
    interval: float
    created: str
    modified: str

    @property
    def status(self) -> str:
        """Whether it is active, paused or expired now."""
        if self.expires is not None and self.expires <= datetime.now(UTC):
            return "expired"
        return "active" if self.document.get("isActive", True) else "paused"


def known_members(document: Mapping[str, Any]) -> dict[str, Any]:
    """The members a client may send; those only the broker says are not believed."""
    kept = {k: v for k, v in document.items() if k in _MEMBERS}
    notification = kept.get("notification")
    if isinstance(notification, dict):
        kept["notification"] = {k: v for k, v in notification.items() if k in _NOTIFICATION}
    return kept


def read_subscription(
    document: Mapping[str, Any], context: Context, told: Context, base: str, now: str
) -> Subscription:
    """The subscription a document says, created now. Raises NgsiError (BadRequestData)."""
    _require_shape(document)
    notification = document["notification"]
    terms = context.terms
    triggers = document.get("notificationTrigger")
    return Subscription(
        id=document["id"],
        document=document,
        context=context,
        told=told,
        base=base,
        selection=read_selection(_query(document), document.get("entities", []), terms),
        watched=read_names(document, "watchedAttributes", terms),
        triggers=DEFAULT_TRIGGERS if triggers is None else _triggers(triggers),
        endpoint=_endpoint(notification.get("endpoint")),
        showing=Showing(
            form=_form(notification, document, told),
            projection=_projection(notification, document, terms),
            join=read_join(notification),
            changes=notification.get("showChanges", False),
        ),
        expires=_expiry(document),
        throttling=_seconds(document, "throttling"),
        interval=_seconds(document, "timeInterval"),
        created=now,
        modified=now,
    )


def _query(document: Mapping[str, Any]) -> dict[str, Any]:
    geo = document.get("geoQ", {})
    _require(isinstance(geo, dict), "geoQ is an object")
    members = ("q", "scopeQ", "expandValues", "jsonKeys")
    return {"geoQ": geo, **{k: document[k] for k in members if k in document}}


def _require_shape(document: Mapping[str, Any]) -> None:
    _require(document.get("type") == "Subscription", "a subscription has the type Subscription")
    _require(is_uri(document.get("id")), "a subscription's id is a URI")
    for name in ("subscriptionName", "description", "csf", "lang"):
        _require(isinstance(document.get(name, ""), str), f"{name} is a text")
    for name in ("isActive", "localOnly", "splitEntities"):
        _require(isinstance(document.get(name, True), bool), f"{name} is true or false")
    _require_subject(document)
    _require_notification(document.get("notification"))


def _require_notification(notification: Any) -> None:
    _require(isinstance(notification, dict), "a subscription has a notification, an object")
    for name in ("sysAttrs", "showChanges"):
        _require(isinstance(notification.get(name, True), bool), f"{name} is true or false")
    both = "attributes" in notification and {"pick", "omit"} & {*notification}
    _require(not both, "attributes go without pick and omit")


def _require_subject(document: Mapping[str, Any]) -> None:
    entities = document.get("entities")
    if entities is not None:
        are_objects = isinstance(entities, list) and all(isinstance(e, dict) for e in entities)
        _require(are_objects and entities, "entities is an array of objects, and not empty")
        typed = all(isinstance(e.get("type"), str) for e in entities)
        _require(typed, "each of the entities has a type")
    watched = document.get("watchedAttributes")
    if watched is not None:
        _require(isinstance(watched, list) and watched, "watchedAttributes is an array of names")
    is_about = entities or watched or document.get("localOnly", False)
    _require(is_about, "a subscription has entities or watchedAttributes")
    if "timeInterval" in document:
        both = {"watchedAttributes", "throttling"} & {*document}
        _require(not both, "timeInterval goes without watchedAttributes and throttling")


def _triggers(value: Any) -> frozenset[str]:
    names = listed(value, "notificationTrigger") if isinstance(value, list) else [""]
    _require({*names} <= {*TRIGGERS}, f"notificationTrigger has some of {', '.join(TRIGGERS)}")
    return frozenset().union(*(TRIGGERS[n] for n in names))


def _projection(
    notification: Mapping[str, Any], document: Mapping[str, Any], terms: Terms
) -> Projection:
    given = {k: notification[k] for k in ("pick", "omit") if k in notification}
    given |= {"attrs": notification["attributes"]} if "attributes" in notification else {}
    given |= {"datasetId": document["datasetId"]} if "datasetId" in document else {}
    projection = read_projection(given, terms)
    both = projection.pick and projection.pick.own & projection.omit.own
    _require(not both, "what is picked is not omitted")
    return projection


def _form(notification: Mapping[str, Any], document: Mapping[str, Any], told: Context) -> Form:
    name = notification.get("format", "normalized")
    _require(isinstance(name, str) and name in _FORMS, f"format is one of {', '.join(_FORMS)}")
    changes = notification.get("showChanges", False) and _FORMS[name] == "simplified"
    _require(not changes, "showChanges does not go with a simplified format")
    stamps = notification.get("sysAttrs", False)
    return Form(told.terms, _FORMS[name], stamps, read_languages(document.get("lang")))


def _endpoint(value: Any) -> Endpoint:
    _require(isinstance(value, dict), "a notification has an endpoint, an object")
    accept = value.get("accept", JSON)
    _require(is_uri(value.get("uri")), "the uri of an endpoint is a URI")
    _require(accept in _ACCEPTED, f"accept is one of {', '.join(_ACCEPTED)}")
    notifier = pairs(value, "notifierInfo")
    require_publishable(value["uri"], notifier)
    return Endpoint(
        uri=value["uri"],
        accept=accept,
        headers=pairs(value, "receiverInfo"),
        notifier=notifier,
        timeout=_seconds(value, "timeout") / 1000 or None,
        cooldown=_seconds(value, "cooldown") / 1000,
    )


def pairs(value: Mapping[str, Any], name: str) -> dict[str, str]:
    """An array of KeyValuePair (5.2.22). Raises NgsiError (BadRequestData)."""
    items = value.get(name, [])
    is_array = isinstance(items, list) and all(isinstance(i, dict) for i in items)
    texts = is_array and all(isinstance(i.get(k), str) for i in items for k in ("key", "value"))
    _require(texts, f"{name} is an array of objects with a key and a value")
    return {i["key"]: i["value"] for i in items}


def _expiry(document: Mapping[str, Any]) -> datetime | None:
    moment = instant(document.get("expiresAt"))
    _require("expiresAt" not in document or moment, "expiresAt is a DateTime with a time zone")
    return moment


def _seconds(value: Mapping[str, Any], name: str) -> float:
    number = value.get(name)
    if number is None:
        return 0.0
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    _require(is_number and number > 0, f"{name} is a number above 0")
    return float(number)


def _require(condition: Any, detail: str) -> None:
    if not condition:
        raise bad_data(detail)
