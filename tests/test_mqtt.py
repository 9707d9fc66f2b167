"""Notifications over MQTT, with a real server: the check, its faults, and what it cannot be run without."""

import json
import re
import socket
import sys
import threading
import time

import pytest

from mimtest.errors import Contradiction
from mimtest.network.opening import open_client
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.sandbox.faults import Fault, all_faults
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.sending import Unsent, request_to, send
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch
from mimtest.target import Interface, Level
from mimtest.vocabulary.mqtt import (
    MOST_BYTES,
    MOST_MESSAGES,
    Published,
    Subscriber,
    server_of,
)
from mimtest.vocabulary.ngsild_mqtt import told_in
from tests.mqtt_server import mqtt_server
from tests.ngsild_asking import Api

CHECK = "CTX-NOT-31"
FAULTS = {f.id: f for f in all_faults() if CHECK in f.kills}
KEYS = "interfaces.context"


@pytest.fixture(scope="module")
def server():
    with mqtt_server() as address:
        yield address


def run(folder, address, *faults):
    """The check against the sandbox with these faults and that MQTT server (None: not named)."""
    target = folder / "mimtest.toml"
    with serve(Platform(faults=faults)) as base:
        text = target_text(base).replace("options = [", 'options = ["mqtt", ')
        named = "" if address is None else f"mqtt = {json.dumps(address)}\n"
        named += "settles = 0.5\n"
        text = re.sub(r"(\[interfaces\.context\]\n)", rf"\1{named}", text)
        target.write_text(text, encoding="utf-8")
        order = Order(target=target, output=folder, suites=("context",), checks=(CHECK,))
        report = launch(order)
    assert not report["assessment"]["impact"]["leftBehind"]
    (found,) = [c for c in report["checks"] if c["id"] == CHECK and c["outcome"] != "not_run"]
    return found, report


def test_the_reference_notifies_over_mqtt(tmp_path, server):
    found, report = run(tmp_path, server)
    assert found["outcome"] == "passed", found
    came = [e for e in report["exchanges"] if e["request"]["method"] == "PUBLISH"]
    assert {"metadata", "body"} in [set(json.loads(e["request"]["body"])) for e in came[-1:]]
    assert {e["id"] for e in came} & set(found["exchanges"])


@pytest.mark.parametrize("name", FAULTS)
def test_who_does_not_is_noticed(tmp_path, server, name):
    assert run(tmp_path, server, FAULTS[name])[0]["outcome"] == "failed"


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


@pytest.mark.parametrize(
    ("address", "code", "word"),
    [
        (None, "precondition_unmet", f"{KEYS}.mqtt"),
        ("mqtt://127.0.0.1:99999", "precondition_unmet", f"{KEYS}.mqtt"),
        (f"mqtt://127.0.0.1:{closed_port()}", "unreachable", "no MQTT server"),
    ],
    ids=["no key", "no port", "nobody"],
)
def test_without_a_server_nothing_is_known(tmp_path, address, code, word):
    found, _ = run(tmp_path, address)
    assert (found["outcome"], found["reason"]["code"]) == ("inconclusive", code)
    assert word in found["reason"]["message"]


def test_without_the_extra_nothing_is_known(tmp_path, server, monkeypatch):
    monkeypatch.setitem(sys.modules, "paho.mqtt.client", None)
    found, _ = run(tmp_path, server)
    assert (found["outcome"], found["reason"]["code"]) == ("inconclusive", "precondition_unmet")
    assert "mimtest[mqtt]" in found["reason"]["message"]


@pytest.mark.parametrize(
    ("field", "outcome", "code"),
    [("", "inconclusive", "no_way_back"), ("mqtt-version", "failed", "contradicted")],
)
def test_who_says_it_cannot_deliver_is_blamed_if_it_can(tmp_path, server, field, outcome, code):
    def act(request, _platform, proceed):
        if request.method == "PUBLISH" and field in {"", *request.headers}:
            raise Unsent("no route")
        return proceed(request)

    lost = Fault("lost", "context", "", "variant", (), act, outgoing=True, incoming=False)
    found, _ = run(tmp_path, server, lost)
    assert (found["outcome"], found["reason"]["code"]) == (outcome, code)


def test_silence_of_a_broken_connection_says_nothing(tmp_path, server, monkeypatch):
    monkeypatch.setattr("mimtest.vocabulary.mqtt.Subscriber.take", cut_at_once(Subscriber.take))
    found, _ = run(tmp_path, server)
    assert (found["outcome"], found["reason"]["code"]) == ("inconclusive", "unreachable")


def cut_at_once(take):
    """Takes the messages of the control, and then loses the connection."""

    def taken(subscriber, message):
        if message.payload == b"mimtest":
            take(subscriber, message)
        else:
            subscriber.cut()

    return taken


def test_a_server_that_does_not_keep_the_qos_shows_none(tmp_path, server, monkeypatch):
    monkeypatch.setattr("mimtest.vocabulary.mqtt._tried", lambda *_: False)
    found, _ = run(tmp_path, server)
    assert (found["outcome"], found["reason"]["code"]) == ("inconclusive", "precondition_unmet")
    assert [c["name"] for c in found["cases"] if c["outcome"] != "passed"] == ["qos"]


@pytest.mark.parametrize(
    ("fields", "level"),
    [({}, 5), ({"MQTT-Version": "mqtt3.1.1"}, 4), ({"MQTT-Version": "mqtt5.0"}, 5)],
)
def test_the_sandbox_speaks_the_version_asked_for(fields, level):
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(64))

        thread = threading.Thread(target=answer)
        thread.start()
        port = listener.getsockname()[1]
        with pytest.raises(Unsent):
            send(request_to("PUBLISH", f"mqtt://127.0.0.1:{port}/a", fields, b"{}"), 0.5)
        thread.join()
    assert heard[0][heard[0].index(b"MQTT") + 4] == level


def test_the_sandbox_publishes_on_this_machine_only():
    with pytest.raises(Unsent, match="loopback"):
        send(request_to("PUBLISH", "mqtt://192.0.2.1/a", {}, b"{}"), 0.5)


@pytest.mark.parametrize(
    "endpoint",
    [
        {"uri": "mqtt://127.0.0.1"},
        {"uri": "mqtt:///topic"},
        {"uri": "mqtt://127.0.0.1:99999/topic"},
        {"uri": "mqtt://127.0.0.1/a", "notifierInfo": [{"key": "MQTT-QoS", "value": "3"}]},
        {"uri": "mqtt://127.0.0.1/a", "notifierInfo": [{"key": "MQTT-Version", "value": "5"}]},
    ],
)
def test_the_sandbox_takes_no_endpoint_it_cannot_publish_to(endpoint):
    body = {
        "type": "Subscription",
        "entities": [{"type": "Room"}],
        "notification": {"endpoint": endpoint},
    }
    assert Api()("POST", "/subscriptions", body).status == 400
    right = {"uri": "mqtt://127.0.0.1/a", "notifierInfo": []}
    twin = body | {"notification": {"endpoint": right}}
    assert Api()("POST", "/subscriptions", twin).status == 201


@pytest.mark.parametrize("status", ["ok", "failed"])
def test_the_sandbox_counts_what_it_publishes(server, status):
    api = Api()
    id_ = "urn:ngsi-ld:Subscription:s"
    address = server if status == "ok" else f"mqtt://127.0.0.1:{closed_port()}"
    told = {"endpoint": {"uri": f"{address}/a/b"}}
    body = {"id": id_, "type": "Subscription", "entities": [{"type": "Room"}]}
    assert api("POST", "/subscriptions", body | {"notification": told}).status == 201
    room = {"id": "urn:a:b", "type": "Room", "temp": {"type": "Property", "value": 1}}
    assert api("POST", "/entities", room).status == 201
    end = time.monotonic() + 5
    while "status" not in (shown := subscription(api, id_)) and time.monotonic() < end:
        time.sleep(0.02)
    assert (shown["status"], shown["timesSent"]) == (status, 1)
    assert shown.get("timesFailed", 0) == (status == "failed")


def subscription(api, id_):
    return api("GET", f"/subscriptions/{id_}").json()["notification"]


class Message:
    qos = 0

    def __init__(self, topic, payload):
        self.topic, self.payload = topic, payload


@pytest.fixture
def subscriber():
    """A subscriber whose server is never asked."""
    interface = Interface(
        name="context", kind="ngsi-ld", url="http://127.0.0.1/v1", mqtt="mqtt://[::1]"
    )
    recorder = Recorder(Redactor())
    with open_client(
        interface,
        origins=["http://127.0.0.1:80"],
        secrets={},
        level=Level.WRITES,
        run_id="r",
        recorder=recorder,
    ) as client:
        yield Subscriber(client, server_of(interface))


def test_a_port_need_not_be_named(subscriber):
    assert subscriber.topic().url.startswith("mqtt://[::1]:1883/mimtest/")


def test_a_server_is_not_believed_without_limits(subscriber):
    topic = subscriber.topic()
    subscriber.take(Message(f"{topic.name}/other", b"nobody asked"))
    subscriber.take(Message(topic.name, b"x" * (MOST_BYTES + 1)))
    assert topic.wait(1, 0) == []
    for _ in range(MOST_MESSAGES + 1):
        subscriber.take(Message(topic.name, b"x"))
    assert len(topic.wait(1, 0)) == MOST_MESSAGES == len(subscriber.client.recorder.exchanges)


@pytest.mark.parametrize(
    "text",
    [b"", b"no JSON", b"[]", b'{"body": {}}', b'{"metadata": {}}', b'{"metadata": [], "body": {}}'],
)
def test_a_message_that_is_none_is_a_contradiction(text):
    with pytest.raises(Contradiction):
        told_in(Published("a", text, 0, 0.0, ""))


def test_metadata_are_read_as_the_fields_of_a_request():
    text = b'{"metadata": {"Content-Type": "application/json", "n": 1}, "body": {"a": 1}}'
    told = told_in(Published("a", text, 1, 0.0, ""))
    assert told.asked.headers == {"content-type": "application/json", "n": "1"}
    assert (json.loads(told.asked.body), told.qos) == ({"a": 1}, 1)
