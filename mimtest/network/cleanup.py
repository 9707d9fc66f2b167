"""Removing what a run created: in reverse order, each looked for afterwards.

What was made for a check, or for those of a file, goes when they are over: registrations that stay have a product ask
their sources with each request, and whatever stays may be found by the checks that follow.
"""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from mimtest.errors import Inconclusive
from mimtest.network.failures import OutOfScope
from mimtest.network.journal import Entry, Journal
from mimtest.network.permission import parse_url
from mimtest.network.recording import RUN
from mimtest.target import Interface

#: Sends a method to an address with fields, whatever the check's level; gives the status.
Send = Callable[[str, str, Mapping[str, str]], int]
#: The address of what a product keeps of something that was created and removed, if anything.
Traces = Callable[[str], str | None]

_GONE: Final = (404, 410)
_FORBIDDEN: Final = (401, 403)
#: Seconds between looks at something that was deleted.
_PAUSES: Final = (0.1, 0.3, 0.6, 1.0)
#: After so many that stayed in spite of waiting, the others are not waited for.
_WAITED_FOR: Final = 2
#: Fields that say something about a body; a removal has none.
_OF_BODIES: Final = ("content-type", "accept", "link", "prefer", "transfer-encoding", "expect")
_CONFLICT: Final = 409
_ERRORS: Final = 400
_SERVER_ERRORS: Final = 500


class Creations:
    """What one client created and has to remove, and then the `traces` this leaves."""

    def __init__(
        self,
        send: Send,
        interface: Interface,
        journal: Journal | None,
        run_id: str,
        traces: Traces | None = None,
    ) -> None:
        self._send = send
        self._interface = interface
        self._journal = journal
        self._run_id = run_id
        self._traces = traces
        self._left_by: dict[str, Entry] = {}
        self._entries: dict[str, Entry] = {}
        self._collections: set[str] = set()
        self._refused: set[str] = set()
        self._made_for: dict[str, str] = {}
        self._orphans: list[Entry] = []
        self.confirmed = 0

    def will(
        self,
        url: str,
        headers: Mapping[str, str] | None,
        *,
        expect_gone: bool,
        made_for: str = RUN,
    ) -> Entry:
        """Remember what is about to be created; written down when this returns. It goes with whom it was `made_for`."""
        headers = {k: v for k, v in (headers or {}).items() if k.lower() not in _OF_BODIES}
        left = self._traces(url) if self._traces else None
        trace = self._written(left, headers, expect_gone=True) if left else None
        entry = self._written(url, headers, expect_gone=expect_gone)
        self._entries[entry.key] = entry
        self._made_for[entry.key] = made_for
        if trace:
            self._left_by[entry.key] = trace
        return entry

    def _written(self, url: str, headers: Mapping[str, str], *, expect_gone: bool) -> Entry:
        name = self._interface.name
        if self._journal is None:
            return Entry(uuid.uuid4().hex, name, url, tuple(headers.items()), expect_gone)
        return self._journal.will_create(name, url, headers, expect_gone=expect_gone)

    def answered(self, entry: Entry, status: int) -> None:
        """Take note of the answer to a creation.

        A conflict over an identifier without the run's id means that something was there before;
        it is not ours to remove. After any other answer it may exist, and is looked for.
        """
        if status < _ERRORS:
            self.confirmed += 1
            if self._journal:
                self._journal.confirmed(entry)
        if status == _CONFLICT and self._run_id not in entry.url:
            self._done(entry)
            self._forget_trace(entry)
        elif _ERRORS <= status < _SERVER_ERRORS:
            self._refused.add(entry.key)

    def will_change(self, url: str, by_hand: str) -> Entry:
        """Remember a change that clean-up cannot take back, and how somebody does; written down when this returns."""
        name = self._interface.name
        if self._journal is None:
            entry = Entry(uuid.uuid4().hex, name, url, by_hand=by_hand)
        else:
            entry = self._journal.will_change(name, url, by_hand)
        self._entries[entry.key] = entry
        return entry

    def taken_back(self, entry: Entry) -> None:
        """A change is as it was before, or never was made."""
        self._done(entry)

    def posted(self, url: str) -> None:
        """Remember a collection that something was sent to."""
        self._collections.add(url.partition("?")[0].rstrip("/"))

    def note(
        self,
        url: str,
        headers: Mapping[str, str] | None,
        *,
        expect_gone: bool = True,
        made_for: str = RUN,
    ) -> None:
        """Remember something the target says it created, such as in a Location field.

        Raises OutOfScope unless it is below a collection this client posted to: a wrong Location
        must not have us delete what others own.
        """
        address = str(parse_url(url).copy_with(query=None, fragment=None))
        below = any(address[len(c) + 1 :].strip("/") for c in self._collections if _in(address, c))
        if not below:
            code = "out_of_scope"
            raise OutOfScope(code, f"{address} is not below what this run posted to")
        entry = self.will(address, headers, expect_gone=expect_gone, made_for=made_for)
        self.answered(entry, 201)

    def adopt(self, entry: Entry) -> None:
        """Remember something that was found to be ours."""
        if all(entry.url != known.url for known in self._entries.values()):
            self.will(entry.url, dict(entry.headers), expect_gone=entry.expect_gone)

    def clean_up(self) -> list[str]:
        """Remove everything, newest first, then its traces; the addresses of what is left behind."""
        left: list[str] = []
        traces, self._orphans = self._orphans, []
        for entry in reversed([*self._entries.values()]):
            if entry.by_hand:
                left.append(f"{entry.url} ({entry.by_hand})")
                continue
            if self._never_was(entry):
                continue
            self._remove(entry, left)
            if entry.key in self._left_by:
                traces.append(self._left_by.pop(entry.key))
        for trace in traces:
            self._remove(trace, left)
        return left

    def end_of(self, whom: str) -> None:
        """Remove what was made for somebody, newest first, as far as it goes at once.

        What does not, what may still come to be there, and all traces wait for `clean_up`.
        """
        entries = [e for e in reversed(self._entries.values()) if self._made_for.get(e.key) == whom]
        for entry in entries:
            self._made_for[entry.key] = RUN
        for entry in entries:
            try:
                if entry.key in self._refused or not self._goes_at_once(entry):
                    continue
            except Inconclusive:
                return
            self._done(entry)
            if entry.key in self._left_by:
                self._orphans.append(self._left_by.pop(entry.key))

    def _goes_at_once(self, entry: Entry) -> bool:
        fields = dict(entry.headers)
        if self._send("DELETE", entry.url, fields) >= _ERRORS:
            return False
        return not entry.expect_gone or self._send("GET", entry.url, fields) in _GONE

    def _never_was(self, entry: Entry) -> bool:
        """Whether the creation was refused, and it is not there."""
        never = entry.key in self._refused and not self._is_there(entry)
        if never:
            self._done(entry)
            self._forget_trace(entry)
        return never

    def _remove(self, entry: Entry, left: list[str]) -> None:
        """Remove one thing, or write down that it is left."""
        why = remove(self._send, entry, _PAUSES if len(left) < _WAITED_FOR else ())
        if why is None:
            self._done(entry)
            return
        left.append(entry.url)
        if self._journal:
            self._journal.left(entry, why)

    def _forget_trace(self, entry: Entry) -> None:
        trace = self._left_by.pop(entry.key, None)
        if trace:
            self._done(trace)

    def _is_there(self, entry: Entry) -> bool:
        """Whether something whose creation was refused exists all the same, or may."""
        try:
            return self._send("GET", entry.url, dict(entry.headers)) < _ERRORS
        except Inconclusive:
            return True

    def _done(self, entry: Entry) -> None:
        self._entries.pop(entry.key, None)
        if self._journal:
            self._journal.removed(entry)


def _in(address: str, collection: str) -> bool:
    """Whether something is below a collection: `…/items/1`, or `…/Things(1)` as OData has it."""
    return address.startswith((f"{collection}/", f"{collection}("))


def remove(send: Send, entry: Entry, pauses: Sequence[float] = _PAUSES) -> str | None:
    """Delete something and look for it, twice if need be; why it is left, or None when it is gone.

    `pauses` are the seconds between looks.
    """
    why: str | None = None
    for _ in range(2):
        try:
            why = _remove_once(send, entry, pauses)
        except Inconclusive as problem:
            why = str(problem)
        if why is None:
            break
    return why


def _remove_once(send: Send, entry: Entry, pauses: Sequence[float]) -> str | None:
    """Delete, then look until it is gone: some products take a moment to forget."""
    fields = dict(entry.headers)
    deleted = send("DELETE", entry.url, fields)
    if deleted in _FORBIDDEN or not entry.expect_gone:
        return None if deleted < _ERRORS or deleted in _GONE else f"DELETE answered {deleted}"
    seen = send("GET", entry.url, fields)
    for pause in pauses if deleted < _ERRORS else ():
        if seen in _GONE:
            break
        time.sleep(pause)
        seen = send("GET", entry.url, fields)
    return None if seen in _GONE else f"DELETE answered {deleted}, GET afterwards {seen}"
