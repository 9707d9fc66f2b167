"""What a run left that could not clean up after itself is removed later, as its journal says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from mimtest.errors import Inconclusive
from mimtest.network.journal import Entry, Journal, pending
from mimtest.network.recording import Recorder

_NO_SUCH_INTERFACE: Final = "the target file has no such interface"


class Cleaner(Protocol):
    """The part of a client that a clean-up needs."""

    recorder: Recorder

    def remove(self, entry: Entry) -> str | None:
        """Remove an entry; why it is left, or None when it is gone."""

    def matches(self, entry: Entry) -> Iterable[Entry]:
        """What came of the POST of an entry. Raises Inconclusive where that cannot be known."""


@dataclass(frozen=True, slots=True)
class CleanupReport:
    """Addresses that are gone now, and those that are left, each with the reason."""

    removed: tuple[str, ...]
    left: tuple[tuple[str, str], ...]


def clean_journal(path: Path, clients: Mapping[str, Cleaner]) -> CleanupReport:
    """Remove what a journal's runs left, newest first, with the clients of the named interfaces.

    What only somebody else can take back is among what is left,
    with how that is done. The journal takes note, so that a second clean-up has nothing to do. Raises OSError
    when the file cannot be read.
    """
    removed: list[str] = []
    left: list[tuple[str, str]] = []
    for entry in reversed(pending(path)):
        client = None if entry.by_hand else clients.get(entry.interface)
        if client is None:
            left.append((entry.url, entry.by_hand or _NO_SUCH_INTERFACE))
            continue
        why = _remove(client, entry, removed, left)
        _take_note(path, client, entry, why)
    return CleanupReport(tuple(removed), tuple(left))


def _remove(
    client: Cleaner, entry: Entry, removed: list[str], left: list[tuple[str, str]]
) -> str | None:
    """Remove an entry, or all that came of its POST; why something is left, or None."""
    try:
        found = list(client.matches(entry)) if entry.mark else [entry]
    except Inconclusive as problem:
        left.append((entry.url, problem.detail))
        return problem.detail
    reasons = [client.remove(each) for each in found]
    for each, why in zip(found, reasons, strict=True):
        if why is None:
            removed.append(each.url)
        else:
            left.append((each.url, why))
    return next(filter(None, reasons), None)


def _take_note(path: Path, client: Cleaner, entry: Entry, why: str | None) -> None:
    journal = Journal(path, client.recorder.redactor)
    try:
        if why is None:
            journal.removed(entry)
        else:
            journal.left(entry, why)
    finally:
        journal.close()
