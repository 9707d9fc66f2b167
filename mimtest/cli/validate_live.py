"""Live endpoints as inputs of a bulk validation: page by page, as the interface links them.

The next page is where a Link header or the `links` of a feature collection say it is; NGSI v2 has offsets instead.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import orjson

from mimtest.cli.connecting import connections
from mimtest.errors import Contradiction, Inconclusive, UsageError
from mimtest.models.bulk_inputs import blocks_of
from mimtest.models.bulk_lines import MAX_RECORD, Lines
from mimtest.models.bulk_records import Block, Place
from mimtest.models.bulk_values import Values
from mimtest.network.client import Answer, Client
from mimtest.target import Target, origin_of, parse_target
from mimtest.vocabulary.context_link import context_link

_ACCEPT: Final = (
    "application/json, application/geo+json;q=0.9, application/x-ndjson;q=0.8, */*;q=0.1"
)
_LINES: Final = (
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
)
_COUNTS: Final = ("ngsild-results-count", "fiware-total-count")
_OF_V2: Final = "/v2/entities"
_PAGE: Final = 100
_PIECE: Final = 256 * 1024
_DIGITS: Final = 15


class PagesInput:
    """An address whose answer holds entities, and those it leads on to; `context` is the @context that gives NGSI-LD its names.

    Raises UsageError for a missing secret.
    """

    def __init__(
        self,
        url: str,
        stack: ExitStack,
        *,
        target: Target | None = None,
        context: str | None = None,
        limit: int = MAX_RECORD,
    ) -> None:
        self.name = url
        self.size: int | None = None
        self.expected: int | None = None
        self.identity: list[Any] | None = [url, context]
        self.consumed = 0
        self._limit = limit
        clients = stack.enter_context(connections(target or _anyone(url)))
        self._client = _nearest(clients, url)
        interface = self._client.interface
        named = replace(interface, context=context or interface.context)
        link = context_link(named) if context or interface.kind == "ngsi-ld" else {}
        self._headers = {"Accept": _ACCEPT, **link}

    def blocks(self, place: Place) -> Iterator[Block]:
        """The blocks of each page. Raises Inconclusive when a page does not come."""
        address = place.address or self._first()
        records, pages, marked = place.records, 0, ""
        while address:
            answer = self._page(address)
            following = _next(answer, address)
            if following and following in (address, marked):
                raise Inconclusive("protocol", f"{address} leads back to a page that was read")
            pages += 1
            if pages & (pages - 1) == 0:  # each circle comes to a page marked like this
                marked = address
            before = records
            for block in self._blocks(answer, address, records):
                records += len(block.records)
                yield block
            if _is_v2(address) and records == before:
                return
            if following:
                yield Block(address, records + 1, end=Place(records=records, address=following))
            address = following

    def _first(self) -> str:
        return _moved(self.name, 0) if _is_v2(self.name) else self.name

    def _page(self, address: str) -> Answer:
        answer = self._client.get(address, headers=self._headers)
        self._client.recorder.drain()  # a page is data here, not evidence
        if not answer.ok:
            raise Inconclusive("request_refused", f"{address} is answered with {answer.status}")
        self.consumed += len(answer.body)
        told = next((v for n in _COUNTS if (v := answer.headers.get(n))), "")
        if told.isascii() and told.isdigit() and len(told) < _DIGITS:
            self.expected = int(told)
        return answer

    def _blocks(self, answer: Answer, address: str, records: int) -> Iterator[Block]:
        kind = Lines if answer.media_type in _LINES else Values
        splitter = kind(Place(records=records), self._limit)
        body = answer.body
        pieces = (body[i : i + _PIECE] for i in range(0, len(body), _PIECE))
        for block in blocks_of(address, splitter, pieces):
            block.end = None  # only whole pages are read again
            yield block


def _anyone(url: str) -> Target:
    """A target for asking without credentials."""
    product = {"supplier": "?", "name": "?", "version": "?"}
    interface = {"kind": "rest", "url": url.partition("?")[0]}
    return parse_target({"product": product, "interfaces": {"address": interface}}, name="FILE")


def _nearest(clients: list[Client], url: str) -> Client:
    """The client of the interface that the address is part of, else of one at its origin."""
    here = [c for c in clients if c.interface.origin == origin_of(url)]
    if not here:
        hint = "Name its interface there, or leave --target out."
        raise UsageError(f"{url}: no interface of the target file is there.", hint)
    fitting = [c for c in here if url.startswith(c.interface.url.rstrip("/"))]
    return max(fitting or here, key=lambda c: len(c.interface.url))


def _next(answer: Answer, address: str) -> str:
    """The address of the next page; empty after the last."""
    links = answer.links
    if not links and answer.body.lstrip()[:1] == b"{":
        links = _links_in(answer)
    named = next((k["href"] for k in links if "next" in str(k.get("rel", "")).split()), None)
    if named:
        return _resolved(answer, named)
    if _is_v2(address):
        offset, limit = (_query(address).get(n, "") for n in ("offset", "limit"))
        if offset.isdecimal() and limit.isdecimal() and len(offset + limit) < _DIGITS:
            return _moved(address, int(offset) + int(limit))
    return ""


def _resolved(answer: Answer, reference: str) -> str:
    try:
        return answer.resolve(reference)
    except Contradiction as error:
        raise Inconclusive("protocol", error.message) from None


def _links_in(answer: Answer) -> list[dict[str, str]]:
    """The links of a feature collection (OGC 17-069r4 7.15.5)."""
    try:
        links = orjson.loads(answer.body).get("links")
    except orjson.JSONDecodeError:
        return []
    listed = links if isinstance(links, list) else []
    return [k for k in listed if isinstance(k, dict) and isinstance(k.get("href"), str)]


def _is_v2(address: str) -> bool:
    return urlsplit(address).path.rstrip("/").endswith(_OF_V2)


def _query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


def _moved(address: str, offset: int) -> str:
    """The address of the page that begins there."""
    query = {"limit": str(_PAGE), **_query(address), "offset": str(offset)}
    return urlunsplit(urlsplit(address)._replace(query=urlencode(query)))
