"""The first words of TLS 1.2 and older as bytes: what a client offers, and what a server answers.

Own words, because no library of today offers what a server is to refuse. Nothing is agreed on beyond the
server's choice: the connection ends there.
"""

import ipaddress
import secrets
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

SSL3: Final = 0x0300
TLS1_1: Final = 0x0302
TLS1_2: Final = 0x0303
VERSIONS: Final[Mapping[int, str]] = {
    0x0002: "SSL 2.0",
    SSL3: "SSL 3.0",
    0x0301: "TLS 1.0",
    TLS1_1: "TLS 1.1",
    TLS1_2: "TLS 1.2",
    0x0304: "TLS 1.3",
}
#: Alerts a server refuses with (RFC 8446 section 6.2 and older).
ALERTS: Final[Mapping[int, str]] = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    40: "handshake_failure",
    47: "illegal_parameter",
    50: "decode_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    112: "unrecognized_name",
    120: "no_application_protocol",
}
_ALERT: Final = 21
_HANDSHAKE: Final = 22
_SERVER_HELLO: Final = 2
_WARNING: Final = 1
_CLOSE: Final = 0
#: A record has 2^14 bytes at most, and some for encryption.
_LONGEST: Final = 16384 + 2048
_RECORDS: Final = 4
#: "There is no renegotiation" (RFC 5746), which some servers want to see.
_NO_RENEGOTIATION: Final = 0x00FF
_GROUPS: Final = (0x001D, 0x0017, 0x0018, 0x0019)
_SIGNATURES: Final = (
    *(0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0807),
    *(0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0402, 0x0202),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a server agreed to: a version and a cipher suite, by number."""

    version: int
    suite: int


@dataclass(frozen=True, slots=True)
class Alert:
    """What a server refused with."""

    number: int

    @property
    def name(self) -> str:
        """The alert's name, or its number."""
        return ALERTS.get(self.number, f"alert {self.number}")


class NotTlsError(ValueError):
    """What came is no answer to a hello."""


def client_hello(version: int, suites: Iterable[int], host: str) -> bytes:
    """The record with which a client offers `version` at most, and these cipher suites."""
    offered = b"".join(struct.pack("!H", s) for s in (*suites, _NO_RENEGOTIATION))
    body = struct.pack("!H", version) + secrets.token_bytes(32) + b"\x00"
    body += _sized(offered) + b"\x01\x00"
    if version > SSL3:
        body += _sized(_extensions(version, host))
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    spoken = min(version, 0x0301)
    return struct.pack("!BHH", _HANDSHAKE, spoken, len(message)) + message


def _extensions(version: int, host: str) -> bytes:
    made = b"" if _is_address(host) else _extension(0, _sized(b"\x00" + _sized(host.encode())))
    made += _extension(10, _sized(_numbers(_GROUPS)))
    made += _extension(11, b"\x01\x00")
    if version >= TLS1_2:
        made += _extension(13, _sized(_numbers(_SIGNATURES)))
    return made


def _extension(number: int, content: bytes) -> bytes:
    return struct.pack("!H", number) + _sized(content)


def _numbers(values: Iterable[int]) -> bytes:
    return b"".join(struct.pack("!H", v) for v in values)


def _sized(content: bytes) -> bytes:
    return struct.pack("!H", len(content)) + content


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def read_answer(read: Callable[[int], bytes]) -> Chosen | Alert | None:
    """What a server answers; `read` gives up to so many bytes. None when it ends without a word.

    Raises NotTlsError for anything that is no TLS.
    """
    kept = b""
    for _ in range(_RECORDS):
        record = _record(read)
        if record is None:
            return None
        kind, content = record
        if kind == _ALERT:
            alert = _alert(content)
            if alert is not None:
                return alert
            continue
        kept += content
        chosen = _server_hello(kept)
        if chosen is not None:
            return chosen
    raise NotTlsError("no answer to the hello in its first records")


def _record(read: Callable[[int], bytes]) -> tuple[int, bytes] | None:
    head = _exactly(read, 5)
    if not head:
        return None
    kind, version, size = struct.unpack("!BHH", head.ljust(5, b"\x00"))
    if kind not in (_ALERT, _HANDSHAKE) or version >> 8 != SSL3 >> 8 or size > _LONGEST:
        raise NotTlsError("what came is no record of TLS")
    return kind, _exactly(read, size)


def _exactly(read: Callable[[int], bytes], size: int) -> bytes:
    """That many bytes, or fewer where the connection ends."""
    kept = b""
    while len(kept) < size and (more := read(size - len(kept))):
        kept += more
    return kept


def _alert(content: bytes) -> Alert | None:
    """The alert that ends the handshake; None for a warning, after which it goes on."""
    if len(content) < 2:  # noqa: PLR2004 (level and description)
        raise NotTlsError("an alert is cut")
    level, number = content[0], content[1]
    return None if level == _WARNING and number != _CLOSE else Alert(number)


def _server_hello(content: bytes) -> Chosen | None:
    """The choice; None while more of the message is to come."""
    if content[:1] and content[0] != _SERVER_HELLO:
        raise NotTlsError("the first message is no ServerHello")
    fixed = 4 + 2 + 32 + 1
    if len(content) < fixed or len(content) < fixed + content[fixed - 1] + 2:
        return None
    version = struct.unpack_from("!H", content, 4)[0]
    suite = struct.unpack_from("!H", content, fixed + content[fixed - 1])[0]
    return Chosen(version, suite)
