"""Subscriptions are made and kept as they were sent (GS CIM 009 5.2.12 to 5.2.15, 5.2.22, 5.8.1, 6.10.3.1)."""

from datetime import timedelta

import pytest

from mimtest import clock
from mimtest.vocabulary.expect import assert_equal, assert_problem, assert_status, assert_that, same
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, instant, is_uri
from mimtest.vocabulary.ngsild import JSON_LD
from mimtest.vocabulary.ngsild_subscribed import (
    assert_subscribed,
    is_hidden,
    subscription_in,
)
from mimtest.vocabulary.ngsild_subscriptions import stamp
from mimtest.vocabulary.waiting import eventually

pytestmark = pytest.mark.interface("ngsi-ld")

_LONG_AGO = "2001-01-01T00:00:00Z"
_POINT = {"georel": "near;maxDistance==2000", "geometry": "Point", "coordinates": [7.9, 51.6]}


@pytest.fixture
def kept(desk):
    """A subscription of our own, seen to be there."""
    sent = desk.made(description="Räume der Stadt")
    eventually(lambda: assert_subscribed(subscription_in(desk.retrieve(sent["id"])), sent))
    return sent


def _full(desk, kind):
    """A subscription with many members, of one of the kinds there are."""
    since = desk.broker.holds_since
    label, temp = desk.own_name("label"), desk.own_name("temp")
    told = {"attributes": [label, temp], "format": "keyValues"}
    if kind == "changes":
        return desk.draft(
            told, watchedAttributes=[temp], q=f"{temp}>21", throttling=5, description="Räume"
        )
    if kind == "places":
        tomorrow = stamp(clock.now() + timedelta(days=1))
        scopes = {"scopeQ": "/mt/#"} if since("1.5.1") else {}
        return desk.draft(geoQ=_POINT, expiresAt=tomorrow, isActive=True, **scopes)
    return desk.draft(told, timeInterval=3600, description="every hour")


@pytest.mark.check("CTX-SUB-01", clause="GS CIM 009 5.8.1", level="writes", since="1.3.1")
@pytest.mark.parametrize("kind", ["changes", "places", "periods"])
def test_a_subscription_is_made(desk, kind):
    """A subscription is made, and is there with every member that was sent, at its address."""
    sent = _full(desk, kind)
    assert_status(desk.retrieve(sent["id"]), 404, what="an unknown subscription")
    answer = assert_status(desk.create(sent), 201)
    where = answer.location
    assert_that(where, "a subscription has no address", expected="Location", received="none")
    for address in (where, desk.where(sent["id"])):
        eventually(lambda at=address: _assert_at(desk, at, sent))


def _assert_at(desk, address, sent):
    assert_subscribed(subscription_in(desk.broker.get(address)), sent)


@pytest.mark.check(
    "CTX-SUB-02",
    clause="GS CIM 009 5.8.1.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
def test_a_subscription_without_an_id_is_given_one(desk, reading):
    """A subscription without an identifier is given one, which is a URI and leads to it."""
    sent = desk.draft(id=None)
    answer = assert_status(desk.create(sent), 201)
    told = answer.headers.get("Location")
    assert_that(told, "a subscription has no address", expected="Location", received="none")
    reading("A23", "address" if "://" in told else "path")
    received = eventually(lambda: subscription_in(desk.broker.get(answer.location)))
    assert_subscribed(received, sent)
    given = received["id"]
    assert_that(is_uri(given), "an id is no URI", expected="a URI", received=given)
    assert_subscribed(subscription_in(desk.retrieve(given)), sent)


@pytest.mark.check(
    "CTX-SUB-03",
    clause="GS CIM 009 5.8.1.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
def test_a_subscription_is_not_made_twice(desk, kept):
    """A second subscription under the same identifier is refused, and changes nothing."""
    answer = desk.create({**kept, "description": "another one"})
    assert_problem(answer, status=409, kind="AlreadyExists")
    assert_subscribed(subscription_in(desk.retrieve(kept["id"])), kept)


@pytest.mark.check(
    "CTX-SUB-07",
    clause="GS CIM 009 5.8.1.4",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
def test_a_subscription_may_begin_paused(desk):
    """A subscription made as not active is paused; one that says nothing of it, or is active, is not."""
    wanted = {None: "active", True: "active", False: "paused"}
    made = {desk.made(isActive=said)["id"]: status for said, status in wanted.items()}
    for own, status in made.items():
        eventually(lambda i=own, s=status: assert_equal(desk.status(i), s, "the status"))


_TOLD_BY_THE_BROKER = {
    "status": {"status": "paused"},
    "count": {"notification": {"timesSent": 77, "timesFailed": 7}},
    "last": {"notification": {"lastNotification": _LONG_AGO, "lastSuccess": _LONG_AGO}},
}


@pytest.mark.check(
    "CTX-SUB-12",
    clause="GS CIM 009 5.2.12, 5.2.14.2",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
@pytest.mark.parametrize("members", list(_TOLD_BY_THE_BROKER))
def test_what_only_the_broker_tells_is_not_believed(desk, kept, members, reading):
    """A status, counts and times of notifications that a client sends are not taken over."""
    told = _TOLD_BY_THE_BROKER[members]
    sent = desk.draft(**{"notification": {}, **told})
    answer = assert_status(desk.create(sent), 201, 400)
    reading("S01", "ignored" if answer.status == 201 else "refused")
    if answer.status == 400:
        assert_problem(answer, status=400, kind="BadRequestData")
        assert_status(desk.retrieve(sent["id"]), 404, what="the refused subscription")
        return
    received = eventually(lambda: subscription_in(desk.retrieve(sent["id"])))
    assert_subscribed(received, {"entities": sent["entities"]})
    whole = {**received, **received.get("notification", {})}
    for name, value in {**told, **told.get("notification", {})}.items():
        if name != "notification":
            believed = name in whole and _same_or_moment(whole[name], value)
            assert_that(not believed, f"'{name}' is believed", received=value)
    assert_subscribed(subscription_in(desk.retrieve(kept["id"])), kept)


def _same_or_moment(one, other):
    moment = instant(other)
    return instant(one) == moment if moment else same(one, other)


@pytest.mark.check(
    "CTX-SUB-26",
    clause="GS CIM 009 5.2.15, 5.2.22",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
def test_what_is_told_along_with_notifications_is_kept(desk, reading):
    """Pairs of keys and values for the receiver and the notifier are given back; values may be hidden."""
    pairs = {
        "receiverInfo": [
            {"key": "X-Mt-Room", "value": "Sitzungssaal 3"},
            {"key": "Prefer", "value": "body=json"},
        ],
        "notifierInfo": [{"key": "MQTT-Version", "value": "mqtt5.0"}],
    }
    endpoint = {"uri": desk.endpoint, "accept": JSON_LD, **pairs}
    sent = desk.made(notification={"endpoint": endpoint})
    received = eventually(lambda: subscription_in(desk.retrieve(sent["id"])))
    assert_subscribed(received, sent)
    shown = [p.get("value") for p in received["notification"]["endpoint"]["receiverInfo"]]
    reading("S02", "hidden" if any(map(is_hidden, shown)) else "shown")


@pytest.mark.check(
    "CTX-SUB-27",
    clause="GS CIM 009 5.2.33",
    strength="should",
    level="writes",
    since="1.3.1",
    rests_on=("CTX-SUB-01",),
)
@pytest.mark.parametrize("selectors", ["short-name", "iri", "several"])
def test_entities_are_selected_by_names_and_iris(desk, selectors):
    """The types of the entities are given by short names or IRIs, and there may be several selectors."""
    one, other = desk.own_name("MtRoom"), desk.own_name("MtHall")
    entities = {
        "short-name": [{"type": one}],
        "iri": [{"type": f"{DEFAULT_VOCABULARY}{one}"}],
        "several": [
            {"type": one, "id": f"urn:ngsi-ld:{one}:1"},
            {"type": other, "idPattern": ":2"},
        ],
    }[selectors]
    sent = desk.draft(entities=entities)
    assert_status(desk.create(sent), 201)
    eventually(lambda: assert_subscribed(subscription_in(desk.retrieve(sent["id"])), sent))
