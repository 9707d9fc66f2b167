"""The city's entities as plain records: one member per attribute, values as they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collection:
    """Records of one kind. `fields` are the members records can be filtered by, with their JSON type."""

    id: str
    title: str
    records: tuple[Record, ...]
    fields: Mapping[str, str]

    def find(self, id: str) -> Record | None:
        """The record with that identifier."""
        return next((r for r in self.records if r["id"] == id), None)


#: Collections by the entity type they come from.
_KINDS: Final[Mapping[str, tuple[str, str, Mapping[str, str]]]] = {
    "Streetlight": ("streetlights", "Street lights", {"name": "string", "status": "string", "luminousFlux": "number"}),
    "Building": ("buildings", "Buildings", {"name": "string", "floorsAboveGround": "number"}),
    "OffStreetParking": ("car-parks", "Car parks", {"name": "string", "totalSpotNumber": "number"}),
    "AirQualityObserved": ("air-quality", "Air quality", {"name": "string", "no2": "number"}),
}  # fmt: skip


def collections_of(entities: Iterable[Mapping[str, Any]]) -> dict[str, Collection]:
    """The collections, by their id."""
    listed = list(entities)
    found = {}
    for kind, (name, title, fields) in _KINDS.items():
        records = tuple(_record(e) for e in listed if e["type"] == kind)
        found[name] = Collection(name, title, records, fields)
    return found


def _record(entity: Mapping[str, Any]) -> Record:
    values = {n: _value(a) for n, a in entity.items() if isinstance(a, Mapping)}
    seen = [
        a["observedAt"] for a in entity.values() if isinstance(a, Mapping) and "observedAt" in a
    ]
    times = {"dateModified": max(seen)} if seen else {}
    return {"id": entity["id"], "type": entity["type"], **values, **times}


def _value(attribute: Mapping[str, Any]) -> Any:
    return next((attribute[k] for k in ("value", "object", "languageMap") if k in attribute), None)
