"""Where values end in a stream of JSON, found without parsing, in one pass and bounded memory.

They are the items of an array, the features of a GeoJSON collection, or values one after the other, however
they are laid out. A string ends with its line at the latest: one without an end breaks one value, not all that follow.
"""

import re
from typing import Final

from mimtest.models.bulk_lines import MAX_RECORD, Found, too_large
from mimtest.models.bulk_records import Place, Trouble

_BETWEEN: Final = b" \t\r\n\x1e"  # RFC 7464 begins a value with a record separator
_NOT_BETWEEN: Final = {b"": "a comma is missing", b",": "there is a comma too many"}
_GAP: Final = 200
_DEEPEST: Final = 32  # where leaping begins to fail more often than it helps
_HEAD: Final = 64 * 1024
_NEAR: Final = 64


def _pattern(levels: int) -> bytes:
    """Text without structure, strings, and containers nested so many levels deep; then a mark."""
    plain = rb'[^"{}\[\]]++|"(?:[^"\\\n]++|\\.)*+["\n]'
    inner = plain
    for _ in range(levels):
        inner = rb"%b|\{(?:%b)*+\}|\[(?:%b)*+\]" % (plain, inner, inner)
    return rb'(?:%b)*+([{}\[\]"]?)' % inner


#: To the next bracket outside of strings, or the `"` of a string that does not end here.
_STEP: Final = re.compile(_pattern(0), re.DOTALL)
#: Likewise, but over whole containers: several times as fast inside of records.
_LEAP: Final = re.compile(_pattern(3), re.DOTALL)
_STRING_END: Final = re.compile(rb'(?:[^"\\\n]++|\\.)*+(["\n]?)', re.DOTALL)
_OPENING: Final = (b"{", b"[")
_CLOSING: Final = (b"}", b"]")
_FEATURES: Final = re.compile(rb'"features"\s*:\s*\Z')
_COLLECTION: Final = re.compile(rb'"type"\s*:\s*"FeatureCollection"')


class Values:
    """The values of a stream: items of arrays, features of collections, and others as they are.

    Records stand at `level`: 0 beside each other, 1 in an array, 2 in the array of a collection.
    """

    def __init__(self, place: Place, limit: int = MAX_RECORD) -> None:
        self._place = place.offset, place.line, place.records, place.level, place.first
        self._limit = limit
        self._level = self._depth = place.level
        self._first = place.first
        self._offset, self._line, self._records = place.offset, place.line, place.records
        self._counted = 0  # up to where line ends of the present piece are counted
        self._inside = False  # of a record
        self._tail = False  # what follows the features of a collection
        self._in_string = False
        self._held = b""
        self._parts: list[bytes] = []
        self._size = 0
        self._began = place.line
        self._found: list[Found] = []
        self._ripe = 0  # how many of those found come before `place`

    @property
    def place(self) -> Place:
        """After the last record."""
        return Place(*self._place)

    def feed(self, data: bytes) -> list[Found]:
        """The records that end in the next piece."""
        data = self._whole(data)
        self._counted = start = at = 0
        while at < len(data):
            mark, at = self._next(data, at)
            if mark in _OPENING:
                start = self._open(data, start, at, mark)
            elif mark in _CLOSING:
                start = self._close(data, start, at)
        self._keep(data[start:])
        self._count(data, len(data))
        self._offset += len(data)
        return self._take()

    def end(self) -> list[Found]:
        """What is left: a value that is none, or a container that is not closed."""
        if self._inside or self._tail or self._in_string:
            self._add(self._began, Trouble("json", "the text ends within a value", self._shown()))
        elif self._level:
            self._add(self._line, Trouble("json", "the text ends before its array is closed"))
        else:
            self._separate(empty=True)
        self._ripe = len(self._found)
        return self._take()

    def _whole(self, data: bytes) -> bytes:
        """The piece without a last backslash, which is held until what it escapes has come."""
        data = self._held + data
        held = (len(data) - len(data.rstrip(b"\\"))) % 2
        self._held = data[len(data) - held :]
        return data[: len(data) - held]

    def _next(self, data: bytes, at: int) -> tuple[bytes, int]:
        """The next bracket outside of strings, if any, and where what follows it begins."""
        if not self._in_string:
            leaps = self._inside and self._depth <= _DEEPEST and not self._may_be_collection()
            match = (_LEAP if leaps else _STEP).match(data, at)
            mark, at = (match[1], match.end()) if match else (b"", len(data))
            if mark != b'"':
                return mark, at
        match = _STRING_END.match(data, at)
        self._in_string = not (match and match[1])
        return b"", match.end() if match else len(data)

    def _open(self, data: bytes, start: int, at: int, mark: bytes) -> int:
        """A container opens just before `at`; from where on text is to be kept."""
        self._depth += 1
        if self._tail:
            return start
        if self._inside:
            if mark == b"[" and self._has_features(data, start, at - 1):
                return self._enter(2, at)
            return start
        self._keep(data[start : at - 1])
        self._count(data, at)
        self._separate(empty=not self._level or self._first)
        if not self._level and mark == b"[":
            return self._enter(1, at)
        self._inside = True
        self._began = self._line
        return at - 1

    def _close(self, data: bytes, start: int, at: int) -> int:
        """A container closes just before `at`; from where on text is to be kept."""
        if self._inside:
            self._depth -= 1
            return start if self._depth > self._level else self._finish(data, start, at)
        if self._tail:
            self._depth -= 1
            self._tail = self._depth > 0
            return at if self._tail else self._pass(data, at)
        if not self._level:  # what closes was never opened
            return start
        self._keep(data[start : at - 1])
        self._count(data, at)
        self._separate(empty=True)
        self._tail = self._level > 1
        self._level, self._depth, self._first = 0, self._level - 1, True
        return at if self._tail else self._pass(data, at)

    def _finish(self, data: bytes, start: int, at: int) -> int:
        """A record ends at `at`."""
        self._keep(data[start:at])
        whole = self._size <= self._limit
        self._add(self._began, b"".join(self._parts) if whole else too_large(self._limit))
        self._inside = self._first = False
        return self._pass(data, at)

    def _pass(self, data: bytes, at: int) -> int:
        """Reading could go on from here."""
        self._count(data, at)
        self._place = self._offset + at, self._line, self._records, self._level, self._first
        self._ripe = len(self._found)
        return at

    def _may_be_collection(self) -> bool:
        return not self._level and self._depth == 1 and self._size < _HEAD

    def _has_features(self, data: bytes, start: int, at: int) -> bool:
        """Whether the array that opens at `at` is that of a feature collection."""
        if self._level or self._depth != 2 or self._size + at - start > _HEAD:  # noqa: PLR2004
            return False
        near = b"".join((*self._parts[-_NEAR:], data[max(start, at - _NEAR) : at]))[-_NEAR:]
        if not _FEATURES.search(near):
            return False
        return _COLLECTION.search(b"".join((*self._parts, data[start:at]))) is not None

    def _enter(self, level: int, at: int) -> int:
        """The records to come are inside of the container that opens."""
        self._level, self._first, self._inside = level, True, False
        self._parts, self._size = [], 0
        return at

    def _separate(self, *, empty: bool) -> None:
        """Look at the text between two values: a comma within an array, nothing at its ends."""
        text = b"".join(self._parts)
        if text != (b"" if empty else b","):
            told = _NOT_BETWEEN.get(text, "there is text that is no entity")
            self._add(self._line, Trouble("json", f"between entities {told}", self._shown()))
        self._parts, self._size = [], 0

    def _keep(self, part: bytes) -> None:
        """Keep a part of a value, or of what is between two, as far as it is of use."""
        if self._tail:
            return
        part = part if self._inside else part.strip(_BETWEEN)
        self._size += len(part)
        if part and self._size - len(part) <= (self._limit if self._inside else _GAP):
            self._parts.append(part)

    def _count(self, data: bytes, at: int) -> None:
        """Count the line ends of the present piece up to `at`."""
        self._line += data.count(b"\n", self._counted, at)
        self._counted = at

    def _shown(self) -> str:
        return b"".join(self._parts)[:_GAP].decode(errors="replace")[:60]

    def _add(self, line: int, what: bytes | Trouble) -> None:
        self._records += 1
        self._found.append((line, what))
        self._parts, self._size = [], 0

    def _take(self) -> list[Found]:
        found, self._found = self._found[: self._ripe], self._found[self._ripe :]
        self._ripe = 0
        return found
