"""Subscriptions to registrations in the reference broker: who is told of which, and why (5.11)."""

import json
import threading
import time

import pytest

from mimtest.sandbox import ngsild
from mimtest.sandbox.http import Response
from tests.ngsild_asking import LD, Api, kind

WATCHES = "/csourceSubscriptions"
WHERE = "/csourceRegistrations"
SECONDS = 5


class Inbox:
    """Stands for the network: keeps what the broker sends."""

    def __init__(self):
        self.came = []
        self._changed = threading.Condition()

    def send(self, request, seconds):
        assert seconds > 0
        with self._changed:
            self.came.append((time.monotonic(), request))
            self._changed.notify_all()
        return Response(200)

    def wait(self, number):
        with self._changed:
            there = self._changed.wait_for(lambda: len(self.came) >= number, SECONDS)
            assert there, self.came
            return [json.loads(request.body) for _, request in self.came]


@pytest.fixture
def api():
    made = Api()
    made.inbox = Inbox()
    broker = made.platform.services[ngsild.PREFIX]
    broker.connect(made.inbox.send)
    yield made
    broker.close()


def register(api, number, types=("Sensor",), **more):
    sent = {
        "id": f"urn:x:csr:{number}",
        "type": "ContextSourceRegistration",
        "endpoint": "http://127.0.0.1:9/source",
        "information": [{"entities": [{"type": t}]} for t in types],
        **more,
    }
    assert api("POST", WHERE, sent).status == 201
    return f"{WHERE}/{sent['id']}"


def watch(api, number=1, status=201, **more):
    sent = {
        "id": f"urn:x:watch:{number}",
        "type": "Subscription",
        "entities": [{"type": "Sensor"}],
        "notification": {"endpoint": {"uri": "http://127.0.0.1:9/told"}},
        **more,
    }
    answer = api("POST", WATCHES, sent)
    assert answer.status == status, answer.body
    return sent if status == 201 else kind(answer)


def told(message):
    """Why, and about which registrations."""
    return message["triggerReason"], [r["id"].rpartition(":")[2] for r in message["data"]]


def test_what_there_is_is_told_at_first(api):
    register(api, 1, ["Sensor", "Room"])
    register(api, 2, ["Room"])
    watch(api)
    [first] = api.inbox.wait(1)
    assert told(first) == ("newlyMatching", ["1"])
    assert first["type"] == "ContextSourceNotification"
    assert first["subscriptionId"] == "urn:x:watch:1"
    assert first["data"][0]["information"] == [{"entities": [{"type": "Sensor"}]}]


def test_changes_are_told_with_their_reason(api):
    watch(api)
    register(api, 1, ["Room"])
    path = register(api, 2)
    api.change("PATCH", path, {"description": "new"})
    api.change("PATCH", path, {"information": [{"entities": [{"type": "Room"}]}]})
    api.change("PATCH", path, {"information": [{"entities": [{"type": "Sensor"}]}]})
    api.change("DELETE", path)
    assert [told(m) for m in api.inbox.wait(6)] == [
        ("newlyMatching", []),
        ("newlyMatching", ["2"]),
        ("updated", ["2"]),
        ("noLongerMatching", ["2"]),
        ("newlyMatching", ["2"]),
        ("noLongerMatching", ["2"]),
    ]


def test_attributes_times_and_filters_select(api):
    about = {"information": [{"entities": [{"type": "Sensor"}], "propertyNames": ["temp"]}]}
    named = {"watchedAttributes": ["label"], "notification": {
        "attributes": ["tags"], "endpoint": {"uri": "http://127.0.0.1:9/told"}}}  # fmt: skip
    when = {"timerel": "after", "timeAt": "2026-01-01T00:00:00Z"}
    register(api, 1, **about)
    register(api, 2, observationInterval={"startAt": "2026-05-01T00:00:00Z"})
    register(api, 3, registrationName="South", scope="/town")
    expected = {
        "named": (named, ["3"]),
        "watched only": ({"watchedAttributes": ["label"]}, ["1", "3"]),
        "time": ({"temporalQ": when}, ["2"]),
        "filter": ({"csf": 'registrationName=="South"'}, ["3"]),
        "scope": ({"scopeQ": "/town"}, ["3"]),
    }
    for number, (more, found) in enumerate(expected.values(), 1):
        watch(api, number, **more)
        assert told(api.inbox.wait(number)[-1]) == ("newlyMatching", found)


def test_all_is_told_again_after_each_interval(api):
    register(api, 1)
    watch(api, timeInterval=0.2)
    register(api, 2)
    first, second, third = api.inbox.wait(3)[:3]
    assert told(first)[1][0] == "1"
    assert told(second)[1] == told(third)[1] == ["1", "2"]
    times = [at for at, _ in api.inbox.came]
    assert times[2] - times[1] > 0.1


def test_an_update_has_all_told_again(api):
    register(api, 1, ["Room"])
    sent = watch(api)
    path = f"{WATCHES}/{sent['id']}"
    api.change("PATCH", path, {"entities": [{"type": "Room"}]})
    assert told(api.inbox.wait(2)[-1]) == ("newlyMatching", ["1"])
    assert api("GET", path).json()["entities"] == [{"type": "Room"}]


def test_what_is_paused_or_ended_is_silent(api):
    paused = watch(api, 1, isActive=False)
    ended = watch(api, 2)
    api.inbox.wait(1)
    api.change("DELETE", f"{WATCHES}/{ended['id']}")
    register(api, 1)
    watch(api, 3)
    seen = {m["subscriptionId"] for m in api.inbox.wait(2)}
    assert seen == {"urn:x:watch:2", "urn:x:watch:3"}
    assert api("GET", f"{WATCHES}/{paused['id']}").json()["status"] == "paused"


def test_names_are_those_of_the_subscription(api):
    register(api, 1)
    watch(api, notification={"endpoint": {"uri": "http://127.0.0.1:9/told", "accept": LD}})
    [first] = api.inbox.wait(1)
    assert first["@context"]
    assert api.inbox.came[0][1].headers["content-type"] == LD


@pytest.mark.parametrize(
    "wrong",
    [
        {"csf": "("},
        {"temporalQ": {"timerel": "after"}},
        {"temporalQ": "after"},
        {"notification": {}},
        {"entities": []},
    ],
)
def test_what_is_no_subscription_is_refused(api, wrong):
    assert watch(api, status=400, **wrong) == "BadRequestData"
    assert api("GET", WATCHES).json() == []


def test_subscriptions_are_listed_and_found_by_id(api):
    sent = watch(api)
    assert watch(api, status=409) == "AlreadyExists"
    assert [s["id"] for s in api("GET", WATCHES).json()] == [sent["id"]]
    assert kind(api("GET", f"{WATCHES}/urn:x:none")) == "ResourceNotFound"
    assert kind(api("DELETE", f"{WATCHES}/nothing")) == "BadRequestData"
    assert kind(api("GET", f"/subscriptions/{sent['id']}")) == "ResourceNotFound"
