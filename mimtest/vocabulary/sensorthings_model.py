"""The eight kinds of entities of SensorThings 1.1, with their properties and relations (OGC 18-088 8.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entity: its set, the properties each of them has, and where its relations lead."""

    name: str
    set: str
    mandatory: tuple[str, ...]
    optional: tuple[str, ...]
    to_one: Mapping[str, str] = field(default_factory=dict)
    to_many: Mapping[str, str] = field(default_factory=dict)

    @property
    def relations(self) -> Mapping[str, str]:
        """The set that each navigation property leads to."""
        return {**self.to_one, **self.to_many}


_NAMED: Final = ("name", "description")
_PROPERTIES: Final = ("properties",)
#: By set (18-088 8.2). A result, a time or metadata may be null; that is why those are looked at apart.
KINDS: Final[Mapping[str, Kind]] = {
    kind.set: kind
    for kind in (
        Kind(
            "Thing",
            "Things",
            _NAMED,
            _PROPERTIES,
            {},
            {n: n for n in ("Locations", "HistoricalLocations", "Datastreams")},
        ),
        Kind(
            "Location",
            "Locations",
            (*_NAMED, "encodingType", "location"),
            _PROPERTIES,
            {},
            {n: n for n in ("Things", "HistoricalLocations")},
        ),
        Kind(
            "HistoricalLocation",
            "HistoricalLocations",
            ("time",),
            (),
            {"Thing": "Things"},
            {"Locations": "Locations"},
        ),
        Kind(
            "Datastream",
            "Datastreams",
            (*_NAMED, "observationType", "unitOfMeasurement"),
            ("observedArea", "phenomenonTime", "resultTime", "properties"),
            {"Thing": "Things", "Sensor": "Sensors", "ObservedProperty": "ObservedProperties"},
            {"Observations": "Observations"},
        ),
        Kind(
            "Sensor",
            "Sensors",
            (*_NAMED, "encodingType", "metadata"),
            _PROPERTIES,
            {},
            {"Datastreams": "Datastreams"},
        ),
        Kind(
            "ObservedProperty",
            "ObservedProperties",
            ("name", "definition", "description"),
            _PROPERTIES,
            {},
            {"Datastreams": "Datastreams"},
        ),
        Kind(
            "Observation",
            "Observations",
            ("phenomenonTime", "result"),
            ("resultTime", "resultQuality", "validTime", "parameters"),
            {"Datastream": "Datastreams", "FeatureOfInterest": "FeaturesOfInterest"},
        ),
        Kind(
            "FeatureOfInterest",
            "FeaturesOfInterest",
            (*_NAMED, "encodingType", "feature"),
            _PROPERTIES,
            {},
            {"Observations": "Observations"},
        ),
    )
}
