"""A notification (5.3.1, 5.8.6): what it says of entities and their changes, and in which form."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

from mimtest.sandbox.http import Request, dump
from mimtest.sandbox.ngsild.contexts import Context, Contexts
from mimtest.sandbox.ngsild.features import feature
from mimtest.sandbox.ngsild.forms import Form
from mimtest.sandbox.ngsild.linked import Part, shown_inline
from mimtest.sandbox.ngsild.links import context_header
from mimtest.sandbox.ngsild.model import (
    NULL,
    VALUE_MEMBERS,
    Attribute,
    Attributes,
    Entity,
    Instances,
    instance_of,
)
from mimtest.sandbox.ngsild.negotiation import GEO_JSON, JSON
from mimtest.sandbox.ngsild.notifying_changes import Change, gone, is_same
from mimtest.sandbox.ngsild.notifying_mqtt import is_mqtt, published
from mimtest.sandbox.ngsild.qeval import Find
from mimtest.sandbox.ngsild.subscriptions_reading import Subscription
from mimtest.sandbox.sending import request_to

_NULLS: Final = {
    "LanguageProperty": {"@none": NULL},
    "ListProperty": [NULL],
    "ListRelationship": [NULL],
}


def notification(
    subscription: Subscription, changes: Sequence[Change], now: str, find: Find
) -> dict[str, Any]:
    """What is to be told of the changes."""
    return envelope(subscription.id, _data(subscription, changes, now, find), now)


def envelope(subscription_id: str, data: Any, now: str) -> dict[str, Any]:
    """A Notification with this data."""
    return {
        "id": f"urn:ngsi-ld:Notification:{uuid4()}",
        "type": "Notification",
        "subscriptionId": subscription_id,
        "notifiedAt": now,
        "data": data,
    }


def posted(
    subscription: Subscription, value: dict[str, Any], contexts: Contexts, tenant: str
) -> Request:
    """The request that brings a notification to its endpoint (6.3.8, 7.2)."""
    endpoint, told = subscription.endpoint, subscription.told
    headers = {"Content-Type": endpoint.accept}
    if tenant:
        headers["NGSILD-Tenant"] = tenant
    headers |= endpoint.headers
    if endpoint.accept == JSON or is_linked(subscription):
        headers["Link"] = context_header(contexts.link_target(told, subscription.base))
    else:
        value = in_context(value, told)
    if is_mqtt(endpoint.uri):
        return published(endpoint.uri, endpoint.notifier, headers, value)
    return request_to("POST", endpoint.uri, headers, dump(value))


def is_linked(subscription: Subscription) -> bool:
    """Whether GeoJSON comes with its context linked, as its receiver prefers."""
    headers = {k.lower(): v for k, v in subscription.endpoint.headers.items()}
    preferred = headers.get("prefer", "").replace(" ", "").lower().split(",")
    return subscription.endpoint.accept == GEO_JSON and "body=json" in preferred


def in_context(value: dict[str, Any], told: Context) -> dict[str, Any]:
    """The notification with the context in it; in GeoJSON it is the collection's."""
    if isinstance(value["data"], dict):
        return value | {"data": value["data"] | {"@context": told.in_body}}
    return value | {"@context": told.in_body}


def _data(subscription: Subscription, changes: Iterable[Change], now: str, find: Find) -> Any:
    showing = subscription.showing
    given = [(_told(subscription, c, now), showing.projection) for c in changes]
    deleted = {c.entity.id for c in changes if c.is_deletion}
    parts = showing.join.flat(given, find)
    pairs = [(part, _shown(subscription, part, find)) for part in parts]
    for (entity, _), shown in pairs:
        if entity.id in deleted:
            shown["deletedAt"] = now
    if subscription.endpoint.accept != GEO_JSON:
        return [shown for _, shown in pairs]
    place = showing.form.terms.expand("location")
    features = [feature(part, shown, place) for part, shown in pairs]
    return {"type": "FeatureCollection", "features": features}


def _shown(subscription: Subscription, part: Part, find: Find) -> dict[str, Any]:
    showing = subscription.showing
    seen = {*showing.join.known, part[0].id}
    return shown_inline(showing.form, part, find, showing.join.inline, seen)


def _told(subscription: Subscription, change: Change, now: str) -> Entity:
    """The entity with what the subscription is told of its changes."""
    if change.after is None:
        return replace(change.entity, attributes=_all_gone(subscription, change.entity, now))
    if change.before is None:
        return change.after
    names = dict.fromkeys((*change.after.attributes, *change.before.attributes))
    told = {n: _changed(subscription, n, *change.instances(n), now) for n in names}
    return replace(change.after, attributes={n: i for n, i in told.items() if i})


def _all_gone(subscription: Subscription, entity: Entity, now: str) -> Attributes:
    if not (subscription.showing.changes or "attributeDeleted" in subscription.triggers):
        return {}
    return {
        n: tuple(_tombstone(subscription, i, now) for i in instances)
        for n, instances in entity.attributes.items()
        if _watches(subscription, n)
    }


def _changed(
    subscription: Subscription, name: str, old: Instances, new: Instances, now: str
) -> Instances:
    told = new
    if subscription.showing.changes:
        told = tuple(_with_previous(subscription, i, instance_of(old, i.dataset)) for i in new)
    if "attributeDeleted" not in subscription.triggers:
        return told
    ended = gone(old, new) if _watches(subscription, name) else ()
    return told + tuple(_tombstone(subscription, i, now) for i in ended)


def _watches(subscription: Subscription, name: str) -> bool:
    return subscription.watched is None or name in subscription.watched


def _tombstone(subscription: Subscription, item: Attribute, now: str) -> Attribute:
    """An instance that is no more, with null in the place of its value (4.5.0)."""
    form = subscription.showing.form
    extra = _previous(form, item) if subscription.showing.changes else {}
    extra |= {"deletedAt": now} if form.stamps else {}
    return replace(item, value=_NULLS.get(item.kind, NULL), extra=extra, parts={})


def _with_previous(
    subscription: Subscription, item: Attribute, known: Attribute | None
) -> Attribute:
    if known is None or is_same(known, item):
        return item
    return replace(item, extra={**item.extra, **_previous(subscription.showing.form, known)})


def _previous(form: Form, item: Attribute) -> dict[str, Any]:
    """The member that tells what was there before (5.2.14.1)."""
    member = VALUE_MEMBERS[item.kind]
    return {f"previous{member[0].upper()}{member[1:]}": form.value(item)}
