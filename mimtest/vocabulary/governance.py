"""Documents of a data ecosystem: rulebooks, procedures, service levels, and the words in which they are found."""

import re
from collections.abc import Mapping
from typing import Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt, fail
from mimtest.vocabulary.webpage import Page, read_page

PAGES: Final = ("text/html", "application/xhtml+xml")
#: Documents for people whose text is not read here, by how their bytes begin.
_FILES: Final[Mapping[bytes, str]] = {b"%PDF-": "PDF", b"PK\x03\x04": "an office document"}
#: What documents are asked for with.
FOR_PEOPLE: Final = (
    "text/html, application/pdf;q=0.9, text/markdown;q=0.8, text/plain;q=0.7, */*;q=0.5"
)
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_HOPS: Final = 3
_LEAST: Final = 1000
_PASSWORD: Final = re.compile(r"<input[^>]+type\s*=\s*[\"']?password", re.IGNORECASE)
_LOGIN: Final = re.compile(
    r"(?:^|[/._-])(?:log-?in|sign-?in|sso|auth|authorize)(?:$|[/?._-])", re.IGNORECASE
)
_LANGUAGE: Final = re.compile(r"<html\b[^>]*?\blang\s*=\s*[\"']?([A-Za-z-]+)", re.IGNORECASE)
_DAY: Final = re.compile(
    r"\b(?:19|20)\d\d-\d\d-\d\d|\b\d{1,2}\.\s?(?:\d{1,2}\.|[^\W\d]{3,12})\s?(?:19|20)\d\d\b"
    r"|\b\d{1,2}\s[^\W\d]{3,12}\s(?:19|20)\d\d\b|\b[^\W\d]{3,12}\s\d{1,2},\s(?:19|20)\d\d\b|\b\d{1,2}/\d{1,2}/(?:19|20)\d\d\b"
)
_FIGURE: Final = re.compile(
    r"\d(?:[.,]\d+)?\s*(?:%|‰|ms\b|s\b|sec|min|hours?\b|h\b|stunden?\b|heures?\b|horas?\b|ore\b|days?\b|tage?\b|jours?\b|d[ií]as?\b)",
    re.IGNORECASE,
)
_QUALITY: Final = "http://www.w3.org/ns/dqv#"
#: Where requests are taken down: forms, mail, and trackers.
_WAY: Final = re.compile(
    r"mailto:|tel:|/(?:issues|tickets|discussions|requests?|support|helpdesk|servicedesk|contact|kontakt)(?:[/?#]|$)|jira|tracker",
    re.IGNORECASE,
)


def read_document(client: Client, place: str, what: str, **headers: str) -> Answer:
    """A document for people, after redirects that stay at its host. Raises Contradiction, Inconclusive."""
    fields = {"Accept": FOR_PEOPLE, **{n.replace("_", "-"): v for n, v in headers.items()}}
    answer = client.get(place, headers=fields)
    for _ in range(_HOPS):
        there = answer.location if answer.status in _REDIRECTS else None
        if there is None:
            break
        assert_that(
            not _LOGIN.search(there.partition("?")[0]),
            f"{what} leads to a page where one logs in",
            expected="the document, for everybody it binds",
            received=there,
        )
        answer = client.get(there.partition("#")[0], headers=fields)
    return assert_status(answer, 200, what=what)


def page_in(answer: Answer) -> Page | None:
    """The page in an answer; None where it is another kind of document."""
    return read_page(answer) if answer.media_type in PAGES else None


def file_in(answer: Answer) -> str | None:
    """What kind of file a document is whose text is not read here; None for text."""
    return next((kind for start, kind in _FILES.items() if answer.body.startswith(start)), None)


def words_of(answer: Answer, what: str) -> str:
    """The text of a document. Raises Inconclusive for what people have to read."""
    page = page_in(answer)
    if page is not None:
        return f"{page.title}\n{page.text}"
    if file_in(answer) is None and (
        answer.media_type.startswith("text/") or "json" in answer.media_type
    ):
        return answer.text()
    detail = (
        f"{what} is {file_in(answer) or answer.media_type or 'of no named type'}, which people read"
    )
    raise Inconclusive("needs_review", detail)


def assert_readable(answer: Answer, what: str) -> None:
    """A document has a text of some length, and is no page where one logs in."""
    if file_in(answer) and len(answer.body) > _LEAST:
        return
    text = words_of(answer, what).strip()
    if len(text) >= _LEAST and not _PASSWORD.search(answer.text()):
        return
    if _PASSWORD.search(answer.text()):
        fail(f"{what} is a page where one logs in", expected="a document", received=excerpt(answer))
    if "<script" in answer.text():
        detail = (
            f"{what} is a page that programs fill in a browser: {len(text)} characters without them"
        )
        raise Inconclusive("needs_review", detail)
    fail(
        f"{what} has {len(text)} characters of text",
        expected=f"a text of {_LEAST} characters at least",
        received=excerpt(answer) or "nothing",
    )


def language_of(answer: Answer) -> str:
    """The language a document says it is in, such as `de`; empty where it says none."""
    told = str(answer.headers.get("content-language", "")).strip()
    if not told and answer.media_type in PAGES:
        match = _LANGUAGE.search(answer.text())
        told = match[1] if match else ""
    return told.partition(",")[0].partition("-")[0].strip().lower()


def dates_of(answer: Answer) -> list[str]:
    """What tells the state of a document: days in its text, Last-Modified, ETag."""
    text = answer.text() if file_in(answer) is None else ""
    fields = (str(answer.headers.get(n, "")) for n in ("last-modified", "etag"))
    return [*_DAY.findall(text)[:3], *(f for f in fields if f)]


def has_version(text: str, version: str) -> bool:
    """Whether a text has a version, which is no part of a longer one."""
    return bool(re.search(rf"(?<![\d.]){re.escape(version)}(?!\.?\d)", text))


def has_figures(answer: Answer, what: str) -> bool:
    """Whether a document has figures of service, or says of quality what W3C DQV has words for."""
    return _QUALITY in answer.text() or bool(_FIGURE.search(words_of(answer, what)))


def ways_to_ask(answer: Answer) -> list[str]:
    """How a page says that data is asked for: by a form, or where its links lead."""
    page = page_in(answer)
    if page is None:
        return _WAY.findall(answer.text())
    form = ["a form"] if re.search(r"<form\b", answer.text(), re.IGNORECASE) else []
    return form + [a for a in page.anchors if _WAY.search(a)]


def listed(answer: Answer) -> list[object]:
    """The list in an answer: an array, or the only array among the members of an object. Raises Contradiction."""
    value = answer.json()
    if isinstance(value, dict):
        arrays = [v for v in value.values() if isinstance(v, list)]
        value = arrays[0] if len(arrays) == 1 else value
    if not isinstance(value, list):
        msg = "the requests are not given as a list"
        raise Contradiction(msg, expected="a JSON array", received=excerpt(answer))
    return value
