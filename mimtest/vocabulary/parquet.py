"""The values of a column of bytes in a file of Parquet: plain or by a dictionary, in pages of either version.

Read here as far as writers of GeoParquet go by default; what is packed otherwise is left open.
"""

import struct
import zlib
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary import snappy
from mimtest.vocabulary.expect import of_type
from mimtest.vocabulary.thrift import Fields, Reader

_CODECS: Final = (
    "none",
    "Snappy",
    "gzip",
    "LZO",
    "Brotli",
    "LZ4",
    "Zstandard",
    "LZ4",
)
_NONE, _SNAPPY, _GZIP, _ZSTANDARD = 0, 1, 2, 6
_MISSING: Final = "the extra 'parquet' is not installed: pip install \"mimtest[parquet]\""
_DATA, _DICTIONARY, _DATA_2 = 0, 2, 3
_PLAIN: Final = 0
_BY_DICTIONARY: Final = (2, 8)
_OPTIONAL: Final = 1
_LARGEST_PAGE: Final = 256 * 1024 * 1024
_LONGEST_HEAD: Final = 1024 * 1024
_WIDEST: Final = 32
_SIZE: Final = struct.Struct("<I")


def values(body: bytes, footer: Fields, name: str, repetition: int | None) -> Iterator[bytes]:
    """The values of a column at the root, without those that are null.

    Raises Contradiction for pages that are none, Inconclusive for ones that are packed otherwise.
    """
    for group in of_type(footer.get(4, []), list, "the row groups"):
        for chunk in of_type(_fields(group).get(1, []), list, "the columns of a row group"):
            about = _fields(_fields(chunk).get(3))
            if about.get(3) == [name.encode()]:
                yield from _of_chunk(body, about, is_optional=repetition == _OPTIONAL)


def _of_chunk(body: bytes, about: Fields, *, is_optional: bool) -> Iterator[bytes]:
    at = min(_number(about, 9), _number(about, 11) or _number(about, 9))
    left, known = _number(about, 5), list[bytes]()
    while left > 0:
        reader = Reader(_whole(body, at, min(_LONGEST_HEAD, len(body) - at)))
        head = reader.structure()
        page = _whole(body, at + reader.at, _number(head, 3))
        at += reader.at + len(page)
        if head.get(1) == _DICTIONARY:
            unpacked = _unpacked(page, about.get(4), _number(head, 2))
            known = list(_plain(unpacked, _number(_fields(head.get(7)), 1)))
        elif head.get(1) in (_DATA, _DATA_2):
            inner = _fields(head.get(5 if head.get(1) == _DATA else 8))
            if not _number(inner, 1):
                raise Contradiction("a page of the column has no values")
            left -= _number(inner, 1)
            yield from _of_page(page, head, inner, about.get(4), known, is_optional=is_optional)


def _of_page(
    page: bytes, head: Fields, inner: Fields, codec: Any, known: list[bytes], *, is_optional: bool
) -> Iterator[bytes]:
    count = _number(inner, 1)
    if head.get(1) == _DATA:
        encoding, data = inner.get(2), _unpacked(page, codec, _number(head, 2))
        if is_optional:
            size = _SIZE.unpack_from(_whole(data, 0, 4))[0]
            count = sum(_numbers(_whole(data, 4, size), 1, count))
            data = data[4 + size :]
    else:
        encoding, levels = inner.get(4), _number(inner, 5) + _number(inner, 6)
        count -= _number(inner, 2)
        data = page[levels:]
        if inner.get(7, True):
            data = _unpacked(data, codec, max(0, _number(head, 2) - levels))
    if encoding == _PLAIN:
        yield from _plain(data, count)
    elif count <= 0:
        return
    elif encoding in _BY_DICTIONARY:
        for number in _numbers(data[1:], _whole(data, 0, 1)[0], count):
            if number >= len(known):
                raise Contradiction("a value is in no dictionary")
            yield known[number]
    else:
        raise Inconclusive("needs_review", f"values in the encoding {encoding} are not read")


def _unpacked(page: bytes, codec: Any, most: int) -> bytes:
    if most > _LARGEST_PAGE:
        raise Inconclusive("too_large", f"a page unpacks to more than {_LARGEST_PAGE} bytes")
    if codec == _NONE:
        return page
    if codec == _SNAPPY:
        return snappy.unpack(page, most)
    if codec == _ZSTANDARD:
        return _of_zstandard(page, most)
    if codec == _GZIP:
        try:
            return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(page, most + 1)
        except zlib.error:
            raise _broken() from None
    name = _CODECS[codec] if isinstance(codec, int) and 0 <= codec < len(_CODECS) else codec
    raise Inconclusive("needs_review", f"the column is packed with {name}, which is not read")


def _of_zstandard(page: bytes, most: int) -> bytes:
    try:
        library = import_module("zstandard")
    except ImportError:
        raise Inconclusive("precondition_unmet", _MISSING) from None
    try:
        unpacked: bytes = library.ZstdDecompressor().decompress(page, max_output_size=most)
    except library.ZstdError:
        raise _broken() from None
    return unpacked


def _broken() -> Contradiction:
    return Contradiction("a page of the column cannot be unpacked")


def _plain(data: bytes, count: int) -> Iterator[bytes]:
    at = 0
    for _ in range(count):
        size = _SIZE.unpack_from(_whole(data, at, 4))[0]
        yield _whole(data, at + 4, size)
        at += 4 + size


def _numbers(data: bytes, width: int, count: int) -> Iterator[int]:
    """Numbers of so many bits: runs of one number, and packs of eight."""
    if width > _WIDEST:
        raise Contradiction(f"numbers of {width} bits")
    at, mask, step = 0, (1 << width) - 1, (width + 7) // 8
    while count > 0:
        reader = Reader(data[at : at + 10])
        head = reader.varint()
        at += reader.at
        if head & 1:
            size = (head >> 1) * width
            packed, number = int.from_bytes(_whole(data, at, size), "little"), (head >> 1) * 8
            yield from ((packed >> n * width) & mask for n in range(min(number, count)))
        else:
            size, number = step, head >> 1
            value = int.from_bytes(_whole(data, at, step), "little")
            yield from (value for _ in range(min(number, count)))
        if not number:
            raise Contradiction("a run of values is empty")
        at, count = at + size, count - number


def _fields(value: Any) -> Fields:
    return value if isinstance(value, dict) else {}


def _number(fields: Fields, key: int) -> int:
    """A number that is not negative, 0 where there is none."""
    found = fields.get(key, 0)
    if not isinstance(found, int) or found < 0:
        raise Contradiction("a page or its column is described by no number")
    return int(found)


def _whole(data: bytes, at: int, size: int) -> bytes:
    found = data[at : at + size]
    if len(found) < size:
        raise Contradiction("a page of the column ends too early")
    return found
