"""A web page as far as a reader and a robot need it: its title, its text, and where its anchors lead."""

from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from mimtest.network.answer import Answer
from mimtest.vocabulary.expect import assert_that

_UNSEEN: Final = ("script", "style", "template")
_ENDINGS: Final = (".html", ".htm", ".json", ".geojson")


@dataclass(frozen=True, slots=True)
class Page:
    """A page: whether it has the element `html`, its title, the text of its body, and absolute addresses."""

    is_html: bool
    title: str
    text: str
    anchors: tuple[str, ...]

    def says(self, value: str) -> bool:
        """Whether the body has a text, blanks and letter case aside."""
        return _plain(value) in _plain(self.text)

    def leads_to(self, address: str) -> bool:
        """Whether an anchor leads to a resource, in whatever format."""
        return _resource(address) in map(_resource, self.anchors)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.is_html = False
        self.title: list[str] = []
        self.text: list[str] = []
        self.anchors: list[str] = []
        self._open: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_html = self.is_html or tag == "html"
        self._in_title = tag == "title" and "svg" not in self._open
        if tag in (*_UNSEEN, "svg"):
            self._open.append(tag)
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.anchors.append(str(given["href"]))
        self.text += [str(given[n]) for n in ("value", "alt", "title") if given.get(n)]

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"
        if tag in self._open:
            del self._open[self._open.index(tag) :]

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not set(self._open) & set(_UNSEEN):
            self.text.append(data)


def read_page(answer: Answer) -> Page:
    """The page in an answer. Raises Contradiction when it is none."""
    __tracebackhide__ = True
    reader = _Reader()
    with suppress(AssertionError):  # of the parser, about declarations it does not know
        reader.feed(answer.text())
        reader.close()
    assert_that(
        reader.is_html or "<!doctype html" in answer.text()[:1000].lower(),
        "what is named text/html is no HTML document",
        expected="<html>",
        received=answer.text()[:80],
    )
    anchors = tuple(_joined(answer.url, href) for href in reader.anchors)
    title, text = ("".join(reader.title).strip(), " ".join(reader.text))
    return Page(reader.is_html, title, text, anchors)


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return href


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _resource(address: str) -> str:
    """The path of an address without the ending that chooses a format."""
    try:
        path = unquote(urlsplit(address).path).rstrip("/")
    except ValueError:
        return address
    ending = next((e for e in _ENDINGS if path.endswith(e)), "")
    return path.removesuffix(ending).rstrip("/")
