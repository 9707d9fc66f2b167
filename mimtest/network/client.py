"""HTTP towards one interface: within scope and level, paced, recorded, and cleaned up after.

Redirects are never followed and cookies never kept, so that every check starts from the same state.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, Self

import httpx

from mimtest.errors import Inconclusive, Unanswered
from mimtest.network.answer import Answer
from mimtest.network.cleanup import Creations, Traces, remove
from mimtest.network.courier import Courier
from mimtest.network.failures import (
    BrokenAnswer,
    LevelExceeded,
    LevelExceededError,
    OutOfScope,
    RateLimited,
    Refused,
    TimedOut,
    TlsFailed,
    Unreachable,
)
from mimtest.network.journal import Entry, Journal
from mimtest.network.outgoing import Outgoing, Params
from mimtest.network.pacing import PASSIVE_BUDGET, budget_of
from mimtest.network.permission import require_level
from mimtest.network.posted import Posted, Search, matches
from mimtest.network.recording import Recorder
from mimtest.network.recovery import CleanupReport, clean_journal
from mimtest.network.transport import DEADLINE
from mimtest.target import Interface, Level

__all__ = [
    "Answer",
    "BrokenAnswer",
    "CleanupReport",
    "Client",
    "LevelExceeded",
    "LevelExceededError",
    "OutOfScope",
    "Params",
    "RateLimited",
    "Refused",
    "TimedOut",
    "TlsFailed",
    "Unanswered",
    "Unreachable",
    "clean_journal",
]

_REPEATABLE: Final = ("GET", "HEAD", "OPTIONS")


class Client:
    """Sends requests to one interface; made by `opening.open_client`. Safe to use from several threads."""

    def __init__(
        self,
        interface: Interface,
        *,
        level: Level,
        recorder: Recorder,
        outgoing: Outgoing,
        courier: Courier,
        journal: Journal | None,
        run_id: str,
        traces: Traces | None,
        search: Search | None,
    ) -> None:
        self.interface = interface
        self.level = level
        self.recorder = recorder
        self.run_id = run_id
        self._asked = 0
        self._asked_by: dict[tuple[str, int], int] = {}
        self._outgoing = outgoing
        self._courier = courier
        send = self._remove_or_look
        self._creations = Creations(send, interface, journal, run_id, traces)
        self._posted = Posted(interface, journal, run_id)
        self._search = search

    @property
    def created(self) -> int:
        """How many things the target confirmed to have created."""
        return self._creations.confirmed

    def url(self, path: str = "") -> str:
        """The address of a path below the interface's; an absolute address stays as it is."""
        return self._outgoing.url(path)

    def request(
        self,
        method: str,
        path: str = "",
        *,
        params: Params | None = None,
        query: bool = False,
        harmless: bool = False,
        patient: bool = True,
        timeout: float | None = None,
        known: bool = False,
        **content: Any,
    ) -> Answer:
        """Send a request and read its whole answer.

        `path` is below the interface's address, or an absolute address in scope. Its content are
        `headers`, `json` or `content` (bytes or text), `auth=False` to leave credentials out, and
        `without` names of further fields to leave out.
        `query=True` marks a POST that only reads, `harmless=True` a request that cannot change
        anything, such as one with an impossible body: both are allowed at level safe.
        `patient=False` takes 429 and 503 as answers instead of waiting as told. `timeout` is in
        seconds, for everything. `known` says that what a POST makes is written down
        already. Raises Unanswered, OutOfScope, LevelExceededError.
        """
        method, reads = method.upper(), query or harmless
        require_level(method, reads=reads, run=self.level, check=self.recorder.level)
        self._spend()
        url = self._outgoing.address(path, params)
        request = self._outgoing.request(method, url, **content)
        request.extensions[DEADLINE] = timeout or self.interface.timeout
        repeatable = method in _REPEATABLE or reads
        makes = method == "POST" and not reads
        with self._ledger(request, content, known=known) if makes else nullcontext():
            received = self._courier.deliver(request, patient=patient, repeatable=repeatable)
        return Answer(received, self.recorder)

    def _ledger(
        self, request: httpx.Request, content: Mapping[str, Any], *, known: bool
    ) -> AbstractContextManager[None]:
        """Has a POST written down while it is sent, unless what it makes is `known`."""
        self._creations.posted(str(request.url))
        return nullcontext() if known else self._posted.sending(request, content.get("headers"))

    def _spend(self) -> None:
        """Count a request; a passive run may only ask so often, and so may some checks."""
        self._asked += 1
        if self.level is Level.PASSIVE and self._asked > PASSIVE_BUDGET:
            raise Inconclusive("budget", f"a passive run asks {PASSIVE_BUDGET} times at most")
        check = self.recorder.check_id
        most = budget_of(check)
        if check and most is not None:
            attempt = (check, self.recorder.attempt)
            asked = self._asked_by[attempt] = self._asked_by.get(attempt, 0) + 1
            if asked > most:
                raise Inconclusive("budget", f"a check like this one asks {most} times at most")

    def get(self, path: str = "", **options: Any) -> Answer:
        """GET; see `request`."""
        return self.request("GET", path, **options)

    def head(self, path: str = "", **options: Any) -> Answer:
        """HEAD; see `request`."""
        return self.request("HEAD", path, **options)

    def options(self, path: str = "", **options: Any) -> Answer:
        """OPTIONS; see `request`."""
        return self.request("OPTIONS", path, **options)

    def post(self, path: str = "", **options: Any) -> Answer:
        """POST; see `request`."""
        return self.request("POST", path, **options)

    def put(self, path: str = "", **options: Any) -> Answer:
        """PUT; see `request`."""
        return self.request("PUT", path, **options)

    def patch(self, path: str = "", **options: Any) -> Answer:
        """PATCH; see `request`."""
        return self.request("PATCH", path, **options)

    def delete(self, path: str = "", **options: Any) -> Answer:
        """DELETE; see `request`."""
        return self.request("DELETE", path, **options)

    def create(
        self,
        path: str,
        *,
        undo: str,
        expect_gone: bool = True,
        method: str = "POST",
        **options: Any,
    ) -> Answer:
        """Create something that DELETE at `undo` removes: written down before it is sent.

        It is removed when its check is over, and looked for at clean-up whatever the answer is. Raises as
        `request` does.
        """
        require_level(method, reads=False, run=self.level, check=self.recorder.level)
        address = str(self._outgoing.address(undo))
        entry = self._creations.will(
            address,
            options.get("headers"),
            expect_gone=expect_gone,
            made_for=self.recorder.made_for,
        )
        answer = self.request(method, path, known=True, **options)
        self._creations.answered(entry, answer.received.status)
        return answer

    def note_created(
        self, url: str, headers: Mapping[str, str] | None = None, *, expect_gone: bool = True
    ) -> None:
        """Have clean-up remove what the target created at an address of its own choice.

        Without `expect_gone` it is not looked for afterwards. Raises OutOfScope unless it lies
        below a collection this client posted to.
        """
        address = str(self._outgoing.address(url))
        whom = self.recorder.made_for
        self._creations.note(address, headers, expect_gone=expect_gone, made_for=whom)

    def will_change(self, url: str, by_hand: str) -> Entry:
        """Write down, before it is sent, a change that the caller takes back; `by_hand` tells how others do."""
        return self._creations.will_change(str(self._outgoing.address(url)), by_hand)

    def taken_back(self, entry: Entry) -> None:
        """A change that was written down is as it was before, or never was made."""
        self._creations.taken_back(entry)

    def end_of(self, whom: str) -> None:
        """Remove what was made for a check that is over, or for a fixture, as far as it goes at once."""
        self._creations.end_of(whom)

    def clean_up(self) -> list[str]:
        """Remove what was created, newest first; the addresses of what is left behind."""
        unknown: list[str] = []
        for entry in self._posted.clean_up(self, self._search, unknown):
            self._creations.adopt(entry)
        left = self._creations.clean_up()
        self._posted.done()
        return left + unknown

    def matches(self, entry: Entry) -> list[Entry]:
        """What came of the POST of a journal's entry. Raises Inconclusive where that cannot be known."""
        return matches(self, self._search, entry)

    def remove(self, entry: Entry) -> str | None:
        """Remove a journal's entry; why it is left, or None when it is gone."""
        return remove(self._remove_or_look, entry)

    def _remove_or_look(self, method: str, url: str, headers: Mapping[str, str]) -> int:
        """Send DELETE or GET for a clean-up, which no check's level limits."""
        request = self._outgoing.request(method, self._outgoing.address(url), headers=headers)
        request.extensions[DEADLINE] = self.interface.timeout
        return self._courier.deliver(request, patient=True, repeatable=True).status

    def close(self) -> None:
        """Close the connections."""
        self._courier.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()
