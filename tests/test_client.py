"""The client against servers that answer well, badly or not at all."""

import gzip
import itertools
import threading
import time
import zlib

import pytest

from mimtest.errors import Contradiction, Inconclusive, MimtestError, UsageError
from mimtest.network.client import (
    BrokenAnswer,
    LevelExceeded,
    OutOfScope,
    RateLimited,
    Refused,
    TlsFailed,
    Unanswered,
    Unreachable,
)
from mimtest.network.pacing import PASSIVE_BUDGET
from mimtest.network.transport import shared_context
from mimtest.target import Auth, Level, Secret
from tests.certificates import Authority
from tests.servers import (
    always,
    answer,
    client_for,
    closed_port,
    drips,
    echo,
    endless,
    in_turn,
    json_answer,
    recorder_for,
    resets,
    responds,
    says,
    serve,
    silent,
)

SECRETS = {"BROKER_TOKEN": "tok-4711-geheim"}
BEARER = Auth("bearer", token=Secret("BROKER_TOKEN"))


def problem_of(client, path="", **options):
    """What a GET raises instead of an answer."""
    with pytest.raises(Unanswered) as caught:
        client.get(path, **options)
    return caught.value


# Asking


def test_a_request_says_who_asks_and_for_what():
    with serve(always(json_answer("[]"))) as server, client_for(server.url + "/v1") as client:
        client.get("/entities", params={"type": "A B", "count": True, "q": "a==1"})
        client.get("", params=[("attrs", "a,b"), ("attrs", "c")])
        client.get("?x=1", params={"y": "ü"})
        client.get("types/")
        asked = server.requests
    assert [a.target for a in asked] == [
        "/v1/entities?type=A%20B&count=true&q=a%3D%3D1",
        "/v1?attrs=a,b&attrs=c",
        "/v1?x=1&y=%C3%BC",
        "/v1/types/",
    ]
    assert asked[0].headers["user-agent"].startswith("mimtest/")
    assert asked[0].headers["user-agent"].endswith(" (+run run1)")
    assert server.connections == 1


def test_json_goes_out_as_json_unless_the_check_says_otherwise():
    with serve(always(answer(201))) as server, client_for(server.url) as client:
        client.post("/a", json={"ü": 1})
        client.post("/a", json={}, headers={"content-type": "application/ld+json"})
        client.patch("/a", content="a=b")
        first, second, third = server.requests
    assert first.body == '{"ü":1}'.encode()
    assert first.headers["content-type"] == "application/json"
    assert second.headers["content-type"] == "application/ld+json"
    assert "content-type" not in third.headers


def test_reading_an_answer_makes_it_a_witness_and_nothing_else_does():
    with serve(always(json_answer('{"a": 1}'))) as server, client_for(server.url) as client:
        read, unread = client.get(), client.get()
        assert (unread.id, unread.url, unread.elapsed_ms >= 0) == ("t-0002", server.url, True)
        assert client.recorder.observed() == ()
        assert read.json() == {"a": 1}
        assert client.recorder.observed() == (read.id,)
        client.recorder.start_check("CTX-ENT-02", Level.SAFE)
        assert client.recorder.observed() == ()


@pytest.mark.parametrize(
    ("charset", "body", "told"),
    [
        ("", "ä€".encode(), "ä€"),
        ("utf-8", "ä€".encode(), "ä€"),
        ("windows-1252", "ä€".encode("cp1252"), "ä€"),
        ('"ISO-8859-15"; x=y', "ä€".encode("iso-8859-15"), "ä€"),
        ("utf-16", "ä€".encode("utf-16"), "ä€"),
        ("Shift_JIS", "街".encode("shift_jis"), "街"),
        ("windows-9999", b"a\xe4", "a\ufffd"),
        ("rot13", b"abc", "abc"),
        ("punycode", b"abc", "abc"),
    ],
)
def test_a_text_is_read_in_its_charset(charset, body, told):
    kind = f"Content-Type: text/html; charset={charset}" if charset else "Content-Type: text/html"
    with serve(always(answer(200, body, kind))) as server, client_for(server.url) as client:
        assert client.get().text() == told


def test_an_answer_is_read_as_http_says():
    data = json_answer(
        "ä", 200, 'Link: </n?a=1,2>; rel="next"; type="a\\"b", <x>;REL=prev', "Link: <http://h/>"
    )
    with serve(always(data)) as server, client_for(server.url + "/v1/") as client:
        got = client.get("/e/")
        assert got.text() == "ä"
        assert got.media_type == "application/json"
        assert got.headers.get("CONTENT-type") == "application/json"
        assert len(got.headers.get_list("link")) == 2
        assert got.links == [
            {"href": f"{server.url}/n?a=1,2", "rel": "next", "type": 'a"b'},
            {"href": f"{server.url}/v1/e/x", "rel": "prev"},
            {"href": "http://h/"},
        ]


def test_redirects_are_answers_and_cookies_are_not_kept():
    data = answer(302, b"", "Location: /elsewhere", "Set-Cookie: a=b")
    with serve(always(data)) as server, client_for(server.url) as client:
        got = client.get("/here")
        assert (got.status, got.location) == (302, f"{server.url}/elsewhere")
        client.get("/here")
        assert [r.target for r in server.requests] == ["/here", "/here"]
        assert "cookie" not in server.requests[1].headers


def test_proxies_of_the_environment_change_nothing(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{closed_port()}")
    with serve(always(answer(200))) as server, client_for(server.url) as client:
        assert client.get().status == 200


def test_content_codings_are_undone():
    text = b"[" + b"1," * 200_000 + b"1]"
    raw = zlib.compressobj(wbits=-15)
    bodies = [
        answer(200, gzip.compress(text), "Content-Encoding: gzip"),
        answer(200, zlib.compress(text), "Content-Encoding: deflate"),
        answer(200, raw.compress(text) + raw.flush(), "Content-Encoding: deflate"),
        answer(200, text, "Content-Encoding: identity"),
    ]
    with serve(in_turn(*bodies)) as server, client_for(server.url) as client:
        for _ in bodies:
            assert client.get().body == text
        assert server.requests[0].headers["accept-encoding"] == "gzip, deflate"
        assert {e.response.size for e in client.recorder.exchanges} == {len(text)}


def test_head_has_no_body_whatever_its_fields_say():
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nContent-Encoding: gzip\r\n\r\n"
    with serve(always(data)) as server, client_for(server.url) as client:
        assert client.head().body == b""


# Scope, level, credentials


def test_only_origins_of_the_target_file_are_asked():
    with serve(always(answer(200))) as server, client_for(server.url) as client:
        other = f"http://localhost:{server.port}"
        for url in (
            f"{other}/a",
            "https://127.0.0.1/",
            "http://127.0.0.1:1",
            f"http://127.0.0.1:{server.port}@evil.invalid/",
            f"http://user:pass@127.0.0.1:{server.port}/",
            "http://[::1",
            "http:///nothing",
        ):
            with pytest.raises(OutOfScope) as caught:
                client.get(url)
            assert caught.value.code == "out_of_scope"
        assert server.requests == []
        assert client.recorder.sent == 0
        assert client.get(f"{server.url}/abs").status == 200
    with serve(always(answer(200))) as server:
        other = f"http://localhost:{server.port}"
        with client_for(server.url, origins=(other,)) as client:
            assert client.get(f"{other}/a").status == 200


@pytest.mark.parametrize(
    ("run", "check", "allowed"),
    [
        (Level.PASSIVE, Level.PASSIVE, {"read"}),
        (Level.PASSIVE, Level.WRITES, {"read"}),
        (Level.SAFE, Level.WRITES, {"read", "query", "harmless"}),
        (Level.WRITES, Level.SAFE, {"read", "query", "harmless"}),
        (Level.WRITES, Level.WRITES, {"read", "query", "harmless", "write"}),
        (Level.BURST, Level.BURST, {"read", "query", "harmless", "write"}),
    ],
)
def test_what_a_request_may_do_depends_on_run_and_check(run, check, allowed):
    asks = {
        "read": [("GET", {}), ("HEAD", {}), ("options", {})],
        "query": [("POST", {"query": True})],
        "harmless": [("POST", {"harmless": True}), ("DELETE", {"harmless": True})],
        "write": [("POST", {}), ("PUT", {}), ("PATCH", {}), ("DELETE", {}), ("PURGE", {})],
    }
    with serve(always(answer(200))) as server, client_for(server.url, level=run) as client:
        client.recorder.start_check("CTX-ENT-01", check)
        for kind, requests in asks.items():
            for method, options in requests:
                if kind in allowed:
                    client.request(method, "/a", timeout=1, **options)
                else:
                    with pytest.raises(LevelExceeded):
                        client.request(method, "/a", **options)


def test_outside_of_checks_nothing_is_written():
    with serve(always(answer(200))) as server, client_for(server.url) as client:
        client.recorder.end_check()
        with pytest.raises(LevelExceeded):
            client.post("/a")
        with pytest.raises(LevelExceeded):
            client.create("/a", undo="/a/1")
        assert client.post("/a", query=True).status == 200
        assert server.requests[0].method == "POST"
        assert len(server.requests) == 1


def test_credentials_go_home_and_nowhere_else():
    headers = {"NGSILD-Tenant": "city", "X-Key": Secret("BROKER_TOKEN")}
    with serve(always(answer(200))) as server:
        other = f"http://localhost:{server.port}"
        with client_for(
            server.url, secrets=SECRETS, auth=BEARER, headers=headers, origins=(other,)
        ) as client:
            client.get()
            client.get(auth=False)
            client.get(f"{other}/jwks")
            client.get(headers={"authorization": "Bearer other"})
            with pytest.raises(OutOfScope, match="does not belong"):
                client.get(f"{other}/a", headers={"X": f"Bearer {SECRETS['BROKER_TOKEN']}"})
        home, without, foreign, own = (r.headers for r in server.requests)
    assert home["authorization"] == "Bearer tok-4711-geheim"
    assert home["x-key"] == "tok-4711-geheim"
    assert "authorization" not in without
    assert without["ngsild-tenant"] == "city"
    assert not {"authorization", "x-key", "ngsild-tenant"} & set(foreign)
    assert own["authorization"] == "Bearer other"


@pytest.mark.parametrize(
    ("auth", "field", "value"),
    [
        (Auth("basic", username=Secret("U"), password=Secret("P")), "authorization", "Basic dXNlcjpwYXNzd29yZA=="),
        (Auth("header", token=Secret("P"), header="X-Api-Key"), "x-api-key", "password"),
    ],
)  # fmt: skip
def test_other_kinds_of_credentials(auth, field, value):
    secrets = {"U": "user", "P": "password"}
    with serve(always(answer(200))) as server:
        with client_for(server.url, secrets=secrets, auth=auth) as client:
            client.get()
        assert server.requests[0].headers[field] == value


def test_credentials_do_not_travel_unencrypted():
    with pytest.raises(UsageError, match=r"interfaces\.context\.url: credentials"):
        client_for("http://broker.example/v1", secrets=SECRETS, auth=BEARER)


# Bad answers


def test_a_name_that_does_not_exist():
    with client_for("http://broker.invalid/") as client:
        assert isinstance(problem := problem_of(client), Unreachable)
        assert problem.code == "dns"


def test_a_port_at_which_nobody_listens():
    with client_for(f"http://127.0.0.1:{closed_port()}") as client:
        assert isinstance(problem := problem_of(client), Refused)
        assert (problem.code, problem.detail) == ("unreachable", "the connection was refused")
        (exchange,) = client.recorder.exchanges
        assert exchange.response is None
        assert exchange.error.kind == "unreachable"
        assert client.recorder.observed() == ()


START = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        pytest.param(resets(), "unreachable", id="reset before a word"),
        pytest.param(says(b""), "unreachable", id="hung up without a word"),
        pytest.param(says(b"SSH-2.0-OpenSSH_9\r\n"), "protocol", id="another protocol"),
        pytest.param(says(b"\x15\x03\x01\x00\x02\x02\x28"), "protocol", id="speaks TLS"),
        pytest.param(says(b"HTTP/1.1 2"), "protocol", id="ends within the status"),
        pytest.param(says(START + b"A: b\r\n"), "protocol", id="ends within the headers"),
        pytest.param(says(START + b"no colon\r\n\r\n"), "protocol", id="broken header"),
        pytest.param(says(answer(200, b"abc", length=9)), "body_cut", id="body too short"),
        pytest.param(resets(answer(200, b"abc", length=9)), "body_cut", id="reset in the body"),
        pytest.param(
            says(START + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"), "body_cut", id="cut chunk"
        ),
        pytest.param(
            says(START + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n"),
            "protocol",
            id="broken chunk",
        ),
        pytest.param(
            says(answer(200, b"not gzip", "Content-Encoding: gzip")), "protocol", id="not gzip"
        ),
        pytest.param(
            says(answer(200, gzip.compress(b"x" * 999)[:-9], "Content-Encoding: gzip")),
            "body_cut",
            id="half a gzip",
        ),
        pytest.param(endless(START, b"X-Field: value\r\n"), "protocol", id="endless headers"),
        pytest.param(endless(b"", b"x" * 4096), "protocol", id="endless status"),
        pytest.param(silent, "timeout", id="silent"),
        pytest.param(drips(answer(200, b"x" * 99), 0.02), "timeout", id="slow headers"),
        pytest.param(drips(answer(200, b"x" * 99), 0.02, 40), "timeout", id="slow body"),
        pytest.param(
            endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "timeout", id="endless preludes"
        ),
    ],
)
def test_what_is_no_answer_has_a_code_and_is_recorded(behaviour, code):
    with serve(behaviour) as server, client_for(server.url, timeout=0.3) as client:
        started = time.monotonic()
        problem = problem_of(client, "/a")
        assert problem.code == code
        assert time.monotonic() - started < 5
        (exchange,) = client.recorder.drain()
        assert (exchange.error.kind, exchange.error.message) == (code, problem.detail)
        assert "\n" not in problem.detail
        assert client.recorder.observed() == ()


@pytest.mark.parametrize(
    "behaviour",
    [
        endless(START + b"\r\n", b"x" * 65536),
        endless(START + b"Content-Length: 209715200\r\n\r\n", b"x" * 65536),
        endless(START + b"Transfer-Encoding: chunked\r\n\r\n", b"8\r\nxxxxxxxx\r\n" * 999),
        always(answer(200, gzip.compress(b"\0" * 20_000_000), "Content-Encoding: gzip")),
        always(answer(200, zlib.compress(b"\0" * 20_000_000), "Content-Encoding: deflate")),
        endless(START + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x")[:10], b"\0\0\0\xff\xff" * 9999),
    ],
    ids=["endless", "200 MB", "chunks", "gzip bomb", "deflate bomb", "empty blocks"],
)  # fmt: skip
def test_reading_stops_at_the_limit(behaviour):
    options = {"client_options": {"max_bytes": 200_000}, "timeout": 20.0}
    with serve(behaviour) as server, client_for(server.url, **options) as client:
        problem = problem_of(client, "/a")
        assert isinstance(problem, BrokenAnswer)
        assert problem.code == "too_large"
        (exchange,) = client.recorder.drain()
        assert exchange.response.size < 500_000
        assert exchange.response.truncated or not exchange.response.size
        assert len(exchange.response.body or "") <= 8192


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"days": -1}, "expired"),
        ({"own": True}, "self-signed"),
        ({"host": "other.example"}, "name mismatch"),
    ],
)
def test_a_certificate_that_is_wrong(authority, options, reason):
    tls = authority.context(**options)
    with serve(always(answer(200)), tls=tls) as server, client_for(server.url) as client:
        problem = problem_of(client)
    assert isinstance(problem, TlsFailed)
    assert (problem.code, problem.reason) == ("tls", reason)


def test_a_certificate_that_is_right(authority):
    with serve(always(answer(200)), tls=authority.context()) as server:
        with client_for(server.url, secrets=SECRETS, auth=BEARER) as client:
            assert client.get().status == 200
            assert client.get().status == 200
        assert server.connections == 1
    assert shared_context() is shared_context()


def test_tls_towards_a_port_without_it():
    def behave(connection):
        connection.send(answer(400, b"plain HTTP was expected"))
        connection.pause(1)

    with serve(behave) as server:
        client = client_for(f"https://127.0.0.1:{server.port}")
        problem = problem_of(client)
    assert problem.code == "tls"
    assert "protocol" in problem.reason


@pytest.fixture
def authority(tmp_path, monkeypatch):
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.path))
    return made


# JSON


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the body is empty"),
        (b"{", "Expecting property name"),
        (b"<html>", "Expecting value"),
        (b'{"a": NaN}', "NaN is not a JSON value"),
        (b"[-Infinity]", "-Infinity is not a JSON value"),
        (b'"\xff"', "byte 1 is not UTF-8"),
    ],
)
def test_what_is_not_json_contradicts_in_one_line(body, why):
    with serve(always(answer(200, body))) as server, client_for(server.url) as client:
        with pytest.raises(Contradiction) as caught:
            client.get().json()
        assert why in caught.value.message
        assert "\n" not in caught.value.message
        assert len(caught.value.received) <= 100


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"[1e999]", "beyond the range"),
        (b"[" + b"9" * 5000 + b"]", "beyond the range"),
        (b"[-1" + b"0" * 309 + b"]", "beyond the range"),
        (b"[" * 100_000 + b"]" * 100_000, "nested 100000 levels"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "nested 101 levels"),
        (b"[" * 100_000, "nested 100000 levels"),
    ],
)
def test_json_beyond_the_limits_is_no_word_against_the_sender(body, why):
    with serve(always(answer(200, body))) as server, client_for(server.url) as client:
        with pytest.raises(BrokenAnswer, match=why) as caught:
            client.get().json()
        assert caught.value.code == "too_large"
        assert "\n" not in str(caught.value)


def test_depth_is_counted_outside_of_strings():
    text = b'{"a": "' + b"[" * 900 + b'\\"' + b"{" * 900 + b'\\\\", "b": [[1]]}'
    with serve(always(answer(200, text))) as server, client_for(server.url) as client:
        assert client.get().json()["b"] == [[1]]


def test_a_byte_order_mark_is_let_pass():
    with serve(always(answer(200, b"\xef\xbb\xbf[1]"))) as server, client_for(server.url) as client:
        assert client.get().json() == [1]


# Politeness


def test_a_stale_connection_is_replaced_once_and_both_tries_are_recorded():
    turns = itertools.count()

    def behave(connection):
        if next(turns) > 0:
            connection.request()
            connection.send(answer(200, b"new"))
            connection.pause(1)
            return
        connection.request()
        connection.send(answer(200, b"old"))
        connection.request()
        connection.reset()

    with serve(behave) as server, client_for(server.url) as client:
        assert client.get("/1").body == b"old"
        assert client.get("/2").body == b"new"
        errors = [e.error and e.error.kind for e in client.recorder.exchanges]
        assert errors == [None, "unreachable", None]
        assert client.recorder.sent == 3


def test_a_write_is_not_sent_twice():
    def behave(connection):
        connection.request()
        connection.send(answer(200))
        connection.request()
        connection.reset()

    with serve(behave) as server, client_for(server.url) as client:
        client.get()
        with pytest.raises(Refused):
            client.post("/a", json={})
        assert [r.method for r in server.requests] == ["GET", "POST"]


def test_a_request_to_wait_is_followed_once():
    wait = answer(429, b"", "Retry-After: 0")
    with serve(in_turn(wait, answer(200, b"now"))) as server, client_for(server.url) as client:
        assert client.get().body == b"now"
        assert len(client.recorder.exchanges) == 2
    busy = answer(503, b"", "Retry-After: 0")
    with serve(in_turn(busy, answer(200, b"now"))) as server, client_for(server.url) as client:
        assert client.post("/q", query=True).body == b"now"
    with serve(in_turn(busy, answer(200, b"now"))) as server, client_for(server.url) as client:
        assert client.post("/a").status == 503
    with serve(always(busy)) as server, client_for(server.url) as client:
        assert client.get().status == 503
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("field", "asked"), [("Retry-After: 3600", 1), ("Retry-After: soon", 2), ("X: y", 2)]
)
def test_a_long_wait_is_no_answer(field, asked):
    with serve(always(answer(429, b"", field))) as server, client_for(server.url) as client:
        with pytest.raises(RateLimited) as caught:
            client.get()
        assert caught.value.code == "rate_limited"
        assert len(server.requests) == asked
        assert client.get(patient=False).status == 429


def test_a_passive_run_asks_so_often_and_no_more():
    with (
        serve(always(answer(200, b"[]"))) as server,
        client_for(server.url, level=Level.PASSIVE) as client,
    ):
        for _ in range(PASSIVE_BUDGET):
            client.get()
        with pytest.raises(Inconclusive, match="budget"):
            client.get()
        assert len(server.requests) == PASSIVE_BUDGET


def test_an_interface_that_is_down_is_not_asked_for_ever():
    with client_for(f"http://127.0.0.1:{closed_port()}") as client:
        problems = [problem_of(client) for _ in range(5)]
        assert {p.code for p in problems} == {"unreachable"}
        assert all(isinstance(p, Refused) for p in problems)
        assert client.recorder.sent == 3
        assert problems[4].detail.startswith("not asked again after 3 failed requests in a row")


def test_a_success_and_broken_answers_keep_an_interface_in_use():
    turns = [b"", b"", answer(200), b"", b"", answer(200)]

    def behave(connection):
        connection.request()
        connection.send(turns.pop(0))

    with serve(behave) as server, client_for(server.url) as client:
        for expected in (False, False, True, False, False, True):
            if expected:
                client.get()
            else:
                problem_of(client)
    with serve(says(b"nonsense\r\n")) as server, client_for(server.url) as client:
        assert {problem_of(client).code for _ in range(5)} == {"protocol"}
        assert server.connections == 5


def test_threads_share_a_client():
    with serve(always(json_answer("[1]"))) as server, client_for(server.url) as client:
        threads = [
            threading.Thread(target=lambda: [client.get().json() for _ in range(10)])
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ids = [e.id for e in client.recorder.exchanges]
        assert len(set(ids)) == len(server.requests) == 80
        assert all(e.error is None for e in client.recorder.exchanges)


def test_a_request_that_cannot_be_sent_is_our_mistake():
    with serve(always(answer(200))) as server, client_for(server.url) as client:
        bad = {"X": "a\r\nb: c"}
        with pytest.raises(MimtestError, match="cannot be sent"):
            client.get(headers=bad)


def test_nothing_a_server_repeats_betrays_a_secret():
    with serve(responds(echo)) as server:
        recorder = recorder_for(SECRETS)
        with client_for(server.url, secrets=SECRETS, auth=BEARER, recorder=recorder) as client:
            token = SECRETS["BROKER_TOKEN"]
            client.post(f"/a/{token}", params={"access_token": token}, json={"t": token})
        shown = str([e.as_dict() for e in recorder.exchanges])
    assert token not in shown
    assert shown.count("\u2039secret:BROKER_TOKEN\u203a") > 6
