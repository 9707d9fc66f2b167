"""The reference systems that data sets are offered in, whichever interface offers them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from mimtest.errors import Inconclusive
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary import ogcapi, wfs, wms_asking
from mimtest.vocabulary.crs import CRS84
from mimtest.vocabulary.geo import Box
from mimtest.vocabulary.planes import known

MOST_SETS: Final = 10


@dataclass(frozen=True, slots=True)
class Offered:
    """A data set, the names of the reference systems it is offered in, and its extent if that is told."""

    name: str
    systems: tuple[str, ...]
    box: Box | None
    answer: Answer = field(repr=False)

    @property
    def known(self) -> list[str]:
        """The URIs of those systems that PROJ knows; looking at them makes the answer evidence."""
        _ = self.answer.status
        return [u for u in map(known, self.systems) if u]

    @property
    def is_default(self) -> bool:
        """Whether there is no choice: longitude and latitude alone, as OGC API - Features has it by itself."""
        return self.known == [CRS84]


def offered_by(client: Client) -> list[Offered]:
    """The data sets of an interface. Raises Inconclusive for none, Contradiction for an unreadable answer."""
    __tracebackhide__ = True
    found = list(_READERS[client.interface.kind](client))[:MOST_SETS]
    if not found:
        raise Inconclusive("no_data", "no data set is listed")
    return found


def _collections(client: Client) -> Iterator[Offered]:
    service = ogcapi.Service(client)
    listing = service.linked("data", "/collections")
    for collection in ogcapi.collections_of(service, listing):
        listed = ogcapi.reference_systems(listing, collection)
        systems = tuple(dict.fromkeys((CRS84, *listed)))  # the default needs no list
        boxes = collection.boxes
        yield Offered(collection.id, systems, boxes[0] if boxes else None, listing)


def _types(client: Client) -> Iterator[Offered]:
    service = wfs.open_wfs(client)
    for kind in wfs.chosen_types(service):
        box = kind.boxes[0] if kind.boxes else None
        yield Offered(kind.name, kind.systems, box, service.capabilities.answer)


def _layers(client: Client) -> Iterator[Offered]:
    service = wms_asking.open_maps(client)
    for layer in service.chosen:
        yield Offered(layer.name or "", layer.systems, layer.geographic, service.described.answer)


_READERS: Final[Mapping[str, Callable[[Client], Iterator[Offered]]]] = {
    "ogc-api-features": _collections,
    "wfs": _types,
    "wms": _layers,
}
