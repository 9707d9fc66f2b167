"""Reading an answer's body without trusting its size: chunk by chunk, decoded under a limit."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from mimtest.network.failures import BrokenAnswer

#: The most bytes of a body a check may see; more is `too_large`.
MAX_BYTES: Final = 64 * 1024 * 1024
#: What requests say they understand; nothing else is decoded.
ACCEPT_ENCODING: Final = "gzip, deflate"
_STEP: Final = 256 * 1024


class _Inflater(Protocol):
    """The part of a `zlib` decompressor that is needed."""

    @property
    def unconsumed_tail(self) -> bytes:
        """Input that has not been looked at yet."""

    @property
    def eof(self) -> bool:
        """Whether the compressed stream has ended."""

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes:
        """Up to `max_length` bytes of the content."""


class BodyReader:
    """Collects a body up to `limit` bytes, counted as sent and as decoded.

    `size` and `digest` describe everything read, decoded, even when reading ended early.
    """

    def __init__(self, coding: str = "", limit: int = MAX_BYTES) -> None:
        self.size = 0
        self._raw = 0
        self._limit = limit
        self._parts: list[bytes] = []
        self._hash = hashlib.sha256()
        self._coding = coding.strip().lower()
        self._inflater: _Inflater | None = None

    @property
    def body(self) -> bytes:
        """What was read, decoded."""
        if len(self._parts) > 1:
            self._parts = [b"".join(self._parts)]
        return self._parts[0] if self._parts else b""

    @property
    def digest(self) -> str:
        """`sha256:` and the digest of what was read, decoded."""
        return f"sha256:{self._hash.hexdigest()}"

    def read(self, chunks: Iterable[bytes]) -> None:
        """Read to the end. Raises BrokenAnswer `too_large`, `protocol` or `body_cut`."""
        for chunk in chunks:
            self._raw += len(chunk)
            for piece in self._decoded(chunk):
                self._keep(piece)
            self._require(self._raw)
        if self._inflater is not None and self._raw and not self._inflater.eof:
            msg = f"the {self._coding} body ends before its content does"
            raise BrokenAnswer("body_cut", msg)

    def _keep(self, piece: bytes) -> None:
        self.size += len(piece)
        self._hash.update(piece)
        self._parts.append(piece)
        self._require(self.size)

    def _require(self, size: int) -> None:
        if size > self._limit:
            msg = f"the body is larger than {self._limit} bytes; reading stopped there"
            raise BrokenAnswer("too_large", msg)

    def _decoded(self, chunk: bytes) -> Iterator[bytes]:
        if self._coding not in ("gzip", "x-gzip", "deflate"):
            yield chunk
            return
        if self._inflater is None:
            self._inflater = _inflater(self._coding, chunk)
        full = True
        while (chunk or full) and not self._inflater.eof:
            piece = self._inflate(self._inflater, chunk)
            full = len(piece) == _STEP  # zlib may hold more although its input is used up
            chunk = self._inflater.unconsumed_tail
            yield piece

    def _inflate(self, inflater: _Inflater, chunk: bytes) -> bytes:
        try:
            return inflater.decompress(chunk, _STEP)
        except zlib.error:
            msg = f"the body is not the {self._coding} its Content-Encoding says"
            raise BrokenAnswer("protocol", msg) from None


def _inflater(coding: str, start: bytes) -> _Inflater:
    """A decompressor for the coding; `deflate` comes with (RFC 9110) and without a zlib header."""
    if coding != "deflate":
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    wrapped = start[0] & 0x0F == 8 and (len(start) < 2 or int.from_bytes(start[:2]) % 31 == 0)  # noqa: PLR2004
    return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
