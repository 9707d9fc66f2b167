"""Some entities of each of the eight sets of a SensorThings service."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.network.answer import Answer
from mimtest.vocabulary.sensorthings import LINK, NEXT, Document, Sensing, entities_of
from mimtest.vocabulary.sensorthings_model import KINDS

_SHELF: Final = 10


@dataclass(frozen=True, slots=True)
class Shelves:
    """Some entities of each set; looking at a set makes the answer with it evidence. `told` says what of more."""

    pages: Mapping[str, Answer]
    told: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> list[dict[str, Any]]:
        try:
            return entities_of(self.pages[name])
        except Contradiction as wrong:  # the check whose subject it is looks for itself
            raise Inconclusive("precondition_unmet", f"{name}: {wrong.message}") from wrong

    def stocked(self, *names: str) -> dict[str, list[dict[str, Any]]]:
        """The sets that have entities. Raises Inconclusive where one of those named has none."""
        found = {name: entities for name in self.pages if (entities := self[name])}
        missing = [name for name in names if name not in found]
        if missing or not found:
            raise Inconclusive("no_data", f"there are no {(missing or ['entities'])[0]}")
        return found


def of_datastreams(observations: Sequence[Document]) -> list[Document]:
    """The Observations of Datastreams: those of the extension's MultiDatastreams have none."""
    return [o for o in observations if f"MultiDatastream{LINK}" not in o]


def shelves_of(sensing: Sensing) -> Shelves:
    """The first entities of the eight sets."""
    pages = {name: sensing.get(sensing.address(name), top=_SHELF) for name in KINDS}
    more = any(map(_leads_on, pages.values()))
    return Shelves(pages, (f"the first {_SHELF} entities of each set",) if more else ())


def _leads_on(page: Answer) -> bool:
    with suppress(Contradiction):
        found = page.json()
        return isinstance(found, dict) and NEXT in found
    return False
