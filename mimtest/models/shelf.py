"""A folder of JSON documents with an index that says which published documents they are."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from mimtest.models import addresses

Kind = Literal["schema", "context", "definitions"]
INDEX: Final = "index.toml"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document on a shelf.

    `model` is the name of the model whose schema it is, `subject` that of the models it is shared by; `version` what it
    says of itself. Of what somebody added, `source` tells where it came from, `added` when, `sha256` what came.
    """

    file: str
    address: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    model: str | None = None
    subject: str | None = None
    version: str | None = None
    source: str | None = None
    added: str | None = None
    sha256: str | None = None
    licence: str | None = None

    @property
    def name(self) -> str:
        """What it is called: the model, the subject's context, else its address."""
        if self.model:
            return self.model
        return (
            f"{self.subject} (context)" if self.subject and self.kind == "context" else self.address
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """Under what it is found."""
        return tuple(addresses.key(a) for a in (self.address, *self.aliases))


@dataclass
class Shelf:
    """The documents of one folder. Each is read once, when it is asked for."""

    folder: Path
    entries: tuple[Entry, ...]
    _read: dict[str, Any] = field(default_factory=dict, repr=False)
    _by_key: dict[str, Entry] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._by_key = {key: entry for entry in reversed(self.entries) for key in entry.keys}

    def entry(self, address: str) -> Entry | None:
        """What is there of the document at an address."""
        return self._by_key.get(addresses.key(address))

    def document(self, address: str) -> Any | None:
        """The document at an address, if it is here and can be read."""
        entry = self.entry(address)
        if entry is None:
            return None
        if entry.file not in self._read:
            self._read[entry.file] = read_document(self.folder / entry.file)
        return self._read[entry.file]


def shelf_in(folder: Path) -> Shelf:
    """The shelf that a folder with an index is."""
    listed = tomllib.loads((folder / INDEX).read_text(encoding="utf-8"))
    return Shelf(folder, entries_of(listed["documents"]))


def entries_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Entry, ...]:
    """The entries of an index."""
    return tuple(Entry(**{**row, "aliases": tuple(row.get("aliases", ()))}) for row in rows)


def read_document(path: Path) -> Any | None:
    """The JSON value in a file; None when there is none."""
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
