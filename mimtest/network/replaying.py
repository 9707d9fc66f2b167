"""Answers from a report instead of from a target: what a replay asks is looked up, and nothing is sent."""

import base64
import errno
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import httpx

from mimtest import clock
from mimtest.errors import Unanswered
from mimtest.network.exchange import Message
from mimtest.network.failures import BrokenAnswer, Refused, TimedOut, TlsFailed, Unreachable
from mimtest.network.recording import Recorder
from mimtest.network.tape import Tape
from mimtest.network.transport import Received, decoded, response_of

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
_NETWORK: Final = frozenset(
    {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"}
    | {"socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
    # Another process would not be watched.
    | {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"}
)
_MARKER: Final = "\u2039"
_MASK: Final = re.compile("\u2039([^\u2039\u203a]{1,200})\u203a")
_PLAIN: Final = re.compile("[^A-Za-z0-9]+")


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
