"""The eight kinds of entities with their properties and relations (18-088 8.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mimtest.sandbox.sensorthings.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a navigation property leads: to a set, to one or many, and its name in the other direction."""

    target: str
    back: str
    many: bool = False
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entity; the values of its properties are JSON values."""

    name: str
    set: str
    mandatory: tuple[str, ...]
    optional: tuple[str, ...]
    relations: Mapping[str, Relation]

    @property
    def properties(self) -> tuple[str, ...]:
        """All names of properties."""
        return self.mandatory + self.optional

    def relation(self, name: str) -> Relation:
        """A relation by the name of its navigation property. Raises RefusedError."""
        if name not in self.relations:
            raise RefusedError(f"a {self.name} has no relation {name!r}")
        return self.relations[name]


_NAMED: Final = ("name", "description")
_MANY: Final = True

KINDS: Final[Mapping[str, Kind]] = {
    kind.set: kind
    for kind in (
        Kind(
            "Thing",
            "Things",
            _NAMED,
            ("properties",),
            {
                "Locations": Relation("Locations", "Things", _MANY),
                "HistoricalLocations": Relation("HistoricalLocations", "Thing", _MANY),
                "Datastreams": Relation("Datastreams", "Thing", _MANY),
            },
        ),
        Kind(
            "Location",
            "Locations",
            (*_NAMED, "encodingType", "location"),
            ("properties",),
            {
                "Things": Relation("Things", "Locations", _MANY),
                "HistoricalLocations": Relation("HistoricalLocations", "Locations", _MANY),
            },
        ),
        Kind(
            "HistoricalLocation",
            "HistoricalLocations",
            ("time",),
            (),
            {
                "Thing": Relation("Things", "HistoricalLocations", needed=True),
                "Locations": Relation("Locations", "HistoricalLocations", _MANY, needed=True),
            },
        ),
        Kind(
            "Datastream",
            "Datastreams",
            (*_NAMED, "observationType", "unitOfMeasurement"),
            ("observedArea", "phenomenonTime", "resultTime", "properties"),
            {
                "Thing": Relation("Things", "Datastreams", needed=True),
                "Sensor": Relation("Sensors", "Datastreams", needed=True),
                "ObservedProperty": Relation("ObservedProperties", "Datastreams", needed=True),
                "Observations": Relation("Observations", "Datastream", _MANY),
            },
        ),
        Kind(
            "Sensor",
            "Sensors",
            (*_NAMED, "encodingType", "metadata"),
            ("properties",),
            {"Datastreams": Relation("Datastreams", "Sensor", _MANY)},
        ),
        Kind(
            "ObservedProperty",
            "ObservedProperties",
            ("name", "definition", "description"),
            ("properties",),
            {"Datastreams": Relation("Datastreams", "ObservedProperty", _MANY)},
        ),
        Kind(
            "Observation",
            "Observations",
            ("result",),
            ("phenomenonTime", "resultTime", "resultQuality", "validTime", "parameters"),
            {
                "Datastream": Relation("Datastreams", "Observations", needed=True),
                "FeatureOfInterest": Relation("FeaturesOfInterest", "Observations", needed=True),
            },
        ),
        Kind(
            "FeatureOfInterest",
            "FeaturesOfInterest",
            (*_NAMED, "encodingType", "feature"),
            ("properties",),
            {"Observations": Relation("Observations", "FeatureOfInterest", _MANY)},
        ),
    )
}
#: What goes with an entity that is deleted (table 26): the relations of its set that are followed.
CASCADES: Final[Mapping[str, tuple[str, ...]]] = {
    "Things": ("Datastreams", "HistoricalLocations"),
    "Locations": ("HistoricalLocations",),
    "Datastreams": ("Observations",),
    "Sensors": ("Datastreams",),
    "ObservedProperties": ("Datastreams",),
    "FeaturesOfInterest": ("Observations",),
}
#: What the service works out from the observations and nobody writes.
DERIVED: Final = ("observedArea", "phenomenonTime", "resultTime")
