"""Sending requests politely: in turn, with patience, and not to an interface that is down."""

import time
from typing import Final

import httpx

from mimtest.errors import Unanswered
from mimtest.network.failures import RateLimited
from mimtest.network.outgoing import encoded
from mimtest.network.pacing import Breaker, Politeness, retry_after
from mimtest.network.permission import origin
from mimtest.network.transport import RECEIVED, Received

_WAITING: Final = (429, 503)
_TOO_MANY: Final = 429
#: Seconds to wait where a busy target does not say how long.
_UNTOLD: Final = 1.0


class Courier:
    """Sends the requests of one interface; `home` is its origin, where the breaker counts."""

    def __init__(self, transport: httpx.BaseTransport, politeness: Politeness, home: str) -> None:
        self._transport = transport
        self._politeness = politeness
        self._home = home
        self._breaker = Breaker()

    def deliver(self, request: httpx.Request, *, patient: bool, repeatable: bool) -> Received:
        """Send a request, and once more after the wait a 429 or 503 asks for, or a second.

        A 503 has it repeated only if `repeatable`. With `patient=False` both are answers like any
        other. Raises RateLimited for a 429 that stays, and what the transport raises.
        """
        received = self._send(request)
        if not patient or received.status not in _WAITING:
            return received
        wait = retry_after(encoded(received.headers))
        pause = _UNTOLD if wait is None else wait
        may_repeat = repeatable or (received.status == _TOO_MANY and wait is not None)
        if may_repeat and self._politeness.patience.spend(pause):
            time.sleep(pause)
            received = self._send(request)
        if received.status == _TOO_MANY:
            code = "rate_limited"
            raise RateLimited(code, _asked(wait))
        return received

    def _send(self, request: httpx.Request) -> Received:
        at_home = origin(request.url) == self._home
        if at_home:
            self._breaker.check()
        self._politeness.wait_turn(request.url.host)
        try:
            response = self._transport.handle_request(request)
        except Unanswered as problem:
            if at_home:
                self._breaker.failed(problem)
            raise
        if at_home:
            self._breaker.succeeded()
        received: Received = response.extensions[RECEIVED]
        return received

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def _asked(wait: float | None) -> str:
    how_long = "without saying for how long" if wait is None else f"for {wait:g} s"
    return f"the target answered 429 and asks to wait {how_long}"
