"""Pages of a column in a file of Parquet, written as a whole or packed."""

import gzip
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mimtest.sandbox.downloads.thrift import Struct

_PLAIN: Final = 0
_RLE: Final = 3
_BY_DICTIONARY: Final = 8
_DICTIONARY_PAGE: Final = 2


@dataclass(frozen=True, slots=True)
class Packing:
    """How pages are written: the number of the codec, how it packs, and whether values stand in a dictionary."""

    codec: int
    pack: Callable[[bytes], bytes]
    by_dictionary: bool = False

    def pages(self, values: list[bytes]) -> bytes:
        """The pages of a column that has a value in every row."""
        if not self.by_dictionary:
            inner = Struct({1: len(values), 2: _PLAIN, 3: _RLE, 4: _RLE})
            return self._page(0, 5, inner, _listed(values))
        different = list(dict.fromkeys(values))
        width = max(1, len(different).bit_length())
        bits = sum(different.index(v) << n * width for n, v in enumerate(values))
        groups = -(-len(values) // 8)
        numbers = bytes((width, groups << 1 | 1)) + bits.to_bytes(groups * width, "little")
        inner = Struct({1: len(values), 2: _BY_DICTIONARY, 3: _RLE, 4: _RLE})
        about = Struct({1: len(different), 2: _PLAIN})
        known = self._page(_DICTIONARY_PAGE, 7, about, _listed(different))
        return known + self._page(0, 5, inner, numbers)

    def _page(self, kind: int, place: int, inner: Struct, data: bytes) -> bytes:
        packed = self.pack(data)
        return Struct({1: kind, 2: len(data), 3: len(packed), place: inner}).encoded() + packed


def _listed(values: list[bytes]) -> bytes:
    return b"".join(struct.pack("<I", len(v)) + v for v in values)


def _snappy(data: bytes) -> bytes:
    """Snappy that packs nothing: literals of sixty bytes."""
    size, out = len(data), bytearray()
    while size >= 0x80:  # noqa: PLR2004
        out.append(size & 0x7F | 0x80)
        size >>= 7
    out.append(size)
    for start in range(0, len(data), 60):
        piece = data[start : start + 60]
        out += bytes(((len(piece) - 1) << 2,)) + piece
    return bytes(out)


PLAIN: Final = Packing(0, bytes)
SNAPPY: Final = Packing(1, _snappy, by_dictionary=True)
GZIP: Final = Packing(2, gzip.compress)
BROTLI: Final = Packing(4, bytes)
