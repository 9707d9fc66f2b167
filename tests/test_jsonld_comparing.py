"""Comparing what JSON-LD means: parts of a whole, values and moments, and what is a URI at all."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.vocabulary.jsonld import includes, instant, is_uri, same_literal

OWN = "https://city.example/ns#"


def node(**members):
    return {f"{OWN}{name}": value for name, value in members.items()}


@pytest.mark.parametrize(
    ("whole", "part", "wanted"),
    [
        (node(a=[{"@value": 1}]), node(a=[{"@value": 1.0}]), True),
        (node(a=[{"@value": 1}]), node(a=[{"@value": True}]), False),
        (node(a=[{"@value": 1}, {"@value": 2}]), node(a=[{"@value": 2}]), True),
        (node(a=[{"@value": 1}]), node(a=[{"@value": 1}, {"@value": 2}]), False),
        (node(a=[{"@list": [1, 2]}]), node(a=[{"@list": [1, 2]}]), True),
        (node(a=[{"@list": [1, 2]}]), node(a=[{"@list": [2, 1]}]), False),
        (node(a=[{"@list": [1, 2]}]), node(a=[{"@list": [1]}]), False),
        (node(a=[{"@list": 1}]), node(a=[{"@list": [1]}]), False),
        (node(a=[{"@id": "urn:x:1"}]), node(a=[{"@id": "urn:x:1"}]), True),
        (node(a=[{"@id": "urn:x:1"}]), node(a=[{"@value": "urn:x:1"}]), False),
        (node(a="x"), node(a=["x"]), False),
        (node(a=["x"]), node(a={"b": 1}), False),
        (node(a=1), {}, True),
        ([], {}, False),
    ],
)
def test_meaning_is_included(whole, part, wanted):
    assert includes(whole, part) is wanted


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("2026-10-13T12:00:00Z", "2026-10-13T12:00:00.000Z", True),
        ("2026-10-13T12:00:00Z", "2026-10-13T14:00:00+02:00", True),
        ("2026-10-13T12:00:00.1234Z", "2026-10-13T12:00:00.1239Z", True),
        ("2026-10-13T12:00:00.123Z", "2026-10-13T12:00:00.125Z", False),
        ("2026-10-13T12:00:00Z", "2026-10-13T12:00:01Z", False),
        ("2026-10-13T12:00:00Z", 7, False),
        ("2026-10-13", "2026-10-13", True),
        ("2026-10-13T12:00:00", "2026-10-13T12:00:00", True),
        ("2026-10-13T12:00:00", "2026-10-13T12:00:00.0", False),
        ("2026-10-13T12:00:00.1236Z", "2026-10-13T12:00:00.124Z", True),
        ("a", "a", True),
        (1, 1.0, True),
        (1, True, False),
        (None, None, True),
    ],
)
def test_literals_are_equal_and_moments_by_their_instant(one, other, equal):
    assert same_literal(one, other) is equal
    assert same_literal(other, one) is equal


@given(
    st.integers(-(2**31), 2**32),
    st.integers(-14 * 60 + 1, 14 * 60 - 1),
    st.integers(-14 * 60 + 1, 14 * 60 - 1),
)
def test_an_instant_is_the_same_in_every_zone(seconds, one, other):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    zones = [timezone(timedelta(minutes=m)) for m in (one, other)]
    first, second = (moment.astimezone(z).isoformat() for z in zones)
    assert instant(first) == moment
    assert same_literal(first, second)


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "",
        "2026-10-13",
        "T",
        "2026-10-13T12:00:00",
        "2026-02-30T12:00:00Z",
        "noonT",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "12:00:00Z",
        ["T"],
    ],
)
def test_what_says_no_instant(value):
    assert instant(value) is None


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("urn:ngsi-ld:Lamp:1", True),
        ("https://city.example/ä?x=1#y", True),
        ("a:b", True),
        ("lamp", False),
        ("urn:", False),
        (":a", False),
        ("1a:b", False),
        ("urn:a b", False),
        ("urn:a<b", False),
        ("urn:a\n", False),
        ("urn:a\ud800", False),
        (None, False),
        (7, False),
    ],
)
def test_a_uri_has_a_scheme_and_no_spaces(value, wanted):
    assert is_uri(value) is wanted
