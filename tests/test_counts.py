"""Whole numbers from senders that may write anything: thousands of digits, which Python reads no more, among it."""

import pytest

from mimtest.errors import Contradiction
from mimtest.vocabulary.counts import whole
from mimtest.vocabulary.ngsild_temporal_pages import part_in
from mimtest.vocabulary.rate_limits import contradictions, plan_of
from mimtest.vocabulary.wfs_features import read_page
from tests.servers import always, answer, client_for, serve

LONG = "9" * 5000


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("0042", 42),
        ("18446744073709551615", 2**64 - 1),
        ("", None),
        ("-1", None),
        ("1.0", None),
        (" 1", None),
        ("٣", None),
        (LONG, None),
    ],
)
def test_digits_are_a_number(text, number):
    assert whole(text) == number


def test_a_count_of_features_that_nobody_can_read_speaks_against_the_sender():
    text = f'<w:FeatureCollection xmlns:w="http://www.opengis.net/wfs/2.0" numberMatched="{LONG}"/>'
    told = answer(200, text.encode(), "Content-Type: application/gml+xml")
    with serve(always(told)) as server, client_for(server.url) as client:
        found = client.get()
    with pytest.raises(Contradiction, match="numberMatched is no number"):
        read_page(found, "the answer")


def test_limits_that_nobody_can_read_are_none():
    assert plan_of({"ratelimit-limit": LONG, "ratelimit-policy": f'"a";q={LONG};w=1'}) is None
    assert contradictions({"ratelimit-limit": "1", "ratelimit-remaining": LONG}) == []


@pytest.mark.parametrize(("told", "size"), [("140", 140), ("*", None)])
def test_a_part_of_a_history_says_how_much_it_has(told, size):
    assert part_in(_with_range(told)).size == size


def test_a_part_of_a_history_whose_size_nobody_can_read():
    with pytest.raises(Contradiction, match="Content-Range cannot be read"):
        part_in(_with_range(LONG))


def _with_range(size):
    span = "2026-03-01T01:20:30Z-2026-03-01T04:00:00Z"
    told = answer(206, b"{}", f"Content-Range: date-time {span}/{size}")
    with serve(always(told)) as server, client_for(server.url) as client:
        return client.get()
