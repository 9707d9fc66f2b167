"""Subscriptions to context source registrations, and what they are told (GS CIM 009 5.11, 5.3.2, 5.3.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Contradiction
from mimtest.network.client import Answer
from mimtest.network.incoming import Asked
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_same_set,
    assert_status,
    assert_that,
    json_object,
    member,
    objects,
    of_type,
)
from mimtest.vocabulary.jsonld import instant, is_uri
from mimtest.vocabulary.ngsild import JSON, own_id
from mimtest.vocabulary.ngsild_plain import short
from mimtest.vocabulary.ngsild_registrations import SUBSCRIPTIONS, Registration, Registry
from mimtest.vocabulary.receiving import Mailbox, json_in

NEW: Final = "newlyMatching"
UPDATED: Final = "updated"
OVER: Final = "noLongerMatching"
Subscription = dict[str, Any]


def draft(run_id: str, kind: str, url: str, **more: Any) -> Subscription:
    """A subscription to registrations about a type, which nobody has made yet."""
    return {
        "id": own_id("Subscription", run_id),
        "type": "Subscription",
        "entities": [{"type": kind}],
        "notification": {"endpoint": {"uri": url, "accept": JSON}},
        **more,
    }


def subscription_in(answer: Answer) -> Subscription:
    """The subscription that a 200 answer holds. Raises Contradiction."""
    __tracebackhide__ = True
    return json_object(assert_status(answer, 200), "the subscription")


def assert_subscribed(received: Any, sent: Mapping[str, Any]) -> None:
    """The subscription has what was sent, whatever it has besides (A24)."""
    __tracebackhide__ = True
    what = "the subscription"
    for name, value in sent.items():
        held = member(received, name, None, what)
        if name == "entities":
            items = objects(held if isinstance(held, list) else [held], "the entities")
            names = [short(member(i, "type", str, "an item of the entities")) for i in items]
            assert_same_set(names, [e["type"] for e in value], "the types subscribed to")
        elif name == "notification":
            endpoint = member(of_type(held, dict, "notification"), "endpoint", dict, what)
            assert_equal(endpoint.get("uri"), value["endpoint"]["uri"], "the endpoint")
        else:
            assert_equal(held, value, f"'{name}' of {what}")


@dataclass(frozen=True, slots=True)
class RegistryWatch:
    """A subscription of ours to registrations, and the mailbox it delivers to."""

    sent: Subscription
    box: Mailbox

    def hear(self, id: str, reason: str | None = None, number: int = 1, more: float = 0.0) -> Asked:
        """The latest of so many messages about a registration, waited for. Raises Contradiction."""
        __tracebackhide__ = True
        what = f"a notification of {reason or 'any reason'} about {id}"
        return self.box.wait(number, where=lambda a: tells(a, id, reason), what=what, more=more)[-1]

    def assert_untold(self, id: str) -> None:
        """No message so far is about the registration."""
        __tracebackhide__ = True
        wrong = [a for a in self.box.arrived() if tells(a, id)]
        text = wrong[0].body[:500].decode("utf-8", errors="replace") if wrong else ""
        assert_that(not wrong, "a registration is told that does not match", received=text)


def watch(registry: Registry, box: Mailbox, kind: str, **more: Any) -> RegistryWatch:
    """Subscribe to registrations about a type. Raises Contradiction."""
    __tracebackhide__ = True
    sent = draft(registry.client.run_id, kind, box.url, **more)
    answer = registry.create(sent, SUBSCRIPTIONS)
    assert_status(answer, 201, what="subscribing to registrations")
    return RegistryWatch(sent, box)


def tells(asked: Asked, id: str, reason: str | None = None) -> bool:
    """Whether a message is about the registration, for that reason where one is given."""
    try:
        told = json_in(asked)
    except Contradiction:
        return False
    data = told.get("data") if isinstance(told, dict) else None
    items = data if isinstance(data, list) else [data]
    about = any(isinstance(i, dict) and i.get("id") == id for i in items)
    return about and reason in (None, told.get("triggerReason"))


def registration_told(asked: Asked, id: str) -> Registration:
    """The registration of that id in a message. Raises Contradiction."""
    __tracebackhide__ = True
    told = of_type(json_in(asked), dict, "the notification")
    data = objects(member(told, "data", list, "the notification"), "the data")
    found = next((r for r in data if r.get("id") == id), None)
    assert_that(found, "a registration is not told of", expected=id, received=told)
    return found or {}


def assert_csource_notification(asked: Asked, subscription: str) -> None:
    """The message is a notification of registrations, and names the subscription (5.3.2)."""
    __tracebackhide__ = True
    what = "the notification"
    told = of_type(json_in(asked), dict, what)
    own = member(told, "id", str, what)
    assert_that(is_uri(own), "the notification's id is no URI", expected="a URI", received=own)
    kind = member(told, "type", str, what)
    assert_equal(kind, "ContextSourceNotification", "the type of the notification")
    assert_equal(member(told, "subscriptionId", str, what), subscription, "the subscriptionId")
    moment = member(told, "notifiedAt", str, what)
    assert_that(instant(moment), "notifiedAt is no DateTime", received=moment)
