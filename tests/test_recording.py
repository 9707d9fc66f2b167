"""What is kept of an exchange: masked, bounded, and in the shape of report.json."""

import hashlib
import json
import threading

import pytest

from mimtest.network.client import BrokenAnswer
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.target import Level
from tests.servers import always, answer, client_for, json_answer, recorder_for, serve

SECRETS = {"TOKEN": "tok-4711-geheim"}
MARK = "\u2039secret:TOKEN\u203a"


def sha(body):
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def kept(body, **options):
    """What is kept of an answer with this body."""
    recorder = recorder_for(SECRETS, **options)
    return recorder.response(200, (), body, size=len(body), digest=sha(body))


def test_an_exchange_has_the_shape_of_the_report():
    with serve(always(json_answer('{"a": 1}', 201, "X-Own: 1"))) as server:
        with client_for(server.url) as client:
            client.post("/a", json={"b": "ä"}, headers={"X-Mine": "2"})
        (exchange,) = client.recorder.drain()
        assert client.recorder.drain() == []
        elapsed = exchange.elapsed_ms
    assert json.loads(json.dumps(exchange.as_dict())) == {
        "id": "t-0001",
        "check": "CTX-ENT-01",
        "request": {
            "method": "POST",
            "url": f"{server.url}/a",
            "headers": [
                ["Host", f"127.0.0.1:{server.port}"],
                ["User-Agent", dict(exchange.request.headers)["User-Agent"]],
                ["Accept", "*/*"],
                ["Accept-Encoding", "gzip, deflate"],
                ["Content-Type", "application/json"],
                ["X-Mine", "\u2039masked\u203a"],
                ["Content-Length", "10"],
            ],
            "body": '{"b":"ä"}',
            "bodyBytes": 10,
            "bodyDigest": sha('{"b":"ä"}'.encode()),
        },
        "response": {
            "status": 201,
            "headers": [
                ["Content-Length", "8"],
                ["Content-Type", "application/json"],
                ["X-Own", "\u2039masked\u203a"],
            ],
            "body": '{"a": 1}',
            "bodyBytes": 8,
            "bodyDigest": sha(b'{"a": 1}'),
            "truncated": False,
        },
        "error": None,
        "elapsedMs": elapsed,
    }


def test_exchanges_belong_to_the_check_that_runs():
    with serve(always(answer(200))) as server, client_for(server.url) as client:
        recorder = client.recorder
        client.get()
        recorder.start_check("CTX-ENT-02", Level.SAFE)
        client.get()
        recorder.end_check()
        client.get()
        assert [e.check for e in recorder.drain()] == ["CTX-ENT-01", "CTX-ENT-02", None]
        assert recorder.sent == 3


def test_a_long_body_is_cut_and_its_size_and_digest_are_of_the_whole():
    body = b"x" * 100_000
    message = kept(body)
    assert message.body == "x" * 8192
    assert (message.size, message.digest, message.truncated) == (100_000, sha(body), True)
    assert kept(b"abc", body_limit=2).body == "ab"
    assert kept(b"abc", body_limit=3).truncated is False


def test_a_secret_at_the_cut_is_masked_whole():
    for start in range(8170, 8195):
        body = "x" * start + SECRETS["TOKEN"] + "y" * 50
        text = kept(body.encode()).body
        expected = "x" * start + MARK if start < 8192 else "x" * 8192
        assert text.rstrip("y") == expected


def test_a_masked_body_has_the_digest_of_what_is_kept():
    message = kept(b'{"pin": 1, "password": "0815"}')
    assert "0815" not in message.body
    assert message.digest == sha(message.body.encode())
    assert kept(b'{"a": 1}').digest == sha(b'{"a": 1}')


def test_what_is_not_text_has_a_size_and_a_digest_only():
    for body in (bytes(range(256)), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "abc".encode("utf-16")):
        message = kept(body)
        assert (message.body, message.size, message.digest) == (None, len(body), sha(body))
    assert kept(b"").body is None
    assert kept(b"").digest is None


def test_broken_characters_in_text_are_made_safe():
    assert (
        kept(b'{"name": "M\xfcller", "x": "\\ud800"}').body
        == '{"name": "M\ufffdller", "x": "\\ud800"}'
    )
    assert kept(b"some text \x00 with a zero").body == "some text \ufffd with a zero"
    assert kept("bidi \u202e stays".encode()).body == "bidi \u202e stays"
    assert "\ufffd" not in kept(("ä" * 30_000).encode()).body


def test_a_cut_answer_is_kept_as_far_as_it_came():
    data = answer(200, b"half of it", "Content-Type: text/plain", length=99)
    with serve(lambda c: (c.request(), c.send(data))) as server, client_for(server.url) as client:
        with pytest.raises(BrokenAnswer):
            client.get()
        (exchange,) = client.recorder.drain()
    assert exchange.error.kind == "body_cut"
    assert exchange.response.status == 200
    assert exchange.response.body == "half of it"


def test_errors_are_masked_too():
    assert recorder_for(SECRETS).failure("tls", "no tok-4711-geheim").message == f"no {MARK}"


def test_ids_are_unique_over_threads():
    recorder = Recorder(Redactor(), prefix="w1")
    request = recorder.request("GET", "http://a/", (), b"")

    def work():
        for _ in range(200):
            recorder.witness(recorder.add(request, None).id)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({e.id for e in recorder.exchanges}) == 1600 == recorder.sent
    assert len(recorder.observed()) == 1600
    assert recorder.exchanges[0].id == "w1-0001"
