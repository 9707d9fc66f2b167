"""Operations on subscriptions (5.8.1 to 5.8.5, 6.10, 6.11)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

from mimtest.sandbox.http import Response
from mimtest.sandbox.ngsild.call import Call, done
from mimtest.sandbox.ngsild.contexts import Context
from mimtest.sandbox.ngsild.errors import bad_data
from mimtest.sandbox.ngsild.model import NULL
from mimtest.sandbox.ngsild.negotiation import JSON, LD_JSON
from mimtest.sandbox.ngsild.notifying import Notifier
from mimtest.sandbox.ngsild.pages import NAMES, PREFIX, read_page, with_headers
from mimtest.sandbox.ngsild.router import Operation, Routes
from mimtest.sandbox.ngsild.subscriptions_names import renamed, translating
from mimtest.sandbox.ngsild.subscriptions_reading import (
    Subscription,
    known_members,
    read_subscription,
)
from mimtest.sandbox.ngsild.syntax import is_uri
from mimtest.sandbox.ngsild.values import has_null


def create_subscription(call: Call) -> Response:
    """A new subscription (5.8.1)."""
    subscription = read_new(call)
    call.tenant.subscriptions.add(subscription)
    return created(subscription, "subscriptions")


def retrieve_subscription(call: Call) -> Response:
    """One subscription by its id (5.8.3)."""
    return one(call, call.tenant.subscriptions.get)


def query_subscriptions(call: Call) -> Response:
    """All subscriptions (5.8.4)."""
    return several(call, call.tenant.subscriptions.all)


def update_subscription(call: Call) -> Response:
    """Members of a subscription give way to others; null removes one (5.8.2, 5.5.8)."""
    notifier = call.tenant.subscriptions.get(subscription_id(call))
    notifier.change(read_change(call, notifier.subscription))
    return done()


def delete_subscription(call: Call) -> Response:
    """A subscription ends (5.8.5)."""
    call.tenant.subscriptions.remove(subscription_id(call))
    return done()


def read_new(call: Call) -> Subscription:
    """The subscription in the body. Raises NgsiError."""
    data = _object(call.payload())
    members = known_members(data)
    members.setdefault("id", f"urn:ngsi-ld:Subscription:{uuid4()}")
    subscription = _read(call, members, call.context)
    _require_future(subscription, data)
    return subscription


def created(subscription: Subscription, path: str) -> Response:
    """201 with the address of the subscription."""
    place = f"{PREFIX}/{path}/{quote(subscription.id, safe=':')}"
    return Response(201, (("Location", place),))


def one(call: Call, get: Callable[[str], Notifier[Any]]) -> Response:
    """The subscription of the id in the path. Raises NgsiError."""
    media_type = call.media_type(JSON, LD_JSON)
    return call.answer(_shown(call, get(subscription_id(call))), media_type)


def several(call: Call, get: Callable[[], Sequence[Notifier[Any]]]) -> Response:
    """A page of subscriptions. Raises NgsiError."""
    media_type, page = call.media_type(JSON, LD_JSON), read_page(call)
    found = get()
    shown = [_shown(call, n) for n in page.of(found)]
    headers = page.headers(call, len(found), media_type)
    return with_headers(call.answer(shown, media_type), headers)


def read_change(call: Call, old: Subscription) -> Subscription:
    """The subscription with the members in the body. Raises NgsiError."""
    data = _object(call.payload())
    part = known_members(data)
    if part.pop("id", old.id) != old.id or part.pop("type", "Subscription") != "Subscription":
        msg = "the id and type of a subscription stay as they are"
        raise bad_data(msg)
    part = renamed(part, translating(call.context.terms, old.context.terms))
    members = {k: v for k, v in {**old.document, **part}.items() if v != NULL}
    subscription = _read(call, members, old.context)
    _require_future(subscription, part)
    return replace(subscription, created=old.created)


def subscription_id(call: Call) -> str:
    """The id in the path. Raises NgsiError (BadRequestData) when it is no URI."""
    if not is_uri(call.parts[0]):
        msg = "a subscription's id is a URI"
        raise bad_data(msg)
    return call.parts[0]


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or has_null(value):
        msg = "a subscription is a JSON object, without JSON's null"
        raise bad_data(msg)
    return value


def _read(call: Call, members: Mapping[str, Any], context: Context) -> Subscription:
    url = members.get("jsonldContext")
    if url is not None and not is_uri(url):
        msg = "jsonldContext is the address of a context"
        raise bad_data(msg)
    base = call.request.base
    told = context if url is None else call.contexts.resolve(url, base)
    return read_subscription(members, context, told, base, call.clock.now())


def _require_future(subscription: Subscription, sent: Mapping[str, Any]) -> None:
    end = subscription.expires
    if "expiresAt" in sent and end is not None and end <= datetime.now(UTC):
        msg = "expiresAt is in the past"
        raise bad_data(msg)


def _shown(call: Call, notifier: Notifier[Any]) -> dict[str, Any]:
    """The subscription in the names of the call, with what the broker says of it."""
    subscription = notifier.subscription
    rename = translating(subscription.context.terms, call.context.terms)
    shown = renamed(subscription.document, rename)
    shown["notification"] = shown["notification"] | notifier.record.members()
    if call.options(("sysAttrs",)):
        shown |= {"createdAt": subscription.created, "modifiedAt": subscription.modified}
    return shown | {"status": subscription.status}


QUERY_PARAMS: Final = frozenset(("options", "limit", "offset", "count", NAMES))

ROUTES: Final[Routes] = {
    ("subscriptions",): {
        "GET": Operation(query_subscriptions, QUERY_PARAMS),
        "POST": Operation(create_subscription, starts_tenant=True),
    },
    ("subscriptions", "*"): {
        "GET": Operation(retrieve_subscription, frozenset(("options",))),
        "PATCH": Operation(update_subscription),
        "DELETE": Operation(delete_subscription),
    },
}
