"""Documents of a data ecosystem: rulebooks, procedures, service levels, and the words in which they are found."""

import re
from collections.abc import Mapping
from typing import Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.expect import assert_status, excerpt, fail
from mimtest.vocabulary.licences import licence_at
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
    r"(?:^|[/._-])(?:log-?in|sign-?in|sso|saml2?|cas|auth|authorize|openid-connect)(?:$|[/?._-])",
    re.IGNORECASE,
)
_LANGUAGE: Final = re.compile(r"<html\b[^>]*?\blang\s*=\s*[\"']?([A-Za-z-]+)", re.IGNORECASE)
_FILE_LANGUAGE: Final = re.compile(rb"/Lang\s*\(([A-Za-z-]+)\)")
_FILE_DAY: Final = re.compile(rb"/(?:ModDate|CreationDate)\s*\(D:(\d{8})")
_YEAR: Final = r"(?:19|20)\d\d\b"
_MONTH: Final = r"(?:jan|f[eé][bv]|m[aä]r|a[pbv]r|ma[igjy]|mei|ju[nil]|giu|lug|a[uo][gû]|ago|sep|set|o[ckut]t|nov|d[eéi][czk])"
_DAY: Final = re.compile(
    rf"\b{_YEAR}[-./]\d\d[-./]\d\d|\b{_YEAR}\.\s[^\W\d]{{3,14}}\s\d{{1,2}}\b"
    rf"|\b\d{{1,2}}[./]\s?\d{{1,2}}[./]\s?{_YEAR}|\b{_MONTH}[^\W\d]{{0,10}}\.?\s(?:\d{{1,2}},\s|del?\s)?{_YEAR}"
    rf"|\b\d{{1,2}}(?:er|re|º|°|\.|st|nd|rd|th)?\s(?:de\s|of\s|d')?[^\W\d]{{3,14}}\.?\s(?:del?\s)?{_YEAR}",
    re.IGNORECASE,
)
_FIGURE: Final = re.compile(
    r"\d(?:[.,]\d+)?\s*(?:%|‰|per\s?cent|pro[cz]ent|pour\s?cent|por\s?cien|ms\b|s\b|sec|min|hours?\b|h\b|stunden?\b|heures?\b"
    r"|horas?\b|ore\b|uren?\b|uur\b|tim(?:er|mar)\b|days?\b|tage?n?\b|jours?\b|d[ií]as?\b|giorn|dag(?:en|e|ar)?\b|dni\b|päiv)",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r":\s*\d+(?:\.\d+)?\s*[,}\]]")
_QUALITY: Final = "http://www.w3.org/ns/dqv#"
#: Where requests are taken down: mail, trackers, and forms that are elsewhere.
_WAY: Final = re.compile(
    r"mailto:|/(?:issues|tickets|discussions|requests?|servicedesk)(?:[/?#]|$)|jira|tracker|forms\.(?:gle|office)|/forms?/|typeform|limesurvey",
    re.IGNORECASE,
)
_FORM: Final = re.compile(r"<form\b.*?(?:</form>|\Z)", re.IGNORECASE | re.DOTALL)
_SEARCH: Final = re.compile(
    r"role\s*=\s*[\"']?search|type\s*=\s*[\"']?search|name\s*=\s*[\"']?(?:q|s|query|search|suche)\b",
    re.IGNORECASE,
)
#: A field for a text, which one without a type is.
_INPUT: Final = re.compile(r"<input\b(?![^>]*\btype\s*=\s*[\"']?(?!text)\w)", re.IGNORECASE)
_DOCUMENT: Final = re.compile(
    r"\.(?:pdf|docx?|odt|rtf|md|txt|ttl|jsonld|json|rdf)(?:$|\?)", re.IGNORECASE
)


def read_document(client: Client, place: str, what: str, **headers: str) -> Answer:
    """A document for people, after redirects that stay at its host. Raises Contradiction, Inconclusive."""
    fields = {"Accept": FOR_PEOPLE, **{n.replace("_", "-"): v for n, v in headers.items()}}
    answer = client.get(place, headers=fields)
    for _ in range(_HOPS):
        there = answer.location if answer.status in _REDIRECTS else None
        if there is None:
            break
        if leads_to_log_in(there):
            raise Inconclusive("auth_refused", f"{what} leads to a page where one logs in: {there}")
        answer = client.get(there.partition("#")[0], headers=fields)
    return assert_status(answer, 200, what=what)


def leads_to_log_in(address: str) -> bool:
    """Whether an address is one where people log in, by its words."""
    return bool(_LOGIN.search(address.partition("?")[0]))


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
    """A document has a text of some length. Raises Contradiction; Inconclusive for what may be a page where one logs in."""
    if file_in(answer) and len(answer.body) > _LEAST:
        return
    text = words_of(answer, what).strip()
    if _PASSWORD.search(answer.text()):
        if len(text) < _LEAST:
            raise Inconclusive("auth_refused", f"{what} is a page where one logs in")
        detail = f"{what} asks for a password; whether its {len(text)} characters are the document is for people"
        raise Inconclusive("needs_review", detail)
    if len(text) >= _LEAST:
        return
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


def languages_of(answer: Answer) -> frozenset[str]:
    """The languages a document says it is in, such as `de`: by its header field, its root element, or its catalogue (PDF)."""
    told = _LANGUAGE.findall(answer.text()) if answer.media_type in PAGES else []
    if file_in(answer) == "PDF":
        told = [m.decode() for m in _FILE_LANGUAGE.findall(answer.body)]
    return named_languages(answer) | {main_language(t) for t in told}


def named_languages(answer: Answer) -> frozenset[str]:
    """The languages that the header names: for whom a document is (RFC 9110 8.5)."""
    told = str(answer.headers.get("content-language", "")).split(",")
    return frozenset(main_language(t) for t in told if t.strip())


def main_language(tag: str) -> str:
    """A language without region and script; both written forms of Norwegian are Norwegian."""
    main = tag.partition("-")[0].strip().lower()
    return "no" if main in ("nb", "nn") else main


def dates_of(answer: Answer) -> list[str]:
    """What tells the state of a document: days and months in its text, or in what a file says of itself."""
    if file_in(answer) == "PDF":
        return [m.decode() for m in _FILE_DAY.findall(answer.body)]
    return _DAY.findall(answer.text())[:3] if file_in(answer) is None else []


def has_version(text: str, version: str) -> bool:
    """Whether a text has a version, which is no part of a longer one."""
    return bool(re.search(rf"(?<![\d.]){re.escape(version)}(?!\.?\d)", text))


def has_figures(answer: Answer, what: str) -> bool:
    """Whether a document has figures of service, or says of quality what W3C DQV has words for."""
    if "json" in answer.media_type and _NUMBER.search(answer.text()):
        return True
    return _QUALITY in answer.text() or bool(_FIGURE.search(words_of(answer, what)))


def ways_to_ask(answer: Answer) -> list[str]:
    """How a page says that data is asked for: by a form, or where its links lead."""
    page = page_in(answer)
    if page is None:
        return _WAY.findall(answer.text())
    asking = [f for f in _FORM.findall(answer.text()) if _is_asking(f)]
    return ["a form"] * bool(asking) + [a for a in page.anchors if _WAY.search(a)]


def _is_asking(form: str) -> bool:
    """Whether a form takes down what somebody wants: it has room for a text, and is none to search or to log in."""
    if _PASSWORD.search(form) or _SEARCH.search(form):
        return False
    return bool(re.search(r"<textarea\b", form, re.IGNORECASE)) or bool(_INPUT.search(form))


def templates_in(answer: Answer) -> tuple[list[str], bool]:
    """Where a page leads to templates: documents, known licences, and what is below it; and whether it leads elsewhere, too."""
    page = page_in(answer)
    links = sorted({a.partition("#")[0] for a in page.anchors} if page else ())
    links = [a for a in links if a.startswith(("http://", "https://")) and a != answer.url]
    below = f"{answer.url.partition('?')[0].rstrip('/')}/"
    own = [
        a
        for a in links
        if a.startswith(below)
        or _DOCUMENT.search(a)
        or licence_at(a).state in ("known", "stands for")
    ]
    return own, len(own) < len(links)


def listed(answer: Answer) -> list[object]:
    """The list in an answer: an array, or one among the members of an object. Raises Contradiction."""
    value = answer.json()
    if isinstance(value, dict):
        arrays = [v for v in value.values() if isinstance(v, list)]
        of_objects = [a for a in arrays if a and isinstance(a[0], dict)]
        value = next(iter([*of_objects, *arrays]), None)
    if not isinstance(value, list):
        msg = "the requests are not given as a list"
        raise Contradiction(msg, expected="a JSON array", received=excerpt(answer))
    return value
