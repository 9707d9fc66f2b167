"""The documents of data models that are at hand without a network: shipped ones, and those somebody added.

What was added goes before what is shipped: that is why it was added.
"""

from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any

from mimtest.errors import Inconclusive
from mimtest.models import addresses
from mimtest.models import cache as added
from mimtest.models.shelf import INDEX, Entry, Shelf, shelf_in
from mimtest.resources import SCHEMAS


class Library:
    """Documents by address, models by name."""

    def __init__(self, *shelves: Shelf) -> None:
        self.shelves = shelves

    def entry(self, address: str) -> Entry | None:
        """What is known of the document at an address, if it is at hand."""
        found = (shelf.entry(address) for shelf in self.shelves)
        return next((entry for entry in found if entry), None)

    def document(self, address: str) -> Any | None:
        """The document at an address, if it is at hand."""
        found = (shelf.document(address) for shelf in self.shelves)
        return next((document for document in found if document is not None), None)

    def get(self, address: str) -> Any:
        """The document at an address. Raises Inconclusive with what to do about one that is not at hand."""
        document = self.document(address)
        if document is None:
            raise missing(address)
        return document

    @cached_property
    def _schemas(self) -> dict[str, list[Entry]]:
        """The schemas of models by entity type in lower case, the first the one that counts."""
        found: dict[str, list[Entry]] = {}
        for shelf in self.shelves:
            for entry in shelf.entries:
                if entry.kind == "schema" and entry.model:
                    found.setdefault(entry.model.rpartition("/")[2].lower(), []).append(entry)
        return found

    def model(self, name: str) -> str | None:
        """The full name, `Subject/Entity`, of a model at hand; None also where several subjects have it."""
        parts = addresses.parted(name)
        if parts is None:
            return None
        subject, entity = parts
        of_subject = {
            str(e.model)
            for e in self._schemas.get(entity.lower(), ())
            if subject is None or str(e.model).lower() == f"{subject}/{entity}".lower()
        }
        by_case = {m.lower(): m for m in sorted(of_subject)}
        return next(iter(by_case.values())) if len(by_case) == 1 else None

    def schema_address(self, name: str) -> str | None:
        """Where the schema of a model at hand is published."""
        model = self.model(name)
        if model is None:
            return None
        entries = self._schemas[model.rpartition("/")[2].lower()]
        return next(e.address for e in entries if str(e.model).lower() == model.lower())

    def context_address(self, subject: str) -> str | None:
        """Where the context of a subject, or of the subject of a model, is published, if it is at hand."""
        entry = self.entry(addresses.context_address(subject.partition("/")[0]))
        return entry.address if entry else None

    def entries(self) -> Iterator[tuple[Shelf, Entry]]:
        """Everything at hand; what is added in place of something shipped comes first."""
        for shelf in self.shelves:
            yield from ((shelf, entry) for entry in shelf.entries)


def missing(address: str, why: str = "it is neither shipped nor added") -> Inconclusive:
    """The reason for no verdict where a document is not at hand, with what adds it."""
    name = addresses.model_at(address) or address
    detail = f"{address} is not available: {why}; `mimtest models add {name}` keeps a copy"
    return Inconclusive("unresolved_reference", detail)


@cache
def shipped() -> tuple[Shelf, ...]:
    """What comes with this package."""
    return tuple(shelf_in(index.parent) for index in sorted(SCHEMAS.rglob(INDEX)))


def library() -> Library:
    """What is at hand on this machine. Raises UsageError when what was added cannot be read."""
    return Library(added.opened(), *shipped())
