"""Recorded answers played again: made-up words, masked secrets, bytes that are no text."""

import base64
import hashlib

import httpx
import pytest

from mimtest.errors import Unanswered
from mimtest.network.recording import WHOLE, Recorder
from mimtest.network.redaction import Redactor
from mimtest.network.replaying import (
    BY_MASK,
    MISSED,
    OF_THE_RECORD,
    ReplayingTransport,
    lacks,
)
from mimtest.network.tape import Tape
from mimtest.privacy import redact
from mimtest.verification.evidence import gaps
from tests.rendering_samples import rich

BYTES = bytes(range(256)) * 4
URL = "https://city.example/things"


def exchange(n, body, *, url=URL, sent=None, headers=(), answered=(), **more):
    text = body if isinstance(body, str) else None
    raw = body.encode() if isinstance(body, str) else body
    kept = {} if text is not None else {"bodyBase64": base64.b64encode(raw).decode()}
    return {
        "id": f"m-{n:04}",
        "check": "CTX-ENT-01",
        "request": {"method": more.get("method", "GET"), "url": url, "headers": list(headers), "body": sent, "bodyBytes": 0, "bodyDigest": None},
        "response": {"status": 200, "headers": list(answered), "body": text, "bodyBytes": len(raw), "bodyDigest": f"sha256:{hashlib.sha256(raw).hexdigest()}", "truncated": False, **kept},
        "error": None,
        "elapsedMs": 1,
    }  # fmt: skip


def played(*exchanges):
    recorder = Recorder(Redactor(), prefix="m")
    tape = Tape(exchanges, recorder, "0")
    recorder.check_id = "CTX-ENT-01"
    return httpx.Client(transport=ReplayingTransport(recorder, tape)), tape


def test_bytes_come_back_as_they_were():
    client, tape = played(exchange(1, BYTES))
    assert client.get(URL).content == BYTES
    assert not tape.partly


def test_a_word_stands_where_a_token_was_masked_and_can_be_shown_again():
    client, tape = played(
        exchange(1, '{"access_token": "\u2039secret:access_token\u203a"}'),
        exchange(2, "in", headers=[["Authorization", "Bearer \u2039secret:access_token\u203a"]]),
    )
    token = client.get(URL).json()["access_token"]
    assert token.isascii()
    assert client.get(URL, headers={"Authorization": f"Bearer {token}"}).text == "in"
    assert "something in an answer was masked" in tape.partly["CTX-ENT-01"]
    assert tape.left_out == {}


@pytest.mark.parametrize(("old", "new"), [
    ("a1b2c3d4e5", "0f0f0f0f0f"), ("63240ACFFDE18B", "0B0B0B0B0B0B0B"),
])  # fmt: skip
def test_words_that_were_made_up_stand_for_each_other(old, new):
    client, _ = played(exchange(1, f'["{old}"]', url=f"{URL}?id=MT{old}"))
    assert client.get(f"{URL}?id=MT{new}").json() == [new]


def test_a_trace_in_a_log_is_the_one_of_now():
    old, new = (f"00-{c * 32}-{c * 16}-01" for c in "ab")
    client, _ = played(exchange(1, old, headers=[["traceparent", old]]))
    assert client.get(URL, headers={"traceparent": new}).text == new


def test_a_long_body_that_was_kept_whole_is_found_by_its_beginning():
    client, _ = played(exchange(1, "made", method="POST", sent="lorem " * 3000))
    assert client.post(URL, content="lorem " * 3000).text == "made"


def test_what_is_not_in_the_record_is_said_to_be_missing():
    client, tape = played(exchange(1, "x"))
    with pytest.raises(Unanswered):
        client.get(f"{URL}/other")
    assert list(tape.left_out["CTX-ENT-01"]) == [MISSED]


def test_every_reason_that_can_be_made_up_is_known_as_such():
    sent = exchange(1, "x", headers=[["Authorization", "\u2039masked\u203a"]])
    assert lacks(sent) == (BY_MASK,)
    masked, cut, bytes_gone = (exchange(1, b) for b in ("\u2039masked\u203a", "x", "x"))
    cut["response"]["truncated"] = True
    bytes_gone["response"].update(body=None, bodyBytes=9)
    told = {why for x in (masked, cut, bytes_gone) for why in lacks(x)}
    assert len(told) == 3
    assert told | {BY_MASK, MISSED} < OF_THE_RECORD


def kept(body, *, limit, secret="nothing-of-it"):
    recorder = Recorder(Redactor({"KEY": secret}), body_limit=limit)
    return recorder.response(200, (), body, size=len(body), digest="sha256:x").as_dict()


def test_bytes_are_kept_where_whole_answers_are_asked_for_unless_they_hold_a_secret():
    assert base64.b64decode(kept(BYTES, limit=WHOLE)["bodyBase64"]) == BYTES
    assert not kept(BYTES, limit=WHOLE)["truncated"]
    assert "bodyBase64" not in kept(BYTES, limit=8192)
    held = BYTES + b"this-is-the-secret-token" + BYTES
    assert "bodyBase64" not in kept(held, limit=WHOLE, secret="this-is-the-secret-token")
    assert "bodyBase64" not in kept(b"text", limit=WHOLE)


def test_bytes_are_checked_and_are_never_published():
    report = rich()
    report["exchanges"][0]["response"] = exchange(1, BYTES)["response"]
    assert not [g for g in gaps(report) if "digest" in g and report["exchanges"][0]["id"] in g]
    report["exchanges"][0]["response"]["bodyBase64"] = base64.b64encode(b"other").decode()
    assert [g for g in gaps(report) if "another digest or size" in g]
    for level in ("excerpt", "ids"):
        answer = redact(report, level)["exchanges"][0]["response"]
        assert "bodyBase64" not in answer
        assert answer["truncated"]
