"""What a host agrees to when somebody wants to speak TLS with it: eight connections at most, each recorded.

First what it has to refuse, then what it has to take: so a host that takes nothing more, because it was asked
too often, is not mistaken for a careful one.
"""

import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.network.cipher_suites import (
    AUTHENTICATING,
    BROKEN,
    OLD,
    SHORT,
    STATIC,
    suite_name,
)
from mimtest.network.failures import tls_reason
from mimtest.network.hello import (
    SSL3,
    TLS1_1,
    TLS1_2,
    VERSIONS,
    Alert,
    NotTlsError,
    client_hello,
    read_answer,
)
from mimtest.network.recording import Recorder
from mimtest.network.trust import shared_context, show
from mimtest.target import Tls

#: What is offered, in this order: a name, words for the record, and what a hello of our own consists of.
_REFUSABLE: Final[Mapping[str, tuple[str, int, Collection[int]]]] = {
    "old": ("TLS 1.1 at most", TLS1_1, OLD),
    "ssl3": ("SSL 3.0", SSL3, OLD),
    "broken": (
        "TLS 1.2, only suites without encryption, authentication or strength",
        TLS1_2,
        BROKEN,
    ),
    "static": (
        "TLS 1.2, only suites without forward secrecy or with 3DES",
        TLS1_2,
        (*STATIC, *SHORT),
    ),
}
_NEWEST: Final = "TLS 1.3 only"
_ANY: Final = "every version and suite of the local library"
_SECONDS: Final = 10.0
_NO_TLS: Final = "protocol (the port does not speak TLS)"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One offer and what became of it: agreed, refused, silent (no answer in time) or foreign (no TLS)."""

    offered: str
    result: str
    detail: str
    version: str = ""
    suite: str = ""
    exchange: str = ""


@dataclass(slots=True)
class Handshakes:
    """What one host and port answered. `verified` is 0, OpenSSL's code of what is wrong, or None: no certificate came.

    `chain` are the certificates as sent (DER), the server's own first; `trusted` those of the authorities that
    were believed.
    """

    host: str
    port: int
    attempts: dict[str, Attempt] = field(default_factory=dict)
    verified: int | None = None
    why: str = ""
    chain: tuple[bytes, ...] = ()
    trusted: tuple[bytes, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it agreed to something that TLS clients of today offer."""
        later = [a.result for n, a in self.attempts.items() if n not in _REFUSABLE]
        return "agreed" in later or bool(self.verified)


class Greeter:
    """Shakes hands with one host and port; `before` is called before each connection."""

    def __init__(
        self,
        recorder: Recorder,
        host: str,
        port: int,
        *,
        tls: Tls | None = None,
        seconds: float = _SECONDS,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self._recorder = recorder
        self._tls = tls or Tls()
        self._seconds = min(seconds, _SECONDS)
        self._before = before
        self._found = Handshakes(host, port)
        self._begun = 0.0

    def greet(self) -> Handshakes:
        """Every handshake there is to make. Raises Inconclusive where nobody listens or nobody speaks TLS."""
        found = self._found
        for name, (offered, version, suites) in _REFUSABLE.items():
            self._keep(name, self._say(offered, version, suites))
        newest = self._unverified()
        newest.minimum_version = ssl.TLSVersion.TLSv1_3
        self._keep("newest", self._shake(_NEWEST, newest))
        self._verify()
        if not found.chain:
            self._keep("any", self._shake(_ANY, self._unverified()))
        if found.attempts["newest"].result != "agreed":
            offered = "TLS 1.2, only suites that authenticate what they encrypt"
            self._keep("authenticating", self._say(offered, TLS1_2, AUTHENTICATING))
        return found

    def _keep(self, name: str, attempt: Attempt) -> None:
        """Keep an attempt, recorded."""
        keep, found = self._recorder, self._found
        host = f"[{found.host}]" if ":" in found.host else found.host
        sent = keep.request("TLS", f"https://{host}:{found.port}/", (), attempt.offered.encode())
        kind = "handshake" if attempt.result == "agreed" else "tls"
        exchange = keep.add(sent, None, keep.failure(kind, attempt.detail), elapsed_ms=self._took())
        found.attempts[name] = replace(attempt, exchange=exchange.id)

    def _took(self) -> int:
        """Milliseconds since the last connection was begun."""
        return round((time.monotonic() - self._begun) * 1000)

    def _verify(self) -> None:
        context = shared_context(self._tls, anything=True)
        self._found.trusted = tuple(context.get_ca_certs(binary_form=True))
        attempt = self._shake(f"{_ANY}, the certificate verified", context)
        if attempt.result == "agreed":
            self._found.verified = 0
        self._keep("verified", attempt)

    def _say(self, offered: str, version: int, suites: Collection[int]) -> Attempt:
        """Offer with a hello of our own, and hang up after the answer."""
        with closing(self._connect()) as raw:
            try:
                raw.sendall(client_hello(version, suites, self._found.host))
                answer = read_answer(_within(raw, self._seconds))
            except TimeoutError:
                return Attempt(offered, "silent", f"no answer within {self._seconds:g} s")
            except NotTlsError as error:
                return Attempt(offered, "foreign", str(error))
            except OSError:
                answer = None
        if answer is None:
            return Attempt(offered, "refused", "refused: the connection was closed")
        if isinstance(answer, Alert):
            return Attempt(offered, "refused", f"refused with the alert {answer.name}")
        spoken = VERSIONS.get(answer.version, f"version 0x{answer.version:04x}")
        return _agreed(offered, spoken, suite_name(answer.suite))

    def _shake(self, offered: str, context: ssl.SSLContext) -> Attempt:
        """A whole handshake; the certificates that come are kept."""
        with closing(self._connect()) as raw:
            try:
                with context.wrap_socket(raw, server_hostname=self._found.host) as link:
                    self._found.chain = self._found.chain or _chain(link)
                    cipher = link.cipher()
                    return _agreed(offered, _spoken(link), cipher[0] if cipher else "")
            except ssl.SSLCertVerificationError as error:
                self._found.verified, self._found.why = error.verify_code, error.verify_message
                return Attempt(offered, "refused", f"broken off by mimtest: {tls_reason(error)}")
            except TimeoutError:
                return Attempt(offered, "silent", f"no answer within {self._seconds:g} s")
            except ssl.SSLError as error:
                reason = tls_reason(error)
                result = "foreign" if reason == _NO_TLS else "refused"
                return Attempt(offered, result, f"refused: {reason}")
            except OSError:
                return Attempt(offered, "refused", "refused: the connection was closed")

    def _unverified(self) -> ssl.SSLContext:
        """A context that takes whatever the local library can."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("ALL:!aNULL:@SECLEVEL=0")
        show(context, self._tls)
        return context

    def _connect(self) -> socket.socket:
        self._before()
        self._begun = time.monotonic()
        found = self._found
        try:
            return socket.create_connection((found.host, found.port), timeout=self._seconds)
        except OSError as error:
            why = error.strerror or str(error) or "no connection"
            code = "timeout" if isinstance(error, TimeoutError) else "unreachable"
            code = "dns" if isinstance(error, socket.gaierror) else code
            raise Inconclusive(code, f"{found.host}:{found.port}: {why}") from None


def _agreed(offered: str, version: str, suite: str) -> Attempt:
    return Attempt(offered, "agreed", f"agreed on {version} with {suite}", version, suite)


def _spoken(link: ssl.SSLSocket) -> str:
    spoken = link.version() or ""
    return "TLS 1.0" if spoken == "TLSv1" else spoken.replace("TLSv", "TLS ")


def _within(raw: socket.socket, seconds: float) -> Callable[[int], bytes]:
    """Reads from a socket, all of it together within so many seconds."""
    end = time.monotonic() + seconds

    def read(size: int) -> bytes:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        raw.settimeout(left)
        return raw.recv(size)

    return read


def _chain(link: ssl.SSLSocket) -> tuple[bytes, ...]:
    """The certificates as the server sent them; of an old Python without a word for it, the server's own."""
    for owner in (link, getattr(link, "_sslobj", None)):
        tell: Any = getattr(owner, "get_unverified_chain", None)
        if tell is not None:
            return tuple(c if isinstance(c, bytes) else _der(c) for c in tell() or ())
    own = link.getpeercert(binary_form=True)
    return (own,) if own else ()


def _der(certificate: Any) -> bytes:
    return ssl.PEM_cert_to_DER_cert(certificate.public_bytes())
