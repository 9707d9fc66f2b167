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


def test_short_pages_and_passwords_are_none():
    for text in ("Soon.", LONG + '<input name="p" type="password">'):
        with pytest.raises(Contradiction):
            governance.assert_readable(answered(page(text)), "it")


def test_pages_that_programs_fill_are_for_people():
    with pytest.raises(Inconclusive):
        governance.assert_readable(answered(page('<script src="a.js"></script>')), "it")


@pytest.mark.parametrize(
    ("head", "header", "language"),
    [
        ('<html lang="de-AT">', None, "de"),
        ("<html>", "en-GB, de", "en"),
        ("<html class=x lang=sk>", None, "sk"),
        ("<html>", None, ""),
    ],
)
def test_languages(head, header, language):
    headers = (("content-language", header),) if header else ()
    assert governance.language_of(answered(page("x", head), "text/html", *headers)) == language


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


@pytest.mark.parametrize("text", ["1 September 2026", "2026-09-01", "1. 9. 2026", "May 3, 2026"])
def test_days(text):
    assert governance.dates_of(answered(page(text)))


def test_figures():
    assert governance.has_figures(answered("Availability: 99.5 %", "text/plain"), "it")
    assert not governance.has_figures(answered("We do our best, in 3 steps", "text/plain"), "it")


@pytest.mark.parametrize(
    "text",
    [
        "<form action='/x'></form>",
        '<a href="mailto:a@city.example">x</a>',
        '<a href="https://git.example/city/data/issues">x</a>',
    ],
)
def test_ways_to_ask(text):
    assert governance.ways_to_ask(answered(page(text)))
    assert not governance.ways_to_ask(answered(page('<a href="/data">x</a>')))


def test_lists():
    assert governance.listed(answered('{"total": 1, "items": [1]}', "application/json")) == [1]
    assert governance.listed(answered("[]", "application/json")) == []
    with pytest.raises(Contradiction):
        governance.listed(answered('{"total": 1}', "application/json"))
