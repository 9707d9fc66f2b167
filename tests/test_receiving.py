"""Where products deliver: what comes is kept, whoever sends it and however, and waited for in time."""

import contextlib
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from mimtest.errors import Contradiction, Inconclusive, Unsettled
from mimtest.network import incoming
from mimtest.network.hosting import MOST_NOTED, host, noting
from mimtest.network.incoming import DROPPED, MOST_BODY, Reply
from mimtest.vocabulary import receiving
from mimtest.vocabulary.ngsild import Broker
from mimtest.vocabulary.ngsild_notices import tells
from mimtest.vocabulary.ngsild_notifications import Notifier, notifier, require_notified
from mimtest.vocabulary.ngsild_subjects import own_subject
from mimtest.vocabulary.receiving import assert_silent, json_in, receiver_for

from .conftest import city
from .servers import always, answer, client_for, serve, silent

SECONDS = 30
SENDER = httpx.Client(timeout=SECONDS, trust_env=False)


@pytest.fixture
def client():
    with client_for("http://127.0.0.1:9/ngsi-ld/v1", notifies=0.3) as opened:
        yield opened


@pytest.fixture
def receiver(client):
    with host(note=noting(client.recorder)) as hosting:
        yield receiver_for(client, hosting)


def post(url: str, body: bytes = b"{}", **headers: str) -> httpx.Response:
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    return SENDER.post(url, content=body, headers=named)


def connect(box, head: str, body: bytes = b"") -> socket.socket:
    """A connection on which a POST to a mailbox was begun."""
    name, port = box.receiver.address.removeprefix("http://").split(":")
    sock = socket.create_connection((name, int(port)), SECONDS)
    sock.sendall(f"POST {box.path} HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode() + body)
    return sock


def status(sock: socket.socket) -> str:
    """The status of the answer; empty without one."""
    with sock, contextlib.suppress(ConnectionError):
        heard = b"".join(iter(lambda: sock.recv(65536), b""))
        return heard.partition(b" ")[2][:3].decode()
    return ""


def bodies(box) -> list[bytes]:
    return [a.body for a in box.arrived()]


def test_each_mailbox_has_what_was_sent_to_it(receiver):
    one, other = receiver.mailbox(), receiver.mailbox()
    assert post(one.url, b'{"a": 1}', X_Said="hello", Content_Type="application/json").is_success
    assert post(f"{other.url}?x=1", b"[]").is_success
    (came,) = one.arrived()
    assert (came.method, json_in(came), came.headers["x-said"]) == ("POST", {"a": 1}, "hello")
    assert [a.query for a in other.arrived()] == ["x=1"]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_mailbox_takes_posts_alone(receiver, method):
    box = receiver.mailbox()
    assert SENDER.request(method, box.url).status_code == 405
    assert box.arrived() == []


def test_what_is_sent_elsewhere_is_not_kept(receiver):
    box = receiver.mailbox()
    for url in (box.url[:-1], f"{box.url}/below", receiver.address, f"{receiver.address}/notify"):
        assert post(url).status_code == 404
    assert box.arrived() == []
    assert receiver.client.recorder.drain() == []


def test_what_comes_is_evidence_of_the_check_that_waits(receiver):
    recorder = receiver.client.recorder
    box = receiver.mailbox()
    recorder.start_check("CTX-ENT-02", receiver.client.level)
    post(box.url, b'{"told": true}')
    (came,) = box.wait()
    (kept,) = recorder.drain()
    assert recorder.observed() == (kept.id,) == (came.exchange,)
    shown = kept.as_dict()
    assert (shown["check"], shown["incoming"]) == ("CTX-ENT-01", True)
    assert (shown["request"]["method"], shown["request"]["body"]) == ("POST", '{"told": true}')
    assert shown["response"]["status"] == 200


def test_evidence_has_an_end_and_what_comes_has_not(receiver):
    box = receiver.mailbox()
    for number in range(MOST_NOTED + 5):
        post(box.url, str(number).encode())
    assert bodies(box) == [str(n).encode() for n in range(MOST_NOTED + 5)]
    assert len(receiver.client.recorder.drain()) == MOST_NOTED


def test_answers_are_as_told(receiver):
    box = receiver.mailbox(Reply(500, b"no"))
    assert (post(box.url).status_code, post(box.url).text) == (500, "no")
    box.answer(Reply(DROPPED))
    with pytest.raises(httpx.RemoteProtocolError):
        post(box.url, b"dropped")
    assert bodies(box) == [b"dropped"]
    box.answer(lambda asked: Reply(204 if asked.body == b"x" else 404))
    assert (post(box.url, b"x").status_code, post(box.url, b"y").status_code) == (204, 404)
    box.answer(Reply(200, hold=3600))
    with connect(box, "Content-Length: 2", b"ok"):
        assert [a.body for a in box.wait()] == [b"ok"]


CHUNKS = b"3\r\n[1,\r\n2;why=not\r\n 2\r\n1\r\n]\r\n0\r\nX-Sum: 7\r\n\r\n"


@pytest.mark.parametrize("pieces", [1, 2, len(CHUNKS)])
def test_a_body_in_chunks_is_put_together(receiver, pieces):
    box = receiver.mailbox()
    sock = connect(box, "Transfer-Encoding: chunked")
    size = -(-len(CHUNKS) // pieces)
    for start in range(0, len(CHUNKS), size):
        sock.sendall(CHUNKS[start : start + size])
        time.sleep(0.001)
    assert status(sock) == "200"
    assert [json_in(a) for a in box.arrived()] == [[1, 2]]


def test_a_body_that_comes_slowly_is_waited_for(receiver):
    box = receiver.mailbox()
    sock = connect(box, "Content-Length: 6\r\nExpect: 100-continue")
    assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    for byte in b"[1, 2]":
        time.sleep(0.02)
        sock.sendall(bytes([byte]))
    assert status(sock) == "200"
    assert bodies(box) == [b"[1, 2]"]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Length: 5", b"abc"),
        ("Transfer-Encoding: chunked", b"3\r\nabc\r\n"),
        ("Transfer-Encoding: chunked", b"3\r\nabc\r\n0\r\n"),
        ("Transfer-Encoding: chunked", b"7"),
    ],
)
def test_a_body_without_an_end_is_not_taken(receiver, monkeypatch, head, body):
    monkeypatch.setattr(incoming, "BODY_SECONDS", 0.2)
    box = receiver.mailbox()
    assert status(connect(box, head, body)) == ""
    left = connect(box, head, body)
    left.close()
    assert post(box.url, b"after").is_success
    assert bodies(box) == [b"after"]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"Content-Length: {MOST_BODY + 1}", b""),
        ("Content-Length: 99999999999999999999", b""),
        ("Transfer-Encoding: chunked", f"{MOST_BODY + 1:x}\r\n".encode()),
        ("Transfer-Encoding: chunked", b"FFFFFFFF\r\n"),
        ("Transfer-Encoding: chunked", b"400\r\n" + b"x" * 1024 + b"\r\nFFFFFF\r\n"),
    ],
)
def test_a_body_that_is_too_large_is_refused(receiver, head, body):
    box = receiver.mailbox()
    assert status(connect(box, head, body)) == "413"
    assert box.arrived() == []


def test_the_largest_body_is_taken(receiver):
    box = receiver.mailbox()
    assert post(box.url, b"x" * MOST_BODY).is_success
    assert [len(b) for b in bodies(box)] == [MOST_BODY]


def test_who_never_ends_to_send_is_cut_off(receiver, monkeypatch):
    """Chunk after chunk, each of a byte."""
    monkeypatch.setattr(incoming, "BODY_SECONDS", 0.5)
    box = receiver.mailbox()
    sock = connect(box, "Transfer-Encoding: chunked")
    with contextlib.suppress(OSError):
        for _ in range(MOST_BODY // 1000 + 2):
            sock.sendall(b"1\r\nx\r\n" * 1000)
    assert status(sock) in ("413", "")
    assert post(box.url, b"after").is_success
    assert bodies(box) == [b"after"]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Length: -1", b""),
        ("Content-Length: two", b"ab"),
        ("Content-Length: \xb2", b"ab"),
        ("Content-Length: 2\r\nContent-Length: 3", b"abc"),
        ("Transfer-Encoding: chunked", b"-1\r\n"),
        ("Transfer-Encoding: chunked", b"g\r\n"),
        ("Transfer-Encoding: chunked", b"\r\n\r\n"),
        ("Transfer-Encoding: chunked", b"100000000\r\n"),
        ("Transfer-Encoding: chunked", b"2\r\nabc\r\n0\r\n\r\n"),
    ],
)
def test_a_body_of_no_known_size_is_refused(receiver, head, body):
    box = receiver.mailbox()
    assert status(connect(box, head, body)) == "400"
    assert box.arrived() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"NaN",
        b'{"a": 1, "a": 2}',
        b"[" * 100_000,
        b"9" * 10_000,
        b'"\\ud800"',
        b"\x00",
        b"<script>alert(1)</script>",
    ],
)
def test_whatever_a_body_says_it_contradicts_at_most(receiver, body):
    box = receiver.mailbox()
    assert post(box.url, body).is_success
    with contextlib.suppress(Contradiction, Unsettled):
        json.dumps(json_in(box.arrived()[0]))
    assert not tells(box.arrived()[0], lambda _: True)
    with pytest.raises(Contradiction) as missing:
        box.wait(where=lambda _: False)
    assert "0, and 1 others" in missing.value.received
    for kept in receiver.client.recorder.drain():
        json.dumps(kept.as_dict())


def test_many_deliver_at_once(receiver):
    boxes = [receiver.mailbox() for _ in range(10)]
    sent = [(boxes[n % 10].url, str(n).encode()) for n in range(300)]
    with ThreadPoolExecutor(50) as senders:
        assert all(r.is_success for r in senders.map(lambda pair: post(*pair), sent))
    for number, box in enumerate(boxes):
        assert sorted(map(int, bodies(box))) == list(range(number, 300, 10))


def test_who_says_nothing_does_not_keep_others_from_delivering(receiver):
    box = receiver.mailbox()
    with contextlib.ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(connect(box, "Content-Length: 10", b"ab"))
        assert post(box.url, b"spoken").is_success
    assert [a.body for a in box.wait(what="what was spoken")] == [b"spoken"]


def after(seconds: float, act) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.start()
    return timer


def test_waiting_ends_when_it_is_there(receiver):
    box = receiver.mailbox()
    later = after(0.1, lambda: post(box.url, b"2"))
    post(box.url, b"1")
    assert [a.body for a in box.wait(where=lambda a: a.body == b"2")] == [b"2"]
    later.join()
    assert len(box.wait(2)) == 2
    assert receiver.experience.slowest > 0


def test_waiting_ends_in_vain(receiver):
    box = receiver.mailbox()
    post(box.url, b"something else")
    with pytest.raises(Contradiction, match="a notification has not come within") as missing:
        box.wait(2)
    assert (missing.value.expected, receiver.experience.in_vain) == ("at least 2", 1)
    assert "something else" in missing.value.received


def test_who_waited_in_vain_still_waits(receiver):
    """However often nothing came: a second is left for what comes, or what the target file says."""
    receiver.experience.in_vain = 1000
    assert receiver.limit == 0.3
    with client_for("http://127.0.0.1:9", notifies=5.0) as client, host() as hosting:
        other = receiver_for(client, hosting)
        assert other.limit == 5.0
        other.experience.in_vain = 1000
        assert other.limit == receiving.SHORTEST_WAIT


def test_nothing_is_missing_before_the_declared_time():
    with client_for("http://127.0.0.1:9", notifies=1.3) as client, host() as hosting:
        receiver = receiver_for(client, hosting)
        receiver.experience.in_vain, receiver.experience.slowest = 1000, 0.01
        box = receiver.mailbox()
        later = after(1.1, lambda: post(box.url, b"late"))
        assert [a.body for a in box.wait()] == [b"late"]
        later.join()
        receiver.experience.slowest, receiver.experience.spare = 0.01, 0.0
        with pytest.raises(Inconclusive, match="budget"):
            box.wait(2)


def test_silence_is_shown_by_a_control(receiver):
    quiet, loud, control = (receiver.mailbox() for _ in range(3))
    with pytest.raises(Inconclusive, match="control_failed"):
        assert_silent([quiet], control)
    post(control.url)
    assert_silent([quiet], control)
    post(loud.url, b"here I am")
    with pytest.raises(Contradiction, match="a word came") as heard:
        assert_silent([quiet, loud], control, "a word")
    assert heard.value.received == "here I am"


def test_what_comes_in_the_quiet_time_breaks_the_silence(receiver):
    loud, control = receiver.mailbox(), receiver.mailbox()
    post(control.url)
    later = after(receiving.SHORTEST_QUIET / 2, lambda: post(loud.url))
    with pytest.raises(Contradiction):
        assert_silent([loud], control)
    later.join()


def test_nobody_delivers_to_who_cannot_be_reached():
    told = pytest.raises(Inconclusive, match=r"no_way_back.*scope\.callback")
    with client_for("https://broker.example/ngsi-ld/v1") as client, host() as hosting, told:
        receiver_for(client, hosting)


UNREACHED = Inconclusive("no_way_back", "it fetches no context")


def test_a_product_that_fetches_nothing_may_notify():
    with city() as base, client_for(f"{base}/ngsi-ld/v1") as client, host() as hosting:
        require_notified(Broker(client), receiver_for(client, hosting), UNREACHED)


@pytest.mark.parametrize("behaviour", [always(answer(200, b"[]")), silent])
def test_a_product_that_does_neither_has_no_way_back(behaviour):
    with (
        serve(behaviour) as server,
        client_for(server.url, timeout=0.5, notifies=0.2, settles=0.1) as client,
        host() as hosting,
        pytest.raises(Inconclusive, match="no_way_back: it fetches no context; "),
    ):
        require_notified(Broker(client), receiver_for(client, hosting), UNREACHED)


def test_a_subscription_may_begin_to_count_later():
    fault = "ctx-variant-subscriptions-count-later"
    with city(fault) as base, client_for(f"{base}/ngsi-ld/v1") as client, host() as hosting:
        seen = notifier(Broker(client), receiver_for(client, hosting))
        subject = own_subject(seen.broker, "MtLater")
        watch = seen.watch(subject)
        value = subject.change()
        assert watch.hear(subject.has("temp", value)).method == "POST"


def test_what_is_delivered_again_counts_once():
    with city() as base, client_for(f"{base}/ngsi-ld/v1") as client, host() as hosting:
        plain = Notifier(Broker(client), receiver_for(client, hosting))
        subject = own_subject(plain.broker, "MtAgain")
        watch = plain.watch(subject)
        subject.change()
        asked = watch.hear(subject.now)
        post(watch.box.url, asked.body)
        assert (len(watch.box.arrived()), len(watch.heard(subject.now))) == (2, 1)
