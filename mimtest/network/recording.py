"""What was sent and what came back: the evidence of a run, masked before it is kept."""

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from mimtest.layout import INCOMING
from mimtest.network.exchange import Exchange, Failure, Headers, Message
from mimtest.network.redaction import Redactor
from mimtest.target import Level

#: Characters of a body that are kept by default.
BODY_LIMIT: Final = 8192
#: Characters that are kept where whole answers are asked for, so that a replay has them.
WHOLE: Final = 4_000_000
#: For whom something is made: the check that runs, or the whole run.
CHECK: Final = "check"
RUN: Final = "run"
_NOT_TEXT: Final = re.compile("[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MOSTLY: Final = 0.1
_SERVER_ERRORS: Final = 500
#: How JSON ends that begins so.
_CLOSED: Final = {"{": "}", "[": "]"}


class Recorder:
    """Keeps the exchanges of a process; safe to use from several threads.

    `prefix` begins every exchange's id, as in `m-0001`; `body_limit` is how many characters of a
    body are kept.
    """

    def __init__(
        self, redactor: Redactor, *, prefix: str = "", body_limit: int = BODY_LIMIT
    ) -> None:
        self.redactor = redactor
        self.exchanges: list[Exchange] = []
        #: Requests sent since the beginning, also those without an answer.
        self.sent = 0
        self._came = 0
        self.check_id: str | None = None
        #: The level of the check that runs; None outside of checks.
        self.level: Level | None = None
        self._prefix = prefix
        self._body_limit = body_limit
        #: For whom something is made now: the check that runs, a fixture of a file, or the run.
        self.made_for = CHECK
        self._observed: dict[str, None] = {}
        #: Exchanges that may have gone wrong on the way: no answer, an error of a server, a page, half a body.
        self.doubtful: set[str] = set()
        #: The number of the try at the check that runs.
        self.attempt = 1
        self._lock = threading.Lock()

    def start_check(self, check_id: str, level: Level) -> None:
        """What follows belongs to this check."""
        with self._lock:
            self.check_id, self.level, self.made_for = check_id, level, CHECK
            self._observed.clear()

    def end_check(self) -> None:
        """What follows belongs to no check."""
        with self._lock:
            self.check_id = self.level = None

    @contextmanager
    def between_checks(self) -> Iterator[None]:
        """What happens inside belongs to no check, though it may happen in the middle of one."""
        with self._lock:
            kept = self.check_id, self.level
            self.check_id = self.level = None
        try:
            yield
        finally:
            with self._lock:
                self.check_id, self.level = kept

    @contextmanager
    def preparing(self, level: Level) -> Iterator[None]:
        """Inside, `level` holds instead of the check's: what is prepared serves many checks."""
        with self._lock:
            kept, self.level = self.level, level
        try:
            with self.making_for(RUN if self.made_for == CHECK else self.made_for):
                yield
        finally:
            with self._lock:
                self.level = kept

    @contextmanager
    def making_for(self, whom: str) -> Iterator[None]:
        """What is made inside serves somebody else than the check that runs, and stays when that is over."""
        kept, self.made_for = self.made_for, whom
        try:
            yield
        finally:
            self.made_for = kept

    def drain(self) -> list[Exchange]:
        """The exchanges since the last call."""
        with self._lock:
            drained, self.exchanges = self.exchanges, []
        return drained

    def witness(self, exchange_id: str) -> None:
        """Remember that a check looked at this answer; the one looked at last comes last."""
        with self._lock:
            self._observed.pop(exchange_id, None)
            self._observed[exchange_id] = None

    def observed(self) -> tuple[str, ...]:
        """Ids of the exchanges whose answer was read since the last `start_check`."""
        with self._lock:
            return tuple(self._observed)

    def add(
        self,
        request: Message,
        response: Message | None,
        error: Failure | None = None,
        *,
        elapsed_ms: int = 0,
    ) -> Exchange:
        """Keep one exchange, its parts made by `message` and `failure`."""
        with self._lock:
            self.sent += 1
            name = "-".join(filter(None, (self._prefix, f"{self.sent:04d}")))
            exchange = Exchange(name, self.check_id, request, response, error, elapsed_ms)
            self.exchanges.append(exchange)
            if error or (response and _is_doubtful(response)):
                self.doubtful.add(name)
        return exchange

    def came(self, request: Message, response: Message | Failure, check: str | None) -> Exchange:
        """Keep what the product sent, on behalf of a check, and how it was answered, or that it was not."""
        with self._lock:
            self._came += 1
            name = "-".join(filter(None, (self._prefix, f"{self._came:04d}"))) + INCOMING
            answer = response if isinstance(response, Message) else None
            error = response if isinstance(response, Failure) else None
            exchange = Exchange(name, check, request, answer, error, 0, incoming=True)
            self.exchanges.append(exchange)
        return exchange

    def request(self, method: str, url: str, headers: Headers, body: bytes) -> Message:
        """What is kept of a request."""
        text, digest, cut = self._body(body, _digest(body) if body else None)
        url = self.redactor.text(url)
        kept = self.redactor.headers(headers)
        return Message(kept, text, len(body), digest, cut, method=method, url=url)

    def response(
        self, status: int, headers: Headers, body: bytes, *, size: int, digest: str | None
    ) -> Message:
        """What is kept of an answer; `size` and `digest` are those of all that was read."""
        self.redactor.learn_issued(body)
        text, digest, cut = self._body(body, digest if size else None)
        kept = self.redactor.headers(headers)
        raw = self._binary(body) if text is None and size == len(body) else None
        cut = (cut and raw is None) or size > len(body)
        return Message(kept, text, size, digest, cut, status=status, binary=raw)

    def _binary(self, body: bytes) -> str | None:
        """A body that is no text, where whole answers are asked for; one that holds a secret is not kept."""
        wanted = body and self._body_limit >= WHOLE >= len(body)
        if not wanted or self.redactor.holds_secret(body.decode("latin-1")):
            return None
        return base64.b64encode(body).decode()

    def failure(self, kind: str, message: str) -> Failure:
        """What is kept of an error."""
        return Failure(kind, self.redactor.text(message))

    def _body(self, body: bytes, digest: str | None) -> tuple[str | None, str | None, bool]:
        """The kept text, the digest that goes with it, and whether text was cut off."""
        window = self._body_limit + self.redactor.slack
        text = _text(body, window)
        if text is None:
            return None, digest, bool(body)
        kept = self.redactor.text(text, self._body_limit)
        if kept != _safe(text[: self._body_limit]):
            digest = _digest(kept.encode())
        return kept, digest, len(text) > self._body_limit


def _is_doubtful(response: Message) -> bool:
    """Whether somebody on the way may have had a hand in it: a server's error, a page for people, half a document."""
    kind = next((v.lower() for n, v in response.headers if n.lower() == "content-type"), "")
    if (response.status or 0) >= _SERVER_ERRORS or "html" in kind:
        return True
    text = (response.body or "").strip() if "json" in kind and not response.truncated else ""
    return _CLOSED.get(text[:1], text[-1:]) != text[-1:]


def _text(body: bytes, window: int) -> str | None:
    """The beginning of a body as text of up to `window` characters; None when it is not text."""
    if not body:
        return None
    part = body[: 4 * window]
    if part.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    text = part.decode(errors="replace")
    strange = len(_NOT_TEXT.findall(text))
    return text[:window] if strange <= _MOSTLY * len(text) else None


def _safe(text: str) -> str:
    return text.replace("\x00", "\ufffd")


def _digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
