"""How fast a run asks, and how long it waits."""

import threading
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Unanswered
from mimtest.network.client import RateLimited, Refused
from mimtest.network.pacing import Breaker, Patience, Politeness, TokenBucket, retry_after
from mimtest.network.permission import is_loopback, pace_of
from mimtest.target import Interface, Level
from tests.servers import always, answer, client_for, serve


@given(
    rate=st.floats(0.5, 100),
    pauses=st.lists(st.floats(0, 5), min_size=2, max_size=40),
)
def test_requests_never_come_faster_than_the_rate(rate, pauses):
    bucket, now, sent = TokenBucket(rate), 0.0, []
    for pause in pauses:
        now += pause
        now += bucket.reserve(now)
        sent.append(now)
    for i, first in enumerate(sent):
        for j, second in enumerate(sent[i:]):
            assert second - first >= (j - 1) / rate - 1e-6


def test_the_pace_of_an_interface_holds_for_all_clients_and_threads():
    politeness = Politeness()
    options = {"client_options": {"politeness": politeness}, "pace": 50.0}
    with serve(always(answer(200))) as server:
        clients = [client_for(server.url, **options) for _ in range(2)]
        threads = [
            threading.Thread(target=lambda c=c: [c.get() for _ in range(5)])
            for c in clients
            for _ in range(2)
        ]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - started >= 19 / 50 - 0.02
        assert len(server.requests) == 20
        for client in clients:
            client.close()


@pytest.mark.parametrize(
    ("url", "pace", "level", "expected"),
    [
        ("http://127.0.0.1:1/", None, Level.SAFE, None),
        ("http://[::1]:1/", None, Level.PASSIVE, None),
        ("http://localhost/", 3.0, Level.PASSIVE, 3.0),
        ("https://a.example/", None, Level.SAFE, 20.0),
        ("https://a.example/", 50.0, Level.WRITES, 50.0),
        ("https://a.example/", None, Level.PASSIVE, 2.0),
        ("https://a.example/", 50.0, Level.PASSIVE, 2.0),
        ("https://a.example/", 0.5, Level.PASSIVE, 0.5),
    ],
)
def test_the_pace_follows_from_interface_and_level(url, pace, level, expected):
    interface = Interface("a", "rest", url, pace=pace)
    assert pace_of(interface, level, default=20.0, passive=2.0) == expected


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "a.localhost"])
def test_loopback(host):
    assert is_loopback(host)
    assert not is_loopback(f"{host}.example")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3", 3.0),
        ("0", 0.0),
        ("Sat, 21 Nov 2026 10:00:05 GMT", 5.0),
        ("Sat, 21 Nov 2026 09:00:00 GMT", 0.0),
        ("Sat, 21 Nov 2026 10:00:05 -0000", 5.0),
        ("9" * 5000, 999_999_999.0),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("\u0663", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, expected):
    now = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)
    assert retry_after({"retry-after": value}, now) == expected
    assert retry_after({}, now) is None


def test_patience_is_bounded_for_each_wait_and_for_the_run():
    patience = Patience(longest=10, budget=15)
    assert [patience.spend(s) for s in (11, 10, 6, 5, 1)] == [False, True, False, True, False]


def test_a_run_waits_as_long_as_its_budget_lasts():
    busy = answer(429, b"", "Retry-After: 1")
    politeness = Politeness(Patience(longest=5, budget=0.5))
    with serve(always(busy)) as server:
        client = client_for(server.url, client_options={"politeness": politeness})
        with pytest.raises(RateLimited, match="for 1 s"):
            client.get()
        assert len(server.requests) == 1
        client.close()


def test_the_breaker_lets_one_request_through_now_and_then():
    breaker = Breaker(failures=2, pause=0.05)
    for _ in range(2):
        breaker.check()
        breaker.failed(Refused("unreachable", "refused"))
    with pytest.raises(Refused, match="not asked again after 2 failed requests"):
        breaker.check()
    time.sleep(0.06)
    breaker.check()
    with pytest.raises(Refused):
        breaker.check()
    breaker.succeeded()
    breaker.check()
    for _ in range(5):
        breaker.failed(Unanswered("protocol"))
    breaker.check()
