"""A subscription is passed on to the sources of what is subscribed (GS CIM 009 5.8.1, 5.8.2, 5.8.5, 5.8.6)."""

import json
import time
from dataclasses import dataclass
from typing import Any

import pytest

from mimtest.errors import Inconclusive
from mimtest.network.client import OutOfScope
from mimtest.vocabulary.expect import assert_equal, assert_status, assert_that, member
from mimtest.vocabulary.ngsild import JSON, JSON_LD, own_id, own_name
from mimtest.vocabulary.ngsild_filter import Condition, conditions_of, read_filter
from mimtest.vocabulary.ngsild_notices import entities_told, notification_in
from mimtest.vocabulary.ngsild_registrations import about
from mimtest.vocabulary.ngsild_source import assert_not_asked, only
from mimtest.vocabulary.ngsild_spread import spreading
from mimtest.vocabulary.ngsild_subscriptions import Desk

pytestmark = pytest.mark.interface("ngsi-ld")

#: More than this an attribute has to be, to be told of.
LOW = 5
OFFERED = ["createSubscription", "updateSubscription", "deleteSubscription"]


@dataclass(frozen=True)
class Passed:
    """A subscription of our own, to a type of which a source has entities, and where it delivers.

    Its attribute is named by no subscription of others, which may be passed on to the source as well.
    """

    desk: Any
    box: Any
    source: Any
    kind: str
    attribute: str
    sent: dict[str, Any]

    def wait(self, *operations, where=lambda _: True):
        """What the source is asked by these operations, waited for as long as notifying may take."""
        receiver = self.box.receiver
        until = time.monotonic() + receiver.declared

        def fitting():
            return [a for a in self.source.asked(*operations) if where(a)]

        receiver.hosting.wait(self.source.path, lambda _: bool(fitting()), until)
        return fitting()

    def copies(self, attribute=None):
        """The copies that the source got of the subscription to an attribute of ours."""
        name = (attribute or self.attribute).encode()
        return self.wait("createSubscription", where=lambda a: name in a.asked.body)

    def remotes(self):
        """The identifiers that the subscription has at the source."""
        held = self.source.held.subscriptions.items()
        return [own for own, copy in held if self.attribute in json.dumps(copy)]

    def assert_told_elsewhere(self, document):
        """The copy is to be delivered to the broker, and not to the subscriber."""
        endpoint = member(member(document, "notification", dict), "endpoint", dict)
        uri = member(endpoint, "uri", str)
        own = uri.startswith(self.box.receiver.address)
        assert_that(not own, "the source is to notify the subscriber", expected="the broker")
        return endpoint


@pytest.fixture
def make(keeping, hosting, receiver, run_id):
    """Registers sources of ours, while the check lasts."""
    with spreading(keeping, hosting, receiver, run_id) as made:
        yield made


@pytest.fixture
def alone(run_id):
    """The attribute that the subscription for the broker alone is about."""
    return own_name("mtLabel", run_id)


@pytest.fixture
def watched(make, receiver, run_id, alone):
    """A source of entities of a type, and a subscription to these that is for the broker alone."""
    kind, attribute = own_name("MtSpread", run_id), own_name("mtLevel", run_id)
    source, _ = make.register([about(kind)], "inclusive", OFFERED)
    make.settle(source, type=kind)
    box = receiver.mailbox()
    desk = Desk(make.broker, box.url)
    desk.made(**_members(kind, alone), localOnly=True)
    sent = desk.draft(**_members(kind, attribute), q=f"{attribute}>{LOW}")
    return Passed(desk, box, source, kind, attribute, sent)


def _members(kind, attribute):
    return {"entities": [{"type": kind}], "watchedAttributes": [attribute]}


@pytest.mark.check(
    "CTX-DIST-31",
    clause="GS CIM 009 5.8.1.4, 5.8.6",
    level="writes",
    since="1.6.1",
    option="distributed-subscriptions",
    rests_on=("CTX-DIST-01", "CTX-SUB-01", "CTX-NOT-01"),
)
def test_a_subscription_is_passed_on(watched, notifying, alone):
    """A source gets a copy that tells the broker, which tells the subscriber; one for the broker alone it does not."""
    assert_status(watched.desk.create(watched.sent), 201)
    asked = only(watched.copies(), "the source, for what is subscribed,")
    endpoint = watched.assert_told_elsewhere(asked.body)
    selected = {t for e in _listed(asked.body, "entities") for t in _types(asked, e)}
    assert_equal(sorted(selected), [watched.kind], "the types of the copy")
    assert_equal(_watched(asked), [watched.attribute], "what the copy watches")
    _assert_filtered(asked, watched.attribute)
    entity = {
        "id": own_id("Spread", watched.desk.broker.client.run_id),
        "type": watched.kind,
        watched.attribute: {"type": "Property", "value": LOW + 4},
    }
    time.sleep(notifying.lag)
    _notify(watched, endpoint, entity)
    came = watched.box.wait(where=lambda m: _tells(m, entity["id"]), what="what the source told")
    told = member(notification_in(came[0]), "subscriptionId", str, "the notification")
    assert_equal(told, watched.sent["id"], "the subscription of the notification")
    assert_equal(len(watched.copies()), 1, "the number of copies that were passed on")
    kept = [a for a in watched.source.asked("createSubscription") if alone.encode() in a.asked.body]
    assert_not_asked(kept, "for what is for the broker alone")


def _watched(copy):
    names = member(copy.body, "watchedAttributes", list, "the copy")
    return [copy.names.short(str(n)) for n in names]


def _assert_filtered(copy, attribute):
    """The copy has the condition of the subscription, as far as it can be read."""
    found = read_filter(member(copy.body, "q", str, "the copy"), copy.names)
    wanted = Condition(attribute, ">", LOW)
    is_kept = found is None or wanted in conditions_of(found)
    assert_that(is_kept, "the condition differs", expected=str(wanted), received=copy.body["q"])


def _listed(body, name):
    given = member(body, name, None, "the copy")
    return [e for e in (given if isinstance(given, list) else [given]) if isinstance(e, dict)]


def _types(asked, selector):
    given = selector.get("type")
    return [asked.names.short(t) for t in (given if isinstance(given, list) else [str(given)])]


def _tells(message, id):
    return any(e.get("id") == id for e in entities_told(message))


def _notify(watched, endpoint, entity):
    """Tell of an entity as the source that was subscribed to does."""
    remote = next(iter(watched.remotes()), None)
    body = {
        "id": own_id("Notification", watched.desk.broker.client.run_id),
        "type": "Notification",
        "subscriptionId": remote,
        "notifiedAt": "2026-03-14T13:00:00Z",
        "data": [entity],
    }
    kind = JSON_LD if endpoint.get("accept") == JSON_LD else JSON
    given = endpoint.get("receiverInfo")
    pairs = [p for p in given if isinstance(p, dict)] if isinstance(given, list) else []
    headers = {str(p.get("key")): str(p.get("value")) for p in pairs} | {"Content-Type": kind}
    sent = body if kind == JSON else {**body, "@context": [watched.source.core]}
    try:
        answer = watched.desk.broker.client.post(endpoint["uri"], json=sent, headers=headers)
    except OutOfScope as outside:
        raise Inconclusive("out_of_scope", f"where sources are to notify: {outside}") from None
    assert_that(answer.ok, "the notification of a source is refused", received=answer.status)


@pytest.fixture
def passed(watched):
    """A subscription that a source has a copy of."""
    assert_status(watched.desk.create(watched.sent), 201, what="making a subscription")
    only(watched.copies(), "the source, for what is subscribed,")
    return watched


@pytest.mark.check(
    "CTX-DIST-32",
    clause="GS CIM 009 5.8.2.4, 5.8.5.4",
    level="writes",
    since="1.6.1",
    option="distributed-subscriptions",
    rests_on=("CTX-DIST-31",),
)
@pytest.mark.parametrize("way", ["update", "delete"])
def test_what_becomes_of_a_subscription_is_passed_on(passed, way):
    """A change of a subscription that was passed on reaches the source, and so does its end."""
    remotes = passed.remotes()
    if way == "delete":
        assert_status(passed.desk.send("DELETE", passed.sent["id"]), 204)
        asked = passed.wait("deleteSubscription", where=lambda a: a.target in remotes)
        ended = [only(asked, "the source, for the end of its copy,").target]
        assert_equal(ended, remotes, "the subscription that the source is to end")
        return
    other = own_name("mtDepth", passed.desk.broker.client.run_id)
    change = {"watchedAttributes": [other]}
    assert_status(passed.desk.send("PATCH", passed.sent["id"], change), 204)
    changes = ("updateSubscription", "deleteSubscription")
    asked = passed.wait(*changes, where=lambda a: a.target in remotes)
    if not asked:
        raise Inconclusive("open_point", "the broker does not pass the change of a subscription on")
    if asked[0].operation == "deleteSubscription":
        asked = passed.copies(other)
    copy = only(asked, "the source, for a copy in place of the old one,")
    assert_equal(_watched(copy), [other], "what the source is to watch")
    if "notification" in copy.body:
        passed.assert_told_elsewhere(copy.body)
