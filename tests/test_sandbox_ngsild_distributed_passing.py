"""What the reference broker passes on besides changes: requests for the past, and subscriptions."""

import time

import pytest

from mimtest.sandbox import ngsild
from mimtest.sandbox.http import Response
from tests.ngsild_asking import BASE
from tests.ngsild_pair import AT, ROOM, Pair

PAST = {"timerel": "after", "timeAt": "2026-01-01T00:00:00Z"}
READS = ("retrieveTemporal", "queryTemporal")
SUBSCRIBING = ("createSubscription", "updateSubscription", "deleteSubscription")
SECONDS = 2.0


@pytest.fixture
def pair():
    made = Pair()
    yield made
    made.broker.platform.close()


def _past(*values):
    instances = [
        {"type": "Property", "value": v, "observedAt": f"2026-01-0{v}T00:00:00Z"} for v in values
    ]
    return {"id": "urn:x:1", "type": "Room", "temp": instances}


def _values(evolution):
    temp = evolution["temp"]
    return sorted(i["value"] for i in (temp if isinstance(temp, list) else [temp]))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("inclusive", [2, 3, 4]),
        ("redirect", [3, 4]),
        ("exclusive", [3, 4]),
    ],
)
def test_the_past_is_joined(pair, mode, expected):
    names = {"propertyNames": ["temp"]} if mode == "exclusive" else {}
    pair.register(mode, READS, **names)
    pair.broker.change("POST", "/temporal/entities", _past(2, 3), 201)
    pair.source.change("POST", "/temporal/entities", _past(3, 4), 201)
    one = pair.broker("GET", "/temporal/entities/urn:x:1", **PAST).json()
    many = pair.broker("GET", "/temporal/entities", type="Room", **PAST).json()
    assert _values(one) == _values(many[0]) == expected


def test_the_past_of_another_time_is_not_asked_for(pair):
    interval = {"startAt": "2025-01-01T00:00:00Z", "endAt": "2025-02-01T00:00:00Z"}
    pair.register("inclusive", READS, more={"observationInterval": interval})
    assert pair.broker("GET", "/temporal/entities", type="Room", **PAST).json() == []
    assert pair.asked == []
    before = {"timerel": "before", "timeAt": "2025-01-15T00:00:00Z"}
    pair.broker("GET", "/temporal/entities", type="Room", **before)
    assert len(pair.asked) == 1


def test_the_own_past_alone(pair):
    pair.register("inclusive", READS)
    pair.source.change("POST", "/temporal/entities", _past(3), 201)
    assert pair.broker("GET", "/temporal/entities/urn:x:1", local="true").status == 404
    assert pair.broker("GET", "/temporal/entities/urn:x:2").status == 404


PAST_CHANGES = {
    "upsertTemporal": ("POST", "/temporal/entities", _past(3), [2, 3]),
    "appendAttrsTemporal": ("POST", "/temporal/entities/urn:x:1/attrs", _past(3), [2, 3]),
    "deleteAttrsTemporal": ("DELETE", "/temporal/entities/urn:x:1/attrs/temp", None, []),
    "deleteTemporal": ("DELETE", "/temporal/entities/urn:x:1", None, None),
}


@pytest.mark.parametrize("mode", ["inclusive", "redirect"])
@pytest.mark.parametrize("name", PAST_CHANGES)
def test_the_past_is_changed_everywhere(pair, name, mode):
    method, path, body, expected = PAST_CHANGES[name]
    interval = {"startAt": "2026-01-01T00:00:00Z"}
    pair.register(mode, [name], more={"observationInterval": interval})
    pair.source.change("POST", "/temporal/entities", _past(2), 201)
    if mode == "inclusive":
        pair.broker.change("POST", "/temporal/entities", _past(2), 201, local="true")
    pair.broker.change(method, path, body)
    held = [pair.source("GET", "/temporal/entities/urn:x:1")]
    if mode == "inclusive":
        held.append(pair.broker("GET", "/temporal/entities/urn:x:1", local="true"))
    for answer in held:
        known = answer.json() if answer.status == 200 else None
        assert (known and _values({"temp": [], **known})) == expected
    assert [r.method for r in pair.asked] == [method]


def test_the_past_is_new_at_a_source(pair):
    interval = {"startAt": "2026-01-01T00:00:00Z"}
    pair.register("redirect", ["upsertTemporal"], more={"observationInterval": interval})
    answer = pair.broker.change("POST", "/temporal/entities", _past(2), 201)
    assert answer.header("Location") == "/ngsi-ld/v1/temporal/entities/urn:x:1"
    assert pair.broker("GET", "/temporal/entities/urn:x:1", local="true").status == 404


def _subscription(**more):
    return {
        "id": "urn:s:1",
        "type": "Subscription",
        "entities": [{"type": "Room"}],
        "notification": {"endpoint": {"uri": "http://127.0.0.1:9/own"}},
        **more,
    }


def _wait(pair, number):
    end = time.monotonic() + SECONDS
    while len(pair.asked) < number and time.monotonic() < end:
        time.sleep(0.01)
    return pair.asked[number - 1]


def test_a_subscription_is_passed_on(pair):
    pair.register("inclusive", SUBSCRIBING)
    pair.broker.change("POST", "/subscriptions", _subscription(q="temp>5"), 201)
    made = _wait(pair, 1)
    copy = pair.bodies()[0]
    assert copy["id"] != "urn:s:1"
    assert copy["entities"] == [{"type": "Room", "id": "urn:x:1"}]
    assert copy["q"] == "temp>5"
    assert copy["notification"]["endpoint"]["uri"].startswith(f"{BASE}/ngsi-ld/v1/")
    assert (made.method, made.path) == ("POST", "/ngsi-ld/v1/subscriptions")
    pair.broker.change("PATCH", "/subscriptions/urn:s:1", {"q": "temp>7"})
    changed = _wait(pair, 2)
    assert (changed.method, pair.bodies()[1]["q"]) == ("PATCH", "temp>7")
    pair.broker.change("DELETE", "/subscriptions/urn:s:1")
    assert (_wait(pair, 3).method, changed.path) == ("DELETE", pair.asked[2].path)


def test_a_subscription_follows_the_registrations(pair):
    pair.broker.change("POST", "/subscriptions", _subscription(), 201)
    where = pair.register("inclusive", SUBSCRIBING).header("Location")
    assert _wait(pair, 1).method == "POST"
    pair.broker.change("DELETE", where.removeprefix("/ngsi-ld/v1"))
    assert _wait(pair, 2).method == "DELETE"


@pytest.mark.parametrize("more", [{"localOnly": True}, {"entities": [{"type": "Sensor"}]}])
def test_a_subscription_that_is_not_for_sources(pair, more):
    pair.register("inclusive", SUBSCRIBING)
    pair.broker.change("POST", "/subscriptions", _subscription(**more), 201)
    pair.broker.change("POST", "/subscriptions", _subscription(id="urn:s:2"), 201)
    _wait(pair, 1)
    pair.broker.change("DELETE", "/subscriptions/urn:s:2")
    _wait(pair, 2)
    assert [r.method for r in pair.asked] == ["POST", "DELETE"]


@pytest.mark.parametrize("split", [True, False])
def test_what_a_source_notifies_is_told(pair, split):
    told = []

    def behave(request):
        if request.path == "/own":
            told.append(request)
            return Response(200)
        return None

    pair.behaviour = behave
    pair.register("inclusive", SUBSCRIBING)
    pair.broker.change("POST", "/entities", ROOM, 201, local="true")
    sent = _subscription(q="label", watchedAttributes=["open"], splitEntities=split)
    pair.broker.change("POST", "/subscriptions", sent, 201)
    _wait(pair, 1)
    remote = pair.bodies()[0]["id"]
    part = {"id": "urn:x:1", "type": "Room", "open": {"type": "Property", "value": True}}
    body = {"type": "Notification", "subscriptionId": remote, "data": [part]}
    path = pair.bodies()[0]["notification"]["endpoint"]["uri"].removeprefix(f"{BASE}/ngsi-ld/v1")
    assert pair.broker("POST", path, {**body, "subscriptionId": "urn:s:1"}).status == 404
    assert pair.broker("POST", path, body).status == 200
    end = time.monotonic() + (SECONDS if split else 0.2)
    while not told and time.monotonic() < end:
        time.sleep(0.01)
    assert bool(told) == split
    assert ("q" in pair.bodies()[0]) == (not split)
    if split:
        assert pair.bodies()[-1]["subscriptionId"] == "urn:s:1"


def test_nothing_is_passed_on_after_the_end(pair):
    pair.broker.platform.services[ngsild.PREFIX].close()
    pair.register("inclusive", SUBSCRIBING)
    pair.broker.change("POST", "/subscriptions", _subscription(), 201)
    pair.broker.change("DELETE", "/subscriptions/urn:s:1")
    assert pair.asked == []
    assert pair.broker("GET", AT).status == 404
