"""The rulebook over HTTP: pages, in the language that is asked for."""

from dataclasses import dataclass
from html import escape
from typing import Final

from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import not_allowed, problem
from mimtest.sandbox.rulebook.documents import (
    LANGUAGES,
    PROCEDURE,
    RECORD,
    RULEBOOK,
    SERVICE_LEVEL,
)

PREFIX: Final = "/rulebook"
_ADOPTED: Final = "Tue, 01 Sep 2026 08:00:00 GMT"
_OTHERS: Final = {
    "/procedure": PROCEDURE,
    "/records/2026-05": RECORD,
    "/service-level": SERVICE_LEVEL,
}


@dataclass(frozen=True, slots=True)
class RulebookService:
    """The rulebook at its own address in the language that is preferred, and in each language by itself."""

    def handle(self, request: Request) -> Response:
        """The page at a path."""
        path = request.path.rstrip("/")
        language = path.removeprefix("/")
        known = path in ("", *_OTHERS) or language in LANGUAGES
        if not known:
            return problem(404, "there is nothing here")
        if request.method != "GET":
            return not_allowed("GET")
        if path in _OTHERS:
            return page(_OTHERS[path])
        if path:
            return page(RULEBOOK[language], language)
        wanted = request.headers.get("accept-language", "")
        chosen = next((n for n in LANGUAGES if wanted.lower().startswith(n)), "en")
        return page(RULEBOOK[chosen], chosen).with_header("Vary", "Accept-Language")


def page(text: tuple[str, ...], language: str = "en") -> Response:
    """A page with a title and paragraphs."""
    title, *paragraphs = (escape(t) for t in text)
    held = "".join(f"<p>{p}</p>" for p in paragraphs)
    body = (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1>{held}</body></html>"
    )
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Language", language),
        ("Last-Modified", _ADOPTED),
    )
    return Response(200, headers, body.encode())
