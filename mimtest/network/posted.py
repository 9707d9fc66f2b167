"""What was sent where the target alone chooses the address of what is new.

A run may end, or the answer get lost, before that address is known. So the ledger has each such place with the
mark that all we send carries, and a clean-up looks there for what has it.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Protocol

import httpx

from mimtest.errors import Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.failures import NotSent, RateLimited
from mimtest.network.journal import Entry, Journal
from mimtest.target import Interface

#: Fields of a request that say something about its body or its answer alone.
_OF_BODIES: Final = ("content-type", "content-length", "accept", "link", "prefer", "expect")
_FORM: Final = "application/x-www-form-urlencoded"
_LOST: Final = "a POST there got no answer: look whether it made something, and remove that"


class Asking(Protocol):
    """The part of a client that a search needs."""

    interface: Interface

    def get(self, path: str = "", **options: Any) -> Answer:
        """Read something. Raises Inconclusive."""

    def url(self, path: str = "") -> str:
        """The address of a path of the interface."""


#: The addresses of what carries a mark, at or around an address, asked for with these fields. Raises Inconclusive
#: where that cannot be known.
Search = Callable[[Asking, str, Mapping[str, str], str], Iterable[str]]


class Posted:
    """The places one client posted to, and which of them owe it an answer."""

    def __init__(self, interface: Interface, journal: Journal | None, mark: str) -> None:
        self._interface = interface
        self._journal = journal
        self._mark = mark
        self._places: dict[tuple[str, ...], Entry] = {}
        self._lost: dict[str, Entry] = {}

    @contextmanager
    def sending(self, request: httpx.Request, fields: Mapping[str, str] | None) -> Iterator[None]:
        """Have a POST written down before it is sent, and whether it got an answer. Raises NotWritten."""
        entry = self._will(request, fields or {})
        if entry is None:
            yield
            return
        try:
            yield
        except (NotSent, RateLimited):
            self._answered(entry)
            raise
        except BaseException:
            self._lost[entry.key] = entry
            raise
        self._answered(entry)

    def _will(self, request: httpx.Request, fields: Mapping[str, str]) -> Entry | None:
        """The entry of a POST; None for one that can leave nothing of its own."""
        url = str(request.url.copy_with(query=None, fragment=None))
        if self._mark in url or request.headers.get("content-type", "").startswith(_FORM):
            return None
        kept = {k: v for k, v in fields.items() if k.lower() not in _OF_BODIES}
        if self._mark.encode() not in request.content:
            return self._written(url, kept, by_hand=_LOST)
        place = (url, *map(str, sorted(kept.items())))
        if place not in self._places:
            self._places[place] = self._written(url, kept)
        return self._places[place]

    def _written(self, url: str, fields: Mapping[str, str], by_hand: str = "") -> Entry:
        name = self._interface.name
        if self._journal is None:
            return Entry(uuid.uuid4().hex, name, url, tuple(fields.items()), by_hand=by_hand)
        if by_hand:
            return self._journal.will_change(name, url, by_hand)
        return self._journal.will_post(name, url, fields, self._mark)

    def _answered(self, entry: Entry) -> None:
        """Whoever asked knows now what is new; what came of a request with a mark is looked for all the same."""
        if entry.by_hand:
            self._settled(entry)

    def clean_up(self, client: Asking, search: Search | None, left: list[str]) -> list[Entry]:
        """What came of requests without an answer; what cannot be known is added to `left`."""
        found: list[Entry] = []
        for entry in [*self._lost.values()]:
            try:
                found += matches(client, search, entry)
            except Inconclusive as why:
                left.append(f"{entry.url} ({entry.by_hand or why.detail})")
                self._places = {k: e for k, e in self._places.items() if e is not entry}
        return found

    def done(self) -> None:
        """All that was made is gone: there is nothing to look for any more."""
        for entry in self._places.values():
            self._settled(entry)
        self._places.clear()
        self._lost.clear()

    def _settled(self, entry: Entry) -> None:
        if self._journal:
            self._journal.removed(entry)


def matches(client: Asking, search: Search | None, entry: Entry) -> list[Entry]:
    """What is to be removed for the entry of a POST. Raises Inconclusive where that cannot be known."""
    if entry.by_hand or search is None:
        raise Inconclusive("no_data", entry.by_hand or _LOST)
    addresses = search(client, entry.url, dict(entry.headers), entry.mark)
    fresh = dict.fromkeys(addresses)
    return [Entry(uuid.uuid4().hex, entry.interface, a, entry.headers) for a in fresh]
