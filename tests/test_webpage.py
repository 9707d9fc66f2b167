"""What is read out of web pages: title, text and anchors, however careless the markup."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.errors import Contradiction
from mimtest.vocabulary.feature_writes import around, assert_holds, marked
from mimtest.vocabulary.webpage import read_page

BASE = "https://city.example/ogc/collections"


def page(text):
    return read_page(SimpleNamespace(text=lambda: text, url=BASE))


def test_title_text_and_anchors_are_read():
    found = page(
        "<html><head><title>Our maps</title><style>p{}</style></head><body><h1>Lamps &amp;\n more</h1>"
        '<a href="collections/lamps?f=html">Lamps</a><script>hidden()</script></body></html>'
    )
    assert found.title == "Our maps"
    assert found.says("lamps & more")
    assert not found.says("hidden")
    assert not found.says("our maps")
    assert found.leads_to("https://city.example/ogc/collections/lamps?f=json")
    assert found.leads_to("https://city.example/ogc/collections/lamps.html")
    assert not found.leads_to("https://city.example/ogc/collections/trees")


def test_a_head_that_never_ends_hides_nothing():
    assert page("<!doctype html><html><head><title>x</title><body>Lamps").says("lamps")


def test_the_title_of_a_picture_is_not_that_of_the_page():
    assert page("<html><body><svg><title>Logo</title></svg></body></html>").title == ""


@pytest.mark.parametrize("text", ["", "{}", '{"a": "<html>x"', "plain"])
def test_what_is_no_page_is_told(text):
    if "<html>" in text:
        assert page(text).is_html
        return
    with pytest.raises(Contradiction):
        page(text)


@given(st.text(max_size=80))
def test_whatever_stands_in_a_page_is_read(text):
    assert page(f"<html>{text}").is_html


# Features of our own


@pytest.mark.parametrize(("value", "changed"), [("open", "open x"), (3, 4)])
def test_a_mark_keeps_the_type(value, changed):
    assert marked(value, "x") == changed


def test_a_feature_may_have_more_than_was_sent():
    sent = {
        "geometry": {"type": "Point", "coordinates": [7.9, 51.6]},
        "properties": {"a": 1, "b": None},
    }
    place = {"type": "Point", "coordinates": [7.9000001, 51.6, 93]}
    assert_holds({"geometry": place, "properties": {"a": 1, "c": 2}}, sent)
    with pytest.raises(Contradiction, match="properties"):
        assert_holds({"geometry": place, "properties": {"a": 2}}, sent)
    with pytest.raises(Contradiction, match="place"):
        assert_holds({"geometry": None, "properties": {"a": 1}}, sent)


def test_a_box_around_a_place_holds_it():
    west, south, east, north = map(float, around((7.9, 51.6)).split(","))
    assert west < 7.9 < east
    assert south < 51.6 < north
