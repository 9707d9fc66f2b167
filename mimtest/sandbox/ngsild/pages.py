"""Paging (5.5.9, 6.3.10) and counting (6.3.13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeVar
from urllib.parse import urlencode

from mimtest.sandbox.http import Response, dump
from mimtest.sandbox.ngsild.call import Call
from mimtest.sandbox.ngsild.errors import NgsiError, bad_data
from mimtest.sandbox.ngsild.links import page_header

#: The base path of the API.
PREFIX: Final = "/ngsi-ld/v1"
DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 1000
#: The parameter of a link to another page that says under which context the first was asked for.
NAMES: Final = "names"
_MAX_DIGITS: Final = 15
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a result is wanted, and whether to say how long the whole is."""

    limit: int
    offset: int
    count: bool

    def of(self, items: Sequence[T]) -> Sequence[T]:
        """The items of this page."""
        return items[self.offset : self.offset + self.limit]

    def headers(self, call: Call, total: int, media_type: str) -> list[tuple[str, str]]:
        """The links to the neighbouring pages, and the count where wanted."""
        headers = [("NGSILD-Results-Count", str(total))] if self.count else []
        if self.limit and self.offset:
            before = max(0, self.offset - self.limit)
            headers.append(("Link", page_header(_url(call, before, self), "prev", media_type)))
        if self.limit and self.offset + self.limit < total:
            after = self.offset + self.limit
            headers.append(("Link", page_header(_url(call, after, self), "next", media_type)))
        return headers


def read_page(call: Call) -> Page:
    """The wanted page. Raises NgsiError: BadRequestData, or TooManyResults above the limit's limit."""
    if call.params.get(NAMES, _digest(call)) != _digest(call):
        msg = "the pages of a result come under one context"
        raise bad_data(msg)
    page = Page(
        _number(call, "limit", DEFAULT_LIMIT), _number(call, "offset", 0), call.flag("count")
    )
    if page.limit == 0 and not page.count:
        msg = "a limit of 0 only makes sense with count=true"
        raise bad_data(msg)
    if page.limit > MAX_LIMIT:
        msg = f"limit is {MAX_LIMIT} at most"
        raise NgsiError("TooManyResults", msg)
    return page


def with_headers(response: Response, headers: Sequence[tuple[str, str]]) -> Response:
    """The response with more headers; Link may be there several times."""
    return Response(response.status, (*response.headers, *headers), response.body)


def _number(call: Call, name: str, default: int) -> int:
    text = call.params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        msg = f"{name} is a whole number, 0 or more"
        raise bad_data(msg)
    return int(text)


def _url(call: Call, offset: int, page: Page) -> str:
    kept = [(k, v) for k, v in call.request.param_pairs if k not in ("limit", "offset", NAMES)]
    query = urlencode([*kept, ("limit", page.limit), ("offset", offset), (NAMES, _digest(call))])
    return f"{PREFIX}{call.request.path}?{query}"


def _digest(call: Call) -> str:
    """A short text for the context of a call."""
    return sha256(dump(call.context.references)).hexdigest()[:12]
