"""Ways to break what a notification says, and with which headers it comes."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.context.contexts import with_headers
from mimtest.sandbox.faults.context.subscribed import (
    Json,
    dropped,
    made,
    notified,
    otherwise,
    retold,
    retold_entities,
    subscribes,
    without,
)
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

_ALL: Final = ("CTX-NOT-*", "CTX-SUB-*", "CTX-TEN-06", "CTX-ACC-2[12]", "CTX-DIST-31", "CTX-JSC-13")
_MARKS: Final = ("CTX-NOT-01", "CTX-NOT-29")


@fault("ctx-not-none", kills=("CTX-NOT-01", "CTX-ACC-21"), beside=_ALL, outgoing=True)
def _none(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Notifications are not sent."""
    return dropped() if notified(request) else proceed(request)


@fault("ctx-not-other-subscription", kills=("CTX-NOT-01", "CTX-NOT-32"), beside=_ALL, outgoing=True)
def _other_subscription(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification names another subscription."""
    other = {"subscriptionId": "urn:ngsi-ld:Subscription:other"}
    return retold(request, lambda told: told | other, proceed)


@fault("ctx-not-undated", kills=_MARKS, beside=_ALL, outgoing=True)
def _undated(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification does not say when it was sent."""
    return retold(request, lambda told: without(told, "notifiedAt"), proceed)


@fault("ctx-not-local-time", kills=_MARKS, beside=_ALL, outgoing=True)
def _local_time(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification is dated in words."""
    return retold(request, lambda told: told | {"notifiedAt": "just now"}, proceed)


@fault("ctx-not-other-type", kills=("CTX-NOT-01",), beside=_ALL, outgoing=True)
def _other_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification is of the type Update."""
    return retold(request, lambda told: told | {"type": "Update"}, proceed)


@fault("ctx-not-number-as-id", kills=_MARKS, beside=_ALL, outgoing=True)
def _number_as_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The id of a notification is the last part of a URI."""

    def change(told: Json) -> Json:
        return told | {"id": str(told["id"]).rpartition(":")[2]}

    return retold(request, change, proceed)


@fault(
    "ctx-not-entity-without-type", kills=("CTX-NOT-01", "CTX-NOT-02"), beside=_ALL, outgoing=True
)
def _typeless(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The entities in a notification have no type."""
    return retold_entities(request, lambda entity: without(entity, "type"), proceed)


@fault(
    "ctx-not-changes-alone",
    kills=("CTX-NOT-01", "CTX-NOT-02", "CTX-NOT-09", "CTX-NOT-10"),
    beside=_ALL,
    outgoing=True,
)
def _changes_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification leaves out the text of an entity, which has not changed."""
    return retold_entities(request, lambda entity: without(entity, "label"), proceed)


@fault("ctx-not-values-before", kills=("CTX-NOT-01",), beside=_ALL, outgoing=True)
def _before(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A notification shows entities as they were at the notification before."""
    known: dict[Any, Json] = platform.memory.setdefault("told", {})
    about = (notified(request) or {}).get("subscriptionId")

    def change(entity: Json) -> Json:
        old = known.get((about, entity.get("id")), entity | {"temp": without(entity, "temp")})
        known[about, entity.get("id")] = entity
        return old

    return retold_entities(request, change, proceed)


@fault("ctx-not-same-id", kills=("CTX-NOT-29",), beside=_ALL, outgoing=True)
def _same_id(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every notification for a subscription has the same id."""

    def change(told: Json) -> Json:
        return told | {"id": str(told["subscriptionId"]).replace("Subscription", "Notification")}

    return retold(request, change, proceed)


@fault("ctx-not-dates-go-back", kills=("CTX-NOT-29",), outgoing=True)
def _back(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A notification is dated a second before the one before."""
    if notified(request) is None:
        return proceed(request)
    number = platform.memory["notified"] = platform.memory.get("notified", 0) + 1
    moment = datetime.now(UTC) - timedelta(minutes=number)
    told = {"notifiedAt": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}
    return retold(request, lambda old: old | told, proceed)


@fault("ctx-not-only-first", kills=("CTX-NOT-32", "CTX-ACC-21"), beside=_ALL)
def _only_first(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Of subscriptions to the same only the first is notified."""
    known: set[str] = platform.memory.setdefault("subjects", set())

    def change(body: Json) -> Json:
        return body | {"isActive": False} if _subject_of(body) in known else body

    response = otherwise(request, platform, proceed, change)
    body = subscribes(request)
    if body is not None and response.status == 201:  # noqa: PLR2004
        known.add(_subject_of(body))
    return response


def _subject_of(body: Json) -> str:
    """What a subscription is about, as a text."""
    return repr(sorted((k, str(v)) for k, v in body.items() if k not in ("id", "notification")))


@fault("ctx-not-across-tenants", kills=("CTX-TEN-06",), beside=("CTX-TEN-*",))
def _across_tenants(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A subscription is to the entities of every tenant."""
    own = request.headers.get("ngsild-tenant")
    seen: set[str] = platform.memory.setdefault("tenants seen", set())
    if own is not None:
        seen.add(own)
    response = proceed(request)
    if subscribes(request) is not None and own is not None:
        for other in seen - {own}:
            _ = proceed(with_headers(request, ngsild_tenant=other))
    return response


@fault(
    "ctx-not-first-entity-alone",
    kills=("CTX-NOT-14",),
    beside=("CTX-NOT-19", "CTX-NOT-30"),
    outgoing=True,
)
def _first_entity(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A notification has the first of its entities alone."""

    def change(told: Json) -> Json:
        return told | ({"data": told["data"][:1]} if isinstance(told["data"], list) else {})

    return retold(request, change, proceed)


def _of(platform: "Platform", request: Request, name: str) -> bool:
    """Whether a notification is for a subscription that has such a member."""
    return notified(request) is not None and name in made(platform, request)


@fault("ctx-not-attributes-need-entities", kills=("CTX-NOT-08",), outgoing=True)
def _need_entities(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A subscription to an attribute of any entity is never notified."""
    meant = notified(request) is None or _of(platform, request, "entities")
    return proceed(request) if meant else dropped()


@fault("ctx-not-throttled-for-ever", kills=("CTX-NOT-13",), outgoing=True)
def _for_ever(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """A subscription with throttling is notified once."""
    if not _of(platform, request, "throttling"):
        return proceed(request)
    known: set[Any] = platform.memory.setdefault("once", set())
    about = (notified(request) or {}).get("subscriptionId")
    if about in known:
        return dropped()
    known.add(about)
    return proceed(request)
