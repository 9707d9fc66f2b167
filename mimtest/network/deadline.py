"""One deadline for a whole request, from the look-up of the name to the last byte of the answer.

Time limits of sockets hold per read, so a server that sends a byte now and then keeps a client for
ever. Here every operation of a connection gets the time that is left of the request it serves.
"""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import httpcore

_WRITE_SIZE: Final = 16 * 1024
_NEVER: Final = 3600.0


class NameUnknownError(httpcore.ConnectError):
    """The host's name has no address, or nobody told it in time."""


@dataclass(slots=True)
class Attempt:
    """One try at a request: when it ends (monotonic seconds) and how far it came."""

    ends: float
    fresh: bool = False
    received: int = 0

    def left(self) -> float:
        """Seconds left; 0 when the time is up."""
        return max(self.ends - time.monotonic(), 0.0)


_CURRENT: Final[ContextVar[Attempt | None]] = ContextVar("mimtest_attempt", default=None)


@contextmanager
def attempt(seconds: float) -> Iterator[Attempt]:
    """Hold everything this thread does on connections to `seconds` in all."""
    current = Attempt(time.monotonic() + seconds)
    token = _CURRENT.set(current)
    try:
        yield current
    finally:
        _CURRENT.reset(token)


def _left(timeout: type[httpcore.TimeoutException]) -> float:
    """Seconds left for the request this thread serves; raises `timeout` when there are none."""
    current = _CURRENT.get()
    left = _NEVER if current is None else current.left()
    if left <= 0:
        raise timeout
    return left


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose reads and writes end with the request they serve."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Read up to `max_bytes`; raises ReadTimeout at the request's deadline."""
        data = self._inner.read(max_bytes, timeout=_left(httpcore.ReadTimeout))
        current = _CURRENT.get()
        if current is not None:
            current.received += len(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Write everything, piece by piece; raises WriteTimeout at the request's deadline."""
        for start in range(0, len(buffer), _WRITE_SIZE):
            piece = buffer[start : start + _WRITE_SIZE]
            self._inner.write(piece, timeout=_left(httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Shake hands; raises ConnectTimeout at the request's deadline."""
        left = _left(httpcore.ConnectTimeout)
        return DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        """What the connection below knows, such as its socket."""
        return self._inner.get_extra_info(info)


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections within the deadline of the request that needs them."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Try the host's addresses in turn; raises ConnectError or ConnectTimeout."""
        current = _CURRENT.get()
        if current is not None:
            current.fresh = True
        failure: Exception = httpcore.ConnectError("the name has no address")
        for address in resolve(host, port):
            left = _left(httpcore.ConnectTimeout)
            try:
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except httpcore.ConnectError as error:
                failure = error
            else:
                return DeadlineStream(stream)
        raise failure


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host. Raises NameUnknownError when none is found in time.

    The system's look-up cannot be interrupted, so it runs in a thread of its own.
    """
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    addresses: Future[list[str]] = Future()
    look_up = threading.Thread(target=_look_up, args=(host, port, addresses), daemon=True)
    look_up.start()
    msg = "the name could not be resolved"
    try:
        return addresses.result(_left(httpcore.ConnectTimeout))
    except TimeoutError:
        raise NameUnknownError(msg) from None
    except (OSError, UnicodeError) as error:
        raise NameUnknownError(msg) from error


def _look_up(host: str, port: int, addresses: Future[list[str]]) -> None:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses.set_result(list(dict.fromkeys(str(info[4][0]) for info in infos)))
    except Exception as error:  # noqa: BLE001 - raised again where the result is awaited
        addresses.set_exception(error)
