"""The collections on offer and how each is made from the town's entities."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from mimtest.sandbox.city import City
from mimtest.sandbox.features.geometry import Box, Geometry, envelope
from mimtest.sandbox.features.temporal import parse_instant

Kind = Literal["string", "integer", "number", "boolean", "date-time", "array"]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a collection shows: entities of one type, some of their attributes, and what can be asked for.

    `queryables` are the properties that can be asked for; `time` is the attribute that says when.
    """

    id: str
    type: str
    title: str
    description: str
    attributes: tuple[str, ...]
    queryables: Mapping[str, Kind]
    time: str | None = None

    @property
    def simple(self) -> dict[str, Kind]:
        """The queryables with a simple value: those that are parameters, and that features are sorted by."""
        return {name: kind for name, kind in self.queryables.items() if kind != "array"}


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing with a place, in CRS84. Its id is the entity's id."""

    id: str
    geometry: Geometry
    properties: Mapping[str, Any]
    when: datetime | None


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection and its features, in the order in which they are listed.

    One that changes names the `area` in which its features are.
    """

    definition: Definition
    features: tuple[Feature, ...]
    area: Box | None = None

    @property
    def id(self) -> str:
        """The collection's identifier in addresses."""
        return self.definition.id

    def extent(self) -> Box:
        """The smallest box around all features, longitude and latitude, or the area they have to be in."""
        return self.area or envelope(f.geometry for f in self.features)

    def times(self) -> tuple[datetime, datetime] | None:
        """The first and the last instant, None for a collection without time."""
        every = [f.when for f in self.features if f.when is not None]
        return (min(every), max(every)) if every else None


DEFINITIONS: Final = (
    Definition(
        "streetlights",
        "Streetlight",
        "Street lights",
        "Every street lamp of the town with its state.",
        (
            "name",
            "poleNumber",
            "status",
            "powerState",
            "lampType",
            "luminousFlux",
            "powerConsumption",
            "lanternHeight",
            "refStreetlightGroup",
            "controlledBy",
        ),
        {
            "name": "string",
            "status": "string",
            "powerState": "string",
            "lampType": "string",
            "poleNumber": "string",
            "luminousFlux": "integer",
            "powerConsumption": "number",
            "lanternHeight": "number",
        },
    ),
    Definition(
        "air-quality",
        "AirQualityObserved",
        "Air quality",
        "The measurements of the air quality stations, with the time of each.",
        ("name", "dateObserved", "pm10", "pm25", "no2", "relativeHumidity", "refDevice"),
        {
            "name": "string",
            "dateObserved": "date-time",
            "pm10": "number",
            "relativeHumidity": "number",
        },
        time="dateObserved",
    ),
    Definition(
        "buildings",
        "Building",
        "Public buildings",
        "The ground areas of the town's public buildings.",
        (
            "name",
            "category",
            "address",
            "floorsAboveGround",
            "floorArea",
            "yearOfConstruction",
            "publiclyAccessible",
        ),
        {
            "name": "string",
            "category": "array",
            "floorsAboveGround": "integer",
            "floorArea": "number",
            "yearOfConstruction": "integer",
            "publiclyAccessible": "boolean",
        },
    ),
    Definition(
        "parkings",
        "OffStreetParking",
        "Car parks",
        "Car parks off the street and their free spaces.",
        (
            "name",
            "totalSpotNumber",
            "availableSpotNumber",
            "maximumAllowedHeight",
            "refBuilding",
        ),
        {
            "name": "string",
            "totalSpotNumber": "integer",
            "availableSpotNumber": "integer",
            "refBuilding": "string",
        },
    ),
    Definition(
        "energy",
        "EnergyConsumption",
        "Energy use of public buildings",
        "Meter readings of the public buildings, at the building's entrance.",
        ("energyCarrier", "period", "dateObserved", "energyConsumed", "refBuilding"),
        {
            "energyCarrier": "string",
            "period": "string",
            "dateObserved": "date-time",
            "energyConsumed": "number",
            "refBuilding": "string",
        },
        time="dateObserved",
    ),
)


def collections(city: City) -> dict[str, Collection]:
    """The town's collections by id."""
    return {
        d.id: Collection(d, tuple(_feature(e, d) for e in city.of_type(d.type)))
        for d in DEFINITIONS
    }


def _feature(entity: Mapping[str, Any], definition: Definition) -> Feature:
    properties = {name: _plain(entity[name]) for name in definition.attributes if name in entity}
    when = parse_instant(properties[definition.time]) if definition.time else None
    return Feature(entity["id"], entity["location"]["value"], properties, when)


def _plain(attribute: Mapping[str, Any]) -> Any:
    """An attribute's value, or the entity a relationship ends at."""
    return attribute["object"] if attribute["type"] == "Relationship" else attribute["value"]
