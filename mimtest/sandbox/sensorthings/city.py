"""The town's stations as Things, what they measure as Datastreams, and a morning of Observations.

The last observation of a series is the value the town's data have; those before it are made up around it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from mimtest.sandbox.city import City
from mimtest.sandbox.sensorthings.store import Entity, Store

_OM: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
MEASUREMENT: Final = f"{_OM}OM_Measurement"
COUNT: Final = f"{_OM}OM_CountObservation"
ANYTHING: Final = f"{_OM}OM_Observation"
_GEOJSON: Final = "application/geo+json"
_PROPERTIES: Final = "https://mimtest.example/observed-properties/"
_UCUM: Final = "http://unitsofmeasure.org/ucum.html#para-"
_STEPS: Final = 9
_SWING: Final = (0.0, 0.21, -0.13, 0.34, 0.05, -0.27, 0.18, -0.08, 0.29, -0.16)


@dataclass(frozen=True, slots=True)
class Measured:
    """An attribute that is measured: its name for people, its unit, and the type of its observations."""

    name: str
    unit: tuple[str, str, str]
    type: str = MEASUREMENT


_DENSITY: Final = ("microgram per cubic metre", "ug/m3", "30")
_DEGREE: Final = ("degree Celsius", "degC", "30")
_ONE: Final = ("one", "1", "18")
_MEASURED: Final[Mapping[str, Mapping[str, Measured]]] = {
    "AirQualityObserved": {
        "pm10": Measured("Particles up to 10 µm", _DENSITY),
        "no2": Measured("Nitrogen dioxide", _DENSITY),
    },
    "WeatherObserved": {
        "temperature": Measured("Air temperature", _DEGREE),
        "weatherType": Measured("Weather", _ONE, ANYTHING),
    },
    "NoiseLevelObserved": {"LAeq": Measured("Noise level", ("decibel", "dB", "46"))},
    "TrafficFlowObserved": {"intensity": Measured("Vehicles", _ONE, COUNT)},
}


def stocked(city: City) -> Store:
    """A store with the town's stations."""
    store = Store()
    known: dict[str, Entity] = {}
    for entity in _stations(city):
        _station(store, known, entity)
    return store


def _stations(city: City) -> Iterator[dict[str, Any]]:
    """What observes, one of each place: the weather comes three times from the same mast."""
    seen = set()
    for kind in _MEASURED:
        for entity in city.of_type(kind):
            place = (kind, entity["name"]["value"])
            if "location" in entity and place not in seen:
                seen.add(place)
                yield entity


def _station(store: Store, known: dict[str, Entity], entity: Mapping[str, Any]) -> None:
    """A Thing with its Location, its Datastreams and their Observations."""
    name, kind = entity["name"]["value"], entity["type"]
    place = entity["location"]["value"]
    located = {"encodingType": _GEOJSON, "description": f"Where {name} is"}
    location = store.add("Locations", {"name": name, **located, "location": place})
    feature = store.add("FeaturesOfInterest", {"name": name, **located, "feature": place})
    thing = store.add(
        "Things",
        {
            "name": name,
            "description": f"{kind} at {name}",
            "properties": {"type": kind, "number": 10 + len(store.all_of("Things"))},
        },
        entity["id"],
        Locations=location,
    )
    since = {"time": "2026-01-01T00:00:00.000Z"}
    store.add("HistoricalLocations", since, Thing=thing, Locations=location)
    for attribute, measured in _MEASURED[kind].items():
        if attribute in entity:
            stream = _datastream(store, known, thing, attribute, measured)
            _observe(store, stream, feature, entity, attribute)


def _datastream(
    store: Store, known: dict[str, Entity], thing: Entity, attribute: str, measured: Measured
) -> Entity:
    if attribute not in known:
        known[attribute] = store.add(
            "ObservedProperties",
            {
                "name": measured.name,
                "definition": f"{_PROPERTIES}{attribute}",
                "description": f"{measured.name}, as the town's data call it: {attribute}",
            },
        )
        known[f"sensor {attribute}"] = store.add(
            "Sensors",
            {
                "name": f"Sensor of {attribute}",
                "description": f"The instrument the town uses for {attribute}",
                "encodingType": "text/html",
                "metadata": f"https://mimtest.example/sensors/{attribute}.html",
            },
        )
    name, symbol, paragraph = measured.unit
    return store.add(
        "Datastreams",
        {
            "name": f"{measured.name}, {thing.properties['name']}",
            "description": f"{attribute} at {thing.properties['name']}",
            "observationType": measured.type,
            "unitOfMeasurement": {
                "name": name,
                "symbol": symbol,
                "definition": f"{_UCUM}{paragraph}",
            },
        },
        Thing=thing,
        Sensor=known[f"sensor {attribute}"],
        ObservedProperty=known[attribute],
    )


def _observe(
    store: Store, stream: Entity, feature: Entity, entity: Mapping[str, Any], attribute: str
) -> None:
    """One observation an hour; noise is that of the hour before."""
    base = entity[attribute]["value"]
    stamp = entity[attribute].get("observedAt") or entity["dateObserved"]["value"]
    last = datetime.fromisoformat(stamp)
    lasts = attribute == "LAeq"
    for step in range(_STEPS, -1, -1):
        moment = last - timedelta(hours=step, minutes=7 * step)
        start = moment - timedelta(hours=1)
        store.add(
            "Observations",
            {
                "phenomenonTime": f"{text(start)}/{text(moment)}" if lasts else text(moment),
                "resultTime": text(moment + timedelta(minutes=2)),
                "result": _swung(base, _SWING[step]),
            },
            Datastream=stream,
            FeatureOfInterest=feature,
        )


def _swung(base: Any, by: float) -> Any:
    if isinstance(base, int):
        return round(base * (1 + 3 * by))
    return round(base * (1 + by), 1) if isinstance(base, float) else base


def text(moment: datetime) -> str:
    """An instant in UTC with milliseconds."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
