"""Why a request got no answer, in words that stay the same on every machine."""

import ssl
from collections.abc import Iterator
from typing import Final

import httpcore

from mimtest.errors import Inconclusive, MimtestError, Unanswered
from mimtest.network.deadline import Attempt, NameUnknownError


class Unreachable(Unanswered):
    """No connection: `dns`, or `unreachable` (refused, reset, no route)."""


class Refused(Unreachable):
    """Nobody listens at that port, or the connection was closed without a word."""


class NotSent(Refused):
    """Nobody listens at that port: not a byte of the request went out."""


class TlsFailed(Unreachable):
    """`tls`: the handshake failed; `reason` is expired, self-signed, and so on."""

    def __init__(self, code: str, detail: str = "", reason: str = "") -> None:
        super().__init__(code, detail)
        self.reason = reason


class TimedOut(Unanswered):
    """`timeout`: the request's time was up before the answer was complete."""


class BrokenAnswer(Unanswered):
    """`body_cut`, `protocol` (not HTTP) or `too_large`: an answer began, but is of no use."""


class RateLimited(Unanswered):
    """`rate_limited`: the target asked to be left alone for longer than a run may wait."""


class OutOfScope(Inconclusive):
    """`out_of_scope`: the address is not at an origin of the target file; nothing was sent."""


class LevelExceededError(MimtestError):
    """A check wanted to do more than its level, or the run's, allows: the check's mistake."""


#: The interface document's name for it.
LevelExceeded = LevelExceededError

_CERTIFICATE: Final = {
    9: "not yet valid",
    10: "expired",
    18: "self-signed",
    19: "self-signed",
    20: "unknown issuer",
    21: "incomplete chain",
    62: "name mismatch",
    64: "name mismatch",
    66: "weak key",
    67: "weak key",
    68: "weak signature",
}
_NOT_TLS: Final = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_")


def explain(error: Exception, state: Attempt, seconds: float, *, answering: bool) -> Unanswered:
    """The `Unanswered` that stands for an error of the connection.

    `answering` is whether the status and headers of the answer had been read.
    """
    causes = tuple(_causes(error))
    tls = next((c for c in causes if isinstance(c, ssl.SSLError)), None)
    if isinstance(error, httpcore.TimeoutException):
        return TimedOut("timeout", _late(state, seconds))
    if tls is not None:
        reason = tls_reason(tls)
        return TlsFailed("tls", f"TLS: {reason}", reason)
    if isinstance(error, NameUnknownError):
        return Unreachable("dns", "the host name could not be resolved")
    if answering:
        return _cut(error, state)
    if isinstance(error, httpcore.RemoteProtocolError) and state.received:
        return BrokenAnswer("protocol", f"the answer is not HTTP: {_line(error)}")
    return _no_connection(causes)


def _late(state: Attempt, seconds: float) -> str:
    how_far = f"after {state.received} bytes of it" if state.received else "not a byte of it came"
    return f"no complete answer within {seconds:g} s, {how_far}"


def _cut(error: Exception, state: Attempt) -> BrokenAnswer:
    whole = isinstance(error, httpcore.RemoteProtocolError) and "peer closed" not in str(error)
    if whole:
        return BrokenAnswer("protocol", f"the body is not framed as HTTP: {_line(error)}")
    return BrokenAnswer(
        "body_cut", f"the connection ended within the body, at byte {state.received}"
    )


def _no_connection(causes: tuple[BaseException, ...]) -> Unreachable:
    if any(isinstance(c, ConnectionRefusedError) for c in causes):
        return NotSent("unreachable", "the connection was refused")
    if any(isinstance(c, ConnectionResetError | BrokenPipeError) for c in causes):
        return Refused("unreachable", "the connection was reset before any answer")
    system = next((c for c in causes if isinstance(c, OSError) and c.strerror), None)
    if isinstance(system, OSError):
        return Unreachable("unreachable", str(system.strerror))
    return Refused("unreachable", "the connection was closed without an answer")


def tls_reason(error: ssl.SSLError) -> str:
    """Why a handshake failed: expired, self-signed, name mismatch, protocol and so on."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE.get(error.verify_code, error.verify_message)
    reason = error.reason or ""
    if any(word in reason for word in _NOT_TLS):
        return "protocol (the port does not speak TLS)"
    return f"protocol ({reason.lower().replace('_', ' ') or 'the handshake was cut'})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it, nearest first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _line(error: Exception) -> str:
    """The error's text on one short line."""
    return " ".join(str(error).split())[:200]
