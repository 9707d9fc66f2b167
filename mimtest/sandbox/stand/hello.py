"""A client's hello as the stand reads it, and the answer of a server that agrees to old ones (RFC 5246 7.4.1)."""

import secrets
import struct
from dataclasses import dataclass
from typing import Final

_HANDSHAKE: Final = 22
_CLIENT_HELLO: Final = 1
_FIXED: Final = 5 + 4


@dataclass(frozen=True, slots=True)
class Offer:
    """The newest version of TLS 1.2 and older that is offered, and the suites, by number."""

    version: int
    suites: tuple[int, ...]

    def has(self, *suites: int) -> int | None:
        """The first of these suites that is offered."""
        return next((s for s in suites if s in self.suites), None)


def read_offer(content: bytes) -> Offer | None:
    """The offer in the first bytes of a connection; None for anything else."""
    if len(content) <= _FIXED + 35 or content[0] != _HANDSHAKE or content[5] != _CLIENT_HELLO:
        return None
    version = struct.unpack_from("!H", content, _FIXED)[0]
    place = _FIXED + 34
    place += 1 + content[place]
    if len(content) < place + 2:
        return None
    count = struct.unpack_from("!H", content, place)[0] // 2
    if len(content) < place + 2 + 2 * count:
        return None
    return Offer(version, struct.unpack_from(f"!{count}H", content, place + 2))


def server_hello(version: int, suite: int) -> bytes:
    """The record that agrees to a version and a suite."""
    body = struct.pack("!H", version) + secrets.token_bytes(32) + b"\x00"
    body += struct.pack("!H", suite) + b"\x00"
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    return struct.pack("!BHH", _HANDSHAKE, version, len(message)) + message
