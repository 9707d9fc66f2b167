"""What is found in the documents of a data ecosystem."""

import pytest

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.transport import Received
from mimtest.vocabulary import governance


class Witness:
    """What an answer needs of a recorder."""

    def witness(self, exchange):
        assert exchange


def answered(body, media_type="text/html", *headers):
    """An answer with a body."""
    content = body if isinstance(body, bytes) else body.encode()
    fields = (("content-type", media_type), *headers)
    received = Received(exchange="x1", url="https://city.example/x", status=200, headers=fields, body=content, elapsed_ms=1)  # fmt: skip
    return Answer(received, Witness())


def page(text, head="<html>"):
    return f"<!DOCTYPE html>{head}<body>{text}</body></html>"


LONG = "A member keeps to the rules. " * 60


def test_long_texts_and_files_can_be_read():
    governance.assert_readable(answered(page(LONG)), "it")
    governance.assert_readable(answered(LONG, "text/markdown"), "it")
    governance.assert_readable(answered(b"%PDF-1.7" + bytes(2000), "application/pdf"), "it")


def test_short_pages_are_none():
    with pytest.raises(Contradiction):
        governance.assert_readable(answered(page("Soon.")), "it")


@pytest.mark.parametrize(("text", "code"), [("Log in", "auth_refused"), (LONG, "needs_review")])
def test_pages_that_ask_for_a_password_are_for_people(text, code):
    field = '<input name="p" type="password">'
    with pytest.raises(Inconclusive) as told:
        governance.assert_readable(answered(page(text + field)), "it")
    assert told.value.code == code


def test_pages_that_programs_fill_are_for_people():
    with pytest.raises(Inconclusive):
        governance.assert_readable(answered(page('<script src="a.js"></script>')), "it")


@pytest.mark.parametrize(
    ("head", "header", "languages"),
    [
        ('<html lang="de-AT">', None, {"de"}),
        ("<html>", "en-GB, de", {"en", "de"}),
        ("<html class=x lang=sk>", None, {"sk"}),
        ("<html lang=nb>", "en", {"no", "en"}),
        ("<html>", None, set()),
    ],
)
def test_languages(head, header, languages):
    headers = (("content-language", header),) if header else ()
    assert governance.languages_of(answered(page("x", head), "text/html", *headers)) == languages


def test_languages_and_days_of_files():
    file = answered(b"%PDF-1.7 << /Lang (de-DE) /ModDate (D:20260901120000Z) >>", "application/pdf")
    assert governance.languages_of(file) == {"de"}
    assert governance.dates_of(file) == ["20260901"]
    assert not governance.dates_of(answered(b"%PDF-1.7", "application/pdf"))


@pytest.mark.parametrize(
    ("text", "version", "found"),
    [
        ("Version 2.1, adopted", "2.1", True),
        ("Version 2.1.", "2.1", True),
        ("Version 2.1.3", "2.1", False),
        ("Version 12.1", "2.1", False),
        ("v2.1", "2.1", True),
    ],
)
def test_versions(text, version, found):
    assert governance.has_version(text, version) is found


@pytest.mark.parametrize(
    "text",
    [
        "1 September 2026",
        "2026-09-01",
        "1. 9. 2026",
        "May 3, 2026",
        "1er septembre 2026",
        "1 de septiembre de 2026",
        "3 maggio 2026",
        "2026. szeptember 1.",
        "1. září 2026",
        "September 2026",
        "settembre 2026",
        "01/09/2026",
    ],
)
def test_days(text):
    assert governance.dates_of(answered(page(text)))


@pytest.mark.parametrize("text", ["Copyright 2026 City", "since 2026", "Version 2.1", "room 2026"])
def test_years_alone_are_no_days(text):
    assert not governance.dates_of(answered(page(text)))


@pytest.mark.parametrize(
    "text", ["Availability: 99.5 %", "99,9 Prozent", "antwoord binnen 2 uur", "w ciągu 3 dni"]
)
def test_figures(text):
    assert governance.has_figures(answered(text, "text/plain"), "it")


def test_no_figures():
    assert governance.has_figures(answered('{"availability": 0.995}', "application/json"), "it")
    assert not governance.has_figures(answered("We do our best, in 3 steps", "text/plain"), "it")


@pytest.mark.parametrize(
    "text",
    [
        "<form action='/x'><textarea name='wish'></textarea></form>",
        "<form method=post><input name=wanted><button>Ask</button></form>",
        "<form method=post><input type='text' name='title'><input type=email></form>",
        '<a href="mailto:a@city.example">x</a>',
        '<a href="https://git.example/city/data/issues">x</a>',
        '<a href="https://forms.office.com/e/7">x</a>',
    ],
)
def test_ways_to_ask(text):
    assert governance.ways_to_ask(answered(page(text)))


@pytest.mark.parametrize(
    "text",
    [
        '<a href="/data">x</a>',
        '<form role="search"><input name="words"></form>',
        '<form action="/search"><input type="text" name="q"></form>',
        '<form method="post"><input type="email" name="newsletter"></form>',
        '<form method="post"><input name="user"><input type="password" name="p"></form>',
        '<a href="/contact">Contact</a>',
    ],
)
def test_what_is_no_way_to_ask(text):
    assert not governance.ways_to_ask(answered(page(text)))


def test_templates():
    text = '<a href="/">Home</a><a href="https://creativecommons.org/licenses/by/4.0/">x</a><a href="/a.pdf">y</a><a href="x/b">z</a>'
    found, others = governance.templates_in(answered(page(text)))
    assert found == [
        "https://city.example/a.pdf",
        "https://city.example/x/b",
        "https://creativecommons.org/licenses/by/4.0/",
    ]
    assert others


def test_lists():
    assert governance.listed(answered('{"total": 1, "items": [1]}', "application/json")) == [1]
    assert governance.listed(answered("[]", "application/json")) == []
    several = '{"facets": [], "tags": ["a"], "items": [{"id": 1}]}'
    assert governance.listed(answered(several, "application/json")) == [{"id": 1}]
    with pytest.raises(Contradiction):
        governance.listed(answered('{"total": 1}', "application/json"))
