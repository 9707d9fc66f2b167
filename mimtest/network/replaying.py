"""Answers from a report instead of from a target: what a replay asks is looked up, and nothing is sent.

A request is found by its method, address and body, in the order in which its check sent them. What mimtest
made up for a run (names with random ends, times) is made up anew in a replay; such a word of a request is
taken for the recorded one at its place, and the answer then says the new word instead of the old one.
"""

import base64
import errno
import re
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import httpx

from mimtest import clock
from mimtest.errors import Unanswered
from mimtest.network.failures import BrokenAnswer, Refused, TimedOut, TlsFailed, Unreachable
from mimtest.network.recording import BODY_LIMIT, Message, Recorder
from mimtest.network.transport import Received, decoded, response_of

#: Words that a run makes up: ends of names, and moments.
_MADE_UP: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:T|%20|\+)\d\d(?::|%3A)\d\d(?::|%3A)\d\d(?:[.,]\d+)?|[0-9a-f]{6,}(?![0-9a-f])|[0-9A-F]{6,}(?![0-9A-F])"
)
#: Codes of outcomes that say nothing but that this is a replay.
NOT_RECORDED: Final = "not_recorded"
NOT_REPLAYABLE: Final = "not_replayable"
#: The code of a check that goes by what an earlier run noted, of which a replay has nothing.
NO_SNAPSHOT: Final = "no_snapshot"
MISSED: Final = "it asks for something that is not in the record"
SHARED: Final = "several processes made the run (-n), each with things of its own"
BY_MASK: Final = "it goes by a secret, and these are masked"
_NO_TEXT: Final = "an answer is not text, so only its digest was kept"
_CUT: Final = "only the beginning of an answer was kept"
_MASKED: Final = "something in an answer was masked"
#: Reasons that a report could be given on purpose, so that nobody sees what a check really rests on.
OF_THE_RECORD: Final = frozenset({MISSED, SHARED, BY_MASK, _NO_TEXT, _CUT, _MASKED})
_JUDGE: Final = "m"
_NETWORK: Final = frozenset(
    {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"}
    | {"socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
    # Another process would not be watched.
    | {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"}
)
_RETRIED: Final = ("GET", "HEAD")
_MARKER: Final = "\u2039"
_MASK: Final = re.compile("\u2039([^\u2039\u203a]{1,200})\u203a")
_PLAIN: Final = re.compile("[^A-Za-z0-9]+")

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


class ReplayingTransport(httpx.BaseTransport):
    """Answers from a tape, recorded as any exchange is."""

    def __init__(self, recorder: Recorder, tape: Tape) -> None:
        self._recorder = recorder
        self._tape = tape

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The recorded answer. Raises Unanswered where there was none, or nothing was recorded."""
        keep = self._recorder
        sent = keep.request(
            request.method, str(request.url), decoded(request.headers.raw), request.content
        )
        found = self._tape.take(sent)
        if found is None:
            self._tape.leave_out(MISSED)
            raise self._unanswered(
                sent, Unanswered(NOT_RECORDED, "the report has no such exchange")
            )
        if found["error"]:
            raise self._unanswered(sent, _problem(**found["error"]))
        return response_of(self._received(sent, str(request.url), found["response"]))

    def _unanswered(self, sent: Message, problem: Unanswered) -> Unanswered:
        self._recorder.add(sent, None, self._recorder.failure(problem.code, problem.detail))
        return problem

    def _received(self, sent: Message, url: str, answer: Mapping[str, Any]) -> Received:
        tape = self._tape
        clock.move_to(clock.date_of(answer["headers"]))
        body = base64.b64decode(answer.get("bodyBase64") or "")
        body = body or _played(tape, answer["body"] or "").encode("utf-8", "surrogatepass")
        headers = tuple((name, _played(tape, value)) for name, value in answer["headers"])
        kept = self._recorder.response(
            answer["status"], headers, body, size=len(body), digest=answer["bodyDigest"]
        )
        exchange = self._recorder.add(sent, kept)
        tape.note(exchange.id, (*_lacking(answer), *([SHARED] if tape.is_shared else ())))
        return Received(exchange.id, url, answer["status"], headers, body, 0)


def _played(tape: Tape, text: str) -> str:
    """Recorded text with the words of this run, and with a word for each secret that was masked in it.

    Such a word can be shown again where a token has to be, which a mask cannot; it is masked in turn.
    """
    return _MASK.sub(lambda m: f"stand-in-for-{_PLAIN.sub('-', m[1])}", tape.renamed(text))


def lacks(exchange: Mapping[str, Any]) -> tuple[str, ...]:
    """What of an exchange a report did not keep."""
    secret = any(_MARKER in value for _, value in exchange["request"]["headers"])
    return (*_lacking(exchange["response"]), *([BY_MASK] if secret else ()))


def _lacking(answer: Mapping[str, Any]) -> Iterator[str]:
    if answer["body"] is None and answer["bodyBytes"] and "bodyBase64" not in answer:
        yield _NO_TEXT
    elif answer["truncated"]:
        yield _CUT
    fields = (v for n, v in answer["headers"] if not n.lower().startswith("x-"))
    if _MARKER in (answer["body"] or "") or any(_MARKER in v for v in fields):
        yield _MASKED


def _problem(kind: str, message: str) -> Unanswered:
    """What was raised when there was no answer, as `mimtest.network.failures` makes it."""
    match kind:
        case "timeout":
            return TimedOut(kind, message)
        case "tls":
            return TlsFailed(kind, message, message.removeprefix("TLS: "))
        case "body_cut" | "protocol" | "too_large":
            return BrokenAnswer(kind, message)
        case "unreachable" if "connection was" in message:
            return Refused(kind, message)
    return Unreachable(kind, message)


_silent: Final[list[Tape]] = []


@contextmanager
def without_network(tape: Tape) -> Iterator[None]:
    """Inside, every use of a socket by this process fails and is noted on the tape, and it is the time of the run."""
    if not _hooked:
        sys.addaudithook(_refuse)
        _hooked.append(True)
    _silent.append(tape)
    try:
        with clock.beginning_at(tape.started):
            yield
    finally:
        _silent.pop()


_hooked: Final[list[bool]] = []


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if _silent and event in _NETWORK:
        _silent[-1].leave_out("speaks to the network beside HTTP: a handshake, or another protocol")
        raise OSError(errno.ENETUNREACH, "the network is blocked in a replay")
