"""NDJSON: a record in each line, found piece by piece in bounded memory."""

from typing import Final, Protocol

from mimtest.models.bulk_records import Place, Trouble, beyond

#: The most bytes of a record that are read.
MAX_RECORD: Final = 4 * 1024 * 1024
#: A record, or why there is none, and the line it begins in.
Found = tuple[int, bytes | Trouble]
_BLANK: Final = b" \t\r\n"


class Splitter(Protocol):
    """Finds the records of a stream that is given to it piece by piece."""

    @property
    def place(self) -> Place:
        """After the last record."""

    def feed(self, data: bytes) -> list[Found]:
        """The records that end in the next piece."""

    def end(self) -> list[Found]:
        """What is left when the stream ends."""


def too_large(limit: int) -> Trouble:
    """Why a record of more than `limit` bytes is not judged."""
    return beyond(f"it is larger than {limit} bytes")


class Lines:
    """A record in each line that is not blank."""

    def __init__(self, place: Place, limit: int = MAX_RECORD) -> None:
        self.place = place
        self._limit = limit
        self._fed = place.offset
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[Found]:
        """The records of the lines that end in the next piece."""
        self._fed += len(data)
        first, *others = data.split(b"\n")
        self._keep(first)
        if not others:
            return []
        rest = others.pop()
        line, lines = self.place.line, (b"".join(self._parts), *others)
        found = [self._found(n, text) for n, text in enumerate(lines, line) if text.strip(_BLANK)]
        records = self.place.records + len(found)
        self.place = Place(self._fed - len(rest), line + len(lines), records)
        self._parts, self._size = [], 0
        self._keep(rest)
        return found

    def end(self) -> list[Found]:
        """The record of a last line that is not ended."""
        return self.feed(b"\n") if self._size else []

    def _keep(self, part: bytes) -> None:
        """Keep a part of a line; of one too long only as much as shows that it is."""
        self._size += len(part)
        if part and self._size - len(part) <= self._limit:
            self._parts.append(part)

    def _found(self, number: int, text: bytes) -> Found:
        return number, too_large(self._limit) if len(text) > self._limit else text
