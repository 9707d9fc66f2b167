"""What a run creates or changes in the target, in a file before it is sent: a run that is killed leaves nothing unknown.

The operating system has each line before the request goes out, and keeps it whatever becomes of the process. One JSON object a line. The file never holds a secret.
"""

import errno
import json
import os
import threading
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mimtest.errors import Inconclusive, UsageError
from mimtest.network.redaction import Redactor


class NotWritten(Inconclusive):
    """`not_written_down`: what was about to be created could not be written down, and so is not sent."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be removed with DELETE at `url`; `key` is unique over all runs.

    `headers` are the harmless fields that its creation was sent with, such as a tenant.
    `expect_gone` says whether a GET afterwards shall find nothing. `by_hand` tells of a change
    that only somebody else can take back, and how: nothing is sent for it. `mark` is for a POST whose answer
    alone tells where the new thing is: `url` is where it was sent, and what carries the mark is what came of it.
    """

    key: str
    interface: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    expect_gone: bool = True
    by_hand: str = ""
    mark: str = ""


class Journal:
    """An append-only file of what was created; safe to use from several threads and processes."""

    def __init__(self, path: Path, redactor: Redactor) -> None:
        self.path = path
        self._redactor = redactor
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        self._mend()

    def will_create(
        self,
        interface: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        expect_gone: bool = True,
    ) -> Entry:
        """Put into the file that something is about to be created which DELETE at `url` removes."""
        kept, url = self._fields(headers or {}), self._redactor.text(url)
        entry = Entry(uuid.uuid4().hex, interface, url, kept, expect_gone)
        self._write(
            "will_create",
            entry.key,
            interface=interface,
            url=url,
            headers=[list(pair) for pair in kept],
            expect_gone=expect_gone,
        )
        return entry

    def will_change(self, interface: str, url: str, by_hand: str) -> Entry:
        """Put into the file that something at `url` is about to change; `by_hand` tells how it is taken back."""
        url, by_hand = self._redactor.text(url), self._redactor.text(by_hand)
        entry = Entry(uuid.uuid4().hex, interface, url, by_hand=by_hand)
        self._write("will_change", entry.key, interface=interface, url=url, by_hand=by_hand)
        return entry

    def will_post(self, interface: str, url: str, headers: Mapping[str, str], mark: str) -> Entry:
        """Put into the file that something with a mark is about to be sent to where its address is not known yet."""
        kept, url = self._fields(headers), self._redactor.text(url)
        entry = Entry(uuid.uuid4().hex, interface, url, kept, mark=mark)
        fields = [list(pair) for pair in kept]
        self._write("will_post", entry.key, interface=interface, url=url, headers=fields, mark=mark)
        return entry

    def confirmed(self, entry: Entry) -> None:
        """The target said that it is there."""
        self._note("confirmed", entry)

    def removed(self, entry: Entry) -> None:
        """It is gone or taken back, or never was ours."""
        self._note("removed", entry)

    def left(self, entry: Entry, why: str) -> None:
        """It could not be removed; a later clean-up tries again."""
        self._note("left", entry, why=self._redactor.text(why))

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _mend(self) -> None:
        """End a line that a crash tore, so that the next one stays readable."""
        size = os.fstat(self._descriptor).st_size
        if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
            os.write(self._descriptor, b"\n")

    def _fields(self, headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """The harmless header fields."""
        masked = self._redactor.headers(headers.items())
        return tuple((n, v) for n, v in masked if v == headers.get(n))

    def _note(self, event: str, entry: Entry, **more: Any) -> None:
        """Take note of something that is known already; without room, a later clean-up finds out again."""
        with suppress(NotWritten):
            self._write(event, entry.key, **more)

    def _write(self, event: str, key: str, **more: Any) -> None:
        """Append a line whole, or nothing of it. Raises NotWritten."""
        line = (json.dumps({"event": event, "key": key, **more}) + "\n").encode()
        with self._lock:
            size = os.fstat(self._descriptor).st_size
            try:
                if os.write(self._descriptor, line) == len(line):
                    return
                why = os.strerror(errno.ENOSPC)
            except OSError as error:
                why = error.strerror or str(error)
            with suppress(OSError):
                os.ftruncate(self._descriptor, size)
        raise NotWritten("not_written_down", f"{self.path.name} cannot be written ({why})")


def pending(path: Path) -> list[Entry]:
    """What the journal's runs created and did not see gone, oldest first. Torn lines are left out.

    Raises UsageError for a file that has something in it, but no record of a journal.
    """
    known: dict[str, Entry] = {}
    lines = path.read_bytes().splitlines()
    records = list(_records(lines))
    if lines and not any("event" in r for r in records):
        raise UsageError(
            f"{path}: is no journal of mimtest.", "Give the journal-….jsonl of the run."
        )
    for record in records:
        if record.get("event") in ("will_create", "will_change", "will_post"):
            entry = _entry(record)
            known[entry.key] = entry
        elif record.get("event") == "removed":
            known.pop(str(record.get("key")), None)
    return list(known.values())


def _records(lines: Iterable[bytes]) -> Iterable[dict[str, Any]]:
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and "key" in record:
            yield record


def _entry(record: Mapping[str, Any]) -> Entry:
    return Entry(
        key=str(record["key"]),
        interface=str(record.get("interface", "")),
        url=str(record.get("url", "")),
        headers=tuple((str(n), str(v)) for n, v in record.get("headers", ())),
        expect_gone=bool(record.get("expect_gone", True)),
        by_hand=str(record.get("by_hand", "")),
        mark=str(record.get("mark", "")),
    )
