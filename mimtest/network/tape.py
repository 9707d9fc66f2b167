"""The exchanges of a report, to be found again by what is asked.

A request is found by its method, address and body, in the order in which its check sent them. What mimtest
made up for a run (names with random ends, times) is made up anew in a replay; such a word of a request is
taken for the recorded one at its place, and the answer then says the new word instead of the old one.
"""

import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from mimtest import clock
from mimtest.network.exchange import Message
from mimtest.network.recording import BODY_LIMIT, Recorder

#: Words that a run makes up: ends of names, and moments.
_MADE_UP: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:T|%20|\+)\d\d(?::|%3A)\d\d(?::|%3A)\d\d(?:[.,]\d+)?|[0-9a-f]{6,}(?![0-9a-f])|[0-9A-F]{6,}(?![0-9A-F])"
)
_JUDGE: Final = "m"
_RETRIED: Final = ("GET", "HEAD")

Key = tuple[str, str]
_PARTS: Final = ("method", "url", "body", "headers")


@dataclass(slots=True)
class _Kept:
    """An exchange of the report, and the words in its request that may have been made up."""

    exchange: Mapping[str, Any]
    key: Key
    words: tuple[str, ...]
    used: bool = False

    @property
    def worker(self) -> str:
        """The process of the run that sent it."""
        return str(self.exchange["id"]).rpartition("-")[0]


@dataclass(slots=True)
class Tape:
    """The exchanges of a report by check, and what a replay could not do with them.

    `left_out` has, by check, why its outcome here says nothing; `partly`, by check and by exchange, why it may
    say less. `run_id` is the run's that was recorded.
    """

    exchanges: Iterable[Mapping[str, Any]]
    recorder: Recorder
    run_id: str
    started: datetime = field(default_factory=clock.now)
    left_out: dict[str | None, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    partly: dict[str | None, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    _by_check: dict[tuple[str | None, Key], list[_Kept]] = field(default_factory=dict)
    _by_key: dict[Key, list[_Kept]] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _workers: dict[str | None, str] = field(default_factory=dict)
    _processes: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for exchange in self.exchanges:
            if not exchange.get("incoming"):
                request = exchange["request"]
                kept = _Kept(exchange, *_parted(**{n: request[n] for n in _PARTS}))
                self._workers[exchange["check"]] = kept.worker
                self._processes.add(kept.worker)
                self._by_check.setdefault((exchange["check"], kept.key), []).append(kept)
                self._by_key.setdefault(kept.key, []).append(kept)

    def take(self, request: Message) -> Mapping[str, Any] | None:
        """The next recorded exchange for a request; None when there is none."""
        key, words = _parted(request.method or "", request.url or "", request.body, request.headers)
        check = self.recorder.check_id
        with self._lock:
            own = self._by_check.get((check, key), [])
            others = self._by_key.get(key, [])
            near = [k for k in others if k.worker == self._workers.get(check)]
            found = next(filter(None, (self._next(k, words) for k in (own, near, others))), None)
            if found is None:
                return None
            found.used = True
            if _was_sent_again(found):
                found = self._next(own, found.words) or found
                found.used = True
            self._names |= {
                old: new for old, new in zip(found.words, words, strict=True) if old != new
            }
        return found.exchange

    def _next(self, kept: list[_Kept], words: tuple[str, ...]) -> _Kept | None:
        """The first one left whose words are these, or can stand for them."""
        left = [k for k in kept if not k.used]
        same = next((k for k in left if k.words == words), None)
        return same or next((k for k in left if self._fits(k.words, words)), None)

    def _fits(self, old: tuple[str, ...], new: tuple[str, ...]) -> bool:
        return all(self._names.get(o, n) == n for o, n in zip(old, new, strict=True))

    @property
    def is_shared(self) -> bool:
        """Whether several processes made the run, beside the one that judged it."""
        return len(self._processes - {_JUDGE}) > 1

    def renamed(self, text: str) -> str:
        """Recorded text with the words of this run in it."""
        return _MADE_UP.sub(lambda m: self._names.get(m[0], m[0]), text)

    def leave_out(self, why: str) -> None:
        """Whatever becomes of the check that runs, it says nothing about the record."""
        self.left_out[self.recorder.check_id][why] = None

    def note(self, exchange: str, reasons: Iterable[str]) -> None:
        """Whoever looks at this exchange sees less than was seen in the run."""
        for why in reasons:
            for place in (self.recorder.check_id, exchange):
                self.partly[place][why] = None


def _parted(
    method: str, url: str, body: str | None, headers: Iterable[Sequence[str]]
) -> tuple[Key, tuple[str, ...]]:
    """A request without the words that may be made up, and these words.

    Of the fields count the context a request links to, the trace it belongs to, and whether it says who asks,
    which is masked; of a body the part that every report keeps.
    """
    fields = {name.lower(): value for name, value in headers}
    named = f"{fields.get('link')}\n{fields.get('traceparent')}"
    text = f"{'authorization' in fields}\n{url}\n{named}\n{(body or '')[:BODY_LIMIT]}"
    return (method, _MADE_UP.sub("#", text)), tuple(_MADE_UP.findall(text))


def _was_sent_again(kept: _Kept) -> bool:
    """Whether a kept-alive connection was closed before the request reached it."""
    error = kept.exchange["error"]
    again = kept.exchange["request"]["method"] in _RETRIED
    return again and error is not None and error["kind"] == "unreachable"
