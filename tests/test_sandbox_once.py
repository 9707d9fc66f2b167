"""Whoever asks at the same time gets the same thing."""

import time
from concurrent.futures import ThreadPoolExecutor

from mimtest.sandbox.once import once


def test_a_thing_is_made_once_for_all_who_ask():
    made = []

    @once
    def make(name, *, size=1):
        time.sleep(0.01)
        made.append((name, size))
        return object()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(make, ["key"] * 8))
    assert len(found) == len(made) == 1
    assert make("other") is not make("key")
    assert make("key", size=2) is not make("key")
