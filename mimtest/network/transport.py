"""The only place where mimtest sends HTTP: one exchange, recorded whatever becomes of it.

Proxies of the environment are not used: they would change what is measured without a trace in the
report. `SSL_CERT_FILE` and `SSL_CERT_DIR` are respected, and `ca` of the target file, for test stands with a CA of
their own.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

import httpcore
import httpx

from mimtest.errors import MimtestError, Unanswered
from mimtest.network.bodies import MAX_BYTES, BodyReader
from mimtest.network.deadline import Attempt, DeadlineBackend, attempt
from mimtest.network.exchange import Exchange, Headers, Message
from mimtest.network.failures import explain
from mimtest.network.recording import Recorder
from mimtest.network.trust import shared_context
from mimtest.target import Tls

#: Request extension: seconds the whole request may take.
DEADLINE: Final = "mimtest_deadline"
#: Response extension: the `Received` the response was made of.
RECEIVED: Final = "mimtest_received"
_DEFAULT_SECONDS: Final = 30.0
_CONNECTIONS: Final = 32
_IDEMPOTENT: Final = ("GET", "HEAD")
# Their debug lines hold header fields before anything is masked.
for _name in ("httpcore.connection", "httpcore.http11", "httpcore.proxy"):
    logging.getLogger(_name).setLevel(logging.INFO)
_DECODED: Final = ("content-encoding", "content-length", "transfer-encoding")


@dataclass(frozen=True, slots=True)
class Received:
    """A complete answer, its body decoded. `elapsed_ms` ends with the last byte."""

    exchange: str
    url: str
    status: int
    headers: Headers
    body: bytes
    elapsed_ms: int


class RecordingTransport(httpx.BaseTransport):
    """Sends requests and records every one of them, failed ones too.

    Raises Unanswered where there is no complete answer. An idempotent request whose kept-alive
    connection turns out to be closed is sent once more on a fresh one; both are recorded.
    """

    def __init__(
        self, recorder: Recorder, *, max_bytes: int = MAX_BYTES, tls: Tls | None = None
    ) -> None:
        self._recorder = recorder
        self._max_bytes = max_bytes
        self._tls = tls or Tls()
        self._pools: dict[str, httpcore.ConnectionPool] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request within the seconds of its `DEADLINE` extension."""
        pool = self._pool(request.url.scheme)
        try:
            received = self._exchange(pool, request)
        except _StaleConnectionError:
            with _new_pool(request.url.scheme, self._tls) as fresh:
                received = self._exchange(fresh, request)
        return response_of(received)

    def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            pool.close()

    def _pool(self, scheme: str) -> httpcore.ConnectionPool:
        if scheme not in self._pools:
            self._pools[scheme] = _new_pool(scheme, self._tls)
        return self._pools[scheme]

    def _exchange(self, pool: httpcore.ConnectionPool, request: httpx.Request) -> Received:
        seconds = float(request.extensions.get(DEADLINE, _DEFAULT_SECONDS))
        started = time.monotonic()
        answer = _Incoming(self._max_bytes)
        with attempt(seconds) as state:
            problem = self._masked(answer.receive(pool, request, state, seconds))
        exchange = self._record(request, answer, started, problem)
        if problem is None:
            return answer.received(exchange, str(request.url))
        stale = problem.code == "unreachable" and not state.fresh and not state.received
        if stale and request.method in _IDEMPOTENT:
            raise _StaleConnectionError from problem
        raise problem

    def _masked(self, problem: Unanswered | None) -> Unanswered | None:
        """The same problem; what the target said in it is masked, for it ends up in messages."""
        if problem is not None:
            problem.detail = self._recorder.redactor.text(problem.detail)
            problem.args = (f"{problem.code}: {problem.detail}",)
        return problem

    def _record(
        self,
        request: httpx.Request,
        answer: "_Incoming",
        started: float,
        problem: Unanswered | None,
    ) -> Exchange:
        keep = self._recorder
        sent = keep.request(
            request.method, str(request.url), decoded(request.headers.raw), request.content
        )
        return keep.add(
            sent,
            answer.message(keep),
            keep.failure(problem.code, problem.detail) if problem else None,
            elapsed_ms=round((time.monotonic() - started) * 1000),
        )

    def __enter__(self) -> Self:
        return self


class _StaleConnectionError(Exception):
    """The server had closed a kept-alive connection before the request reached it."""


class _Incoming:
    """An answer while it arrives; what is there of it can be recorded at any time."""

    def __init__(self, max_bytes: int) -> None:
        self.status: int | None = None
        self.headers: Headers = ()
        self.reader = BodyReader(limit=max_bytes)
        self._limit = max_bytes

    def receive(
        self, pool: httpcore.ConnectionPool, request: httpx.Request, state: Attempt, seconds: float
    ) -> Unanswered | None:
        """Send the request and read the answer to its end; what went wrong, if something did."""
        try:
            self._read(pool, request)
        except Unanswered as problem:
            return problem
        except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol) as error:
            msg = f"The request cannot be sent: {error}."
            raise MimtestError(msg) from error
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            return explain(error, state, seconds, answering=self.status is not None)
        return None

    def _read(self, pool: httpcore.ConnectionPool, request: httpx.Request) -> None:
        response = pool.handle_request(_core_request(request))
        try:
            self.headers = decoded(response.headers)
            self.status = response.status
            coding = ", ".join(v for n, v in self.headers if n.lower() == "content-encoding")
            self.reader = BodyReader(coding, self._limit)
            self.reader.read(_stream(response))
        finally:
            response.close()

    def message(self, recorder: Recorder) -> Message | None:
        """What is kept of it; None when nothing came."""
        if self.status is None:
            return None
        reader = self.reader
        return recorder.response(
            self.status, self.headers, reader.body, size=reader.size, digest=reader.digest
        )

    def received(self, exchange: Exchange, url: str) -> Received:
        """The complete answer."""
        status = self.status or 0
        return Received(
            exchange.id, url, status, self.headers, self.reader.body, exchange.elapsed_ms
        )


def _new_pool(scheme: str, tls: Tls) -> httpcore.ConnectionPool:
    return httpcore.ConnectionPool(
        ssl_context=shared_context(tls) if scheme == "https" else None,
        max_connections=_CONNECTIONS,
        keepalive_expiry=5.0,
        network_backend=DeadlineBackend(),
    )


def _core_request(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.content,
        extensions={"timeout": {"pool": request.extensions.get(DEADLINE, _DEFAULT_SECONDS)}},
    )


def _stream(response: httpcore.Response) -> Iterable[bytes]:
    stream = response.stream
    if not isinstance(stream, Iterable):  # pragma: no cover - only of asynchronous pools
        raise TypeError
    return stream


def decoded(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Header fields as text; bytes outside of ASCII are read as UTF-8, else as Latin-1."""
    return tuple((name.decode("latin-1"), _text(value)) for name, value in raw)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def response_of(received: Received) -> httpx.Response:
    """An httpx response with the body decoded already, so without the fields about its coding."""
    kept = [
        (name.encode("latin-1"), value.encode())
        for name, value in received.headers
        if name.lower() not in _DECODED
    ]
    return httpx.Response(
        received.status,
        headers=kept,
        content=received.body,
        extensions={RECEIVED: received},
    )
